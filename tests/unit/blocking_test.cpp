// Goal: who is blocked, and what would free them, is right. Method: on worlds of small two-phase
// commit models, reached within a budget of faults, find_blocked must name exactly those whom the
// definition names on the graph of all worlds; then the classic cases, with the words that a person
// reads.
#include "sim/run/blocking.hpp"

#include <algorithm>
#include <map>

#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

bool is_fault_free(const Event& event) {
  return !event.plan.cut && (event.kind == EventKind::start || event.kind == EventKind::deliver ||
                             event.kind == EventKind::timeout || event.kind == EventKind::store);
}

/// Every world within the budget, and the definition of blocked, by going backwards from decisions.
class Space {
 public:
  explicit Space(const Story& s) : model_(s.model()) {
    std::map<std::string, std::size_t> numbers;
    const auto number = [&](World&& world) {
      const auto [entry, is_new] = numbers.try_emplace(key_of(world), worlds.size());
      if (is_new) worlds.push_back(std::move(world));
      return entry->second;
    };
    number(initial_world(model_));
    for (std::size_t i = 0; i < worlds.size(); ++i) {
      next_.emplace_back();
      for (Successor& step :
           successors(model_, s.bound.explore_rules, s.bound.budget, World(worlds[i]))) {
        const std::size_t to = number(std::move(step.world));
        if (is_fault_free(step.event)) next_[i].push_back(to);
      }
    }
  }

  /// Per world: the names of those who are blocked.
  std::vector<std::string> blocked() const {
    std::vector<std::string> out(worlds.size());
    for (const Slot& slot : all_slots(model_)) {
      std::vector<bool> can_decide(worlds.size());
      for (std::size_t i = 0; i < worlds.size(); ++i)
        can_decide[i] = state_of(model_, worlds[i], slot.tx, slot.process).history.decided();
      for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = worlds.size(); i-- > 0;)
          if (!can_decide[i] && std::any_of(next_[i].begin(), next_[i].end(), [&](std::size_t to) {
                return can_decide[to];
              }))
            can_decide[i] = changed = true;
      }
      for (std::size_t i = 0; i < worlds.size(); ++i)
        if (!can_decide[i] && undecided(model_, worlds[i], slot))
          out[i] += model_.setup().slot_name(slot) + " ";
    }
    return out;
  }

  std::vector<World> worlds;

 private:
  const Model& model_;
  std::vector<std::vector<std::size_t>> next_;
};

/// Compares in up to `samples` worlds in which nobody is blocked, spread evenly over all reachable
/// ones, and in as many in which somebody is. RETURNS: in how many somebody was.
int compare(const Story& s, std::size_t samples) {
  const Space space(s);
  const auto definition = space.blocked();
  std::vector<std::size_t> all;
  std::vector<std::size_t> with_blocked;
  for (std::size_t i = 0; i < definition.size(); ++i)
    (definition[i].empty() ? all : with_blocked).push_back(i);
  std::vector<std::size_t> chosen;
  for (const auto& worlds : {all, with_blocked})
    for (std::size_t i = 0; i < worlds.size(); i += worlds.size() / samples + 1)
      chosen.push_back(worlds[i]);
  int blocked = 0;
  for (const std::size_t i : chosen) {
    const BlockingReport report = find_blocked(s.model(), s.bound.explore_rules, space.worlds[i]);
    EXPECT_TRUE(report.complete) << "world " << i;
    std::string got;
    for (const BlockedProcess& one : report.blocked)
      got += s.model().setup().slot_name(one.slot) + " ";
    EXPECT_EQ(got, definition[i]) << "world " << i;
    if (!got.empty()) ++blocked;
  }
  return blocked;
}

TEST(Blocking, AgreesWithTheDefinition) {
  EXPECT_EQ(compare(story(two_phase("explore: {losses: 1, timing: synchronous}\n")), 20), 0);
  EXPECT_GT(compare(story(two_phase("explore: {crashes: 1}\n")), 20), 0);
  EXPECT_GT(compare(story(two_phase("explore: {crashes: 1, timing: synchronous}\n")), 20), 0);
  // Without an order of messages, or of timers, there would be too many worlds.
  const std::string cooperative = "options: {termination: cooperative}\n";
  EXPECT_GT(compare(story(two_phase(cooperative + "network: {delivery: fifo}\n"
                                                  "explore: {crashes: 1}\n")),
                    20),
            0);
  EXPECT_GT(
      compare(story(two_phase(cooperative + "explore: {crashes: 1, timing: synchronous}\n")), 20),
      0);
  EXPECT_GT(
      compare(story(two_phase("explore: {partitions: 1, heal: false, timing: synchronous}\n")), 20),
      0);
  EXPECT_GT(compare(story(two_phase("network: {partition: hold}\nvotes: {p1: any}\n"
                                    "explore: {pauses: 1}\n")),
                    20),
            0);
}

/// What find_blocked says at the end of a run.
std::string told(const std::string& more) {
  const Story s = story(two_phase(more));
  const auto run = s.run();
  EXPECT_FALSE(run.error) << run.error->text();
  std::string out;
  for (const BlockedProcess& blocked :
       find_blocked(s.model(), s.bound.run_rules, run.world).blocked)
    out += describe(s.model(), blocked) + "\n";
  return out;
}

const std::string in_doubt =
    "start c, deliver prepare(c->p1), deliver prepare(c->p2), "
    "deliver yes(p1->c)";

TEST(Blocking, TheCoordinatorIsDown) {
  EXPECT_EQ(told("faults: [crash: {node: c, sent_to: [p1], of: decision}]\n"),
            "p2 is blocked; `recover c` would free it, it decides in `deliver commit(c->p2)`\n");
  EXPECT_EQ(told("options: {termination: cooperative}\n"
                 "faults: [crash: {node: c, sent_to: [p1], of: decision}]\n"),
            "");
}

TEST(Blocking, WhatABlockedProcessHolds) {
  EXPECT_EQ(told("store: {p1: {accounts: {alice: 10}}}\nwork: {p1: {accounts.alice: -3}}\n"
                 "faults: [crash: {node: c, sent_to: [p2], of: decision}]\n"),
            "p1 is blocked and holds accounts.alice; `recover c` would free it, it decides in "
            "`deliver commit(c->p1)`\n");
}

TEST(Blocking, APartition) {
  EXPECT_EQ(told("schedule: [" + in_doubt + ", \"partition {c,p1} | {p2}\"]\n"),
            "p2 is blocked; `heal` would free it, it decides in `deliver abort(c->p2)`\n");
}

TEST(Blocking, TwoRepairsAreNeeded) {
  const std::string twice = "schedule: [" + in_doubt + ", crash c, \"partition {c,p1} | {p2}\"";
  const std::string p2 =
      "p2 is blocked; `recover c and heal` would free it, it decides in `deliver abort(c->p2)`\n";
  const std::string p1 =
      "p1 is blocked; `recover c` would free it, it decides in `deliver abort(c->p1)`\n";
  EXPECT_EQ(told(twice + "]\n"), p1 + p2);
  // What is not needed is not named.
  EXPECT_EQ(told(twice + ", crash p1]\n"), p2);
}

TEST(Blocking, NobodyWaitsAfterTheHappyPath) {
  EXPECT_EQ(told(""), "");
}

}  // namespace
}  // namespace concordat
