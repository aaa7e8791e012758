// Goal: the graph of all states is the one that `successors` spans, and what is said of its states
// is what the definitions say. Method: on models and settings that are drawn, every state's valence
// and doom are compared with a search of its own over plain worlds; the textbook's facts about
// two-phase commit are asked for by name.
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/base/random.hpp"
#include "sim/graph/dot.hpp"
#include "sim/graph/skeen.hpp"
#include "sim/model/event.hpp"
#include "tests/toy_checker/toy_checker.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/drawn_settings.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat::graph {
namespace {

using State = StateGraph::State;

/// The same graph over plain worlds, found by its definition.
struct PlainGraph {
  explicit PlainGraph(const CheckRequest& asked) : request(asked) {
    add(initial_world(*request.model));
    for (std::size_t state = 0; state < worlds.size() && !too_large(); ++state) {
      std::string bound;
      const World world = worlds[state];
      for (Successor& next :
           successors(*request.model, request.rules, request.budget, world, &bound)) {
        settle(request.budget, crashed_in(next), next.world.used);
        const std::size_t to = add(std::move(next.world));
        next_of[state].push_back(to);
      }
      past_bound[state] = !bound.empty();
    }
  }
  bool too_large() const { return worlds.size() > 1500; }

  int crashed_in(const Successor& next) const {
    const bool crashes = next.event.kind == EventKind::crash || next.report.step.cut.has_value();
    return crashes ? node_of(*request.model, next.event) : -1;
  }
  std::size_t add(World&& world) {
    const auto [entry, is_new] = numbers.try_emplace(key_of(world), worlds.size());
    if (is_new) {
      worlds.push_back(std::move(world));
      next_of.emplace_back();
      past_bound.push_back(false);
    }
    return entry->second;
  }

  /// Everything that a state leads to, itself included.
  std::set<std::size_t> reachable(std::size_t from) const {
    std::set<std::size_t> seen{from};
    std::vector<std::size_t> open{from};
    while (!open.empty()) {
      const std::size_t state = open.back();
      open.pop_back();
      for (const std::size_t next : next_of[state])
        if (seen.insert(next).second) open.push_back(next);
    }
    return seen;
  }
  Valence valence(std::size_t from, int tx) const {
    unsigned bits = 0;
    for (const std::size_t state : reachable(from))
      for (int i = 0; i < request.model->setup().process_count(); ++i) {
        const History& history =
            state_of(*request.model, worlds[state], tx, ProcessId::at(i)).history;
        if (history.vote == Vote::read) continue;
        bits |= (history.aborted ? 1U : 0U) | (history.committed ? 2U : 0U);
      }
    return static_cast<Valence>(bits);
  }
  bool violates(std::size_t state) const {
    return !std::ranges::all_of(request.properties, [&](const Property* property) {
      return satisfied(*property, *request.model, worlds[state]);
    });
  }
  /// Doomed are those that are not in the largest set of safe states in which each has an end, or a
  /// way within the set, events that change nothing aside.
  std::vector<bool> doomed() const {
    std::vector<bool> safe(worlds.size());
    for (std::size_t state = 0; state < worlds.size(); ++state)
      safe[state] = !violates(state);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t state = 0; state < worlds.size(); ++state) {
        if (!safe[state] || past_bound[state]) continue;
        bool ends = true;
        bool goes_on = false;
        for (const std::size_t next : next_of[state])
          if (next != state) {
            ends = false;
            goes_on = goes_on || safe[next];
          }
        if (ends || goes_on) continue;
        safe[state] = false;
        changed = true;
      }
    }
    safe.flip();
    return safe;
  }

  const CheckRequest& request;
  std::map<std::string, std::size_t> numbers;
  std::vector<World> worlds;
  std::vector<std::vector<std::size_t>> next_of;
  std::vector<bool> past_bound;
};

World world_of(const StateGraph& graph, const CheckRequest& request, State state) {
  World world = initial_world(*request.model);
  int crashed = -1;
  for (const StateGraph::Edge& edge : graph.edges_to(state)) {
    const auto told = graph.tell(world, edge);
    const Event& event = graph.event(edge);
    const bool crashes = event.kind == EventKind::crash || told.report.step.cut.has_value();
    crashed = crashes ? node_of(*request.model, event) : -1;
    world = told.to;
    settle(request.budget, crashed, world.used);
  }
  return world;
}

