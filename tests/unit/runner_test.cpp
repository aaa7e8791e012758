// Goal: runs happen as their scenarios say, and a trace is a faithful record that replays. Method:
// small stories in the default order, compared with the lines that must come out; then random walks
// with every fault, whose traces are recomputed: ids of messages, counts, and the replay of the
// scenario that each trace carries, byte for byte.
#include <gmock/gmock.h>
#include <map>

#include "sim/scenario/write.hpp"
#include "sim/trace/json.hpp"
#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string decisions(const trace::Trace& trace) {
  std::string out;
  for (const trace::Final& final : trace.finals)
    out += (out.empty() ? "" : ", ") + final.process + " " +
           (final.decision.empty() ? "-" : final.decision);
  return out;
}

/// Runs the faults, which must succeed and replay. RETURNS: the lines.
std::vector<std::string> lines_with(const std::string& more) {
  const Story s = story(two_phase(more));
  const auto run = s.run();
  EXPECT_FALSE(run.error) << run.error->text();
  const Story again = story(run.trace.scenario_text);
  EXPECT_EQ(trace::to_json(again.run().trace), trace::to_json(run.trace)) << more;
  return lines_of(run.trace);
}

std::string error_with(const std::string& more) {
  const auto run = story(two_phase(more)).run();
  return run.error ? run.error->text() : "no error";
}

TEST(Runner, HappyPath) {
  EXPECT_THAT(lines_with(""),
              ElementsAre("start c",
                          "deliver prepare(c->p1)",
                          "deliver prepare(c->p2)",
                          "deliver yes(p1->c)",
                          "deliver yes(p2->c)",
                          "deliver commit(c->p1)",
                          "deliver commit(c->p2)",
                          "deliver ack(p1->c)",
                          "deliver ack(p2->c)"));
  const auto run = story(two_phase("")).run();
  EXPECT_EQ(decisions(run.trace), "c commit, p1 commit, p2 commit");
  EXPECT_EQ(run.trace.counts.messages, 8);
  EXPECT_EQ(run.trace.counts.forces, 5);
}

TEST(Runner, ANoVoteAborts) {
  const auto run = story(two_phase("votes: {p2: no}\n")).run();
  EXPECT_EQ(decisions(run.trace), "c abort, p1 abort, p2 abort");
}

TEST(Runner, ACrashAfterTellingSome) {
  EXPECT_THAT(lines_with("faults: [crash: {node: c, sent_to: [p1], of: decision}]\n"),
              Contains("deliver yes(p2->c), crash c after send commit p1"));
  EXPECT_THAT(lines_with("faults: [crash: {node: c, sent_to: [], of: decision}]\n"),
              Contains("deliver yes(p2->c), crash c after answer commit"));
  // Everybody was told: after the last effect there is no cut, so the crash comes right after.
  const auto lines = lines_with("faults: [crash: {node: c, sent_to: [p1, p2], of: decision}]\n");
  const auto at = std::find(lines.begin(), lines.end(), "deliver yes(p2->c)");
  ASSERT_LT(at + 1, lines.end());
  EXPECT_EQ(*(at + 1), "crash c");
  // Somebody who is not sent it at all: the cause does not come.
  EXPECT_THAT(error_with("faults: [crash: {node: p1, sent_to: [p2], of: yes}]\n"),
              HasSubstr("a.yaml:3:10: error: this fault never happened"));
}

TEST(Runner, ACrashAfterAnEffect) {
  EXPECT_THAT(lines_with("faults: [crash: {node: p1, after: force prepared}]\n"),
              Contains("deliver prepare(c->p1), crash p1 after force prepared"));
  const auto lines = lines_with("faults: [crash: {node: p1, after: send ack c}]\n");
  const auto at = std::find(lines.begin(), lines.end(), "deliver commit(c->p1)");
  ASSERT_LT(at + 1, lines.end());
  EXPECT_EQ(*(at + 1), "crash p1");
}

