// The part message is wrong.
// clang-format off
#define PART_MESSAGE struct Message { bool type = false; };
#include "tests/must_not_compile/protocol_parts.hpp"
