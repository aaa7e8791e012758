#include "tests/unit/sample_traces.hpp"

#include <algorithm>
#include <random>

#include "sim/base/check.hpp"
#include "sim/base/enum_name.hpp"

namespace concordat::trace::samples {

namespace {

std::string text(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts)
    out += part;
  return out;
}

}  // namespace

// ---- random traces ----

namespace {

/// Draws with the generator alone: std::*_distribution may differ between libraries.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : generator_(seed) {}

  int below(int n) { return static_cast<int>(generator_() % static_cast<std::uint64_t>(n)); }
  bool coin() { return below(2) == 0; }

  std::string word() {
    static const std::vector<std::string> words = {"",
                                                   "p1",
                                                   "commit",
                                                   "ack{ballot=2}",
                                                   "\"quoted\" \\ and\nlines\t",
                                                   "gr\u00fc\u00dfe \u4e8b\u52a1",
                                                   std::string("nul\0byte", 8),
                                                   "\x1b[31mred",
                                                   "a/b",
                                                   "\U0001F600",
                                                   "accounts.alice"};
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }
  /// What breaks a format that forgets to escape it.
  std::string hostile_word() {
    static const std::vector<std::string> words = {"end",
                                                   "end note",
                                                   "End title",
                                                   "a;b",
                                                   "#1",
                                                   "%%{init}",
                                                   "a->>b: c",
                                                   "**x** //y// __z__ --w--",
                                                   "== x ==",
                                                   "...",
                                                   "@enduml",
                                                   "!include x",
                                                   "' comment",
                                                   "/' a '/",
                                                   "<b>&amp;</b>",
                                                   "\"x\": 1}",
                                                   "{\"a\":1} step 1",
                                                   "two words",
                                                   "c\\n",
                                                   "a\nb\r\n",
                                                   "$x$$y$",
                                                   "\u00a0\u3000",
                                                   "|table|",
                                                   "network"};
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }
  std::string one_of(std::vector<std::string> choices) {
    return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))];
  }
  std::uint64_t bits() { return generator_(); }
  std::int64_t big() { return static_cast<std::int64_t>(bits()); }
  std::int64_t time() { return coin() ? below(100'000'000) : big(); }
  std::optional<std::int64_t> maybe_time() {
    return coin() ? std::optional<std::int64_t>(time()) : std::nullopt;
  }
  int number() { return static_cast<int>(static_cast<std::uint32_t>(generator_())); }

  template <class Make>
  auto list(Make make) {
    std::vector<decltype(make())> out;
    for (int i = below(4); i > 0; --i)
      out.push_back(make());
    return out;
  }

 private:
  std::mt19937_64 generator_;
};

std::vector<NameValue> random_names(Dice& dice) {
  std::vector<NameValue> out = dice.list([&] { return NameValue{dice.word(), dice.word()}; });
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i].name += std::to_string(i);  // unique
  return out;
}

Effect random_effect(Dice& dice) {
  Effect e;
  e.kind = static_cast<EffectKind>(dice.below(enum_count<EffectKind>()));
  e.tx = dice.coin() ? 1 : dice.number();
  e.process = dice.word();
  e.text = dice.word();
  e.value = dice.word();
  e.store = dice.one_of({"", "commit", "prepare", "rollback"});
  e.message = dice.word();
  e.from = dice.word();
  e.to = dice.list([&] { return dice.word(); });
  e.ids = dice.list([&] { return dice.big(); });
  e.local = dice.coin();
  e.suppressed = dice.coin();
  e.time_us = dice.maybe_time();
  return e;
}

Change random_change(Dice& dice) {
  return {dice.word(),
          dice.one_of({"log", "state", "timers", "store", "node"}),
          dice.word(),
          dice.word(),
          dice.word()};
}

PropertyStatus random_property(Dice& dice) {
  return {dice.word(), dice.word(), dice.one_of({"ok", "violated", "not_reached"}), dice.word()};
}

Step random_step(Dice& dice) {
  Step s;
  s.index = dice.number();
  if (dice.coin()) s.time_us = dice.coin() ? 0 : dice.big();
  s.kind = static_cast<EventKind>(dice.below(enum_count<EventKind>()));
  s.event = dice.word();
  s.tx = dice.below(3);
  s.process = dice.word();
  s.node = dice.word();
  s.groups = dice.list([&] { return dice.list([&] { return dice.word(); }); });
  s.effects = dice.list([&] { return random_effect(dice); });
  s.changes = dice.list([&] { return random_change(dice); });
  s.properties = dice.list([&] { return random_property(dice); });
  s.still_possible = dice.list([&] { return dice.one_of({"both", "commit", "abort", "nothing"}); });
  s.doomed = dice.coin();
  return s;
}

