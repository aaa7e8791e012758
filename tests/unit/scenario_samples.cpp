#include "tests/unit/scenario_samples.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "sim/base/enum_name.hpp"
#include "sim/base/property_names.hpp"
#include "sim/model/fault_class.hpp"
#include "sim/scenario/timed.hpp"

namespace concordat::scenario {

namespace {

/// Names that YAML could take for something else among them.
constexpr std::array<std::string_view, 16> sample_names{"p1",
                                                        "c",
                                                        "n_2",
                                                        "coordinator",
                                                        "yes",
                                                        "no",
                                                        "null",
                                                        "true",
                                                        "42",
                                                        "-1",
                                                        "0x1",
                                                        "1e5",
                                                        "a-b",
                                                        "y_z",
                                                        "-",
                                                        "a_rather_long_name_of_a_process"};

/// Text on one line with everything that needs care in YAML.
constexpr std::array<std::string_view, 22> sample_lines{
    "a",    "a b",
    "a: b", "a #b",
    "- a",  "#a",
    "'a'",  "\"a\"",
    "it's", "{a}",
    "[a",   "&a",
    "*a",   "!a",
    "%a",   "a\\nb",
    "~",    "yes",
    "null", "1.5",
    "a:",   "deliver t1 yes(p2->c){ballot=2}#1"};

class Sampler {
 public:
  explicit Sampler(SampleRandom& random) : random_(random) {}

  Scenario scenario();

