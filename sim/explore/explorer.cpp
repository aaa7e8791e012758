#include "sim/explore/explorer.hpp"

#include "sim/explore/channel_network.hpp"
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
  const bool stale = rules.timing == TimingModel::synchronous &&
                     (rules.delivery == Delivery::duplicating || request.budget.duplicates != 0);
  return rules.copies == 1 && rules.delivery != Delivery::fifo && !stale;
}

template <class Cell, int words>
std::optional<CheckResult> attempt(const CheckRequest& request,
                                   StepTable& steps,
                                   Menus& menus,
                                   Symmetry* symmetry,
                                   Channels& channels) {
  using State = PackedState<Cell, words>;
  if (is_set(request))
    return Search<State, SetNetwork<State>>(
               request, steps, menus, symmetry, SetNetwork<State>(steps))
        .run();
  return Search<State, ChannelNetwork<State>>(
             request, steps, menus, symmetry, ChannelNetwork<State>(steps, channels))
      .run();
}

CheckResult too_large(const CheckRequest& request, const StepTable& steps) {
  Report report(request, steps);
  report.give_up("size");
  return report.finish();
}

}  // namespace

}  // namespace explore

CheckResult explore_all(const CheckRequest& request) {
  using namespace explore;
  const SearchOrder order = request.search.order;
  if (order == SearchOrder::random_walk || order == SearchOrder::pct) return walk(request);
  StepTable steps(request);
  Menus menus(steps);
  Channels channels(steps);
  using Attempt =
      std::optional<CheckResult> (*)(const CheckRequest&, StepTable&, Menus&, Symmetry*, Channels&);
  constexpr Attempt attempts[] = {attempt<std::uint8_t, 2>,
                                  attempt<std::uint16_t, 2>,
                                  attempt<std::uint16_t, 3>,
                                  attempt<std::uint16_t, 4>,
                                  attempt<std::uint16_t, 8>,
                                  attempt<std::uint32_t, 16>,
                                  attempt<std::uint32_t, 64>};
  Symmetry symmetry(request, steps);
  const auto try_all = [&]() -> std::optional<CheckResult> {
    for (const Attempt next : attempts) {
      const bool asked = request.search.symmetry && symmetry.on();
      if (auto result = next(request, steps, menus, asked ? &symmetry : nullptr, channels))
        return result;
      if (asked && !symmetry.on()) return std::nullopt;
    }
    return too_large(request, steps);
  };
  auto result = try_all();
  if (!result) result = try_all();  // without symmetry
  if (request.search.symmetry) result->symmetry = symmetry.describe();
  return std::move(*result);
}

}  // namespace concordat
