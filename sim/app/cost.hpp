// What a run without failures costs, counted from its trace, beside the formulas of the literature.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/app/app.hpp"
#include "sim/trace/costs.hpp"

namespace concordat::app {

/// One quantity of one run.
struct CostFigure {
  std::string quantity;                  // "messages", "p.forces"
  std::optional<std::int64_t> counted;   // nothing: the run has no such quantity
  std::string formula;                   // "3N-1", or "" if there is none
  std::optional<std::int64_t> expected;  // what it comes to
  bool derived = false;                  // the formula follows from what was published
  bool agrees() const { return formula.empty() || counted == expected; }
};

struct CostRow {
  std::string protocol;
  std::string profile;
  std::string run;
  int participants = 0;
  std::vector<std::string> options;  // of the command line: "f=1"
  std::vector<CostFigure> figures;   // the usual ones first, then those with formulas of roles
  std::vector<std::string> sources;
  std::string differs;  // why it may differ, or ""
  bool agrees() const;
};

/// ERRORS: an unknown protocol, profile or run; a range that is none; an option that no protocol
/// has; a formula that cannot be read.
Result<std::vector<CostRow>> count_costs(const Registry& registry, const CostOptions& options);

void print_costs(const std::vector<CostRow>& rows, const std::string& format, std::ostream& out);

}  // namespace concordat::app
