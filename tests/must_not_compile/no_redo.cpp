// The part redo is missing.
// clang-format off
#define PART_REDO
#include "tests/must_not_compile/protocol_parts.hpp"
