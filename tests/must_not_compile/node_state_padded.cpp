// An optional part is wrong.
// clang-format off
#define PART_OPTIONAL struct NodeState { bool a = false; int b = 0; CONCORDAT_FIELDS(NodeState, \
  a, b) }; static void redo(NodeState&, Record) {}
#include "tests/must_not_compile/protocol_parts.hpp"
