// Events read from text.
#include <algorithm>
#include <charconv>
#include <optional>

#include "sim/model/event.hpp"
#include "sim/model/moves.hpp"

namespace concordat {

namespace {

using Words = std::vector<std::string_view>;

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

/// Splits at `separator`, outside braces.
Words split(std::string_view text, char separator) {
  Words out;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '{') ++depth;
    if (i < text.size() && text[i] == '}') --depth;
    if (i < text.size() && (text[i] != separator || depth > 0)) continue;
    const std::string_view word = trim(text.substr(start, i - start));
    if (!word.empty()) out.push_back(word);
    start = i + 1;
  }
  return out;
}

/// Cuts `text` at the first `mark`, which is dropped; the rest is what follows, or nothing.
std::optional<std::string_view> cut_off(std::string_view& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = trim(text.substr(at + mark.size()));
  text = trim(text.substr(0, at));
  return rest;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Error wrong(std::string what, std::string hint = "") {
  return Error{"", {}, std::move(what), std::move(hint)};
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  std::string all;
  for (const std::string& name : known)
    all += (all.empty() ? "" : ", ") + name;
  return near.empty() ? "one of: " + all : "did you mean `" + near + "`?";
}

class Parser {
 public:
  Parser(const Model& model, const Rules& rules, const World& world, std::string_view line)
      : model_(model), setup_(model.setup()), rules_(rules), world_(world), line_(line) {}

  Result<Event> parse() {
    std::string_view text = trim(line_);
    const auto crash = cut_off(text, ", crash ");
    const auto choices = cut_off(text, " with ");
    auto event = base(text);
    if (!event) return event;
    if (crash || choices) {
      if (!moves::local_event(model_, *event))
        return wrong("`" + std::string(text) + "` runs no handler, so nothing can happen inside it",
                     "write the crash as an event of its own, on the next line");
      if (const auto problem = plan(*event, choices.value_or(""), crash)) return *problem;
    }
    World copy = world_;
    if (apply(model_, rules_, copy, *event)) return event;
    return not_enabled();
  }

 private:
  Result<Event> base(std::string_view text) {
    std::string_view rest = text;
    const std::string_view verb = rest.substr(0, std::min(rest.find(' '), rest.size()));
    rest = trim(rest.substr(verb.size()));
    if (verb == "granted" || verb == "wounded") return store_event(verb, rest);
    const auto kind = enum_from_name<EventKind>(verb);
    if (!kind || *kind == EventKind::store) {
      std::vector<std::string> verbs{"granted", "wounded"};
      for (int i = 0; i < enum_count<EventKind>(); ++i)
        verbs.emplace_back(enum_name(static_cast<EventKind>(i)));
      return wrong("there is no event `" + std::string(verb) + "`", did_you_mean(verb, verbs));
    }
    Event event;
    event.kind = *kind;
    switch (event.kind) {
      case EventKind::deliver:
      case EventKind::lose:
      case EventKind::duplicate: return message_event(event, rest);
      case EventKind::start:
      case EventKind::timeout:
      case EventKind::operator_:
      case EventKind::client: return slot_event(event, rest);
      case EventKind::partition: return partition_event(event, rest);
      case EventKind::heal:
        if (!rest.empty()) return wrong("`" + std::string(rest) + "` is too much here");
        return event;
      case EventKind::crash:
      case EventKind::recover:
      case EventKind::pause:
      case EventKind::resume:
      case EventKind::write:
      case EventKind::amnesia:
      case EventKind::rename:
      case EventKind::store: break;
    }
    return node_event(event, rest);
  }

  // ---- Names.

  Result<int> node(std::string_view name) const {
    if (const auto found = setup_.find_node(name)) return *found;
    return wrong("there is no node `" + std::string(name) + "`", did_you_mean(name, setup_.nodes));
  }

  /// Takes `t2` off the front of `words`; 0 if it is not there.
  Result<int> transaction(Words& words) const {
    if (words.empty() || words[0].size() < 2 || words[0][0] != 't') return 0;
    const auto tx = number(words[0].substr(1));
    if (!tx) return 0;
    if (*tx < 1 || *tx > setup_.transactions)
      return wrong("there is no transaction `" + std::string(words[0]) + "`",
                   "this scenario has " + std::to_string(setup_.transactions));
    words.erase(words.begin());
    return *tx;
  }

  /// Reads `[t2] p1` off the front of `words` into the event's node and slot.
  std::optional<Error> slot(Event& event, Words& words) const {
    const auto tx = transaction(words);
    if (!tx) return tx.error();
    if (words.empty()) return wrong("a process is missing in `" + std::string(line_) + "`");
    const auto process = setup_.find_process(words[0]);
    if (!process)
      return wrong("there is no process `" + std::string(words[0]) + "`",
                   did_you_mean(words[0], setup_.process_names));
    if (*tx == 0 && setup_.transactions > 1)
      return wrong("which transaction? `" + std::string(line_) + "` fits several",
                   "write `t1 " + std::string(words[0]) + "`");
    words.erase(words.begin());
    event.node = setup_.node_of(*process);
    event.slot = setup_.local_slot(std::max(*tx, 1), *process);
    return std::nullopt;
  }

  // ---- Events.

  Result<Event> slot_event(Event event, std::string_view rest) const {
    Words words = split(rest, ' ');
    if (const auto problem = slot(event, words)) return *problem;
    const std::string_view word = words.empty() ? std::string_view{} : words[0];
    const bool named = event.kind == EventKind::timeout || event.kind == EventKind::operator_;
    if (named) {
      const auto& names =
          event.kind == EventKind::timeout ? model_.info().timers : model_.info().operators;
      const auto it = std::find(names.begin(), names.end(), word);
      if (it == names.end())
        return wrong((event.kind == EventKind::timeout ? "there is no timer `"
                                                       : "there is no operator action `") +
                         std::string(word) + "`",
                     did_you_mean(word, names));
      (event.kind == EventKind::timeout ? event.timer : event.code) =
          static_cast<int>(it - names.begin());
    }
    if (event.kind == EventKind::client) {
      const auto key = word.starts_with("key=") ? number(word.substr(4)) : std::nullopt;
      if (!key) return wrong("a client event names its key", "client c key=1");
      event.code = *key;
    }
    const std::size_t expected = event.kind == EventKind::start ? 0 : 1;
    if (words.size() > expected)
      return wrong("`" + std::string(words[expected]) + "` is too much here");
    return event;
  }

  Result<Event> node_event(Event event, std::string_view rest) const {
    const Words words = split(rest, ' ');
    const std::size_t expected = event.kind == EventKind::write     ? 3
                                 : event.kind == EventKind::recover ? 2
                                                                    : 1;
    if (words.empty() || words.size() > expected ||
        (event.kind == EventKind::write && words.size() < 3))
      return wrong("`" + std::string(line_) + "` does not have the form of this event",
                   event.kind == EventKind::write ? "write p1 accounts.alice 80"
                                                  : "crash c; recover c tail=lose");
    const auto found = node(words[0]);
    if (!found) return found.error();
    event.node = *found;
    const int tail = static_cast<int>(world_.nodes[static_cast<std::size_t>(*found)].tail.size());
    if (event.kind == EventKind::recover) {
      event.kept = rules_.tail == TailRule::lost ? 0 : tail;
      if (words.size() == 2) {
        const std::string_view kept = words[1].starts_with("tail=") ? words[1].substr(5) : "?";
        const auto count = kept == "keep" ? tail : kept == "lose" ? 0 : number(kept).value_or(-1);
        if (count < 0 || count > tail)
          return wrong("`" + std::string(words[1]) + "` does not fit a tail of " +
                           std::to_string(tail) + " records",
                       "tail=keep, tail=lose, or the number of records that survived");
        event.kept = count;
      }
    }
    if (event.kind == EventKind::write) {
      const auto row = setup_.find_row(words[1]);
      const auto value = number(words[2]);
      if (!row)
        return wrong("there is no row `" + std::string(words[1]) + "`",
                     "rows are declared in `store:`");
      if (!value) return wrong("`" + std::string(words[2]) + "` is no number");
      event.row = *row;
      event.value = *value;
    }
    return event;
  }

  Result<Event> partition_event(Event event, std::string_view rest) const {
    std::string_view left = rest;
    const auto right = cut_off(left, "->");
    event.one_way = right.has_value();
    Words sides = event.one_way ? Words{left, *right} : split(rest, '|');
    std::uint32_t seen = 0;
    for (std::string_view side : sides) {
      if (side.size() < 2 || side.front() != '{' || side.back() != '}')
        return wrong("a partition lists its sides in braces", "partition {c,p1} | {p2}");
      std::uint32_t mask = 0;
      for (const std::string_view name : split(side.substr(1, side.size() - 2), ',')) {
        const auto found = node(name);
        if (!found) return found.error();
        mask |= 1U << static_cast<unsigned>(*found);
      }
      if (mask == 0) return wrong("a side of a partition has nodes", "partition {c,p1} | {p2}");
      if ((mask & seen) != 0) return wrong("a node is on one side of a partition only");
      seen |= mask;
      event.groups.push_back(mask);
    }
    if (event.groups.size() < 2)
      return wrong("a partition has at least two sides", "partition {c,p1} | {p2}");
    return event;
  }

  Result<Event> store_event(std::string_view verb, std::string_view rest) const {
    Event event;
    event.kind = EventKind::store;
    Words words = split(rest, ' ');
    if (const auto problem = slot(event, words)) return *problem;
    const auto row = words.size() == 1 ? setup_.find_row(words[0]) : std::nullopt;
    if (!row) return wrong("`" + std::string(rest) + "` names no row", "granted p1 accounts.alice");
    event.notice = {
        event.slot, verb == "granted" ? NoticeKind::granted : NoticeKind::wounded, *row};
    return event;
  }

  /// Matches `[t1] yes(p2->c){members}` against what is in flight; the members may be left out
  /// where that is unique.
  Result<Event> message_event(Event event, std::string_view rest) const {
    std::vector<const Flight*> matches;
    for (const Flight& flight : world_.network) {
      const std::string whole = format(model_, flight.envelope);
      std::string_view shorter = whole;
      if (setup_.transactions > 1)
        shorter.remove_prefix(std::min(whole.find(' ') + 1, whole.size()));
      if (rest == whole) {
        matches = {&flight};
        break;
      }
      // Under fifo, equal messages are flights of their own; the first of them is meant.
      const bool again = std::any_of(matches.begin(), matches.end(), [&](const Flight* other) {
        return other->envelope == flight.envelope;
      });
      const auto fits = [rest](std::string_view text) {
        return text.starts_with(rest) &&
               (text.size() == rest.size() || text.substr(rest.size()).starts_with('{'));
      };
      if (!again && (fits(whole) || fits(shorter))) matches.push_back(&flight);
    }
    if (matches.empty()) {
      const Error error = not_enabled();
      return wrong("no message `" + std::string(rest) + "` is in flight", error.hint);
    }
    if (matches.size() > 1)
      return wrong("`" + std::string(rest) + "` fits several messages",
                   "write `" + format(model_, matches[0]->envelope) + "` or another one whole");
    event.message = matches[0]->envelope;
    event.node = setup_.node_of(event.message.to);
    return event;
  }

  // ---- What happens inside the step.

  /// Runs the handler with the event's plan. RETURNS: nothing if the event is not possible.
  std::optional<LocalStep> rehearse(const Event& event) const {
    World copy = world_;
    StepReport report;
    if (!moves::begin(model_, rules_, copy, event, report)) return std::nullopt;
    const int at = node_of(model_, event);
    LocalState local = copy.nodes[static_cast<std::size_t>(at)];
    LocalStep step;
    model_.step(at, local, *moves::local_event(model_, event), event.plan, step);
    return step;
  }

  std::optional<Error> plan(Event& event,
                            std::string_view choices,
                            std::optional<std::string_view> crash) const {
    if (!rehearse(event)) return not_enabled();
    std::vector<std::size_t> chosen;
    for (const std::string_view choice : split(choices, ','))
      if (const auto problem = choose(event, choice, chosen)) return problem;
    if (!crash) return std::nullopt;
    std::string_view where = *crash;
    const std::string_view name = where.substr(0, std::min(where.find(' '), where.size()));
    where = trim(where.substr(name.size()));
    const auto crashing = node(name);
    if (!crashing) return crashing.error();
    if (*crashing != node_of(model_, event))
      return wrong(
          "`" + std::string(name) + "` does not run this step, so it cannot crash inside it",
          "write `crash " + std::string(name) + "` on a line of its own");
    return find_cut(event, where);
  }

  /// `vote=no`: tries the outcomes of each open choice until its text fits. `chosen` lists the
  /// choices that have been answered.
  std::optional<Error> choose(Event& event,
                              std::string_view text,
                              std::vector<std::size_t>& chosen) const {
    for (std::size_t i = 0;; ++i) {
      const LocalStep step = *rehearse(event);
      std::vector<ChoiceMade> open;
      for (const ChoiceMade& choice : step.choices)
        if (choice.count > 1) open.push_back(choice);
      if (i >= open.size())
        return wrong("this step has no open choice `" + std::string(text) + "`",
                     "a choice is open when the scenario says `any` for it (votes: {p1: any})");
      while (event.plan.choices.size() <= i)
        event.plan.choices.push_back(0);
      const int kept = event.plan.choices[i];
      for (int taken = 0; taken < open[i].count; ++taken) {
        event.plan.choices[i] = taken;
        const LocalStep trial = *rehearse(event);
        if (choice_text(event, trial, open[i]) != text) continue;
        if (std::find(chosen.begin(), chosen.end(), i) != chosen.end())
          return wrong("`" + std::string(text) + "` answers a choice for the second time");
        chosen.push_back(i);
        return std::nullopt;
      }
      event.plan.choices[i] = kept;
    }
  }

  std::string choice_text(const Event& event,
                          const LocalStep& step,
                          const ChoiceMade& asked) const {
    for (const ChoiceMade& choice : step.choices) {
      if (choice.slot != asked.slot || choice.label != asked.label) continue;
      const auto& slots = setup_.slots[static_cast<std::size_t>(std::max(event.node, 0))];
      const bool several = event.kind == EventKind::recover && slots.size() > 1;
      return (several ? setup_.slot_name(slots[static_cast<std::size_t>(choice.slot)]) + " " : "") +
             std::string(choice.label) + "=" + std::string(choice.outcome);
    }
    return "";
  }

  std::optional<Error> find_cut(Event& event, std::string_view where) const {
    const LocalStep step = *rehearse(event);
    const int at = node_of(model_, event);
    std::vector<std::string> known;
    for (int i = 0; i < static_cast<int>(step.effects.size()); ++i) {
      const Effect& effect = step.effects[static_cast<std::size_t>(i)];
      if (!effect.is_crash_point()) continue;
      const std::uint32_t all = effect.kind == EffectKind::send ? effect.to.mask() : 0;
      std::uint32_t sent = 0;
      do {  // every subset of a broadcast but the whole of it; nothing for the others
        LocalStep trial = step;
        trial.cut = Cut{i, ProcessSet(sent)};
        const std::string text = format_cut(model_, at, trial);
        if (text == where) {
          event.plan.cut = trial.cut;
          return std::nullopt;
        }
        if (std::find(known.begin(), known.end(), text) == known.end()) known.push_back(text);
        sent = (sent - all) & all;
      } while (sent != 0 && sent != all);
    }
    return wrong("the step has no crash point `" + std::string(where) + "`",
                 known.empty() ? "it has none at all: write the crash on a line of its own"
                               : did_you_mean(where, known));
  }

  Error not_enabled() const {
    std::string hint = "enabled here: ";
    const auto lines = enabled_lines(model_, rules_, Budget{}, world_);
    for (std::size_t i = 0; i < lines.size(); ++i)
      hint += (i == 0 ? "" : "; ") + lines[i];
    if (lines.empty()) hint += "nothing but faults";
    return wrong("`" + std::string(trim(line_)) + "` is not enabled", hint);
  }

  const Model& model_;
  const Setup& setup_;
  const Rules& rules_;
  const World& world_;
  std::string_view line_;
};

}  // namespace

Result<Event> parse_event(const Model& model,
                          const Rules& rules,
                          const World& world,
                          std::string_view line) {
  return Parser(model, rules, world, line).parse();
}

}  // namespace concordat
