// The part record is wrong.
// clang-format off
#define PART_RECORD struct Record { bool a = false, b = false; CONCORDAT_FIELDS(Record, a, a) };
#include "tests/must_not_compile/protocol_parts.hpp"
