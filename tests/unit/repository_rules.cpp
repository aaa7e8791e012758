#include "tests/unit/repository_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/core.h>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <utility>

namespace concordat::repository {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string extension(const File& file) {
  return std::filesystem::path(file.path).extension().string();
}

std::string stem(const File& file) {
  return std::filesystem::path(file.path).stem().string();
}

std::string file_name(const File& file) {
  return std::filesystem::path(file.path).filename().string();
}

bool is_cpp(const File& file) {
  return extension(file) == ".hpp" || extension(file) == ".cpp";
}

bool is_build_file(const File& file) {
  return file_name(file) == "CMakeLists.txt" || extension(file) == ".cmake";
}

bool is_under(const File& file, std::string_view folder) {
  return file.path.starts_with(std::string(folder) + "/");
}

/// The engines and what runs inside them: a verdict rests on this code being deterministic.
bool is_deterministic_code(const File& file) {
  return is_cpp(file) && (is_under(file, "sim") || is_under(file, "protocols"));
}

bool is_protocol(const File& file) {
  return is_under(file, "protocols") && extension(file) == ".hpp";
}

/// One complaint about one line.
std::string about(const File& file, std::size_t line_index, std::string_view sentence) {
  return fmt::format("{}:{}: {}", file.path, line_index + 1, sentence);
}

/// One complaint about a whole file.
std::string about(const File& file, std::string_view sentence) {
  return fmt::format("{}: {}", file.path, sentence);
}

/// Where `word` stands in `line` as a whole word: not inside a longer name.
bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t i = line.find(word); i != std::string_view::npos; i = line.find(word, i + 1)) {
    const std::size_t end = i + word.size();
    const bool starts = i == 0 || !is_word(line[i - 1]) || !is_word(word.front());
    const bool ends = end == line.size() || !is_word(line[end]) || !is_word(word.back());
    if (starts && ends) return true;
  }
  return false;
}

/// UNITS: code points, as an editor counts columns.
std::size_t column_count(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

// --- includes and layers ------------------------------------------------------------------------

struct Include {
  std::size_t line_index;
  bool quoted;
  std::string path;
};

std::vector<Include> includes(const File& file) {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> found;
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    std::smatch match;
    if (std::regex_search(file.code[i], match, pattern)) {
      found.push_back({i, match[1] == "\"", match[2]});
    }
  }
  return found;
}

