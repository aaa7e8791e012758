// What `check` prints: as text for people, as JSON for programs ("concordat-result/1").
#pragma once

#include <ostream>

#include "sim/app/app.hpp"
#include "sim/app/exploration.hpp"

namespace concordat::app {

/// What both forms say beside the exploration itself.
struct CheckReport {
  const Exploration& x;
  std::string checker;    // who answered
  std::string command;    // does the same again
  double seconds = 0;     // of real time
  bool coverage = false;  // print every line of what was exercised
};

void print_text(const CheckReport& report, std::ostream& out);
void print_json(const CheckReport& report, std::ostream& out);

/// `crashes 1, recoveries 1`: what may happen; "no fault" if nothing may.
std::string budget_text(const Budget& budget, const Setup& setup);
/// `timing asynchronous, delivery unordered, ...`: under which assumptions.
std::string rules_text(const Rules& rules);

/// `F6; timing synchronous, copies set`, `crashes 1 (c); timing asynchronous, copies bag of 2, log
/// tail lost`: what a verdict covers, the usual rules and what a class says left out. It stands
/// beside every `holds` and `unreachable`.
std::string scope_text(const Exploration& x);

}  // namespace concordat::app
