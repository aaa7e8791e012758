// A Trace as a sequence diagram, before it is written in a language for such diagrams: one lifeline
// per process, and from top to bottom what happened.
//
// - A message is one arrow, at its arrival or its loss: these languages draw it at one height, and
//   what a message does it does when it arrives. When it was sent stands in the sender's note,
//   which also shows a message that is still under way at the end.
// - The first item of a step carries its number and, in a timed run, its time: "6. yes, 12ms".
//   "+2ms" in a note is so much later than the step.
// - A lifeline is active while its process is in doubt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// One process. `id` is a word of letters, digits and `_` that is no keyword in any language.
struct Lifeline {
  std::string id;
  std::string label;  // "c (coordinator)"
  std::string node;
};

enum class ItemKind : std::uint8_t {
  arrow,     // from `first` to `last`; one line
  note,      // over the lifelines from `first` to `last`
  divider,   // over all, for what concerns the network; one line
  delay,     // time has passed; one line: "5ms later, at 12ms"
  activate,  // `first` is in doubt from here
  deactivate,
};

struct DiagramItem {
  ItemKind kind{};
  int first = 0;  // lifelines, from 0
  int last = 0;
  std::vector<std::string> lines;  // without control characters; nothing is escaped
  bool lost = false;               // arrow: it does not arrive
  bool local = false;              // arrow: within a node
  bool alarm = false;              // note: a crash, a violation, somebody blocked
};

struct Diagram {
  std::string title;
  std::vector<Lifeline> lifelines;  // those of one node stand side by side
  std::vector<DiagramItem> items;   // activations are balanced: the last ones are closed at the end
};

Diagram diagram_of(const Trace& trace);

}  // namespace concordat::trace
