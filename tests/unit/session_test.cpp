// Goal: a session is a tree of worlds whose paths replay as scenarios, and a search from one of its
// worlds sees every run from there and no other. Method: random walks under many settings; every
// path is written, read and run again; every search is compared, state by state, with a naive one
// on worlds that begins there.
#include "sim/app/session.hpp"

#include <deque>
#include <gmock/gmock.h>
#include <set>

#include "sim/app/session_search.hpp"
#include "sim/model/moves.hpp"
#include "sim/scenario/write.hpp"
#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

using app::SearchFinding;
using app::SearchQuestion;
using app::Session;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::Not;
using testing::SizeIs;

Session session_of(const std::string& yaml) {
  Story s = story(yaml);
  return Session(std::move(s.scenario), std::move(s.bound));
}

std::string_view go_on(const SearchProgress&) {
  return "";
}

/// The session of a random walk.
Session walked(const std::string& setting, std::uint64_t seed, int steps) {
  Session session = session_of(two_phase(setting));
  SampleRandom random(seed);
  const auto lines = walk(
      session.model(), session.bound()->run_rules, random, steps, [](const auto&, const auto&) {});
  EXPECT_EQ(session.follow(lines), std::nullopt);
  return session;
}

TEST(Session, IsATreeOfBranches) {
  Session session = session_of(two_phase(""));
  EXPECT_FALSE(session.undo());
  EXPECT_FALSE(session.redo());
  ASSERT_EQ(session.follow({"start c", "deliver prepare(c->p1)"}), std::nullopt);
  const int first = session.current();
  ASSERT_TRUE(session.undo());
  ASSERT_TRUE(session.take("deliver prepare(c->p2)").ok());
  EXPECT_THAT(session.schedule(), ElementsAre("start c", "deliver prepare(c->p2)"));
  ASSERT_TRUE(session.undo());
  EXPECT_THAT(session.node(session.current()).children, SizeIs(2));
  ASSERT_TRUE(session.redo());  // the branch that was left last
  EXPECT_EQ(session.node(session.current()).line, "deliver prepare(c->p2)");
  ASSERT_TRUE(session.go_to(first));
  EXPECT_THAT(session.schedule(), ElementsAre("start c", "deliver prepare(c->p1)"));
  EXPECT_FALSE(session.go_to(99));
  ASSERT_TRUE(session.undo());
  const int count = session.node_count();
  ASSERT_TRUE(session.take("deliver prepare(c->p1)").ok());  // no second branch
  EXPECT_EQ(session.node_count(), count);
  EXPECT_EQ(session.current(), first);
}

TEST(Session, ListsEventsByGroup) {
  Session session = session_of(two_phase(""));
  ASSERT_TRUE(session.take("start c").ok());
  const auto has = [](const std::vector<app::EnabledLine>& all, const char* line) {
    return std::ranges::any_of(all, [&](const auto& each) { return each.line == line; });
  };
  const auto plain = session.enabled({});
  EXPECT_THAT(plain, Each(Field(&app::EnabledLine::group, app::EventGroup::ordinary)));
  EXPECT_TRUE(has(plain, "deliver prepare(c->p1)"));
  const auto all = session.enabled({.faults = true, .cuts = true});
  EXPECT_TRUE(has(all, "lose prepare(c->p1)"));
  EXPECT_TRUE(has(all, "deliver prepare(c->p1), crash p1 after force prepared"));
  for (const app::EnabledLine& each : all)
    EXPECT_TRUE(Session(session).take(each.line).ok()) << each.line;
  const auto refused = session.take("deliver commit(c->p1)");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(session.schedule(), ElementsAre("start c"));
}

TEST(Session, APathReplaysAsAScenario) {
  std::vector<std::string> settings = walk_settings();
  settings.emplace_back("timing: {latency: 5ms, force: 2ms}\nrandom: {lose: 1/10}\nseeds: 3\n");
  std::uint64_t seed = 1;
  for (const std::string& setting : settings)
    for (int i = 0; i < 10; ++i) {
      const Session session = walked(setting, seed++, 25);
      const Story again = story(scenario::write(session.as_scenario()));
      EXPECT_EQ(again.run().trace, session.trace()) << setting;
    }
}

TEST(Session, GoesOnWhereATraceEnds) {
  const Story s = story(two_phase("faults: [crash: {node: c, on: decided}]\n"));
  const trace::Trace trace = s.run().trace;
  std::optional<Error> problem;
  auto session = Session::of_trace(all_protocols(), trace, problem);
  ASSERT_TRUE(session.ok()) << session.error().text();
  EXPECT_EQ(problem, std::nullopt);
  EXPECT_EQ(session->schedule(), lines_of(trace));
  ASSERT_TRUE(session->take("recover c").ok());
  trace::Trace bare = trace;
  bare.scenario_text.clear();
  EXPECT_FALSE(Session::of_trace(all_protocols(), bare, problem).ok());
  trace::Trace wrong = trace;
  wrong.steps[2].event = "deliver nothing(c->p1)";
  session = Session::of_trace(all_protocols(), wrong, problem);
  ASSERT_TRUE(session.ok());
  EXPECT_TRUE(problem.has_value());
  EXPECT_THAT(session->schedule(), SizeIs(2));
}

// ---- Searches.

struct Naive {
  std::int64_t states = 0;
  bool violated = false;  // uniform_agreement, behind the first world
};

