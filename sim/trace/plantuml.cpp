// A Trace as a PlantUML sequence diagram (https://plantuml.com/sequence-diagram). diagram.hpp says
// what stands where; above all that a message is one arrow at its arrival, and a lost one at its
// loss.
//
//     @startuml
//     title
//     everybody agrees
//     end title
//     participant "c (coordinator)" as c
//     participant "p1 (participant)" as p1
//     note over c
//     1. start
//     send prepare to p1
//     end note
//     ...5ms later, at 5ms...
//     c -> p1 : 2. prepare, 5ms
//     activate p1 #FFE9A8
//     @enduml
//
// The statements used: `title` .. `end title`, `participant "TEXT" as ID`, `box "TEXT"` .. `end
// box` around the processes of a node, the arrows `->` (message), `-->` (message within a node) and
// `->x` (lost), `note over ID[, ID] [#COLOUR]` .. `end note` (red for a crash, a violation and a
// blocked process),
// `== TEXT ==` for a cut and its end, `...TEXT...` where time passes, `activate` and `deactivate`
// for doubt. A crashed process comes back under the same name, so it is not `destroy`ed. Facts
// relied on:
//
// - Texts are Creole: doubled characters such as `**` and `--` are markup, and so are many
//   characters at the start of a line. `<U+002A>` is the character with that hexadecimal code.
// - A line that begins with `'` is a comment, as is what stands between `/'` and `'/`; one that
//   begins with `!`, and `%name(`, go to the preprocessor.
// - `\n` in a text is deprecated; notes of several lines end with `end note`.
#include <cctype>
#include <string_view>

#include "sim/trace/diagram.hpp"
#include "sim/trace/export.hpp"

namespace concordat::trace {

namespace {

std::string code_of(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto code = static_cast<unsigned char>(c);
  return std::string("<U+00") + digits[code >> 4U] + digits[code & 15U] + ">";
}

bool is_punctuation(char c) {
  return static_cast<unsigned char>(c) < 0x80 && std::ispunct(static_cast<unsigned char>(c)) != 0;
}

/// Whether the line would end a note or the title.
bool ends_block(std::string_view text) {
  std::string word;
  for (const char c : text)
    if (c != ' ') word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word == "endnote" || word == "endhnote" || word == "endrnote" || word == "endtitle";
}

/// One line of text that means itself. `+` may begin a line, since `+2ms` does.
std::string escaped(std::string_view text) {
  constexpr std::string_view special = "<>\\~%\"&'$";
  constexpr std::string_view doubled = "*/-_[]{}=.#|^";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool twin = i + 1 < text.size() && text[i + 1] == c;
    const bool begins = i == 0 && ((is_punctuation(c) && c != '+') || ends_block(text));
    const bool escape = begins || special.find(c) != std::string_view::npos ||
                        (twin && doubled.find(c) != std::string_view::npos);
    out += escape ? code_of(c) : std::string(1, c);
  }
  return out.empty() ? code_of(' ') : out;
}

class Writer {
 public:
  explicit Writer(const Diagram& diagram) : diagram_(diagram) {}

  std::string write() {
    add("@startuml");
    add_title();
    add_lifelines();
    for (const DiagramItem& item : diagram_.items)
      add_item(item);
    add("@enduml");
    return std::move(out_);
  }

 private:
  void add(const std::string& line) { out_ += line + "\n"; }

  const std::string& id(int lifeline) const {
    return diagram_.lifelines[static_cast<std::size_t>(lifeline)].id;
  }

  /// On a line of its own: behind `title` there must be a letter.
  void add_title() {
    if (diagram_.title.empty()) return;
    add("title");
    add(escaped(diagram_.title));
    add("end title");
  }

  /// Lifelines that share a node stand in a box.
  void add_lifelines() {
    const std::vector<Lifeline>& lines = diagram_.lifelines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool first = i == 0 || lines[i - 1].node != lines[i].node;
      const bool last = i + 1 == lines.size() || lines[i + 1].node != lines[i].node;
      const bool boxed = !(first && last);
      if (boxed && first) add("box \"node " + escaped(lines[i].node) + "\"");
      add("participant \"" + escaped(lines[i].label) + "\" as " + lines[i].id);
      if (boxed && last) add("end box");
    }
  }

  void add_item(const DiagramItem& item) {
    switch (item.kind) {
      case ItemKind::arrow: {
        const std::string_view arrow = item.lost ? " ->x " : item.local ? " --> " : " -> ";
        return add(id(item.first) + std::string(arrow) + id(item.last) + " : " +
                   escaped(item.lines.front()));
      }
      case ItemKind::note: return add_note(item);
      case ItemKind::divider: return add("== " + escaped(item.lines.front()) + " ==");
      case ItemKind::delay: return add("..." + item.lines.front() + "...");
      case ItemKind::activate: return add("activate " + id(item.first) + " #FFE9A8");
      case ItemKind::deactivate: return add("deactivate " + id(item.first));
    }
  }

  void add_note(const DiagramItem& item) {
    const std::string to = item.first == item.last ? "" : ", " + id(item.last);
    add("note over " + id(item.first) + to + (item.alarm ? " #FFD6D6" : ""));
    for (const std::string& line : item.lines)
      add(escaped(line));
    add("end note");
  }

  const Diagram& diagram_;
  std::string out_;
};

}  // namespace

std::string to_plantuml(const Trace& trace) {
  return Writer(diagram_of(trace)).write();
}

}  // namespace concordat::trace
