// The part roles is wrong.
// clang-format off
#define PART_ROLES static constexpr std::array roles{RoleSpec{"caller", "a"}};
#include "tests/must_not_compile/protocol_parts.hpp"
