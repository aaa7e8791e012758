// What `concordat matrix`, `cost`, `run --json` and `bench --json` print, as plain values: the
// tables and figures that the results window shows. Nothing of Qt, and nothing of the engines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gui/data/bench_table.hpp"
#include "sim/base/result.hpp"

namespace concordat::gui {

/// What one cell of the matrix says. `bounded`: it holds as far as a bound; `vacuous`: it holds,
/// and nothing that could break it was reached; `absent`: nobody asked.
enum class CellKind : std::uint8_t {
  holds,
  bounded,
  vacuous,
  violated,
  unknown,
  not_applicable,
  absent,
};
inline constexpr int cell_kind_count = 7;

struct MatrixEntry {
  CellKind kind = CellKind::absent;
  int length = 0;           // violated: events of the counterexample
  std::string bound;        // bounded: "ballot=2"
  std::string sentence;     // violated: what, where, when; not_applicable: why
  std::string limit;        // unknown: what ended the search
  std::string scope;        // the budget and the rules
  std::int64_t states = 0;  // of the searches for this cell; 0 if the file does not say
};

struct MatrixLine {
  std::string protocol;
  std::string profile;  // "" = the protocol names none
  std::string summary;
  std::vector<MatrixEntry> entries;  // [class * properties + property]

  std::string title() const { return profile.empty() ? protocol : protocol + ", " + profile; }
};

/// How the matrix was computed, as far as the file says; a cell is asked again in the same way.
struct MatrixScale {
  int participants = 2;
  std::vector<std::string> options;  // f=2
  std::vector<std::string> bounds;   // round=2
  std::int64_t max_states = 20'000'000;
  std::string max_time = "6s";
};

struct MatrixTable {
  MatrixScale scale;
  bool stopped = false;              // cells are missing because somebody ended it
  std::vector<std::string> classes;  // "F6"
  std::vector<std::string> codes;    // "UA"
  std::vector<MatrixLine> lines;

  const MatrixEntry& at(int line, int fault_class, int code) const;
  MatrixEntry& at(int line, int fault_class, int code);
};

/// One quantity of a run without failures.
struct CostCell {
  std::string quantity;                 // "messages"
  std::optional<std::int64_t> counted;  // nothing: the run has no such quantity
  std::string formula;                  // "3N-1", or ""
  std::optional<std::int64_t> expected;
  bool derived = false;  // the formula follows from what was published
  bool agrees = true;
};

struct CostLine {
  std::string protocol;
  std::string profile;
  std::string run;  // "commit"
  std::int64_t participants = 0;
  std::string options;  // "f=1"
  std::string sources;
  std::string differs;  // why a figure may differ, or ""
  std::vector<CostCell> cells;

  std::string title() const { return profile.empty() ? protocol : protocol + ", " + profile; }
  const CostCell* find(std::string_view quantity) const;
};

struct CostTable {
  std::vector<CostLine> lines;
};

/// So many durations from `least` on, below the next. UNITS: microseconds.
struct DurationBin {
  std::int64_t least = 0;
  std::int64_t count = 0;
};

/// A distribution of durations. UNITS: microseconds.
struct Durations {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t min = 0;
  std::int64_t p50 = 0;
  std::int64_t p90 = 0;
  std::int64_t p99 = 0;
  std::int64_t p999 = 0;
  std::int64_t max = 0;
  std::vector<DurationBin> bins;  // in order; files of older programs have none
};

struct Tally {
  std::string name;
  std::int64_t count = 0;
};

struct PropertyTally {
  std::string code;
  std::int64_t ok = 0;
  std::int64_t violated = 0;
  std::int64_t not_reached = 0;
};

/// The figures of many timed runs, or of one with a load.
struct RunFigures {
  std::string scenario;
  std::string protocol;
  std::int64_t runs = 0;
  std::int64_t transactions = 0;
  std::vector<Tally> outcomes;  // committed, aborted, split, undecided
  std::vector<Tally> counts;    // messages, forces, ...
  std::vector<Tally> faults;
  Durations commit;    // until the client is told
  Durations abort;     // until the client is told
  Durations in_doubt;  // of each process
  std::vector<PropertyTally> properties;
};

using Results = std::variant<MatrixTable, CostTable, RunFigures, BenchTable>;

/// Whether the text looks like one of these files, whatever it is called.
bool is_results(std::string_view text);

/// ERRORS: a syntax error, a missing column or key, a wrong type or word, each with its line.
Result<Results> read_results(std::string_view text, const std::string& file);

/// As tables, a line for each figure, for other programs.
std::string to_csv(const MatrixTable& table);
std::string to_csv(const CostTable& table);
std::string to_csv(const RunFigures& figures);

/// "violated", as the files say it.
std::string_view word_of(CellKind kind);

}  // namespace concordat::gui
