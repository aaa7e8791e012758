// The part durable is missing.
// clang-format off
#define PART_DURABLE
#include "tests/must_not_compile/protocol_parts.hpp"