/// REQUIRES: `rules` and `budget` are those of the search.
std::optional<Naive> naive(
    const Model& model, const Rules& rules, const Budget& budget, World from, std::int64_t most) {
  const Property& property = *find_property("uniform_agreement");
  for (LocalState& node : from.nodes)
    moves::drop_unseen(rules, node);
  settle(budget, -1, from.used);
  std::set<std::string> seen{key_of(from)};
  std::deque<World> queue{from};
  Naive out{1, false};
  while (!queue.empty()) {
    const World world = std::move(queue.front());
    queue.pop_front();
    for (Successor& next : successors(model, rules, budget, world)) {
      if (!seen.insert(key_of(next.world)).second) continue;
      if (++out.states > most) return std::nullopt;
      out.violated = out.violated || !satisfied(property, model, next.world);
      queue.push_back(std::move(next.world));
    }
  }
  return out;
}

TEST(SessionSearch, SeesWhatANaiveSearchSees) {
  int compared = 0;
  std::uint64_t seed = 100;
  for (const std::string& setting : walk_settings())
    for (int i = 0; i < 12; ++i) {
      const Session session = walked(setting, seed++, 3 + 2 * i);
      SearchQuestion question;
      question.budget.crashes = i % 2;
      question.budget.recoveries = i % 2;
      question.budget.losses = i % 3 == 0 ? 1 : 0;
      question.blocking = false;
      question.max_states = 4'000;
      const auto report = search_from(*session.bound(), session.world(), question, go_on);
      ASSERT_TRUE(report.ok()) << report.error().text();
      Rules rules = session.bound()->run_rules;
      rules.keeps = {};
      const FaultCounts& used = session.world().used;
      Budget budget = question.budget;
      budget.crashes += used.crashes;
      budget.recoveries += used.recoveries;
      budget.losses += used.losses;
      budget.duplicates += used.duplicates;
      budget.partitions += used.partitions;
      budget.pauses += used.pauses;
      budget.early_timeouts += used.early_timeouts;
      for (const SearchFinding& finding : report->findings) {
        const bool here = finding.what == SearchFinding::What::found && finding.steps.empty();
        if (!here) rules.keeps.add(find_property(finding.name)->reads);
      }
      const auto expected = naive(session.model(), rules, budget, session.world(), 4'000);
      if (!expected || !report->complete) continue;
      ++compared;
      EXPECT_EQ(report->states, expected->states) << setting << i;
      for (const SearchFinding& finding : report->findings)
        if (finding.code == "UA") {
          EXPECT_EQ(finding.what == SearchFinding::What::found, expected->violated) << setting;
        }
    }
  EXPECT_GT(compared, 40);
}

TEST(SessionSearch, ARunThatItFindsCanBeTaken) {
  Session session = session_of(two_phase(""));
  ASSERT_EQ(session.follow({"start c", "deliver prepare(c->p1)"}), std::nullopt);
  SearchQuestion question;
  question.safety = false;
  question.budget.crashes = 1;
  const auto blocked = search_from(*session.bound(), session.world(), question, go_on);
  ASSERT_TRUE(blocked.ok());
  ASSERT_THAT(blocked->findings, SizeIs(1));
  EXPECT_EQ(blocked->findings[0].what, SearchFinding::What::found);
  ASSERT_EQ(session.follow(blocked->findings[0].steps), std::nullopt);
  EXPECT_THAT(session.trace().finals, Contains(Field(&trace::Final::blocked, true)));

  question.goal = "p1 commits and p2 aborts";
  question.blocking = false;
  const auto split = search_from(*session.bound(), session.world(), question, go_on);
  ASSERT_TRUE(split.ok());
  ASSERT_THAT(split->findings, SizeIs(1));
  EXPECT_EQ(split->findings[0].what, SearchFinding::What::holds);  // out of reach
  question.goal = "nonsense";
  EXPECT_FALSE(search_from(*session.bound(), session.world(), question, go_on).ok());
}

/// By what its protocol promises, and by the end, in the state that the search begins in.
TEST(SessionSearch, JudgesBusiness) {
  Session session = session_of(R"(name: a message
protocol: half_message
store: {producer: {goods: {a: 5}}, consumer: {goods: {b: 5}}}
work: {producer: {goods.a: -1}, consumer: {goods.b: 1}}
timing: {model: synchronous}
)");
  ASSERT_EQ(session.follow({"start producer", "deliver half(producer->broker)"}), std::nullopt);
  const auto found = [&](int crashes) {
    SearchQuestion question;
    question.blocking = false;
    question.budget.crashes = crashes;
    const auto report = search_from(*session.bound(), session.world(), question, go_on);
    EXPECT_TRUE(report.ok());
    std::vector<std::string> out;
    for (const SearchFinding& finding : report->findings)
      out.push_back(finding.code + (finding.what == SearchFinding::What::holds ? "" : " violated"));
    return out;
  };
  EXPECT_THAT(found(0), testing::ElementsAre("RC", "LD", "ID"));
  EXPECT_THAT(found(1), testing::ElementsAre("RC violated", "LD violated", "ID"));
}

TEST(SessionSearch, CanBeStopped) {
  const Session session = session_of(two_phase("processes: {participants: 5}\n"));
  SearchQuestion question;
  question.budget.crashes = 2;
  const auto report = search_from(
      *session.bound(), session.world(), question, [](const SearchProgress&) { return "stopped"; });
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->limit, "stopped");
  EXPECT_THAT(report->findings,
              Contains(Field(&SearchFinding::what, SearchFinding::What::not_told)));
}

}  // namespace
}  // namespace concordat