/// RETURNS: nothing if the graph is too large to compare; else how many states are doomed, but keep
/// every property so far.
std::optional<int> compare(const CheckRequest& request) {
  const PlainGraph plain(request);
  if (plain.too_large()) return std::nullopt;
  const StateGraph graph(request);
  EXPECT_TRUE(graph.complete());
  EXPECT_EQ(graph.size(), plain.worlds.size());
  std::size_t edges = 0;
  for (const auto& next : plain.next_of)
    edges += next.size();
  EXPECT_EQ(static_cast<std::size_t>(graph.edge_count()), edges);
  const Valences valences(graph);
  const std::vector<bool> doomed = plain.doomed();
  int only_doomed = 0;
  for (State state = 0; state < graph.size(); ++state) {
    const auto known = plain.numbers.find(key_of(world_of(graph, request, state)));
    if (known == plain.numbers.end()) {
      ADD_FAILURE() << "state " << state << " is none of the plain ones";
      return 0;
    }
    const std::size_t same = known->second;
    EXPECT_EQ(graph.edges(state).size(), plain.next_of[same].size());
    EXPECT_EQ(graph.violates(state), plain.violates(same));
    EXPECT_EQ(valences.doomed(state), doomed[same]) << state;
    for (int tx = 1; tx <= request.model->setup().transactions; ++tx)
      EXPECT_EQ(valences.of(state, tx), plain.valence(same, tx)) << state << ", t" << tx;
    only_doomed += doomed[same] && !plain.violates(same) ? 1 : 0;
    if (testing::Test::HasFailure()) return 0;
  }
  return only_doomed;
}

TEST(Graph, SaysWhatTheDefinitionsSay) {
  std::vector<std::unique_ptr<Model>> models;
  models.push_back(model_of<TwoPhaseCommit>({}, {1, 1}));
  models.push_back(model_of<TwoPhaseCommit>({}, {1, 2}, false));
  for (const auto mistake : {TwoPhaseCommit::Mistake::vote_unforced,
                             TwoPhaseCommit::Mistake::decide_unforced,
                             TwoPhaseCommit::Mistake::ack_unforced,
                             TwoPhaseCommit::Mistake::abort_in_doubt})
    models.push_back(model_of<TwoPhaseCommit>({{}, mistake}, {1, 1}));
  models.push_back(tcc(TccBranch::Fence::off, 1));
  models.push_back(paxos(PaxosAcceptor::Mistake::none, 1, 1));
  Random random = Random::stream(5, "graphs");
  int compared = 0;
  for (const auto& model : models)
    for (int i = 0; i < 12; ++i) {
      Rules rules;
      Budget budget;
      draw(random, rules, budget);
      SCOPED_TRACE(model->info().name + ", setting " + std::to_string(i));
      CheckRequest request = ask(*model, rules, budget, {"UA", "VC", "AT"});
      request.limits.max_states = 100'000;
      compared += compare(request) ? 1 : 0;
      if (HasFailure()) return;
    }
  EXPECT_GT(compared, 30);
}

/// Two-phase commit whose votes are open, and whose client does not change its mind.
std::unique_ptr<Model> commit_with_open_votes(int participants,
                                              TwoPhaseCommit::Config config = {}) {
  concordat::Setup setup =
      make_setup({TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end()}, {1, participants});
  setup.open_choices = true;
  setup.choices.push_back({1, ProcessId::at(0), "client", "commit"});
  return make_model<TwoPhaseCommit>(config, std::move(setup));
}

/// Where nothing is ever late, what is under way must arrive: a promise that was lost dooms.
TEST(Graph, DoomComesBeforeTheViolation) {
  const auto model = commit_with_open_votes(1, {{}, TwoPhaseCommit::Mistake::vote_unforced});
  Rules rules;
  rules.timing = TimingModel::synchronous;
  Budget budget;
  budget.crashes = 1;
  budget.recoveries = 1;
  EXPECT_GT(compare(ask(*model, rules, budget, {"UA"})).value_or(0), 0);
}

TEST(Graph, TwoTransactions) {
  concordat::Setup setup =
      make_setup({TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end()}, {1, 1}, 2);
  const auto model = make_model<TwoPhaseCommit>({}, std::move(setup));
  Rules rules;
  rules.timing = TimingModel::synchronous;
  EXPECT_TRUE(compare(ask(*model, rules, {}, {"UA"})));
}

