// What a search has found so far: counts, verdicts, and how each state was reached.
#pragma once

#include <string>
#include <vector>

#include "sim/explore/blocking_graph.hpp"
#include "sim/explore/parents.hpp"
#include "sim/explore/steps.hpp"

namespace concordat::explore {

class Report {
 public:
  Report(const CheckRequest& request, const StepTable& steps);

  std::int64_t states() const { return result_.states; }
  const std::string& limit() const { return result_.limit; }

  void begin_level();
  /// The search ends here, for this reason.
  void give_up(const std::string& limit) { result_.limit = limit; }
  /// Called before each expansion. RETURNS: false if a limit is hit.
  bool may_go_on(bool table_full) {
    if (result_.states > request_.limits.max_states) result_.limit = "states";
    if (table_full) result_.limit = "memory";
    return result_.limit.empty();
  }
  /// Called now and then, with the states that wait and the bytes of the visited set and of those.
  void ask(std::int64_t frontier, std::int64_t bytes);
  void add_transitions(std::int64_t count) {
    result_.transitions += count;
    if (count == 0) ++result_.end_states;
  }
  /// Adds the next state. `move` leads to it from `parent`; with `news` a property may see a
  /// difference between the two.
  template <class State>
  void add_state(const State& state, std::uint32_t parent, std::uint32_t move, bool news) {
    ++result_.states;
    parents_.append({parent, move});
    if (!news && !request_.non_blocking) return;
    for (int node = 0; node < steps_.node_count(); ++node)
      locals_[static_cast<std::size_t>(node)] = state.cell(1 + node);
    if (news) judge(state.cell(0));
    if (request_.non_blocking) add_to_graph();
  }
  /// Some step from this state would pass a bound.
  void mark_past_bound(std::uint32_t state, std::uint32_t bound) {
    ++result_.past_bound_states;
    past_bound_ = bound;
    if (request_.non_blocking) graph_.mark_past_bound(state);
  }
  void add_edge(std::uint32_t from, std::uint32_t to) { graph_.add_edge(from, to); }
  void set_memory(std::int64_t bytes) { result_.table_bytes = bytes; }

  /// The verdicts.
  CheckResult finish();

 private:
  void judge(std::uint32_t control);
  void judge_goals();
  void finish_goals();
  void add_to_graph();
  PropertyVerdict judge_blocking();
  void judge_goals_that_block();
  /// Every property is violated and every goal reached.
  bool nothing_is_left() const;
  std::vector<Event> path_to(std::int64_t state) const;

  const CheckRequest& request_;
  const StepTable& steps_;
  CheckResult result_;
  Parents parents_;
  BlockingGraph graph_;
  std::vector<std::uint32_t> locals_;          // of the state that is added
  std::vector<std::int64_t> first_violation_;  // per property, or -1
  std::size_t violated_ = 0;
  struct GoalWatch {
    std::uint64_t conditions = 0;
    std::vector<std::uint64_t> blocked;  // per term with `blocks`; such a goal is judged at the end
    std::int64_t first = -1;             // the first state that meets it
  };
  std::vector<GoalWatch> goals_;
  std::size_t reached_ = 0;  // goals
  std::uint32_t past_bound_ = none;
};

}  // namespace concordat::explore
