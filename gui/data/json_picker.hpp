// Takes values out of a JSON document, and remembers the first that was not as expected.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gui/data/results.hpp"
#include "sim/trace/json_tree.hpp"

namespace concordat::gui {

/// Takes what is wanted out of a tree. The first thing that is missing or of a wrong type becomes
/// the error; what is read after it is empty.
class Picker {
 public:
  Picker(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

  const std::optional<Error>& error() const { return error_; }

  void fail(const trace::JsonValue& at, std::string what, std::string hint = "") {
    if (!error_)
      error_ = Error{file_, trace::position_of(text_, at.offset), std::move(what), std::move(hint)};
  }

  const trace::JsonValue* find(const trace::JsonValue& in, std::string_view key) const {
    const auto found = std::ranges::find(in.keys, key);
    if (in.kind != trace::JsonKind::object || found == in.keys.end()) return nullptr;
    return &in.items[static_cast<std::size_t>(found - in.keys.begin())];
  }

  const trace::JsonValue& get(const trace::JsonValue& in,
                              std::string_view key,
                              trace::JsonKind kind) {
    const trace::JsonValue* found = find(in, key);
    if (found != nullptr && found->kind == kind) return *found;
    if (found == nullptr)
      fail(in, "there is no `" + std::string(key) + "`", "write the file again with `concordat`");
    else
      fail(*found,
           "`" + std::string(key) + "` is " + std::string(describe(found->kind)) + ", not " +
               std::string(describe(kind)));
    return nothing_;
  }

  std::string text(const trace::JsonValue& in, std::string_view key) {
    return get(in, key, trace::JsonKind::text).text;
  }
  std::int64_t number(const trace::JsonValue& in, std::string_view key) {
    return get(in, key, trace::JsonKind::integer).number;
  }
  bool flag(const trace::JsonValue& in, std::string_view key) {
    return get(in, key, trace::JsonKind::boolean).number != 0;
  }
  std::string text_if(const trace::JsonValue& in, std::string_view key) {
    return find(in, key) == nullptr ? "" : text(in, key);
  }
  const std::vector<trace::JsonValue>& list(const trace::JsonValue& in, std::string_view key) {
    return get(in, key, trace::JsonKind::array).items;
  }
  const std::vector<trace::JsonValue>& list_if(const trace::JsonValue& in, std::string_view key) {
    return find(in, key) == nullptr ? nothing_.items : list(in, key);
  }
  std::int64_t number(const trace::JsonValue& value) {
    if (value.kind != trace::JsonKind::integer) fail(value, "a whole number is expected here");
    return value.number;
  }
  std::vector<std::string> words(const trace::JsonValue& in, std::string_view key) {
    std::vector<std::string> out;
    for (const trace::JsonValue& item : list(in, key)) {
      if (item.kind != trace::JsonKind::text) fail(item, "a name is expected here");
      out.push_back(item.text);
    }
    return out;
  }
  /// Whole or not.
  double real(const trace::JsonValue& value) {
    if (value.kind == trace::JsonKind::integer) return static_cast<double>(value.number);
    double out = 0;
    const char* const end = value.text.data() + value.text.size();
    const bool is_real = value.kind == trace::JsonKind::real;
    const auto read = std::from_chars(value.text.data(), end, out);
    if (is_real && read.ec == std::errc{} && std::isfinite(out)) return out;
    fail(value, is_real ? "the number is too large" : "a number is expected here");
    return 0;
  }
  double real(const trace::JsonValue& in, std::string_view key) {
    if (const trace::JsonValue* found = find(in, key)) return real(*found);
    fail(in, "there is no `" + std::string(key) + "`", "write the file again with `concordat`");
    return 0;
  }
  /// RETURNS: nothing if it is null.
  std::optional<double> real_if(const trace::JsonValue& in, std::string_view key) {
    const trace::JsonValue* found = find(in, key);
    if (found != nullptr && found->kind == trace::JsonKind::null) return std::nullopt;
    return real(in, key);
  }
  std::vector<Tally> tallies(const trace::JsonValue& in, std::string_view key) {
    std::vector<Tally> out;
    const trace::JsonValue& all = get(in, key, trace::JsonKind::object);
    for (const std::string& name : all.keys)
      out.push_back({name, number(all, name)});
    return out;
  }

 private:
  std::string_view text_;
  std::string file_;
  std::optional<Error> error_;
  trace::JsonValue nothing_;
};

}  // namespace concordat::gui
