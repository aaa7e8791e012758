// `faults:`, a list of maps with one key each: the kind of fault.
#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "sim/scenario/read_parts.hpp"

namespace concordat::scenario {

namespace {

constexpr std::int64_t max_copies_hit = 1'000;

constexpr std::array crash_keys{
    key("node", into<&CrashFault::node, name>),
    key("sent_to", into<&CrashFault::sent_to, list_of<name>>),
    key("of", into<&CrashFault::of, name>),
    key("after", into<&CrashFault::after, line>),
    key("on", into<&CrashFault::on, word<causes>>),
    key("at", into<&CrashFault::at, duration>),
    key("recover_after", into<&CrashFault::recover_after, duration>),
    key("recover", into<&CrashFault::recover, flag>),
    key("tail", into<&CrashFault::tail, one_of<TailRule>>),
};

void read_crash(Reader& reader, const YamlNode& node, CrashFault& crash) {
  read_keys(reader, node, crash_keys, crash);
  if (!reader.ok()) return;
  if (crash.node.value.empty()) reader.fail(node.at, "a crash needs `node`");
  if (crash.sent_to.has_value() != crash.of.has_value())
    reader.fail(node.at,
                "`sent_to` and `of` belong together",
                "`sent_to: [p1], of: decision`: p1 alone gets the message `decision`");
  const int moments =
      (crash.of ? 1 : 0) + (crash.after ? 1 : 0) + (crash.on ? 1 : 0) + (crash.at ? 1 : 0);
  if (moments != 1)
    reader.fail(node.at,
                moments == 0 ? "a crash needs its moment" : "a crash has one moment, not several",
                "give one of `at`, `on`, `after`, or `sent_to` with `of`");
  if (crash.recover && crash.recover_after)
    reader.fail(crash.recover->at,
                "`recover` and `recover_after` exclude each other",
                "`recover_after: 10s` in a run with times, `recover: true` in one without");
}

void read_groups(Reader& reader,
                 const YamlNode& node,
                 At<std::vector<At<std::vector<Text>>>>& out) {
  if (!reader.is_list(node)) return;
  out.at = node.at;
  std::set<std::string> members;
  for (const YamlNode& item : node.items) {
    auto& group = out.value.emplace_back();
    list_of<name>(reader, item, group);
    if (group.value.empty()) reader.fail(item.at, "a group of a partition has members");
    for (const Text& member : group.value)
      if (!members.insert(member.value).second)
        reader.fail(member.at, quote(member.value) + " is in two groups");
    if (!reader.ok()) return;
  }
  if (out.value.size() < 2)
    reader.fail(node.at, "a partition has two groups or more", "write `groups: [[c, p1], [p2]]`");
}

constexpr std::array partition_keys{
    key("groups", into<&PartitionFault::groups, read_groups>),
    key("one_way", into<&PartitionFault::one_way, flag>),
    key("from", into<&PartitionFault::from, duration>),
    key("to", into<&PartitionFault::to, duration>),
    key("on", into<&PartitionFault::on, word<causes>>),
    key("of", into<&PartitionFault::of, name>),
    key("heal_after", into<&PartitionFault::heal_after, positive_duration>),
    key("heal", into<&PartitionFault::heal, flag>),
};

/// When a partition ends: `to`, `heal_after` or `heal`.
void check_end(Reader& reader, const PartitionFault& partition) {
  if (partition.to && !partition.from)
    reader.fail(partition.to->at,
                "`to` needs `from`",
                "`from: 20ms, to: 1s`; after a cause, `heal_after: 1s`");
  if (partition.to && partition.from && partition.to->value <= partition.from->value)
    reader.fail(partition.to->at,
                "`to` must be later than `from`",
                fmt::format("the partition begins at {}", format(partition.from->value)));
  if (partition.heal_after && partition.from)
    reader.fail(partition.heal_after->at,
                "`heal_after` is for a partition with a cause",
                "`to` says when this one ends");
  if (partition.heal && partition.from)
    reader.fail(partition.heal->at,
                "`heal` is for a partition without times",
                "`to` says when this one ends");
  if (partition.heal && partition.heal_after)
    reader.fail(partition.heal->at,
                "`heal` and `heal_after` exclude each other",
                "`heal_after: 1s` in a run with times, `heal: true` in one without");
}

void read_partition(Reader& reader, const YamlNode& node, PartitionFault& partition) {
  read_keys(reader, node, partition_keys, partition);
  if (!reader.ok()) return;
  if (partition.groups.value.empty())
    reader.fail(node.at, "a partition needs `groups`", "write `groups: [[c, p1], [p2]]`");
  if (partition.one_way.value && partition.groups.value.size() != 2)
    reader.fail(partition.groups.at,
                "a partition in one direction has two groups",
                "messages from the first group to the second are cut");
  if (partition.on.has_value() != partition.of.has_value())
    reader.fail(node.at, "`on` and `of` belong together", "`on: decided, of: c`");
  if (partition.from.has_value() == partition.on.has_value())
    reader.fail(
        node.at,
        partition.on ? "a partition has one beginning, not two" : "a partition needs its beginning",
        "give `from`, or `on` with `of`");
  check_end(reader, partition);
}

constexpr std::array pause_keys{
    key("node", into<&PauseFault::node, name>),
    key("at", into<&PauseFault::at, duration>),
    key("on", into<&PauseFault::on, word<causes>>),
    key("for", into<&PauseFault::lasts, positive_duration>),
    key("resume", into<&PauseFault::resume, flag>),
};

void read_pause(Reader& reader, const YamlNode& node, PauseFault& pause) {
  read_keys(reader, node, pause_keys, pause);
  if (!reader.ok()) return;
  if (pause.node.value.empty()) reader.fail(node.at, "a pause needs `node`");
  if (pause.at.has_value() == pause.on.has_value())
    reader.fail(node.at,
                pause.at ? "a pause has one moment, not two" : "a pause needs its moment",
                "give `at`, or `on`");
  if (pause.resume && pause.lasts)
    reader.fail(pause.resume->at,
                "`resume` and `for` exclude each other",
                "`for: 500ms` in a run with times, `resume: true` in one without");
  if (pause.resume && pause.at)
    reader.fail(pause.resume->at,
                "`resume` is for a pause without times",
                "`for` says how long this one lasts");
}

constexpr std::array message_keys{
    key("message", into<&MessageFault::message, name>),
    key("from", into<&MessageFault::from, name>),
    key("to", into<&MessageFault::to, name>),
    key("count", into<&MessageFault::count, number<1, max_copies_hit>>),
    key("since", into<&MessageFault::since, duration>),
    key("until", into<&MessageFault::until, positive_duration>),
};

/// Of a message that comes late: `delay` and `reorder`.
constexpr std::array late_message_keys{
    key("message", into<&MessageFault::message, name>),
    key("from", into<&MessageFault::from, name>),
    key("to", into<&MessageFault::to, name>),
    key("count", into<&MessageFault::count, number<1, max_copies_hit>>),
    key("since", into<&MessageFault::since, duration>),
    key("until", into<&MessageFault::until, positive_duration>),
    key("by", into<&MessageFault::by, positive_duration>),
};

void check_message(Reader& reader, const YamlNode& node, const MessageFault& fault) {
  if (!fault.message && !fault.from && !fault.to)
    reader.fail(node.at,
                quote(node.key) + " needs `message`, `from` or `to`",
                "`message: decision, to: p2`; what is left out matches all");
  if (fault.since && fault.until && fault.until->value <= fault.since->value)
    reader.fail(fault.until->at,
                "`until` must be later than `since`",
                fmt::format("the window begins at {}", format(fault.since->value)));
  if (fault.kind == MessageFault::Kind::delay && !fault.by)
    reader.fail(node.at, "`delay` needs `by`", "`by: 50ms` is how much later each copy arrives");
}

template <class Kind, void (*read)(Reader&, const YamlNode&, Kind&)>
void fault_of(Reader& reader, const YamlNode& node, Fault& out) {
  read(reader, node, out.emplace<Kind>());
}

template <MessageFault::Kind kind>
void message_fault(Reader& reader, const YamlNode& node, Fault& out) {
  MessageFault& fault = out.emplace<MessageFault>();
  fault.kind = kind;
  if constexpr (kind == MessageFault::Kind::delay || kind == MessageFault::Kind::reorder) {
    read_keys(reader, node, late_message_keys, fault);
  } else {
    read_keys(reader, node, message_keys, fault);
  }
  if (reader.ok()) check_message(reader, node, fault);
}

constexpr std::array fault_kinds{
    key("crash", fault_of<CrashFault, read_crash>),
    key("partition", fault_of<PartitionFault, read_partition>),
    key("pause", fault_of<PauseFault, read_pause>),
    key("lose", message_fault<MessageFault::Kind::lose>),
    key("duplicate", message_fault<MessageFault::Kind::duplicate>),
    key("delay", message_fault<MessageFault::Kind::delay>),
    key("reorder", message_fault<MessageFault::Kind::reorder>),
};

}  // namespace

void read_faults(Reader& reader, const YamlNode& node, std::vector<At<Fault>>& out) {
  if (!reader.is_list(node)) return;
  for (const YamlNode& item : node.items) {
    if (item.kind != YamlNode::Kind::map || item.items.size() != 1)
      return reader.fail(item.kind == YamlNode::Kind::none ? item.key_at : item.at,
                         "a fault is a map with one key: crash, partition, pause, lose, "
                         "duplicate, delay or reorder",
                         "write `- crash: {node: c, at: 20ms}`; what belongs to it is indented");
    At<Fault>& fault = out.emplace_back();
    fault.at = item.at;
    read_keys(reader, item, fault_kinds, fault.value);
    if (!reader.ok()) return;
  }
}

}  // namespace concordat::scenario
