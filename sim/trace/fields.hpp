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

/// The structs of a trace that are JSON objects inside it.
template <class T>
inline constexpr bool is_record =
    std::is_same_v<T, Process> || std::is_same_v<T, Effect> || std::is_same_v<T, Change> ||
    std::is_same_v<T, PropertyStatus> || std::is_same_v<T, Step> || std::is_same_v<T, Final> ||
    std::is_same_v<T, Counts> || std::is_same_v<T, TxTimes> || std::is_same_v<T, Interval> ||
    std::is_same_v<T, Timed>;

/// The texts a field may have; empty = any text.
struct OneOf {
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

/// Stands for the struct T where a table is looked up.
template <class T>
struct Of {};

inline constexpr Need required = Need::required;
inline constexpr Need optional = Need::optional;
inline constexpr OneOf any{};

template <class Visit>
constexpr void fields_of(Of<Process> /*table*/, Visit& visit) {
  visit("name", &Process::name, required, any);
  visit("role", &Process::role, required, any);
  visit("node", &Process::node, required, any);
  visit("votes", &Process::votes, optional, any);
  visit("decides", &Process::decides, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<Effect> /*table*/, Visit& visit) {
  visit("kind", &Effect::kind, required, any);
  visit("time_us", &Effect::time_us, optional, any);
  visit("tx", &Effect::tx, optional, any);
  visit("process", &Effect::process, optional, any);
  visit("text", &Effect::text, optional, any);
  visit("value", &Effect::value, optional, any);
  visit("store", &Effect::store, optional, OneOf{"|commit|prepare|rollback"});
  visit("message", &Effect::message, optional, any);
  visit("from", &Effect::from, optional, any);
  visit("to", &Effect::to, optional, any);
  visit("ids", &Effect::ids, optional, any);
  visit("local", &Effect::local, optional, any);
  visit("suppressed", &Effect::suppressed, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<Change> /*table*/, Visit& visit) {
  visit("where", &Change::where, required, any);
  visit("part", &Change::part, required, OneOf{"log|state|timers|store|locks|node"});
  visit("field", &Change::field, required, any);
  visit("before", &Change::before, optional, any);
  visit("after", &Change::after, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<PropertyStatus> /*table*/, Visit& visit) {
  visit("code", &PropertyStatus::code, required, any);
  visit("name", &PropertyStatus::name, required, any);
  visit("status", &PropertyStatus::status, required, OneOf{"ok|violated|not_reached"});
  visit("sentence", &PropertyStatus::sentence, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<Step> /*table*/, Visit& visit) {
  visit("index", &Step::index, required, any);
  visit("time_us", &Step::time_us, optional, any);
  visit("kind", &Step::kind, required, any);
  visit("event", &Step::event, required, any);
  visit("tx", &Step::tx, optional, any);
  visit("process", &Step::process, optional, any);
  visit("node", &Step::node, optional, any);
  visit("groups", &Step::groups, optional, any);
  visit("effects", &Step::effects, optional, any);
  visit("changes", &Step::changes, optional, any);
  visit("properties", &Step::properties, optional, any);
  visit("still_possible", &Step::still_possible, optional, any);
  visit("doomed", &Step::doomed, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<Final> /*table*/, Visit& visit) {
  visit("tx", &Final::tx, required, any);
  visit("process", &Final::process, required, any);
  visit("up", &Final::up, required, any);
  visit("vote", &Final::vote, optional, OneOf{"|yes|no|read"});
  visit("decision", &Final::decision, optional, any);
  visit("blocked", &Final::blocked, optional, any);
  visit("waits_for", &Final::waits_for, optional, any);
  visit("holds", &Final::holds, optional, any);
  visit("freed_by", &Final::freed_by, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<Counts> /*table*/, Visit& visit) {
  visit("messages", &Counts::messages, required, any);
  visit("local_messages", &Counts::local_messages, required, any);
  visit("forces", &Counts::forces, required, any);
  visit("records", &Counts::records, required, any);
}

template <class Visit>
constexpr void fields_of(Of<TxTimes> /*table*/, Visit& visit) {
  visit("tx", &TxTimes::tx, required, any);
  visit("started_us", &TxTimes::started_us, required, any);
  visit("answered_us", &TxTimes::answered_us, optional, any);
  visit("decided_us", &TxTimes::decided_us, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<Interval> /*table*/, Visit& visit) {
  visit("kind", &Interval::kind, required, OneOf{"in_doubt|blocked|down|paused|cut"});
  visit("tx", &Interval::tx, optional, any);
  visit("who", &Interval::who, optional, any);
  visit("from_us", &Interval::from_us, required, any);
  visit("to_us", &Interval::to_us, optional, any);
  visit("text", &Interval::text, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<Timed> /*table*/, Visit& visit) {
  visit("seed", &Timed::seed, required, any);
  visit("end_us", &Timed::end_us, required, any);
  visit("ended", &Timed::ended, required, OneOf{"quiet|retries|decided|limit"});
  visit("fingerprint", &Timed::fingerprint, required, any);
  visit("transactions", &Timed::transactions, optional, any);
  visit("intervals", &Timed::intervals, optional, any);
}

template <class Visit>
constexpr void fields_of(Of<Trace> /*table*/, Visit& visit) {
  visit("format", &Trace::format, required, OneOf{format_name});
  visit("scenario", &Trace::scenario, required, any);
  visit("story", &Trace::story, optional, any);
  visit("protocol", &Trace::protocol, required, any);
  visit("options", &Trace::options, optional, any);
  visit("rules", &Trace::rules, optional, any);
  visit("transactions", &Trace::transactions, required, any);
  visit("nodes", &Trace::nodes, required, any);
  visit("processes", &Trace::processes, required, any);
  visit("initial", &Trace::initial, optional, any);
  visit("steps", &Trace::steps, required, any);
  visit("finals", &Trace::finals, optional, any);
  visit("rows", &Trace::rows, optional, any);
  visit("in_flight", &Trace::in_flight, optional, any);
  visit("properties", &Trace::properties, optional, any);
  visit("counts", &Trace::counts, required, any);
  visit("timed", &Trace::timed, optional, any);
  visit("scenario_text", &Trace::scenario_text, optional, any);
}

/// Calls `visit(name, member, need, words)` for each field of `T`, in the order of the file.
/// `member` is a pointer to the data member; `words` limits the texts of a string field.
template <class T, class Visit>
constexpr void each_field(Visit&& visit) {
  fields_of(Of<T>{}, visit);
}

}  // namespace concordat::trace