Final random_final(Dice& dice) {
  Final f;
  f.tx = dice.below(3);
  f.process = dice.word();
  f.vote = dice.one_of({"", "yes", "no", "read"});
  f.decision = dice.word();
  f.up = dice.coin();
  f.blocked = dice.coin();
  f.waits_for = dice.word();
  f.holds = dice.list([&] { return dice.word(); });
  f.freed_by = dice.list([&] { return dice.word(); });
  return f;
}

Timed random_timed(Dice& dice) {
  Timed t;
  t.seed = dice.bits();
  t.end_us = dice.time();
  t.ended = dice.one_of({"quiet", "retries", "decided", "limit"});
  t.fingerprint = dice.word();
  t.transactions = dice.list([&] {
    return TxTimes{dice.number(), dice.time(), dice.maybe_time(), dice.maybe_time()};
  });
  t.intervals = dice.list([&] {
    return Interval{dice.one_of({"in_doubt", "blocked", "down", "paused", "cut"}),
                    dice.below(3),
                    dice.word(),
                    dice.time(),
                    dice.maybe_time(),
                    dice.word()};
  });
  return t;
}

}  // namespace

Trace random_trace(std::uint64_t seed) {
  Dice dice(seed);
  Trace t;
  t.scenario = dice.word();
  t.protocol = dice.word();
  t.options = random_names(dice);
  t.processes = dice.list([&] {
    return Process{dice.word(), dice.word(), dice.word(), dice.coin(), dice.coin()};
  });
  t.nodes = dice.list([&] { return dice.word(); });
  t.transactions = dice.below(4);
  t.rules = random_names(dice);
  t.initial = dice.list([&] { return random_change(dice); });
  t.steps = dice.list([&] { return random_step(dice); });
  t.finals = dice.list([&] { return random_final(dice); });
  t.rows = random_names(dice);
  t.in_flight = dice.list([&] { return dice.word(); });
  t.properties = dice.list([&] { return random_property(dice); });
  t.counts = {dice.number(), dice.number(), dice.number(), dice.number()};
  t.scenario_text = dice.word();
  t.story = dice.word();
  if (dice.coin()) t.timed = random_timed(dice);
  return t;
}

// ---- disguised stories ----

Trace disguised(Trace trace, std::uint64_t seed) {
  Dice dice(seed);
  std::map<std::string, std::string> names = {{"", ""}};
  const auto rename = [&](std::string& name) {
    if (!names.contains(name)) names[name] = dice.hostile_word() + std::to_string(names.size());
    name = names[name];
  };
  for (Process& p : trace.processes) {
    rename(p.name);
    rename(p.node);
    p.role = dice.hostile_word();
  }
  trace.scenario = dice.hostile_word();
  for (Step& step : trace.steps) {
    rename(step.process);
    rename(step.node);
    step.event = dice.hostile_word();
    for (Effect& effect : step.effects) {
      rename(effect.process);
      rename(effect.from);
      for (std::string& to : effect.to)
        rename(to);
      effect.message = dice.hostile_word();
      const bool fixed = effect.kind == EffectKind::vote || effect.kind == EffectKind::decide;
      if (!fixed) effect.text = dice.hostile_word();
    }
    for (Change& change : step.changes)
      rename(change.where);
    for (PropertyStatus& property : step.properties)
      property.sentence = dice.hostile_word();
  }
  for (Final& final : trace.finals)
    rename(final.process);
  return trace;
}

// ---- random stories ----

namespace {

/// Messages under way, each as often as it is.
struct Flying {
  std::string message;
  std::string from;
  std::string to;
};

class Storyteller {
 public:
  explicit Storyteller(std::uint64_t seed)
      : dice_(seed), participants_(1 + dice_.below(4)), t_("random story", participants_) {
    if (dice_.coin()) t_.place({"c", "p1"}, "n1");
    timed_ = dice_.coin();
  }

  Trace tell() {
    for (int steps = 5 + dice_.below(40); steps > 0; --steps)
      tell_step();
    return t_.done();
  }

