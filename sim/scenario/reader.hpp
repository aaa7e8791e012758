// The strict reading of YAML trees into structs, as tables: one line per key.
//
//     constexpr std::array partition_keys{
//         key("groups", into<&PartitionFault::groups, read_groups>),
//         key("from", into<&PartitionFault::from, duration>),
//     };
//
// says that the map may hold `groups` and `from`, where each value goes, and what it may be. A
// function such as `duration` takes the Reader, the node and what it fills. Errors are kept in the
// Reader, so that these functions compose without a result to pass on; after the first one the rest
// of the tree is skipped.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/enum_name.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml.hpp"

namespace concordat::scenario {

/// Holds the first error of a reading.
class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  bool ok() const { return !error_; }
  /// REQUIRES: not ok().
  const Error& error() const { return *error_; }

  void fail(Position at, std::string what, std::string hint = {});
  /// "`votes` must be a map, not `x`".
  void must_be(const YamlNode& node, std::string_view wanted, std::string hint = {});
  /// The error for a word outside a list. `kind` is what the words are: "key", "fault".
  void unknown(Position at,
               std::string_view kind,
               std::string_view word,
               std::span<const std::string_view> known);

  bool is_map(const YamlNode& node);
  bool is_list(const YamlNode& node);
  /// Text on one line that is not empty.
  bool is_text(const YamlNode& node);

 private:
  std::string file_;
  std::optional<Error> error_;
};

// --- maps whose keys we know ---

template <class T>
struct Key {
  std::string_view name;
  void (*read)(Reader&, const YamlNode&, T&);
};

template <class T>
constexpr Key<T> key(std::string_view name, void (*read)(Reader&, const YamlNode&, T&)) {
  return {name, read};
}

namespace detail {

template <class Owner, class Member>
Owner owner_of(Member Owner::*);

template <class T>
T& place_for(T& member) {
  return member;
}
template <class T>
T& place_for(std::optional<T>& member) {
  return member.emplace();
}

template <class T>
T value_read_by(void (*)(Reader&, const YamlNode&, At<T>&));

}  // namespace detail

/// Reads into a member of a struct; an optional member gets a value first.
template <auto member, auto read>
void into(Reader& reader, const YamlNode& node, decltype(detail::owner_of(member))& out) {
  read(reader, node, detail::place_for(out.*member));
}

/// Reads a map by its table of keys, in the order of the file.
template <class T>
void read_keys(Reader& reader,
               const YamlNode& node,
               std::type_identity_t<std::span<const Key<T>>> keys,
               T& out) {
  if (!reader.is_map(node)) return;
  for (const YamlNode& item : node.items) {
    const Key<T>* found = nullptr;
    for (const Key<T>& candidate : keys)
      if (candidate.name == item.key) found = &candidate;
    if (found == nullptr) {
      std::vector<std::string_view> names;
      for (const Key<T>& candidate : keys)
        names.push_back(candidate.name);
      return reader.unknown(item.key_at, "key", item.key, names);
    }
    found->read(reader, item, out);
    if (!reader.ok()) return;
  }
}

bool has_key(const YamlNode& node, std::string_view key);

// --- maps whose keys the protocol decides ---

/// Calls `read_item(item)` for each entry of a map until there is an error.
template <class ReadItem>
void for_each_item(Reader& reader, const YamlNode& node, ReadItem read_item) {
  if (!reader.is_map(node)) return;
  for (const YamlNode& item : node.items) {
    read_item(item);
    if (!reader.ok()) return;
  }
}

/// The key of an entry, which must be a name.
Text name_key(Reader& reader, const YamlNode& item);
/// A key such as `p1` or `t2 p1`.
At<Where> where_key(Reader& reader, const YamlNode& item);
/// A key such as `accounts.alice`.
std::pair<Text, Text> row_key(Reader& reader, const YamlNode& item);

/// `name: value, ...`; `read` reads each value.
template <auto read>
void entries(Reader& reader,
             const YamlNode& node,
             std::vector<Entry<decltype(detail::value_read_by(read))>>& out) {
  for_each_item(reader, node, [&](const YamlNode& item) {
    auto& entry = out.emplace_back();
    entry.key = name_key(reader, item);
    read(reader, item, entry.value);
  });
}

// --- values ---

/// A name: letters, digits, `_` and `-`, at most 100 of them.
bool is_name(std::string_view text);
/// What is_name accepts, and dots.
bool is_row_key(std::string_view text);
/// Table and key of `accounts.alice`, divided at the first dot. RETURNS: nothing for another form.
std::optional<std::pair<std::string, std::string>> parse_row(std::string_view text);
/// RETURNS: nothing unless `text` is `p1` or `t2 p1`.
std::optional<Where> parse_where(std::string_view text);

void line(Reader& reader, const YamlNode& node, Text& out);          // text on one line
void prose(Reader& reader, const YamlNode& node, std::string& out);  // text on any number of lines
void name(Reader& reader, const YamlNode& node, Text& out);
void flag(Reader& reader, const YamlNode& node, At<bool>& out);  // true or false
void duration(Reader& reader, const YamlNode& node, At<Duration>& out);
void process(Reader& reader, const YamlNode& node, Text& out);  // `p1` or `t2 p1`

using ReadText = void (*)(Reader&, const YamlNode&, Text&);

/// A list in which each item is read by `read` and stands once.
void list_once(Reader& reader, const YamlNode& node, std::vector<Text>& out, ReadText read);

template <ReadText read>
void list_of(Reader& reader, const YamlNode& node, At<std::vector<Text>>& out) {
  out.at = node.at;
  list_once(reader, node, out.value, read);
}

/// A word that may stand where a number does, and what it means.
struct NumberWord {
  std::string_view word;
  int value;
};

std::int64_t whole_number(Reader& reader,
                          const YamlNode& node,
                          std::int64_t low,
                          std::int64_t high,
                          std::span<const NumberWord> words = {});

template <std::int64_t low, std::int64_t high, class Int = int>
void number(Reader& reader, const YamlNode& node, At<Int>& out) {
  static_assert(std::in_range<Int>(low) && std::in_range<Int>(high));
  out = {static_cast<Int>(whole_number(reader, node, low, high)), node.at};
}

/// A number, or a word that stands for one.
template <std::int64_t low, std::int64_t high, const auto& words>
void number_or(Reader& reader, const YamlNode& node, At<int>& out) {
  static_assert(std::in_range<int>(low) && std::in_range<int>(high));
  out = {static_cast<int>(whole_number(reader, node, low, high, words)), node.at};
}

/// The index in `words` of the text. RETURNS: 0 after an error.
std::size_t word_index(Reader& reader,
                       const YamlNode& node,
                       std::span<const std::string_view> words);

/// The name of an enumerator.
template <class E>
void one_of(Reader& reader, const YamlNode& node, At<E>& out) {
  std::array<std::string_view, static_cast<std::size_t>(enum_count<E>())> words;
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = enum_name(static_cast<E>(i));
  out = {static_cast<E>(word_index(reader, node, words)), node.at};
}

/// One of the words in an array, kept as text.
template <const auto& words>
void word(Reader& reader, const YamlNode& node, Text& out) {
  out = {std::string(words[word_index(reader, node, words)]), node.at};
}

}  // namespace concordat::scenario
