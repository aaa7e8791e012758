// Programmer errors. `check` is on in every build, because a verdict rests on it: a bound that is
// passed silently would turn "holds" into a lie.
#pragma once

#include <stdexcept>
#include <string_view>

namespace concordat {

/// A place in our own source. (clang 14 has no std::source_location; the builtins are the same.)
struct SourceLine {
  const char* file;
  int line;
  static constexpr SourceLine here(const char* file = __builtin_FILE(),
                                   int line = __builtin_LINE()) {
    return {file, line};
  }
};

/// What a failed check throws under ChecksThrow.
struct CheckFailure : std::logic_error {
  using std::logic_error::logic_error;
};

/// While it lives, checks that fail on this thread throw a CheckFailure. For code that runs
/// handlers in states that no run leads to, where a broken rule is nobody's mistake.
class ChecksThrow {
 public:
  ChecksThrow();
  ~ChecksThrow();
  ChecksThrow(const ChecksThrow&) = delete;
  ChecksThrow& operator=(const ChecksThrow&) = delete;
};

/// Prints `what` with the place to standard error and ends the process with exit code 70.
[[noreturn]] void check_failed(std::string_view what, SourceLine where = SourceLine::here());

/// Ends the process with exit code 70 unless `condition` holds. `what` is the rule that was broken,
/// written as the rule: "a log tail holds at most 16 records".
constexpr void check(bool condition, std::string_view what, SourceLine where = SourceLine::here()) {
  if (!condition) [[unlikely]]
    check_failed(what, where);
}

}  // namespace concordat
