#include "gui/jobs/matrix_job.hpp"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>

#include "gui/jobs/words.hpp"
#include "sim/app/cost.hpp"
#include "sim/app/matrix.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/model/fault_class.hpp"

namespace concordat::gui {

namespace {

app::MatrixOptions options_of(const MatrixScale& scale) {
  app::MatrixOptions options;
  options.participants = scale.participants;
  options.options = scale.options;
  options.bounds = scale.bounds;
  options.max_states = scale.max_states;
  options.max_time = scale.max_time;
  return options;
}

CellKind kind_of(const app::MatrixVerdict& verdict) {
  if (verdict.verdict == Verdict::violated) return CellKind::violated;
  if (verdict.verdict == Verdict::unknown) return CellKind::unknown;
  if (!verdict.up_to.empty()) return CellKind::bounded;
  return verdict.vacuous ? CellKind::vacuous : CellKind::holds;
}

MatrixEntry entry_of(const app::MatrixCell& cell, const std::string& code) {
  MatrixEntry out;
  out.scope = cell.scope;
  out.limit = cell.limit;
  out.states = cell.states;
  if (!cell.not_applicable.empty()) {
    out.kind = CellKind::not_applicable;
    out.sentence = cell.not_applicable;
    return out;
  }
  out.kind = CellKind::unknown;
  const auto verdict = std::ranges::find(cell.verdicts, code, &app::MatrixVerdict::code);
  if (verdict == cell.verdicts.end()) return out;
  out.kind = kind_of(*verdict);
  out.bound = verdict->up_to;
  out.sentence = verdict->sentence;
  out.length = static_cast<int>(verdict->schedule.size());
  return out;
}

MatrixTable table_of(const app::Matrix& matrix, const MatrixScale& scale) {
  MatrixTable table;
  table.scale = scale;
  table.stopped = matrix.stopped;
  table.classes = matrix.classes;
  table.codes = matrix.codes;
  for (const app::MatrixRow& row : matrix.rows)
    for (const std::string& code : row.codes)
      if (std::ranges::find(table.codes, code) == table.codes.end()) table.codes.push_back(code);
  for (const app::MatrixRow& row : matrix.rows) {
    if (matrix.stopped && std::ranges::none_of(row.cells, &app::MatrixCell::covered)) continue;
    MatrixLine& line = table.lines.emplace_back();
    line.protocol = row.protocol;
    line.profile = row.profile;
    line.summary = row.summary;
    for (const app::MatrixCell& cell : row.cells)
      for (const std::string& code : table.codes) {
        const bool asked = cell.covered && std::ranges::find(row.codes, code) != row.codes.end();
        line.entries.push_back(asked ? entry_of(cell, code) : MatrixEntry{});
      }
  }
  return table;
}

/// Fills the cells, as the command line does; nothing is printed or kept.
std::optional<Error> fill(app::Matrix& matrix,
                          const Registry& registry,
                          const app::MatrixOptions& options,
                          const Tell& tell,
                          const std::stop_token& stop) {
  std::istringstream in;
  std::ostringstream out;
  std::atomic<int> done = 0;
  const int of = static_cast<int>(matrix.rows.size() * matrix.classes.size());
  const app::Checker checker = [&](const CheckRequest& asked) {
    CheckRequest request = asked;
    request.progress = [&](const SearchProgress& at) -> std::string_view {
      if (stop.stop_requested()) return "stopped";
      tell({done, of, at.states});
      return asked.progress ? asked.progress(at) : "";
    };
    return explore_all(request);
  };
  app::Terminal terminal{.in = in,
                         .out = out,
                         .err = out,
                         .text = {},
                         .interrupted = [&] { return stop.stop_requested(); },
                         .checker = checker,
                         .checker_name = "explorer"};
  app::MatrixCalls calls;
  calls.stored = [](const app::MatrixRow&, const std::string&) {
    return std::optional<app::MatrixCell>{};
  };
  calls.done = [&](const app::MatrixRow&, app::MatrixCell&, std::size_t number, std::size_t) {
    done = static_cast<int>(number);
    tell({done, of, 0});
  };
  calls.progress = [](std::size_t, std::size_t) {};
  return app::fill(matrix, registry, options, terminal, calls);
}

Error no_run(const CellWish& wish, const QString& why, const QString& hint) {
  return Error{"",
               {},
               fmt::format("{} {}, {}: {}",
                           wish.protocol + (wish.profile.empty() ? "" : ", " + wish.profile),
                           wish.fault_class,
                           wish.code,
                           plain(why)),
               plain(hint)};
}

}  // namespace

std::vector<std::string> protocol_names(const Registry& registry) {
  std::vector<std::string> names;
  for (const ProtocolEntry& entry : registry.entries())
    names.push_back(entry.info->name);
  return names;
}

std::vector<ClassName> class_names() {
  std::vector<ClassName> out;
  for (const FaultClass& each : fault_classes)
    out.push_back({std::string(each.name), std::string(each.meaning)});
  return out;
}

Result<MatrixTable> compute_matrix(const Registry& registry,
                                   const MatrixWish& wish,
                                   const Tell& tell,
                                   const std::stop_token& stop) {
  app::MatrixOptions options = options_of(wish.scale);
  options.protocols = wish.protocols;
  options.classes = wish.classes;
  auto matrix = app::matrix_rows(registry, options);
  if (!matrix) return matrix.error();
  if (auto error = fill(*matrix, registry, options, tell, stop)) return *error;
  return table_of(*matrix, wish.scale);
}

Result<Loaded> compute_counterexample(const Registry& registry,
                                      const CellWish& wish,
                                      const Tell& tell,
                                      const std::stop_token& stop) {
  app::MatrixOptions options = options_of(wish.scale);
  options.protocols = {wish.protocol};
  if (!wish.profile.empty()) options.profiles = {wish.profile};
  options.classes = {wish.fault_class};
  options.properties = {wish.code};
  auto matrix = app::matrix_rows(registry, options);
  if (!matrix) return matrix.error();
  std::erase_if(matrix->rows,  // F4 stands for all of its family
                [&](const app::MatrixRow& row) { return row.profile != wish.profile; });
  std::erase_if(matrix->classes, [&](const std::string& name) { return name != wish.fault_class; });
  if (matrix->rows.empty() || matrix->classes.empty())
    return no_run(wish, Jobs::tr("there is no such cell"), "");
  matrix->rows.front().cells.resize(1);
  if (auto error = fill(*matrix, registry, options, tell, stop)) return *error;
  if (stop.stop_requested()) return no_run(wish, Jobs::tr("the search was cancelled"), "");
  for (const app::MatrixVerdict& verdict : matrix->rows.front().cells.front().verdicts)
    if (verdict.code == wish.code && verdict.verdict == Verdict::violated)
      return load_scenario(registry, "", verdict.yaml);
  return no_run(wish,
                Jobs::tr("no counterexample was found"),
                Jobs::tr("the file may be of another version, or the search needs more time"));
}

Result<CostTable> compute_costs(const Registry& registry, const std::string& participants) {
  app::CostOptions options;
  options.participants = participants;
  const auto rows = app::count_costs(registry, options);
  if (!rows) return rows.error();
  CostTable table;
  for (const app::CostRow& row : *rows) {
    CostLine& line = table.lines.emplace_back();
    line.protocol = row.protocol;
    line.profile = row.profile;
    line.run = row.run;
    line.participants = row.participants;
    line.options = fmt::format("{}", fmt::join(row.options, " "));
    line.sources = fmt::format("{}", fmt::join(row.sources, "; "));
    line.differs = row.differs;
    for (const app::CostFigure& figure : row.figures)
      line.cells.push_back({figure.quantity,
                            figure.counted,
                            figure.formula,
                            figure.expected,
                            figure.derived,
                            figure.agrees()});
  }
  return table;
}

}  // namespace concordat::gui
