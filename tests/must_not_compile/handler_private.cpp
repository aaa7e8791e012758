// The part on_recover is wrong.
// clang-format off
#define PART_ON_RECOVER private: static void on_recover(Ctx&) {}
#include "tests/must_not_compile/protocol_parts.hpp"
