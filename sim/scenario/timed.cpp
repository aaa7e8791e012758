#include "sim/scenario/timed.hpp"

#include "sim/model/property.hpp"

namespace concordat::scenario {

namespace {

/// Takes the first key, in the order of the calls, that a scenario has.
class FirstKey {
 public:
  template <class T>
  FirstKey& if_given(const char* key, const std::optional<At<T>>& value) {
    return value ? take(key, value->at) : *this;
  }
  FirstKey& take(const char* key, Position at) {
    if (!found_) found_ = Text{key, at};
    return *this;
  }
  const std::optional<Text>& found() const { return found_; }

 private:
  std::optional<Text> found_;
};

void look(const Timing& timing, FirstKey& first) {
  first.if_given("latency", timing.latency);
  if (!timing.links.empty()) first.take("links", timing.links.front().latency.at);
  if (!timing.between.empty()) first.take("between", timing.between.front().sites.at);
  first.if_given("force", timing.force);
  if (!timing.disks.empty()) first.take("disks", timing.disks.front().key.at);
  first.if_given("clock_error", timing.clock_error);
  if (!timing.clocks.empty()) first.take("clocks", timing.clocks.front().key.at);
  first.if_given("limit", timing.limit);
  if (timing.stop.value != Stop::quiet) first.take("stop", timing.stop.at);
}

/// Of the first value in it; `random: {}` has no place.
Position place_of(const RandomFaults& random) {
  for (const auto& fault : {random.crash, random.partition, random.pause})
    if (fault) return fault->every.at;
  for (const Position at : {random.lose.at, random.duplicate.at, random.delay.at})
    if (at.line > 0) return at;
  return random.until ? random.until->at : Position{};
}

void look(const CrashFault& crash, FirstKey& first) {
  first.if_given("at", crash.at).if_given("recover_after", crash.recover_after);
}
void look(const PartitionFault& partition, FirstKey& first) {
  first.if_given("from", partition.from)
      .if_given("to", partition.to)
      .if_given("heal_after", partition.heal_after);
}
void look(const PauseFault& pause, FirstKey& first) {
  first.if_given("at", pause.at).if_given("for", pause.lasts);
}
void look(const MessageFault& fault, FirstKey& first) {
  first.if_given("since", fault.since).if_given("until", fault.until).if_given("by", fault.by);
}

}  // namespace

std::optional<Text> timed_by(const Scenario& scenario) {
  FirstKey first;
  if (scenario.schedule) return std::nullopt;
  if (scenario.timing) look(*scenario.timing, first);
  if (scenario.load) first.take("load", scenario.load->total.at);
  for (const auto& fault : scenario.faults) {
    std::visit([&first](const auto& kind) { look(kind, first); }, fault.value);
    if (const auto* message = std::get_if<MessageFault>(&fault.value)) {
      if (message->kind == MessageFault::Kind::delay) first.take("delay", fault.at);
      if (message->kind == MessageFault::Kind::reorder) first.take("reorder", fault.at);
    }
  }
  if (scenario.random) first.take("random", place_of(*scenario.random));
  return first.found();
}

bool is_timed(const Scenario& scenario) {
  return timed_by(scenario).has_value();
}

std::optional<Text> needs_trace(const Expect& expect) {
  FirstKey first;
  for (const auto& entry : expect.properties)
    if (find_property(entry.key.value) == nullptr) first.take("non_blocking", entry.key.at);
  if (!expect.decisions.empty()) first.take("decisions", expect.decisions.front().key.at);
  first.if_given("blocked", expect.blocked);
  if (!expect.store.empty()) first.take("store", expect.store.front().first.at);
  first.if_given("locked", expect.locked)
      .if_given("messages", expect.messages)
      .if_given("forces", expect.forces)
      .if_given("steps", expect.steps)
      .if_given("blocked_at_most", expect.blocked_at_most);
  return first.found();
}

Scenario with_schedule(const Scenario& scenario,
                       const std::vector<std::string>& lines,
                       bool of_timed_run) {
  Scenario out = scenario;
  out.chances.clear();
  out.load.reset();
  out.faults.clear();
  out.random.reset();
  out.seeds.reset();
  out.bench.reset();
  out.schedule.emplace();
  for (const std::string& line : lines)
    out.schedule->push_back({line, {}});
  if (!of_timed_run) return out;
  if (!out.network.copies) out.network.copies = {Network::bag, {}};
  if (out.timing) out.timing->model = Timing{}.model;
  return out;
}

}  // namespace concordat::scenario
