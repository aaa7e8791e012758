// What makes a run timed, and all faults, as nodes.
#include <fmt/core.h>

#include "sim/scenario/write_parts.hpp"

namespace concordat::scenario {

namespace {

YamlNode links_node(const std::vector<LinkLatency>& links) {
  YamlNode node = list_node();
  for (const LinkLatency& link : links) {
    YamlNode& item = node.items.emplace_back(map_node());
    put_if(item, "from", link.from);
    put_if(item, "to", link.to);
    put(item, "latency", to_node(link.latency));
  }
  return node;
}

YamlNode clocks_node(const std::vector<Entry<std::int64_t>>& clocks) {
  YamlNode node = map_node();
  for (const auto& clock : clocks)
    put(node, clock.key.value, plain(fmt::format("{}ppm", clock.value.value)));
  return node;
}

YamlNode fault_node(const CrashFault& crash) {
  YamlNode node = map_node();
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
  YamlNode node = map_node();
  put(node, "groups", to_node(partition.groups));
  put_unless(node, "one_way", partition.one_way, PartitionFault{}.one_way);
  put_if(node, "from", partition.from);
  put_if(node, "to", partition.to);
  put_if(node, "on", partition.on);
  put_if(node, "of", partition.of);
  put_if(node, "heal_after", partition.heal_after);
  put_if(node, "heal", partition.heal);
  return node;
}

YamlNode fault_node(const PauseFault& pause) {
  YamlNode node = map_node();
  put(node, "node", to_node(pause.node));
  put_if(node, "at", pause.at);
  put_if(node, "on", pause.on);
  put_if(node, "for", pause.lasts);
  put_if(node, "resume", pause.resume);
  return node;
}

YamlNode fault_node(const MessageFault& fault) {
  YamlNode node = map_node();
  put_if(node, "message", fault.message);
  put_if(node, "from", fault.from);
  put_if(node, "to", fault.to);
  put_unless(node, "count", fault.count, MessageFault{}.count);
  put_if(node, "since", fault.since);
  put_if(node, "until", fault.until);
  put_if(node, "by", fault.by);
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

/// The map of a repeated fault; `length` is its word for how long it lasts.
YamlNode repeated_node(const RepeatedFault& fault, std::string_view length) {
  YamlNode node = map_node();
  put(node, "every", to_node(fault.every));
  put_if(node, length, fault.lasts);
  put_if(node, "nodes", fault.nodes);
  return node;
}

}  // namespace

std::string decimal_of_millionths(std::int64_t value) {
  constexpr std::int64_t million = 1'000'000;
  std::string text = fmt::format("{}.{:06}", value / million, value % million);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

YamlNode between_node(const std::vector<SiteLatency>& between) {
  YamlNode node = list_node();
  for (const SiteLatency& each : between) {
    YamlNode& item = node.items.emplace_back(map_node());
    put(item, "sites", to_node(each.sites));
    put(item, "latency", to_node(each.latency));
  }
  return node;
}

YamlNode to_node(const DistributionSpec& spec) {
  const bool alone = spec.kind == DistributionKind::constant && spec.plus.us == 0;
  if (alone) return to_node(spec.first);
  YamlNode value;
  switch (spec.kind) {
    case DistributionKind::constant:
    case DistributionKind::exponential: value = to_node(spec.first); break;
    case DistributionKind::uniform: value = to_node(std::vector{spec.first, spec.last}); break;
    case DistributionKind::log_normal:
      value = map_node();
      put(value, "median", to_node(spec.first));
      put(value, "sigma", plain(decimal_of_millionths(spec.sigma_millionths)));
      break;
    case DistributionKind::table: value = to_node(spec.values); break;
  }
  YamlNode node = map_node();
  put(node, enum_name(spec.kind), std::move(value));
  put_unless(node, "plus", spec.plus, DistributionSpec{}.plus);
  return node;
}

YamlNode timing_node(const Timing& timing) {
  const Timing usual;
  YamlNode node = map_node();
  put_unless(node, "model", timing.model, usual.model);
  put_if(node, "latency", timing.latency);
  put_filled(node, "links", links_node(timing.links));
  put_filled(node, "sites", to_node(timing.sites));
  put_filled(node, "between", between_node(timing.between));
  put_if(node, "force", timing.force);
  put_filled(node, "disks", to_node(timing.disks));
  put_unless(node, "group_commit", timing.group_commit, usual.group_commit);
  put_filled(node, "timeouts", to_node(timing.timeouts));
  put_if(node, "clock_error", timing.clock_error);
  put_filled(node, "clocks", clocks_node(timing.clocks));
  put_if(node, "limit", timing.limit);
  put_unless(node, "stop", timing.stop, usual.stop);
  return node;
}

YamlNode chances_node(const std::vector<Chance>& chances) {
  YamlNode node = map_node();
  for (const Chance& chance : chances)
    put(last(node, chance.label.value), chance.outcome.value, to_node(chance.ratio));
  return node;
}

YamlNode load_node(const Load& load) {
  YamlNode node = map_node();
  put(node, "total", to_node(load.total));
  put_unless(node, "gap", load.gap, Load{}.gap);
  return node;
}

/// One fault per line, as `- crash: {...}`.
YamlNode faults_node(const std::vector<At<Fault>>& faults) {
  YamlNode node = list_node();
  for (const At<Fault>& fault : faults) {
    YamlNode item = map_node();
    item.several_lines = true;
    std::visit([&](const auto& kind) { put(item, kind_name(kind), fault_node(kind)); },
               fault.value);
    node.items.push_back(std::move(item));
  }
  return node;
}

YamlNode random_node(const RandomFaults& random) {
  const RandomFaults usual;
  YamlNode node = map_node();
  if (random.crash) {
    YamlNode crash = repeated_node(*random.crash, "down");
    put_unless(crash, "inside", random.inside, usual.inside);
    put(node, "crash", std::move(crash));
  }
  if (random.partition) {
    YamlNode partition = repeated_node(*random.partition, "lasts");
    put_unless(partition, "one_way", random.one_way, usual.one_way);
    put(node, "partition", std::move(partition));
  }
  if (random.pause) put(node, "pause", repeated_node(*random.pause, "lasts"));
  put_unless(node, "lose", random.lose, usual.lose);
  put_unless(node, "duplicate", random.duplicate, usual.duplicate);
  if (random.delay != usual.delay || random.delay_by != usual.delay_by) {
    YamlNode delay = map_node();
    put(delay, "chance", to_node(random.delay));
    put(delay, "by", to_node(random.delay_by));
    put(node, "delay", std::move(delay));
  }
  put_if(node, "until", random.until);
  return node;
}

}  // namespace concordat::scenario
