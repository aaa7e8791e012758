// Binding: a scenario's names meet the protocol they speak of. What comes out can run; what does
// not fit is an error at its place in the file, with the likely fix.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/goal.hpp"
#include "sim/model/registry.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/timed.hpp"

namespace concordat::scenario {

/// A scenario ready to run.
struct Bound {
  std::unique_ptr<Model> model;
  Rules run_rules;          // for `run`, `replay` and `step`
  Rules explore_rules;      // for `check`
  Budget budget;            // for `check`
  std::vector<Goal> goals;  // for `check`: Explore::reachable, in that order
  /// For a timed run, whose rules are `run_rules`; filled in for every scenario, from the usual
  /// values where the scenario says nothing.
  Timed timed;
  bool is_timed = false;  // `run` and `test` use the timed simulator
};

/// ERRORS: an unknown protocol, option, process, node, site, row, table, timer, choice or outcome;
/// a goal that says nothing;
/// a process placed twice or nowhere; too many processes; faults together with a `schedule:`; what
/// can never come to pass, such as a fault after the end of the run.
Result<Bound> bind(const Scenario& scenario, const Registry& registry);

/// Whether the process votes, and may vote no.
bool may_refuse(const Model& model, ProcessId process);

/// The options that a profile sets.
OptionTexts options_of(const ProfileSpec& profile);

/// The role's name in a scenario's `processes:`, its plural.
std::string plural(std::string_view role);

}  // namespace concordat::scenario
