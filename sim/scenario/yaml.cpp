#include "sim/scenario/yaml.hpp"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "sim/base/utf8.hpp"

namespace concordat::scenario {

namespace {

/// Turns yaml-cpp's marks (lines and bytes, from 0) into positions (characters, from 1), in
/// constant time: a file of one long line must not cost quadratic time. The columns of the marks
/// are not used: yaml-cpp counts on behind the end of the file.
class Places {
 public:
  explicit Places(std::string_view text) : columns_(text.size() + 1, 1) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] != '\n') columns_[i + 1] = columns_[i] + (continues_character(text[i]) ? 0 : 1);
  }

  Position of(const YAML::Mark& mark) const {
    return {mark.line + 1, columns_[std::min(offset(mark), columns_.size() - 1)]};
  }

  static std::size_t offset(const YAML::Mark& mark) { return static_cast<std::size_t>(mark.pos); }

 private:
  std::vector<int> columns_;  // of each byte, and of the end
};

/// The text as it stands in the file from its first quote to its last.
/// RETURNS: an empty text when the quote is never closed, which yaml-cpp accepts.
std::string_view quoted_source(std::string_view source) {
  const char mark = source.front();
  for (std::size_t i = 1; i < source.size(); ++i) {
    if (mark == '"' && source[i] == '\\') {
      ++i;
    } else if (source[i] == mark) {
      const bool doubled = mark == '\'' && source.substr(i + 1).starts_with('\'');
      if (!doubled) return source.substr(0, i + 1);
      ++i;
    }
  }
  return {};
}

/// The quote after `offset` that is never closed. RETURNS: the end of the file when none is found.
std::size_t unclosed_quote(std::string_view source, std::size_t offset) {
  constexpr std::string_view before_value = " \n[{,";
  while (offset < source.size()) {
    const char before = offset == 0 ? '\n' : source[offset - 1];
    if (source[offset] == '#' && (before == ' ' || before == '\n')) {
      offset = std::min(source.find('\n', offset), source.size());
    } else if ((source[offset] == '"' || source[offset] == '\'') &&
               before_value.find(before) != std::string_view::npos) {
      const std::size_t size = quoted_source(source.substr(offset)).size();
      if (size == 0) return offset;
      offset += size;
    } else {
      ++offset;
    }
  }
  return source.size();
}

constexpr std::string_view quote_never_closed = "this quote is never closed";

/// Builds the tree. Keeps the first error and ignores all that follows it. Inherits because
/// yaml-cpp asks for it.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view source) : source_(source), places_(source) {}

  bool failed() const { return error_.has_value(); }
  const Error& error() const { return *error_; }
  YamlNode take_root() { return std::move(root_); }

  /// An error of yaml-cpp itself, put into our words where a person gains by it.
  void fail(const YAML::Exception& exception);

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      fail(mark,
           "the file goes on after its end",
           "a file holds one scenario: put each story in a file of its own");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (accept(mark, "?", anchor)) add(node(YamlNode::Kind::none, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    fail(mark, "aliases (`*name`) are not used in scenario files", "write the value out");
  }
  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override;

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::list, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::map, mark, tag, anchor, style);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    bool flow = false;
    std::optional<YamlNode> key;            // a map's key that waits for its value
    std::map<std::string, Position> known;  // a map's keys so far
  };

  void fail(const YAML::Mark& mark, std::string what, std::string hint) {
    if (!error_) error_ = Error{{}, places_.of(mark), std::move(what), std::move(hint)};
  }
  YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark) const {
    YamlNode made;
    made.kind = kind;
    made.at = places_.of(mark);
    return made;
  }
  bool tab_indents(const YAML::Mark& mark) const {
    const std::string_view before = source_.substr(0, Places::offset(mark));
    const std::string_view line = source_.substr(before.rfind('\n') + 1);  // npos + 1 is 0
    return line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
  }
  bool accept(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void open(YamlNode::Kind kind,
            const YAML::Mark& mark,
            const std::string& tag,
            YAML::anchor_t anchor,
            YAML::EmitterStyle::value style);
  void close();
  void add(YamlNode value);
  void add_key(Open& map, YamlNode key);

  std::string_view source_;
  Places places_;
  int documents_ = 0;
  std::size_t last_offset_ = 0;  // of the last event
  std::vector<Open> open_;
  YamlNode root_;
  std::optional<Error> error_;
};

