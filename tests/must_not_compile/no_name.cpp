// The part name is missing.
// clang-format off
#define PART_NAME
#include "tests/must_not_compile/protocol_parts.hpp"
