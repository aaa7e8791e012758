// Compiles: the parts that the other files break are whole.
#include "tests/must_not_compile/protocol_parts.hpp"