/// The layer of a path: its folder, at the depth at which the layers are drawn.
std::string layer(std::string_view path) {
  const bool two_deep = path.starts_with("sim/") || path.starts_with("gui/") ||
                        path.starts_with("protocols/parts/") ||
                        path.starts_with("tests/toy_checker/") || path.starts_with("tests/models/");
  std::size_t slash = path.find('/');
  if (two_deep) slash = path.find('/', slash + 1);
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

/// What each layer may include besides itself. `tests` and `bench` may include everything here.
const std::map<std::string, std::string_view>& arrows() {
  static const std::map<std::string, std::string_view> table = {
      {"sim/base", ""},
      {"sim/model", "sim/base"},
      {"sim/trace", "sim/base sim/model"},
      {"sim/scenario", "sim/base sim/model"},
      {"sim/run", "sim/base sim/model sim/trace sim/scenario"},
      {"sim/bench", "sim/base sim/model sim/trace sim/scenario sim/run"},
      {"sim/explore", "sim/base sim/model sim/trace sim/scenario"},
      {"sim/graph", "sim/base sim/model sim/explore"},
      {"tests/toy_checker", "sim/base sim/model sim/explore"},
      {"tests/models", "sim/base sim/model"},
      {"sim/app",
       "sim/base sim/model sim/trace sim/scenario sim/run sim/bench sim/explore sim/graph "
       "tests/toy_checker"},
      {"sim/cli",
       "sim/base sim/model sim/trace sim/scenario sim/run sim/explore sim/graph tests/toy_checker "
       "sim/app"},
      {"protocols/parts", "sim/base sim/model"},
      {"protocols", "sim/base sim/model protocols/parts"},
      {"gui/data", "sim/base sim/trace sim/scenario"},
      {"gui/models", "sim/base sim/trace sim/scenario gui/data"},
      {"gui/views", "sim/base sim/trace sim/scenario gui/data gui/models"},
      {"gui/jobs",
       "sim/base sim/model sim/trace sim/scenario sim/run sim/explore sim/graph sim/app gui/data"},
      {"gui/window", "sim/base sim/trace gui/data gui/models gui/views gui/jobs"},
  };
  return table;
}

bool is_allowed(const std::string& from, const std::string& to, const std::string& path) {
  if (from == "tests" || from == "bench") return arrows().contains(to) || to == from;
  if (path == "protocols/registry.hpp") return from == "sim/cli" || from == "gui/window";
  if (from == to) return from != "protocols";  // what two protocols share is a part
  return fmt::format(" {} ", arrows().at(from)).find(fmt::format(" {} ", to)) != std::string::npos;
}

Complaints layering(const Tree& tree) {
  Complaints complaints;
  for (const File& file : tree) {
    const std::string from = layer(file.path);
    // The project outside Concordat has include roots of its own.
    if (!is_cpp(file) || is_under(file, "tests/outside")) continue;
    if (from != "tests" && from != "bench" && !arrows().contains(from)) {
      complaints.push_back(about(file, "is in no layer of the project"));
      continue;
    }
    for (const Include& include : includes(file)) {
      if (!include.quoted) continue;
      const std::string to = layer(include.path);
      if (!arrows().contains(to) && to != "tests" && to != "bench") {
        constexpr auto sentence = R"("{}" is no path from the root; write "sim/model/world.hpp")";
        complaints.push_back(about(file, include.line_index, fmt::format(sentence, include.path)));
      } else if (!is_allowed(from, to, include.path)) {
        constexpr auto sentence = R"("{}" goes against the layers: {} may not use {})";
        complaints.push_back(
            about(file, include.line_index, fmt::format(sentence, include.path, from, to)));
      }
    }
  }
  return complaints;
}

Complaints no_qt_in_engines(const Tree& tree) {
  Complaints complaints;
  for (const File& file : tree) {
    if (is_under(file, "gui") || is_under(file, "tests/gui")) continue;
    for (const Include& include : includes(file)) {
      const bool is_qt = !include.quoted && include.path.size() > 1 && include.path[0] == 'Q' &&
                         std::isupper(static_cast<unsigned char>(include.path[1])) != 0;
      if (is_qt) complaints.push_back(about(file, include.line_index, "Qt is for gui/ only"));
    }
  }
  return complaints;
}

Complaints protocols_use_no_library(const Tree& tree) {
  Complaints complaints;
  for (const File& file : tree) {
    if (!is_protocol(file)) continue;
    for (const Include& include : includes(file)) {
      if (include.quoted || include.path.find_first_of("/.") == std::string::npos) continue;
      constexpr auto sentence = "<{}> is not of the standard library, all that a protocol may use";
      complaints.push_back(about(file, include.line_index, fmt::format(sentence, include.path)));
    }
  }
  return complaints;
}

Complaints pragma_once(const Tree& tree) {
  Complaints complaints;
  for (const File& file : tree) {
    if (extension(file) != ".hpp") continue;
    if (std::count(file.code.begin(), file.code.end(), "#pragma once") == 1) continue;
    complaints.push_back(about(file, "a header has one line `#pragma once`"));
  }
  return complaints;
}

// --- sizes and blanks ---------------------------------------------------------------------------

Complaints file_length(const Tree& tree) {
  constexpr std::size_t file_lines_max = 800;
  constexpr std::size_t protocol_lines_max = 250;
  Complaints complaints;
  for (const File& file : tree) {
    if (!is_cpp(file) && !is_build_file(file)) continue;
    const std::size_t limit = is_protocol(file) ? protocol_lines_max : file_lines_max;
    if (file.lines.size() <= limit) continue;
    constexpr auto sentence = "has {} lines, over {}; split it by concern";
    complaints.push_back(about(file, fmt::format(sentence, file.lines.size(), limit)));
  }
  return complaints;
}

Complaints line_width(const Tree& tree) {
  constexpr std::size_t columns_max = 100;
  Complaints complaints;
  for (const File& file : tree) {
    if (!is_cpp(file) && !is_build_file(file) && extension(file) != ".sh") continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (column_count(file.lines[i]) <= columns_max) continue;
      complaints.push_back(about(file, i, "is wider than 100 columns"));
    }
  }
  return complaints;
}

