// The writing of values as nodes, for the writers only: one overload of `to_node` for each type,
// and the parts of a scenario that have a file of their own.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/enum_name.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml.hpp"

namespace concordat::scenario {

inline YamlNode map_node() {
  YamlNode node;
  node.kind = YamlNode::Kind::map;
  return node;
}

inline YamlNode list_node() {
  YamlNode node;
  node.kind = YamlNode::Kind::list;
  return node;
}

/// What reads as itself: numbers, words of the format, values of options.
inline YamlNode plain(std::string text) {
  YamlNode node;
  node.kind = YamlNode::Kind::text;
  node.text = std::move(text);
  return node;
}

template <class T>
YamlNode to_node(const std::vector<T>& values);
template <class T>
YamlNode to_node(const std::vector<Entry<T>>& entries);

inline YamlNode to_node(const std::string& text) {
  YamlNode node = plain(text);
  node.quoted = true;
  return node;
}
inline YamlNode to_node(const FinalRow& row) {
  const std::string held = row.held == 0 ? "" : " held " + std::to_string(row.held);
  return plain(std::to_string(row.value) + held);
}
inline YamlNode to_node(bool flag) {
  return plain(flag ? "true" : "false");
}
inline YamlNode to_node(Duration duration) {
  return plain(format(duration));
}
inline YamlNode to_node(const Seeds& seeds) {
  return to_node(format(seeds));
}
inline YamlNode to_node(Ratio ratio) {
  return plain(format(ratio));
}
/// 500'000 -> `0.5`
std::string decimal_of_millionths(std::int64_t value);
/// `5ms`, or a map of one line.
YamlNode to_node(const DistributionSpec& spec);
template <std::signed_integral Int>
YamlNode to_node(Int value) {
  return plain(std::to_string(value));
}
template <class E>
requires std::is_enum_v<E> YamlNode to_node(E value) {
  return plain(std::string(enum_name(value)));
}
template <class T>
YamlNode to_node(const At<T>& value) {
  return to_node(value.value);
}
template <class T>
YamlNode to_node(const std::vector<T>& values) {
  YamlNode node = list_node();
  for (const T& value : values)
    node.items.push_back(to_node(value));
  return node;
}
inline void put(YamlNode& map, std::string_view key, YamlNode value) {
  value.key = key;
  map.items.push_back(std::move(value));
}

template <class T>
YamlNode to_node(const std::vector<Entry<T>>& entries) {
  YamlNode node = map_node();
  for (const auto& [key, value] : entries)
    put(node, key.value, to_node(value));
  return node;
}

template <class T>
void put_if(YamlNode& map, std::string_view key, const std::optional<T>& value) {
  if (value) put(map, key, to_node(*value));
}

/// Leaves defaults out.
template <class T>
void put_unless(YamlNode& map, std::string_view key, const T& value, const T& usual) {
  if (value != usual) put(map, key, to_node(value));
}

/// Leaves empty lists and maps out.
inline void put_filled(YamlNode& map, std::string_view key, YamlNode value) {
  if (!value.items.empty()) put(map, key, std::move(value));
}

/// The value under `key`, which is the last one or a new map.
inline YamlNode& last(YamlNode& parent, std::string_view key) {
  if (parent.items.empty() || parent.items.back().key != key) put(parent, key, map_node());
  return parent.items.back();
}

// --- parts ---

YamlNode timing_node(const Timing& timing);
YamlNode chances_node(const std::vector<Chance>& chances);
YamlNode load_node(const Load& load);
YamlNode faults_node(const std::vector<At<Fault>>& faults);
YamlNode random_node(const RandomFaults& random);
YamlNode between_node(const std::vector<SiteLatency>& between);
YamlNode bench_node(const Bench& bench);

}  // namespace concordat::scenario
