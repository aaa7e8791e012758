#include "sim/trace/json_tree.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace concordat::trace {

namespace {

/// Walks over the text and tells the builder how far the lexer has read.
class CountingIterator {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the standard names them.
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  // NOLINTEND(readability-identifier-naming)

  CountingIterator(const char* at, std::size_t* read) : at_(at), read_(read) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*read_;
    return *this;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  std::size_t* read_;
};

/// Builds the tree from the parser's events. Every handler returns false to stop at an error.
class Builder {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the parser names them.
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = std::string;
  using binary_t = nlohmann::json::binary_t;
  // NOLINTEND(readability-identifier-naming)

  Builder(std::string_view text, const std::size_t* read) : text_(text), read_(read) {}

  bool null() { return add({JsonKind::null, start(), 0, {}, {}, {}}); }
  bool boolean(bool value) { return add({JsonKind::boolean, start(), value ? 1 : 0, {}, {}, {}}); }
  bool number_integer(number_integer_t value) {
    return add({JsonKind::integer, start(), value, {}, {}, {}});
  }
  bool number_unsigned(number_unsigned_t value) {
    const bool fits = value <= std::numeric_limits<std::int64_t>::max();
    return add({fits ? JsonKind::integer : JsonKind::natural,
                start(),
                static_cast<std::int64_t>(value),
                {},
                {},
                {}});
  }
  bool number_float(number_float_t /*value*/, const string_t& literal) {
    if (literal.find_first_of(".eE") == std::string::npos)
      return fail("a number needs more than 64 bits", start());
    return add({JsonKind::real, start(), 0, literal, {}, {}});
  }
  bool string(string_t& value) {
    return add({JsonKind::text, start(), 0, std::move(value), {}, {}});
  }
  bool binary(binary_t& /*value*/) { return fail("binary data in a text file", start()); }

  bool start_object(std::size_t /*size*/) { return open(JsonKind::object); }
  bool start_array(std::size_t /*size*/) { return open(JsonKind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(string_t& name) {
    std::vector<std::string>& keys = open_.back().keys;
    if (keys.size() < keys_sorted_from && std::ranges::find(keys, name) != keys.end())
      return fail("the key '" + name + "' is there twice", start());
    keys.push_back(std::move(name));
    token_end_ = *read_;
    return true;
  }

  bool parse_error(std::size_t /*position*/,
                   const std::string& /*last_token*/,
                   const nlohmann::detail::exception& error) {
    std::string what = error.what();
    const std::size_t detail = what.find(": ");
    if (detail != std::string::npos) what.erase(0, detail + 2);
    return fail("not valid JSON: " + what, *read_ == 0 ? 0 : *read_ - 1);
  }

  bool failed() const { return !problem_.empty(); }
  const std::string& problem() const { return problem_; }
  std::size_t problem_offset() const { return problem_offset_; }
  JsonValue take_root() { return std::move(root_); }

 private:
  // Small objects are searched as they grow; a large one is sorted once, when it closes.
  static constexpr std::size_t keys_sorted_from = 32;

  /// Where the token that was just read begins: behind the one before it and what separates them.
  std::size_t start() const {
    return std::min(text_.find_first_not_of(" \t\r\n:,", token_end_), *read_);
  }

  bool open(JsonKind kind) {
    if (open_.size() >= json_depth_max) return fail("the file nests too deeply", start());
    if (++values_ > json_values_max) return fail("the file has too many values", start());
    open_.push_back({kind, start(), 0, {}, {}, {}});
    token_end_ = *read_;
    return true;
  }

  bool close() {
    JsonValue value = std::move(open_.back());
    open_.pop_back();
    if (value.keys.size() >= keys_sorted_from) {
      std::vector<std::string> keys = value.keys;
      std::ranges::sort(keys);
      const auto twice = std::ranges::adjacent_find(keys);
      if (twice != keys.end()) return fail("the key '" + *twice + "' is there twice", value.offset);
    }
    --values_;  // `add` counts it again
    return add(std::move(value));
  }

  bool add(JsonValue value) {
    if (++values_ > json_values_max) return fail("the file has too many values", start());
    token_end_ = *read_;
    if (open_.empty()) {
      root_ = std::move(value);
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }

  bool fail(std::string what, std::size_t offset) {
    if (problem_.empty()) {
      problem_ = std::move(what);
      problem_offset_ = offset;
    }
    return false;
  }

  std::string_view text_;
  const std::size_t* read_;    // bytes the lexer has taken; it may be one ahead behind a number
  std::size_t token_end_ = 0;  // bytes taken when the last token was complete
  std::size_t values_ = 0;
  std::vector<JsonValue> open_;  // the objects and arrays around the current value
  JsonValue root_;
  std::string problem_;
  std::size_t problem_offset_ = 0;
};

}  // namespace

std::string_view describe(JsonKind kind) {
  switch (kind) {
    case JsonKind::null: return "null";
    case JsonKind::boolean: return "true or false";
    case JsonKind::integer: return "a whole number";
    case JsonKind::natural: return "a large whole number";
    case JsonKind::real: return "a fraction";
    case JsonKind::text: return "a text";
    case JsonKind::array: return "a list";
    case JsonKind::object: return "an object";
  }
  return "";
}

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::ranges::count(before, '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 = 0: the first line
  return {static_cast<int>(lines) + 1, static_cast<int>(before.size() - start) + 1};
}

Result<JsonValue> parse_json(std::string_view text, const std::string& file_name) {
  if (text.size() > json_bytes_max) {
    return Error{file_name,
                 {},
                 "the file is larger than " + std::to_string(json_bytes_max >> 20) + " MiB",
                 "trace a shorter run"};
  }
  std::size_t read = 0;
  Builder builder(text, &read);
  const bool parsed = nlohmann::json::sax_parse(CountingIterator(text.data(), &read),
                                                CountingIterator(text.data() + text.size(), &read),
                                                &builder);
  if (!parsed || builder.failed()) {
    return Error{file_name,
                 position_of(text, builder.problem_offset()),
                 builder.problem(),
                 text.empty() ? "the file is empty" : "is this a trace, and is it whole?"};
  }
  return builder.take_root();
}

}  // namespace concordat::trace
