#include "sim/scenario/bind_timed.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace concordat::scenario {

namespace {

class TimedBinder {
 public:
  TimedBinder(const Scenario& scenario, const ProtocolInfo& info, const Setup& setup, Names& names)
      : scenario_(scenario),
        info_(info),
        setup_(setup),
        names_(names),
        is_timed_(is_timed(scenario)) {
    if (scenario.timing) timing_ = *scenario.timing;
  }

  Timed bind() {
    using Part = void (TimedBinder::*)();
    for (const Part part : {&TimedBinder::latencies,
                            &TimedBinder::forces,
                            &TimedBinder::timeouts,
                            &TimedBinder::clocks,
                            &TimedBinder::end,
                            &TimedBinder::random,
                            &TimedBinder::chances,
                            &TimedBinder::load}) {
      (this->*part)();
      if (!names_.ok()) break;
    }
    return std::move(timed_);
  }

 private:
  int node_count() const { return setup_.node_count(); }
  const std::string& node_name(int node) const {
    return setup_.nodes[static_cast<std::size_t>(node)];
  }

  // --- the network ---

  /// From some nodes to some nodes, by mask.
  struct Channel {
    std::uint32_t from = ~0U;
    std::uint32_t to = ~0U;

    bool fits(int sender, int receiver) const {
      return (from >> static_cast<unsigned>(sender) & 1U) != 0 &&
             (to >> static_cast<unsigned>(receiver) & 1U) != 0;
    }
    bool covers(const Channel& other) const {
      return (other.from & ~from) == 0 && (other.to & ~to) == 0;
    }
  };

  static std::uint32_t mask_of(int node) { return 1U << static_cast<unsigned>(node); }

  static int add(std::vector<Distribution>& to, const DistributionSpec& spec) {
    to.emplace_back(spec);
    return static_cast<int>(to.size()) - 1;
  }

  int& link(int from, int to) {
    return timed_
        .link[static_cast<std::size_t>(from) * setup_.nodes.size() + static_cast<std::size_t>(to)];
  }

  /// What fits first wins, so the last is written first; in the end nodes talk to themselves for
  /// nothing.
  void latencies() {
    DistributionSpec usual;
    usual.first = Timed::usual_latency;
    const int none = add(timed_.latencies, {});
    const int all = add(timed_.latencies, timing_.latency ? timing_.latency->value : usual);
    timed_.link.assign(setup_.nodes.size() * setup_.nodes.size(), all);
    between();
    links();
    for (int node = 0; node < node_count(); ++node)
      link(node, node) = none;
  }

  void put(const Channel& channel, int latency) {
    for (int from = 0; from < node_count(); ++from)
      for (int to = 0; to < node_count(); ++to)
        if (channel.fits(from, to)) link(from, to) = latency;
  }

  void links() {
    std::vector<Channel> channels;
    for (const LinkLatency& each : timing_.links) {
      Channel channel;
      const auto from = each.from ? names_.node(*each.from) : std::nullopt;
      const auto to = each.to ? names_.node(*each.to) : std::nullopt;
      if (!names_.ok()) return;
      if (from) channel.from = mask_of(*from);
      if (to) channel.to = mask_of(*to);
      const Position at = each.from ? each.from->at : each.to->at;
      if (from && to && *from == *to)
        return names_.fail(
            at,
            "`" + each.from->value + "` and `" + each.to->value + "` are on one node",
            "messages within a node take no time");
      for (std::size_t i = 0; i < channels.size(); ++i)
        if (channels[i].covers(channel))
          return names_.fail(at,
                             "this link is never used: the one in line " +
                                 std::to_string(timing_.links[i].latency.at.line) + " fits first",
                             "write what is special before what is general");
      channels.push_back(channel);
    }
    for (std::size_t i = channels.size(); i-- > 0;)
      put(channels[i], add(timed_.latencies, timing_.links[i].latency.value));
  }

  /// Nodes by site.
  std::vector<std::uint32_t> sites() {
    std::vector<std::uint32_t> masks;
    std::uint32_t placed = 0;
    for (const auto& site : timing_.sites) {
      std::uint32_t mask = 0;
      for (const Text& name : site.value.value) {
        const auto node = names_.node(name);
        if (!node) return masks;
        if ((placed & mask_of(*node)) != 0)
          names_.fail(name.at, "node " + node_name(*node) + " is in another site already");
        mask |= mask_of(*node);
      }
      placed |= mask;
      masks.push_back(mask);
    }
    return masks;
  }

