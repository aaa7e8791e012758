// Goal: coverage counts what the runs did, no more and no less. Method: by hand; and runs under
// faults, whose paths are counted again.
#include "sim/run/coverage.hpp"

#include <gtest/gtest.h>
#include <map>

#include "tests/unit/timed_play.hpp"

namespace concordat {
namespace {

using Lines = std::map<std::string, std::int64_t>;

Lines lines_of(const Coverage& coverage, const Model& model) {
  Lines out;
  for (const Coverage::Line& line : coverage.lines(model))
    out[line.role + " " + line.what] = line.count;
  return out;
}

TEST(Coverage, NamesWhatNeverCame) {
  const auto model = commit_model(commit_setup_of(2));
  const Lines lines = lines_of(Coverage(*model), *model);
  EXPECT_EQ(lines.at("participant message prepare"), 0);
  EXPECT_EQ(lines.at("coordinator timer vote"), 0);
  EXPECT_EQ(lines.at("coordinator crash between steps"), 0);
  EXPECT_EQ(lines.at("participant recovery"), 0);
  EXPECT_EQ(lines.count("participant crash before send"), 0U);
  // Two roles, nine messages, four timers, crashes and recoveries.
  EXPECT_EQ(lines.size(), 2U * (9 + 4 + 2));
}

TEST(Coverage, AddsUp) {
  const auto model = commit_model(commit_setup_of(2));
  Coverage one(*model);
  Coverage other(*model);
  one.received(1, 0);
  other.received(1, 0);
  other.fired(0, 0);
  other.crashed_before(1, EffectKind::send);
  other.crashed(0);
  other.recovered(1);
  one.add(other);
  const Lines lines = lines_of(one, *model);
  EXPECT_EQ(lines.at("participant message prepare"), 2);
  EXPECT_EQ(lines.at("coordinator timer vote"), 1);
  EXPECT_EQ(lines.at("participant crash before send"), 1);
  EXPECT_EQ(lines.at("coordinator crash between steps"), 1);
  EXPECT_EQ(lines.at("participant recovery"), 1);
  Coverage empty;
  empty.add(one);
  EXPECT_EQ(lines_of(empty, *model), lines);
}

/// Counts the events of a path.
void count(const Model& model, const std::vector<Performed>& path, Lines& lines) {
  const Setup& setup = model.setup();
  const auto role_of = [&](ProcessId process) {
    const int role = setup.processes[static_cast<std::size_t>(process.index())].role;
    return std::string(model.info().roles[static_cast<std::size_t>(role)].name) + " ";
  };
  World world = initial_world(model);
  for (const Performed& performed : path) {
    const Event& event = performed.event;
    const auto report = apply(model, timed_rules(), world, event);
    const int node = node_of(model, event);
    if (event.kind == EventKind::deliver || event.kind == EventKind::duplicate)
      ++lines[role_of(event.message.to) + "message " + model.message_name(event.message.message)];
    if (node < 0) continue;
    const auto& slots = setup.slots[static_cast<std::size_t>(node)];
    if (event.kind == EventKind::timeout)
      ++lines[role_of(slots[static_cast<std::size_t>(event.slot)].process) + "timer " +
              model.info().timers[static_cast<std::size_t>(event.timer)]];
    for (const Slot& slot : slots) {
      if (event.kind == EventKind::crash) ++lines[role_of(slot.process) + "crash between steps"];
      if (event.kind == EventKind::recover) ++lines[role_of(slot.process) + "recovery"];
    }
    if (!event.plan.cut) continue;
    const Effect& next = report->step.effects[static_cast<std::size_t>(event.plan.cut->before)];
    ++lines[role_of(slots[static_cast<std::size_t>(next.slot)].process) + "crash before " +
            std::string(enum_name(next.kind))];
  }
}

TEST(Coverage, CountsWhatThePathsHave) {
  auto setup = commit_setup_of(2, 2);
  setup.open_choices = true;
  const auto model = commit_model(std::move(setup), {TwoPhaseCommit::Termination::cooperative, {}});
  const scenario::Timed timed = rough_timed(*model);
  const FaultPlan::Faults none;
  Simulator simulator(*model, timed_rules(), timed, none);
  Lines expected = lines_of(Coverage(*model), *model);
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    std::vector<Performed> path;
    simulator.run(seed, &path);
    count(*model, path, expected);
  }
  EXPECT_EQ(lines_of(simulator.coverage(), *model), expected);
  EXPECT_GT(expected.at("participant crash before force"), 0);
}

}  // namespace
}  // namespace concordat
