// The part on_timer is wrong.
// clang-format off
#define PART_ON_TIMER static void on_timer(Timer) {}
#include "tests/must_not_compile/protocol_parts.hpp"
