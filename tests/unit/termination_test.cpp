// Goal: eventual termination is judged as defined. Method: on models and settings that are drawn,
// compared with a search of its own over plain worlds, which repairs each of them and looks for
// traps by mutual reachability; every run that shows a violation is followed in plain worlds, once
// around its circle. And the facts about two-phase commit that everybody knows.
#include "sim/graph/termination.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/base/random.hpp"
#include "sim/model/event.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/drawn_settings.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat::graph {
namespace {

constexpr std::size_t too_many = 1200;

Rules synchronous(Rules rules) {
  rules.timing = TimingModel::synchronous;
  return rules;
}

/// Everything after repair looks as if nothing had ever failed.
World forgotten(World world) {
  world.used = {};
  return world;
}

/// Which event it is, whatever comes of it.
std::string name_of(const Event& event) {
  std::string out =
      std::to_string(static_cast<int>(event.kind)) + " " + std::to_string(event.slot) + " " +
      std::to_string(event.timer) + " " + std::to_string(event.notice.slot) + " " +
      std::to_string(static_cast<int>(event.notice.kind)) + " " +
      std::to_string(event.notice.row.table) + " " + std::to_string(event.notice.row.key) + " ";
  if (event.kind == EventKind::deliver)
    append_key(event.message, out);
  else
    out += std::to_string(event.node);
  return out;
}

/// The worlds that a repair can make of one, with the number of its steps.
std::vector<std::pair<World, int>> repaired(const CheckRequest& request, const World& from) {
  const Model& model = *request.model;
  const Rules rules = synchronous(request.rules);
  std::vector<std::pair<World, int>> worlds{{from, 0}};
  Event heal;
  heal.kind = EventKind::heal;
  if (std::ranges::any_of(from.cut, [](std::uint32_t cut) { return cut != 0; })) {
    EXPECT_TRUE(apply(model, rules, worlds.front().first, heal));
    worlds.front().second = 1;
  }
  for (int node = 0; node < model.setup().node_count(); ++node) {
    std::vector<std::pair<World, int>> after;
    for (const auto& [world, steps] : worlds) {
      const LocalState& local = world.nodes[static_cast<std::size_t>(node)];
      Budget budget;
      budget.recoveries = request.budget.recoveries != 0 ? Budget::unlimited : 0;
      bool any = false;
      for (Successor& next : successors(model, rules, budget, world)) {
        const EventKind kind = next.event.kind;
        if (next.event.node != node || (kind != EventKind::recover && kind != EventKind::resume))
          continue;
        any = true;
        after.emplace_back(std::move(next.world), steps + 1);
      }
      if (any) continue;
      EXPECT_TRUE(!local.paused) << "a paused node goes on";
      after.emplace_back(world, steps);
    }
    worlds = std::move(after);
  }
  for (auto& [world, steps] : worlds)
    world = forgotten(std::move(world));
  return worlds;
}

struct Answer {
  Verdict verdict = Verdict::holds;
  int steps = 0;  // to the nearest trap
};

bool is_armed(const World& world, const Event& timer) {
  const LocalState& local = world.nodes[static_cast<std::size_t>(timer.node)];
  const unsigned timers = local.slots[static_cast<std::size_t>(timer.slot)].timers;
  return (timers >> static_cast<unsigned>(timer.timer) & 1U) != 0;
}

class Naive {
 public:
  /// Of states that are `bad`. Null: in which somebody is undecided.
  explicit Naive(const CheckRequest& request, const Property* bad = nullptr)
      : request_(request), model_(*request.model), bad_(bad) {}

  std::optional<Answer> judge() {
    if (!reach() || !follow()) return std::nullopt;
    Answer answer;
    bool ignored = false;
    std::map<int, int> nearest;
    for (std::size_t state = 0; state < worlds_.size(); ++state)
      reach_.push_back(reachable(state));
    for (std::size_t state = 0; state < worlds_.size(); ++state) {
      const Trap trap = trap_at(state);
      ignored = ignored || trap == Trap::unknown;
      if (trap == Trap::yes) nearest[steps_[state]] = 1;
    }
    if (!nearest.empty()) return Answer{Verdict::violated, nearest.begin()->first};
    answer.verdict = ignored ? Verdict::unknown : Verdict::holds;
    return answer;
  }