  void between() {
    std::vector<std::string> known;
    for (const auto& site : timing_.sites)
      known.push_back(site.key.value);
    const auto masks = sites();
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    for (const SiteLatency& each : timing_.between) {
      const auto a = names_.index(each.sites.value[0], "site", known);
      const auto b = names_.index(each.sites.value[1], "site", known);
      if (!names_.ok()) return;
      if (!pairs.emplace(std::min(*a, *b), std::max(*a, *b)).second)
        return names_.fail(each.sites.at, "these sites have a latency already");
      const int latency = add(timed_.latencies, each.latency.value);
      put({masks[*a], masks[*b]}, latency);
      put({masks[*b], masks[*a]}, latency);
    }
  }

  // --- disks, timers, clocks ---

  /// The node of an entry, which has none before it in `taken`.
  std::optional<int> only_node(const Text& name, const std::string& thing, std::uint32_t& taken) {
    const auto node = names_.node(name);
    if (node && (taken & mask_of(*node)) != 0)
      names_.fail(name.at, "node " + node_name(*node) + " has " + thing + " already");
    if (node) taken |= mask_of(*node);
    return names_.ok() ? node : std::nullopt;
  }

  void forces() {
    timed_.group_commit = timing_.group_commit.value;
    const int all = add(timed_.forces, timing_.force ? timing_.force->value : DistributionSpec{});
    timed_.disk.assign(setup_.nodes.size(), all);
    std::uint32_t taken = 0;
    for (const auto& disk : timing_.disks)
      if (const auto node = only_node(disk.key, "a disk", taken))
        timed_.disk[static_cast<std::size_t>(*node)] = add(timed_.forces, disk.value.value);
  }

  void timeouts() {
    timed_.timeouts.assign(info_.timers.size(), Timed::usual_timeout);
    std::vector<bool> given(info_.timers.size(), false);
    for (const auto& entry : timing_.timeouts) {
      const auto timer = names_.index(entry.key, "timer", info_.timers);
      if (!timer) return;
      if (is_timed_ && entry.value.value.us == 0)
        return names_.fail(entry.value.at,
                           "a timer takes time in a run with times",
                           "one that fires at once could fire for ever; write `1ms`");
      timed_.timeouts[*timer] = entry.value.value;
      given[*timer] = true;
    }
    if (is_timed_ || scenario_.schedule || timing_.timeouts.empty()) return;
    for (std::size_t i = 0; i < given.size(); ++i)
      if (!given[i])
        return names_.fail(
            timing_.timeouts.front().key.at,
            "timer `" + info_.timers[i] + "` has no duration",
            "durations order the timers, so give one for each: " + list(info_.timers));
  }

  void clocks() {
    if (timing_.clock_error) timed_.clock_error = timing_.clock_error->value;
    timed_.clocks.assign(setup_.nodes.size(), std::nullopt);
    std::uint32_t taken = 0;
    for (const auto& clock : timing_.clocks)
      if (const auto node = only_node(clock.key, "a clock", taken))
        timed_.clocks[static_cast<std::size_t>(*node)] = clock.value.value;
  }

  // --- the end ---

  void end() {
    timed_.stop = timing_.stop.value;
    if (timing_.limit) timed_.limit = timing_.limit->value;
    if (!is_timed_) return;
    for (const auto& fault : scenario_.faults)
      std::visit([this](const auto& one) { begins(one); }, fault.value);
  }

  void begins(const CrashFault& crash) { begins_in_time(crash.at); }
  void begins(const PartitionFault& partition) { begins_in_time(partition.from); }
  void begins(const PauseFault& pause) { begins_in_time(pause.at); }
  void begins(const MessageFault& fault) { begins_in_time(fault.since); }

  void begins_in_time(const std::optional<At<Duration>>& time) {
    if (time && time->value >= timed_.limit)
      names_.fail(time->at,
                  "the run ends before this, at " + format(timed_.limit),
                  "`timing: {limit: 1h}` gives it more time");
  }

  // --- what is drawn ---

  void random() {
    if (!scenario_.random) return;
    const RandomFaults& random = *scenario_.random;
    timed_.random.crash = repeated(random.crash);
    timed_.random.partition = repeated(random.partition);
    timed_.random.pause = repeated(random.pause);
    timed_.random.inside = random.inside.value;
    timed_.random.one_way = random.one_way.value;
    timed_.random.lose = random.lose.value;
    timed_.random.duplicate = random.duplicate.value;
    timed_.random.delay = random.delay.value;
    timed_.random.delay_by = Distribution(random.delay_by.value);
    if (random.until) timed_.random.until = random.until->value;
  }

  Timed::Repeated repeated(const std::optional<RepeatedFault>& fault) {
    Timed::Repeated out;
    if (!fault) return out;
    out.wanted = true;
    out.every = fault->every.value;
    if (fault->lasts) out.lasts = fault->lasts->value;
    if (!fault->nodes) return out;
    out.nodes = 0;
    for (const Text& name : fault->nodes->value)
      if (const auto node = names_.node(name)) out.nodes |= mask_of(*node);
    return out;
  }

