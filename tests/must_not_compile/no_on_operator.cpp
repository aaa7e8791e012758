// An optional part is wrong.
// clang-format off
#define PART_OPTIONAL enum class Operator : std::uint8_t { commit };
#include "tests/must_not_compile/protocol_parts.hpp"
