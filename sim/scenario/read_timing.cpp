// `timing:`, what else only a run with times has (`chances:`, `load:`), and what must not stand
// beside times.
#include <algorithm>
#include <fmt/core.h>
#include <numeric>

#include "sim/scenario/read_parts.hpp"
#include "sim/scenario/timed.hpp"

namespace concordat::scenario {

namespace {

constexpr std::array link_keys{
    key("from", into<&LinkLatency::from, name>),
    key("to", into<&LinkLatency::to, name>),
    key("latency", into<&LinkLatency::latency, distribution>),
};

/// `[{from: c, to: p2, latency: 70ms}]`
void read_links(Reader& reader, const YamlNode& node, std::vector<LinkLatency>& out) {
  if (!reader.is_list(node)) return;
  for (const YamlNode& item : node.items) {
    LinkLatency& link = out.emplace_back();
    read_keys(reader, item, link_keys, link);
    if (!reader.ok()) return;
    if (!link.from && !link.to)
      return reader.fail(item.at,
                         "a link needs `from` or `to`",
                         "the latency of all others is `timing: {latency: 5ms}`");
    if (!has_key(item, "latency"))
      return reader.fail(
          item.at, "a link needs `latency`", "write `{from: c, to: p2, latency: 70ms}`");
  }
}

void read_site(Reader& reader, const YamlNode& node, At<std::vector<Text>>& out) {
  list_of<name>(reader, node, out);
  if (reader.ok() && out.value.empty()) reader.fail(node.at, "a site has one node or more");
}

/// Two names, perhaps the same one twice.
void read_site_pair(Reader& reader, const YamlNode& node, At<std::vector<Text>>& out) {
  if (!reader.is_list(node)) return;
  out.at = node.at;
  if (node.items.size() != 2)
    return reader.fail(node.at,
                       fmt::format("`sites` names two sites here, not {}", node.items.size()),
                       "`[east, west]`, or `[east, east]` for inside a site");
  for (const YamlNode& item : node.items)
    name(reader, item, out.value.emplace_back());
}

constexpr std::array between_keys{
    key("sites", into<&SiteLatency::sites, read_site_pair>),
    key("latency", into<&SiteLatency::latency, distribution>),
};

}  // namespace

void read_between(Reader& reader, const YamlNode& node, std::vector<SiteLatency>& out) {
  if (!reader.is_list(node)) return;
  for (const YamlNode& item : node.items) {
    read_keys(reader, item, between_keys, out.emplace_back());
    if (!reader.ok()) return;
    if (!has_key(item, "sites") || !has_key(item, "latency"))
      return reader.fail(item.at,
                         "an item of `between` needs `sites` and `latency`",
                         "write `{sites: [east, west], latency: 70ms}`");
  }
}

namespace {

constexpr std::array timing_keys{
    key("model", into<&Timing::model, one_of<TimingModel>>),
    key("latency", into<&Timing::latency, distribution>),
    key("links", into<&Timing::links, read_links>),
    key("sites", into<&Timing::sites, entries<read_site>>),
    key("between", into<&Timing::between, read_between>),
    key("force", into<&Timing::force, distribution>),
    key("disks", into<&Timing::disks, entries<distribution>>),
    key("group_commit", into<&Timing::group_commit, flag>),
    key("timeouts", into<&Timing::timeouts, entries<duration>>),
    key("clock_error", into<&Timing::clock_error, clock_error>),
    key("clocks", into<&Timing::clocks, entries<clock_rate>>),
    key("limit", into<&Timing::limit, positive_duration>),
    key("stop", into<&Timing::stop, one_of<Stop>>),
};

/// One label's outcomes: with their common denominator they can be added and drawn exactly.
void check_sum(Reader& reader, const YamlNode& label, const std::vector<Chance>& chances) {
  constexpr std::uint64_t max_whole = 1'000'000;
  std::uint64_t whole = 1;
  for (const Chance& chance : chances)
    if (chance.label.value == label.key && whole <= max_whole)
      whole = std::lcm(whole, std::uint64_t{chance.ratio.value.whole});
  if (whole > max_whole)
    return reader.fail(
        label.at,
        fmt::format("the chances of `{}` have no common denominator up to a million", label.key),
        "write all of them in percent, with at most 4 digits after the point");
  std::uint64_t sum = 0;
  for (const Chance& chance : chances)
    if (chance.label.value == label.key)
      sum += chance.ratio.value.part * (whole / chance.ratio.value.whole);
  if (sum > whole)
    reader.fail(label.at,
                fmt::format("the chances of `{}` add up to more than 1", label.key),
                "the outcomes that are not listed share the rest");
}

constexpr std::array load_keys{
    key("total", into<&Load::total, number<1, max_small_count, std::int64_t>>),
    key("gap", into<&Load::gap, distribution>),
};

/// A key of untimed runs, and the one that takes its place.
struct Rival {
  const char* key;
  const std::optional<At<bool>>& flag;
  const char* hint;
};

Rival rival(const CrashFault& crash) {
  return {"recover", crash.recover, "`recover_after: 10s` says when the node comes back"};
}
Rival rival(const PartitionFault& partition) {
  return {"heal", partition.heal, "`heal_after: 1s` says when the network heals"};
}
Rival rival(const PauseFault& pause) {
  return {"resume", pause.resume, "`for: 500ms` says when the node goes on"};
}

}  // namespace

Position place_of(const YamlNode& root, std::string_view key) {
  for (const YamlNode& item : root.items)
    if (item.key == key) return item.key_at;
  return root.at;
}

void read_timing(Reader& reader, const YamlNode& node, Timing& out) {
  read_keys(reader, node, timing_keys, out);
}

/// `{vote: {no: 1/20, read: 1/10}}`
void read_chances(Reader& reader, const YamlNode& node, std::vector<Chance>& out) {
  for_each_item(reader, node, [&](const YamlNode& label) {
    for_each_item(reader, label, [&](const YamlNode& item) {
      Chance& chance = out.emplace_back();
      chance.label = name_key(reader, label);
      chance.outcome = name_key(reader, item);
      ratio(reader, item, chance.ratio);
    });
    if (reader.ok()) check_sum(reader, label, out);
  });
}

void read_load(Reader& reader, const YamlNode& node, Load& out) {
  read_keys(reader, node, load_keys, out);
  if (reader.ok() && out.total.value == 0)
    reader.fail(node.at, "a load needs `total`", "`load: {total: 1000, gap: 1ms}`");
}

void check_times(Reader& reader, const YamlNode& root, const Scenario& scenario) {
  if (scenario.schedule && scenario.random)
    reader.fail(place_of(root, "random"),
                "a scenario with a schedule has no random faults",
                "a schedule lists every event of the run; leave `random` out");
  if (scenario.schedule && scenario.load)
    reader.fail(place_of(root, "load"),
                "a scenario with a schedule has no load",
                "a schedule lists every event of the run; leave `load` out");
  const auto reason = timed_by(scenario);
  if (!reason) {
    if (!scenario.chances.empty() && !scenario.schedule && !scenario.bench)
      reader.fail(place_of(root, "chances"),
                  "only a run with times draws choices",
                  "`timing: {latency: 5ms}` makes it one");
    return;
  }
  const int line = reason->value == "random" ? place_of(root, "random").line : reason->at.line;
  for (const auto& fault : scenario.faults) {
    std::visit(
        [&](const auto& kind) {
          if constexpr (requires { rival(kind); }) {
            const Rival key = rival(kind);
            if (key.flag && key.flag->value)
              reader.fail(key.flag->at,
                          fmt::format("`{}` is for a run without times, and `{}` in line {} makes "
                                      "this one timed",
                                      key.key,
                                      reason->value,
                                      line),
                          key.hint);
          }
        },
        fault.value);
  }
}

}  // namespace concordat::scenario