 private:
  void tell_step() {
    const int what = dice_.below(12);
    if (what < 6 && !flying_.empty()) {
      deliver();
    } else if (what == 6 && !flying_.empty()) {
      const Flying lost = take();
      t_.lose(lost.message, lost.from, lost.to);
      at();
    } else if (what == 7) {
      t_.network(dice_.coin() ? EventKind::heal : EventKind::partition, "the network");
      at();
    } else if (what == 8) {
      t_.node(dice_.coin() ? EventKind::pause : EventKind::resume, node());
      at();
    } else if (what == 9) {
      const std::string process = anybody();
      dice_.coin() ? t_.crash(process) : t_.recover(process);
      at();
      act(process);
    } else {
      const std::string process = anybody();
      t_.timeout(process, "retry");
      at();
      act(process);
    }
  }

  void deliver() {
    const Flying message = take();
    if (dice_.below(5) == 0) {
      t_.duplicate(message.message, message.from, message.to);
      flying_.push_back(message);
    } else {
      t_.deliver(message.message, message.from, message.to);
    }
    at();
    act(message.to);
  }

  /// What the process does in the step begun last.
  void act(const std::string& process) {
    for (int effects = dice_.below(4); effects > 0; --effects) {
      if (dice_.coin()) {
        t_.force("record");
        if (timed_) t_.later(now_us_ + 2000);
      } else {
        send(process);
      }
    }
    if (dice_.below(6) == 0) t_.crashed("here");
  }

  void send(const std::string& process) {
    const std::string message = "m" + std::to_string(dice_.below(3));
    std::vector<std::string> to;
    for (int i = 0; i <= participants_; ++i)
      if (dice_.coin()) to.push_back(i == 0 ? "c" : "p" + std::to_string(i));
    if (to.empty()) return;
    t_.send(message, to);
    for (const std::string& receiver : to)
      flying_.push_back({message, process, receiver});
  }

  void at() {
    now_us_ += dice_.below(3) * 1000;
    if (timed_) t_.at(now_us_);
  }

  Flying take() {
    const auto at = flying_.begin() + dice_.below(static_cast<int>(flying_.size()));
    Flying taken = *at;
    flying_.erase(at);
    return taken;
  }

  std::string anybody() {
    const int i = dice_.below(participants_ + 1);
    return i == 0 ? "c" : "p" + std::to_string(i);
  }

  std::string node() {
    const std::vector<std::string>& nodes = t_.trace().nodes;
    return nodes[static_cast<std::size_t>(dice_.below(static_cast<int>(nodes.size())))];
  }

  Dice dice_;
  int participants_;
  TraceBuilder t_;
  bool timed_ = false;
  std::int64_t now_us_ = 0;
  std::vector<Flying> flying_;
};

}  // namespace

Trace random_story(std::uint64_t seed) {
  return Storyteller(seed).tell();
}

std::vector<Trace> all() {
  return {happy_commit(),
          one_no(),
          coordinator_crash(),
          crash_before_telling(),
          partition_with_loss(),
          duplicates(),
          two_transactions(),
          split_decision(),
          many_processes(5),
          many_processes(7),
          shared_node(),
          timed_blocking(),
          timed_load()};
}

// ---- TraceBuilder ----

TraceBuilder::TraceBuilder(std::string scenario, int participants) {
  trace_.scenario = std::move(scenario);
  trace_.protocol = "two_phase_commit";
  trace_.options = {{"presume", "nothing"}, {"termination", "none"}};
  trace_.rules = {{"timing", "asynchronous"}, {"delivery", "unordered"}, {"copies", "2"}};
  trace_.processes.push_back({"c", "coordinator", "c", false, true});
  for (int i = 1; i <= participants; ++i) {
    const std::string name = "p" + std::to_string(i);
    trace_.processes.push_back({name, "participant", name, true, true});
  }
  for (const Process& p : trace_.processes)
    trace_.nodes.push_back(p.node);
}

std::string TraceBuilder::prefix() const {
  return trace_.transactions > 1 ? "t" + std::to_string(tx_) + " " : "";
}

std::vector<std::int64_t>& TraceBuilder::copies(std::string_view message,
                                                std::string_view from,
                                                std::string_view to) {
  return in_flight_[text({std::to_string(tx_), " ", message, "(", from, "->", to, ")"})];
}

