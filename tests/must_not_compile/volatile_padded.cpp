// The part volatile is wrong.
// clang-format off
#define PART_VOLATILE struct Volatile { bool a = false; int b = 0; CONCORDAT_FIELDS(Volatile, a, \
  b) };
#include "tests/must_not_compile/protocol_parts.hpp"
