// The fields of every struct of a Trace, once: their names in JSON, their order, and whether they
// are always present. The writer and the reader (json_write.cpp, json_read.cpp) both walk these
// tables, so they cannot disagree; a test compares the tables with trace.schema.json.
//
// A required field is always written and must be there when read. An optional one is left out while
// it has its default value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "sim/base/enum_name.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::trace {

enum class Need : std::uint8_t { required, optional };

/// The name of an event kind as files and people spell it.
constexpr std::string_view name(EventKind kind) {
  return kind == EventKind::operator_action ? "operator" : enum_name(kind);
}
constexpr std::string_view name(EffectKind kind) {
  return enum_name(kind);
}

/// The enumerator that `name` prints as `text`, or nothing.
template <class Kind>
constexpr std::optional<Kind> kind_from_name(std::string_view text) {
  for (int i = 0; i < enum_count<Kind>(); ++i)
    if (name(static_cast<Kind>(i)) == text) return static_cast<Kind>(i);
  return std::nullopt;
}

/// The structs of a trace that are JSON objects inside it.
template <class T>
inline constexpr bool is_record =
    std::is_same_v<T, Process> || std::is_same_v<T, Effect> || std::is_same_v<T, Change> ||
    std::is_same_v<T, PropertyStatus> || std::is_same_v<T, Step> || std::is_same_v<T, Final> ||
    std::is_same_v<T, Counts>;

/// The texts a field may have; empty = any text.
struct Words {
  std::string_view list;  // "ok|violated|not_reached"

  constexpr bool allows(std::string_view word) const {
    if (list.empty()) return true;
    if (word.find('|') != std::string_view::npos) return false;
    for (std::string_view rest = list;;) {
      const std::size_t bar = rest.find('|');
      if (rest.substr(0, bar) == word) return true;
      if (bar == std::string_view::npos) return false;
      rest.remove_prefix(bar + 1);
    }
  }
};

/// Calls `visit(name, member, need, words)` for each field of `T`, in the order of the file.
/// `member` is a pointer to the data member; `words` limits the texts of a string field.
template <class T, class Visit>
constexpr void each_field(Visit&& visit) {
  constexpr Need required = Need::required;
  constexpr Need optional = Need::optional;
  constexpr Words any{};
  if constexpr (std::is_same_v<T, Process>) {
    visit("name", &T::name, required, any);
    visit("role", &T::role, required, any);
    visit("node", &T::node, required, any);
    visit("votes", &T::votes, optional, any);
    visit("decides", &T::decides, optional, any);
  } else if constexpr (std::is_same_v<T, Effect>) {
    visit("kind", &T::kind, required, any);
    visit("tx", &T::tx, optional, any);
    visit("process", &T::process, optional, any);
    visit("text", &T::text, optional, any);
    visit("value", &T::value, optional, any);
    visit("store", &T::store, optional, Words{"|commit|prepare|rollback"});
    visit("message", &T::message, optional, any);
    visit("from", &T::from, optional, any);
    visit("to", &T::to, optional, any);
    visit("ids", &T::ids, optional, any);
    visit("local", &T::local, optional, any);
    visit("suppressed", &T::suppressed, optional, any);
  } else if constexpr (std::is_same_v<T, Change>) {
    visit("where", &T::where, required, any);
    visit("part", &T::part, required, Words{"log|state|timers|store|node"});
    visit("field", &T::field, required, any);
    visit("before", &T::before, optional, any);
    visit("after", &T::after, optional, any);
  } else if constexpr (std::is_same_v<T, PropertyStatus>) {
    visit("code", &T::code, required, any);
    visit("name", &T::name, required, any);
    visit("status", &T::status, required, Words{"ok|violated|not_reached"});
    visit("sentence", &T::sentence, optional, any);
  } else if constexpr (std::is_same_v<T, Step>) {
    visit("index", &T::index, required, any);
    visit("time_us", &T::time_us, optional, any);
    visit("kind", &T::kind, required, any);
    visit("event", &T::event, required, any);
    visit("tx", &T::tx, optional, any);
    visit("process", &T::process, optional, any);
    visit("node", &T::node, optional, any);
    visit("groups", &T::groups, optional, any);
    visit("effects", &T::effects, optional, any);
    visit("changes", &T::changes, optional, any);
    visit("properties", &T::properties, optional, any);
  } else if constexpr (std::is_same_v<T, Final>) {
    visit("tx", &T::tx, required, any);
    visit("process", &T::process, required, any);
    visit("up", &T::up, required, any);
    visit("vote", &T::vote, optional, Words{"|yes|no|read"});
    visit("decision", &T::decision, optional, any);
    visit("blocked", &T::blocked, optional, any);
    visit("waits_for", &T::waits_for, optional, any);
    visit("holds", &T::holds, optional, any);
    visit("freed_by", &T::freed_by, optional, any);
  } else if constexpr (std::is_same_v<T, Counts>) {
    visit("messages", &T::messages, required, any);
    visit("local_messages", &T::local_messages, required, any);
    visit("forces", &T::forces, required, any);
    visit("records", &T::records, required, any);
  } else {
    static_assert(std::is_same_v<T, Trace>, "a struct of trace.hpp");
    visit("format", &T::format, required, Words{format_name});
    visit("scenario", &T::scenario, required, any);
    visit("protocol", &T::protocol, required, any);
    visit("options", &T::options, optional, any);
    visit("rules", &T::rules, optional, any);
    visit("transactions", &T::transactions, required, any);
    visit("nodes", &T::nodes, required, any);
    visit("processes", &T::processes, required, any);
    visit("initial", &T::initial, optional, any);
    visit("steps", &T::steps, required, any);
    visit("finals", &T::finals, optional, any);
    visit("rows", &T::rows, optional, any);
    visit("in_flight", &T::in_flight, optional, any);
    visit("properties", &T::properties, optional, any);
    visit("counts", &T::counts, required, any);
    visit("scenario_text", &T::scenario_text, optional, any);
  }
}

}  // namespace concordat::trace
