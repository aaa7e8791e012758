#include "sim/explore/exercised.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "sim/explore/state_text.hpp"

namespace concordat::explore {

namespace {

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

/// `a, b`
std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : ", ") + word;
  return out;
}

class Collector {
 public:
  Collector(const StepTable& steps, const Budget& budget)
      : steps_(steps), model_(steps.model()), info_(model_.info()), budget_(budget) {}

  Exercised collect() {
    for (int node = 0; node < steps_.node_count(); ++node)
      reach(node, steps_.initial()[index(node)]);
    for (std::uint32_t row = 1; row < steps_.row_count(); ++row)
      add_row(row);
    Exercised out;
    for (const auto& [key, counts] : counts_)
      out.lines.push_back({role_name(std::get<0>(key)),
                           std::get<1>(key),
                           std::get<2>(key),
                           counts.first,
                           counts.second});
    add_never(out.never);
    return out;
  }

 private:
  using Pair = std::pair<int, int>;  // (role, what)

  std::string role_name(int role) const { return std::string(info_.roles[index(role)].name); }

  int role_of(ProcessId process) const {
    return model_.setup().processes[index(process.index())].role;
  }
  const Slot& slot(int node, int place) const {
    return model_.setup().slots[index(node)][index(place)];
  }

  std::string event_text(const Event& event) const {
    switch (event.kind) {
      case EventKind::deliver: return "message " + model_.message_name(event.message.message);
      case EventKind::duplicate:
        return "message " + model_.message_name(event.message.message) + ", again";
      case EventKind::timeout: return "timer " + info_.timers[index(event.timer)];
      case EventKind::operator_: return "operator " + info_.operators[index(event.code)];
      case EventKind::store: return "store " + std::string(enum_name(event.notice.kind));
      case EventKind::start:
      case EventKind::crash:
      case EventKind::recover:
      case EventKind::pause:
      case EventKind::resume:
      case EventKind::client:
      case EventKind::lose:
      case EventKind::partition:
      case EventKind::heal:
      case EventKind::write:
      case EventKind::amnesia:
      case EventKind::rename: return std::string(enum_name(event.kind));
    }
    return {};
  }

  /// A timer that fired before it was due.
  bool is_early(const MoveRow& row) const {
    return steps_.event(row.begin).kind == EventKind::timeout &&
           (steps_.move(row.begin).flags & move_flag::ordinary) == 0;
  }

  /// The slots that take part: the one that is meant, or each that has started.
  std::vector<int> slots_in(const Event& event, const LocalState& local) const {
    if (event.kind == EventKind::deliver || event.kind == EventKind::duplicate)
      return {model_.setup().local_slot(event.message.tx, event.message.to)};
    if (event.slot >= 0) return {event.slot};
    std::vector<int> all;
    for (int place = 0; place < static_cast<int>(local.slots.size()); ++place)
      if (local.slots[index(place)].started) all.push_back(place);
    return all;
  }

  /// A state of a node that was reached: what is armed there could fire.
  void reach(int node, std::uint32_t local) {
    if (local == none || !reached_.insert({node, local}).second) return;
    const LocalState& state = steps_.contents(node, local);
    for (int place = 0; state.up && place < static_cast<int>(state.slots.size()); ++place)
      for (int timer = 0; timer < static_cast<int>(info_.timers.size()); ++timer)
        if ((state.slots[index(place)].timers >> static_cast<unsigned>(timer) & 1U) != 0)
          armed_.insert({role_of(slot(node, place).process), timer});
  }

  /// A move that was followed.
  void follow(std::uint32_t id) {
    const Move& move = steps_.move(id);
    reach(move.node, move.local);
    for (std::uint32_t i = 0; i < move.send_count; ++i) {
      const Envelope& envelope = steps_.envelope(steps_.send(move.sends + i));
      sent_.insert({role_of(envelope.to), model_.message_kind(envelope.message)});
    }
  }

  void add_row(std::uint32_t id) {
    const MoveRow& row = steps_.row(id);
    const Followed followed = steps_.followed(row);
    if (row.begin == row.end || followed == Followed::no) return;
    const Event& event = steps_.event(row.begin);
    const auto [node, local_id] = steps_.origin(id);
    const LocalState& local = steps_.contents(node, local_id);
    for (std::uint32_t move = row.begin; move < row.plain_end; ++move)
      follow(move);
    const std::string text = event_text(event) + (is_early(row) ? ", early" : "");
    for (const int place : slots_in(event, local)) {
      const int role = role_of(slot(node, place).process);
      if (row.begin < row.plain_end)
        ++counts_[{role, state_text(model_, local, place), text}].first;
      note(event, role);
    }
    for (std::uint32_t move = row.plain_end; move < row.end; ++move) {
      const CutPlace cut = steps_.cut_place(move);
      const int role = role_of(slot(node, cut.slot).process);
      const Pair what{role, static_cast<int>(cut.before)};
      possible_cuts_.insert(what);
      if (followed != Followed::with_crashes) continue;
      follow(move);
      crashed_.insert(role);
      taken_cuts_.insert(what);
      ++counts_[{role,
                 state_text(model_, local, cut.slot),
                 text + ", crash before " + std::string(enum_name(cut.before))}]
            .second;
    }
  }

