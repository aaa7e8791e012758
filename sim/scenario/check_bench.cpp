// What is missing in a benchmark or contradicts itself: told from the whole file, since variants
// and sweeps may add to each map of it.
#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <string>
#include <utility>

#include "sim/scenario/read_parts.hpp"

namespace concordat::scenario {

namespace {

class BenchCheck {
 public:
  BenchCheck(Reader& reader, const YamlNode& root, const Scenario& scenario)
      : reader_(reader), root_(root), scenario_(scenario), bench_(*scenario.bench) {}

  void rivals();
  void workload();
  void sites();
  void failures();
  void resembles(std::span<const std::string_view> keys);

 private:
  static const YamlNode* child(const YamlNode* map, std::string_view key) {
    if (map == nullptr) return nullptr;
    const auto found = std::ranges::find(map->items, key, &YamlNode::key);
    return found == map->items.end() ? nullptr : &*found;
  }
  /// The key of the benchmark, if the file has it.
  const YamlNode* find(std::string_view key) const { return child(child(&root_, "bench"), key); }
  /// Where to point: at the key if the file has it, else at `bench`.
  Position place(std::string_view key) const {
    const YamlNode* const node = find(key);
    return node == nullptr ? bench_.key.at : node->at;
  }
  void rival(bool there, std::string_view key, std::string_view what, std::string_view hint) {
    if (there) reader_.fail(place_of(root_, key), std::string(what), std::string(hint));
  }
  /// Each map that is there has all of `wanted`.
  void needs(const YamlNode* map,
             std::initializer_list<std::string_view> wanted,
             std::string_view example) {
    if (map == nullptr) return;
    for (const std::string_view key : wanted)
      if (!has_key(*map, key))
        reader_.fail(map->at,
                     fmt::format("`{}` needs {}", map->key, listed(wanted)),
                     fmt::format("write `{}`", example));
  }
  /// "`a`, `b` and `c`".
  static std::string listed(std::initializer_list<std::string_view> words) {
    std::string out;
    for (const std::string_view& word : words) {
      const bool is_last = &word + 1 == words.end();
      out += out.empty() ? "" : is_last ? " and " : ", ";
      out += fmt::format("`{}`", word);
    }
    return out;
  }
  void arrivals();
  void pairs();
  void path(const Text& path, std::span<const std::string_view> keys);

