// Goal: a walk sees exactly the events that the model enables, and its state is the world to which
// they lead. Method: random runs of many models under drawn rules and budgets, in numbers and
// through `successors` at once; at each step both list the same events with the same results, equal
// worlds have equal fingerprints, and different worlds different ones.
#include "sim/explore/global_state.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "sim/model/event.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/drawn_settings.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat::explore {
namespace {

/// Events of both kinds, with a crash inside and without, in one order.
std::vector<std::uint32_t> all_moves(GlobalState& state) {
  std::vector<EnabledEvent> events;
  for (int kind = 0; kind < enum_count<EventClass>(); ++kind)
    state.list_others(static_cast<EventClass>(kind), events);
  std::vector<std::uint32_t> moves;
  for (const EnabledEvent& event : events)
    for (std::uint32_t move = event.begin; move < event.end; ++move)
      moves.push_back(move);
  return moves;
}

class Pair {
 public:
  explicit Pair(const CheckRequest& request)
      : request_(request), steps_(request), channels_(steps_), state_(steps_, channels_) {}

  /// One random run.
  void run(Random& random, int length) {
    state_.reset();
    world_ = initial_world(*request_.model);
    for (int step = 0; step < length; ++step) {
      expect_equal_states();
      const std::vector<std::uint32_t> moves = all_moves(state_);
      const std::vector<Successor> next =
          successors(*request_.model, request_.rules, request_.budget, world_);
      expect_equal_moves(moves, next);
      if (moves.empty() || testing::Test::HasFailure()) return;
      const std::uint32_t move = moves[random.below(moves.size())];
      state_.perform(move);
      world_ = after(move);
    }
  }

 private:
  const Model& model() const { return *request_.model; }

  World after(std::uint32_t move) const {
    World next = world_;
    const Event& event = steps_.event(move);
    const auto report = apply(model(), request_.rules, next, event);
    EXPECT_TRUE(report.has_value());
    const bool crashed = event.kind == EventKind::crash || event.plan.cut.has_value();
    settle(request_.budget, crashed ? node_of(model(), event) : -1, next.used);
    return next;
  }

  std::string line(const Event& event, const World& next) const {
    World world = world_;
    const auto report = apply(model(), request_.rules, world, event);
    return format(model(), event, *report) + ": " + key_of(next);
  }

  void expect_equal_moves(const std::vector<std::uint32_t>& moves,
                          const std::vector<Successor>& next) {
    std::vector<std::string> seen;
    std::vector<std::string> expected;
    for (const std::uint32_t move : moves)
      seen.push_back(line(steps_.event(move), after(move)));
    for (const Successor& successor : next)
      expected.push_back(line(successor.event, successor.world));
    std::sort(seen.begin(), seen.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(seen, expected);
  }

  void expect_equal_states() {
    for (int node = 0; node < steps_.node_count(); ++node)
      EXPECT_EQ(steps_.contents(node, state_.local(node)),
                world_.nodes[static_cast<std::size_t>(node)]);
    const Control& control = steps_.controls().at(state_.control());
    EXPECT_EQ(control.cut, world_.cut);
    EXPECT_EQ(control.used, world_.used);
    const std::string key = key_of(world_);
    const auto [fingerprint, is_new] = fingerprints_.try_emplace(key, state_.fingerprint());
    EXPECT_EQ(fingerprint->second, state_.fingerprint());
    const auto [same, is_first] = keys_.try_emplace(state_.fingerprint(), key);
    EXPECT_EQ(same->second, key);
    EXPECT_EQ(is_new, is_first);
  }

  const CheckRequest& request_;
  StepTable steps_;
  Channels channels_;
  GlobalState state_;
  World world_;
  std::map<std::string, std::uint64_t> fingerprints_;
  std::map<std::uint64_t, std::string> keys_;
};

/// Compares on `count` drawn settings.
void compare(const Model& model, std::uint64_t seed, int count) {
  constexpr int runs = 4;
  constexpr int length = 30;
  Random random = Random::stream(seed, "settings");
  for (int i = 0; i < count && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("setting " + std::to_string(i));
    CheckRequest request = ask(model, {}, {}, {"UA"});
    draw(random, request.rules, request.budget);
    Pair pair(request);
    for (int run = 0; run < runs; ++run)
      pair.run(random, length);
  }
}

TEST(GlobalState, TwoPhaseCommit) {
  using Termination = TwoPhaseCommit::Termination;
  compare(*model_of<TwoPhaseCommit>({Termination::cooperative, {}}, {1, 2}), 1, 40);
}

/// Two kinds of timers that are no retries, both armed while everything else waits for them.
TEST(GlobalState, TimersInTheirOrder) {
  auto setup = setup_of<TwoPhaseCommit>({1, 2});
  setup.timer_order = {1, 0, 2, 3};
  const auto model = make_model<TwoPhaseCommit>({}, std::move(setup));
  CheckRequest request = ask(*model, {}, {.losses = 2}, {"UA"});
  request.rules.timing = TimingModel::synchronous;
  Pair pair(request);
  Random random(1);
  for (int run = 0; run < 100; ++run)
    pair.run(random, 30);
}

TEST(GlobalState, Transfers) {
  std::uint64_t seed = 10;
  for (const LockPolicy locks : all_policies)
    compare(*transfers(2, locks, true), ++seed, 8);
}

TEST(GlobalState, Probes) {
  compare(*tcc(TccBranch::Fence::on, 1), 20, 10);
  compare(*outbox(OutboxRelay::Mistake::none, 1), 21, 20);
  compare(*paxos(PaxosAcceptor::Mistake::none, 1, 1), 22, 10);
}

TEST(GlobalState, Chaos) {
  std::uint64_t seed = 30;
  for (const LockPolicy locks : all_policies)
    compare(*chaos({.actors = 2, .on_one_node = true, .actions = 1}, locks), ++seed, 8);
}

}  // namespace
}  // namespace concordat::explore
