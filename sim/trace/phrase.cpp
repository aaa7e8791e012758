#include "sim/trace/phrase.hpp"

#include <algorithm>
#include <sstream>

#include "sim/trace/fields.hpp"

namespace concordat::trace {

namespace {

/// Which way the receivers lie from the sender, in the order of the processes.
std::u32string_view send_sign(const Trace& trace, const Effect& effect, const Signs& signs) {
  const auto place = [&](const std::string& process) {
    return std::ranges::find(trace.processes, process, &Process::name) - trace.processes.begin();
  };
  const auto self = place(effect.from);
  const auto right = [&](const std::string& to) { return place(to) > self; };
  if (std::ranges::all_of(effect.to, right)) return signs.send_right;
  if (std::ranges::none_of(effect.to, right)) return signs.send_left;
  return signs.send_both;
}

std::string written(const Effect& effect) {
  if (effect.text.empty()) return effect.store.empty() ? "" : "store " + effect.store;
  return effect.text;
}

std::string with_value(std::string words, std::string_view separator, const std::string& value) {
  if (!value.empty()) words.append(separator).append(value);
  return words;
}

std::string place_of(const Effect& effect) {
  return effect.text.empty() ? "" : " " + effect.text;
}

Note note(char32_t sign, std::string words, Style style) {
  return {std::u32string(1, sign), std::move(words), style};
}

}  // namespace

std::string tx_prefix(const Trace& trace, int tx) {
  return trace.transactions > 1 && tx > 0 ? "t" + std::to_string(tx) + " " : "";
}

std::string names_text(const Trace& trace, const std::vector<std::string>& names) {
  constexpr std::size_t run_min = 4;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < names.size();) {
    const auto first = std::ranges::find(trace.processes, names[i], &Process::name);
    std::size_t run = 1;
    for (auto p = first; p != trace.processes.end() && i + run < names.size(); ++run) {
      if (++p == trace.processes.end() || p->name != names[i + run]) break;
      if (p->role != first->role) break;
    }
    if (run < run_min) run = 1;
    parts.push_back(run == 1 ? names[i] : names[i] + ".." + names[i + run - 1]);
    i += run;
  }
  return join(parts);
}

Note note_of(const Trace& trace, const Effect& effect, const Signs& signs) {
  if (effect.suppressed) {  // prevented by a crash
    Effect wanted = effect;
    wanted.suppressed = false;
    const std::string_view verb = effect.kind == EffectKind::send ? "not sent: " : "not done: ";
    return {U"", std::string(verb) + note_of(trace, wanted, signs).words, Style::dim};
  }
  const std::string tx = tx_prefix(trace, effect.tx);
  const std::string& text = effect.text;
  switch (effect.kind) {
    case EffectKind::send:
      return {std::u32string(send_sign(trace, effect, signs)),
              tx + effect.message + " to " + names_text(trace, effect.to),
              Style::plain};
    case EffectKind::force: return note(signs.force, tx + "force " + written(effect), Style::bold);
    case EffectKind::append:
      return note(signs.append, tx + "append " + written(effect), Style::plain);
    case EffectKind::arm: return note(signs.timer, tx + "arm " + text, Style::dim);
    case EffectKind::disarm: return note(signs.timer, tx + "disarm " + text, Style::dim);
    case EffectKind::vote:
      return note(text == "no" ? signs.no : signs.yes,
                  tx + "vote " + text,
                  text == "no" ? Style::bad : Style::plain);
    case EffectKind::decide:
      return note(signs.decide,
                  tx + (text == "commit"  ? "COMMIT"
                        : text == "abort" ? "ABORT"
                                          : "decide " + text),
                  text == "commit" ? Style::good : Style::bad);
    case EffectKind::answer: return note(signs.client, tx + "tell client " + text, Style::plain);
    case EffectKind::choose:
      return note(signs.choose, with_value(tx + text, " = ", effect.value), Style::dim);
    case EffectKind::store:
      return note(signs.store,
                  with_value(tx + text, ": ", effect.value),
                  effect.value == "refused" ? Style::bad : Style::plain);
    case EffectKind::lost:
      return note(signs.lost,
                  tx + effect.message + " from " + effect.from + " to " + join(effect.to) + " lost",
                  Style::bad);
    case EffectKind::receive:
      return note(signs.head_right, tx + effect.message + " from " + effect.from, Style::plain);
    case EffectKind::crash: return note(signs.crash, "crash" + place_of(effect), Style::bad);
    case EffectKind::recover:
      return note(
          signs.recover, text.empty() ? "recover" : "recover, log tail " + text, Style::good);
  }
  return {};
}

Note note_of(const Trace& trace, const Step& step, const Signs& signs) {
  const std::string tx = tx_prefix(trace, step.tx);
  switch (step.kind) {
    case EventKind::start: return note(signs.begin, tx + "start", Style::bold);
    case EventKind::timeout:
      return note(signs.timer, tx + timer_of(trace, step) + " timeout", Style::warn);
    case EventKind::deliver:
    case EventKind::lose:
    case EventKind::duplicate:
    case EventKind::crash:
    case EventKind::recover: return {};
    case EventKind::partition:
    case EventKind::heal:
    case EventKind::pause:
    case EventKind::resume:
    case EventKind::store:
    case EventKind::operator_:
    case EventKind::client:
    case EventKind::write:
    case EventKind::amnesia:
    case EventKind::rename: break;
  }
  return note(signs.begin, step.event, Style::bold);
}

std::string timer_of(const Trace& trace, const Step& step) {
  const std::string tx = step.tx > 0 ? "t" + std::to_string(step.tx) : "";
  std::istringstream words(step.event);  // `timeout t2 p1 vote with answer=no, crash ...`
  for (std::string word; words >> word;) {
    const bool other =
        word == enum_name(step.kind) || word == tx || word == step.node ||
        std::ranges::find(trace.processes, word, &Process::name) != trace.processes.end();
    if (other) continue;
    if (word.ends_with(',')) word.pop_back();
    return word;
  }
  return "";
}

std::string words_of(const Change& change, const Signs& signs) {
  const std::string arrow = " " + encode(signs.changes_to) + " ";
  const std::string none = "none";
  return change.field + " " + (change.before.empty() ? none : change.before) + arrow +
         (change.after.empty() ? none : change.after);
}

std::string end_words(const Trace& trace) {
  const auto count_of = [](int count, std::string_view thing) {
    return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
  };
  const Counts& counts = trace.counts;
  std::string words = "End";
  if (trace.timed) words += " at " + time_text(trace.timed->end_us);
  words += " after " + count_of(static_cast<int>(trace.steps.size()), "step") + ": " +
           count_of(counts.messages, "message") + ", " + count_of(counts.forces, "forced write");
  if (counts.local_messages > 0)
    words += ", " + count_of(counts.local_messages, "message") + " within a node";
  return words;
}

std::string groups_text(const Step& step) {
  if (step.groups.empty()) return step.event;
  std::vector<std::string> groups;
  for (const std::vector<std::string>& group : step.groups)
    groups.push_back("{" + join(group) + "}");
  return "partition " + join(groups, " | ");
}

}  // namespace concordat::trace
