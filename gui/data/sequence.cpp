#include "gui/data/sequence.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
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

}  // namespace

/// Texts, each kept once and for as long as this lives.
class Words {
 public:
  std::string_view keep(std::string_view text) {
    const auto known = known_.find(text);
    if (known != known_.end()) return *known;
    return *known_.insert(texts_.emplace_back(text)).first;
  }

  std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;  // which does not move what it holds
  std::unordered_set<std::string_view> known_;
};

namespace {

/// From the id of a message's copy to the arrow that was drawn for it. Engines count ids from 1.
class ArrowOfId {
 public:
  void set(std::int64_t id, int arrow) {
    constexpr std::int64_t step = 4096;  // how far an id may be ahead of those before
    const auto size = static_cast<std::int64_t>(near_.size());
    if (id < 0 || id >= size + step) {
      far_[id] = arrow;
      return;
    }
    if (id >= size) near_.resize(static_cast<std::size_t>(id) + 1, none);
    near_[static_cast<std::size_t>(id)] = arrow;
  }

  /// `none` if it was never sent.
  int find(std::int64_t id) const {
    if (id >= 0 && id < static_cast<std::int64_t>(near_.size()))
      if (const int arrow = near_[static_cast<std::size_t>(id)]; arrow != none) return arrow;
    const auto far = far_.find(id);
    return far == far_.end() ? none : far->second;
  }

  static constexpr int none = -1;

 private:
  std::vector<int> near_;
  std::unordered_map<std::int64_t, int> far_;
};

}  // namespace

class SequenceBuilder::Impl {
 public:
  explicit Impl(const trace::Trace& trace) : trace_(trace), status_(trace) {
    for (const trace::Process& process : trace.processes)
      out_.lanes.push_back(
          {process.name, process.role, process.node == process.name ? "" : process.node});
    is_down_.resize(trace.processes.size());
    is_paused_.resize(trace.processes.size());
  }

