// The part on_message is wrong.
// clang-format off
#define PART_ON_MESSAGE static void on_message(Ctx&, Message) {}
#include "tests/must_not_compile/protocol_parts.hpp"
