// The part on_recover is missing.
// clang-format off
#define PART_ON_RECOVER
#include "tests/must_not_compile/protocol_parts.hpp"
