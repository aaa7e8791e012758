#include <algorithm>
#include <type_traits>

#include "sim/trace/fields.hpp"
#include "sim/trace/json.hpp"
#include "sim/trace/json_tree.hpp"

namespace concordat::trace {

namespace {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t shown_max = 60;
  std::string out = "'";
  out += text.substr(0, shown_max);
  if (text.size() > shown_max) out += "...";
  return out + "'";
}

std::string join_words(std::string_view list) {
  std::string out;
  for (const char c : list) {
    if (c == '|') {
      if (!out.empty()) out += ", ";
    } else {
      out += c;
    }
  }
  return out;
}

/// Fills structs from a JsonValue. Each `read` returns false at the first problem; the callers on
/// the way out put their part of the path in front.
class Reader {
 public:
  template <class T>
  bool read_record(const JsonValue& json, T& out) {
    if (!expect(json, JsonKind::object)) return false;
    bool good = true;
    std::size_t used = 0;
    each_field<T>([&](std::string_view key, auto member, Need need, OneOf words) {
      if (!good) return;
      const JsonValue* value = find(json, key);
      if (value == nullptr) {
        if (need == Need::required) {
          good = fail(json, "the key " + in_quotes(key) + " is missing", "");
        }
        return;
      }
      ++used;
      good = read(*value, out.*member) && allowed(*value, words);
      if (!good) enter(key);
    });
    return good && (used == json.keys.size() || unknown_key<T>(json));
  }

  Error error(std::string_view text, const std::string& file_name) const {
    const std::string where = path_.empty() ? "the document" : path_;
    return {file_name, position_of(text, offset_), where + ": " + what_, hint_};
  }

 private:
  static const JsonValue* find(const JsonValue& json, std::string_view key) {
    for (std::size_t i = 0; i < json.keys.size(); ++i)
      if (json.keys[i] == key) return &json.items[i];
    return nullptr;
  }

  bool fail(const JsonValue& json, std::string what, std::string hint) {
    offset_ = json.offset;
    what_ = std::move(what);
    hint_ = std::move(hint);
    return false;
  }

  void enter(std::string_view key) {
    const bool joined = path_.empty() || path_[0] == '[';
    path_ = std::string(key) + (joined ? "" : ".") + path_;
  }

  bool expect(const JsonValue& json, JsonKind kind) {
    if (json.kind == kind) return true;
    return fail(
        json,
        "expected " + std::string(describe(kind)) + ", found " + std::string(describe(json.kind)),
        "");
  }

  bool allowed(const JsonValue& json, OneOf words) {
    if (words.allows(json.text)) return true;
    return fail(json, in_quotes(json.text) + " is not one of: " + join_words(words.list), "");
  }

  template <class T>
  bool unknown_key(const JsonValue& json) {
    std::vector<std::string_view> known;
    each_field<T>([&](std::string_view key, auto, Need, OneOf) { known.push_back(key); });
    for (std::size_t i = 0; i < json.keys.size(); ++i) {
      const std::string& key = json.keys[i];
      if (std::ranges::find(known, key) != known.end()) continue;
      const std::string near = nearest(key.substr(0, 100), known);
      return fail(json.items[i],
                  "unknown key " + in_quotes(key),
                  near.empty() ? "" : "did you mean '" + near + "'?");
    }
    return true;
  }

