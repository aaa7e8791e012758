// Compiles: the harness must not be content.
static_assert(sizeof(char) == 1, "a char has one byte");
