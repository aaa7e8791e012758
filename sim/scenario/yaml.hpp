// The part of YAML that scenario files use, as a tree in which every node knows its place: maps,
// lists and text. The rest of the language (anchors, aliases, merge keys, tags, keys that are no
// text, several documents) is refused, because it hides where a value comes from. So are repeated
// keys, which yaml-cpp would accept in silence.
//
// Only yaml.cpp knows yaml-cpp. It is used as a source of events, not of nodes: events carry exact
// places, and nothing is built from what is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace concordat::scenario {

/// A larger file is no scenario written by a person, nor a schedule that anybody could read.
inline constexpr std::size_t max_file_bytes = std::size_t{1} << 20U;

/// Lists and maps inside each other; a scenario needs six.
inline constexpr std::size_t max_yaml_depth = 32;

/// One value. What stands under a key of a map carries the key with it.
struct YamlNode {
  enum class Kind : std::uint8_t { none, text, list, map };  // none: nothing after the colon

  Kind kind = Kind::none;
  Position at;
  std::string key;  // in a map: the key; in a list: the key of the list; at the top: empty
  Position key_at;
  std::string text;
  bool quoted = false;         // text, even if it looks like a number
  bool several_lines = false;  // the text does not stand on one line of the file
  std::vector<YamlNode> items;
};

/// ERRORS: everything the header names; the first one in the file, with its place.
Result<YamlNode> parse_yaml(std::string_view text, const std::string& file);

/// User text for a message: in backquotes, on one line, cut when long.
std::string quote(std::string_view text);

}  // namespace concordat::scenario
