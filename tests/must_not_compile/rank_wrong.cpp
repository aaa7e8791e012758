// An optional part is wrong.
// clang-format off
#define PART_OPTIONAL static int rank() { return 0; }
#include "tests/must_not_compile/protocol_parts.hpp"
