// Equality of scenarios. The bindings name every member, so that a member that is added to a struct
// and forgotten here does not compile.
#include "sim/scenario/scenario.hpp"

#include <tuple>

namespace concordat::scenario {

namespace {

auto compared(const Explore& explore) {
  const auto& [crashes,
               recoveries,
               losses,
               duplicates,
               partitions,
               pauses,
               heal,
               one_way,
               crash_only,
               timing,
               tail,
               crash_points,
               faults,
               max_states,
               max_depth,
               properties,
               states,
               transitions,
               depth,
               at] = explore;
  static_cast<void>(at);  // the place in the file
  return std::tie(crashes,
                  recoveries,
                  losses,
                  duplicates,
                  partitions,
                  pauses,
                  heal,
                  one_way,
                  crash_only,
                  timing,
                  tail,
                  crash_points,
                  faults,
                  max_states,
                  max_depth,
                  properties,
                  states,
                  transitions,
                  depth);
}

auto compared(const Scenario& scenario) {
  const auto& [file,
               name,
               story,
               source,
               protocol,
               options,
               processes,
               place,
               transactions,
               choices,
               store,
               work,
               conserve,
               locks,
               bounds,
               network,
               timing,
               chances,
               load,
               faults,
               random,
               schedule,
               expect,
               explore] = scenario;
  static_cast<void>(file);  // where it was read from
  return std::tie(name,
                  story,
                  source,
                  protocol,
                  options,
                  processes,
                  place,
                  transactions,
                  choices,
                  store,
                  work,
                  conserve,
                  locks,
                  bounds,
                  network,
                  timing,
                  chances,
                  load,
                  faults,
                  random,
                  schedule,
                  expect,
                  explore);
}

}  // namespace

bool operator==(const Explore& a, const Explore& b) {
  return compared(a) == compared(b);
}
bool operator==(const Scenario& a, const Scenario& b) {
  return compared(a) == compared(b);
}

}  // namespace concordat::scenario
