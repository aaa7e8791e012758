// What `faults` prints: as text for people, as JSON for programs ("concordat-faults/1").
#pragma once

#include <ostream>
#include <string>

#include "sim/app/fault_walk.hpp"

namespace concordat::app {

/// What both forms say beside the walk itself.
struct FaultsReport {
  const FaultWalk& walk;
  std::string checker;  // who answered
  std::string command;  // does the same again
  double seconds = 0;   // of real time
};

void print_text(const FaultsReport& report, std::ostream& out);
void print_json(const FaultsReport& report, std::ostream& out);

}  // namespace concordat::app