  bool read(const JsonValue& json, std::string& out) {
    if (!expect(json, JsonKind::text)) return false;
    out = json.text;
    return true;
  }
  bool read(const JsonValue& json, bool& out) {
    if (!expect(json, JsonKind::boolean)) return false;
    out = json.number != 0;
    return true;
  }
  bool read(const JsonValue& json, std::int64_t& out) {
    if (json.kind == JsonKind::natural)
      return fail(json, "the number is above 9223372036854775807", "");
    if (!expect(json, JsonKind::integer)) return false;
    out = json.number;
    return true;
  }
  bool read(const JsonValue& json, int& out) {
    if (json.kind == JsonKind::natural) return fail(json, "the number does not fit in 32 bits", "");
    if (!expect(json, JsonKind::integer)) return false;
    out = static_cast<int>(json.number);
    return out == json.number || fail(json, "the number does not fit in 32 bits", "");
  }
  bool read(const JsonValue& json, std::uint64_t& out) {
    if (json.kind != JsonKind::natural && !expect(json, JsonKind::integer)) return false;
    if (json.kind == JsonKind::integer && json.number < 0)
      return fail(json, "the number is negative", "");
    out = static_cast<std::uint64_t>(json.number);
    return true;
  }
  template <class T>
  bool read(const JsonValue& json, std::optional<T>& out) {
    return read(json, out.emplace());
  }

  template <class Kind>
  requires std::is_enum_v<Kind>
  bool read(const JsonValue& json, Kind& out) {
    if (!expect(json, JsonKind::text)) return false;
    const std::optional<Kind> kind = enum_from_name<Kind>(json.text);
    if (kind) out = *kind;
    if (kind) return true;
    std::vector<std::string_view> known;
    known.reserve(static_cast<std::size_t>(enum_count<Kind>()));
    for (int i = 0; i < enum_count<Kind>(); ++i)
      known.push_back(enum_name(static_cast<Kind>(i)));
    const std::string near = nearest(std::string_view(json.text).substr(0, 100), known);
    return fail(json,
                in_quotes(json.text) + " is not a kind",
                near.empty() ? "" : "did you mean '" + near + "'?");
  }

  bool read(const JsonValue& json, std::vector<NameValue>& out) {
    if (!expect(json, JsonKind::object)) return false;
    out.resize(json.items.size());
    for (std::size_t i = 0; i < json.items.size(); ++i) {
      out[i].name = json.keys[i];
      if (!read(json.items[i], out[i].value)) {
        enter(json.keys[i]);
        return false;
      }
    }
    return true;
  }

  template <class T>
  bool read(const JsonValue& json, std::vector<T>& out) {
    if (!expect(json, JsonKind::array)) return false;
    out.resize(json.items.size());
    for (std::size_t i = 0; i < json.items.size(); ++i) {
      if (!read(json.items[i], out[i])) {
        enter("[" + std::to_string(i) + "]");
        return false;
      }
    }
    return true;
  }

  template <class T>
  requires is_record<T>
  bool read(const JsonValue& json, T& out) { return read_record(json, out); }

  std::string path_;
  std::string what_;
  std::string hint_;
  std::size_t offset_ = 0;
};

/// The version comes first: a file of another version would fail on some detail otherwise.
std::optional<Error> wrong_version(const JsonValue& json,
                                   std::string_view text,
                                   const std::string& file_name) {
  const auto key = std::ranges::find(json.keys, "format");
  if (json.kind != JsonKind::object || key == json.keys.end()) {
    return Error{file_name,
                 position_of(text, json.offset),
                 "the document: the key 'format' is missing",
                 R"(a trace begins with "format": ")" + std::string(format_name) + "\""};
  }
  const JsonValue& format = json.items[static_cast<std::size_t>(key - json.keys.begin())];
  if (format.kind == JsonKind::text && format.text == format_name) return std::nullopt;
  const std::string found =
      format.kind == JsonKind::text ? in_quotes(format.text) : std::string(describe(format.kind));
  return Error{file_name,
               position_of(text, format.offset),
               "format: expected '" + std::string(format_name) + "', found " + found,
               "this program reads traces of version 1 only"};
}

}  // namespace

Result<Trace> from_json(std::string_view text, const std::string& file_name) {
  const Result<JsonValue> json = parse_json(text, file_name);
  if (!json) return json.error();
  if (std::optional<Error> error = wrong_version(*json, text, file_name)) return *std::move(error);
  Trace trace;
  Reader reader;
  if (!reader.read_record(*json, trace)) return reader.error(text, file_name);
  return trace;
}

}  // namespace concordat::trace
