// The part durable is wrong.
// clang-format off
#define PART_DURABLE struct Durable { bool a = true; CONCORDAT_FIELDS(Durable, a) };
#include "tests/must_not_compile/protocol_parts.hpp"