 private:
  bool reach() {
    std::map<std::string, int> seen;
    std::vector<std::pair<World, int>> open{{initial_world(model_), 0}};
    seen[key_of(open.front().first)] = 0;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const auto [world, depth] = open[i];
      for (auto& [after, steps] : repaired(request_, world))
        by_steps_[depth + steps].push_back(std::move(after));
      for (Successor& next : successors(model_, request_.rules, request_.budget, world)) {
        const bool crashes =
            next.event.kind == EventKind::crash || next.report.step.cut.has_value();
        settle(request_.budget, crashes ? node_of(model_, next.event) : -1, next.world.used);
        if (seen.emplace(key_of(next.world), 0).second)
          open.emplace_back(std::move(next.world), depth + 1);
      }
      if (open.size() > too_many) return false;
    }
    return true;
  }

  bool follow() {
    std::map<std::string, std::size_t> numbers;
    const auto add = [&](World&& world, int steps) {
      const auto [entry, is_new] = numbers.try_emplace(key_of(world), worlds_.size());
      if (is_new) {
        worlds_.push_back(std::move(world));
        steps_.push_back(steps);
        next_.emplace_back();
        past_bound_.push_back(false);
      }
      return entry->second;
    };
    std::size_t open = 0;
    for (int steps = 0; !by_steps_.empty() || open < worlds_.size(); ++steps) {
      const auto here = by_steps_.find(steps);
      if (here != by_steps_.end()) {
        for (World& world : here->second)
          add(std::move(world), steps);
        by_steps_.erase(here);
      }
      for (; open < worlds_.size() && steps_[open] == steps; ++open) {
        const World world = worlds_[open];
        std::string bound;
        for (Successor& next :
             successors(model_, synchronous(request_.rules), Budget{}, world, &bound)) {
          const std::string name = name_of(next.event);
          if (next.event.kind == EventKind::timeout) timers_[name] = next.event;
          const std::size_t to = add(forgotten(std::move(next.world)), steps + 1);
          next_[open].emplace_back(name, to);
        }
        past_bound_[open] = !bound.empty();
      }
      if (worlds_.size() > too_many) return false;
    }
    return true;
  }

  std::set<std::size_t> reachable(std::size_t from) const {
    std::set<std::size_t> seen;
    std::vector<std::size_t> open{from};
    while (!open.empty()) {
      const std::size_t state = open.back();
      open.pop_back();
      for (const auto& [name, to] : next_[state])
        if (seen.insert(to).second) open.push_back(to);
    }
    return seen;
  }

  enum class Trap { no, yes, unknown };

  bool is_bad(std::size_t state) const {
    if (bad_ != nullptr) return !may_rest(*bad_, model_, worlds_[state]);
    return std::ranges::any_of(all_slots(model_), [&](const Slot& slot) {
      return undecided(model_, worlds_[state], slot);
    });
  }

  /// Whether a fair run may stay for ever with this state and other bad ones.
  Trap trap_at(std::size_t state) const {
    if (!is_bad(state)) return Trap::no;
    std::set<std::size_t> whole(reach_[state].begin(), reach_[state].end());
    whole.insert(state);
    std::erase_if(whole, [&](std::size_t each) { return !is_bad(each); });
    return trap_within(state, whole);
  }

  Trap trap_within(std::size_t state, const std::set<std::size_t>& allowed) const {
    const auto from_here = reachable_within(state, allowed);
    std::set<std::size_t> members{state};
    for (const std::size_t other : from_here)
      if (reachable_within(other, allowed).contains(state)) members.insert(other);
    if (!from_here.contains(state) && !next_[state].empty()) return Trap::no;
    std::map<std::string, int> enabled_in;
    std::set<std::string> happens;
    bool past_bound = false;
    for (const std::size_t member : members) {
      std::set<std::string> here;
      for (const auto& [name, to] : next_[member]) {
        here.insert(name);
        if (members.contains(to)) happens.insert(name);
      }
      for (const std::string& name : here)
        ++enabled_in[name];
      past_bound = past_bound || past_bound_[member];
    }
    for (const auto& [event, count] : enabled_in) {
      const std::string& name = event;
      if (happens.contains(name)) continue;
      if (count == static_cast<int>(members.size())) return Trap::no;
      const auto timer = timers_.find(name);
      if (timer == timers_.end()) continue;
      const bool armed = std::ranges::all_of(
          members, [&](std::size_t member) { return is_armed(worlds_[member], timer->second); });
      if (!armed) continue;
      std::set<std::size_t> rest = members;
      std::erase_if(rest, [&](std::size_t member) { return can(member, name); });
      return rest.contains(state) ? trap_within(state, rest) : Trap::no;
    }
    return past_bound ? Trap::unknown : Trap::yes;
  }
  std::set<std::size_t> reachable_within(std::size_t from,
                                         const std::set<std::size_t>& allowed) const {
    std::set<std::size_t> seen;
    std::vector<std::size_t> open{from};
    while (!open.empty()) {
      const std::size_t state = open.back();
      open.pop_back();
      for (const auto& [name, to] : next_[state])
        if (allowed.contains(to) && seen.insert(to).second) open.push_back(to);
    }
    return seen;
  }
  bool can(std::size_t state, const std::string& name) const {
    return std::ranges::any_of(next_[state], [&](const auto& next) { return next.first == name; });
  }