Complaints blanks(const Tree& tree) {
  Complaints complaints;
  for (const File& file : tree) {
    // May be broken on purpose.
    if (is_under(file, "tests/data") || is_under(file, "tests/fuzz/corpus")) continue;
    if (!file.ends_with_newline) complaints.push_back(about(file, "does not end with a newline"));
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      if (line.find('\t') != std::string::npos) complaints.push_back(about(file, i, "has a tab"));
      if (line.find('\r') != std::string::npos) {
        complaints.push_back(about(file, i, "has a carriage return"));
      }
      if (line.ends_with(' ')) complaints.push_back(about(file, i, "ends with a blank"));
    }
  }
  return complaints;
}

// --- words --------------------------------------------------------------------------------------

Complaints leftover_marks(const Tree& tree) {
  // Spelled in two parts, so that this file is clean.
  static const std::array<std::string, 3> marks = {
      "FIX"
      "ME",
      "TO"
      "DO",
      "XX"
      "X"};
  Complaints complaints;
  for (const File& file : tree) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& mark : marks) {
        if (!has_word(file.lines[i], mark)) continue;
        complaints.push_back(about(file, i, fmt::format("has a {}; do it or open an issue", mark)));
      }
    }
  }
  return complaints;
}

struct BannedWord {
  std::string_view word;
  std::string_view instead;
};

constexpr std::string_view own_generator = "use the PRNG and the integer draws of sim/base";
constexpr std::string_view virtual_time = "time is virtual; only a progress display reads a clock";
constexpr std::string_view ordered =
    "its order differs between libraries; use an ordered container";

constexpr std::array banned_words = {
    BannedWord{"std::rand", own_generator},
    BannedWord{"random_device", own_generator},
    BannedWord{"system_clock", virtual_time},
    BannedWord{"steady_clock", virtual_time},
    BannedWord{"high_resolution_clock", virtual_time},
    BannedWord{"std::hash", "its values differ between libraries; use the hash of sim/base"},
    BannedWord{"unordered_map", ordered},
    BannedWord{"unordered_set", ordered},
    BannedWord{"unordered_multimap", ordered},
    BannedWord{"unordered_multiset", ordered},
    BannedWord{"thread_local", "state outside the World makes a run depend on the thread"},
};

Complaints determinism(const Tree& tree) {
  static const std::regex distribution(R"(\w+_distribution\b)");
  Complaints complaints;
  for (const File& file : tree) {
    if (!is_deterministic_code(file)) continue;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      for (const BannedWord& banned : banned_words) {
        if (!has_word(file.code[i], banned.word)) continue;
        if (banned.word == "steady_clock" && file.path == "sim/app/progress.hpp") continue;
        if (banned.word == "thread_local" && file.path == "sim/base/check.cpp") continue;  // throws
        complaints.push_back(about(file, i, fmt::format("{}: {}", banned.word, banned.instead)));
      }
      if (std::regex_search(file.code[i], distribution)) {
        complaints.push_back(
            about(file, i, fmt::format("a distribution of <random>: {}", own_generator)));
      }
    }
  }
  return complaints;
}

Complaints no_blanket_catch(const Tree& tree) {
  static const std::regex pattern(R"(\bcatch\s*\(\s*\.\.\.\s*\))");
  Complaints complaints;
  for (const File& file : tree) {
    if (!is_deterministic_code(file)) continue;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      if (!std::regex_search(file.code[i], pattern)) continue;
      complaints.push_back(about(file, i, "swallows every exception; catch what a library throws"));
    }
  }
  return complaints;
}