TEST(Runner, ACrashOnACauseAndItsRecovery) {
  const auto lines = lines_with("faults: [crash: {node: c, on: decided, recover: true}]\n");
  EXPECT_THAT(lines, Contains("crash c"));
  EXPECT_THAT(lines, Contains("recover c"));
  EXPECT_THAT(lines_with("faults: [crash: {node: p1, on: prepared}]\n"),
              Not(Contains("recover p1")));
  const auto run =
      story(two_phase("faults: [crash: {node: p1, on: voted, recover: true}]\n")).run();
  EXPECT_EQ(decisions(run.trace), "c commit, p1 commit, p2 commit");
  // During the recovery, too.
  EXPECT_THAT(lines_with("faults:\n  - crash: {node: c, after: force commit, recover: true}\n"
                         "  - crash: {node: c, sent_to: [p2], of: commit}\n"),
              Contains("recover c, crash c after send commit p2"));
  EXPECT_THAT(lines_with("faults:\n  - crash: {node: p1, on: prepared, recover: true}\n"
                         "  - crash: {node: p1, after: send inquire c, recover: true}\n"),
              Contains("recover p1"));
}

TEST(Runner, TheTailAfterACrash) {
  const std::string unforced = "options: {mistake: vote_unforced}\n";
  EXPECT_THAT(
      lines_with(unforced + "faults: [crash: {node: p1, on: voted, recover: true, tail: lost}]\n"),
      Contains("recover p1 tail=lose"));
  EXPECT_THAT(lines_with(unforced + "faults: [crash: {node: p1, on: voted, recover: true}]\n"),
              Contains("recover p1 tail=keep"));
}

TEST(Runner, AFaultThatCannotHappenAnyMoreIsAnError) {
  EXPECT_EQ(error_with("faults:\n  - crash: {node: c, on: decided, recover: true}\n"
                       "  - crash: {node: c, on: decided, recover: true}\n"),
            "a.yaml:5:5: error: this fault never happened: its cause did not come\n"
            "  hint: `concordat run` without it shows what does happen");
  EXPECT_THAT(error_with("faults: [lose: {message: banana}]\n"), HasSubstr("a.yaml:3:10"));
  EXPECT_THAT(error_with("faults: [lose: {message: prepare, count: 999}]\n"),
              HasSubstr("never happened"));
  EXPECT_THAT(error_with("faults:\n  - partition: {groups: [[c], [p1]], on: decided, of: c}\n"
                         "  - partition: {groups: [[c], [p2]], on: decided, of: c}\n"),
              HasSubstr("a.yaml:5:5"));
}

TEST(Runner, PartitionsAndLostMessages) {
  const auto lines = lines_with(
      "faults: [partition: {groups: [[c], [p1, p2]], on: decided, of: c, heal: true}]\n");
  EXPECT_THAT(lines, Contains("partition {c} | {p1,p2}"));
  EXPECT_THAT(lines, Contains("heal"));
  EXPECT_THAT(lines_with("faults: [lose: {message: commit, to: p2}]\n"),
              Contains("lose commit(c->p2)"));
  const auto twice = lines_with("faults: [duplicate: {message: commit, to: p1, count: 2}]\n");
  EXPECT_EQ(std::count(twice.begin(), twice.end(), "duplicate commit(c->p1)"), 2);
}

TEST(Runner, EndsWhenOnlyRetriesAreLeft) {
  const auto lines = lines_with("faults: [crash: {node: c, sent_to: [], of: decision}]\n");
  EXPECT_THAT(lines, Contains("timeout p1 decision"));
  EXPECT_LT(lines.size(), 30U);
}

TEST(Runner, AsScheduleReplacesTheFaults) {
  const Story s = story(two_phase("faults: [lose: {message: commit, to: p2}]\n"));
  const trace::Trace trace = s.run().trace;
  const scenario::Scenario schedule = as_schedule(s.scenario, trace);
  EXPECT_TRUE(schedule.faults.empty());
  ASSERT_TRUE(schedule.schedule.has_value());
  EXPECT_EQ(schedule.schedule->size(), trace.steps.size());
  EXPECT_EQ(schedule.name, s.scenario.name);
}

