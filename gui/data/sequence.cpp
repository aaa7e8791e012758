#include "gui/data/sequence.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "sim/trace/phrase.hpp"
#include "sim/trace/status.hpp"
#include "sim/trace/style.hpp"

namespace concordat::gui {

namespace {

using trace::Effect;
using trace::EffectKind;
using trace::EventKind;
using trace::Step;

Valence valence_of(const Step& step) {
  if (step.still_possible.empty()) return Valence::unknown;
  const std::string& word = step.still_possible.front();
  if (word == "both") return Valence::both;
  if (word == "commit") return Valence::commit;
  return word == "abort" ? Valence::abort : Valence::nothing;
}

MarkKind kind_of(const Effect& effect) {
  switch (effect.kind) {
    case EffectKind::force: return MarkKind::force;
    case EffectKind::append: return MarkKind::append;
    case EffectKind::vote:
      if (effect.text == "yes") return MarkKind::vote_yes;
      return effect.text == "no" ? MarkKind::vote_no : MarkKind::vote_read;
    case EffectKind::decide: return effect.text == "commit" ? MarkKind::commit : MarkKind::abort;
    case EffectKind::answer: return MarkKind::answer;
    case EffectKind::choose: return MarkKind::choice;
    case EffectKind::store: return MarkKind::store;
    case EffectKind::crash: return MarkKind::crash;
    case EffectKind::recover: return MarkKind::recover;
    case EffectKind::send:
    case EffectKind::arm:
    case EffectKind::disarm:
    case EffectKind::lost:
    case EffectKind::receive: break;
  }
  return MarkKind::other;
}

class Builder {
 public:
  explicit Builder(const trace::Trace& trace) : trace_(trace), status_(trace) {
    for (const trace::Process& process : trace.processes)
      out_.lanes.push_back(
          {process.name, process.role, process.node == process.name ? "" : process.node});
  }

  Sequence build() && {
    for (std::size_t i = 0; i < trace_.steps.size(); ++i)
      add(trace_.steps[i], static_cast<int>(i));
    for (const auto& [id, sent] : under_way_)
      add_arrow(sent, sent.at, Fate::in_flight);
    for (const trace::Final& final : trace_.finals)
      if (final.blocked && lane(final.process) >= 0)
        out_.stuck.push_back({lane(final.process),
                              final.freed_by.empty() ? final.waits_for : final.freed_by.front()});
    std::ranges::stable_sort(out_.arrows, {}, &Arrow::sent);
    std::ranges::stable_sort(out_.bars, {}, &Bar::from);
    for (std::size_t i = 1; i < out_.valences.size(); ++i) {
      const bool settled =
          out_.valences[i] == Valence::commit || out_.valences[i] == Valence::abort;
      if (settled && out_.valences[i - 1] == Valence::both)
        out_.point_of_no_return = static_cast<int>(i);
    }
    return std::move(out_);
  }

 private:
  struct Sent {
    int from = 0;
    int to = 0;
    Place at;
    bool local = false;
    int tx = 0;
    std::string label;
    bool arrived = false;
  };

  int lane(const std::string& process) const { return status_.index_of(process); }

  void add(const Step& step, int index) {
    here_ = {index, 0};
    next_row_ = 0;
    if (step.time_us) out_.times_us.push_back(*step.time_us);
    out_.valences.push_back(valence_of(step));
    event(step);
    for (const Effect& effect : step.effects)
      if (!effect.suppressed) add(step, effect);
    for (const trace::PropertyStatus& property : step.properties) {
      out_.properties.push_back({index, property});
      if (property.status == "violated")
        out_.violations.push_back({next_line(), property.code, property.sentence});
    }
    states(step);
    out_.rows.push_back(std::max(next_row_, 1));
  }

  /// Each thing that a step does has a line of its own.
  Place next_line() { return {here_.step, next_row_++}; }
  Place last_line() const { return {here_.step, std::max(next_row_ - 1, 0)}; }

  void mark(const std::string& process, MarkKind kind, int tx, std::string words) {
    if (const int at = lane(process); at >= 0)
      out_.marks.push_back({at, next_line(), kind, tx, std::move(words)});
  }

  void event(const Step& step) {
    const std::string who = step.process;
    if (step.kind == EventKind::start) mark(who, MarkKind::start, step.tx, "start");
    if (step.kind == EventKind::timeout)
      mark(who, MarkKind::timer, step.tx, timer_of(trace_, step) + " timer");
    if (step.kind == EventKind::operator_ || step.kind == EventKind::client ||
        step.kind == EventKind::write)
      mark(who.empty() ? first_on(step.node) : who, MarkKind::other, step.tx, step.event);
    if (step.kind == EventKind::partition)
      out_.cuts.push_back({next_line(), std::nullopt, groups_text(step)});
    if (step.kind == EventKind::heal && !out_.cuts.empty()) out_.cuts.back().to = next_line();
  }