  void chances() {
    std::vector<std::string> labels;
    for (const ChoiceSpec& spec : info_.choices)
      labels.emplace_back(spec.label);
    for (const Chance& chance : scenario_.chances) {
      const auto label = names_.index(chance.label, "choice", labels);
      if (!label) return;
      const auto outcomes = words_of(info_.choices[*label].outcomes);
      if (!names_.index(chance.outcome, "outcome of `" + labels[*label] + "`", outcomes)) return;
      if (timed_.chances.empty() || timed_.chances.back().label != labels[*label]) {
        timed_.chances.push_back({labels[*label], {}});
        if (!is_drawn(chance.label)) return;
      }
      auto& weights = timed_.chances.back().outcomes;
      weights.emplace_back(chance.outcome.value, chance.ratio.value);
      if (weights.size() == outcomes.size()) has_no_rest(chance, weights);
    }
  }

  /// Whether any process leaves this choice open, or each that has it was told otherwise.
  bool is_drawn(const Text& label) {
    if (scenario_.bench) return true;  // which opens it for everybody
    std::set<std::string> told;
    for (const Choice& choice : scenario_.choices) {
      if (choice.label.value != label.value) continue;
      if (choice.outcome.value == "any") return true;
      told.insert(choice.where.value.process);
    }
    const bool is_vote = label.value == vote_label;
    const bool all_told = std::all_of(
        setup_.processes.begin(), setup_.processes.end(), [&](const ProcessInfo& process) {
          return told.contains(process.name) || (is_vote && !process.votes);
        });
    if (all_told) return true;
    names_.fail(label.at,
                "no `" + label.value + "` is left open, so none is drawn",
                is_vote ? "`votes: {p1: any}` leaves the vote of p1 open"
                        : "`choices: {p1: {" + label.value + ": any}}` leaves that of p1 open");
    return false;
  }

  /// All outcomes are listed: their chances must make 1.
  void has_no_rest(const Chance& last, const std::vector<std::pair<std::string, Ratio>>& weights) {
    std::uint64_t whole = 1;
    for (const auto& [outcome, ratio] : weights)
      whole = std::lcm(whole, std::uint64_t{ratio.whole});  // small: the reader saw to it
    std::uint64_t sum = 0;
    for (const auto& [outcome, ratio] : weights)
      sum += ratio.part * (whole / ratio.whole);
    if (sum != whole)
      names_.fail(last.ratio.at,
                  "the chances of `" + last.label.value + "` add up to less than 1",
                  "every outcome is listed, so nothing is left to share the rest");
  }

  void load() {
    if (scenario_.seeds && !is_timed_ && !scenario_.bench)
      names_.fail(scenario_.seeds->at,
                  "seeds are for a run with times",
                  "`timing: {latency: 5ms}` lets this one run in time");
    if (!scenario_.load) return;
    if (!timing_.limit) timed_.limit = longest_duration;  // it ends by itself
    timed_.load_total = scenario_.load->total.value;
    timed_.load_gap = Distribution(scenario_.load->gap.value);
    if (timed_.load_total < setup_.transactions)
      names_.fail(scenario_.load->total.at,
                  "a load has at least as many transactions as run at the same time, " +
                      std::to_string(setup_.transactions),
                  "see `transactions:`");
    const auto unseen = scenario_.expect ? needs_trace(*scenario_.expect) : std::nullopt;
    if (unseen)
      names_.fail(unseen->at,
                  "`" + unseen->value + "` cannot be expected of a load",
                  "only `outcome`, `answered_within` and safety properties can");
  }

  const Scenario& scenario_;
  const ProtocolInfo& info_;
  const Setup& setup_;
  Names& names_;
  const bool is_timed_;
  Timing timing_;  // what the scenario says, or the usual
  Timed timed_;
};

}  // namespace

Timed bind_timed(const Scenario& scenario,
                 const ProtocolInfo& info,
                 const Setup& setup,
                 Names& names) {
  return TimedBinder(scenario, info, setup, names).bind();
}

std::vector<int> timer_order(const Scenario& scenario, const Timed& timed) {
  const bool given = scenario.timing && !scenario.timing->timeouts.empty();
  if (!given && !is_timed(scenario)) return {};
  std::vector<Duration> sorted = timed.timeouts;
  std::sort(sorted.begin(), sorted.end());
  std::vector<int> order;
  for (const Duration& duration : timed.timeouts)
    order.push_back(static_cast<int>(std::lower_bound(sorted.begin(), sorted.end(), duration) -
                                     sorted.begin()));
  return order;
}

}  // namespace concordat::scenario
