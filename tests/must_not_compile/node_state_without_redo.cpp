// An optional part is wrong.
// clang-format off
#define PART_OPTIONAL struct NodeState { bool a = false; CONCORDAT_FIELDS(NodeState, a) };
#include "tests/must_not_compile/protocol_parts.hpp"
