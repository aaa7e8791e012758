// What `cost` prints.
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/cost.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;

std::string title(const CostRow& row) {
  return row.protocol + (row.profile.empty() ? "" : ", " + row.profile);
}

/// Where the formula comes from.
std::string_view origin(const CostFigure& figure) {
  return figure.derived ? "derived" : "published";
}

std::string counted(const CostFigure& figure) {
  return figure.counted ? std::to_string(*figure.counted) : "";
}

/// `14 = 3N-1`; where they differ `15, not 14 = 3N-1`; with a mark if the formula is derived.
std::string compared(const CostFigure& figure) {
  if (figure.formula.empty()) return counted(figure);
  const std::string_view mark = figure.derived ? " (derived)" : "";
  const std::string formula =
      figure.formula == fmt::format("{}", *figure.expected) ? "" : " = " + figure.formula;
  if (figure.agrees())
    return fmt::format("{}{}{}", counted(figure), formula.empty() ? " \u2713" : formula, mark);
  return fmt::format(
      "{}, not {}{}{}", figure.counted ? counted(figure) : "none", *figure.expected, formula, mark);
}

void print_text(const std::vector<CostRow>& rows, std::ostream& out) {
  std::string last;
  std::array<std::size_t, 2> agree{};  // published, derived
  std::array<std::size_t, 2> differ{};
  for (const CostRow& row : rows) {
    if (title(row) != last) out << (last.empty() ? "" : "\n") << title(row) << "\n";
    last = title(row);
    out << fmt::format("  {:12} N={}", row.run, row.participants);
    for (const std::string& option : row.options)
      out << ' ' << option;
    out << "\n";
    for (const CostFigure& figure : row.figures) {
      if (!figure.counted && figure.formula.empty()) continue;
      out << fmt::format("    {:14} {}\n", figure.quantity, compared(figure));
      if (!figure.formula.empty()) ++(figure.agrees() ? agree : differ)[figure.derived ? 1 : 0];
    }
    if (!row.sources.empty())
      out << fmt::format("    source         {}\n", fmt::join(row.sources, "; "));
    if (!row.agrees())
      out << fmt::format("    DIFFERS        {}\n",
                         row.differs.empty() ? "from what is published" : row.differs);
  }
  out << fmt::format(
      "\n{} published figures agree with what was counted, {} differ\n"
      "{} figures derived from a text agree, {} differ\n",
      agree[0],
      differ[0],
      agree[1],
      differ[1]);
}

/// A table of all runs: what was counted, with the formula where there is one.
void print_markdown(const std::vector<CostRow>& rows, std::ostream& out) {
  out << "| protocol | run | N | messages | delays | answer | forces | records | force delays |\n"
         "|---|---|---|---|---|---|---|---|---|\n";
  for (const CostRow& row : rows) {
    std::string n = std::to_string(row.participants);
    for (const std::string& option : row.options)
      n += ", " + option;
    out << fmt::format("| {} | {} | {} |", title(row), row.run, n);
    for (std::size_t i = 0; i < 6; ++i)
      out << " " << compared(row.figures[i]) << " |";
    out << "\n";
  }
}

void print_csv(const std::vector<CostRow>& rows, std::ostream& out) {
  out << "protocol,profile,run,participants,options,quantity,counted,expected,formula,origin,"
         "agrees\n";
  for (const CostRow& row : rows)
    for (const CostFigure& figure : row.figures)
      out << fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n",
                         row.protocol,
                         row.profile,
                         row.run,
                         row.participants,
                         fmt::join(row.options, " "),
                         figure.quantity,
                         counted(figure),
                         figure.expected ? std::to_string(*figure.expected) : "",
                         figure.formula,
                         figure.formula.empty() ? "" : origin(figure),
                         figure.agrees());
}

void print_json(const std::vector<CostRow>& rows, std::ostream& out) {
  Json json{{"format", "concordat-cost/1"}, {"rows", Json::array()}};
  for (const CostRow& row : rows) {
    Json one{{"protocol", row.protocol},
             {"profile", row.profile},
             {"run", row.run},
             {"participants", row.participants},
             {"options", row.options},
             {"sources", row.sources},
             {"agrees", row.agrees()}};
    if (!row.differs.empty()) one["differs"] = row.differs;
    for (const CostFigure& figure : row.figures) {
      Json cell{{"quantity", figure.quantity}};
      cell["counted"] = figure.counted ? Json(*figure.counted) : Json();
      if (!figure.formula.empty()) {
        cell["formula"] = figure.formula;
        cell["expected"] = *figure.expected;
        cell["origin"] = origin(figure);
        cell["agrees"] = figure.agrees();
      }
      one["figures"].push_back(std::move(cell));
    }
    json["rows"].push_back(std::move(one));
  }
  out << json.dump(1) << "\n";
}

}  // namespace

void print_costs(const std::vector<CostRow>& rows, const std::string& format, std::ostream& out) {
  if (format == "json") return print_json(rows, out);
  if (format == "csv") return print_csv(rows, out);
  if (format == "markdown") return print_markdown(rows, out);
  print_text(rows, out);
}

}  // namespace concordat::app
