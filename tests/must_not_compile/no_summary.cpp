// The part summary is missing.
// clang-format off
#define PART_SUMMARY
#include "tests/must_not_compile/protocol_parts.hpp"
