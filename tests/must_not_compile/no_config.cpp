// The part config is missing.
// clang-format off
#define PART_CONFIG
#include "tests/must_not_compile/protocol_parts.hpp"
