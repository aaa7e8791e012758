#include "sim/app/matrix_report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/app/progress.hpp"
#include "sim/base/enum_name.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;

/// Where a property stands in a cell; nothing if the class says nothing about the row.
const MatrixVerdict* find(const MatrixCell& cell, const std::string& code) {
  const auto found = std::ranges::find(cell.verdicts, code, &MatrixVerdict::code);
  return found == cell.verdicts.end() ? nullptr : &*found;
}

/// `F4-twice` -> `F4x2`, `F8-stop` -> `F8s`.
std::string short_name(const std::string& fault_class) {
  const std::size_t dash = fault_class.find('-');
  if (dash == std::string::npos) return fault_class;
  const std::string more = fault_class.substr(dash + 1);
  return fault_class.substr(0, dash) + (more == "twice" ? "x2" : more.substr(0, 1));
}

/// The length of the shortest run that violates it, or how it holds.
std::string sign(const MatrixCell& cell, const std::string& code) {
  const MatrixVerdict* verdict = find(cell, code);
  if (!cell.not_applicable.empty()) return "";
  if (verdict == nullptr || verdict->verdict == Verdict::unknown) return "?";
  if (verdict->verdict == Verdict::violated) return std::to_string(verdict->schedule.size());
  if (!verdict->up_to.empty()) return "\u2264";
  return verdict->vacuous ? "-" : "\u00b7";
}

struct Counts {
  std::size_t holds = 0, violated = 0, unknown = 0, not_applicable = 0;
  std::int64_t states = 0;
};

Counts count(const Matrix& matrix) {
  Counts counts;
  for (const MatrixRow& row : matrix.rows)
    for (const MatrixCell& cell : row.cells) {
      counts.states += cell.states;
      for (const std::string& code : row.codes) {
        const MatrixVerdict* verdict = find(cell, code);
        if (!cell.not_applicable.empty())
          ++counts.not_applicable;
        else if (verdict == nullptr || verdict->verdict == Verdict::unknown)
          ++counts.unknown;
        else
          ++(verdict->verdict == Verdict::holds ? counts.holds : counts.violated);
      }
    }
  return counts;
}

std::string scale(const MatrixOptions& options) {
  return fmt::format(
      "{} participants{}, open votes, at most {} states a search",
      options.participants,
      options.options.empty() ? "" : fmt::format(", {}", fmt::join(options.options, " ")),
      grouped(options.max_states));
}

/// What bounds the verdicts of a row that hold only so far: `ballot=2`.
std::string bounded(const MatrixRow& row) {
  std::vector<std::string> bounds;
  for (const MatrixCell& cell : row.cells)
    for (const MatrixVerdict& verdict : cell.verdicts)
      if (!verdict.up_to.empty() && std::ranges::find(bounds, verdict.up_to) == bounds.end())
        bounds.push_back(verdict.up_to);
  return fmt::format("{}", fmt::join(bounds, "; "));
}

/// How a cell counts in a summary. `bounded`: it holds up to a bound.
enum class Sort : std::uint8_t { holds, bounded, violated, unknown, not_applicable };

Sort sort_of(const MatrixCell& cell, const std::string& code) {
  if (!cell.not_applicable.empty()) return Sort::not_applicable;
  const MatrixVerdict* verdict = find(cell, code);
  if (verdict == nullptr || verdict->verdict == Verdict::unknown) return Sort::unknown;
  if (verdict->verdict == Verdict::violated) return Sort::violated;
  return verdict->up_to.empty() ? Sort::holds : Sort::bounded;
}

