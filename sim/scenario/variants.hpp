// Several scenarios in one file: `variants:`, a list of named overlays over the rest of the file,
// and `sweep:`, lists of values for places in it. Both work on the tree of YAML, before anybody
// knows what its keys mean, so that all that a file says can vary, and each value keeps its place
// in the file for errors.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/yaml.hpp"

namespace concordat::scenario {

/// How many scenarios a file may make: more are no story that anybody reads.
inline constexpr std::size_t max_variants = 1000;
/// Their number times the size of the file, so that no file costs any amount of time and memory.
inline constexpr std::size_t max_variant_bytes = std::size_t{4} << 20U;

/// A value for one place in the file.
struct Setting {
  std::string place;           // `bench.skew`
  std::vector<YamlNode> path;  // of each part the key and its place; empty maps
  YamlNode value;
};

/// What makes one scenario of a file that has several.
struct Variant {
  std::string label;  // `with M6`, `participants=3, f=1`, or both: unlike that of any other
  std::string name;   // of the overlay
  const YamlNode* overlay = nullptr;  // a map in the tree of the file, or none
  std::vector<Setting> settings;
};

/// What `variants` and `sweep` say, in the order of the file: each variant with every combination
/// of the values, of which the last list changes fastest. `keys` are those of a scenario; `most`
/// limits how many there may be. RETURNS: nothing for a file that has neither key. REQUIRES: `root`
/// lives on.
std::vector<Variant> variants_of(Reader& reader,
                                 const YamlNode& root,
                                 std::span<const std::string_view> keys,
                                 std::size_t most);

/// Makes each `PLACE=VALUE` a part of the file's `sweep`, as if it had this one value there.
/// ERRORS: one has no `=`, or a place is there twice. What is wrong with the place itself,
/// variants_of says.
void add_settings(Reader& reader, YamlNode& root, std::span<const std::string> settings);

/// RETURNS: the text at this path of the tree; null if there is none.
const std::string* text_at(const YamlNode& root, std::string_view path);

/// The tree of one scenario: maps are merged key by key, and the overlay wins; all else is
/// replaced. Times and how they are drawn (`{uniform: [1ms, 9ms]}`) are one value. An overlay or a
/// setting with another `protocol` takes away what only the first one understands: `profile`,
/// `options`, `bounds` and `timing: timeouts`. ERRORS: a path leads through what is no map.
YamlNode laid_over(Reader& reader, const YamlNode& root, const Variant& variant);

}  // namespace concordat::scenario
