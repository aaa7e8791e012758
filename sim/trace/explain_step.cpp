#include "sim/trace/explain_step.hpp"

#include <algorithm>

#include "sim/trace/phrase.hpp"
#include "sim/trace/reasons.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

std::string in_ticks(const std::string& text) {
  return "`" + text + "`";
}

/// The verbs of effects, and what else is said of one step only.
class Verbs {
 public:
  Verbs(const Trace& trace, const Words& words) : trace_(trace), words_(words) {}

  /// " in transaction 2", where there are several.
  std::string of_tx(int tx) const {
    return trace_.transactions > 1 && tx > 0 ? words_(Phrase::in_transaction, std::to_string(tx))
                                             : "";
  }

  /// "c and p1 on one side, p2 on the other"; with more sides "c | p1 | p2".
  std::string sides(const Step& step) const {
    std::vector<std::string> out;
    for (const std::vector<std::string>& group : step.groups)
      out.push_back(words_.names(group));
    return out.size() == 2 ? words_(Phrase::two_sides, out[0], out[1]) : join(out, " | ");
  }

  /// The effect after "p1 ...": a verb in the third person, or "" for what is told elsewhere.
  std::string verb_of(const Effect& effect) const {
    const std::string& text = effect.text;
    switch (effect.kind) {
      case EffectKind::send: return words_(Phrase::sends, effect.message, words_.names(effect.to));
      case EffectKind::receive: return reception({received(effect)}, words_);
      case EffectKind::force: return forced(effect);
      case EffectKind::append:
        return words_(Phrase::appends, in_ticks(text.empty() ? effect.store : text));
      case EffectKind::vote:
        return words_(Phrase::votes, words_.term(text == "read" ? "read-only" : text));
      case EffectKind::decide: return words_(Phrase::decides, words_.term(text));
      case EffectKind::answer: return words_(Phrase::tells_client, in_ticks(text));
      case EffectKind::choose: return words_(Phrase::draws, text, effect.value);
      case EffectKind::store: return words_(Phrase::asks_store, text, in_brackets(effect.value));
      case EffectKind::arm:  // every wait has a timer; its end is told
      case EffectKind::disarm:
      case EffectKind::lost:
      case EffectKind::crash:
      case EffectKind::recover: return "";
    }
    return "";
  }

  static Received received(const Effect& effect) { return {effect.message, effect.from}; }

  /// The effect after "right after": a gerund.
  std::string gerund_of(const Effect& effect) const {
    switch (effect.kind) {
      case EffectKind::send:
        return words_(Phrase::just_sending, effect.message, words_.names(effect.to));
      case EffectKind::force:
        return words_(Phrase::just_forcing,
                      in_ticks(effect.text.empty() ? effect.store : effect.text));
      case EffectKind::append: return words_(Phrase::just_writing, in_ticks(effect.text));
      case EffectKind::answer: return words_(Phrase::just_telling);
      case EffectKind::receive: return words_(Phrase::just_receiving, effect.message);
      case EffectKind::arm:
      case EffectKind::disarm:
      case EffectKind::vote:
      case EffectKind::decide:
      case EffectKind::choose:
      case EffectKind::store:
      case EffectKind::lost:
      case EffectKind::crash:
      case EffectKind::recover: break;
    }
    return "";
  }

  /// ", before it sends commit to p2", for the first thing that the crash in this step prevented.
  std::string before_what(const Step& step) const {
    const auto sends = [](bool suppressed) {
      return [suppressed](const Effect& effect) {
        return effect.kind == EffectKind::send && effect.suppressed == suppressed;
      };
    };
    if (std::ranges::any_of(step.effects, sends(true)) &&
        std::ranges::none_of(step.effects, sends(false)))
      return words_(Phrase::before_sending);
    for (Effect effect : step.effects) {
      if (!effect.suppressed) continue;
      effect.suppressed = false;
      const std::string verb = verb_of(effect);
      if (!verb.empty()) return words_(Phrase::before_it, verb);
    }
    return "";
  }

 private:
  std::string in_brackets(const std::string& text) const {
    return text.empty() ? "" : words_(Phrase::in_brackets, words_.term(text));
  }

