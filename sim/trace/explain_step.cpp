#include "sim/trace/explain_step.hpp"

#include <algorithm>

#include "sim/trace/phrase.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

std::string in_ticks(const std::string& text) {
  return "`" + text + "`";
}

/// " of transaction 2", where there are several.
std::string of_tx(const Trace& trace, int tx) {
  return trace.transactions > 1 && tx > 0 ? " in transaction " + std::to_string(tx) : "";
}

/// "c and p1 on one side, p2 on the other"; with more sides "c | p1 | p2".
std::string sides(const Step& step) {
  std::vector<std::string> out;
  for (const std::vector<std::string>& group : step.groups)
    out.push_back(join_and(group));
  return out.size() == 2 ? out[0] + " on one side, " + out[1] + " on the other" : join(out, " | ");
}

std::string forced_words(const Effect& effect) {
  if (effect.text.empty())
    return effect.store.empty() ? "forces its log" : effect.store + "s its data on disk";
  std::string words = "forces " + in_ticks(effect.text);
  if (effect.store == "prepare") words += " with its data and locks";
  if (effect.store == "commit") words += " with its data";
  words += " to its log";
  return effect.store == "rollback" ? words + " (undoing its data)" : words;
}

/// The effect after "p1 ...": a verb in the third person, or "" for what is told elsewhere.
std::string verb_of(const Effect& effect) {
  const std::string& text = effect.text;
  switch (effect.kind) {
    case EffectKind::send: return "sends " + effect.message + " to " + join_and(effect.to);
    case EffectKind::receive: return "receives " + effect.message + " from " + effect.from;
    case EffectKind::force: return forced_words(effect);
    case EffectKind::append:
      return "writes " + in_ticks(text.empty() ? effect.store : text) +
             " to its log without forcing it";
    case EffectKind::vote: return text == "read" ? "votes read-only" : "votes " + text;
    case EffectKind::decide: return "decides " + text;
    case EffectKind::answer: return "tells the client " + in_ticks(text);
    case EffectKind::choose: return "draws " + text + " = " + effect.value;
    case EffectKind::store:
      return "asks its store to " + text + (effect.value.empty() ? "" : " (" + effect.value + ")");
    case EffectKind::arm:  // every wait has a timer; its end is told
    case EffectKind::disarm:
    case EffectKind::lost:
    case EffectKind::crash:
    case EffectKind::recover: return "";
  }
  return "";
}

