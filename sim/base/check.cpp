#include "sim/base/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace concordat {

namespace {

thread_local int throwing = 0;

}  // namespace

ChecksThrow::ChecksThrow() {
  ++throwing;
}
ChecksThrow::~ChecksThrow() {
  --throwing;
}

void check_failed(std::string_view what, SourceLine where) {
  if (throwing != 0) throw CheckFailure(std::string(what));
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
