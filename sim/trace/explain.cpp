#include "sim/trace/explain.hpp"

#include <algorithm>

#include "sim/trace/explain_step.hpp"
#include "sim/trace/reasons.hpp"
#include "sim/trace/status.hpp"
#include "sim/trace/style.hpp"

namespace concordat::trace {

namespace {

/// A paragraph behind a label, with the following lines indented as far.
std::string broken(const std::string& label, const std::string& text, int width) {
  const int indent = column_count(label);
  std::string out;
  for (const std::string& line : wrap(text, width - indent))
    out += (out.empty() ? label : std::string(static_cast<std::size_t>(indent), ' ')) + line + "\n";
  return out;
}

class Tale {
 public:
  Tale(const Trace& trace, Language language, int width)
      : trace_(trace), words_(language), width_(width) {}

  std::string tell() {
    if (!trace_.story.empty()) out_ += paragraph("", trace_.story) + "\n";
    out_ += paragraph("", introduction()) + "\n";
    tell_steps();
    tell_end();
    return std::move(out_);
  }

 private:
  std::string introduction() const {
    std::vector<std::string> settings;
    for (const NameValue& option : trace_.options)
      settings.push_back(option.name + " = " + option.value);
    const std::string options =
        settings.empty() ? "" : words_(Phrase::in_brackets, join(settings, words_(Phrase::comma)));
    std::string text =
        words_(Phrase::introduction, trace_.scenario, trace_.protocol, options, roles());
    std::vector<std::string> voters;
    for (const Process& p : trace_.processes)
      if (p.votes) voters.push_back(p.name);
    const Phrase vote = voters.size() == 1 ? Phrase::vote_one : Phrase::vote_many;
    if (!voters.empty()) add(text, words_(vote, words_.names(voters)));
    if (trace_.transactions > 1)
      add(text,
          words_(Phrase::there_are,
                 words_.count(static_cast<std::size_t>(trace_.transactions), "transaction")));
    add_places(text);
    if (trace_.timed) add(text, words_(Phrase::timed_seed, std::to_string(trace_.timed->seed)));
    return text;
  }

  /// "one coordinator (c) and two participants (p1 and p2)"
  std::string roles() const {
    std::vector<std::string> parts;
    std::vector<std::string> seen;
    for (const Process& p : trace_.processes) {
      if (std::ranges::find(seen, p.role) != seen.end()) continue;
      seen.push_back(p.role);
      std::vector<std::string> names;
      for (const Process& q : trace_.processes)
        if (q.role == p.role) names.push_back(q.name);
      const std::string count = words_.count(names.size(), p.role);
      parts.push_back(words_(Phrase::pair, count, words_.names(names)));
    }
    return parts.empty() ? words_(Phrase::no_process) : words_.names(parts);
  }

  void add_places(std::string& text) const {
    for (const std::string& node : trace_.nodes) {
      std::vector<std::string> names;
      for (const Process& p : trace_.processes)
        if (p.node == node) names.push_back(p.name);
      if (names.size() > 1) add(text, words_(Phrase::share_node, words_.names(names), node));
    }
  }

  std::string paragraph(const std::string& label, const std::string& text) const {
    return broken(label, text, width_);
  }

  /// One more sentence.
  void add(std::string& text, const std::string& sentence) const {
    text += words_(Phrase::gap) + sentence;
  }

  void tell_steps() {
    Status status(trace_);
    std::vector<Told> all;
    for (const Step& step : trace_.steps) {
      Told told = trace::tell(trace_, step, status, words_);
      if (all.empty() || !merge(all.back(), told, words_)) all.push_back(std::move(told));
    }
    const std::size_t width =
        2 * std::to_string(trace_.steps.empty() ? 1 : trace_.steps.back().index).size() + 1;
    for (const Told& told : all) {
      std::string label = std::to_string(told.first_step);
      if (told.last_step != told.first_step) label += "-" + std::to_string(told.last_step);
      label.insert(0, label.size() < width ? width - label.size() : 0, ' ');
      out_ += paragraph("  " + label + ". ", sentence_or_event(told));
    }
  }

  std::string sentence_or_event(const Told& told) const {
    const std::string when = when_words(told, words_);
    std::string text = sentences(told, words_);
    if (!text.empty() && text != when) return text;
    const auto step = std::ranges::find(trace_.steps, told.first_step, &Step::index);
    return when + (step == trace_.steps.end() ? "" : step->event) + words_(Phrase::stop);
  }

  // ---- the end ----

  void tell_end() {
    std::string text = words_(Phrase::in_the_end);
    for (int tx = 1; tx <= trace_.transactions; ++tx)
      tell_outcome(tx, text);
    if (trace_.finals.empty()) add(text, words_(Phrase::nothing_known));
    if (!trace_.in_flight.empty())
      add(text, words_(Phrase::under_way, words_.names(trace_.in_flight)));
    out_ += "\n" + paragraph("", text);
    if (trace_.timed) out_ += "\n" + paragraph("", tell_times(trace_, words_));
    tell_properties();
  }

