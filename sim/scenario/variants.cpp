#include "sim/scenario/variants.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "sim/base/property_names.hpp"
#include "sim/base/utf8.hpp"

namespace concordat::scenario {

namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t max_places = 20;  // of a sweep; two values at each are far too many already

/// What belongs to a file, and neither to a variant nor to a sweep.
constexpr std::array<std::string_view, 3> of_the_file{"name", "variants", "sweep"};

// --- the tree ---

/// What a key of this map means: where properties are expected, `UA` is `uniform_agreement`.
std::string meaning(const YamlNode& map, const std::string& key) {
  const std::string_view property = map.key == "expect" ? property_long_name(key) : "";
  return property.empty() ? key : std::string(property);
}

/// The entry of a map, if it has one.
YamlNode* find(YamlNode& map, const std::string& key) {
  const auto found = std::ranges::find_if(
      map.items, [&](const YamlNode& item) { return meaning(map, item.key) == meaning(map, key); });
  return found == map.items.end() ? nullptr : &*found;
}

const YamlNode* find(const YamlNode& map, std::string_view key) {
  const auto found = std::ranges::find(map.items, key, &YamlNode::key);
  return found == map.items.end() ? nullptr : &*found;
}

void erase(YamlNode& map, std::string_view key) {
  std::erase_if(map.items, [&](const YamlNode& item) { return item.key == key; });
}

/// A map whose keys are alternatives, so that merging two would mean nothing.
bool is_one_value(std::string_view path) {
  constexpr std::array<std::string_view, 7> values{"timing.latency",
                                                   "timing.force",
                                                   "load.gap",
                                                   "random.delay.by",
                                                   "bench.arrivals",
                                                   "bench.inside",
                                                   "bench.failures.delay.by"};
  return std::ranges::find(values, path) != values.end() || path.starts_with("timing.disks.");
}

void lay_over(YamlNode& below, const YamlNode& above, const std::string& path) {
  std::map<std::string, std::size_t> known;  // what is below and was not replaced yet
  for (std::size_t i = 0; i < below.items.size(); ++i)
    known.emplace(meaning(below, below.items[i].key), i);
  for (const YamlNode& item : above.items) {
    const std::string here = path.empty() ? item.key : path + "." + item.key;
    if (here == "name") continue;  // of the variant
    const auto found = known.extract(meaning(below, item.key));
    if (found.empty()) {
      below.items.push_back(item);
      continue;
    }
    YamlNode& old = below.items[found.mapped()];
    if (old.kind == Kind::map && item.kind == Kind::map && !is_one_value(here))
      lay_over(old, item, here);
    else
      old = item;
  }
}

/// Goes along the path, and makes the maps on the way where there is nothing.
void set(Reader& reader, YamlNode& root, const Setting& setting) {
  YamlNode* map = &root;
  for (const YamlNode& part : setting.path) {
    if (map->kind != Kind::map)
      return reader.fail(
          part.key_at,
          fmt::format(
              "the path ends at {} in line {}, which is no map", quote(map->key), map->at.line),
          "leave it out there, or replace it by `variants`");
    YamlNode* next = find(*map, part.key);
    const bool is_last = &part == &setting.path.back();
    if (next == nullptr || is_last) {
      if (next == nullptr) next = &map->items.emplace_back();
      *next = is_last ? setting.value : part;
      next->key = part.key;
      next->key_at = part.key_at;
    }
    map = next;
  }
}

bool is_protocol(const Setting& setting) {
  return setting.path.size() == 1 && setting.path.front().key == "protocol";
}

/// Before `protocol` becomes this.
void change_protocol(YamlNode& root, const YamlNode& protocol) {
  const YamlNode* const now = find(std::as_const(root), "protocol");
  if (now == nullptr || now->text == protocol.text) return;
  for (const std::string_view key : {"profile", "options", "bounds"})
    erase(root, key);
  if (YamlNode* const timing = find(root, "timing")) erase(*timing, "timeouts");
}

// --- `variants` ---

std::vector<Variant> read_variants(Reader& reader, const YamlNode& list) {
  std::vector<Variant> out;
  if (!reader.is_list(list)) return out;
  if (list.items.empty())
    reader.fail(list.at, "there is no variant in `variants`", "leave it out, or name some");
  std::map<std::string, Position> known;
  for (const YamlNode& item : list.items) {
    const YamlNode* const name = item.kind == Kind::map ? find(item, "name") : nullptr;
    if (name == nullptr)
      reader.fail(item.at,
                  "a variant is a map with a `name`",
                  "write `- {name: with a crash, faults: [...]}`");
    Text label;
    if (reader.ok()) line(reader, *name, label);
    if (!reader.ok()) return {};
    const auto [first, added] = known.emplace(label.value, label.at);
    if (!added)
      reader.fail(label.at,
                  fmt::format("the variant {} is repeated", quote(label.value)),
                  fmt::format("it stands first in line {}", first->second.line));
    out.push_back({label.value, label.value, &item, {}});
  }
  return out;
}

// --- `sweep` ---

/// One place in the file and the values that it takes.
struct Axis {
  std::vector<YamlNode> path;
  std::string label;  // its last part, or all of it if two end alike
  const YamlNode* values = nullptr;
};

/// At how many of its dots a path is divided: a row keeps its own, as in `work.p1.accounts.alice`.
std::size_t most_parts(std::string_view path) {
  if (path.starts_with("work.")) return 3;
  if (path.starts_with("store.") || path.starts_with("expect.store.")) return 4;
  return 8;  // no scenario is as deep
}

/// `processes.participants`, divided at its dots.
std::vector<YamlNode> read_path(Reader& reader,
                                const YamlNode& item,
                                std::span<const std::string_view> keys) {
  std::vector<YamlNode> parts;
  const std::string_view path = item.key;
  for (std::size_t start = 0; start <= path.size();) {
    const bool is_last = parts.size() + 1 == most_parts(path);
    const std::size_t end = is_last ? path.size() : std::min(path.find('.', start), path.size());
    YamlNode& part = parts.emplace_back();
    part.kind = Kind::map;
    part.key = path.substr(start, end - start);
    part.key_at = item.key_at;
    part.key_at.column += position_of(path, start).column - 1;
    part.at = part.key_at;
    if (part.key.empty())
      reader.fail(part.key_at,
                  "a part of the path " + quote(path) + " is missing",
                  "write the keys that lead to the value, with dots: `processes.participants`");
    start = end + 1;
  }
  const std::string& first = parts.front().key;
  if (std::ranges::find(of_the_file, first) != of_the_file.end())
    reader.fail(item.key_at, quote(first) + " belongs to the whole file, and cannot be swept");
  if (std::ranges::find(keys, first) == keys.end()) reader.unknown(item.key_at, "key", first, keys);
  return parts;
}

void check_values(Reader& reader, const YamlNode& list) {
  if (!reader.is_list(list)) return;
  if (list.items.empty()) return reader.fail(list.at, quote(list.key) + " has no values");
  std::map<std::string, Position> known;
  for (const YamlNode& value : list.items) {
    if (value.kind == Kind::list || value.kind == Kind::map)
      return reader.fail(value.at,
                         "a sweep is over words and numbers",
                         "`variants` can replace a list or a map, and gives it a name");
    if (!reader.is_text(value)) return;
    const auto [first, added] = known.emplace(value.text, value.at);
    if (!added)
      return reader.fail(value.at,
                         quote(value.text) + " stands twice in this list",
                         fmt::format("it stands first in line {}", first->second.line));
  }
}

/// Two paths, one of which leads through the end of the other.
void check_overlaps(Reader& reader, const YamlNode& sweep) {
  for (const YamlNode& inner : sweep.items)
    for (const YamlNode& outer : sweep.items)
      if (inner.key.starts_with(outer.key + "."))
        reader.fail(inner.key_at,
                    fmt::format("{} lies inside {}", quote(inner.key), quote(outer.key)),
                    "a place can have one list of values");
}

std::vector<Axis> read_sweep(Reader& reader,
                             const YamlNode& sweep,
                             std::span<const std::string_view> keys) {
  std::vector<Axis> axes;
  if (!reader.is_map(sweep)) return axes;
  if (sweep.items.empty())
    reader.fail(
        sweep.at, "there is nothing in `sweep`", "`sweep: {processes.participants: [2, 3]}`");
  if (sweep.items.size() > max_places)
    reader.fail(sweep.items[max_places].key_at,
                fmt::format("a sweep has at most {} places", max_places),
                "one value for all is no sweep: write it into the file");
  for (const YamlNode& item : sweep.items) {
    Axis& axis = axes.emplace_back();
    axis.path = read_path(reader, item, keys);
    axis.label = axis.path.back().key;
    axis.values = &item;
    if (reader.ok()) check_values(reader, item);
    if (!reader.ok()) return axes;
  }
  check_overlaps(reader, sweep);
  for (std::size_t i = 0; i < axes.size(); ++i)
    for (std::size_t k = 0; k < axes.size(); ++k)
      if (i != k && axes[i].path.back().key == axes[k].path.back().key)
        axes[i].label = sweep.items[i].key;
  return axes;
}

/// Each of `all` with each value of the axis.
std::vector<Variant> times(const std::vector<Variant>& all, const Axis& axis) {
  std::vector<Variant> out;
  for (const Variant& variant : all)
    for (const YamlNode& value : axis.values->items) {
      Variant& each = out.emplace_back(variant);
      each.label += (each.label.empty() ? "" : ", ") + axis.label + "=" + value.text;
      each.settings.push_back({axis.values->key, axis.path, value});
    }
  return out;
}

/// Labels can be alike only if a variant is called like a sweep.
void check_labels(Reader& reader, const std::vector<Variant>& all, Position at) {
  std::set<std::string_view> known;
  for (const Variant& variant : all)
    if (!known.insert(variant.label).second)
      reader.fail(
          at, "two scenarios would have the label " + quote(variant.label), "rename a variant");
}

}  // namespace

