// The part volatile is missing.
// clang-format off
#define PART_VOLATILE
#include "tests/must_not_compile/protocol_parts.hpp"
