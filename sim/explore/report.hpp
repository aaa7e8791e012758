// What a search has found so far: counts, verdicts, and how each state was reached.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/explore/blocking_graph.hpp"
#include "sim/explore/judge.hpp"
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
    const std::int64_t number = result_.states++;
    parents_.append({parent, move});
    if (!news && !request_.non_blocking) return;
    for (int node = 0; node < steps_.node_count(); ++node)
      locals_[static_cast<std::size_t>(node)] = state.cell(1 + node);
    if (news) judge_.look(locals_.data(), state.cell(0), number);
    if (request_.non_blocking) add_to_graph();
  }
  /// Adds a state of a depth-first search, the last of a run of `length` states. `path()` tells the
  /// run, for what is first seen here.
  template <class State, class Path>
  void add_on_run(const State& state, int length, bool news, Path&& path) {
    const std::int64_t number = result_.states++;
    result_.depth = std::max(result_.depth, length);
    if (length == request_.limits.max_depth) result_.limit = "depth";
    if (!news) return;
    for (int node = 0; node < steps_.node_count(); ++node)
      locals_[static_cast<std::size_t>(node)] = state.cell(1 + node);
    judge_.look(locals_.data(), state.cell(0), number);
    if (judge_.is_first(number)) runs_[number] = path();
    if (judge_.has_seen_all()) result_.limit = judge_.any_violated() ? "violation" : "goals";
  }
  /// What was found of many states at once.
  struct Found {
    std::int64_t transitions = 0;
    std::int64_t end_states = 0;
    std::int64_t past_bound_states = 0;
    std::uint32_t past_bound = none;
  };
  void add(const Found& found) {
    result_.transitions += found.transitions;
    result_.end_states += found.end_states;
    result_.past_bound_states += found.past_bound_states;
    past_bound_ = std::min(past_bound_, found.past_bound);
  }
  /// Adds the next states, which `judge` has looked at. REQUIRES: `non_blocking` is not asked.
  void add_states(const std::vector<Parents::Record>& records) {
    for (const Parents::Record& record : records)
      parents_.append(record);
    result_.states += static_cast<std::int64_t>(records.size());
  }
  void merge(const Judge& judge) { judge_.merge(judge); }
  /// Some step from this state would pass a bound.
  void mark_past_bound(std::uint32_t state, std::uint32_t bound) {
    ++result_.past_bound_states;
    past_bound_ = std::min(past_bound_, bound);
    if (request_.non_blocking) graph_.mark_past_bound(state);
  }
  void add_edge(std::uint32_t from, std::uint32_t to) { graph_.add_edge(from, to); }
  void set_memory(std::int64_t bytes) { result_.table_bytes = bytes; }

  /// `progress` has asked for a checkpoint since the last call.
  bool takes_checkpoint() { return std::exchange(checkpoint_, false); }
  /// `progress` has ended the search.
  bool was_stopped() const { return stopped_; }
  /// The checkpoint cannot be used.
  void fail(const std::string& error) {
    result_.error = error;
    result_.limit = "checkpoint";
  }
  const std::string& error() const { return result_.error; }
  void save(CheckpointWriter& out) const;
  void load(CheckpointReader& in);
  /// The verdicts.
  CheckResult finish();

 private:
  void finish_goals();
  void add_to_graph();
  PropertyVerdict judge_blocking();
  void judge_goals_that_block();
  std::vector<Event> path_to(std::int64_t state) const;

  const CheckRequest& request_;
  const StepTable& steps_;
  CheckResult result_;
  Parents parents_;
  BlockingGraph graph_;
  Judge judge_;
  std::vector<std::uint32_t> locals_;  // of the state that is added
  std::uint32_t past_bound_ = none;
  bool checkpoint_ = false;
  bool stopped_ = false;
  std::map<std::int64_t, std::vector<Event>> runs_;  // to what a depth-first search has found
};

}  // namespace concordat::explore
