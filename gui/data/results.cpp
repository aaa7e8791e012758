#include "gui/data/results.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "gui/data/results_csv.hpp"
#include "gui/data/results_json.hpp"

namespace concordat::gui {

namespace {

constexpr std::array<std::string_view, cell_kind_count> words{
    "holds", "bounded", "vacuous", "violated", "unknown", "not_applicable", ""};

std::size_t index_of(const MatrixTable& table, int fault_class, int code) {
  return static_cast<std::size_t>(fault_class) * table.codes.size() +
         static_cast<std::size_t>(code);
}

}  // namespace

std::string_view word_of(CellKind kind) {
  return words[static_cast<std::size_t>(kind)];
}

const MatrixEntry& MatrixTable::at(int line, int fault_class, int code) const {
  return lines[static_cast<std::size_t>(line)].entries[index_of(*this, fault_class, code)];
}

MatrixEntry& MatrixTable::at(int line, int fault_class, int code) {
  return lines[static_cast<std::size_t>(line)].entries[index_of(*this, fault_class, code)];
}

const CostCell* CostLine::find(std::string_view quantity) const {
  const auto found = std::ranges::find(cells, quantity, &CostCell::quantity);
  return found == cells.end() ? nullptr : &*found;
}

bool is_results(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return false;
  if (text[begin] != '{') return is_results_csv(text.substr(begin));
  const std::string_view head = text.substr(begin, 200);  // `format` comes first
  return std::ranges::any_of(result_formats, [&](std::string_view format) {
    return head.find("\"" + std::string(format) + "\"") != std::string_view::npos;
  });
}

Result<Results> read_results(std::string_view text, const std::string& file) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  const bool is_json = begin != std::string_view::npos && text[begin] == '{';
  return is_json ? read_results_json(text, file) : read_results_csv(text, file);
}

}  // namespace concordat::gui