bool TreeBuilder::accept(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
  if (anchor != 0)
    fail(mark, "anchors (`&name`) are not used in scenario files", "write the value out");
  last_offset_ = Places::offset(mark);
  if (!tag.empty() && tag != "?" && tag != "!")
    fail(mark, "tags (`!!type`) are not used in scenario files", "the reader knows every type");
  return !failed();
}

void TreeBuilder::OnScalar(const YAML::Mark& mark,
                           const std::string& tag,
                           YAML::anchor_t anchor,
                           const std::string& value) {
  if (!accept(mark, tag, anchor)) return;
  YamlNode scalar = node(YamlNode::Kind::text, mark);
  const std::string_view source = source_.substr(std::min(Places::offset(mark), source_.size()));
  if (source.starts_with('"') || source.starts_with('\'')) {
    const std::string_view inside = quoted_source(source);
    if (inside.empty()) fail(mark, std::string(quote_never_closed), "end the text with a quote");
    scalar.several_lines = inside.find('\n') != std::string_view::npos;
  } else {
    scalar.several_lines = !source.starts_with(value);
  }
  if (const auto bad = find_bad_character(value)) fail(mark, "the text holds " + bad->what, {});
  scalar.text = value;
  scalar.quoted = tag == "!";
  add(std::move(scalar));
}

void TreeBuilder::open(YamlNode::Kind kind,
                       const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) {
  if (!accept(mark, tag, anchor)) return;
  if (!open_.empty() && open_.back().node.kind == YamlNode::Kind::map && !open_.back().key) {
    fail(mark,
         "a key must be text",
         "is a closing bracket missing? A key that holds brackets needs quotes");
  } else if (open_.size() == max_yaml_depth) {
    fail(mark, fmt::format("lists and maps are nested deeper than {}", max_yaml_depth), {});
  }
  if (failed()) return;
  open_.push_back({node(kind, mark), style == YAML::EmitterStyle::Flow, {}, {}});
}

void TreeBuilder::close() {
  if (failed()) return;
  YamlNode finished = std::move(open_.back().node);
  open_.pop_back();
  add(std::move(finished));
}

void TreeBuilder::add(YamlNode value) {
  if (failed()) return;
  if (open_.empty()) {
    root_ = std::move(value);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == YamlNode::Kind::map) {
    if (!parent.key) {
      add_key(parent, std::move(value));
      return;
    }
    value.key = std::move(parent.key->text);
    value.key_at = parent.key->at;
    parent.key.reset();
  } else if (open_.size() > 1 && open_[open_.size() - 2].key) {
    const YamlNode& list_key = *open_[open_.size() - 2].key;
    value.key = list_key.text;
    value.key_at = list_key.at;
  }
  parent.node.items.push_back(std::move(value));
}

void TreeBuilder::add_key(Open& map, YamlNode key) {
  const auto refuse = [&](std::string what, std::string hint) {
    error_ = Error{{}, key.at, std::move(what), std::move(hint)};
  };
  if (key.kind == YamlNode::Kind::none || key.text.empty())
    return refuse("a key is missing before `:`", "write `key: value`");
  if (key.several_lines)
    return refuse("a key must stay on one line", "is a `:` missing after the word before it?");
  if (key.text == "<<" && !key.quoted)
    return refuse("merge keys (`<<`) are not used in scenario files", "write the values out");
  const auto [first, added] = map.known.emplace(key.text, key.at);
  if (!added)
    return refuse(fmt::format("the key {} is repeated", quote(key.text)),
                  fmt::format("it stands first in line {}", first->second.line));
  map.key = std::move(key);
}

