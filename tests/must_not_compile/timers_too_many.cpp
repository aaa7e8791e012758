// The part timer is wrong.
// clang-format off
#define PART_TIMER enum class Timer : std::uint8_t { a, b, c, d, e, f, g, h, i };
#include "tests/must_not_compile/protocol_parts.hpp"