TEST(Runner, AnErrorInAScheduleHasItsPlace) {
  EXPECT_THAT(error_with("schedule:\n  - start c\n  - start q\n"),
              HasSubstr("a.yaml:5:5: error: there is no process `q`"));
}

// ---- Traces of random walks.

std::string node_of(const trace::Trace& trace, const std::string& process) {
  for (const trace::Process& each : trace.processes)
    if (each.name == process) return each.node;
  return "";
}

/// Every id is sent once, between the same ends, and nothing arrives after it was lost.
void check_ids(const trace::Trace& trace) {
  struct Copy {
    std::string what;
    bool gone = false;
  };
  std::map<std::int64_t, Copy> copies;
  for (const trace::Step& step : trace.steps)
    for (const trace::Effect& effect : step.effects) {
      if (effect.suppressed) {
        EXPECT_NE(step.event.find(", crash "), std::string::npos) << step.event;
        EXPECT_TRUE(effect.ids.empty()) << step.event;
        continue;
      }
      for (std::size_t i = 0; i < effect.ids.size(); ++i) {
        const std::int64_t id = effect.ids[i];
        const std::string what = std::to_string(effect.tx) + " " + effect.message + " " +
                                 effect.from + ">" + effect.to[i];
        if (effect.kind == trace::EffectKind::send) {
          if (id == 0) continue;  // an equal copy in flight absorbed it
          EXPECT_TRUE(copies.emplace(id, Copy{what, false}).second) << step.event;
          continue;
        }
        ASSERT_TRUE(copies.contains(id)) << step.event << " " << id;
        EXPECT_EQ(copies[id].what, what) << step.event;
        EXPECT_FALSE(copies[id].gone) << step.event;
        const bool local = node_of(trace, effect.from) == node_of(trace, effect.to[i]);
        const bool stays = step.kind == trace::EventKind::duplicate ||
                           (trace.rules[1].value == "duplicating" && !local);
        copies[id].gone = effect.kind == trace::EffectKind::lost || !stays;
      }
    }
}

void check_counts(const trace::Trace& trace) {
  trace::Counts counts;
  for (const trace::Step& step : trace.steps)
    for (const trace::Effect& effect : step.effects) {
      if (effect.suppressed) continue;
      if (effect.kind == trace::EffectKind::send)
        for (const std::string& to : effect.to)
          ++(node_of(trace, to) == node_of(trace, effect.from) ? counts.local_messages
                                                               : counts.messages);
      const bool force = effect.kind == trace::EffectKind::force;
      if (force) ++counts.forces;
      if ((force || effect.kind == trace::EffectKind::append) && !effect.text.empty())
        ++counts.records;
    }
  EXPECT_EQ(trace.counts, counts);
}

TEST(Runner, RandomWalksReplayByteForByte) {
  for (const std::string& setting : walk_settings())
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      SCOPED_TRACE(setting + "seed " + std::to_string(seed));
      Story s = story(two_phase(setting));
      SampleRandom random(seed);
      s.scenario.schedule.emplace();
      for (const std::string& line :
           walk(s.model(), s.bound.run_rules, random, 40, [](const World&, const auto&) {}))
        s.scenario.schedule->push_back({line, {}});
      const auto run = s.run();
      ASSERT_FALSE(run.error) << run.error->text();
      EXPECT_EQ(run.trace.steps.size(), s.scenario.schedule->size());
      for (std::size_t i = 0; i < run.trace.steps.size(); ++i)
        EXPECT_EQ(run.trace.steps[i].event, (*s.scenario.schedule)[i].value);
      check_ids(run.trace);
      check_counts(run.trace);
      EXPECT_TRUE(run.trace.steps.empty() || run.trace.steps.back().index > 0);
      const std::string json = trace::to_json(run.trace);
      const auto read = trace::from_json(json, "a.json");
      ASSERT_TRUE(read.ok()) << read.error().text();
      EXPECT_TRUE(*read == run.trace);
      EXPECT_EQ(trace::to_json(story(run.trace.scenario_text).run().trace), json);
      if (HasFailure()) return;
    }
}

}  // namespace
}  // namespace concordat
