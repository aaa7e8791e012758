#include "tests/unit/diagram_checks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <regex>
#include <sstream>
#include <string_view>
#include <utility>

namespace concordat::trace::checks {

namespace {

constexpr auto mermaid_keywords = std::to_array<std::string_view>(
    {"box",      "participant", "actor",    "create", "destroy", "as",         "loop",
     "rect",     "opt",         "alt",      "else",   "par",     "par_over",   "and",
     "critical", "option",      "break",    "end",    "left",    "right",      "links",
     "link",     "properties",  "details",  "over",   "note",    "activate",   "deactivate",
     "title",    "acctitle",    "accdescr", "off",    "wrap",    "autonumber", "sequencediagram"});

constexpr auto plantuml_keywords = std::to_array<std::string_view>(
    {"participant", "actor",      "boundary",  "control",    "entity",  "database", "collections",
     "queue",       "note",       "hnote",     "rnote",      "end",     "over",     "left",
     "right",       "of",         "box",       "title",      "header",  "footer",   "legend",
     "activate",    "deactivate", "destroy",   "create",     "alt",     "else",     "opt",
     "loop",        "par",        "break",     "critical",   "group",   "ref",      "return",
     "hide",        "show",       "skinparam", "autonumber", "newpage", "as",       "order",
     "scale",       "caption",    "space",     "mainframe",  "ignore"});

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

std::string lower(std::string text) {
  std::ranges::transform(
      text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// What both checkers keep.
class Checker {
 public:
  Checked take() { return std::move(checked_); }

 protected:
  void problem(const std::string& what) {
    checked_.problems.push_back("line " + std::to_string(line_) + ": " + what);
  }

  template <class Keywords>
  void declare(const std::string& id, const std::string& label, const Keywords& keywords) {
    if (known(id)) problem("participant " + id + " is declared twice");
    if (std::ranges::find(keywords, lower(id)) != keywords.end()) problem(id + " is a keyword");
    checked_.ids.push_back(id);
    checked_.labels.push_back(label);
  }

  void use(const std::string& id) {
    if (!known(id)) problem("participant " + id + " is not declared");
  }

  bool known(const std::string& id) const {
    return std::ranges::find(checked_.ids, id) != checked_.ids.end();
  }

  void activate(const std::string& id, int change) {
    use(id);
    if (change > 0) ++checked_.activations;
    if ((active_[id] += change) < 0) problem(id + " is deactivated, but not active");
  }

  void finish() {
    for (const auto& [id, count] : active_)
      if (count != 0) problem(id + " stays active");
  }

  Checked checked_;
  std::map<std::string, int> active_;
  int line_ = 0;
};

// ---- Mermaid ----

class MermaidChecker : public Checker {
 public:
  explicit MermaidChecker(const std::string& text) {
    for (const std::string& line : lines_of(text)) {
      ++line_;
      if (line_ == 1) {
        if (line != "sequenceDiagram") problem("the first line is no diagram type");
      } else if (!statement(line)) {
        problem("no statement: " + line);
      }
    }
    if (!block_.empty()) problem("the block " + block_ + " stays open");
    finish();
  }

 private:
  /// Text up to the end of the line. `#` would begin a comment and `;` end the statement.
  static std::string text_form() { return R"(((?:[^#;%<>&"$\x01-\x1f\x7f]|#[0-9]+;|<br/>)+))"; }

  static std::string undo(const std::string& text) {
    static const std::regex code("#([0-9]+);");
    std::string out;
    std::sregex_iterator at(text.begin(), text.end(), code);
    std::size_t end = 0;
    for (; at != std::sregex_iterator(); ++at) {
      out += text.substr(end, static_cast<std::size_t>(at->position()) - end);
      out += static_cast<char>(std::stoi((*at)[1]));
      end = static_cast<std::size_t>(at->position() + at->length());
    }
    return out + text.substr(end);
  }

  bool statement(const std::string& line) {
    static const std::string id = "([A-Za-z][A-Za-z0-9_]*)";
    static const std::regex title(" +title " + text_form());
    static const std::regex participant(" +participant " + id + " as " + text_form());
    static const std::regex box(" +box transparent " + text_form());
    static const std::regex rect(R"( +rect rgb\([0-9]+, [0-9]+, [0-9]+\))");
    static const std::regex end(" +end");
    static const std::regex arrow(" +" + id + "(->>|-->>|--x)" + id + ": " + text_form());
    static const std::regex note(" +Note over " + id + "(?:," + id + ")?: " + text_form());
    static const std::regex active(" +(activate|deactivate) " + id);
    std::smatch m;
    if (std::regex_match(line, m, title)) return line_ == 2;
    if (std::regex_match(line, m, box)) return open("box");
    if (std::regex_match(line, m, rect)) return open("rect");
    if (std::regex_match(line, m, end)) return !std::exchange(block_, "").empty();
    if (std::regex_match(line, m, participant)) {
      declare(m[1], undo(m[2]), mermaid_keywords);
      return block_ != "rect" && checked_.arrows.empty() && checked_.notes.empty();
    }
    if (block_ == "box") return false;  // only participants may stand there
    if (std::regex_match(line, m, arrow)) {
      use(m[1]);
      use(m[3]);
      checked_.arrows.push_back({m[1], m[3], undo(m[4]), m[2] == "--x", m[2] == "-->>"});
      return true;
    }
    if (std::regex_match(line, m, note)) {
      use(m[1]);
      if (m[2].matched) use(m[2]);
      add_lines(m[3]);
      return true;
    }
    if (!std::regex_match(line, m, active)) return false;
    activate(m[2], m[1] == "activate" ? 1 : -1);
    return true;
  }

  bool open(const std::string& block) {
    checked_.boxes += block == "box" ? 1 : 0;
    return std::exchange(block_, block).empty();
  }

  void add_lines(std::string text) {
    for (std::size_t at = 0; (at = text.find("<br/>")) != std::string::npos; text.erase(0, at + 5))
      checked_.notes.push_back(undo(text.substr(0, at)));
    checked_.notes.push_back(undo(text));
  }

  std::string block_;  // the open one; none may stand in another
};

// ---- PlantUML ----

class PlantumlChecker : public Checker {
 public:
  explicit PlantumlChecker(const std::string& text) {
    const std::vector<std::string> lines = lines_of(text);
    if (lines.empty() || lines.back() != "@enduml") problem("the last line is not @enduml");
    for (const std::string& line : lines) {
      ++line_;
      if (line_ == 1) {
        if (line != "@startuml") problem("the first line is not @startuml");
      } else if (static_cast<std::size_t>(line_) < lines.size() && !statement(line)) {
        problem("no statement: " + line);
      }
    }
    if (!block_.empty()) problem("the block " + block_ + " stays open");
    finish();
  }

 private:
  /// Text in which nothing is markup, undone into `out`.
  static bool is_text(const std::string& text, std::string& out) {
    static const std::regex code("<U\\+([0-9A-F]{4})>");
    static const std::regex markup(
        R"re([<>\\~%"&'$\x01-\x1f]|\*\*|//|--|__|\[\[|\]\]|\{\{|\}\}|==|\.\.|##|\|\||\^\^)re");
    std::string rest = std::regex_replace(text, code, "\x7f");  // stands for any character
    const bool starts_badly =
        !rest.empty() && std::ispunct(static_cast<unsigned char>(rest[0])) != 0 && rest[0] != '+';
    if (text.empty() || starts_badly || std::regex_search(rest, markup)) return false;
    out.clear();
    std::size_t end = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), code); at != std::sregex_iterator();
         ++at) {
      out += text.substr(end, static_cast<std::size_t>(at->position()) - end);
      out += static_cast<char>(std::stoi((*at)[1], nullptr, 16));
      end = static_cast<std::size_t>(at->position() + at->length());
    }
    out += text.substr(end);
    return true;
  }

  bool note_line(const std::string& line) {
    static const std::regex end(R"(\s*end\s*[hr]?note\s*)", std::regex::icase);
    if (std::regex_match(line, end)) return !std::exchange(block_, "").empty();
    std::string words;
    if (!is_text(line, words)) return false;
    checked_.notes.push_back(words);
    return true;
  }

  bool title_line(const std::string& line) {
    static const std::regex end(R"(\s*end\s*title\s*)", std::regex::icase);
    std::string words;
    if (!std::regex_match(line, end)) return is_text(line, words);
    return !std::exchange(block_, "").empty();
  }

  bool statement(const std::string& line) {
    static const std::string id = "([A-Za-z][A-Za-z0-9_]*)";
    static const std::regex participant("participant \"([^\"]*)\" as " + id);
    static const std::regex box("box \"([^\"]*)\"");
    static const std::regex arrow(id + " (->|-->|->x) " + id + " : (.*)");
    static const std::regex note("note over " + id + "(?:, " + id + ")?(?: #[0-9A-F]{6})?");
    static const std::regex divider("== (.*) ==");
    static const std::regex delay(R"(\.\.\.[-0-9a-z., ]*[0-9a-z]\.\.\.)");
    static const std::regex active("(activate|deactivate) " + id + "(?: #[0-9A-F]{6})?");
    std::smatch m;
    std::string words;
    if (block_ == "note") return note_line(line);
    if (block_ == "title") return title_line(line);
    if (line == "end box") return std::exchange(block_, "") == "box";
    if (std::regex_match(line, m, participant)) {
      const bool good = is_text(m[1], words);
      declare(m[2], words, plantuml_keywords);
      return good && checked_.arrows.empty() && checked_.notes.empty();
    }
    if (block_ == "box") return false;  // only participants may stand there
    if (line == "title") return line_ == 2 && open("title");
    if (std::regex_match(line, m, box)) return open("box") && is_text(m[1], words);
    if (std::regex_match(line, m, divider)) {
      const bool good = is_text(m[1], words);
      checked_.notes.push_back(words);
      return good;
    }
    if (std::regex_match(line, delay)) return true;
    if (std::regex_match(line, m, arrow)) {
      use(m[1]);
      use(m[3]);
      const bool good = is_text(m[4], words);
      checked_.arrows.push_back({m[1], m[3], words, m[2] == "->x", m[2] == "-->"});
      return good;
    }
    if (std::regex_match(line, m, note)) {
      use(m[1]);
      if (m[2].matched) use(m[2]);
      return open("note");
    }
    if (!std::regex_match(line, m, active)) return false;
    activate(m[2], m[1] == "activate" ? 1 : -1);
    return true;
  }

  bool open(const std::string& block) {
    checked_.boxes += block == "box" ? 1 : 0;
    return std::exchange(block_, block).empty();
  }

  std::string block_;  // the open one; none may stand in another
};

}  // namespace

Checked check_mermaid(const std::string& text) {
  return MermaidChecker(text).take();
}

Checked check_plantuml(const std::string& text) {
  return PlantumlChecker(text).take();
}

}  // namespace concordat::trace::checks