/// The effect after "right after": a gerund.
std::string gerund_of(const Effect& effect) {
  switch (effect.kind) {
    case EffectKind::send: return "sending " + effect.message + " to " + join_and(effect.to);
    case EffectKind::force:
      return "forcing " + in_ticks(effect.text.empty() ? effect.store : effect.text);
    case EffectKind::append: return "writing " + in_ticks(effect.text);
    case EffectKind::answer: return "telling the client";
    case EffectKind::receive: return "receiving " + effect.message;
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
std::string before_what(const Step& step) {
  const auto sends = [](bool suppressed) {
    return [suppressed](const Effect& effect) {
      return effect.kind == EffectKind::send && effect.suppressed == suppressed;
    };
  };
  if (std::ranges::any_of(step.effects, sends(true)) &&
      std::ranges::none_of(step.effects, sends(false)))
    return ", before it sends anything";
  for (Effect effect : step.effects) {
    if (!effect.suppressed) continue;
    effect.suppressed = false;
    const std::string verb = verb_of(effect);
    if (!verb.empty()) return ", before it " + verb;
  }
  return "";
}

class Teller {
 public:
  Teller(const Trace& trace, const Step& step, Status& status)
      : trace_(trace), step_(step), status_(status) {}

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
    if (us && us != told_us_) verb.insert(0, time_text(span_us(*told_us_, *us)) + " later ");
    told_us_ = us;
    add_verb(std::move(verb));
  }

  void tell_event() {
    const std::string tx = of_tx(trace_, step_.tx);
    switch (step_.kind) {
      case EventKind::start: return add_verb("starts" + (tx.empty() ? "" : " work" + tx));
      case EventKind::timeout:
        return add_verb("runs into its " + timer_of(trace_, step_) + " timeout" + tx);
      case EventKind::deliver:
      case EventKind::lose:
      case EventKind::crash:
      case EventKind::recover: return;
      case EventKind::duplicate:
        return remark("A copy of this message stays under way and may arrive again.");
      case EventKind::partition: return remark(partition_words() + until({"cut", ""}, "It lasts"));
      case EventKind::heal: return remark("The partition heals; every message can pass again.");
      case EventKind::pause:
        return remark(step_.node + " pauses" + pause_length() + ": it is up, but does nothing.");
      case EventKind::resume: return remark(step_.node + " goes on after its pause.");
      case EventKind::client: return remark("The client acts: " + in_ticks(step_.event) + ".");
      case EventKind::operator_:
        return remark("An operator steps in: " + in_ticks(step_.event) + ".");
      case EventKind::write:
        return remark("Somebody outside the protocol writes: " + in_ticks(step_.event) + ".");
      case EventKind::amnesia:
        return remark(step_.node +
                      " comes back with an older log: it has forgotten what it wrote.");
      case EventKind::store:
      case EventKind::rename: return remark("Then " + in_ticks(step_.event) + ".");
    }
  }

  std::string partition_words() const {
    if (step_.groups.empty()) return "The network splits: " + in_ticks(step_.event) + ".";
    return "The network splits: " + sides(step_) + ". No message passes between the sides.";
  }

  /// " It lasts until 11s.", for the interval that begins at `us`; nothing where none does.
  std::string until(IntervalKey key, std::string_view verb, std::optional<std::int64_t> us) const {
    const Interval* interval = beginning_at(trace_, key, us);
    if (interval == nullptr) return "";
    const std::string end = interval->to_us ? time_text(*interval->to_us) : "the end of the run";
    return " " + std::string(verb) + " until " + end + ".";
  }
  std::string until(IntervalKey key, std::string_view verb) const {
    return until(key, verb, step_.time_us);
  }

  std::string pause_length() const {
    const Interval* pause = beginning_at(trace_, {"paused", step_.node}, step_.time_us);
    if (pause == nullptr || !pause->to_us) return "";
    return " for " + time_text(span_us(pause->from_us, *pause->to_us));
  }

  void remark(std::string sentence) { told_.remarks.push_back(std::move(sentence)); }

  void tell_effect(std::size_t i) {
    const Effect& effect = step_.effects[i];
    if (effect.suppressed) return;
    const Standing before = status_.standing(effect.tx, effect.process);
    if (effect.kind == EffectKind::lost) {
      remark("The network loses " + effect.message + " on its way from " + effect.from + " to " +
             join_and(effect.to) + where_lost(effect) + ".");
    } else if (effect.kind == EffectKind::crash) {
      tell_crash(i);
    } else if (effect.kind == EffectKind::recover) {
      tell_recovery(effect);
    } else if (effect.kind == EffectKind::decide) {
      tell_decision(effect, before);
    } else if (!is_told_by_vote(i)) {
      std::string verb = verb_of(effect);
      if (effect.kind == EffectKind::receive) verb += of_tx(trace_, effect.tx);
      add_verb(effect, std::move(verb));
    }
    status_.apply(step_, effect);
    if (effect.kind == EffectKind::vote && effect.text == "yes" && !before.in_doubt())
      voters_.push_back(effect);
  }

  std::string where_lost(const Effect& effect) const {
    if (step_.kind == EventKind::partition) return ", at the cut";
    const int to = effect.to.empty() ? -1 : status_.index_of(effect.to.front());
    const bool down = trace_.timed && to >= 0 && !status_.up(static_cast<std::size_t>(to));
    if (down) return ", which is down";
    return status_.partitioned() ? ", at the cut" : "";
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
    add_verb(effect, verb_of(effect) + (before.in_doubt() ? doubt_is_over(effect) : ""));
    if (!before.decision.empty() && before.decision != effect.text) {
      remark("That reverses its own decision: it had decided " + before.decision + " in step " +
             std::to_string(before.decided_step) + ".");
    } else if (!other.empty()) {
      const Standing& standing = status_.standing(effect.tx, other);
      const bool known = !status_.decided_otherwise(effect.tx, standing.decision).empty();
      if (!known)
        remark("But " + other + " decided " + standing.decision + " in step " +
               std::to_string(standing.decided_step) + ": the transaction is split.");
    } else if (first.empty()) {
      remark("This is the first decision" + of_tx(trace_, effect.tx) +
             (before.vote == "no" ? ". After its own no it needs to ask nobody."
                                  : "; from here on nobody may decide otherwise."));
    }
  }

  /// " (its doubt is over)", " (its doubt of 1.005s is over)".
  std::string doubt_is_over(const Effect& effect) const {
    const Interval* doubt =
        ending_at(trace_, {"in_doubt", effect.process, effect.tx}, time_of(step_, effect));
    const std::string length =
        doubt == nullptr ? "" : " of " + time_text(span_us(doubt->from_us, *doubt->to_us));
    return " (its doubt" + length + " is over)";
  }

  void tell_crash(std::size_t at) {
    std::string words;
    for (std::size_t i = 0; i < at; ++i) {
      if (step_.effects[i].suppressed) continue;
      const std::string gerund = gerund_of(step_.effects[i]);
      if (!gerund.empty()) words = " right after " + gerund;
    }
    words = "crashes" + words + before_what(step_);
    if (told_.subjects.empty()) told_.subjects = {step_.node};
    if (told_.verbs.empty()) {
      add_verb(words);
    } else {
      const std::string offset = offset_text(step_, step_.effects[at]);
      const std::string when =
          offset.empty() ? " " : ", at " + time_text(*step_.effects[at].time_us) + ", ";
      remark("Then" + when + step_.node + " " + words + ".");
    }
    const std::string down =
        until({"down", step_.node}, "It is down", time_of(step_, step_.effects[at]));
    if (!down.empty()) remark(down.substr(1));
    for (const Process& p : trace_.processes)
      if (p.node == step_.node) explain_crash(p.name);
  }

  void explain_crash(const std::string& process) {
    for (int tx = 1; tx <= trace_.transactions; ++tx) {
      const Standing& standing = status_.standing(tx, process);
      if (standing.in_doubt())
        remark("It goes down in doubt" + of_tx(trace_, tx) +
               ": its vote binds it when it comes back.");
      if (standing.decided_step == step_.index && nobody_told(tx))
        remark("The decision" + of_tx(trace_, tx) + " exists, but only " + process + " knows it.");
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
        down == nullptr ? "" : " after " + time_text(span_us(down->from_us, *down->to_us));
    add_verb("comes back" + after + " with what its log says" +
             (effect.text.empty() ? "" : " (tail: " + effect.text + ")"));
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
    if (asks) remark(doubt_so_far() + ", so it can only ask, or wait.");
    told_.is_delivery = step_.kind == EventKind::deliver;
    told_.mergeable = told_.remarks.empty() && !told_.subjects.empty() && !told_.verbs.empty() &&
                      step_.kind == EventKind::deliver && step_.properties.empty();
    for (const PropertyStatus& property : step_.properties)
      if (property.status == "violated")
        remark("Here " + property.name + " is violated: " + property.sentence + ".");
  }

  /// "It is in doubt", "It has been in doubt for 5s".
  std::string doubt_so_far() const {
    const Interval* doubt =
        holding_at(trace_, {"in_doubt", step_.process, step_.tx}, step_.time_us);
    if (doubt == nullptr) return "It is in doubt";
    return "It has been in doubt for " + time_text(span_us(doubt->from_us, *step_.time_us));
  }

  /// A message that changed nothing, or only memory.
  void tell_silence() {
    const bool received = step_.effects.size() == 1 &&
                          step_.effects[0].kind == EffectKind::receive && told_.verbs.size() == 1;
    if (!received) return;
    told_.only_receives = true;
    if (step_.changes.empty()) told_.verbs.front() += ", which changes nothing";
  }

  const Trace& trace_;
  const Step& step_;
  Status& status_;
  Told told_;
  std::optional<std::int64_t> told_us_;  // the time of the verb told last
  std::vector<Effect> voters_;           // the yes votes of this step
};

}  // namespace

Told tell(const Trace& trace, const Step& step, Status& status) {
  return Teller(trace, step, status).tell();
}

}  // namespace concordat::trace