  Reader& reader_;
  const YamlNode& root_;
  const Scenario& scenario_;
  const Bench& bench_;
};

void BenchCheck::rivals() {
  constexpr std::string_view failures =
      "`bench: {failures: ...}` has failures that come again and again";
  rival(scenario_.schedule.has_value(),
        "schedule",
        "a benchmark has no schedule",
        "a schedule lists every event of one run; leave `schedule` or `bench` out");
  rival(!scenario_.faults.empty(), "faults", "a benchmark has no `faults`", failures);
  rival(scenario_.random.has_value(), "random", "a benchmark has no `random` faults", failures);
  rival(scenario_.load.has_value(),
        "load",
        "a benchmark has no `load`",
        "`bench: {transactions: 10000}` says how many there are, `arrivals` when they come");
  rival(scenario_.transactions.value != 1,
        "transactions",
        "a benchmark counts its transactions itself",
        "`bench: {transactions: 10000}` says how many there are, `arrivals` when they come");
  rival(scenario_.expect.has_value(),
        "expect",
        "`expect` judges one run, and a benchmark has many transactions",
        "`bench: {resembles: ...}` says what must come out; `explore: {expect: ...}` may stay");
}

void BenchCheck::arrivals() {
  const YamlNode* const node = find("arrivals");
  if (node == nullptr) return;
  const bool open = has_key(*node, "every");
  if (open == has_key(*node, "clients"))
    reader_.fail(node->at,
                 open ? "`arrivals` has `every` or `clients`, not both"
                      : "`arrivals` needs `every` or `clients`",
                 "`every: {exponential: 1ms}` from one transaction to the next, or `clients: 100` "
                 "that wait for their answers");
  for (const YamlNode& item : node->items)
    if (item.key == (open ? "think" : "at_most"))
      reader_.fail(item.key_at,
                   fmt::format("`{}` goes with `{}`", item.key, open ? "clients" : "every"),
                   open ? "without clients nobody thinks between two transactions"
                        : "as many as there are clients run at the same time");
}

void BenchCheck::workload() {
  arrivals();
  if (bench_.rows > bench_.keys)
    reader_.fail(place("rows"),
                 fmt::format("a participant cannot change {} rows of {}", bench_.rows, bench_.keys),
                 "`rows` is at most `keys`");
  const int wanted = participants_of(bench_.business.value);
  if (wanted > 0 && bench_.participants &&
      bench_.participants->value != Participants{wanted, wanted})
    reader_.fail(
        bench_.participants->at,
        fmt::format("`business: {}` has {} participants", enum_name(bench_.business.value), wanted),
        fmt::format("write `participants: {}`, or leave it out", wanted));
  if (bench_.lock_timeout && bench_.locks == RowLocks::no_wait)
    reader_.fail(place("lock_timeout"),
                 "`lock_timeout` is for requests that wait, and under `no_wait` none does",
                 "`locks: wait`, or wait_die, wound_wait, detect");
}

/// Each pair of different sites has a latency, once.
void BenchCheck::pairs() {
  std::vector<std::string_view> names;
  for (const Text& site : bench_.sites)
    names.push_back(site.value);
  std::map<std::pair<std::string_view, std::string_view>, Position> known;
  for (const SiteLatency& each : bench_.between) {
    const std::vector<Text>& sites = each.sites.value;
    for (const Text& site : sites)
      if (std::ranges::find(names, site.value) == names.end())
        return reader_.unknown(site.at, "site", site.value, names);
    if (sites[0] == sites[1])
      return reader_.fail(each.sites.at,
                          "a pair of `between` has two different sites",
                          "`inside` is the latency inside each of them");
    const std::pair<std::string_view, std::string_view> pair =
        std::minmax<std::string_view>(sites[0].value, sites[1].value);
    const auto [first, added] = known.emplace(pair, each.sites.at);
    if (!added)
      return reader_.fail(
          each.sites.at,
          fmt::format("`between` has {} and {} twice", quote(pair.first), quote(pair.second)),
          fmt::format("it has them first in line {}", first->second.line));
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t k = i + 1; k < names.size(); ++k)
      if (!known.contains(std::minmax(names[i], names[k])))
        return reader_.fail(
            place(find("between") != nullptr ? "between" : "sites"),
            fmt::format(
                "`between` lacks the latency of {} and {}", quote(names[i]), quote(names[k])),
            fmt::format("`between: [{{sites: [{}, {}], latency: 70ms}}]`", names[i], names[k]));
}

void BenchCheck::sites() {
  if (bench_.sites.empty()) {
    for (const std::string_view key : {"inside", "between", "home"})
      if (const YamlNode* const node = find(key))
        reader_.fail(node->key_at,
                     fmt::format("`{}` needs `sites`", key),
                     "`sites: [east, west]` spreads nodes and coordinators over them");
    return;
  }
  if (find("inside") == nullptr)
    reader_.fail(
        place("sites"), "`sites` needs `inside`, the latency inside a site", "write `inside: 1ms`");
  if (static_cast<std::size_t>(bench_.nodes) < bench_.sites.size())
    reader_.fail(
        place("sites"),
        fmt::format(
            "{} sites share {} nodes, so that one has none", bench_.sites.size(), bench_.nodes),
        "`nodes` is at least the number of `sites`");
  pairs();
}

void BenchCheck::failures() {
  const YamlNode* const node = find("failures");
  needs(child(node, "coordinators"), {"every", "down"}, "coordinators: {every: 10s, down: 1s}");
  needs(child(node, "services"), {"every", "down"}, "services: {every: 10s, down: 1s, at_most: 1}");
  needs(child(node, "participants"), {"every", "down"}, "participants: {every: 60s, down: 1s}");
  needs(child(node, "partition"), {"every", "lasts"}, "partition: {every: 60s, lasts: 5s}");
  needs(child(node, "pause"), {"every", "lasts"}, "pause: {every: 10s, lasts: 200ms}");
  needs(child(node, "slow_disk"),
        {"every", "lasts", "times"},
        "slow_disk: {every: 30s, lasts: 5s, times: 20}");
  needs(child(node, "delay"), {"chance", "by"}, "delay: {chance: 1/100, by: {exponential: 50ms}}");
}

/// As a path of `sweep`: its first part is a key of a scenario.
void BenchCheck::path(const Text& path, std::span<const std::string_view> keys) {
  constexpr std::array<std::string_view, 3> of_the_file{"name", "variants", "sweep"};
  std::string_view rest = path.value;
  const std::string_view first = rest.substr(0, rest.find('.'));
  bool parts = true;
  while (parts && rest.find('.') != std::string_view::npos) {
    parts = parse_where(rest.substr(0, rest.find('.'))).has_value();
    rest.remove_prefix(rest.find('.') + 1);
  }
  if (!parts || !parse_where(rest) || std::ranges::count(of_the_file, first) > 0)
    return reader_.fail(path.at,
                        quote(path.value) + " is not a place in the file",
                        "write the keys that lead to the value, with dots: `bench.skew`");
  if (std::ranges::find(keys, first) == keys.end()) reader_.unknown(path.at, "key", first, keys);
}

void BenchCheck::resembles(std::span<const std::string_view> keys) {
  needs(find("resembles"),
        {"source", "says", "checks"},
        "resembles: {source: a paper, says: a sentence, checks: [...]}");
  if (!bench_.resembles) return;
  for (const ResemblanceCheck& check : bench_.resembles->checks) {
    if (!check.place.value.empty()) path(check.place, keys);
    for (const auto& entry : check.where)
      path(entry.key, keys);
  }
}

}  // namespace

void check_bench(Reader& reader,
                 const YamlNode& root,
                 const Scenario& scenario,
                 std::span<const std::string_view> keys) {
  if (!scenario.bench) return;
  BenchCheck check(reader, root, scenario);
  check.rivals();
  check.workload();
  check.sites();
  check.failures();
  check.resembles(keys);
}

}  // namespace concordat::scenario