  std::string forced(const Effect& effect) const {
    if (effect.text.empty())
      return effect.store.empty() ? words_(Phrase::forces_log)
                                  : words_(Phrase::forces_store, words_.term(effect.store));
    const Phrase phrase = effect.store == "prepare"    ? Phrase::forces_prepared
                          : effect.store == "commit"   ? Phrase::forces_data
                          : effect.store == "rollback" ? Phrase::forces_undone
                                                       : Phrase::forces;
    return words_(phrase, in_ticks(effect.text));
  }

  const Trace& trace_;
  const Words& words_;
};

class Teller {
 public:
  Teller(const Trace& trace, const Step& step, Status& status, const Words& words)
      : trace_(trace), step_(step), status_(status), words_(words), verbs_(trace, words) {}

  Told tell() {
    told_.first_step = told_.last_step = step_.index;
    told_.first_us = told_.last_us = told_us_ = step_.time_us;
    if (!step_.process.empty()) told_.subjects = {step_.process};
    const int index = status_.index_of(step_.process);
    if (index >= 0) told_.role = trace_.processes[static_cast<std::size_t>(index)].role;
    tell_event();
    for (std::size_t i = 0; i < step_.effects.size(); ++i)
      tell_effect(i);
    status_.finish(step_);
    finish();
    return std::move(told_);
  }

 private:
  void add_verb(std::string verb) {
    if (!verb.empty()) told_.verbs.push_back(std::move(verb));
  }

  /// The verb of an effect, which says how much later than the one before it came.
  void add_verb(const Effect& effect, std::string verb) {
    const std::optional<std::int64_t> us = time_of(step_, effect);
    if (verb.empty()) return;
    if (us && us != told_us_)
      verb = words_(Phrase::later, time_text(span_us(*told_us_, *us)), verb);
    told_us_ = us;
    add_verb(std::move(verb));
  }

  void add_reception(const Effect& effect) {
    Received received = Verbs::received(effect);
    received.from += of_tx(effect.tx);
    const std::optional<std::int64_t> us = time_of(step_, effect);
    const bool says_more = (us && us != told_us_) || effect.message.find(',') != std::string::npos;
    if (told_.verbs.empty() && !says_more) told_.received = {received};
    add_verb(effect, reception({received}, words_));
  }

  std::string of_tx(int tx) const { return verbs_.of_tx(tx); }

  void tell_event() {
    const std::string tx = of_tx(step_.tx);
    const std::string event = in_ticks(step_.event);
    switch (step_.kind) {
      case EventKind::start:
        return add_verb(tx.empty() ? words_(Phrase::starts) : words_(Phrase::starts_work, tx));
      case EventKind::timeout:
        return add_verb(words_(Phrase::timeout, timer_of(trace_, step_), tx));
      case EventKind::deliver:
      case EventKind::lose:
      case EventKind::crash:
      case EventKind::recover: return;
      case EventKind::duplicate: return remark(words_(Phrase::copy_stays));
      case EventKind::partition: return tell_partition();
      case EventKind::heal: return remark(words_(Phrase::heals));
      case EventKind::pause: return remark(words_(Phrase::pauses, step_.node, pause_length()));
      case EventKind::resume: return remark(words_(Phrase::goes_on, step_.node));
      case EventKind::client: return remark(words_(Phrase::client_acts, event));
      case EventKind::operator_: return remark(words_(Phrase::operator_acts, event));
      case EventKind::write: return remark(words_(Phrase::outside_write, event));
      case EventKind::amnesia: return remark(words_(Phrase::forgets, step_.node));
      case EventKind::store:
      case EventKind::rename: return remark(words_(Phrase::then_event, event));
    }
  }

  void tell_partition() {
    remark(step_.groups.empty() ? words_(Phrase::network_splits_event, in_ticks(step_.event))
                                : words_(Phrase::network_splits, verbs_.sides(step_)));
    tell_end({"cut", ""}, Phrase::lasts_until, step_.time_us);
  }

  /// "It lasts until 11s.", for the interval that begins at `us`; nothing where none does.
  void tell_end(IntervalKey key, Phrase until, std::optional<std::int64_t> us) {
    const Interval* interval = beginning_at(trace_, key, us);
    if (interval == nullptr) return;
    remark(
        words_(until, interval->to_us ? time_text(*interval->to_us) : words_(Phrase::end_of_run)));
  }