/// The classes of this sort; those of a family together if all are there.
std::string classes_with(const MatrixRow& row, const std::string& code, Sort sort) {
  std::vector<std::string> out;
  std::vector<std::string> done;
  for (const MatrixCell& cell : row.cells) {
    const std::string family = cell.fault_class.substr(0, cell.fault_class.find('-'));
    if (std::ranges::find(done, family) != done.end()) continue;
    done.push_back(family);
    bool all = true;
    std::vector<std::string> some;
    for (const MatrixCell& other : row.cells) {
      if (other.fault_class.substr(0, other.fault_class.find('-')) != family) continue;
      const bool fits = sort_of(other, code) == sort;
      if (fits) some.push_back(short_name(other.fault_class));
      all = all && fits;
    }
    if (all)
      out.push_back(family);
    else
      out.insert(out.end(), some.begin(), some.end());
  }
  return fmt::format("{}", fmt::join(out, " "));
}

std::string quoted(std::string text) {
  for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\"\"");
  return "\"" + text + "\"";
}

}  // namespace

void print_grid(const Matrix& matrix, const MatrixOptions& options, std::ostream& out) {
  constexpr int width = 5;
  for (const MatrixRow& row : matrix.rows) {
    const std::string bound = bounded(row);
    out << fmt::format("{}: {}\n", row.title(), row.summary);
    if (!bound.empty()) out << fmt::format("  \u2264 holds as far as {}\n", bound);
    out << "      ";
    for (const std::string& name : matrix.classes)
      out << fmt::format("{:>{}}", short_name(name), width);
    out << "\n";
    for (const std::string& code : row.codes) {
      out << fmt::format("  {:4}", code);
      for (const MatrixCell& cell : row.cells)
        out << fmt::format("{:>{}}", sign(cell, code), width);
      out << "\n";
    }
    out << "\n";
  }
  const Counts counts = count(matrix);
  out << fmt::format(
      "{}\n"
      "\u00b7 holds   - holds, and nothing that could break it was reached   "
      "12 violated, in so many events   ? unknown\n"
      "{} hold, {} violated, {} unknown; {} states\n",
      scale(options),
      counts.holds,
      counts.violated,
      counts.unknown,
      grouped(counts.states));
}

void print_markdown(const Matrix& matrix, const MatrixOptions& options, std::ostream& out) {
  const std::vector<std::string>* last = nullptr;
  for (const MatrixRow& row : matrix.rows) {
    if (last == nullptr || *last != row.codes) {  // a table for each family
      if (last != nullptr) out << "\n";
      out << fmt::format("| protocol | {} |\n|---|", fmt::join(row.codes, " | "));
      for (std::size_t i = 0; i < row.codes.size(); ++i)
        out << "---|";
      out << "\n";
      last = &row.codes;
    }
    out << "| `" << row.protocol << "`" << (row.profile.empty() ? "" : " " + row.profile) << " |";
    for (const std::string& code : row.codes) {
      std::vector<std::string> words;
      for (const auto& [sort, mark] : {std::pair{Sort::violated, ""},
                                       std::pair{Sort::bounded, "\u2264 "},
                                       std::pair{Sort::unknown, "? "}}) {
        const std::string classes = classes_with(row, code, sort);
        if (!classes.empty()) words.push_back(mark + classes);
      }
      if (words.empty()) words.emplace_back("\u00b7");
      out << fmt::format(" {} |", fmt::join(words, " "));
    }
    out << "\n";
  }
  const Counts counts = count(matrix);
  out << fmt::format("\n{}: {} cells hold, {} are violated, {} are unknown.\n",
                     scale(options),
                     counts.holds,
                     counts.violated,
                     counts.unknown);
}

