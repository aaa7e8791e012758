// Rejected, but with another sentence than the test asks for: the harness must not be content.
static_assert(sizeof(char) == 3, "a char has three bytes");
