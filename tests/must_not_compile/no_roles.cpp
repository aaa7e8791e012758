// The part roles is missing.
// clang-format off
#define PART_ROLES
#include "tests/must_not_compile/protocol_parts.hpp"
