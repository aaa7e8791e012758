// Which properties a search has seen violated, and where first.
#pragma once

#include <vector>

#include "sim/explore/checkpoint.hpp"
#include "sim/explore/steps.hpp"

namespace concordat::explore {

/// A goal, in the words of the step table.
struct GoalWatch {
  std::uint64_t conditions = 0;        // StepTable::conditions
  std::vector<std::uint64_t> blocked;  // per term with `blocks`; such a goal is judged at the end
};

class Judge {
 public:
  Judge(const CheckRequest& request, const StepTable& steps);

  /// Looks at a state: the numbers of its node states, by nodes, and of its control state.
  /// `number`: the state's.
  void look(const std::uint32_t* locals, std::uint32_t control, std::int64_t number) {
    // Most states look like one that was judged not long ago.
    std::uint64_t sight = steps_.controls().faulty(control) ? 1 : 0;
    for (int node = 0; node < steps_.node_count(); ++node)
      sight += steps_.facts(node, locals[node]).sight;
    std::uint64_t& recent = recent_[sight % recent_count];
    if (recent == sight) return;
    recent = sight;
    judge(locals, control, number);
  }
  void save(CheckpointWriter& out) const;
  void load(CheckpointReader& in);
  /// Adds what another judge has seen of other states.
  void merge(const Judge& other);

  /// Per property: the number of the first state that violates it, or -1.
  const std::vector<std::int64_t>& first_violation() const { return first_violation_; }
  const std::vector<GoalWatch>& goals() const { return goals_; }
  /// Per goal: the number of the first state that meets it, or -1.
  const std::vector<std::int64_t>& first_reached() const { return first_reached_; }
  /// Whether this state is the first violation or goal of some kind.
  bool is_first(std::int64_t state) const;
  bool any_violated() const;
  bool any_reached() const;
  /// Something was asked, every property is violated, and every goal reached.
  bool has_seen_all() const;
  bool committed() const { return committed_; }
  bool aborted() const { return aborted_; }
  /// Whether there was anything that could have violated the property.
  bool at_stake(std::size_t property) const { return at_stake_[property]; }

 private:
  static constexpr std::size_t recent_count = std::size_t{1} << 12U;
  void judge(const std::uint32_t* locals, std::uint32_t control, std::int64_t number);

  const CheckRequest& request_;
  const StepTable& steps_;
  std::vector<std::uint64_t> recent_ = std::vector<std::uint64_t>(recent_count);
  std::vector<std::int64_t> first_violation_;
  std::vector<GoalWatch> goals_;
  std::vector<std::int64_t> first_reached_;
  std::vector<bool> at_stake_;
  bool committed_ = false;
  bool aborted_ = false;
};

}  // namespace concordat::explore