  void note(const Event& event, int role) {
    if (event.kind == EventKind::deliver || event.kind == EventKind::duplicate)
      received_.insert({role, model_.message_kind(event.message.message)});
    if (event.kind == EventKind::timeout) fired_.insert({role, event.timer});
    if (event.kind == EventKind::crash) crashed_.insert(role);
    if (event.kind == EventKind::recover) recovered_.insert(role);
  }

  /// Adds "fired at participant: decision, ack" for each role with something in `could` that is
  /// not in `did`.
  template <class Name>
  void add_missing(const std::string& what,
                   const std::set<Pair>& could,
                   const std::set<Pair>& did,
                   Name name,
                   std::vector<std::string>& out) const {
    for (int role = 0; role < static_cast<int>(info_.roles.size()); ++role) {
      std::vector<std::string> missing;
      for (const Pair& each : could)
        if (each.first == role && !did.contains(each)) missing.push_back(name(each.second));
      if (!missing.empty()) out.push_back(what + role_name(role) + ": " + joined(missing));
    }
  }

  static std::vector<std::string> absent(const std::vector<std::string>& names,
                                         const std::set<Pair>& seen) {
    std::vector<std::string> out;
    for (int i = 0; i < static_cast<int>(names.size()); ++i)
      if (std::none_of(
              seen.begin(), seen.end(), [i](const Pair& each) { return each.second == i; }))
        out.push_back(names[index(i)]);
    return out;
  }

  void add_never(std::vector<std::string>& out) const {
    const auto unsent = absent(info_.messages, sent_);
    if (!unsent.empty()) out.push_back("sent: " + joined(unsent));
    const auto unarmed = absent(info_.timers, armed_);
    if (!unarmed.empty()) out.push_back("armed: " + joined(unarmed));
    const auto message = [this](int kind) { return info_.messages[index(kind)]; };
    const auto timer = [this](int kind) { return info_.timers[index(kind)]; };
    add_missing("received by ", sent_, received_, message, out);
    add_missing("fired at ", armed_, fired_, timer, out);
    std::vector<std::string> standing;
    std::vector<std::string> lying;
    for (int role = 0; role < static_cast<int>(info_.roles.size()); ++role) {
      if (may_crash(role) && !crashed_.contains(role)) standing.push_back(role_name(role));
      if (budget_.recoveries != 0 && crashed_.contains(role) && !recovered_.contains(role))
        lying.push_back(role_name(role));
    }
    if (!standing.empty()) out.push_back("crashed: " + joined(standing));
    if (!lying.empty()) out.push_back("recovered: " + joined(lying));
    const auto effect = [](int kind) {
      return "before " + std::string(enum_name(static_cast<EffectKind>(kind)));
    };
    add_missing("crashed inside a step, ", possible_cuts_, taken_cuts_, effect, out);
  }

  bool may_crash(int role) const {
    const std::uint32_t nodes = concordat::may_crash(budget_, FaultCounts{});
    const auto& processes = model_.setup().processes;
    return std::any_of(processes.begin(), processes.end(), [&](const ProcessInfo& process) {
      return process.role == role && (nodes >> static_cast<unsigned>(process.node) & 1U) != 0;
    });
  }

  const StepTable& steps_;
  const Model& model_;
  const ProtocolInfo& info_;
  const Budget& budget_;
  std::map<std::tuple<int, std::string, std::string>, std::pair<std::int64_t, std::int64_t>>
      counts_;                                       // (role, state, event) -> steps, cuts
  std::set<std::pair<int, std::uint32_t>> reached_;  // states of nodes
  std::set<Pair> sent_;                              // (the receiver's role, kind)
  std::set<Pair> received_;
  std::set<Pair> armed_;  // (role, timer)
  std::set<Pair> fired_;
  std::set<Pair> possible_cuts_;  // (role, kind of effect)
  std::set<Pair> taken_cuts_;
  std::set<int> crashed_;  // roles
  std::set<int> recovered_;
};

}  // namespace

Exercised exercised_in(const StepTable& steps, const Budget& budget) {
  return Collector(steps, budget).collect();
}

}  // namespace concordat::explore
