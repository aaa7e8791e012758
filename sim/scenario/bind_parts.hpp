// What the parts of binding share: finding what a name stands for, and the first error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/model/protocol.hpp"
#include "sim/scenario/scenario.hpp"

namespace concordat::scenario {

/// `a, b, c`
std::string list(const std::vector<std::string>& words);

/// What stands between blanks, such as the outcomes that a protocol declares for a choice.
std::vector<std::string> words_of(std::string_view text);

/// Looks names up in a Setup, which outlives it, and keeps the first error.
class Names {
 public:
  Names(std::string file, const Setup& setup) : file_(std::move(file)), setup_(setup) {}

  bool ok() const { return !error_; }
  /// REQUIRES: not ok().
  const Error& error() const { return *error_; }

  void fail(Position at, std::string what, std::string hint = "");
  /// "there is no <thing> `word`", with the nearest of the known ones.
  void unknown(const Text& word, const std::string& thing, const std::vector<std::string>& known);

  /// The process or node, or nothing after an error. A node is named by itself or by a process on
  /// it.
  std::optional<ProcessId> process(const Text& name);
  std::optional<int> node(const Text& name);
  /// The place of the word among the known ones, or nothing after an error.
  std::optional<std::size_t> index(const Text& word,
                                   const std::string& thing,
                                   const std::vector<std::string>& known);

 private:
  std::string file_;
  const Setup& setup_;
  std::optional<Error> error_;
};

}  // namespace concordat::scenario
