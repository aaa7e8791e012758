// A Trace as a Mermaid sequence diagram (https://mermaid.js.org/syntax/sequenceDiagram.html), as
// Markdown viewers draw them. diagram.hpp says what stands where; above all that a message is one
// arrow at its arrival, and a lost one at its loss.
//
//     sequenceDiagram
//       title everybody agrees
//       participant c as c (coordinator)
//       participant p1 as p1 (participant)
//       Note over c: 1. start<br/>send prepare to p1
//       c->>p1: 2. prepare
//       Note over p1: force prepared<br/>vote yes<br/>send yes to c
//       activate p1
//
// The statements used, one per line: `title`, `participant ID as TEXT`, `box COLOUR TEXT` .. `end`
// around the processes of a node, the arrows `->>` (message), `-->>` (message within a node) and
// `--x` (lost), `Note over ID[,ID]`, `rect COLOUR` .. `end` around a crash, a violation and a
// blocked process, `activate` and `deactivate` for doubt. Facts relied on:
//
// - A statement ends at a newline or `;`, and `#` begins a comment, also inside a text; `%%` does
// so
//   anywhere. `#59;` is the character with that decimal code. `<br/>` breaks a line.
// - `box` takes its first word for a colour if it is one; so a colour is always given.
// - An identifier may not be a keyword such as `end`, in any case (diagram.cpp has the list).
// - `deactivate` for a lifeline that is not active is an error, and an activation that is never
//   closed is not drawn.
//
// Mermaid draws no text of more than 50,000 characters unless its page sets `maxTextSize`: it is
// for short runs.
#include <string_view>

#include "sim/trace/diagram.hpp"
#include "sim/trace/export.hpp"

namespace concordat::trace {

namespace {

/// Text behind a colon or a keyword; never empty, since the grammar wants something there.
std::string escaped(std::string_view text) {
  constexpr std::string_view special = "#;<>&\"%$";
  std::string out;
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += "#" + std::to_string(static_cast<int>(c)) + ";";
    }
  }
  return out.empty() ? "-" : out;
}

std::string escaped(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines)
    out += (out.empty() ? "" : "<br/>") + escaped(line);
  return out;
}

class Writer {
 public:
  explicit Writer(const Diagram& diagram) : diagram_(diagram) {}

  std::string write() {
    out_ = "sequenceDiagram\n";
    if (!diagram_.title.empty()) add("title " + escaped(diagram_.title));
    add_lifelines();
    for (const DiagramItem& item : diagram_.items)
      add_item(item);
    return std::move(out_);
  }

 private:
  void add(const std::string& statement) { out_ += "  " + statement + "\n"; }

  const std::string& id(int lifeline) const {
    return diagram_.lifelines[static_cast<std::size_t>(lifeline)].id;
  }

  /// Lifelines that share a node stand in a box.
  void add_lifelines() {
    const std::vector<Lifeline>& lines = diagram_.lifelines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool first = i == 0 || lines[i - 1].node != lines[i].node;
      const bool last = i + 1 == lines.size() || lines[i + 1].node != lines[i].node;
      const bool boxed = !(first && last);
      if (boxed && first) add("box transparent node " + escaped(lines[i].node));
      add((boxed ? "  participant " : "participant ") + lines[i].id + " as " +
          escaped(lines[i].label));
      if (boxed && last) add("end");
    }
  }

  void add_item(const DiagramItem& item) {
    switch (item.kind) {
      case ItemKind::arrow: {
        const std::string_view arrow = item.lost ? "--x" : item.local ? "-->>" : "->>";
        return add(id(item.first) + std::string(arrow) + id(item.last) + ": " +
                   escaped(item.lines));
      }
      case ItemKind::note:
        if (!item.alarm) return add_note(item);
        add("rect rgb(255, 228, 225)");
        add_note(item);
        return add("end");
      case ItemKind::divider: return add_note(item);
      case ItemKind::delay: return;  // times stand in the texts
      case ItemKind::activate: return add("activate " + id(item.first));
      case ItemKind::deactivate: return add("deactivate " + id(item.first));
    }
  }

  void add_note(const DiagramItem& item) {
    const std::string to = item.first == item.last ? "" : "," + id(item.last);
    add("Note over " + id(item.first) + to + ": " + escaped(item.lines));
  }

  const Diagram& diagram_;
  std::string out_;
};

}  // namespace

std::string to_mermaid(const Trace& trace) {
  return Writer(diagram_of(trace)).write();
}

}  // namespace concordat::trace
