#include "sim/run/chances.hpp"

#include <algorithm>
#include <vector>

namespace concordat {

int Chances::choose(std::string_view label, std::span<const std::string_view> outcomes) {
  ++drawn_;
  const std::size_t count = outcomes.size();
  for (const auto& weights : timed_.chances)
    if (weights.label == label) return weighted(weights, outcomes);
  return static_cast<int>(random_->below(count));
}

/// One draw among 2^32 decides; outcomes without a weight share what is left. If that is only what
/// rounding has left, or if there are no such outcomes, the last with a weight has it.
int Chances::weighted(const scenario::Timed::Weights& weights,
                      std::span<const std::string_view> outcomes) {
  constexpr std::uint64_t all = 1ULL << 32U;
  std::uint64_t rest = random_->below(all);
  std::uint64_t left = all;
  std::vector<int> others;
  int last = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto it = std::find_if(weights.outcomes.begin(),
                                 weights.outcomes.end(),
                                 [&](const auto& pair) { return pair.first == outcomes[i]; });
    if (it == weights.outcomes.end()) {
      others.push_back(static_cast<int>(i));
      continue;
    }
    const std::uint64_t share = it->second.part * all / it->second.whole;
    if (rest < share) return static_cast<int>(i);
    if (share > 0) last = static_cast<int>(i);
    rest -= share;
    left -= share;
  }
  // A true rest is a millionth at least, rounding takes less than one draw for each outcome.
  if (others.empty() || left < outcomes.size()) return last;
  return others[static_cast<std::size_t>(std::min<std::uint64_t>(
      rest * others.size() / std::max<std::uint64_t>(left, 1), others.size() - 1))];
}

}  // namespace concordat
