// The verdict matrix: protocol by fault class by property, each cell computed by a search. A row is
// a profile of a protocol; a search answers for all properties of a row and a class at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/app/app.hpp"
#include "sim/explore/check.hpp"

namespace concordat::app {

/// What one search says about one property.
struct MatrixVerdict {
  std::string code;  // "UA"
  Verdict verdict = Verdict::unknown;
  bool vacuous = false;               // holds: nothing that could violate it was ever reached
  std::string up_to;                  // holds: a bound that some step would have passed, or ""
  std::string sentence;               // violated: what, where, when
  std::vector<std::string> schedule;  // violated: the events; its size is the length
  std::string yaml;                   // violated: the run as a scenario
  std::string file;                   // violated: where that is, or ""
};

struct MatrixCell {
  std::string fault_class;  // "F6"
  /// Why the class says nothing about this row (nobody is there to crash), or "".
  std::string not_applicable;
  std::string scope;        // the budget and the rules, as beside a verdict of `check`
  std::int64_t states = 0;  // of all searches for this cell
  std::int64_t transitions = 0;
  std::string limit;  // why the last search is not complete, or ""
  std::vector<MatrixVerdict> verdicts;
  double seconds = 0;    // of real time
  bool cached = false;   // taken from an earlier run
  bool covered = false;  // false: stopped before this cell
};

struct MatrixRow {
  std::string protocol;
  std::string profile;  // "" = the protocol names none
  std::string summary;
  Source source;                   // the question, without a class
  std::vector<std::string> codes;  // of the properties
  std::vector<MatrixCell> cells;

  /// `two_phase_commit, presumed_abort`.
  std::string title() const { return profile.empty() ? protocol : protocol + ", " + profile; }
};

struct Matrix {
  std::vector<std::string> classes;
  std::vector<std::string> codes;  // of the properties
  std::vector<MatrixRow> rows;
  bool stopped = false;
};

/// `stored` finds a cell of an earlier run, `done` takes each cell when it is there, in order.
struct MatrixCalls {
  std::function<std::optional<MatrixCell>(const MatrixRow&, const std::string& fault_class)> stored;
  std::function<void(const MatrixRow&, MatrixCell&, std::size_t number, std::size_t of)> done;
  std::function<void(std::size_t number, std::size_t of)> progress;
};

/// ERRORS: an unknown protocol, profile, class or property; a row that cannot be bound.
Result<Matrix> matrix_rows(const Registry& registry, const MatrixOptions& options);

/// Fills the cells of `matrix`. ERRORS: those of binding.
std::optional<Error> fill(Matrix& matrix,
                          const Registry& registry,
                          const MatrixOptions& options,
                          Terminal& terminal,
                          const MatrixCalls& calls);

/// The question of one cell.
Source cell_source(const MatrixRow& row,
                   const std::string& fault_class,
                   const std::vector<std::string>& codes);

}  // namespace concordat::app