/// Edges lead to the same component or to an earlier one, and a component is what is mutually
/// reachable.
TEST(Graph, Components) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 1});
  Budget budget;
  budget.duplicates = Budget::unlimited;
  budget.losses = Budget::unlimited;
  const CheckRequest request = ask(*model, {}, budget, {});
  const StateGraph graph(request);
  ASSERT_TRUE(graph.complete());
  const explore::Components components = components_of(graph);
  EXPECT_LT(components.count(), graph.size()) << "there are circles";
  ASSERT_EQ(components.order().size(), graph.size());
  for (std::size_t i = 1; i < components.order().size(); ++i)
    EXPECT_LE(components.of(components.order()[i - 1]), components.of(components.order()[i]));
  std::vector<std::set<State>> reach(graph.size());
  for (State from = 0; from < graph.size(); ++from) {
    std::vector<State> open{from};
    reach[from].insert(from);
    while (!open.empty()) {
      const State state = open.back();
      open.pop_back();
      for (const StateGraph::Edge& edge : graph.edges(state)) {
        EXPECT_GE(components.of(state), components.of(edge.to));
        if (reach[from].insert(edge.to).second) open.push_back(edge.to);
      }
    }
  }
  for (State a = 0; a < graph.size(); ++a)
    for (State b = 0; b < graph.size(); ++b)
      ASSERT_EQ(components.of(a) == components.of(b), reach[a].contains(b) && reach[b].contains(a));
}

TEST(Graph, StopsAtItsLimits) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  CheckRequest request = ask(*model, {}, {}, {"UA"});
  request.limits.max_states = 50;
  EXPECT_EQ(StateGraph(request).limit(), "states");
  request.limits.max_states = 1'000'000;
  request.limits.max_bytes = 4096;
  EXPECT_EQ(StateGraph(request).limit(), "memory");
  request.limits.max_bytes = 0;
  request.budget.crashes = 1;
  request.progress = [](const SearchProgress&) { return std::string_view("stopped"); };
  const StateGraph stopped(request);
  EXPECT_EQ(stopped.limit(), "stopped");
  for (State state = 0; state < stopped.size(); ++state)
    for (const StateGraph::Edge& edge : stopped.edges(state))
      EXPECT_LT(edge.to, stopped.size());
}

// ---- The textbook.

std::vector<State> states_along(const StateGraph& graph, const std::vector<std::string>& lines) {
  std::vector<State> states{0};
  for (const StateGraph::Edge& edge : graph.edges_along(lines))
    states.push_back(edge.to);
  return states;
}

TEST(Graph, TheCoordinatorsForcedCommitDecides) {
  const auto model = commit_with_open_votes(2);
  Budget budget;
  budget.crashes = 1;
  budget.recoveries = 1;
  CheckRequest request = ask(*model, {}, budget, {"UA"});
  const StateGraph graph(request);
  ASSERT_TRUE(graph.complete());
  const Valences valences(graph);
  const std::vector<std::string> run{"start c",
                                     "deliver prepare(c->p1) with vote=yes",
                                     "deliver prepare(c->p2) with vote=yes",
                                     "deliver yes(p1->c)",
                                     "deliver yes(p2->c)",
                                     "deliver commit(c->p1)",
                                     "deliver commit(c->p2)"};
  const auto states = states_along(graph, run);
  ASSERT_EQ(states.size(), run.size() + 1);
  EXPECT_EQ(valences.deciding_step(states, 1), 5);
  // Right before the record is stable both outcomes are open; right after it one is.
  auto crash_before = run;
  crash_before.resize(5);
  crash_before[4] += ", crash c before everything";
  auto crash_after = crash_before;
  crash_after[4] = "deliver yes(p2->c), crash c after force commit";
  EXPECT_EQ(valences.of(states_along(graph, crash_before).back(), 1), Valence::abort);
  const auto after = states_along(graph, crash_after);
  ASSERT_EQ(after.size(), 6U);
  EXPECT_EQ(valences.of(after.back(), 1), Valence::commit);
  EXPECT_EQ(valences.doomed_count(), 0);
  // What the budget does not allow is followed no further.
  EXPECT_EQ(states_along(graph, {"start c", "lose prepare(c->p1)"}).size(), 2U);
}

