#include "sim/trace/explain.hpp"

#include <algorithm>
#include <array>

#include "sim/trace/explain_step.hpp"
#include "sim/trace/phrase.hpp"
#include "sim/trace/status.hpp"
#include "sim/trace/style.hpp"

namespace concordat::trace {

namespace {

constexpr int line_width = 80;

std::string number_word(std::size_t n) {
  constexpr std::array<std::string_view, 13> words = {"no",
                                                      "one",
                                                      "two",
                                                      "three",
                                                      "four",
                                                      "five",
                                                      "six",
                                                      "seven",
                                                      "eight",
                                                      "nine",
                                                      "ten",
                                                      "eleven",
                                                      "twelve"};
  return n < words.size() ? std::string(words[n]) : std::to_string(n);
}

std::string count_of(std::size_t n, std::string_view thing) {
  return number_word(n) + " " + std::string(thing) + (n == 1 ? "" : "s");
}

/// A paragraph behind a label, with the following lines indented as far.
std::string paragraph(const std::string& label, const std::string& text) {
  const int indent = column_count(label);
  std::string out;
  for (const std::string& line : wrap(text, line_width - indent))
    out += (out.empty() ? label : std::string(static_cast<std::size_t>(indent), ' ')) + line + "\n";
  return out;
}

class Tale {
 public:
  explicit Tale(const Trace& trace) : trace_(trace) {}

  std::string tell() {
    if (!trace_.story.empty()) out_ += paragraph("", trace_.story) + "\n";
    out_ += paragraph("", introduction()) + "\n";
    tell_steps();
    tell_end();
    return std::move(out_);
  }

 private:
  std::string introduction() const {
    std::string text = "\"" + trace_.scenario + "\" is a run of " + trace_.protocol;
    std::vector<std::string> options;
    for (const NameValue& option : trace_.options)
      options.push_back(option.name + " = " + option.value);
    if (!options.empty()) text += " (" + join(options) + ")";
    text += " with " + roles() + ".";
    std::vector<std::string> voters;
    for (const Process& p : trace_.processes)
      if (p.votes) voters.push_back(p.name);
    if (!voters.empty()) text += " " + join_and(voters) + (voters.size() == 1 ? " votes" : " vote");
    if (!voters.empty()) text += "; commit needs a yes from every voter.";
    if (trace_.transactions > 1)
      text += " There are " +
              count_of(static_cast<std::size_t>(trace_.transactions), "transaction") + ".";
    text += places();
    if (trace_.timed)
      text += " It is a timed run with seed " + std::to_string(trace_.timed->seed) + ".";
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
      parts.push_back(count_of(names.size(), p.role) + " (" + join_and(names) + ")");
    }
    return parts.empty() ? "no process" : join_and(parts);
  }

  std::string places() const {
    std::string text;
    for (const std::string& node : trace_.nodes) {
      std::vector<std::string> names;
      for (const Process& p : trace_.processes)
        if (p.node == node) names.push_back(p.name);
      if (names.size() > 1) text += " " + join_and(names) + " share the node " + node + ".";
    }
    return text;
  }

