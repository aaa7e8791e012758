// What the naive way costs: one step through `apply`, all successors of a world, a world's key, and
// a whole small exploration. The fast explorer will be measured beside these.
#include <benchmark/benchmark.h>

#include "protocols/two_phase_commit.hpp"
#include "sim/model/registry.hpp"
#include "sim/model/world.hpp"
#include "tests/toy_checker/toy_checker.hpp"

namespace concordat {
namespace {

std::unique_ptr<Model> two_phase_commit(int participants) {
  const std::vector<RoleSpec> roles(TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end());
  return make_model<TwoPhaseCommit>({}, make_setup(roles, {1, participants}));
}

/// The world after `steps` steps, always the first that is enabled.
World after(const Model& model, int steps) {
  World world = initial_world(model);
  for (int i = 0; i < steps; ++i)
    world = successors(model, {}, {}, world).front().world;
  return world;
}

void apply_one_delivery(benchmark::State& state) {
  const auto model = two_phase_commit(3);
  const World before = after(*model, 1);
  const Event event = successors(*model, {}, {}, before).front().event;
  for (auto _ : state) {
    World world = before;
    benchmark::DoNotOptimize(apply(*model, {}, world, event));
  }
}
BENCHMARK(apply_one_delivery);

void step_in_place(benchmark::State& state) {
  const auto model = two_phase_commit(3);
  const World before = after(*model, 1);
  const Event event = successors(*model, {}, {}, before).front().event;
  const int node = node_of(*model, event);
  LocalEvent local;
  local.kind = LocalEventKind::message;
  local.from = event.message.from;
  local.message = event.message.message;
  LocalState work = before.nodes[static_cast<std::size_t>(node)];
  const ProcessState fresh = work.slots[0];
  LocalStep step;
  for (auto _ : state) {
    work.slots[0] = fresh;
    model->step(node, work, local, {}, step);
    benchmark::DoNotOptimize(step.effects.data());
  }
}
BENCHMARK(step_in_place);

void successors_of_a_world(benchmark::State& state) {
  const auto model = two_phase_commit(3);
  const World world = after(*model, 3);
  Budget budget;
  budget.crashes = 1;
  std::size_t count = 0;
  for (auto _ : state) {
    const auto next = successors(*model, {}, budget, world);
    count += next.size();
    benchmark::DoNotOptimize(next.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(count));
}
BENCHMARK(successors_of_a_world);

void key_of_a_world(benchmark::State& state) {
  const auto model = two_phase_commit(3);
  const World world = after(*model, 3);
  for (auto _ : state)
    benchmark::DoNotOptimize(key_of(world));
}
BENCHMARK(key_of_a_world);

void naive_check(benchmark::State& state) {
  const auto model = two_phase_commit(2);
  CheckRequest request;
  request.model = model.get();
  request.budget.crashes = 1;
  request.properties = {find_property("UA")};
  std::int64_t transitions = 0;
  for (auto _ : state)
    transitions += toy_check(request).transitions;
  state.SetItemsProcessed(transitions);  // items are transitions
}
BENCHMARK(naive_check)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace concordat