/// `two_phase_commit` as a type name: `TwoPhaseCommit`.
std::string camel_case(std::string_view snake) {
  std::string out;
  bool upper = true;
  for (const char c : snake) {
    if (c != '_') out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '_';
  }
  return out;
}

Complaints engines_name_no_protocol(const Tree& tree) {
  std::vector<std::string> names;
  for (const File& file : tree) {
    if (is_protocol(file)) names.insert(names.end(), {stem(file), camel_case(stem(file))});
  }
  Complaints complaints;
  for (const File& file : tree) {
    if (!is_under(file, "sim") || !is_cpp(file)) continue;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      for (const std::string& name : names) {
        if (!has_word(file.code[i], name)) continue;
        constexpr auto sentence = "names the protocol {}; an engine knows the registry only";
        complaints.push_back(about(file, i, fmt::format(sentence, name)));
      }
    }
  }
  return complaints;
}

// --- names and places ---------------------------------------------------------------------------

Complaints file_names(const Tree& tree) {
  static const std::regex snake_case("[a-z][a-z0-9]*(_[a-z0-9]+)*");
  Complaints complaints;
  for (const File& file : tree) {
    if (!is_cpp(file) || std::regex_match(stem(file), snake_case)) continue;
    complaints.push_back(about(file, "the name of a source file is snake_case"));
  }
  return complaints;
}

/// The ctest loop runs `concordat test` on each folder of scenarios/: what lies elsewhere or has
/// another extension would never be run.
Complaints scenario_files(const Tree& tree) {
  static const std::regex place("scenarios/([a-z0-9_]+)/[a-z0-9]+(-[a-z0-9]+)*\\.yaml");
  std::set<std::string> protocols{
      "experiments",  // benchmarks beside what was published
      "seeds",        // programs as they are met, of any protocol
  };
  for (const File& file : tree) {
    if (is_protocol(file)) protocols.insert(stem(file));
  }
  Complaints complaints;
  for (const File& file : tree) {
    if (!is_under(file, "scenarios") || file_name(file) == "README.md") continue;
    std::smatch match;
    if (!std::regex_match(file.path, match, place)) {
      complaints.push_back(about(file, "a scenario is scenarios/<protocol>/<kebab-case>.yaml"));
    } else if (!protocols.contains(match[1])) {
      complaints.push_back(about(file, fmt::format("there is no protocol {}", match[1].str())));
    }
  }
  return complaints;
}

Complaints sources_are_built(const Tree& tree) {
  std::map<std::string, std::string> build_files;  // by folder
  for (const File& file : tree) {
    if (file_name(file) != "CMakeLists.txt") continue;
    std::string& text = build_files[std::filesystem::path(file.path).parent_path().string()];
    for (const std::string& line : file.code)
      text += line + "\n";
  }
  Complaints complaints;
  for (const File& file : tree) {
    if (extension(file) != ".cpp") continue;
    const std::filesystem::path path(file.path);
    bool built = false;
    for (auto folder = path.parent_path();; folder = folder.parent_path()) {
      const auto build_file = build_files.find(folder.string());
      built = built || (build_file != build_files.end() &&
                        has_word(build_file->second, path.lexically_relative(folder).string()));
      if (built || folder.empty()) break;
    }
    if (!built) complaints.push_back(about(file, "is named in no CMakeLists.txt, so is not built"));
  }
  return complaints;
}

// --- reading ------------------------------------------------------------------------------------

/// Takes the comments out of C++ text, line by line. Text in quotes stays; raw strings that hold a
/// comment mark or a quote are not understood and not needed.
class CommentStripper {
 public:
  std::string strip(std::string_view line) {
    std::string code;
    quote_ = 0;
    for (std::size_t i = 0; i < line.size();)
      i += take(line, i, code);
    code.erase(code.find_last_not_of(' ') + 1);
    return code;
  }

