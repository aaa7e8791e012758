// What `check` prints: as text for people, as JSON for programs ("concordat-result/1").
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "sim/app/app.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/why_not.hpp"

namespace concordat::app {

/// What both forms say beside the exploration itself.
struct CheckReport {
  const Exploration& x;
  std::string checker;               // who answered
  std::string command;               // does the same again
  double seconds = 0;                // of real time
  bool coverage = false;             // print every line of what was exercised
  const WhyNots* why_not = nullptr;  // of the unreachable goals
};

void print_text(const CheckReport& report, std::ostream& out);
void print_json(const CheckReport& report, std::ostream& out);

/// `F6; timing synchronous, copies set`, `crashes 1 (c); timing asynchronous, copies bag of 2, log
/// tail lost`: what a verdict covers, the usual rules and what a class says left out. It stands
/// beside every `holds` and `unreachable`.
std::string scope_text(const Exploration& x);

/// `crashes 1 (c), recoveries 1`: what may happen; `no fault` if nothing may.
std::string budget_text(const Budget& budget, const Setup& setup);
/// `timing synchronous, delivery unordered, ...`.
std::string rules_text(const Rules& rules);
nlohmann::ordered_json budget_json(const Budget& budget, const Setup& setup);
/// `set`, `bag`, or the number of copies: as a scenario says it.
std::string copies_word(const Rules& rules);
/// What is explored, and under which assumptions: the fields that every result has.
void add_setting(const scenario::Scenario& scenario,
                 const scenario::Bound& bound,
                 nlohmann::ordered_json& json);
/// The names of the nodes of a mask.
std::vector<std::string> names_in(std::uint32_t nodes, const Setup& setup);
/// The events, numbered from 1, one on each line.
void print_schedule(const std::vector<std::string>& schedule, std::ostream& out);

}  // namespace concordat::app
