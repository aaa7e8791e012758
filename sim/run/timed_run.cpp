#include "sim/run/timed_run.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "sim/run/blocking.hpp"
#include "sim/scenario/write.hpp"

namespace concordat {

namespace {

/// Searches of one run for blocked processes stop to be made after so many states in all.
constexpr std::int64_t search_budget = 3'000'000;
constexpr std::int64_t search_limit = 100'000;

/// Follows who is blocked while the path is performed.
class Blocked {
 public:
  explicit Blocked(const Model& model, const Rules& rules) : model_(model), rules_(rules) {}

  void after_step(const World& world, std::int64_t time_us) {
    if (!world.used.any() || left_ <= 0) return;
    std::vector<BlockedProcess> blocked;
    if (someone_waits(world)) {
      BlockingReport report = find_blocked(model_, rules_, world, search_limit, false);
      left_ -= std::max<std::int64_t>(report.states, 1);
      if (!report.complete) return;  // as it was
      blocked = std::move(report.blocked);
    }
    for (const BlockedProcess& process : blocked)
      since_.emplace(key_of_slot(process.slot), time_us);
    for (auto it = since_.begin(); it != since_.end();) {
      const bool still = std::any_of(blocked.begin(), blocked.end(), [&](const auto& process) {
        return key_of_slot(process.slot) == it->first;
      });
      if (still) {
        ++it;
        continue;
      }
      add(it->first, it->second, time_us);
      it = since_.erase(it);
    }
  }

  std::vector<trace::Interval> finish() {
    for (const auto& [key, from] : since_)
      add(key, from, std::nullopt);
    return std::move(intervals_);
  }

 private:
  using Key = std::pair<int, int>;  // transaction, process

  static Key key_of_slot(const Slot& slot) { return {slot.tx, slot.process.index()}; }

  bool someone_waits(const World& world) const {
    const auto slots = all_slots(model_);
    return std::any_of(slots.begin(), slots.end(), [&](const Slot& slot) {
      return undecided(model_, world, slot);
    });
  }

  void add(Key key, std::int64_t from, std::optional<std::int64_t> to) {
    if (to && *to <= from) return;
    const std::string& who = model_.setup().name_of(ProcessId::at(key.second));
    intervals_.push_back({"blocked", key.first, who, from, to, ""});
  }

  const Model& model_;
  const Rules& rules_;
  std::int64_t left_ = search_budget;
  std::map<Key, std::int64_t> since_;
  std::vector<trace::Interval> intervals_;
};

std::optional<std::int64_t> time_or_none(std::int64_t time_us) {
  return time_us < 0 ? std::nullopt : std::optional(time_us);
}

std::string groups_text(const Setup& setup, const Event& partition) {
  std::string out;
  for (const std::uint32_t group : partition.groups) {
    std::string names;
    for (std::size_t node = 0; node < setup.nodes.size(); ++node)
      if ((group >> node & 1U) != 0) names += (names.empty() ? "" : ",") + setup.nodes[node];
    out += (out.empty() ? "{" : partition.one_way ? " -> {" : " | {") + names + "}";
  }
  return out;
}

trace::Timed describe(const Model& model,
                      const RunSummary& summary,
                      const std::vector<Performed>& path,
                      std::vector<trace::Interval> blocked) {
  const Setup& setup = model.setup();
  trace::Timed out;
  out.seed = summary.seed;
  out.end_us = summary.end_us;
  out.ended = enum_name(summary.ended);
  out.fingerprint = fmt::format("{:016x}", summary.fingerprint);
  for (std::size_t i = 0; i < summary.txs.size(); ++i) {
    const TxRun& tx = summary.txs[i];
    out.transactions.push_back({static_cast<int>(i) + 1,
                                tx.started_us,
                                time_or_none(tx.answered_us),
                                time_or_none(tx.decided_us)});
  }
  out.intervals = std::move(blocked);
  for (const Doubt& doubt : summary.doubts)
    out.intervals.push_back({"in_doubt",
                             doubt.slot.tx,
                             setup.name_of(doubt.slot.process),
                             doubt.from_us,
                             time_or_none(doubt.to_us),
                             ""});
  std::vector<std::string> cuts;
  for (const Performed& performed : path)
    if (performed.event.kind == EventKind::partition)
      cuts.push_back(groups_text(setup, performed.event));
  std::size_t cut = 0;
  for (const Span& span : summary.spans) {
    const bool network = span.kind == EventKind::partition;
    out.intervals.push_back({network                         ? "cut"
                             : span.kind == EventKind::crash ? "down"
                                                             : "paused",
                             0,
                             network ? "" : setup.nodes[static_cast<std::size_t>(span.node)],
                             span.from_us,
                             time_or_none(span.to_us),
                             network ? cuts[cut++] : ""});
  }
  std::stable_sort(out.intervals.begin(), out.intervals.end(), [](const auto& a, const auto& b) {
    return std::tie(a.from_us, a.kind, a.who, a.tx) < std::tie(b.from_us, b.kind, b.who, b.tx);
  });
  return out;
}

}  // namespace

Simulator make_simulator(const scenario::Scenario& scenario, const scenario::Bound& bound) {
  return {*bound.model,
          bound.run_rules,
          bound.timed,
          scenario.faults,
          scenario.expect ? &*scenario.expect : nullptr};
}

bool follow(const Model& model, const Rules& rules, World& world, const Performed& performed) {
  return apply(model, rules, world, performed.event).has_value();
}

TimedRun run_timed(const scenario::Scenario& scenario,
                   const scenario::Bound& bound,
                   std::uint64_t seed) {
  const Model& model = *bound.model;
  const Rules& rules = bound.run_rules;
  Simulator simulator = make_simulator(scenario, bound);
  std::vector<Performed> path;
  TimedRun out;
  out.summary = simulator.run(seed, &path);

  World world = initial_world(model);
  Recorder recorder(model, rules, world);
  Blocked blocked(model, rules);
  for (const Performed& performed : path) {
    const World before = world;
    const auto report = apply(model, rules, world, performed.event);
    check(report.has_value(), "every step of a simulated run is enabled in the model");
    const Recorder::Times times{performed.time_us, performed.effects_us, performed.crash_us};
    recorder.record(before, performed.event, *report, world, &times);
    blocked.after_step(world, std::max(performed.time_us, performed.crash_us));
  }
  std::optional<Error> error;
  if (out.summary.unused_fault)
    error = Error{scenario.file,
                  *out.summary.unused_fault,
                  "this fault never happened: its cause or its moment did not come",
                  "`concordat run` without it shows what does happen"};
  out.run = conclude(model, rules, recorder, std::move(world), std::move(error));
  out.run.trace.timed = describe(model, out.summary, path, blocked.finish());
  return out;
}

}  // namespace concordat
