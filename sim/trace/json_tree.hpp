// A JSON document as a tree that remembers where each value stood in the text, so that an error can
// point at its line. Parsed by nlohmann-json's SAX parser, which needs no recursion.
//
// Limits, so that a hostile file costs an error and nothing else: size, nesting, number of values,
// no key twice in one object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace concordat::trace {

inline constexpr std::size_t json_bytes_max = std::size_t{128} << 20;
inline constexpr std::size_t json_values_max = std::size_t{8} << 20;
inline constexpr std::size_t json_depth_max = 16;  // a trace nests 5 deep

/// `natural` is a whole number from 2^63 to 2^64 - 1, which only a seed can be.
enum class JsonKind : std::uint8_t { null, boolean, integer, natural, real, text, array, object };

struct JsonValue {
  JsonKind kind{};
  std::size_t offset = 0;         // where its first token begins, in bytes from 0
  std::int64_t number = 0;        // integer; boolean as 0 or 1; natural: the same 64 bits
  std::string text;               // text; the literal of a real
  std::vector<std::string> keys;  // object: one per item
  std::vector<JsonValue> items;   // array, object
};

/// What the value is, with an article: "a number", "an object".
std::string_view describe(JsonKind kind);

/// Line and column of a byte of `text`. UNITS: columns count bytes, from 1.
Position position_of(std::string_view text, std::size_t offset);

/// Reads one JSON document. ERRORS: a syntax error with line and column, or a limit that is passed.
Result<JsonValue> parse_json(std::string_view text, const std::string& file_name);

}  // namespace concordat::trace
