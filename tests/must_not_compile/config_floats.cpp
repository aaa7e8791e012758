// The part config is wrong.
// clang-format off
#define PART_CONFIG struct Config { double rate = 0; CONCORDAT_FIELDS(Config, rate) };
#include "tests/must_not_compile/protocol_parts.hpp"
