// The part record is missing.
// clang-format off
#define PART_RECORD
#include "tests/must_not_compile/protocol_parts.hpp"