 private:
  bool coin() { return random_.coin(); }
  template <class Array>
  auto pick(const Array& words) {
    return words[random_.below(words.size())];
  }
  template <class E>
  At<E> enumerator() {
    return {static_cast<E>(random_.below(static_cast<std::size_t>(enum_count<E>()))), {}};
  }
  At<int> number(int low, int high) { return {static_cast<int>(random_.between(low, high)), {}}; }
  At<std::int64_t> count(std::int64_t most = 1'000'000'000'000'000) {
    return {random_.between(1, most), {}};
  }
  At<int> budget() { return number(-1, 3); }
  At<bool> flag() { return {coin(), {}}; }
  Text name() { return {std::string(pick(sample_names)), {}}; }
  Text line() {
    std::string text(pick(sample_lines));
    while (random_.below(3) == 0)
      text += " " + std::string(pick(sample_lines));
    if (random_.below(8) == 0) text += "  é—𝛼";
    return {text, {}};
  }
  std::string prose() {
    std::string text = line().value;
    while (random_.below(5) != 0) {
      constexpr std::array<std::string_view, 6> gaps{" ", " ", "\n", "\n\n", "\n  ", " \n"};
      text += std::string(pick(gaps)) + line().value;
    }
    return text;
  }
  At<Duration> duration() {
    constexpr std::array<std::int64_t, 6> units{
        1, 500, 1'000, 1'000'000, 60'000'000, 3'600'000'000};
    return {{random_.between(0, 3'000) * pick(units)}, {}};
  }
  template <class T, class Make>
  std::optional<T> maybe(Make make) {
    if (coin()) return std::nullopt;
    return T(make());
  }
  /// Names, each once.
  std::vector<Text> names(std::size_t most) {
    std::set<std::string> chosen;
    std::vector<Text> out;
    for (std::size_t i = random_.below(most + 1); i > 0; --i)
      if (const Text each = name(); chosen.insert(each.value).second) out.push_back(each);
    return out;
  }
  At<std::vector<Text>> list() { return {names(3), {}}; }
  /// Processes, `p1` or `t2 p1`, each once.
  std::vector<Where> wheres() {
    std::vector<Where> out;
    for (const Text& each : names(3)) {
      out.push_back({0, each.value});
      if (coin()) out.push_back({number(1, 1'000'000).value, each.value});
    }
    return out;
  }
  template <class T, class Make>
  std::vector<Entry<T>> entries(Make make) {
    std::vector<Entry<T>> out;
    for (const Text& key : names(3))
      out.push_back({key, make()});
    return out;
  }
  std::vector<Entry<FinalRow>> rows() {
    std::vector<Entry<FinalRow>> out;
    for (const Text& key : names(2))
      out.push_back({{"accounts." + key.value, {}},
                     {{number(-1'000'000'000, 1'000'000'000).value,
                       coin() ? 0 : number(-1'000'000'000, 1'000'000'000).value},
                      {}}});
    return out;
  }
  template <class Array>
  std::vector<Entry<std::string>> properties(const Array& statuses) {
    std::vector<Entry<std::string>> out;
    for (const PropertyName& each : property_names)
      if (random_.below(4) == 0)
        out.push_back({{std::string(each.name), {}}, {std::string(pick(statuses)), {}}});
    return out;
  }
  Text cause() {
    constexpr std::array<std::string_view, 5> causes{
        "voted", "prepared", "decided", "told", "ended"};
    return {std::string(pick(causes)), {}};
  }

  At<Duration> positive_duration() { return {{1 + duration().value.us}, {}}; }
  /// At most 24 hours.
  Duration drawn_time() { return {duration().value.us % 86'400'000'001}; }
  At<DistributionSpec> distribution();
  /// With a common denominator that several of them share.
  At<Ratio> ratio() {
    constexpr std::array<Ratio, 6> ratios{{{0, 1}, {1, 4}, {1, 50}, {3, 100}, {1, 3}, {1, 5}}};
    return {pick(ratios), {}};
  }

  void people(Scenario& out);
  void data(Scenario& out);
  Timing timing();
  std::vector<Chance> chances();
  RepeatedFault repeated();
  RandomFaults random_faults();
  Fault fault();
  CrashFault crash();
  PartitionFault partition();
  PauseFault pause();
  MessageFault message();
  Expect expect();
  void budgets(Explore& out);
  Explore explore();
  Arrivals arrivals();
  Outage outage() { return {positive_duration().value, positive_duration().value}; }
  Failures failures();
  At<Contender> contender() { return {{name().value, coin() ? name().value : ""}, {}}; }
  ResemblanceCheck check();
  void sites(Bench& out);
  Bench bench();

  SampleRandom& random_;
};

void Sampler::people(Scenario& out) {
  out.options = entries<std::string>([&] { return line(); });
  out.processes = entries<int>([&] { return number(0, 24); });
  std::set<std::string> placed;
  for (const Text& node : names(3)) {
    Entry<std::vector<Text>> place{node, list()};
    std::erase_if(place.value.value,
                  [&](const Text& process) { return !placed.insert(process.value).second; });
    out.place.push_back(place);
  }
  if (coin()) {
    out.after.emplace();
    for (const Text& process : names(2))
      out.after->push_back({process, list()});
  }
  out.transactions = coin() ? At<int>{1, {}} : number(1, 1'000'000);
  for (const Where& where : wheres())
    out.choices.push_back({{where, {}}, {std::string(vote_label), {}}, name()});
  for (const Where& where : wheres())
    for (const Text& label : names(2))
      out.choices.push_back({{where, {}}, label, name()});
}

void Sampler::data(Scenario& out) {
  for (const Text& process : names(2))
    for (const Text& table : names(2))
      for (const Text& key : names(2))
        out.store.push_back({process, table, key, number(0, 1'000'000'000)});
  for (const Where& where : wheres())
    for (const Text& key : names(2)) {
      const Text dotted{coin() ? key.value : key.value + ".x.", {}};
      out.work.push_back({{where, {}}, name(), dotted, number(-1'000'000'000, 1'000'000'000)});
      break;
    }
  out.conserve = names(3);
  out.locks = enumerator<LockPolicy>();
  out.bounds = entries<int>([&] { return number(0, 255); });
  out.network = {enumerator<Delivery>(),
                 maybe<At<int>>([&] { return number(Network::bag, 8); }),
                 enumerator<InFlight>(),
                 enumerator<AcrossCut>()};
}

At<DistributionSpec> Sampler::distribution() {
  DistributionSpec out;
  out.kind = enumerator<DistributionKind>().value;
  if (out.kind != DistributionKind::table) out.first = drawn_time();
  if (out.kind == DistributionKind::uniform) {
    out.last = drawn_time();
    if (out.last < out.first) std::swap(out.first, out.last);
  }
  if (out.kind == DistributionKind::log_normal)
    out.sigma_millionths = random_.between(0, 4'000'000);
  if (out.kind == DistributionKind::table)
    for (std::size_t i = 1 + random_.below(30); i > 0; --i)
      out.values.push_back(drawn_time());
  if (coin()) out.plus = drawn_time();
  return {out, {}};
}

Timing Sampler::timing() {
  Timing out;
  out.model = enumerator<TimingModel>();
  out.timeouts = entries<Duration>([&] { return duration(); });
  if (coin()) return out;
  out.latency = maybe<At<DistributionSpec>>([&] { return distribution(); });
  for (std::size_t i = random_.below(3); i > 0; --i) {
    LinkLatency link{maybe<Text>([&] { return name(); }), {}, distribution()};
    if (!link.from || coin()) link.to = name();
    out.links.push_back(link);
  }
  for (const Text& site : names(2))
    out.sites.push_back({site, {{name()}, {}}});
  for (std::size_t i = random_.below(3); i > 0; --i)
    out.between.push_back({{{name(), name()}, {}}, distribution()});
  out.force = maybe<At<DistributionSpec>>([&] { return distribution(); });
  out.disks = entries<DistributionSpec>([&] { return distribution(); });
  out.group_commit = flag();
  out.clock_error = maybe<At<Ratio>>([&] { return ratio(); });
  out.clocks = entries<std::int64_t>([&] {
    return At<std::int64_t>{random_.between(-500'000, 500'000), {}};
  });
  out.limit = maybe<At<Duration>>([&] { return positive_duration(); });
  out.stop = enumerator<Stop>();
  return out;
}

std::vector<Chance> Sampler::chances() {
  std::vector<Chance> out;
  for (const Text& label : names(2)) {
    out.push_back({label, {"no", {}}, ratio()});
    if (coin()) out.push_back({label, {"read", {}}, ratio()});
  }
  return out;
}

RepeatedFault Sampler::repeated() {
  RepeatedFault out;
  out.every = positive_duration();
  out.lasts = maybe<At<Duration>>([&] { return positive_duration(); });
  if (coin()) out.nodes = At<std::vector<Text>>{{name()}, {}};
  return out;
}

RandomFaults Sampler::random_faults() {
  RandomFaults out;
  out.crash = maybe<RepeatedFault>([&] { return repeated(); });
  if (out.crash && coin()) out.inside = ratio();
  out.partition = maybe<RepeatedFault>([&] { return repeated(); });
  if (out.partition) out.partition->nodes.reset();
  if (out.partition) out.one_way = ratio();
  out.pause = maybe<RepeatedFault>([&] { return repeated(); });
  out.lose = ratio();
  out.duplicate = ratio();
  if (coin()) {
    out.delay = ratio();
    out.delay_by = distribution();
  }
  out.until = maybe<At<Duration>>([&] { return positive_duration(); });
  return out;
}

CrashFault Sampler::crash() {
  CrashFault out;
  out.node = name();
  switch (random_.below(4)) {
    case 0:
      out.sent_to = list();
      out.of = name();
      break;
    case 1: out.after = line(); break;
    case 2: out.on = cause(); break;
    default: out.at = duration(); break;
  }
  if (coin()) {
    out.recover_after = maybe<At<Duration>>([&] { return duration(); });
  } else {
    out.recover = maybe<At<bool>>([&] { return flag(); });
  }
  out.tail = maybe<At<TailRule>>([&] { return enumerator<TailRule>(); });
  return out;
}

PartitionFault Sampler::partition() {
  PartitionFault out;
  out.groups.value = {{{{"c", {}}, {"p1", {}}}, {}}, {{{"p2", {}}}, {}}};
  if (coin()) out.groups.value.push_back({{{"42", {}}}, {}});
  if (out.groups.value.size() == 2) out.one_way = flag();
  if (coin()) {
    out.from = duration();
    if (coin()) out.to = At<Duration>{{out.from->value.us + 1 + duration().value.us}, {}};
  } else {
    out.on = cause();
    out.of = name();
    if (coin()) {
      out.heal = maybe<At<bool>>([&] { return flag(); });
    } else {
      out.heal_after = maybe<At<Duration>>([&] { return positive_duration(); });
    }
  }
  return out;
}

PauseFault Sampler::pause() {
  PauseFault out;
  out.node = name();
  if (coin()) {
    out.at = duration();
  } else {
    out.on = cause();
    if (coin()) out.resume = flag();
  }
  if (!out.resume) out.lasts = maybe<At<Duration>>([&] { return positive_duration(); });
  return out;
}

MessageFault Sampler::message() {
  MessageFault out;
  out.kind = enumerator<MessageFault::Kind>().value;
  out.message = maybe<Text>([&] { return name(); });
  out.from = maybe<Text>([&] { return name(); });
  out.to = maybe<Text>([&] { return name(); });
  if (!out.message && !out.from) out.to = name();
  out.count = number(1, 3);
  if (random_.below(3) == 0) {
    out.since = duration();
    out.until = At<Duration>{{out.since->value.us + positive_duration().value.us}, {}};
  }
  const bool delay = out.kind == MessageFault::Kind::delay;
  if (delay || (out.kind == MessageFault::Kind::reorder && coin())) out.by = positive_duration();
  return out;
}

Fault Sampler::fault() {
  switch (random_.below(4)) {
    case 0: return crash();
    case 1: return partition();
    case 2: return pause();
    default: return message();
  }
}

/// Takes out what contradicts itself in the whole.
void settle(Scenario& out) {
  if (out.bench) {
    out.transactions = {1, {}};
    out.load.reset();
    out.faults.clear();
    out.random.reset();
    out.schedule.reset();
    out.expect.reset();
  } else if (out.schedule) {
    out.random.reset();
    out.load.reset();
  } else if (!is_timed(out)) {
    out.chances.clear();
  } else {
    for (At<Fault>& fault : out.faults) {
      if (auto* crash = std::get_if<CrashFault>(&fault.value)) crash->recover.reset();
      if (auto* partition = std::get_if<PartitionFault>(&fault.value)) partition->heal.reset();
      if (auto* pause = std::get_if<PauseFault>(&fault.value)) pause->resume.reset();
    }
  }
}

Expect Sampler::expect() {
  constexpr std::array<std::string_view, 3> statuses{"ok", "violated", "not_reached"};
  constexpr std::array<std::string_view, 4> outcomes{"commit", "abort", "mixed", "none"};
  constexpr std::array<std::string_view, 4> decisions{
      "commit", "abort", "none", "commit, then abort"};
  Expect out;
  out.properties = properties(statuses);
  out.outcome = maybe<Text>([&] { return Text{std::string(pick(outcomes)), {}}; });
  out.decisions = entries<std::string>([&] { return Text{std::string(pick(decisions)), {}}; });
  out.blocked = maybe<At<std::vector<Text>>>([&] { return list(); });
  for (const Text& process : names(2))
    out.store.emplace_back(process, rows());
  out.locked = maybe<At<std::vector<Text>>>([&] {
    At<std::vector<Text>> locked = list();
    for (Text& each : locked.value)
      each.value += " accounts." + each.value;
    return locked;
  });
  out.messages = maybe<At<int>>([&] { return number(0, 1'000'000'000); });
  out.forces = maybe<At<int>>([&] { return number(0, 9); });
  out.steps = maybe<At<int>>([&] { return number(0, 9); });
  return out;
}

/// What a fault class takes the place of.
void Sampler::budgets(Explore& out) {
  out.crashes = budget();
  out.recoveries = budget();
  out.losses = budget();
  out.duplicates = budget();
  out.partitions = budget();
  out.pauses = budget();
  out.heal = flag();
  out.one_way = flag();
  out.crash_only = maybe<At<std::vector<Text>>>([&] { return list(); });
  for (std::size_t i = random_.below(3); i > 0; --i)
    if (At<std::vector<Text>> nodes = list(); !nodes.value.empty())
      out.crash_limits.push_back({std::move(nodes), number(0, 255)});
  out.timing = enumerator<TimingModel>();
  out.tail = enumerator<TailRule>();
  out.from_faults = flag();
}

Explore Sampler::explore() {
  constexpr std::array<std::string_view, 3> verdicts{"holds", "violated", "unknown"};
  Explore out;
  if (random_.below(4) == 0)
    out.faults = Text{std::string(pick(fault_classes).name), {}};
  else
    budgets(out);
  out.early_timeouts = budget();
  if (out.early_timeouts.value != 0 && !out.faults)
    out.timing.value = TimingModel::partially_synchronous;
  if (coin()) out.outside_writes = {{name(), {{{"accounts.alice", {}}, number(0, 1'000)}}}};
  out.crash_points = enumerator<CrashPoints>();
  out.max_states = maybe<At<std::int64_t>>([&] { return count(); });
  out.max_depth = maybe<At<int>>([&] { return number(1, 1'000'000'000); });
  if (coin()) out.order = Text{std::string(pick(search_orders)), {}};
  out.symmetry = flag();
  out.partial_order = flag();
  out.walks = maybe<At<std::int64_t>>([&] { return count(); });
  out.seed = maybe<At<std::int64_t>>([&] { return count(); });
  out.walk_steps = maybe<At<int>>([&] { return number(1, 1'000'000'000); });
  out.changes = maybe<At<int>>([&] { return number(0, 255); });
  const bool expects = coin();
  for (const Text& process : names(3))
    out.reachable.push_back(
        {{process.value + " in doubt", {}}, {expects ? coin() ? "yes" : "no" : "", {}}});
  out.properties = properties(verdicts);
  out.states = maybe<At<std::int64_t>>([&] { return count(); });
  out.transitions = maybe<At<std::int64_t>>([&] { return count(); });
  out.depth = maybe<At<int>>([&] { return number(0, 99); });
  return out;
}

Arrivals Sampler::arrivals() {
  Arrivals out;
  if (coin()) {
    out.every = distribution().value;
    out.every->plus.us = 1 + out.every->plus.us % 1'000;
    if (coin()) out.at_most = number(1, 10'000'000).value;
  } else {
    out.clients = number(1, 1'000'000).value;
    if (coin()) out.think = distribution().value;
  }
  return out;
}

Failures Sampler::failures() {
  Failures out;
  out.coordinators = maybe<Outage>([&] { return outage(); });
  out.services = maybe<Outage>([&] { return outage(); });
  if (out.services && coin()) out.services_at_most = number(1, 9).value;
  out.participants = maybe<Outage>([&] { return outage(); });
  out.partition = maybe<Outage>([&] { return outage(); });
  if (out.partition) out.one_way = ratio().value;
  out.pause = maybe<Outage>([&] { return outage(); });
  out.slow_disk = maybe<Outage>([&] { return outage(); });
  if (out.slow_disk) out.slow_disk_times = number(2, 10'000).value;
  out.lose = ratio().value;
  out.duplicate = ratio().value;
  if (coin()) {
    out.delay = ratio().value;
    out.delay_by = distribution().value;
  }
  return out;
}

ResemblanceCheck Sampler::check() {
  ResemblanceCheck out;
  out.measure = name();
  out.of = contender();
  out.is = enumerator<Claim>();
  if (out.is.value != Claim::zero) out.place = {"bench.skew", {}};
  switch (out.is.value) {
    case Claim::proportional:
      out.place = {"timing.timeouts.vote", {}};
      out.factor_millionths = maybe<std::int64_t>([&] { return count(999'999'000'000).value; });
      out.within = ratio().value;
      break;
    case Claim::flat: out.within = ratio().value; break;
    case Claim::below:
    case Claim::above:
      out.place = {};
      out.than = contender();
      if (out.than == out.of) out.than.value.protocol += "2";
      out.by = ratio().value;
      break;
    case Claim::zero:
    case Claim::grows:
    case Claim::falls: break;
  }
  if (coin()) out.where.push_back({{"votes.t2 p1", {}}, name()});
  if (coin()) out.where.push_back({{"work.p1.accounts.alice", {}}, {"0.25", {}}});
  return out;
}

void Sampler::sites(Bench& out) {
  out.sites = names(3);
  if (out.sites.empty()) return;
  out.nodes = std::max(out.nodes, 3);
  out.inside = distribution().value;
  for (std::size_t i = 0; i < out.sites.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      out.between.push_back({{{out.sites[i], out.sites[k]}, {}}, distribution()});
  out.home = maybe<Ratio>([&] { return ratio().value; });
}

Bench Sampler::bench() {
  Bench out;
  if (coin()) out.transactions = count(1'000'000'000'000).value;
  out.warm_up = maybe<std::int64_t>([&] { return random_.between(0, 1'000'000'000'000); });
  if (coin()) out.arrivals = arrivals();
  if (coin()) out.nodes = number(1, 10'000).value;
  if (coin()) out.coordinators = number(1, 1'000).value;
  out.business = enumerator<Business>();
  if (const int fixed = participants_of(out.business.value); fixed > 0 && coin())
    out.participants = At<Participants>{{fixed, fixed}, {}};
  else if (const int first = number(1, 12).value; fixed == 0 && coin())
    out.participants = At<Participants>{{first, number(first, 24).value}, {}};
  out.rows = number(1, 8).value;
  if (coin()) out.keys = number(8, 10'000'000).value;
  if (coin()) out.skew = random_.between(0, 4'000'000);
  out.read_only = ratio().value;
  out.readers = ratio().value;
  out.locks = enumerator<RowLocks>().value;
  if (out.locks != RowLocks::no_wait && coin()) out.lock_timeout = positive_duration().value;
  if (coin()) out.deadline = positive_duration().value;
  if (coin()) out.timeout = positive_duration().value;
  sites(out);
  if (coin()) out.failures = failures();
  for (const Text& each : names(3))
    out.compare.push_back({{each.value, coin() ? name().value : ""}, {}});
  out.measures = names(3);
  if (coin()) {
    out.resembles = Resemblance{prose(), prose(), {check()}};
    while (coin())
      out.resembles->checks.push_back(check());
  }
  return out;
}

Scenario Sampler::scenario() {
  Scenario out;
  out.name = line();
  if (coin()) out.story = prose();
  if (coin()) out.source = prose();
  out.protocol = name();
  if (coin()) out.profile = name();
  people(out);
  data(out);
  if (coin()) out.timing = timing();
  if (coin()) out.chances = chances();
  if (random_.below(3) == 0) out.load = Load{count(1'000'000'000), distribution()};
  if (random_.below(3) == 0) out.random = random_faults();
  if (random_.below(3) == 0) {
    const std::uint64_t first = random_.below(1'000);
    out.seeds = At<Seeds>{{first, first + random_.below(3)}, {}};
  }
  for (std::size_t i = random_.below(4); i > 0; --i)
    out.faults.push_back({fault(), {}});
  if (coin()) {
    out.schedule.emplace();
    for (std::size_t i = random_.below(6); i > 0; --i)
      out.schedule->push_back(line());
  }
  if (coin()) out.expect = expect();
  if (coin()) out.explore = explore();
  if (random_.below(3) == 0) out.bench = bench();
  settle(out);
  return out;
}

}  // namespace

Scenario sample_scenario(SampleRandom& random) {
  return Sampler(random).scenario();
}

}  // namespace concordat::scenario
