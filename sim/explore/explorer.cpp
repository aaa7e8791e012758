#include "sim/explore/explorer.hpp"

#include <utility>

#include "sim/base/check.hpp"
#include "sim/explore/channel_network.hpp"
#include "sim/explore/depth_first.hpp"
#include "sim/explore/minimise.hpp"
#include "sim/explore/packed_state.hpp"
#include "sim/explore/search.hpp"
#include "sim/explore/set_network.hpp"
#include "sim/explore/walk.hpp"

namespace concordat {

namespace explore {

namespace {

/// Whether one bit says all of a message: it is in flight, or it is not.
bool is_set(const CheckRequest& request) {
  const Rules& rules = request.rules;
  const bool stale = rules.timers_wait() &&
                     (rules.delivery == Delivery::duplicating || request.budget.duplicates != 0);
  return rules.copies == 1 && rules.delivery != Delivery::fifo && !stale;
}

template <class Cell, int words>
std::optional<CheckResult> attempt(Known& known, CheckpointReader* resume) {
  using State = PackedState<Cell, words>;
  const auto search = [&]<class Network>(Network network) {
    if (known.request.search.order == SearchOrder::depth_first)
      return DepthFirst<State, Network>(known, network).run();
    return Search<State, Network>(known, network).run(resume);
  };
  if (is_set(known.request)) return search(SetNetwork<State>(known.steps));
  return search(ChannelNetwork<State>(known.steps, known.channels));
}

struct Attempt {
  std::uint64_t shape;
  std::optional<CheckResult> (*run)(Known&, CheckpointReader*);
};
template <class Cell, int words>
constexpr Attempt attempt_with() {
  return {shape_of<PackedState<Cell, words>>(), attempt<Cell, words>};
}
constexpr Attempt attempts[] = {attempt_with<std::uint8_t, 2>(),
                                attempt_with<std::uint16_t, 2>(),
                                attempt_with<std::uint16_t, 3>(),
                                attempt_with<std::uint16_t, 4>(),
                                attempt_with<std::uint16_t, 8>(),
                                attempt_with<std::uint32_t, 16>(),
                                attempt_with<std::uint32_t, 64>()};

CheckResult too_large(const CheckRequest& request, const StepTable& steps) {
  Report report(request, steps);
  report.give_up("size");
  return report.finish();
}

}  // namespace

}  // namespace explore

namespace {

using namespace explore;

/// A checkpoint that stands there, and what it has worked out. RETURNS: what is wrong with it.
std::string open_checkpoint(CheckpointReader& in, Known& known, std::uint64_t& shape) {
  if (in.failed()) return "it is damaged, or no checkpoint";
  if (in.get<std::uint64_t>() != known.question()) return "it is one of another question";
  shape = in.get<std::uint64_t>();
  return known.load(in) ? "" : "it was written by another version of the program or protocol";
}

/// All states, in the order that is asked.
CheckResult explore_states(const CheckRequest& request) {
  Known known(request);
  std::optional<CheckpointReader> resume;
  std::uint64_t shape = 0;
  if (!request.search.checkpoint.empty() && request.search.order == SearchOrder::breadth_first)
    resume.emplace(request.search.checkpoint);
  if (resume && !resume->is_there()) resume.reset();
  if (resume)
    if (const std::string error = open_checkpoint(*resume, known, shape); !error.empty()) {
      Report report(request, known.steps);
      report.fail(error);
      return report.finish();
    }
  const auto try_all = [&]() -> std::optional<CheckResult> {
    for (const Attempt& next : attempts) {
      if (resume && next.shape != shape) continue;
      const bool symmetric = known.symmetry_or_null() != nullptr;
      if (auto result = next.run(known, resume ? &*resume : nullptr)) return result;
      resume.reset();  // what it has read does not fit; from the start, then
      if (symmetric && known.symmetry_or_null() == nullptr) return std::nullopt;
    }
    return too_large(request, known.steps);
  };
  auto result = try_all();
  if (!result) result = try_all();  // without symmetry
  if (request.search.symmetry) result->symmetry = known.symmetry.describe();
  result->partial_order = known.partial_order;
  return std::move(*result);
}

/// Breadth-first searches of more and more faults, until a search has left nothing out. What the
/// smaller ones found is what the last one found, with shorter stories.
CheckResult explore_by_faults(CheckRequest request) {
  std::vector<PropertyVerdict> found;
  std::vector<GoalVerdict> goals;
  for (int faults = 0;; ++faults) {
    request.search.most_faults = faults;
    CheckResult result = explore_states(request);
    found.resize(result.properties.size());
    goals.resize(result.goals.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      if (found[i].verdict != Verdict::violated) found[i] = result.properties[i];
    for (std::size_t i = 0; i < goals.size(); ++i)
      if (goals[i].reach != Reach::reached) goals[i] = result.goals[i];
    if (result.complete && result.left_out_faults) continue;
    result.properties = std::move(found);
    result.goals = std::move(goals);
    if (request.search.partial_order) minimise_paths(request, result);
    return result;
  }
}

/// A depth-first search does not keep the graph that non_blocking needs.
CheckResult explore_deep(CheckRequest request) {
  const bool non_blocking = std::exchange(request.non_blocking, false);
  CheckResult result = explore_states(request);
  minimise_paths(request, result);
  if (non_blocking) {
    PropertyVerdict& verdict = result.properties.emplace_back();
    verdict.name = "non_blocking";
    verdict.code = "NB";
  }
  return result;
}

}  // namespace

CheckResult explore_all(const CheckRequest& request) {
  const SearchOptions& search = request.search;
  const bool is_plain = search.order == SearchOrder::breadth_first && !search.symmetry &&
                        !search.partial_order && search.checkpoint.empty();
  check(request.from == nullptr || is_plain, "only a plain search begins in a given state");
  switch (request.search.order) {
    case SearchOrder::random_walk:
    case SearchOrder::pct: return walk(request);
    case SearchOrder::fewest_faults: return explore_by_faults(request);
    case SearchOrder::depth_first: return explore_deep(request);
    case SearchOrder::breadth_first: break;
  }
  CheckResult result = explore_states(request);
  if (request.search.partial_order) minimise_paths(request, result);
  return result;
}

}  // namespace concordat