  std::string pause_length() const {
    const Interval* pause = beginning_at(trace_, {"paused", step_.node}, step_.time_us);
    if (pause == nullptr || !pause->to_us) return "";
    return words_(Phrase::for_time, time_text(span_us(pause->from_us, *pause->to_us)));
  }

  void remark(std::string sentence) { told_.remarks.push_back(std::move(sentence)); }

  void tell_effect(std::size_t i) {
    const Effect& effect = step_.effects[i];
    if (effect.suppressed) return;
    const Standing before = status_.standing(effect.tx, effect.process);
    if (effect.kind == EffectKind::lost) {
      remark(words_(
          Phrase::loses, effect.message, effect.from, words_.names(effect.to), where_lost(effect)));
    } else if (effect.kind == EffectKind::crash) {
      tell_crash(i);
    } else if (effect.kind == EffectKind::recover) {
      tell_recovery(effect);
    } else if (effect.kind == EffectKind::decide) {
      tell_decision(effect, before);
    } else if (effect.kind == EffectKind::receive) {
      add_reception(effect);
    } else if (!is_told_by_vote(i)) {
      add_verb(effect, verbs_.verb_of(effect));
    }
    status_.apply(step_, effect);
    if (effect.kind == EffectKind::vote && effect.text == "yes" && !before.in_doubt())
      voters_.push_back(effect);
  }

  std::string where_lost(const Effect& effect) const {
    if (step_.kind == EventKind::partition) return words_(Phrase::at_the_cut);
    const int to = effect.to.empty() ? -1 : status_.index_of(effect.to.front());
    const bool down = trace_.timed && to >= 0 && !status_.up(static_cast<std::size_t>(to));
    if (down) return words_(Phrase::receiver_down);
    return status_.partitioned() ? words_(Phrase::at_the_cut) : "";
  }

  /// A drawn vote that the vote itself repeats.
  bool is_told_by_vote(std::size_t i) const {
    const Effect& effect = step_.effects[i];
    return effect.kind == EffectKind::choose &&
           std::any_of(step_.effects.begin() + static_cast<std::ptrdiff_t>(i),
                       step_.effects.end(),
                       [&](const Effect& later) {
                         return later.kind == EffectKind::vote && later.text == effect.value;
                       });
  }

  void tell_decision(const Effect& effect, const Standing& before) {
    const std::string first = status_.first_decider(effect.tx);
    const std::string other = status_.decided_otherwise(effect.tx, effect.text);
    add_verb(effect, verbs_.verb_of(effect) + (before.in_doubt() ? doubt_is_over(effect) : ""));
    if (!before.decision.empty() && before.decision != effect.text) {
      remark(words_(
          Phrase::reverses, words_.term(before.decision), std::to_string(before.decided_step)));
    } else if (!other.empty()) {
      const Standing& standing = status_.standing(effect.tx, other);
      const bool known = !status_.decided_otherwise(effect.tx, standing.decision).empty();
      if (!known)
        remark(words_(Phrase::split,
                      other,
                      words_.term(standing.decision),
                      std::to_string(standing.decided_step)));
    } else if (first.empty()) {
      remark(words_(before.vote == "no" ? Phrase::first_decision_no : Phrase::first_decision,
                    of_tx(effect.tx)));
    }
  }

  /// " (its doubt is over)", " (its doubt of 1.005s is over)".
  std::string doubt_is_over(const Effect& effect) const {
    const Interval* doubt =
        ending_at(trace_, {"in_doubt", effect.process, effect.tx}, time_of(step_, effect));
    if (doubt == nullptr) return words_(Phrase::doubt_over);
    return words_(Phrase::doubt_over_after, time_text(span_us(doubt->from_us, *doubt->to_us)));
  }

  void tell_crash(std::size_t at) {
    std::string after;
    for (std::size_t i = 0; i < at; ++i) {
      if (step_.effects[i].suppressed) continue;
      const std::string gerund = verbs_.gerund_of(step_.effects[i]);
      if (!gerund.empty()) after = words_(Phrase::right_after, gerund);
    }
    std::string crashes = words_(Phrase::crashes, after, verbs_.before_what(step_));
    if (told_.subjects.empty()) told_.subjects = {step_.node};
    if (told_.verbs.empty()) {
      add_verb(std::move(crashes));
    } else if (offset_text(step_, step_.effects[at]).empty()) {
      remark(words_(Phrase::then_node, step_.node, crashes));
    } else {
      const std::string when = time_text(*step_.effects[at].time_us);
      remark(words_(Phrase::then_node_at, step_.node, crashes, when));
    }
    tell_end({"down", step_.node}, Phrase::down_until, time_of(step_, step_.effects[at]));
    for (const Process& p : trace_.processes)
      if (p.node == step_.node) explain_crash(p.name);
  }

