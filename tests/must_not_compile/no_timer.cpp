// The part timer is missing.
// clang-format off
#define PART_TIMER
#include "tests/must_not_compile/protocol_parts.hpp"
