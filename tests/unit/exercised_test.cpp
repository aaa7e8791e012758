// Goal: what a search says it has exercised is what happened in it, no more and no less. Method:
// every step of every reachable world is listed by the model's own code and named here again; and
// the gaps of a small run are known beforehand.
#include <deque>
#include <gmock/gmock.h>
#include <set>

#include "sim/explore/explorer.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;

/// The role of the process that does it, and what: "participant timer vote, crash before force".
void name_step(const Model& model, const Successor& step, std::set<std::string>& out) {
  const Event& event = step.event;
  const int node = node_of(model, event);
  const auto role_of = [&](int slot) {
    const ProcessId process =
        model.setup().slots[static_cast<std::size_t>(node)][static_cast<std::size_t>(slot)].process;
    const int role = model.setup().processes[static_cast<std::size_t>(process.index())].role;
    return std::string(model.info().roles[static_cast<std::size_t>(role)].name);
  };
  std::string what{enum_name(event.kind)};
  int slot = event.slot >= 0 ? event.slot : 0;  // one process on each node
  if (event.kind == EventKind::deliver) {
    what = "message " + model.message_name(event.message.message);
    slot = model.setup().local_slot(event.message.tx, event.message.to);
  }
  if (event.kind == EventKind::timeout)
    what = "timer " + model.info().timers[static_cast<std::size_t>(event.timer)];
  if (event.plan.cut) {
    const Effect& next = step.report.step.effects[static_cast<std::size_t>(event.plan.cut->before)];
    what += ", crash before " + std::string(enum_name(next.kind));
    slot = next.slot;
  }
  out.insert(role_of(slot) + " " + what);
}

/// The names of all steps of all reachable worlds.
std::set<std::string> all_steps(const CheckRequest& request) {
  std::set<std::string> names;
  std::set<std::string> seen;
  std::deque<World> waiting{initial_world(*request.model)};
  seen.insert(key_of(waiting.front()));
  while (!waiting.empty()) {
    const World world = std::move(waiting.front());
    waiting.pop_front();
    for (Successor& next : successors(*request.model, request.rules, request.budget, world)) {
      name_step(*request.model, next, names);
      if (seen.insert(key_of(next.world)).second) waiting.push_back(std::move(next.world));
    }
  }
  return names;
}

TEST(Exercised, IsWhatHappened) {
  for (const TimingModel timing : {TimingModel::synchronous, TimingModel::asynchronous})
    for (const Budget& budget : {Budget{}, Budget{.crashes = 1, .recoveries = 1}}) {
      const auto model = model_of<TwoPhaseCommit>({}, {1, 1});
      const CheckRequest request = ask(*model, {.timing = timing}, budget, {"UA"});
      std::set<std::string> exercised;
      for (const Exercised::Line& line : explore_all(request).exercised.lines) {
        exercised.insert(line.role + " " + line.event);
        EXPECT_GT(line.steps + line.cuts, 0);
      }
      EXPECT_EQ(exercised, all_steps(request));
    }
}

TEST(Exercised, TheGapsOfARunWithoutFaults) {
  // Everybody votes yes, and no timer fires before its time: the other half of the protocol is
  // never touched.
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2}, false);
  const CheckRequest request = ask(*model, {.timing = TimingModel::synchronous}, {}, {"UA"});
  const Exercised exercised = explore_all(request).exercised;
  EXPECT_THAT(exercised.never,
              ElementsAre("sent: no, read, abort, inquire, unsure",
                          "fired at coordinator: vote, ack",
                          "fired at participant: prepare, decision"));
  EXPECT_THAT(
      exercised.lines,
      Contains(testing::AllOf(Field(&Exercised::Line::role, "participant"),
                              Field(&Exercised::Line::state, "phase=in_doubt; log prepared"),
                              Field(&Exercised::Line::event, "message commit"),
                              Field(&Exercised::Line::cuts, 0))));
}

TEST(Exercised, WhatTheBudgetAllowsAndNothingReached) {
  // At first only the participant can crash, and a limit ends the search before it is back.
  const auto model = model_of<TwoPhaseCommit>({}, {1, 1}, false);
  CheckRequest request = ask(*model, {}, {.crashes = 1, .recoveries = 1}, {"UA"});
  request.limits.max_depth = 2;
  const Exercised cut = explore_all(request).exercised;
  EXPECT_THAT(cut.never, Contains("crashed: coordinator"));
  EXPECT_THAT(cut.never, Contains("recovered: participant"));
  EXPECT_THAT(cut.never, Contains("received by participant: prepare"));
  request.limits.max_depth = 1'000;
  EXPECT_THAT(explore_all(request).exercised.never, ElementsAre("sent: read, unsure"));
}

}  // namespace
}  // namespace concordat