  std::string first_on(const std::string& node) const {
    const int at = status_.first_on(node);
    return at < 0 ? "" : trace_.processes[static_cast<std::size_t>(at)].name;
  }

  void add(const Step& step, const Effect& effect) {
    switch (effect.kind) {
      case EffectKind::send: return send(effect);
      case EffectKind::receive: return arrive(effect, Fate::arrived);
      case EffectKind::lost:
        return arrive(
            effect,
            status_.partitioned() || step.kind == EventKind::partition ? Fate::cut : Fate::lost);
      case EffectKind::arm:
      case EffectKind::disarm: return;
      case EffectKind::force:
      case EffectKind::append:
      case EffectKind::vote:
      case EffectKind::decide:
      case EffectKind::answer:
      case EffectKind::choose:
      case EffectKind::store:
      case EffectKind::crash:
      case EffectKind::recover: break;
    }
    const std::string who = effect.process.empty() ? first_on(step.node) : effect.process;
    mark(who, kind_of(effect), effect.tx, note_of(trace_, effect, trace::signs(true)).words);
    status_.apply(step, effect);
    if (effect.kind == EffectKind::vote || effect.kind == EffectKind::decide)
      doubt(effect.tx, effect.process);
  }

  void send(const Effect& effect) {
    const Place at = next_line();
    for (std::size_t i = 0; i < effect.to.size() && i < effect.ids.size(); ++i)
      under_way_[effect.ids[i]] = {lane(effect.from),
                                   lane(effect.to[i]),
                                   at,
                                   effect.local,
                                   effect.tx,
                                   effect.message,
                                   false};
  }

  void arrive(const Effect& effect, Fate fate) {
    const Place at = next_line();
    for (const std::int64_t id : effect.ids) {
      const auto sent = under_way_.find(id);
      if (sent == under_way_.end()) {
        add_repeated(effect, id, at, fate);
        continue;
      }
      add_arrow(sent->second, at, fate);
      arrived_[id] = std::move(sent->second);
      under_way_.erase(sent);
    }
  }

  /// A copy of a message that has arrived before.
  void add_repeated(const Effect& effect, std::int64_t id, Place at, Fate fate) {
    const auto first = arrived_.find(id);
    Sent sent;
    if (first != arrived_.end()) {
      sent = first->second;
    } else {
      sent = {lane(effect.from),
              effect.to.empty() ? -1 : lane(effect.to.front()),
              at,
              effect.local,
              effect.tx,
              effect.message,
              false};
    }
    add_arrow(sent, at, fate == Fate::arrived ? Fate::repeated : fate);
  }

  void add_arrow(const Sent& sent, Place end, Fate fate) {
    if (sent.from < 0 || sent.to < 0) return;
    out_.arrows.push_back(
        {sent.from, sent.to, sent.at, end, fate, sent.local, sent.tx, sent.label});
  }

  /// Opens or closes the bar of a process that is in doubt, or no longer.
  void doubt(int tx, const std::string& process) {
    const bool now = status_.standing(tx, process).in_doubt();
    set_bar(BarKind::in_doubt, lane(process), tx, "in doubt", now);
  }

  void set_bar(BarKind kind, int at, int tx, const std::string& words, bool now) {
    if (at < 0) return;
    const auto key = std::pair(std::pair(kind, at), std::pair(tx, words));
    const auto open = open_.find(key);
    if (now && open == open_.end()) {
      open_[key] = out_.bars.size();
      out_.bars.push_back({at, kind, last_line(), std::nullopt, tx, words});
    } else if (!now && open != open_.end()) {
      out_.bars[open->second].to = last_line();
      open_.erase(open);
    }
  }

  /// What the step has changed of the nodes and their locks.
  void states(const Step& step) {
    status_.finish(step);
    for (std::size_t i = 0; i < trace_.processes.size(); ++i) {
      if (trace_.processes[i].node != step.node) continue;
      set_bar(BarKind::down, static_cast<int>(i), 0, "down", !status_.up(i));
      set_bar(BarKind::paused, static_cast<int>(i), 0, "paused", status_.paused(i));
    }
    for (const trace::Change& change : step.changes) {
      constexpr std::string_view locked = "lock ";  // the rest says more of the same
      if (change.part != "locks" || !change.field.starts_with(locked)) continue;
      const int at = std::max(lane(change.where), status_.first_on(change.where));
      set_bar(BarKind::locked, at, 0, change.field.substr(locked.size()), !change.after.empty());
    }
  }

  const trace::Trace& trace_;
  trace::Status status_;
  Sequence out_;
  Place here_;
  int next_row_ = 0;
  std::map<std::int64_t, Sent> under_way_;  // by id
  std::unordered_map<std::int64_t, Sent> arrived_;
  std::map<std::pair<std::pair<BarKind, int>, std::pair<int, std::string>>, std::size_t> open_;
};

}  // namespace

Sequence sequence_of(const trace::Trace& trace) {
  return Builder(trace).build();
}

}  // namespace concordat::gui
