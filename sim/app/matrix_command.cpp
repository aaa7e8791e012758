// matrix: protocol by fault class by property.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/command_line.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/matrix_report.hpp"
#include "sim/app/progress.hpp"
#include "sim/base/file.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;

/// The cells of earlier runs, a file for each: FOLDER/<row>-<class>.json, with the question that it
/// answers and the program that answered. A cell with something unknown answers only a question
/// that allows no more than it was allowed.
class Shelf {
 public:
  explicit Shelf(const MatrixOptions& options) : options_(options) {}

  std::optional<MatrixCell> find(const MatrixRow& row, const std::string& fault_class) const {
    if (options_.folder.empty() || options_.program.empty()) return std::nullopt;
    constexpr std::size_t bytes_max = std::size_t{16} << 20U;
    const auto text = read_text_file(path(row, fault_class, "json"), bytes_max);
    if (!text) return std::nullopt;
    const Json json = Json::parse(*text, nullptr, false);
    if (json.is_discarded() || !json.is_object() || json.value("program", "") != options_.program ||
        json.value("question", "") != question(row, fault_class))
      return std::nullopt;
    auto cell = cell_from(json.value("cell", Json()));
    if (!cell) return std::nullopt;
    const bool open = std::ranges::any_of(
        cell->verdicts, [](const MatrixVerdict& each) { return each.verdict == Verdict::unknown; });
    return open && json.value("effort", "") != effort() ? std::nullopt : cell;
  }

  /// Keeps a cell, and the runs of its violations beside it.
  std::optional<Error> put(const MatrixRow& row, MatrixCell& cell) const {
    if (options_.folder.empty() || cell.cached || !cell.covered) return std::nullopt;
    std::error_code failed;
    std::filesystem::create_directories(options_.folder, failed);
    for (MatrixVerdict& verdict : cell.verdicts) {
      if (verdict.yaml.empty()) continue;
      verdict.file = path(row, cell.fault_class + "-" + verdict.code, "yaml");
      if (auto written = write_text_file(verdict.file, verdict.yaml); !written)
        return written.error();
    }
    const Json json{{"program", options_.program},
                    {"question", question(row, cell.fault_class)},
                    {"effort", effort()},
                    {"cell", cell_json(cell)}};
    const auto written = write_text_file(path(row, cell.fault_class, "json"), json.dump(1) + "\n");
    if (!written) return written.error();
    return std::nullopt;
  }

 private:
  std::string path(const MatrixRow& row, const std::string& what, const char* extension) const {
    const std::string name = kebab(row.protocol + " " + row.profile + " " + what);
    return (std::filesystem::path(options_.folder) / (name + "." + extension)).string();
  }
  std::string question(const MatrixRow& row, const std::string& fault_class) const {
    Source source = cell_source(row, fault_class, row.codes);
    source.max_states.reset();
    return command_of("check", source);
  }
  std::string effort() const {
    return fmt::format(
        "{} states, {}{}", options_.max_states, options_.max_time, options_.again ? ", again" : "");
  }

  const MatrixOptions& options_;
};

/// `PROTOCOL[/PROFILE]:CLASS:PROPERTY` as the options of a matrix of one cell.
Result<MatrixOptions> one_cell(MatrixOptions options) {
  const std::string& text = options.explain;
  const std::size_t first = text.find(':');
  const std::size_t second = text.find(':', first == std::string::npos ? first : first + 1);
  if (second == std::string::npos)
    return Error{"",
                 {},
                 "--explain: `" + text + "` names no cell",
                 "write PROTOCOL:CLASS:PROPERTY or PROTOCOL/PROFILE:CLASS:PROPERTY, the class "
                 "and the property such as F6:NB"};
  const std::string row = text.substr(0, first);
  const std::size_t slash = row.find('/');
  options.protocols = {row.substr(0, slash)};
  if (slash != std::string::npos) options.profiles = {row.substr(slash + 1)};
  options.classes = {text.substr(first + 1, second - first - 1)};
  options.properties = {text.substr(second + 1)};
  return options;
}

/// What `check` says about the cell: the verdict, its budget, the run, and how to see it again.
int explain_cell(const Registry& registry, const MatrixOptions& options, Terminal& terminal) {
  const auto one = one_cell(options);
  if (!one) return report(one.error(), terminal);
  const auto matrix = matrix_rows(registry, *one);
  if (!matrix) return report(matrix.error(), terminal);
  int code = ok;
  for (const MatrixRow& row : matrix->rows) {
    for (const std::string& name : matrix->classes) {
      CheckOptions check;
      check.source = cell_source(row, name, matrix->codes);
      check.effort.max_time = options.max_time;
      check.save = options.folder;
      const int result = check_command(registry, check, terminal);
      code = worse(code, result == violated ? ok : result);
    }
    if (options.profiles.empty() && one->profiles.empty()) break;  // the usual profile
  }
  return code;
}

bool all_known(const Matrix& matrix) {
  return std::ranges::all_of(matrix.rows, [](const MatrixRow& row) {
    return std::ranges::all_of(row.cells, [](const MatrixCell& cell) {
      return cell.covered && std::ranges::none_of(cell.verdicts, [](const MatrixVerdict& each) {
               return each.verdict == Verdict::unknown;
             });
    });
  });
}

}  // namespace

int matrix_command(const Registry& registry, const MatrixOptions& options, Terminal& terminal) {
  if (!options.explain.empty()) return explain_cell(registry, options, terminal);
  auto matrix = matrix_rows(registry, options);
  if (!matrix) return report(matrix.error(), terminal);
  const Shelf shelf(options);
  StatusLine line(terminal);
  std::string last;
  std::optional<Error> unsaved;
  MatrixCalls calls;
  calls.stored = [&](const MatrixRow& row, const std::string& name) {
    return shelf.find(row, name);
  };
  calls.done = [&](const MatrixRow& row, MatrixCell& cell, std::size_t, std::size_t) {
    last = row.title() + " " + cell.fault_class;
    if (auto error = shelf.put(row, cell); error && !unsaved) unsaved = std::move(error);
  };
  calls.progress = [&](std::size_t number, std::size_t of) {
    line.show([&](double) { return fmt::format("{} of {} searches, last {}", number, of, last); });
  };
  if (const auto error = fill(*matrix, registry, options, terminal, calls))
    return report(*error, terminal);
  line.clear();
  if (terminal.json || options.format == "json")
    print_json(*matrix, options, terminal.checker_name, terminal.out);
  else if (options.format == "markdown")
    print_markdown(*matrix, options, terminal.out);
  else if (options.format == "csv")
    print_csv(*matrix, terminal.out);
  else
    print_grid(*matrix, options, terminal.out);
  if (unsaved) terminal.err << unsaved->text() << "\n";
  if (matrix->stopped) return interrupted;
  const int code = all_known(*matrix) ? ok : unknown;
  return unsaved ? worse(usage, code) : code;
}

}  // namespace concordat::app