TraceBuilder& TraceBuilder::begin(EventKind kind, std::string event, std::string_view process) {
  Step step;
  step.index = static_cast<int>(trace_.steps.size()) + 1;
  step.kind = kind;
  step.event = std::move(event);
  step.process = std::string(process);
  step.node = node_of(process);
  if (!process.empty() && kind != EventKind::crash && kind != EventKind::recover) step.tx = tx_;
  trace_.steps.push_back(std::move(step));
  later_us_.reset();
  return *this;
}

std::string TraceBuilder::node_of(std::string_view process) const {
  const auto at = std::ranges::find(trace_.processes, process, &Process::name);
  return at == trace_.processes.end() ? std::string(process) : at->node;
}

bool TraceBuilder::is_local(std::string_view from, std::string_view to) const {
  return node_of(from) == node_of(to);
}

TraceBuilder& TraceBuilder::place(const std::vector<std::string>& processes,
                                  const std::string& node) {
  for (Process& process : trace_.processes)
    if (std::ranges::find(processes, process.name) != processes.end()) process.node = node;
  trace_.nodes.clear();
  for (const Process& process : trace_.processes)
    if (std::ranges::find(trace_.nodes, process.node) == trace_.nodes.end())
      trace_.nodes.push_back(process.node);
  return *this;
}

Effect& TraceBuilder::add(EffectKind kind) {
  Step& step = trace_.steps.back();
  Effect effect;
  effect.kind = kind;
  effect.process = step.process;
  effect.tx = tx_;
  effect.time_us = later_us_;
  step.effects.push_back(std::move(effect));
  return step.effects.back();
}

TraceBuilder& TraceBuilder::start() {
  return begin(EventKind::start, prefix() + "start c", "c");
}

TraceBuilder& TraceBuilder::deliver(std::string_view message,
                                    std::string_view from,
                                    std::string_view to) {
  begin(EventKind::deliver, text({"deliver ", prefix(), message, "(", from, "->", to, ")"}), to);
  return received(message, from, to);
}

TraceBuilder& TraceBuilder::received(std::string_view message,
                                     std::string_view from,
                                     std::string_view to) {
  std::vector<std::int64_t>& ids = copies(message, from, to);
  check(!ids.empty(), "a delivered message was sent");
  Effect& effect = add(EffectKind::receive);
  effect.message = std::string(message);
  effect.from = std::string(from);
  effect.to = {std::string(to)};
  effect.ids = {ids.front()};
  effect.local = is_local(from, to);
  ids.erase(ids.begin());
  return *this;
}

TraceBuilder& TraceBuilder::timeout(std::string_view process, std::string_view timer) {
  begin(EventKind::timeout, text({"timeout ", prefix(), process, " ", timer}), process);
  trace_.steps.back().effects.reserve(4);
  return *this;
}

TraceBuilder& TraceBuilder::crash(std::string_view process, std::string_view where) {
  begin(EventKind::crash, text({"crash ", process, where.empty() ? "" : " ", where}), process);
  return crashed(where);
}

TraceBuilder& TraceBuilder::recover(std::string_view process, std::string_view tail) {
  begin(EventKind::recover, text({"recover ", process}), process);
  Effect& effect = add(EffectKind::recover);
  effect.tx = 0;
  effect.process = trace_.steps.back().node;
  effect.text = std::string(tail);
  return *this;
}

TraceBuilder& TraceBuilder::network(EventKind kind, std::string_view event) {
  return begin(kind, std::string(event), "");
}

TraceBuilder& TraceBuilder::lose(std::string_view message,
                                 std::string_view from,
                                 std::string_view to) {
  network(EventKind::lose, text({"lose ", prefix(), message, "(", from, "->", to, ")"}));
  trace_.steps.back().tx = tx_;
  return lost(message, from, to);
}

TraceBuilder& TraceBuilder::lost(std::string_view message,
                                 std::string_view from,
                                 std::string_view to) {
  std::vector<std::int64_t>& ids = copies(message, from, to);
  check(!ids.empty(), "a lost message was sent");
  Effect& effect = add(EffectKind::lost);
  effect.process.clear();
  effect.message = std::string(message);
  effect.from = std::string(from);
  effect.to = {std::string(to)};
  effect.ids = {ids.front()};
  ids.erase(ids.begin());
  return *this;
}

TraceBuilder& TraceBuilder::duplicate(std::string_view message,
                                      std::string_view from,
                                      std::string_view to) {
  begin(
      EventKind::duplicate, text({"duplicate ", prefix(), message, "(", from, "->", to, ")"}), to);
  std::vector<std::int64_t>& ids = copies(message, from, to);
  check(!ids.empty(), "a duplicated message was sent");
  ids.insert(ids.begin(), ids.front());  // it stays in flight, under the same id
  return received(message, from, to);
}