  void tell_outcome(int tx, std::string& text) const {
    std::vector<std::string> decisions;
    for (const Final& f : trace_.finals) {
      const bool seen = std::ranges::find(decisions, f.decision) != decisions.end();
      if (f.tx == tx && !f.decision.empty() && !seen) decisions.push_back(f.decision);
    }
    std::vector<std::string> clauses;
    clauses.reserve(decisions.size() + 1);
    for (const std::string& decision : decisions) {
      const auto names = those(tx, [&](const Final& f) { return f.decision == decision; });
      clauses.push_back(words_(names.size() == 1 ? Phrase::decided_one : Phrase::decided_many,
                               words_.names(names),
                               words_.term(decision)));
    }
    const auto open = those(tx, [](const Final& f) { return f.decision.empty() && !f.blocked; });
    if (!open.empty())
      clauses.push_back(words_(open.size() == 1 ? Phrase::undecided_one : Phrase::undecided_many,
                               words_.names(open)));
    if (!clauses.empty()) text += opening(tx) + words_.facts(clauses) + words_(Phrase::stop);
    const auto down = those(tx, [](const Final& f) { return !f.up; });
    if (!down.empty())
      add(text,
          words_(down.size() == 1 ? Phrase::down_one : Phrase::down_many, words_.names(down)) +
              words_(Phrase::stop));
    tell_blocked(tx, text);
  }

  std::string opening(int tx) const {
    if (trace_.transactions <= 1) return words_(Phrase::gap);
    return words_(tx == 1 ? Phrase::end_of_first : Phrase::end_of_next, std::to_string(tx));
  }

  /// Those who are blocked for the same reason come in one sentence.
  void tell_blocked(int tx, std::string& text) const {
    std::vector<Final> groups;  // one of each
    const auto alike = [](const Final& a, const Final& b) {
      return a.vote == b.vote && a.waits_for == b.waits_for && a.freed_by == b.freed_by;
    };
    for (const Final& f : trace_.finals) {
      if (f.tx != tx || !f.blocked) continue;
      if (std::ranges::any_of(groups, [&](const Final& g) { return alike(f, g); })) continue;
      groups.push_back(f);
      std::vector<Final> members;
      for (const Final& g : trace_.finals)
        if (g.tx == tx && g.blocked && alike(f, g)) members.push_back(g);
      add(text, blocked_words(members));
    }
  }

  template <class Match>
  std::vector<std::string> those(int tx, Match match) const {
    std::vector<std::string> names;
    for (const Final& f : trace_.finals)
      if (f.tx == tx && match(f)) names.push_back(f.process);
    return names;
  }

  /// Of some who are blocked for the same reason.
  std::string blocked_words(const std::vector<Final>& members) const {
    const Final& f = members.front();
    const bool one = members.size() == 1;
    const std::string where =
        trace_.transactions > 1 ? words_(Phrase::in_transaction, std::to_string(f.tx)) : "";
    std::vector<std::string> names;
    std::vector<std::string> holders;
    for (const Final& member : members) {
      names.push_back(member.process);
      if (!member.holds.empty())
        holders.push_back(words_(Phrase::holds, member.process, words_.names(member.holds)));
    }
    const Phrase bound = one ? Phrase::bound_one : Phrase::bound_many;
    const Phrase stuck = one ? Phrase::stuck_one : Phrase::stuck_many;
    std::string text = words_(f.vote == "yes" ? bound : stuck, words_.names(names), where);
    if (!f.waits_for.empty())
      text += words_(one ? Phrase::waits_one : Phrase::waits_many, f.waits_for);
    text += words_(Phrase::stop);
    if (!holders.empty()) add(text, words_(Phrase::meanwhile, words_.facts(holders)));
    if (!f.freed_by.empty())
      add(text,
          words_(one ? Phrase::frees_one : Phrase::frees_many,
                 join(f.freed_by, words_(Phrase::semicolon))));
    return text;
  }

  void tell_properties() {
    std::vector<std::string> kept;
    std::vector<std::string> not_reached;
    std::string text;
    const auto say = [&](const std::string& sentence) {
      text += (text.empty() ? "" : words_(Phrase::gap)) + sentence;
    };
    for (const PropertyStatus& p : trace_.properties) {
      if (p.status == "violated")
        say(words_(
            Phrase::is_violated, words_.term(p.name), reason(p.sentence, words_.language())));
      else
        (p.status == "ok" ? kept : not_reached).push_back(words_.term(p.name));
    }
    if (!kept.empty()) say(words_(Phrase::held, words_.names(kept)));
    if (!not_reached.empty())
      say(words_(not_reached.size() == 1 ? Phrase::not_reached_one : Phrase::not_reached_many,
                 words_.names(not_reached)));
    if (!text.empty()) out_ += "\n" + paragraph("", text);
  }

  const Trace& trace_;
  Words words_;
  int width_;
  std::string out_;
};

}  // namespace

std::string explain(const Trace& trace, Language language, int width) {
  return Tale(trace, language, width).tell();
}

}  // namespace concordat::trace
