// User errors as values: what is wrong, where, and the likely fix. Nothing in `sim` throws across
// its interface.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/base/check.hpp"

namespace concordat {

/// A place in a file. Lines and columns count from 1; 0 means unknown.
struct Position {
  int line = 0;
  int column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// One clear error for a person. `file` may be empty (a command line); `hint` may be empty.
struct Error {
  std::string file;
  Position at;
  std::string what;
  std::string hint;

  /// `file:line:column: error: what` and, on a second line, `  hint: ...`. What was quoted from a
  /// file or a command line can do no harm to a terminal: see `printable`.
  std::string text() const;
};

/// Either a value or an Error. REQUIRES: `ok()` before `*` and `->`; not `ok()` before `error()`.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    check(!ok(), "a Result has an error only when it is not ok");
    return *std::get_if<1>(&content_);
  }

 private:
  T& value() {
    check(ok(), "a Result has a value only when it is ok");
    return *std::get_if<0>(&content_);
  }
  const T& value() const {
    check(ok(), "a Result has a value only when it is ok");
    return *std::get_if<0>(&content_);
  }

  std::variant<T, Error> content_;
};

/// The candidate nearest to `word` in spelling (edit distance), for "did you mean"; empty when none
/// is near. `candidates` is any range of things convertible to string_view.
template <class Range>
std::string nearest(std::string_view word, const Range& candidates);

/// Number of insertions, deletions and replacements that turn `a` into `b`.
int edit_distance(std::string_view a, std::string_view b);

template <class Range>
std::string nearest(std::string_view word, const Range& candidates) {
  std::string best;
  int best_distance = static_cast<int>(word.size()) / 3 + 2;
  for (const auto& candidate : candidates) {
    const std::string_view text{candidate};
    const int distance = edit_distance(word, text);
    if (distance < best_distance) {
      best_distance = distance;
      best = std::string(text);
    }
  }
  return best;
}

}  // namespace concordat
