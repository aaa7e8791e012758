// The part message is missing.
// clang-format off
#define PART_MESSAGE
#include "tests/must_not_compile/protocol_parts.hpp"
