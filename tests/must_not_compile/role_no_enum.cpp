// The part role is wrong.
// clang-format off
#define PART_ROLE struct Role {};
#include "tests/must_not_compile/protocol_parts.hpp"
