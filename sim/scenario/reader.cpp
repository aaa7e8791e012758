#include "sim/scenario/reader.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>

namespace concordat::scenario {

namespace {

std::string description(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::none: return "nothing";
    case YamlNode::Kind::list: return "a list";
    case YamlNode::Kind::map: return "a map";
    case YamlNode::Kind::text: break;
  }
  if (node.text.empty()) return "an empty text";
  return node.quoted ? "the quoted text " + quote(node.text) : quote(node.text);
}

std::string subject(const YamlNode& node) {
  return node.key.empty() ? "a scenario" : quote(node.key);
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

constexpr std::string_view name_rule = "a name has letters, digits, `_` and `-`";

/// "did you mean ...?", or an empty text.
std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  constexpr std::size_t longest_typo = 64;  // the comparison costs the product of the sizes
  const std::string near = word.size() > longest_typo ? "" : nearest(word, known);
  return near.empty() ? "" : fmt::format("did you mean `{}`?", near);
}

}  // namespace

void Reader::fail(Position at, std::string what, std::string hint) {
  if (!error_) error_ = Error{file_, at, std::move(what), std::move(hint)};
}

void Reader::must_be(const YamlNode& node, std::string_view wanted, std::string hint) {
  if (node.kind == YamlNode::Kind::none)
    return fail(node.key.empty() ? node.at : node.key_at,  // an item of a list in a list has no key
                (node.key.empty() ? "an item of a list" : quote(node.key)) + " has no value",
                fmt::format("it must be {}", wanted));
  fail(node.at,
       fmt::format("{} must be {}, not {}", subject(node), wanted, description(node)),
       std::move(hint));
}

void Reader::unknown(Position at,
                     std::string_view kind,
                     std::string_view word,
                     std::span<const std::string_view> known) {
  std::string hint = suggestion(word, known);
  if (hint.empty()) hint = fmt::format("known here: {}", fmt::join(known, ", "));
  fail(at, fmt::format("unknown {} {}", kind, quote(word)), std::move(hint));
}

bool Reader::is_map(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::map) must_be(node, "a map (`key: value`)");
  return ok();
}

bool Reader::is_list(const YamlNode& node) {
  const bool one_name = node.kind == YamlNode::Kind::text && is_name(node.text);
  if (node.kind != YamlNode::Kind::list)
    must_be(node, "a list", one_name ? fmt::format("write `[{}]`", node.text) : "");
  return ok();
}

bool Reader::is_text(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::text || node.text.empty()) {
    must_be(node, "text", node.kind == YamlNode::Kind::map ? "quote text that holds `: `" : "");
  } else if (node.several_lines || node.text.find_first_of("\n\t") != std::string::npos) {
    must_be(node,
            "text on one line",
            "check the indentation of the lines that follow; they were taken for its end");
  } else if (node.text.front() == ' ' || node.text.back() == ' ') {
    must_be(node, "text without a blank at its ends");
  }
  return ok();
}

bool has_key(const YamlNode& node, std::string_view key) {
  return std::ranges::any_of(node.items, [&](const YamlNode& item) { return item.key == key; });
}

bool is_name(std::string_view text) {
  constexpr std::size_t longest = 100;
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_name_character);
}

bool is_row_key(std::string_view text) {
  return is_name(std::string(text.substr(0, text.find('.')))) &&
         std::ranges::all_of(text, [](char c) { return c == '.' || is_name_character(c); });
}

std::optional<Where> parse_where(std::string_view text) {
  Where where;
  if (const std::size_t blank = text.find(' '); blank != std::string_view::npos) {
    constexpr std::size_t longest = 1 + 7;  // `t1000000`
    const std::string_view tx = text.substr(0, blank);
    if (tx.size() < 2 || tx.size() > longest || tx[0] != 't' || tx[1] == '0') return std::nullopt;
    const auto [end, error] = std::from_chars(tx.data() + 1, tx.data() + tx.size(), where.tx);
    if (error != std::errc{} || end != tx.data() + tx.size() || where.tx < 1) return std::nullopt;
    text.remove_prefix(blank + 1);
  }
  if (!is_name(text)) return std::nullopt;
  where.process = std::string(text);
  return where;
}

Text name_key(Reader& reader, const YamlNode& item) {
  if (!is_name(item.key))
    reader.fail(item.key_at, quote(item.key) + " is not a name", std::string(name_rule));
  return {item.key, item.key_at};
}

At<Where> where_key(Reader& reader, const YamlNode& item) {
  const auto where = parse_where(item.key);
  if (!where)
    reader.fail(item.key_at,
                quote(item.key) + " is not a process",
                "write `p1`, or `t2 p1` for one transaction only");
  return {where.value_or(Where{}), item.key_at};
}