  void tell_steps() {
    Status status(trace_);
    std::vector<Told> all;
    for (const Step& step : trace_.steps) {
      Told told = trace::tell(trace_, step, status);
      if (all.empty() || !merge(all.back(), told)) all.push_back(std::move(told));
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
    std::string text = sentences(told);
    if (!text.empty() && text != when_words(told)) return text;
    const auto step = std::ranges::find(trace_.steps, told.first_step, &Step::index);
    return when_words(told) + (step == trace_.steps.end() ? "" : step->event) + ".";
  }

  // ---- the end ----

  void tell_end() {
    std::string text = "In the end";
    for (int tx = 1; tx <= trace_.transactions; ++tx)
      tell_outcome(tx, text);
    if (trace_.finals.empty()) text += " nothing is known of the processes.";
    if (!trace_.in_flight.empty()) text += " Still under way: " + join_and(trace_.in_flight) + ".";
    out_ += "\n" + paragraph("", text);
    if (trace_.timed) out_ += "\n" + paragraph("", tell_times(trace_));
    tell_properties();
  }

  void tell_outcome(int tx, std::string& text) const {
    const std::string where =
        trace_.transactions > 1 ? " in transaction " + std::to_string(tx) : "";
    std::vector<std::string> decisions;
    for (const Final& f : trace_.finals) {
      const bool seen = std::ranges::find(decisions, f.decision) != decisions.end();
      if (f.tx == tx && !f.decision.empty() && !seen) decisions.push_back(f.decision);
    }
    std::vector<std::string> clauses;
    clauses.reserve(decisions.size() + 1);
    for (const std::string& decision : decisions)
      clauses.push_back(who(
          tx, [&](const Final& f) { return f.decision == decision; }, decision));
    const std::string open = who(
        tx, [](const Final& f) { return f.decision.empty() && !f.blocked; }, "");
    if (!open.empty()) clauses.push_back(open);
    if (!clauses.empty()) text += opening(tx, where) + join_and(clauses) + ".";
    const std::string down = who(
        tx, [](const Final& f) { return !f.up; }, "down");
    if (!down.empty()) text += " " + down + ".";
    tell_blocked(tx, where, text);
  }

  static std::string opening(int tx, const std::string& where) {
    if (where.empty()) return " ";
    return (tx == 1 ? "," + where : " I" + where.substr(2)) + ", ";
  }

  /// Those who are blocked for the same reason come in one sentence.
  void tell_blocked(int tx, const std::string& where, std::string& text) const {
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
      text += " " + blocked_words(members, where);
    }
  }

  /// "c and p1 have decided commit", "p2 has not decided", "c is down"; "" for nobody.
  template <class Match>
  std::string who(int tx, Match match, const std::string& what) const {
    std::vector<std::string> names;
    for (const Final& f : trace_.finals)
      if (f.tx == tx && match(f)) names.push_back(f.process);
    if (names.empty()) return "";
    const bool one = names.size() == 1;
    if (what == "down") return join_and(names) + (one ? " is down" : " are down");
    const std::string have = join_and(names) + (one ? " has" : " have");
    return what.empty() ? have + " not decided" : have + " decided " + what;
  }

  static std::string blocked_words(const std::vector<Final>& members, const std::string& where) {
    const Final& f = members.front();
    const bool one = members.size() == 1;
    std::vector<std::string> names;
    std::vector<std::string> holders;
    for (const Final& member : members) {
      names.push_back(member.process);
      if (!member.holds.empty())
        holders.push_back(member.process + " holds " + join_and(member.holds));
    }
    std::string text = join_and(names) + (one ? " is blocked" : " are blocked") + where + ": ";
    text += one ? "it " : "they ";
    if (f.vote == "yes") {
      text += one ? "has voted yes and may not decide alone"
                  : "have voted yes and may not decide alone";
    } else {
      text += "cannot decide";
    }
    if (!f.waits_for.empty())
      text += std::string(one ? "; it waits" : "; they wait") + " for " + f.waits_for;
    text += ".";
    if (!holders.empty())
      text += " Meanwhile " + join_and(holders) + ", which nobody else can use.";
    if (!f.freed_by.empty())
      text += std::string(" What would free ") + (one ? "it: " : "them: ") +
              join(f.freed_by, "; ") + ".";
    return text;
  }

  void tell_properties() {
    std::vector<std::string> kept;
    std::vector<std::string> not_reached;
    std::string text;
    for (const PropertyStatus& p : trace_.properties) {
      if (p.status == "violated") {
        text += (text.empty() ? "" : " ") + p.name + " is violated: " + p.sentence + ".";
      } else {
        (p.status == "ok" ? kept : not_reached).push_back(p.name);
      }
    }
    const auto add = [&](const std::vector<std::string>& names, std::string_view verb) {
      if (names.empty()) return;
      text += (text.empty() ? "" : " ") + join_and(names) + " " + std::string(verb);
    };
    add(kept, "held in this run.");
    add(not_reached, not_reached.size() == 1 ? "was not reached." : "were not reached.");
    if (!text.empty()) out_ += "\n" + paragraph("", text);
  }

  const Trace& trace_;
  std::string out_;
};

}  // namespace

std::string explain(const Trace& trace) {
  return Tale(trace).tell();
}

}  // namespace concordat::trace
