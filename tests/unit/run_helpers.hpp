// What the tests of runs share: scenarios from text, ready to run, and random walks through them.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "protocols/registry.hpp"
#include "sim/model/event.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/read.hpp"
#include "tests/unit/model_samples.hpp"

namespace concordat {

/// Two-phase commit with `more` of a scenario, which starts in line 3.
inline std::string two_phase(const std::string& more) {
  return "name: a test\nprotocol: two_phase_commit\n" + more;
}

struct Story {
  scenario::Scenario scenario;
  scenario::Bound bound;

  const Model& model() const { return *bound.model; }
  Run run() const { return concordat::run(scenario, bound); }
};

/// The scenario in `yaml`, or its error.
inline Result<Story> try_story(const std::string& yaml) {
  auto scenario = scenario::read(yaml, "a.yaml");
  if (!scenario) return scenario.error();
  auto bound = scenario::bind(*scenario, all_protocols());
  if (!bound) return bound.error();
  return Story{std::move(*scenario), std::move(*bound)};
}

/// REQUIRES: `yaml` is right.
inline Story story(const std::string& yaml) {
  auto made = try_story(yaml);
  EXPECT_TRUE(made.ok()) << (made ? "" : made.error().text()) << "\n" << yaml;
  return std::move(*made);
}

inline std::vector<std::string> lines_of(const trace::Trace& trace) {
  std::vector<std::string> lines;
  for (const trace::Step& step : trace.steps)
    lines.push_back(step.event);
  return lines;
}

/// Every fault, also what a person must ask for.
inline Budget all_faults() {
  Budget budget = Budget::everything();
  budget.one_way = true;
  budget.operators = true;
  return budget;
}

/// The lines of a random path of at most `steps` steps; `visit(world, successors)` sees each world.
/// Ordinary events are preferred, so that the walk gets somewhere.
template <class Visit>
std::vector<std::string> walk(
    const Model& model, const Rules& rules, SampleRandom& random, int steps, Visit visit) {
  std::vector<std::string> lines;
  World world = initial_world(model);
  for (int i = 0; i < steps; ++i) {
    auto next = successors(model, rules, all_faults(), world);
    visit(world, next);
    std::vector<std::size_t> ordinary;
    for (std::size_t n = 0; n < next.size(); ++n) {
      const EventKind kind = next[n].event.kind;
      const bool moves = kind == EventKind::start || kind == EventKind::deliver ||
                         kind == EventKind::recover || kind == EventKind::resume;
      if (moves && !next[n].event.plan.cut) ordinary.push_back(n);
    }
    if (next.empty()) break;
    const std::size_t pick =
        !ordinary.empty() && random.chance(75)
            ? ordinary[static_cast<std::size_t>(random.below(static_cast<int>(ordinary.size())))]
            : static_cast<std::size_t>(random.below(static_cast<int>(next.size())));
    lines.push_back(format(model, next[pick].event, next[pick].report));
    // `successors` counts faults under its budget, `apply` counts them all: move with `apply`.
    EXPECT_TRUE(apply(model, rules, world, next[pick].event).has_value()) << lines.back();
  }
  return lines;
}

/// Settings for random walks: transactions, placement, delivery, timing, options.
inline const std::vector<std::string>& walk_settings() {
  static const std::vector<std::string> settings{
      "votes: {p1: any, p2: any}\n",
      "processes: {participants: 3}\noptions: {termination: cooperative}\nvotes: {p3: any}\n",
      "transactions: 2\nvotes: {p1: any}\nstore: {p1: {accounts: {alice: 10}}}\n"
      "work: {p1: {accounts.alice: -3}}\nlocks: wait\n",
      "place: {n1: [c, p1], n2: [p2]}\nvotes: {p1: any, p2: any}\n",
      "place: {n1: [p1, p2]}\ntransactions: 2\nvotes: {p1: any, p2: any}\n",
      "network: {delivery: duplicating}\nplace: {n1: [c, p1]}\nvotes: {p2: any}\n",
      "network: {delivery: fifo, copies: 2, partition: hold}\noptions: {mistake: vote_unforced}\n",
      "network: {copies: 3, crash: drop}\noptions: {mistake: ack_unforced}\n",
      "timing: {model: synchronous}\noptions: {termination: cooperative, mistake: "
      "decide_unforced}\n",
  };
  return settings;
}

}  // namespace concordat
