#include "sim/scenario/write.hpp"

#include <concepts>

#include "sim/base/enum_name.hpp"
#include "sim/scenario/emit.hpp"

namespace concordat::scenario {

namespace {

// --- values as nodes ---

YamlNode map() {
  YamlNode node;
  node.kind = YamlNode::Kind::map;
  return node;
}

YamlNode list() {
  YamlNode node;
  node.kind = YamlNode::Kind::list;
  return node;
}

/// What reads as itself: numbers, words of the format, values of options.
YamlNode plain(std::string text) {
  YamlNode node;
  node.kind = YamlNode::Kind::text;
  node.text = std::move(text);
  return node;
}

template <class T>
YamlNode to_node(const std::vector<T>& values);
template <class T>
YamlNode to_node(const std::vector<Entry<T>>& entries);
YamlNode to_node(const Timing& timing);
YamlNode to_node(const Expect& expect);
YamlNode to_node(const Explore& explore);

YamlNode to_node(const std::string& text) {
  YamlNode node = plain(text);
  node.quoted = true;
  return node;
}
YamlNode to_node(bool flag) {
  return plain(flag ? "true" : "false");
}
YamlNode to_node(Duration duration) {
  return plain(format(duration));
}
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
  YamlNode node = list();
  for (const T& value : values)
    node.items.push_back(to_node(value));
  return node;
}
void put(YamlNode& map, std::string_view key, YamlNode value) {
  value.key = key;
  map.items.push_back(std::move(value));
}

template <class T>
YamlNode to_node(const std::vector<Entry<T>>& entries) {
  YamlNode node = map();
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
void put_filled(YamlNode& map, std::string_view key, YamlNode value) {
  if (!value.items.empty()) put(map, key, std::move(value));
}

/// The value under `key`, which is the last one or a new map.
YamlNode& last(YamlNode& parent, std::string_view key) {
  if (parent.items.empty() || parent.items.back().key != key) put(parent, key, map());
  return parent.items.back();
}

// --- the parts ---

std::string where_text(const Where& where) {
  return where.tx == 0 ? where.process : "t" + std::to_string(where.tx) + " " + where.process;
}

void put_choices(YamlNode& out, const std::vector<Choice>& choices) {
  YamlNode votes = map();
  YamlNode others = map();
  for (const Choice& choice : choices) {
    const std::string where = where_text(choice.where.value);
    if (choice.label.value == vote_label) {
      put(votes, where, to_node(choice.outcome));
    } else {
      put(last(others, where), choice.label.value, to_node(choice.outcome));
    }
  }
  put_filled(out, "votes", std::move(votes));
  put_filled(out, "choices", std::move(others));
}

YamlNode store_node(const std::vector<InitialRow>& rows) {
  YamlNode node = map();
  for (const InitialRow& row : rows)
    put(last(last(node, row.process.value), row.table.value), row.key.value, to_node(row.value));
  return node;
}

YamlNode work_node(const std::vector<WorkItem>& work) {
  YamlNode node = map();
  for (const WorkItem& item : work)
    put(last(node, where_text(item.where.value)),
        item.table.value + "." + item.key.value,
        to_node(item.add));
  return node;
}

YamlNode network_node(const Network& network) {
  const Network usual;
  YamlNode node = map();
  put_unless(node, "delivery", network.delivery, usual.delivery);
  put_if(node, "copies", network.copies);
  put_unless(node, "crash", network.crash, usual.crash);
  put_unless(node, "partition", network.partition, usual.partition);
  return node;
}

YamlNode to_node(const Timing& timing) {
  YamlNode node = map();
  put_unless(node, "model", timing.model, Timing{}.model);
  put_filled(node, "timeouts", to_node(timing.timeouts));
  return node;
}

YamlNode fault_node(const CrashFault& crash) {
  YamlNode node = map();
  put(node, "node", to_node(crash.node));
  put_if(node, "sent_to", crash.sent_to);
  put_if(node, "of", crash.of);
  put_if(node, "after", crash.after);
  put_if(node, "on", crash.on);
  put_if(node, "at", crash.at);
  put_if(node, "recover_after", crash.recover_after);
  put_if(node, "recover", crash.recover);
  put_if(node, "tail", crash.tail);
  return node;
}

YamlNode fault_node(const PartitionFault& partition) {
  YamlNode node = map();
  put(node, "groups", to_node(partition.groups));
  put_if(node, "from", partition.from);
  put_if(node, "to", partition.to);
  put_if(node, "on", partition.on);
  put_if(node, "of", partition.of);
  put_if(node, "heal", partition.heal);
  return node;
}

YamlNode fault_node(const PauseFault& pause) {
  YamlNode node = map();
  put(node, "node", to_node(pause.node));
  put_if(node, "at", pause.at);
  put_if(node, "on", pause.on);
  put_if(node, "for", pause.lasts);
  put_if(node, "resume", pause.resume);
  return node;
}

YamlNode fault_node(const MessageFault& fault) {
  YamlNode node = map();
  put_if(node, "message", fault.message);
  put_if(node, "from", fault.from);
  put_if(node, "to", fault.to);
  put_unless(node, "count", fault.count, MessageFault{}.count);
  return node;
}

std::string_view kind_name(const CrashFault& /*fault*/) {
  return "crash";
}
std::string_view kind_name(const PartitionFault& /*fault*/) {
  return "partition";
}
std::string_view kind_name(const PauseFault& /*fault*/) {
  return "pause";
}
std::string_view kind_name(const MessageFault& fault) {
  return enum_name(fault.kind);
}

/// One fault per line, as `- crash: {...}`.
YamlNode faults_node(const std::vector<At<Fault>>& faults) {
  YamlNode node = list();
  for (const At<Fault>& fault : faults) {
    YamlNode item = map();
    item.several_lines = true;
    std::visit([&](const auto& kind) { put(item, kind_name(kind), fault_node(kind)); },
               fault.value);
    node.items.push_back(std::move(item));
  }
  return node;
}

YamlNode to_node(const Expect& expect) {
  YamlNode node = to_node(expect.properties);
  put_if(node, "outcome", expect.outcome);
  put_filled(node, "decisions", to_node(expect.decisions));
  put_if(node, "blocked", expect.blocked);
  YamlNode store = map();
  for (const auto& [process, rows] : expect.store)
    put(store, process.value, to_node(rows));
  put_filled(node, "store", std::move(store));
  put_if(node, "locked", expect.locked);
  put_if(node, "messages", expect.messages);
  put_if(node, "forces", expect.forces);
  put_if(node, "steps", expect.steps);
  return node;
}

/// A count, or `unlimited`.
void put_budget(YamlNode& map, std::string_view key, const At<int>& count) {
  if (count.value < 0) {
    put(map, key, plain("unlimited"));
  } else if (count.value > 0) {
    put(map, key, to_node(count));
  }
}

YamlNode to_node(const Explore& explore) {
  const Explore usual;
  YamlNode node = map();
  put_budget(node, "crashes", explore.crashes);
  put_budget(node, "recoveries", explore.recoveries);
  put_budget(node, "losses", explore.losses);
  put_budget(node, "duplicates", explore.duplicates);
  put_budget(node, "partitions", explore.partitions);
  put_budget(node, "pauses", explore.pauses);
  put_unless(node, "heal", explore.heal, usual.heal);
  put_unless(node, "one_way", explore.one_way, usual.one_way);
  put_if(node, "crash_only", explore.crash_only);
  put_unless(node, "timing", explore.timing, usual.timing);
  put_unless(node, "tail", explore.tail, usual.tail);
  put_unless(node, "crash_points", explore.crash_points, usual.crash_points);
  if (explore.faults.value) put(node, "from", plain("faults"));
  put_if(node, "max_states", explore.max_states);
  put_if(node, "max_depth", explore.max_depth);
  YamlNode expect = to_node(explore.properties);
  put_if(expect, "states", explore.states);
  put_if(expect, "transitions", explore.transitions);
  put_if(expect, "depth", explore.depth);
  put_filled(node, "expect", std::move(expect));
  return node;
}

/// Options keep their numbers without quotes.
YamlNode options_node(const std::vector<Entry<std::string>>& options) {
  YamlNode node = to_node(options);
  for (YamlNode& option : node.items)
    option.quoted = false;
  return node;
}

void put_prose(YamlNode& map, std::string_view key, const std::string& text) {
  if (text.empty()) return;
  YamlNode node = to_node(text);
  node.several_lines = true;
  put(map, key, std::move(node));
}

}  // namespace

std::string write(const Scenario& scenario) {
  const Scenario usual;
  YamlNode root = map();
  put(root, "name", to_node(scenario.name));
  put_prose(root, "story", scenario.story);
  put_prose(root, "source", scenario.source);
  put(root, "protocol", to_node(scenario.protocol));
  put_filled(root, "options", options_node(scenario.options));
  put_filled(root, "processes", to_node(scenario.processes));
  put_filled(root, "place", to_node(scenario.place));
  put_unless(root, "transactions", scenario.transactions, usual.transactions);
  put_choices(root, scenario.choices);
  put_filled(root, "store", store_node(scenario.store));
  put_filled(root, "work", work_node(scenario.work));
  put_filled(root, "conserve", to_node(scenario.conserve));
  put_unless(root, "locks", scenario.locks, usual.locks);
  put_filled(root, "bounds", to_node(scenario.bounds));
  put_filled(root, "network", network_node(scenario.network));
  put_if(root, "timing", scenario.timing);
  put_filled(root, "faults", faults_node(scenario.faults));
  if (scenario.schedule) {
    YamlNode schedule = to_node(*scenario.schedule);
    schedule.several_lines = true;
    put(root, "schedule", std::move(schedule));
  }
  put_if(root, "expect", scenario.expect);
  put_if(root, "explore", scenario.explore);
  return emit(root);
}

}  // namespace concordat::scenario
