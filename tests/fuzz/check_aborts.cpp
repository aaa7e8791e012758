// In a fuzz target, instead of sim/base/check.cpp: a check that fails is a crash, which a fuzzer
// notices and keeps the input of. Exit code 70 would end the fuzzer itself. (The linker takes this
// definition, and then needs nothing of check.cpp from the library.)
#include <cstdio>
#include <cstdlib>

#include "sim/base/check.hpp"

namespace concordat {

void check_failed(std::string_view what, SourceLine where) {
  std::fprintf(stderr,
               "check failed: %.*s (%s:%d)\n",
               static_cast<int>(what.size()),
               what.data(),
               where.file,
               where.line);
  std::abort();
}

}  // namespace concordat