/// By the definition: per participant the states in which it runs, has not decided, and from which
/// no start, delivery, timeout or notice leads on to its decision.
std::vector<std::set<State>> blocked_states(const StateGraph& graph) {
  const Model& model = graph.model();
  std::vector<std::vector<State>> before(graph.size());
  for (State from = 0; from < graph.size(); ++from)
    for (const StateGraph::Edge& edge : graph.edges(from)) {
      const Event& event = graph.event(edge);
      const bool ordinary = event.kind == EventKind::start || event.kind == EventKind::deliver ||
                            event.kind == EventKind::timeout || event.kind == EventKind::store;
      if (ordinary && !event.plan.cut) before[edge.to].push_back(from);
    }
  std::vector<std::set<State>> out;
  for (int p = 1; p < model.setup().process_count(); ++p) {
    const auto local = [&](State state) -> const LocalState& {
      return graph.local(p, graph.local_id(state, p));
    };
    std::vector<bool> decides(graph.size());
    std::vector<State> open;
    for (State state = 0; state < graph.size(); ++state)
      if (local(state).slots[0].history.decided()) open.push_back(state);
    for (const State state : open)
      decides[state] = true;
    while (!open.empty()) {
      const State state = open.back();
      open.pop_back();
      for (const State from : before[state]) {
        if (decides[from]) continue;
        decides[from] = true;
        open.push_back(from);
      }
    }
    std::set<State>& blocked = out.emplace_back();
    for (State state = 0; state < graph.size(); ++state)
      if (undecided(model, p, local(state), 0) && !decides[state]) blocked.insert(state);
  }
  return out;
}

/// In doubt, or read-only: without a stake, it has forgotten.
bool knows_nothing(const History& history) {
  return history.vote == Vote::read || (history.vote == Vote::yes && !history.decided());
}

// Cooperative termination leaves blocked only those who can reach nobody that knows: every process
// that is up is in doubt or was read-only. Without it they wait beside participants that know.
TEST(Graph, CooperativeTerminationBlocksWhereEverybodyIsInDoubt) {
  std::vector<std::size_t> blocked_in_all;
  for (const auto termination :
       {TwoPhaseCommit::Termination::none, TwoPhaseCommit::Termination::cooperative}) {
    const auto model = commit_with_open_votes(2, {termination, {}});
    Rules rules;
    rules.timing = TimingModel::synchronous;
    rules.tail = TailRule::kept;
    Budget budget;
    budget.crashes = 1;
    budget.may_crash = 1;
    const StateGraph graph(ask(*model, rules, budget, {}));
    ASSERT_TRUE(graph.complete());
    std::size_t count = 0;
    std::size_t beside_one_that_knows = 0;
    for (const std::set<State>& states : blocked_states(graph))
      for (const State state : states) {
        ++count;
        EXPECT_FALSE(graph.local(0, graph.local_id(state, 0)).up) << "the coordinator would tell";
        bool all_in_doubt = true;
        for (int q = 1; q <= 2; ++q) {
          const History& history = graph.local(q, graph.local_id(state, q)).slots[0].history;
          all_in_doubt = all_in_doubt && knows_nothing(history);
        }
        beside_one_that_knows += all_in_doubt ? 0U : 1U;
      }
    EXPECT_GT(count, 0U);
    EXPECT_EQ(beside_one_that_knows != 0, termination == TwoPhaseCommit::Termination::none);
    blocked_in_all.push_back(count);
  }
  EXPECT_LT(blocked_in_all[1], blocked_in_all[0]);
}

TEST(Graph, AMistakeDoomsBeforeItShows) {
  const auto model =
      model_of<TwoPhaseCommit>({{}, TwoPhaseCommit::Mistake::decide_unforced}, {1, 2});
  Budget budget;
  budget.crashes = 1;
  budget.recoveries = 1;
  CheckRequest request = ask(*model, {}, budget, {"UA"});
  const StateGraph graph(request);
  ASSERT_TRUE(graph.complete());
  const Valences valences(graph);
  const auto violation = graph.first([&](State state) { return graph.violates(state); });
  ASSERT_TRUE(violation);
  std::vector<State> states{0};
  for (const StateGraph::Edge& edge : graph.edges_to(*violation))
    states.push_back(edge.to);
  const auto no_return = valences.point_of_no_return(states);
  ASSERT_TRUE(no_return);
  EXPECT_LE(*no_return, static_cast<int>(states.size()) - 1);
  EXPECT_FALSE(valences.doomed(0));
  EXPECT_GT(valences.doomed_count(), 0);
}

const SkeenState* find(const SkeenReport& report, const std::string& text) {
  for (const SkeenState& state : report.states)
    if ((state.role + " " + state.text).find(text) != std::string::npos) return &state;
  return nullptr;
}