std::vector<Variant> variants_of(Reader& reader,
                                 const YamlNode& root,
                                 std::span<const std::string_view> keys,
                                 std::size_t most) {
  if (root.kind != Kind::map) return {};
  const YamlNode* const variants = find(root, "variants");
  const YamlNode* const sweep = find(root, "sweep");
  if (variants == nullptr && sweep == nullptr) return {};
  std::vector<Variant> all(1);
  if (variants != nullptr) all = read_variants(reader, *variants);
  std::vector<Axis> axes;
  if (sweep != nullptr && reader.ok()) axes = read_sweep(reader, *sweep, keys);
  std::size_t count = all.size();
  for (const Axis& axis : axes)
    if (reader.ok() && count <= most) count *= axis.values->items.size();
  const Position at = (sweep != nullptr ? sweep : variants)->key_at;
  if (count > most)
    reader.fail(at,
                fmt::format("this file makes more than {} scenarios", most),
                "leave values out, or divide it into several files");
  if (!reader.ok()) return {};
  for (const Axis& axis : axes)
    all = times(all, axis);
  check_labels(reader, all, at);
  return all;
}

void add_settings(Reader& reader, YamlNode& root, std::span<const std::string> settings) {
  if (settings.empty() || root.kind != Kind::map) return;
  YamlNode* sweep = find(root, "sweep");
  if (sweep == nullptr) {
    sweep = &root.items.emplace_back();
    sweep->kind = Kind::map;
    sweep->key = "sweep";
  }
  if (sweep->kind != Kind::map) return;  // variants_of says so
  std::set<std::string> known;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == setting.size())
      return reader.fail({},
                         quote(setting) + " is no place with a value",
                         "write PLACE=VALUE, such as bench.skew=0.9");
    const std::string place = setting.substr(0, equals);
    if (!known.insert(place).second)
      return reader.fail({}, quote(place) + " is set twice", "leave one of them out");
    YamlNode* axis = find(*sweep, place);
    if (axis == nullptr) axis = &sweep->items.emplace_back();
    *axis = {};
    axis->kind = Kind::list;
    axis->key = place;
    YamlNode& value = axis->items.emplace_back();
    value.kind = Kind::text;
    value.key = place;
    value.text = setting.substr(equals + 1);
  }
}

const std::string* text_at(const YamlNode& root, std::string_view path) {
  const YamlNode* node = &root;
  std::size_t parts = 1;
  for (std::string_view rest = path; node != nullptr && node->kind == Kind::map; ++parts) {
    const bool is_last = parts == most_parts(path) || rest.find('.') == std::string_view::npos;
    node = find(*node, is_last ? rest : rest.substr(0, rest.find('.')));
    if (is_last) return node != nullptr && node->kind == Kind::text ? &node->text : nullptr;
    rest.remove_prefix(rest.find('.') + 1);
  }
  return nullptr;
}

YamlNode laid_over(Reader& reader, const YamlNode& root, const Variant& variant) {
  YamlNode out = root;
  erase(out, "variants");
  erase(out, "sweep");
  if (variant.overlay != nullptr) {
    if (const YamlNode* const protocol = find(*variant.overlay, "protocol"))
      change_protocol(out, *protocol);
    lay_over(out, *variant.overlay, "");
  }
  for (const Setting& setting : variant.settings)
    if (is_protocol(setting)) change_protocol(out, setting.value);
  for (const Setting& setting : variant.settings)
    set(reader, out, setting);
  return out;
}

}  // namespace concordat::scenario