  const CheckRequest& request_;
  const Model& model_;
  const Property* const bad_;
  std::map<int, std::vector<World>> by_steps_;  // after repair
  std::vector<World> worlds_;
  std::vector<int> steps_;
  std::vector<std::vector<std::pair<std::string, std::size_t>>> next_;
  std::vector<bool> past_bound_;
  std::vector<std::set<std::size_t>> reach_;
  std::map<std::string, Event> timers_;
};

/// Follows the run that shows a violation: before the repair as asked, after it without faults.
void expect_shows(const CheckRequest& request, const PropertyVerdict& verdict) {
  const Model& model = *request.model;
  ASSERT_TRUE(verdict.blocked && verdict.repaired_after && verdict.circles_after);
  World world = initial_world(model);
  World circle;
  std::vector<World> around;
  std::set<std::string> happens;
  for (int i = 0; i <= static_cast<int>(verdict.path.size()); ++i) {
    if (i == *verdict.circles_after) circle = forgotten(world);
    if (i == static_cast<int>(verdict.path.size())) break;
    const Event& event = verdict.path[static_cast<std::size_t>(i)];
    const bool after = i >= *verdict.repaired_after;
    ASSERT_TRUE(apply(model, after ? synchronous(request.rules) : request.rules, world, event))
        << "step " << i + 1;
    if (i < *verdict.circles_after) continue;
    happens.insert(name_of(event));
    around.push_back(world);
  }
  EXPECT_TRUE(undecided(model, world, *verdict.blocked));
  EXPECT_EQ(key_of(forgotten(world)), key_of(circle));
  const auto names = [&](const World& at) {
    std::set<std::string> out;
    for (const Successor& next :
         successors(model, synchronous(request.rules), Budget{}, forgotten(at)))
      out.insert(name_of(next.event));
    return out;
  };
  std::set<std::string> always = names(circle);
  std::set<std::string> some = always;
  for (const World& at : around) {
    const std::set<std::string> here = names(at);
    std::erase_if(always, [&](const std::string& name) { return !here.contains(name); });
    some.insert(here.begin(), here.end());
  }
  EXPECT_TRUE(std::ranges::includes(happens, always)) << "the circle is fair";
  around.push_back(circle);
  for (int node = 0; node < model.setup().node_count(); ++node)
    for (int slot = 0;
         slot < static_cast<int>(circle.nodes[static_cast<std::size_t>(node)].slots.size());
         ++slot)
      for (int timer = 0; timer < static_cast<int>(model.info().timers.size()); ++timer) {
        Event event;
        event.kind = EventKind::timeout;
        event.node = node;
        event.slot = slot;
        event.timer = timer;
        const bool stays =
            std::ranges::all_of(around, [&](const World& at) { return is_armed(at, event); });
        EXPECT_TRUE(!stays || !some.contains(name_of(event)) || happens.contains(name_of(event)))
            << "an armed timer fires";
      }
}

