#include "gui/data/results_csv.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace concordat::gui {

namespace {

constexpr std::array<std::string_view, 5> matrix_columns{
    "protocol", "profile", "class", "property", "verdict"};
constexpr std::array<std::string_view, 5> cost_columns{
    "protocol", "profile", "run", "participants", "quantity"};
constexpr std::size_t cells_max = 1'000'000;

using Record = std::vector<std::string>;

/// Reads one line after the other. A field in quotes may hold commas, quotes and line ends.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  /// RETURNS: nothing at the end of the text. Blank lines are passed over.
  std::optional<Record> next() {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r'))
      line_ += text_[at_++] == '\n' ? 1 : 0;
    if (at_ >= text_.size()) return std::nullopt;
    begun_ = line_;
    Record fields;
    do {
      fields.push_back(field());
    } while (at_ < text_.size() && text_[at_] == ',' && ++at_ > 0);
    return fields;
  }

  Error error(std::string what, std::string hint) const {
    return Error{file_, {begun_, 1}, std::move(what), std::move(hint)};
  }
  bool is_open() const { return open_; }

 private:
  std::string field() {
    if (at_ >= text_.size() || text_[at_] != '"') {
      const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
      const std::size_t begin = std::exchange(at_, end);
      return std::string(text_.substr(begin, end - begin));
    }
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        out += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        out += text_[at_++];
      } else {
        ++at_;
        return out;
      }
    }
    open_ = true;
    return out;
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
  int line_ = 1;
  int begun_ = 1;  // the line of the last record
  bool open_ = false;
};

/// The columns by name, and the fields of one record.
class Columns {
 public:
  explicit Columns(const Record& names) {
    for (std::size_t i = 0; i < names.size(); ++i)
      where_.emplace(names[i], i);
    count_ = names.size();
  }
  std::size_t count() const { return count_; }
  bool has(std::string_view name) const { return where_.contains(name); }
  std::string of(const Record& record, std::string_view name) const {
    const auto found = where_.find(name);
    return found == where_.end() ? std::string() : record[found->second];
  }

 private:
  std::map<std::string, std::size_t, std::less<>> where_;
  std::size_t count_ = 0;
};

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int index_in(std::vector<std::string>& words, const std::string& word) {
  const auto found = std::ranges::find(words, word);
  if (found != words.end()) return static_cast<int>(found - words.begin());
  words.push_back(word);
  return static_cast<int>(words.size()) - 1;
}

/// A cell of the matrix with its place.
struct Placed {
  std::size_t line = 0;
  int fault_class = 0;
  int code = 0;
  MatrixEntry entry;
};

/// ERRORS: an unknown verdict, a length that is no number.
Result<MatrixEntry> matrix_entry(const Columns& columns, const Record& record, CsvReader& reader) {
  MatrixEntry out;
  const std::string verdict = columns.of(record, "verdict");
  out.bound = columns.of(record, "bound");
  out.sentence = columns.of(record, "sentence");
  out.limit = columns.of(record, "limit");
  out.scope = columns.of(record, "scope");
  out.states = number_in(columns.of(record, "states")).value_or(0);
  if (verdict == "holds") {
    const bool vacuous = columns.of(record, "vacuous") == "true";
    out.kind = !out.bound.empty() ? CellKind::bounded
               : vacuous          ? CellKind::vacuous
                                  : CellKind::holds;
  } else if (verdict == "violated") {
    out.kind = CellKind::violated;
    const auto length = number_in(columns.of(record, "length"));
    if (!length || *length < 0 || *length > 1'000'000)
      return reader.error("`length` is no number: `" + columns.of(record, "length") + "`",
                          "a violated cell has the number of events of its counterexample");
    out.length = static_cast<int>(*length);
  } else if (verdict == "unknown") {
    out.kind = CellKind::unknown;
  } else if (verdict == "not_applicable") {
    out.kind = CellKind::not_applicable;
  } else {
    return reader.error("there is no verdict `" + verdict + "`",
                        "it is holds, violated, unknown or not_applicable");
  }
  return out;
}

