#include "sim/scenario/emit.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/base/check.hpp"

namespace concordat::scenario {

namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t max_columns = 100;
constexpr std::size_t indent_step = 2;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// True for what a reader of YAML 1.2 could take for a number, a truth value or null.
bool looks_typed(std::string_view text) {
  constexpr std::array<std::string_view, 11> words{
      "true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL", "~", ""};
  if (std::ranges::find(words, text) != words.end()) return true;
  const std::size_t first = text.find_first_not_of("+-.");
  if (first == std::string_view::npos) return true;
  return is_digit(text[first]) || (first > 0 && is_letter(text[first]));  // -1, .5, .nan, -.inf
}

/// Whether text may stand without quotes. Narrower than YAML, to be safe with every reader.
bool is_plain(std::string_view text, bool in_flow) {
  constexpr std::string_view anywhere = " _-+./()<>=;!?'*^|";
  constexpr std::string_view in_block = ",:{}[]#&\"";
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos)
    return false;
  const auto fits = [&](char c) {
    return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80U ||
           anywhere.find(c) != std::string_view::npos ||
           (!in_flow && in_block.find(c) != std::string_view::npos);
  };
  const bool safe_start = is_letter(text[0]) || is_digit(text[0]) || text[0] == '_' ||
                          text[0] == '(' || static_cast<unsigned char>(text[0]) >= 0x80U ||
                          (text[0] == '-' && text.size() > 1 && is_digit(text[1]));
  return safe_start && std::ranges::all_of(text, fits);
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string scalar(std::string_view text, bool is_text, bool in_flow) {
  const bool null = text == "null" || text == "Null" || text == "NULL";
  const bool plain = is_plain(text, in_flow) && !null && !(is_text && looks_typed(text));
  return plain ? std::string(text) : double_quoted(text);
}

std::string key_text(const YamlNode& node) {
  return scalar(node.key, true, true) + ":";
}

/// RETURNS: whether the value, or one inside it, wants lines of its own.
bool wants_lines(const YamlNode& node) {
  return (node.several_lines && !node.items.empty()) ||
         std::ranges::any_of(node.items, wants_lines);
}

/// The value on one line.
std::string flow(const YamlNode& node) {
  if (node.kind == Kind::text) return scalar(node.text, node.quoted, true);
  check(node.kind != Kind::none, "every value that is written has content");
  const bool map = node.kind == Kind::map;
  std::string out = map ? "{" : "[";
  for (const YamlNode& item : node.items) {
    if (out.size() > 1) out += ", ";
    if (map) out += key_text(item) + " ";
    out += flow(item);
  }
  return out + (map ? "}" : "]");
}

/// Text of several lines keeps them only if no line needs quotes or ends in a blank.
bool can_be_literal(std::string_view text) {
  return text.front() != ' ' && text.front() != '\n' && text.back() != '\n' &&
         text.find('\t') == std::string_view::npos && text.find(" \n") == std::string_view::npos &&
         text.back() != ' ';
}

/// Words with one blank between them may be broken into lines and joined again.
bool can_be_folded(std::string_view text) {
  return can_be_literal(text) && text.find('\n') == std::string_view::npos &&
         text.find("  ") == std::string_view::npos;
}

class Emitter {
 public:
  std::string take() { return std::move(out_); }

  /// The entries of a map, each beginning in a line of its own; the first one continues a line that
  /// is already begun when `continues`.
  void map_items(const YamlNode& map, std::size_t indent, bool continues) {
    for (const YamlNode& item : map.items) {
      if (!continues) out_.append(indent, ' ');
      continues = false;
      const std::string key = key_text(item);
      out_ += key;
      value(item, indent, indent + key.size());
    }
  }

 private:
  /// What follows `key:` or `-`, to the end of the line or of the block.
  void value(const YamlNode& node, std::size_t indent, std::size_t column) {
    if (node.kind == Kind::text) return text(node, indent, column);
    const std::string on_one_line = flow(node);
    const bool fits = column + 1 + on_one_line.size() <= max_columns;
    if (node.items.empty() || (fits && !wants_lines(node))) {
      out_ += " " + on_one_line + "\n";
      return;
    }
    out_ += "\n";
    if (node.kind == Kind::map) return map_items(node, indent + indent_step, false);
    for (const YamlNode& item : node.items)
      list_item(item, indent + indent_step);
  }

  void list_item(const YamlNode& item, std::size_t indent) {
    out_.append(indent, ' ');
    out_ += "-";
    const bool fits = indent + 2 + flow(item).size() <= max_columns;
    const bool block_map = item.kind == Kind::map && (wants_lines(item) || !fits);
    if (!block_map) return value(item, indent, indent + 1);
    out_ += " ";
    map_items(item, indent + indent_step, true);
  }

  void text(const YamlNode& node, std::size_t indent, std::size_t column) {
    const std::string& content = node.text;
    const std::string on_one_line = scalar(content, node.quoted, false);
    const bool fits = column + 1 + on_one_line.size() <= max_columns;
    const bool lines = content.find('\n') != std::string::npos;
    if (node.several_lines && lines && can_be_literal(content)) {
      out_ += " |\n";
      literal(content, indent + indent_step);
    } else if (node.several_lines && !fits && can_be_folded(content)) {
      out_ += " >\n";
      folded(content, indent + indent_step);
    } else {
      out_ += " " + on_one_line + "\n";
    }
  }

  void literal(std::string_view content, std::size_t indent) {
    while (true) {
      const std::size_t end = std::min(content.find('\n'), content.size());
      if (end > 0) out_.append(indent, ' ');
      out_.append(content.substr(0, end));
      out_ += "\n";
      if (end == content.size()) return;
      content.remove_prefix(end + 1);
    }
  }

  void folded(std::string_view content, std::size_t indent) {
    while (!content.empty()) {
      const std::size_t room = max_columns - indent;
      std::size_t end = content.size();
      if (end > room) {
        end = content.rfind(' ', room);
        if (end == std::string_view::npos) end = std::min(content.find(' '), content.size());
      }
      out_.append(indent, ' ');
      out_.append(content.substr(0, end));
      out_ += "\n";
      content.remove_prefix(std::min(end + 1, content.size()));
    }
  }

  std::string out_;
};

}  // namespace

std::string emit(const YamlNode& root) {
  check(root.kind == Kind::map, "a scenario file is a map");
  Emitter emitter;
  emitter.map_items(root, 0, false);
  return emitter.take();
}

}  // namespace concordat::scenario
