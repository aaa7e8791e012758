// The part on_start is missing.
// clang-format off
#define PART_ON_START
#include "tests/must_not_compile/protocol_parts.hpp"
