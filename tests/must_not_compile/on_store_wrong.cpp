// An optional part is wrong.
// clang-format off
#define PART_OPTIONAL static void on_store(Ctx&, RowKey) {}
#include "tests/must_not_compile/protocol_parts.hpp"