void print_csv(const Matrix& matrix, std::ostream& out) {
  out << "protocol,profile,class,property,verdict,vacuous,length,states,complete,limit,bound,file,"
         "scope,sentence\n";
  for (const MatrixRow& row : matrix.rows)
    for (const MatrixCell& cell : row.cells)
      for (const std::string& code : row.codes) {
        const MatrixVerdict* verdict = find(cell, code);
        const bool applies = cell.not_applicable.empty();
        const bool violated = verdict != nullptr && verdict->verdict == Verdict::violated;
        out << fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                           row.protocol,
                           row.profile,
                           cell.fault_class,
                           code,
                           !applies             ? "not_applicable"
                           : verdict == nullptr ? "unknown"
                                                : enum_name(verdict->verdict),
                           verdict != nullptr && verdict->vacuous,
                           violated ? std::to_string(verdict->schedule.size()) : "",
                           cell.states,
                           cell.limit.empty() || cell.limit == "violation",
                           cell.limit,
                           quoted(verdict == nullptr ? "" : verdict->up_to),
                           quoted(verdict == nullptr ? "" : verdict->file),
                           quoted(cell.scope),
                           quoted(violated ? verdict->sentence : cell.not_applicable));
      }
}

Json cell_json(const MatrixCell& cell) {
  Json json{{"class", cell.fault_class}};
  if (!cell.not_applicable.empty()) json["not_applicable"] = cell.not_applicable;
  json["scope"] = cell.scope;
  json["states"] = cell.states;
  json["transitions"] = cell.transitions;
  json["complete"] = cell.limit.empty() || cell.limit == "violation";
  json["limit"] = cell.limit;
  json["seconds"] = cell.seconds;
  json["properties"] = Json::array();
  for (const MatrixVerdict& verdict : cell.verdicts) {
    Json one{{"code", verdict.code},
             {"verdict", enum_name(verdict.verdict)},
             {"vacuous", verdict.vacuous},
             {"up_to", verdict.up_to}};
    if (verdict.verdict == Verdict::violated) {
      one["length"] = verdict.schedule.size();
      one["sentence"] = verdict.sentence;
      one["schedule"] = verdict.schedule;
      one["file"] = verdict.file;
    }
    json["properties"].push_back(std::move(one));
  }
  return json;
}

std::optional<MatrixCell> cell_from(const Json& json) {
  try {
    MatrixCell cell;
    cell.fault_class = json.at("class").get<std::string>();
    cell.not_applicable = json.value("not_applicable", "");
    cell.scope = json.at("scope").get<std::string>();
    cell.states = json.at("states").get<std::int64_t>();
    cell.transitions = json.at("transitions").get<std::int64_t>();
    cell.limit = json.at("limit").get<std::string>();
    cell.seconds = json.at("seconds").get<double>();
    for (const Json& one : json.at("properties")) {
      MatrixVerdict verdict;
      verdict.code = one.at("code").get<std::string>();
      const auto parsed = enum_from_name<Verdict>(one.at("verdict").get<std::string>());
      if (!parsed) return std::nullopt;
      verdict.verdict = *parsed;
      verdict.vacuous = one.at("vacuous").get<bool>();
      verdict.up_to = one.at("up_to").get<std::string>();
      verdict.sentence = one.value("sentence", "");
      verdict.schedule = one.value("schedule", std::vector<std::string>{});
      verdict.file = one.value("file", "");
      cell.verdicts.push_back(std::move(verdict));
    }
    cell.cached = true;
    cell.covered = true;
    return cell;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void print_json(const Matrix& matrix,
                const MatrixOptions& options,
                const std::string& checker,
                std::ostream& out) {
  Json json{{"format", "concordat-matrix/1"},
            {"checker", checker},
            {"participants", options.participants},
            {"options", options.options},
            {"bounds", options.bounds},
            {"max_states", options.max_states},
            {"max_time", options.max_time},
            {"stopped", matrix.stopped},
            {"classes", matrix.classes},
            {"properties", matrix.codes}};
  json["rows"] = Json::array();
  for (const MatrixRow& row : matrix.rows) {
    Json one{{"protocol", row.protocol}, {"profile", row.profile}, {"summary", row.summary}};
    one["properties"] = row.codes;
    for (const MatrixCell& cell : row.cells)
      one["cells"].push_back(cell_json(cell));
    json["rows"].push_back(std::move(one));
  }
  out << json.dump(1) << "\n";
}

}  // namespace concordat::app
