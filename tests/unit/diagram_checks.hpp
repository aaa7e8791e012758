// Syntax checkers for the part of Mermaid and PlantUML that the exporters write: every line is one
// of the allowed forms, participants are declared before they are used, blocks and activations are
// balanced. Written from the public grammars, not from the exporters.
#pragma once

#include <string>
#include <vector>

namespace concordat::trace::checks {

/// An arrow as it stands in the text.
struct DrawnArrow {
  std::string from;  // identifiers
  std::string to;
  std::string label;  // escapes undone
  bool lost = false;
  bool local = false;
};

struct Checked {
  std::vector<std::string> problems;  // "line 3: ..."; empty for good text
  std::vector<std::string> ids;       // participants in their order
  std::vector<std::string> labels;    // of the participants, escapes undone
  std::vector<DrawnArrow> arrows;
  std::vector<std::string> notes;  // all lines of all notes and dividers, escapes undone
  int boxes = 0;
  int activations = 0;
};

Checked check_mermaid(const std::string& text);
Checked check_plantuml(const std::string& text);

}  // namespace concordat::trace::checks