TEST(Graph, TwoPhaseCommitsUncertainStateBreaksBothConditions) {
  for (const int participants : {2, 3}) {
    const auto model = model_of<TwoPhaseCommit>({}, {1, participants});
    const SkeenReport report = analyse_states(ask(*model, {}, {}, {}));
    EXPECT_EQ(report.limit, "");
    const SkeenState* uncertain = find(report, "participant phase=in_doubt");
    ASSERT_NE(uncertain, nullptr);
    EXPECT_FALSE(uncertain->committable);
    EXPECT_TRUE(uncertain->breaks_first());
    EXPECT_TRUE(uncertain->breaks_second());
    for (const SkeenState& state : report.states)
      EXPECT_TRUE(state.obeys() || &state == uncertain) << state.role << " " << state.text;
    // w, initial, committed and aborted occur beside it, as in the textbook.
    for (const char* beside : {"participant phase=in_doubt; log prepared",
                               "participant phase=working",
                               "participant phase=done; log prepared,decision=commit, committed",
                               "participant phase=done; log decision=abort, aborted"})
      EXPECT_TRUE(std::ranges::count(uncertain->beside, beside) == 1) << beside;
    const SkeenState* committed =
        find(report, "participant phase=done; log prepared,decision=commit");
    ASSERT_NE(committed, nullptr);
    EXPECT_TRUE(committed->committable);
    EXPECT_TRUE(committed->is_commit);
    EXPECT_EQ(report.obeying, std::vector<std::string>{"c"});
    EXPECT_EQ(report.breaking.size(), static_cast<std::size_t>(participants));
    EXPECT_EQ(report.survives(), 0);
  }
}

/// Faults of the request and its timing play no part; fixed votes do.
TEST(Graph, SkeenLooksAtRunsWithoutFaults) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  Budget budget;
  budget.crashes = 2;
  budget.losses = 1;
  const auto count = [](const SkeenReport& report) { return report.global_states; };
  EXPECT_EQ(count(analyse_states(ask(*model, {}, budget, {"UA"}))),
            count(analyse_states(ask(*model, {}, {}, {}))));
  const auto all_yes = model_of<TwoPhaseCommit>({}, {1, 2}, false);
  const SkeenReport report = analyse_states(ask(*all_yes, {}, {}, {}));
  for (const SkeenState& state : report.states)
    EXPECT_FALSE(state.breaks_first()) << state.text;
  CheckRequest small = ask(*model, {}, {}, {});
  small.limits.max_states = 10;
  EXPECT_EQ(analyse_states(small).limit, "states");
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST(Graph, Drawings) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 1});
  const CheckRequest request = ask(*model, {}, {}, {"UA"});
  const StateGraph graph(request);
  const Valences valences(graph);
  const auto run = states_along(graph, {"start c", "deliver prepare(c->p1) with vote=yes"});
  ASSERT_EQ(run.size(), 3U);
  const Drawing full = draw(graph, valences, Extent::full, run, 1000);
  ASSERT_FALSE(full.too_large);
  EXPECT_EQ(full.states, static_cast<std::int64_t>(graph.size()));
  EXPECT_EQ(count_of(full.dot, " -> "), static_cast<std::size_t>(graph.edge_count()));
  EXPECT_EQ(count_of(full.dot, "penwidth=3, color=\"#111111\""), 2U);
  EXPECT_EQ(count_of(full.dot, "{"), count_of(full.dot, "}"));
  EXPECT_EQ(count_of(full.dot, "  s0 [label=\"0\\nc: not started\\np1: "), 1U);
  const Drawing of_run = draw(graph, valences, Extent::run, run, 1000);
  std::set<State> expected(run.begin(), run.end());
  std::size_t edges = 0;
  for (const State state : run)
    for (const StateGraph::Edge& edge : graph.edges(state)) {
      expected.insert(edge.to);
      ++edges;
    }
  EXPECT_EQ(of_run.states, static_cast<std::int64_t>(expected.size()));
  EXPECT_EQ(count_of(of_run.dot, " -> "), edges);
  const Drawing choices = draw(graph, valences, Extent::choices, {}, 1000);
  const auto open = valences.counts(1)[static_cast<std::size_t>(Valence::bivalent)];
  EXPECT_GT(choices.states, open);
  EXPECT_LT(choices.states, full.states);
  const Drawing none = draw(graph, valences, Extent::full, run, 3);
  EXPECT_TRUE(none.too_large);
  EXPECT_EQ(none.dot, "");
}

}  // namespace
}  // namespace concordat::graph