void TreeBuilder::fail(const YAML::Exception& exception) {
  struct Known {
    std::string_view said;
    std::string_view what;
    std::string_view hint;
  };
  constexpr std::array known{
      Known{"illegal map value",
            "a `:` stands where no key can be",
            "check the indentation, and quote text that holds `: `"},
      Known{"illegal block entry",
            "a list that starts with `- ` needs a line of its own",
            "write `[a, b]`, or begin each item in a new line"},
      Known{"illegal flow end", "this bracket closes nothing", "remove it, or quote the text"},
      Known{"end of map not found",
            "the map ends here in the middle of an entry",
            "check the indentation, and quote the whole value"},
      Known{"end of sequence not found",
            "the list ends here in the middle of an item",
            "check the indentation; each item begins with `- `"},
      Known{"unknown escape character",
            "this backslash escapes nothing",
            "write two, or quote the text with `'`"},
      Known{"unknown token", "a value cannot begin with this character", "quote the text"},
  };
  const YAML::Mark mark = exception.mark.is_null() ? YAML::Mark() : exception.mark;
  if (exception.msg == "illegal EOF in scalar" && !failed()) {
    const std::size_t at = unclosed_quote(source_, last_offset_);
    error_ = Error{
        {}, position_of(source_, at), std::string(quote_never_closed), "end the text with a quote"};
  }
  if (exception.msg.starts_with("end of map flow") ||
      exception.msg.starts_with("end of sequence flow")) {
    while (!open_.empty() && !open_.back().flow)
      open_.pop_back();
    if (!open_.empty() && !failed()) {
      const bool list = open_.back().node.kind == YamlNode::Kind::list;
      error_ = Error{{},
                     open_.back().node.at,
                     list ? "the list that opens here is never closed"
                          : "the map that opens here is never closed",
                     list ? "add `]`" : "add `}`"};
    }
  }
  if (tab_indents(mark))
    fail(mark, "a tab stands in the indentation of this line", "indent with spaces");
  for (const Known& entry : known)
    if (exception.msg.starts_with(entry.said))
      fail(mark, std::string(entry.what), std::string(entry.hint));
  fail(mark, "this is not YAML: " + exception.msg, {});
}

/// Line ends of other systems as `\n`.
std::string with_line_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || !text.substr(i + 1).starts_with('\n')) out += text[i];
  return out;
}

/// Lets yaml-cpp run over `source`.
Result<YamlNode> build(const std::string& source) {
  TreeBuilder builder(source);
  std::istringstream stream(source);
  try {
    YAML::Parser parser(stream);
    while (!builder.failed() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& exception) {
    builder.fail(exception);
  } catch (const std::exception& exception) {
    return Error{{}, {1, 1}, std::string("the file cannot be read: ") + exception.what(), {}};
  }
  if (builder.failed()) return builder.error();
  return builder.take_root();
}

}  // namespace

Result<YamlNode> parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > max_file_bytes)
    return Error{file,
                 {1, 1},
                 fmt::format("the file is larger than {} bytes", max_file_bytes),
                 "is this a scenario?"};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  const std::string source = with_line_feeds(text);
  if (const auto bad = find_bad_character(source))
    return Error{
        file, position_of(source, bad->offset), "the file holds " + bad->what, "save it as UTF-8"};

  Result<YamlNode> tree = build(source);
  if (tree.ok()) return tree;
  Error error = tree.error();
  error.file = file;
  return error;
}

std::string quote(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string shown(text.substr(0, longest));
  if (text.size() > longest) {
    // Not in the middle of a character.
    while (!shown.empty() && continues_character(text[shown.size()]))
      shown.pop_back();
    shown += "...";
  }
  for (char& c : shown)
    if (c == '\n' || c == '\t') c = ' ';
  return "`" + shown + "`";
}

}  // namespace concordat::scenario