TEST(Termination, IsJudgedAsDefined) {
  std::vector<std::unique_ptr<Model>> models;
  models.push_back(model_of<TwoPhaseCommit>({}, {1, 1}));
  models.push_back(
      model_of<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}}, {1, 1}, false));
  models.push_back(model_of<TwoPhaseCommit>({}, {1, 2}, false));
  models.push_back(model_of<TwoPhaseCommit>({{}, TwoPhaseCommit::Mistake::vote_unforced}, {1, 1}));
  models.push_back(tcc(TccBranch::Fence::on, 1));
  models.push_back(paxos(PaxosAcceptor::Mistake::none, 1, 1));
  Random random = Random::stream(9, "termination");
  std::map<Verdict, int> seen;
  int circles = 0;
  for (const auto& model : models)
    for (int i = 0; i < cases(40); ++i) {
      Rules rules;
      Budget budget;
      draw(random, rules, budget);
      SCOPED_TRACE(model->info().name + ", setting " + std::to_string(i));
      const CheckRequest request = ask(*model, rules, budget, {});
      const std::optional<Answer> naive = Naive(request).judge();
      if (!naive) continue;
      const TerminationReport report = judge_termination(request);
      ASSERT_EQ(report.limit, "");
      ASSERT_EQ(report.verdict.verdict, naive->verdict);
      ++seen[naive->verdict];
      if (naive->verdict != Verdict::violated) continue;
      EXPECT_EQ(*report.verdict.circles_after, naive->steps);
      circles += *report.verdict.circles_after < static_cast<int>(report.verdict.path.size());
      expect_shows(request, report.verdict);
      if (HasFailure()) return;
    }
  EXPECT_GT(seen[Verdict::holds], cases(10));
  EXPECT_GT(seen[Verdict::violated], cases(10));
  EXPECT_GT(circles, 3);
}

TEST(Termination, JudgesRestAsDefined) {
  std::vector<std::unique_ptr<Model>> models;
  for (const TccBranch::Fence fence :
       {TccBranch::Fence::on, TccBranch::Fence::off, TccBranch::Fence::split})
    models.push_back(tcc(fence, 1));
  Random random = Random::stream(11, "rest");
  std::map<Verdict, int> seen;
  for (const auto& model : models)
    for (int i = 0; i < cases(90); ++i) {
      Rules rules;
      Budget budget;
      draw(random, rules, budget);
      budget.heal = true;
      SCOPED_TRACE("setting " + std::to_string(i));
      const CheckRequest request = ask(*model, rules, budget, {"RC", "ND", "CO"});
      if (!Naive(request).judge()) continue;  // too large
      const TerminationReport report = judge_termination(request);
      ASSERT_EQ(report.at_rest.size(), 3U);
      for (std::size_t k = 0; k < report.at_rest.size(); ++k) {
        const std::optional<Answer> naive = Naive(request, request.properties[k]).judge();
        if (!naive) break;
        const PropertyVerdict& verdict = report.at_rest[k];
        ASSERT_EQ(report.limit, "");
        ASSERT_EQ(verdict.verdict, naive->verdict) << verdict.code;
        if (naive->verdict == Verdict::violated) {
          EXPECT_EQ(*verdict.circles_after, naive->steps);
        }
        ++seen[naive->verdict];
      }
    }
  EXPECT_GT(seen[Verdict::holds], cases(10));
  EXPECT_GT(seen[Verdict::violated], cases(10));
}

TerminationReport two_phase(TwoPhaseCommit::Termination termination, const Budget& budget) {
  const auto model = model_of<TwoPhaseCommit>({termination, {}}, {1, 2});
  CheckRequest request = ask(*model, {}, budget, {});
  TerminationReport report = judge_termination(request);
  if (report.verdict.verdict == Verdict::violated) expect_shows(request, report.verdict);
  return report;
}

/// Two-phase commit blocks, but it terminates as soon as the coordinator is back; and not before.
TEST(Termination, OfTwoPhaseCommit) {
  using Termination = TwoPhaseCommit::Termination;
  for (const Termination termination : {Termination::none, Termination::cooperative}) {
    Budget budget;
    budget.losses = 1;
    EXPECT_EQ(two_phase(termination, budget).verdict.verdict, Verdict::holds);
    budget.losses = 0;
    budget.crashes = 1;
    const TerminationReport down = two_phase(termination, budget);
    EXPECT_EQ(down.verdict.verdict, Verdict::violated);
    budget.recoveries = 1;
    const TerminationReport back = two_phase(termination, budget);
    EXPECT_EQ(back.verdict.verdict, Verdict::holds);
    EXPECT_GT(back.repaired, 100);
  }
}

TEST(Termination, IsUnknownBeyondItsLimits) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  Budget budget;
  budget.crashes = 1;
  CheckRequest request = ask(*model, {}, budget, {});
  request.limits.max_states = 300;
  TerminationReport report = judge_termination(request);
  EXPECT_EQ(report.limit, "states");
  EXPECT_EQ(report.verdict.verdict, Verdict::unknown);
  request.limits.max_states = 1'000'000;
  request.limits.max_bytes = 100'000;
  report = judge_termination(request);
  EXPECT_EQ(report.limit, "memory");
  EXPECT_EQ(report.verdict.verdict, Verdict::unknown);
}

}  // namespace
}  // namespace concordat::graph
