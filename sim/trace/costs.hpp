// What a run cost, counted from its trace: messages, log writes, and how long the chains of them
// are. A protocol is compared with the tables of the literature by these numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// Of all processes of one role together.
struct RoleCosts {
  std::int64_t messages = 0;  // sent to another node
  std::int64_t forces = 0;    // forced log writes
  std::int64_t records = 0;   // log records, forced or not
};

struct Costs {
  std::int64_t messages = 0;  // between nodes
  std::int64_t forces = 0;
  std::int64_t records = 0;
  /// The longest chain of messages that leads to a decision; and that leads to the answer to the
  /// client, if there is one. A message on one node takes no time. A timer takes one
  /// delay from when it was armed.
  std::int64_t delays = 0;
  std::optional<std::int64_t> answer;
  /// The most forced writes on a chain that leads to a decision, and to the answer.
  std::int64_t force_delays = 0;
  std::optional<std::int64_t> force_answer;
  std::map<std::string, RoleCosts> roles;  // by role
};

/// COMPLEXITY: one pass over the effects.
Costs costs_of(const Trace& trace);

/// `messages`, `delays`, `answer`, `forces`, `records`, `force_delays`, `force_answer`, or the part
/// of one role by the prefix of its processes, `c.forces`, `p.records`, `p.messages`.
/// RETURNS: nothing if there is no such quantity in this run.
std::optional<std::int64_t> quantity(const Costs& costs, const Trace& trace, std::string_view name);

}  // namespace concordat::trace