/// Puts the cells into a grid; those that nobody named stay absent.
void fill(MatrixTable& table, std::vector<Placed>& cells) {
  for (MatrixLine& line : table.lines)
    line.entries.resize(table.classes.size() * table.codes.size());
  for (Placed& cell : cells)
    table.at(static_cast<int>(cell.line), cell.fault_class, cell.code) = std::move(cell.entry);
}

Result<Results> read_matrix(const Columns& columns, CsvReader& reader) {
  MatrixTable table;
  std::vector<Placed> cells;
  while (const auto record = reader.next()) {
    if (record->size() != columns.count() || reader.is_open())
      return reader.error(
          reader.is_open()
              ? "a quote is not closed"
              : fmt::format("{} fields, but {} columns", record->size(), columns.count()),
          "write the file again with `concordat matrix --format csv`");
    auto entry = matrix_entry(columns, *record, reader);
    if (!entry) return entry.error();
    const std::string protocol = columns.of(*record, "protocol");
    const std::string profile = columns.of(*record, "profile");
    const bool is_new = table.lines.empty() || table.lines.back().protocol != protocol ||
                        table.lines.back().profile != profile;
    if (is_new) table.lines.push_back({protocol, profile, "", {}});
    cells.push_back({table.lines.size() - 1,
                     index_in(table.classes, columns.of(*record, "class")),
                     index_in(table.codes, columns.of(*record, "property")),
                     std::move(*entry)});
    if (table.lines.size() * table.classes.size() * table.codes.size() > cells_max)
      return reader.error("more cells than anybody could look at", "leave some rows out");
  }
  fill(table, cells);
  return Results(std::move(table));
}

Result<Results> read_costs(const Columns& columns, CsvReader& reader) {
  CostTable table;
  while (const auto record = reader.next()) {
    if (record->size() != columns.count() || reader.is_open())
      return reader.error(fmt::format("{} fields, but {} columns", record->size(), columns.count()),
                          "write the file again with `concordat cost --format csv`");
    const auto of = [&](std::string_view name) { return columns.of(*record, name); };
    const auto participants = number_in(of("participants"));
    if (!participants)
      return reader.error("`participants` is no number: `" + of("participants") + "`", "");
    CostLine line{
        of("protocol"), of("profile"), of("run"), *participants, of("options"), "", "", {}};
    const bool is_new = table.lines.empty() || table.lines.back().title() != line.title() ||
                        table.lines.back().run != line.run ||
                        table.lines.back().participants != line.participants ||
                        table.lines.back().options != line.options;
    if (is_new) table.lines.push_back(std::move(line));
    CostCell cell{of("quantity"),
                  number_in(of("counted")),
                  of("formula"),
                  number_in(of("expected")),
                  of("origin") == "derived",
                  of("agrees") != "false"};
    table.lines.back().cells.push_back(std::move(cell));
  }
  return Results(std::move(table));
}

std::string number(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "";
}

}  // namespace

std::string quoted_field(std::string text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\"\"");
  return "\"" + text + "\"";
}

bool is_results_csv(std::string_view text) {
  const Record first = CsvReader(text.substr(0, std::min<std::size_t>(text.size(), 500)), "")
                           .next()
                           .value_or(Record{});
  const Columns columns(first);
  const auto has = [&](std::string_view name) { return columns.has(name); };
  return std::ranges::all_of(matrix_columns, has) || std::ranges::all_of(cost_columns, has);
}

Result<Results> read_results_csv(std::string_view text, const std::string& file) {
  CsvReader reader(text, file);
  const auto names = reader.next();
  if (!names) return reader.error("the file is empty", "");
  const Columns columns(*names);
  const auto has = [&](std::string_view name) { return columns.has(name); };
  if (std::ranges::all_of(cost_columns, has)) return read_costs(columns, reader);
  for (const std::string_view name : matrix_columns)
    if (!columns.has(name))
      return reader.error("there is no column `" + std::string(name) + "`",
                          "write the file with `concordat matrix --format csv`");
  return read_matrix(columns, reader);
}