TraceBuilder& TraceBuilder::partition(std::vector<std::vector<std::string>> groups) {
  std::string event = "partition ";
  for (const std::vector<std::string>& group : groups) {
    if (&group != &groups.front()) event += "|";
    event += "{";
    for (const std::string& node : group)
      event += (&node == &group.front() ? "" : ",") + node;
    event += "}";
  }
  network(EventKind::partition, event);
  trace_.steps.back().groups = std::move(groups);
  return *this;
}

TraceBuilder& TraceBuilder::node(EventKind kind, std::string_view name) {
  network(kind, text({enum_name(kind), " ", name}));
  trace_.steps.back().node = std::string(name);
  return *this;
}

TraceBuilder& TraceBuilder::later(std::int64_t time_us) {
  later_us_ = time_us;
  return *this;
}

TraceBuilder& TraceBuilder::at(std::int64_t time_us) {
  trace_.steps.back().time_us = time_us;
  return *this;
}

TraceBuilder& TraceBuilder::tx(int transaction) {
  tx_ = transaction;
  return *this;
}

TraceBuilder& TraceBuilder::send(std::string_view message, std::vector<std::string> to) {
  Effect& effect = add(EffectKind::send);
  effect.message = std::string(message);
  effect.from = effect.process;
  for (const std::string& receiver : to) {
    effect.ids.push_back(next_id_);
    copies(message, effect.from, receiver).push_back(next_id_++);
    ++(is_local(effect.from, receiver) ? trace_.counts.local_messages : trace_.counts.messages);
  }
  effect.local = std::ranges::all_of(
      to, [&](const std::string& receiver) { return is_local(effect.from, receiver); });
  effect.to = std::move(to);
  return *this;
}

TraceBuilder& TraceBuilder::force(std::string_view record, std::string_view store) {
  effect(EffectKind::force, record);
  trace_.steps.back().effects.back().store = std::string(store);
  ++trace_.counts.forces;
  ++trace_.counts.records;
  return *this;
}

TraceBuilder& TraceBuilder::append(std::string_view record, std::string_view store) {
  effect(EffectKind::append, record);
  trace_.steps.back().effects.back().store = std::string(store);
  ++trace_.counts.records;
  return *this;
}

TraceBuilder& TraceBuilder::effect(EffectKind kind, std::string_view what, std::string_view value) {
  Effect& effect = add(kind);
  effect.text = std::string(what);
  effect.value = std::string(value);
  return *this;
}

TraceBuilder& TraceBuilder::crashed(std::string_view where) {
  Effect& effect = add(EffectKind::crash);
  effect.tx = 0;
  effect.process = trace_.steps.back().node;
  effect.text = std::string(where);
  return *this;
}

TraceBuilder& TraceBuilder::suppressed() {
  Effect& effect = trace_.steps.back().effects.back();
  effect.suppressed = true;
  if (effect.kind == EffectKind::send) {
    for (const std::string& to : effect.to) {
      copies(effect.message, effect.from, to).pop_back();
      --(is_local(effect.from, to) ? trace_.counts.local_messages : trace_.counts.messages);
    }
    effect.ids.clear();
  }
  return *this;
}

TraceBuilder& TraceBuilder::change(std::string_view where,
                                   std::string_view part,
                                   std::string_view field,
                                   std::string_view before,
                                   std::string_view after) {
  trace_.steps.back().changes.push_back({std::string(where),
                                         std::string(part),
                                         std::string(field),
                                         std::string(before),
                                         std::string(after)});
  return *this;
}

TraceBuilder& TraceBuilder::violated(std::string_view code,
                                     std::string_view name,
                                     std::string_view sentence) {
  trace_.steps.back().properties.push_back(
      {std::string(code), std::string(name), "violated", std::string(sentence)});
  return *this;
}

Trace TraceBuilder::done() {
  for (const auto& [message, ids] : in_flight_) {
    const std::size_t name = message.find(' ') + 1;
    for (std::size_t i = 0; i < ids.size(); ++i)
      trace_.in_flight.push_back(trace_.transactions > 1 ? "t" + message : message.substr(name));
  }
  return trace_;
}

}  // namespace concordat::trace::samples