 private:
  /// Moves what is code at `i` to `code`. RETURNS: the number of characters it went on by.
  std::size_t take(std::string_view line, std::size_t i, std::string& code) {
    const std::string_view rest = line.substr(i);
    if (in_block_) {
      in_block_ = !rest.starts_with("*/");
      return in_block_ ? 1 : 2;
    }
    if (quote_ != 0) return take_quoted(rest, code);
    if (rest.starts_with("//")) return rest.size();
    if (rest.starts_with("/*")) {
      in_block_ = true;
      return 2;
    }
    const bool separates_digits = i > 0 && is_word(line[i - 1]);  // 1'000
    if (rest[0] == '"' || (rest[0] == '\'' && !separates_digits)) quote_ = rest[0];
    code += rest[0];
    return 1;
  }

  std::size_t take_quoted(std::string_view rest, std::string& code) {
    const std::string_view taken = rest.substr(0, rest[0] == '\\' ? 2 : 1);
    if (rest[0] == quote_) quote_ = 0;
    code += taken;
    return taken.size();
  }

  bool in_block_ = false;
  char quote_ = 0;
};

std::vector<std::string> without_comments(const std::vector<std::string>& lines) {
  CommentStripper stripper;
  std::vector<std::string> code;
  code.reserve(lines.size());
  for (const std::string& line : lines)
    code.push_back(stripper.strip(line));
  return code;
}

std::vector<std::string> without_hash_comments(std::vector<std::string> lines) {
  for (std::string& line : lines)
    line = line.substr(0, line.find('#'));
  return lines;
}

bool is_text(const std::filesystem::path& path) {
  static const std::set<std::string> extensions = {".cpp",
                                                   ".hpp",
                                                   ".cmake",
                                                   ".in",
                                                   ".txt",
                                                   ".md",
                                                   ".yaml",
                                                   ".json",
                                                   ".sh",
                                                   ".py",
                                                   ".tla",
                                                   ".qml"};
  static const std::set<std::string> names = {"LICENSE",
                                              "run",
                                              ".clang-format",
                                              ".clang-tidy",
                                              ".editorconfig",
                                              ".gitattributes",
                                              ".gitignore"};
  return extensions.contains(path.extension().string()) || names.contains(path.filename().string());
}

}  // namespace

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      {"layering", layering},
      {"no_qt_in_engines", no_qt_in_engines},
      {"protocols_use_no_library", protocols_use_no_library},
      {"pragma_once", pragma_once},
      {"file_length", file_length},
      {"line_width", line_width},
      {"blanks", blanks},
      {"leftover_marks", leftover_marks},
      {"determinism", determinism},
      {"no_blanket_catch", no_blanket_catch},
      {"engines_name_no_protocol", engines_name_no_protocol},
      {"file_names", file_names},
      {"scenario_files", scenario_files},
      {"sources_are_built", sources_are_built},
  };
  return all;
}

File make_file(std::string path, std::string_view text) {
  File file;
  file.path = std::move(path);
  file.ends_with_newline = text.empty() || text.ends_with('\n');
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    file.lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  file.code = is_cpp(file) ? without_comments(file.lines) : without_hash_comments(file.lines);
  return file;
}

Tree read_tree(const std::filesystem::path& root) {
  static constexpr std::array folders = {
      "sim", "protocols", "scenarios", "gui", "bench", "tests", ".ci"};
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.is_regular_file()) paths.insert(entry.path());
  }
  for (const char* folder : folders) {
    if (!std::filesystem::is_directory(root / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.is_regular_file()) paths.insert(entry.path());
    }
  }
  Tree tree;
  for (const std::filesystem::path& path : paths) {
    const bool is_scenario = path.lexically_relative(root).string().starts_with("scenarios/");
    if (!is_text(path) && !is_scenario) continue;  // a scenario is judged whatever its extension
    std::ifstream stream(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    tree.push_back(make_file(path.lexically_relative(root).generic_string(), text));
  }
  return tree;
}

}  // namespace concordat::repository
