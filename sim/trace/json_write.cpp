#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <type_traits>

#include "sim/trace/fields.hpp"
#include "sim/trace/json.hpp"

namespace concordat::trace {

namespace {

template <class T>
struct ListItem {
  using Type = void;
};
template <class T>
struct ListItem<std::vector<T>> {
  using Type = T;
};
template <class T>
using ListItemOf = typename ListItem<T>::Type;

/// The type of a member from a pointer to it.
template <class Pointer>
struct Member;
template <class C, class V>
struct Member<V C::*> {
  using Value = V;
};

void write_text(std::string& out, std::string_view text) {
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; });
  if (plain) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

void write(std::string& out, const std::string& text) {
  write_text(out, text);
}
void write(std::string& out, int value) {
  out += std::to_string(value);
}
void write(std::string& out, std::int64_t value) {
  out += std::to_string(value);
}
void write(std::string& out, std::uint64_t value) {
  out += std::to_string(value);
}
void write(std::string& out, bool value) {
  out += value ? "true" : "false";
}
void write(std::string& out, EventKind kind) {
  write_text(out, enum_name(kind));
}
void write(std::string& out, EffectKind kind) {
  write_text(out, enum_name(kind));
}
void write(std::string& out, const std::optional<std::int64_t>& value) {
  write(out, *value);
}

template <class T>
requires is_record<T>
void write(std::string& out, const T& record);

template <class T>
void write(std::string& out, const std::vector<T>& list) {
  constexpr bool is_map = std::is_same_v<T, NameValue>;
  out += is_map ? '{' : '[';
  std::string_view separator;
  for (const T& item : list) {
    out += separator;
    separator = ", ";
    if constexpr (is_map) {
      write_text(out, item.name);
      out += ": ";
      write_text(out, item.value);
    } else {
      write(out, item);
    }
  }
  out += is_map ? '}' : ']';
}

/// A record on one line, without the members that `skip` says.
template <class T>
requires is_record<T>
void write(std::string& out, const T& record) {
  out += '{';
  std::string_view separator;
  each_field<T>([&](std::string_view key, auto member, Need need, OneOf) {
    using Value = typename Member<decltype(member)>::Value;
    if (is_record<ListItemOf<Value>>) return;  // a block of lines of its own, see write_block
    if (need == Need::optional && record.*member == Value{}) return;
    out += separator;
    separator = ", ";
    write_text(out, key);
    out += ": ";
    write(out, record.*member);
  });
  out += '}';
}

/// A list with one item per line; `indent` is that of its key.
template <class List, class WriteItem>
void write_lines(std::string& out, const List& list, std::size_t indent, WriteItem&& write_item) {
  std::string_view separator;
  for (const auto& item : list) {
    out += separator;
    separator = ",";
    out += '\n';
    out.append(indent + 1, ' ');
    write_item(item);
  }
  out += '\n';
  out.append(indent, ' ');
}

/// A record with its lists of records below it, one item per line; `indent` is that of the lists.
template <class T>
requires is_record<T>
void write_block(std::string& out, const T& record, std::size_t indent) {
  write(out, record);
  out.pop_back();
  each_field<T>([&](std::string_view key, auto member, Need, OneOf) {
    using Item = ListItemOf<typename Member<decltype(member)>::Value>;
    if constexpr (is_record<Item>) {
      if ((record.*member).empty()) return;
      out += ",\n";
      out.append(indent, ' ');
      write_text(out, key);
      out += ": [";
      write_lines(out, record.*member, indent, [&](const Item& item) { write(out, item); });
      out += ']';
    }
  });
  out += '}';
}

/// One field of the trace: on one line where it is short, else one item per line.
template <class Value>
void write_trace_field(std::string& out, const Value& value) {
  using Item = ListItemOf<Value>;
  constexpr std::size_t line_max = 90;
  if constexpr (std::is_same_v<Item, Step>) {
    out += '[';
    write_lines(out, value, 1, [&](const Step& step) { write_block(out, step, 3); });
    out += ']';
  } else if constexpr (std::is_same_v<Value, std::optional<Timed>>) {
    write_block(out, *value, 2);
  } else if constexpr (std::is_same_v<Item, void>) {
    write(out, value);
  } else {
    const std::size_t start = out.size();
    write(out, value);
    if (value.empty() || (!is_record<Item> && out.size() - start <= line_max)) return;
    out.resize(start + 1);  // keep the opening bracket
    write_lines(out, value, 1, [&](const Item& item) {
      if constexpr (std::is_same_v<Item, NameValue>) {
        write_text(out, item.name);
        out += ": ";
        write_text(out, item.value);
      } else {
        write(out, item);
      }
    });
    out += std::is_same_v<Item, NameValue> ? '}' : ']';
  }
}

bool names_are_unique(const std::vector<NameValue>& list) {
  std::set<std::string_view> names;
  return std::ranges::all_of(list, [&](const NameValue& n) { return names.insert(n.name).second; });
}

}  // namespace

std::string to_json(const Trace& trace) {
  check(names_are_unique(trace.options), "the names of a trace's options are unique");
  check(names_are_unique(trace.rules), "the names of a trace's rules are unique");
  check(names_are_unique(trace.rows), "the names of a trace's rows are unique");
  std::string out = "{";
  std::string_view separator = "\n";
  each_field<Trace>([&](std::string_view key, auto member, Need need, OneOf) {
    using Value = typename Member<decltype(member)>::Value;
    if (need == Need::optional && trace.*member == Value{}) return;
    out += separator;
    separator = ",\n";
    out += ' ';
    write_text(out, key);
    out += ": ";
    write_trace_field(out, trace.*member);
  });
  out += "\n}\n";
  return out;
}

}  // namespace concordat::trace