  void explain_crash(const std::string& process) {
    for (int tx = 1; tx <= trace_.transactions; ++tx) {
      const Standing& standing = status_.standing(tx, process);
      if (standing.in_doubt()) remark(words_(Phrase::goes_down_in_doubt, of_tx(tx)));
      if (standing.decided_step == step_.index && nobody_told(tx))
        remark(words_(Phrase::only_one_knows, of_tx(tx), process));
    }
  }

  /// Whether the process decided in this step and sent nothing afterwards.
  bool nobody_told(int tx) const {
    bool decided = false;
    for (const Effect& effect : step_.effects) {
      if (effect.suppressed || effect.tx != tx) continue;
      if (effect.kind == EffectKind::decide) decided = true;
      if (decided && (effect.kind == EffectKind::send || effect.kind == EffectKind::answer))
        return false;
    }
    return decided && status_.first_decider(tx) == step_.process;
  }

  void tell_recovery(const Effect& effect) {
    if (told_.subjects.empty()) told_.subjects = {step_.node};
    const Interval* down = ending_at(trace_, {"down", step_.node}, time_of(step_, effect));
    const std::string after =
        down == nullptr
            ? ""
            : words_(Phrase::after_time, time_text(span_us(down->from_us, *down->to_us)));
    const std::string tail =
        effect.text.empty() ? "" : words_(Phrase::log_tail, words_.term(effect.text));
    add_verb(words_(Phrase::comes_back, after, tail));
  }

  void finish() {
    for (const Effect& vote : voters_) {
      const bool still = status_.standing(vote.tx, vote.process).in_doubt();
      const int index = status_.index_of(vote.process);
      if (!still || index < 0 || !status_.up(static_cast<std::size_t>(index))) continue;
      told_.in_doubt.push_back(vote.process);
      if (trace_.timed) told_.doubt_us = time_of(step_, vote);
    }
    tell_silence();
    const bool asks =
        step_.kind == EventKind::timeout && status_.standing(step_.tx, step_.process).in_doubt();
    if (asks) remark(words_(Phrase::only_asks, doubt_so_far()));
    told_.is_delivery = step_.kind == EventKind::deliver;
    told_.mergeable = told_.remarks.empty() && !told_.subjects.empty() && !told_.verbs.empty() &&
                      step_.kind == EventKind::deliver && step_.properties.empty();
    for (const PropertyStatus& property : step_.properties)
      if (property.status == "violated")
        remark(words_(Phrase::violated_here,
                      words_.term(property.name),
                      reason(property.sentence, words_.language())));
  }

  /// "It is in doubt", "It has been in doubt for 5s".
  std::string doubt_so_far() const {
    const Interval* doubt =
        holding_at(trace_, {"in_doubt", step_.process, step_.tx}, step_.time_us);
    if (doubt == nullptr) return words_(Phrase::in_doubt);
    return words_(Phrase::in_doubt_for, time_text(span_us(doubt->from_us, *step_.time_us)));
  }

  /// A message that changed nothing, or only memory.
  void tell_silence() {
    const bool received = step_.effects.size() == 1 &&
                          step_.effects[0].kind == EffectKind::receive && told_.verbs.size() == 1;
    if (!received) return;
    told_.only_receives = true;
    if (!step_.changes.empty()) return;
    told_.verbs.front() += words_(Phrase::changes_nothing);
    told_.received.clear();
  }

  const Trace& trace_;
  const Step& step_;
  Status& status_;
  const Words& words_;
  Verbs verbs_;
  Told told_;
  std::optional<std::int64_t> told_us_;  // the time of the verb told last
  std::vector<Effect> voters_;           // the yes votes of this step
};

}  // namespace

Told tell(const Trace& trace, const Step& step, Status& status, const Words& words) {
  return Teller(trace, step, status, words).tell();
}

}  // namespace concordat::trace