std::optional<std::pair<std::string, std::string>> parse_row(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view table = text.substr(0, dot);
  const std::string_view row = text.substr(dot + 1);
  if (!is_name(table) || !is_row_key(row)) return std::nullopt;
  return std::pair{std::string(table), std::string(row)};
}

std::pair<Text, Text> row_key(Reader& reader, const YamlNode& item) {
  const auto row = parse_row(item.key);
  if (!row) {
    reader.fail(
        item.key_at, quote(item.key) + " is not a row", "write `table.key`: `accounts.alice`");
    return {};
  }
  return {{row->first, item.key_at}, {row->second, item.key_at}};
}

void line(Reader& reader, const YamlNode& node, Text& out) {
  if (reader.is_text(node)) out = {node.text, node.at};
}

void prose(Reader& reader, const YamlNode& node, std::string& out) {
  constexpr std::string_view blanks = " \t\n";
  if (node.kind != YamlNode::Kind::text || node.text.find_first_not_of(blanks) == std::string::npos)
    return reader.must_be(node, "text");
  const std::size_t first = node.text.find_first_not_of(blanks);
  out = node.text.substr(first, node.text.find_last_not_of(blanks) + 1 - first);
}

void name(Reader& reader, const YamlNode& node, Text& out) {
  if (!reader.is_text(node)) return;
  if (!is_name(node.text)) return reader.must_be(node, "a name", std::string(name_rule));
  out = {node.text, node.at};
}

void flag(Reader& reader, const YamlNode& node, At<bool>& out) {
  const bool plain = node.kind == YamlNode::Kind::text && !node.quoted;
  if (!plain || (node.text != "true" && node.text != "false"))
    return reader.must_be(node, "true or false");
  out = {node.text == "true", node.at};
}

void duration(Reader& reader, const YamlNode& node, At<Duration>& out) {
  if (!reader.is_text(node)) return;
  if (const auto parsed = parse_duration(node.text)) {
    out = {*parsed, node.at};
    return;
  }
  const bool digits = node.text.find_first_not_of("0123456789") == std::string::npos;
  std::string hint = "write a number and its unit (us, ms, s, min, h) without a blank: `5ms`";
  if (digits) hint = fmt::format("add the unit (us, ms, s, min, h): `{}ms`", node.text);
  if (node.text.front() == '-') hint = "a time cannot be negative";
  reader.must_be(node, "a time", hint);
}

void process(Reader& reader, const YamlNode& node, Text& out) {
  if (!reader.is_text(node)) return;
  if (!parse_where(node.text))
    return reader.must_be(node, "a process such as `p1` or `t2 p1`", std::string(name_rule));
  out = {node.text, node.at};
}

void list_once(Reader& reader, const YamlNode& node, std::vector<Text>& out, ReadText read) {
  if (!reader.is_list(node)) return;
  std::map<std::string, Position> known;
  for (const YamlNode& item : node.items) {
    Text text;
    read(reader, item, text);
    if (!reader.ok()) return;
    const auto [first, added] = known.emplace(text.value, text.at);
    if (!added)
      return reader.fail(text.at,
                         quote(text.value) + " stands twice in this list",
                         fmt::format("it stands first in line {}", first->second.line));
    out.push_back(std::move(text));
  }
}

std::int64_t whole_number(Reader& reader,
                          const YamlNode& node,
                          std::int64_t low,
                          std::int64_t high,
                          std::span<const NumberWord> words) {
  for (const NumberWord& each : words)
    if (node.kind == YamlNode::Kind::text && node.text == each.word) return each.value;
  std::int64_t value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, value);
  const std::size_t digits = node.text.starts_with('-') ? 1 : 0;
  const bool leading_zero = node.text.size() > digits + 1 && node.text[digits] == '0';
  const bool plain = node.kind == YamlNode::Kind::text && !node.quoted;
  if (!plain || error != std::errc{} || stop != end || leading_zero || value < low ||
      value > high) {
    std::string wanted = fmt::format("a whole number from {} to {}", low, high);
    for (const NumberWord& each : words)
      wanted += fmt::format(", or `{}`", each.word);
    reader.must_be(node, wanted);
    return low;
  }
  return value;
}

std::size_t word_index(Reader& reader,
                       const YamlNode& node,
                       std::span<const std::string_view> words) {
  if (!reader.is_text(node)) return 0;
  const auto found = std::ranges::find(words, node.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  reader.must_be(node,
                 words.size() == 1 ? fmt::format("`{}`", words[0])
                                   : fmt::format("one of {}", fmt::join(words, ", ")),
                 suggestion(node.text, words));
  return 0;
}

}  // namespace concordat::scenario
