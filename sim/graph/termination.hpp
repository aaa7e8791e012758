// Eventual termination, the progress that commit protocols promise at least: once nothing fails any
// more and all that may recover has recovered, everybody decides (Bernstein, Hadzilacos and Goodman
// 1987, AC5).
//
// From each reachable state: faults are over, partitions heal, paused nodes go on, every node that
// is down and may recover recovers (in each way that the rules leave its log), and timers become
// synchronous. Then on every fair run every process that runs and is asked to decides. A run is
// fair if no event that stays enabled waits for ever, and no timer that stays armed and could fire
// again and again never does, for time passes. So the property is violated iff there is a trap: a
// state with somebody undecided in which nothing can happen, or a set of such states that lead to
// each other in which every such event happens.
#pragma once

#include "sim/explore/check.hpp"

namespace concordat::graph {

struct TerminationReport {
  PropertyVerdict verdict;  // eventual_termination; `blocked` is somebody who never decides
  /// Of each of the request's properties that has something to say about rest
  /// (Property::judge_at_rest), in order: whether a trap of states is unfit for it, where a
  /// partition heals only if the budget lets it. Nothing is said about what happens on the way.
  std::vector<PropertyVerdict> at_rest;
  std::string limit;          // why not all of it was seen, as CheckResult::limit, or ""
  std::int64_t states = 0;    // reachable ones, and
  std::int64_t repaired = 0;  // those after repair
  std::int64_t ignored = 0;   // components that a bound cuts off: nobody knows
};

/// Of the request the model, rules, budget, limits, properties, `progress` and `from` count.
/// `max_states` and `max_bytes` are limits on both kinds of states together.
TerminationReport judge_termination(const CheckRequest& request);

}  // namespace concordat::graph
