#include "sim/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace concordat {

void check_failed(std::string_view what, SourceLine where) {
  std::fprintf(stderr,
               "concordat: internal error: %.*s (%s:%d)\n",
               static_cast<int>(what.size()),
               what.data(),
               where.file,
               where.line);
  std::fflush(nullptr);
  std::_Exit(70);
}

}  // namespace concordat