std::string to_csv(const MatrixTable& table) {
  std::string out =
      "protocol,profile,class,property,verdict,vacuous,length,states,limit,bound,"
      "scope,sentence\n";
  for (int line = 0; line < static_cast<int>(table.lines.size()); ++line)
    for (int at = 0; at < static_cast<int>(table.classes.size()); ++at)
      for (int code = 0; code < static_cast<int>(table.codes.size()); ++code) {
        const MatrixLine& row = table.lines[static_cast<std::size_t>(line)];
        const MatrixEntry& entry = table.at(line, at, code);
        if (entry.kind == CellKind::absent) continue;
        const bool holds = entry.kind == CellKind::bounded || entry.kind == CellKind::vacuous;
        out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n",
                           quoted_field(row.protocol),
                           quoted_field(row.profile),
                           quoted_field(table.classes[static_cast<std::size_t>(at)]),
                           quoted_field(table.codes[static_cast<std::size_t>(code)]),
                           holds ? "holds" : word_of(entry.kind),
                           entry.kind == CellKind::vacuous,
                           entry.kind == CellKind::violated ? std::to_string(entry.length) : "",
                           entry.states,
                           quoted_field(entry.limit),
                           quoted_field(entry.bound),
                           quoted_field(entry.scope),
                           quoted_field(entry.sentence));
      }
  return out;
}

std::string to_csv(const CostTable& table) {
  std::string out =
      "protocol,profile,run,participants,options,quantity,counted,expected,formula,origin,agrees\n";
  for (const CostLine& line : table.lines)
    for (const CostCell& cell : line.cells)
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n",
                         quoted_field(line.protocol),
                         quoted_field(line.profile),
                         quoted_field(line.run),
                         line.participants,
                         quoted_field(line.options),
                         quoted_field(cell.quantity),
                         number(cell.counted),
                         number(cell.expected),
                         quoted_field(cell.formula),
                         cell.formula.empty() ? ""
                         : cell.derived       ? "derived"
                                              : "published",
                         cell.agrees);
  return out;
}

std::string to_csv(const RunFigures& figures) {
  std::string out = "what,figure,value\n";
  const auto add = [&](std::string_view what, std::string_view figure, std::int64_t value) {
    out += fmt::format("{},{},{}\n", what, quoted_field(std::string(figure)), value);
  };
  add("transactions", "all", figures.transactions);
  for (const auto& [what, tallies] : {std::pair{"transactions", &figures.outcomes},
                                      std::pair{"counts", &figures.counts},
                                      std::pair{"faults", &figures.faults}})
    for (const Tally& tally : *tallies)
      add(what, tally.name, tally.count);
  for (const auto& [what, times] : {std::pair{"commit_us", &figures.commit},
                                    std::pair{"abort_us", &figures.abort},
                                    std::pair{"in_doubt_us", &figures.in_doubt}}) {
    add(what, "count", times->count);
    if (times->count == 0) continue;
    for (const auto& [name, value] : {std::pair{"sum", times->sum},
                                      std::pair{"min", times->min},
                                      std::pair{"p50", times->p50},
                                      std::pair{"p90", times->p90},
                                      std::pair{"p99", times->p99},
                                      std::pair{"p999", times->p999},
                                      std::pair{"max", times->max}})
      add(what, name, value);
  }
  for (const PropertyTally& property : figures.properties)
    for (const auto& [name, value] : {std::pair{"ok", property.ok},
                                      std::pair{"violated", property.violated},
                                      std::pair{"not_reached", property.not_reached}})
      add(property.code, name, value);
  return out;
}

}  // namespace concordat::gui
