// Rejected, with the sentence that the test asks for.
static_assert(sizeof(char) == 2, "a char has two bytes");