  Sequence finish() {
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
        out_.deciding_step = static_cast<int>(i);
    }
    out_.words = std::move(words_);
    if (const auto first = std::ranges::find(out_.doomed, true); first != out_.doomed.end())
      out_.point_of_no_return = static_cast<int>(first - out_.doomed.begin());
    return std::move(out_);
  }

  void add(const Step& step) {
    const int index = out_.step_count();
    here_ = {index, 0};
    next_row_ = 0;
    if (step.time_us) out_.times_us.push_back(*step.time_us);
    out_.transactions.push_back(step.tx);
    out_.kinds.push_back(step.kind);
    out_.valences.push_back(valence_of(step));
    out_.doomed.push_back(step.doomed);
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

 private:
  int lane(std::string_view process) const { return status_.index_of(process); }

  /// Each thing that a step does has a line of its own.
  Place next_line() { return {here_.step, next_row_++}; }
  Place last_line() const { return {here_.step, std::max(next_row_ - 1, 0)}; }

  void mark(int at, MarkKind kind, int tx, std::string_view words) {
    if (at >= 0) out_.marks.push_back({at, next_line(), kind, tx, words});
  }

  void event(const Step& step) {
    const int at = lane(step.process);
    if (step.kind == EventKind::start) mark(at, MarkKind::start, step.tx, "start");
    if (step.kind == EventKind::timeout)
      mark(at, MarkKind::timer, step.tx, words_->keep(timer_of(trace_, step) + " timer"));
    if (step.kind == EventKind::operator_ || step.kind == EventKind::client ||
        step.kind == EventKind::write)
      mark(at < 0 ? status_.first_on(step.node) : at,
           MarkKind::other,
           step.tx,
           words_->keep(step.event));
    if (step.kind == EventKind::partition)
      out_.cuts.push_back({next_line(), std::nullopt, groups_text(step)});
    if (step.kind == EventKind::heal && !out_.cuts.empty()) out_.cuts.back().to = next_line();
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
    const int at = effect.process.empty() ? status_.first_on(step.node) : lane(effect.process);
    mark(at, kind_of(effect), effect.tx, words_of(effect));
    status_.apply(step, effect);
    if (effect.kind == EffectKind::vote || effect.kind == EffectKind::decide)
      doubt(effect.tx, effect.process);
  }

  /// What the trace calls it. The same words come again and again, and making them takes longer
  /// than all the rest.
  std::string_view words_of(const Effect& effect) {
    key_.assign(1, static_cast<char>(effect.kind));
    if (trace_.transactions > 1) key_ += std::to_string(effect.tx);
    for (const std::string* part : {&effect.text, &effect.value, &effect.store}) {
      key_ += '\0';
      key_ += *part;
    }
    const auto known = words_of_.find(key_);
    if (known != words_of_.end()) return known->second;
    const std::string_view words = words_->keep(note_of(trace_, effect, trace::signs(true)).words);
    words_of_.emplace(key_, words);
    return words;
  }

  /// A message is drawn as under way for ever, until it arrives.
  void send(const Effect& effect) {
    const Place at = next_line();
    const int from = lane(effect.from);
    const std::string_view label = words_->keep(effect.message);
    for (std::size_t i = 0; i < effect.to.size() && i < effect.ids.size(); ++i) {
      const int to = lane(effect.to[i]);
      if (from < 0 || to < 0) continue;
      arrow_of_id_.set(effect.ids[i], static_cast<int>(out_.arrows.size()));
      out_.arrows.push_back({from, to, at, at, Fate::in_flight, effect.local, effect.tx, label});
    }
  }

  void arrive(const Effect& effect, Fate fate) {
    const Place at = next_line();
    for (const std::int64_t id : effect.ids) {
      const int known = arrow_of_id_.find(id);
      if (known == ArrowOfId::none) {
        add_unknown(effect, at, fate);
      } else if (Arrow& arrow = out_.arrows[static_cast<std::size_t>(known)];
                 arrow.fate == Fate::in_flight) {
        arrow.end = at;
        arrow.fate = fate;
      } else {  // a copy of a message that has arrived before
        Arrow again = arrow;
        again.end = at;
        again.fate = fate == Fate::arrived ? Fate::repeated : fate;
        out_.arrows.push_back(again);
      }
    }
  }

  /// A message that nobody has sent, in this trace.
  void add_unknown(const Effect& effect, Place at, Fate fate) {
    const int from = lane(effect.from);
    const int to = effect.to.empty() ? -1 : lane(effect.to.front());
    if (from < 0 || to < 0) return;
    out_.arrows.push_back({from,
                           to,
                           at,
                           at,
                           fate == Fate::arrived ? Fate::repeated : fate,
                           effect.local,
                           effect.tx,
                           words_->keep(effect.message)});
  }

  /// Opens or closes the bar of a process that is in doubt, or no longer.
  void doubt(int tx, const std::string& process) {
    const bool now = status_.standing(tx, process).in_doubt();
    set_bar(BarKind::in_doubt, lane(process), tx, "in doubt", now);
  }

  /// REQUIRES: `words` is kept, or a literal.
  void set_bar(BarKind kind, int at, int tx, std::string_view words, bool now) {
    if (at < 0) return;
    const auto key = std::tuple(kind, at, tx, words);
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
      follow(i, BarKind::down, "down", !status_.up(i), is_down_);
      follow(i, BarKind::paused, "paused", status_.paused(i), is_paused_);
    }
    for (const trace::Change& change : step.changes) {
      constexpr std::string_view locked = "lock ";  // the rest says more of the same
      if (change.part != "locks" || !change.field.starts_with(locked)) continue;
      const int at = std::max(lane(change.where), status_.first_on(change.where));
      const auto row = std::string_view(change.field).substr(locked.size());
      set_bar(BarKind::locked, at, 0, words_->keep(row), !change.after.empty());
    }
  }

  void follow(std::size_t process,
              BarKind kind,
              std::string_view words,
              bool now,
              std::vector<bool>& before) {
    if (now == before[process]) return;
    before[process] = now;
    set_bar(kind, static_cast<int>(process), 0, words, now);
  }

  const trace::Trace& trace_;
  trace::Status status_;
  Sequence out_;
  std::shared_ptr<Words> words_ = std::make_shared<Words>();
  std::unordered_map<std::string, std::string_view> words_of_;  // by what they are made of
  std::string key_;
  Place here_;
  int next_row_ = 0;
  ArrowOfId arrow_of_id_;
  std::vector<bool> is_down_;  // per process
  std::vector<bool> is_paused_;
  std::map<std::tuple<BarKind, int, int, std::string_view>, std::size_t> open_;
};

SequenceBuilder::SequenceBuilder(const trace::Trace& trace)
    : impl_(std::make_unique<Impl>(trace)) {}

SequenceBuilder::~SequenceBuilder() = default;

void SequenceBuilder::add(const trace::Step& step) {
  impl_->add(step);
}

Sequence SequenceBuilder::finish() && {
  return impl_->finish();
}

Sequence sequence_of(const trace::Trace& trace) {
  SequenceBuilder builder(trace);
  for (const Step& step : trace.steps)
    builder.add(step);
  return std::move(builder).finish();
}

}  // namespace concordat::gui
