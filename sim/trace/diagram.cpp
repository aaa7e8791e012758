#include "sim/trace/diagram.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "sim/trace/phrase.hpp"
#include "sim/trace/status.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

constexpr int note_width = 44;
constexpr int wide_note_width = 70;

/// Words that open a statement or mean something inside one, in either language. A process with
/// such a name gets another id; its label keeps the name.
constexpr auto keywords = std::to_array<std::string_view>({
    "acc_descr",
    "acc_title",
    "accdescr",
    "acctitle",
    "activate",
    "actor",
    "again",
    "alt",
    "and",
    "as",
    "autoactivate",
    "autonumber",
    "bottom",
    "boundary",
    "box",
    "break",
    "caption",
    "collections",
    "control",
    "create",
    "critical",
    "database",
    "deactivate",
    "delay",
    "destroy",
    "details",
    "else",
    "end",
    "endhnote",
    "endif",
    "endlegend",
    "endnote",
    "endref",
    "endrnote",
    "entity",
    "footbox",
    "footer",
    "group",
    "header",
    "hide",
    "hnote",
    "if",
    "ignore",
    "include",
    "left",
    "legend",
    "link",
    "links",
    "loop",
    "mainframe",
    "newpage",
    "note",
    "of",
    "off",
    "opt",
    "option",
    "order",
    "over",
    "par",
    "par2",
    "par_over",
    "participant",
    "partition",
    "pragma",
    "properties",
    "queue",
    "rect",
    "ref",
    "return",
    "right",
    "rnote",
    "scale",
    "sequencediagram",
    "show",
    "skin",
    "skinparam",
    "space",
    "style",
    "title",
    "top",
    "wrap",
});

bool is_plain_word(std::string_view name) {
  const auto is_word = [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '_');
  };
  if (name.empty() || !std::ranges::all_of(name, is_word)) return false;
  if (std::isalpha(static_cast<unsigned char>(name[0])) == 0) return false;
  std::string lower;
  for (const char c : name)
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::find(keywords, lower) == keywords.end();
}

std::string printable(std::string_view text) {
  return encode(decode(text));
}

std::vector<Lifeline> lifelines_of(const Trace& trace) {
  std::vector<Lifeline> out;
  std::vector<std::string> nodes;
  for (const Process& p : trace.processes)
    if (std::ranges::find(nodes, p.node) == nodes.end()) nodes.push_back(p.node);
  for (const std::string& node : nodes) {
    for (const Process& p : trace.processes) {
      if (p.node != node) continue;
      const std::string role = p.role.empty() ? "" : " (" + printable(p.role) + ")";
      out.push_back({p.name, printable(p.name) + role, printable(node)});
    }
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto taken = [&](const std::string& id) {
      const auto same = [&](const Lifeline& other) { return &other != &out[i] && other.id == id; };
      return std::ranges::any_of(out, same);
    };
    if (is_plain_word(out[i].id) && !taken(out[i].id)) continue;
    out[i].id = "process" + std::to_string(i + 1);
    while (taken(out[i].id))
      out[i].id += "_";
  }
  return out;
}

class Builder {
 public:
  explicit Builder(const Trace& trace) : trace_(trace), signs_(signs(false)), status_(trace) {
    diagram_.title = printable(trace.scenario);
    diagram_.lifelines = lifelines_of(trace);
    place_processes();
    active_.resize(trace.processes.size());
  }

  Diagram build() {
    if (diagram_.lifelines.empty()) return std::move(diagram_);
    for (const Step& step : trace_.steps)
      add_step(step);
    add_end();
    return std::move(diagram_);
  }

 private:
  // ---- places ----

  /// Lifelines stand by nodes, processes in their own order.
  void place_processes() {
    std::vector<std::string> nodes;
    for (const Process& p : trace_.processes)
      if (std::ranges::find(nodes, p.node) == nodes.end()) nodes.push_back(p.node);
    lifelines_.resize(trace_.processes.size());
    int next = 0;
    for (const std::string& node : nodes)
      for (std::size_t i = 0; i < trace_.processes.size(); ++i)
        if (trace_.processes[i].node == node) lifelines_[i] = next++;
  }

  struct Span {
    int first = -1;
    int last = -1;
    bool operator==(const Span&) const = default;
  };

  Span all() const { return {0, static_cast<int>(lifelines_.size()) - 1}; }

  /// The lifeline of a process, or -1.
  int lifeline(std::string_view process) const {
    const int index = status_.index_of(process);
    return index < 0 ? -1 : lifelines_[static_cast<std::size_t>(index)];
  }

  /// A process, else the processes of the node of that name, else nothing (-1).
  Span span_of(std::string_view name) const {
    const int own = lifeline(name);
    if (own >= 0) return {own, own};
    Span span;
    for (std::size_t i = 0; i < trace_.processes.size(); ++i) {
      if (trace_.processes[i].node != name) continue;
      span.first = span.first < 0 ? lifelines_[i] : std::min(span.first, lifelines_[i]);
      span.last = std::max(span.last, lifelines_[i]);
    }
    return span;
  }

  Span span_of(const Step& step) const {
    const Span own = span_of(step.process);
    return own.first >= 0 ? own : span_of(step.node);
  }

  // ---- items ----

  /// The text with the number and the time of its step, if it is the first of the step.
  std::string numbered(const std::string& text) {
    if (step_ == nullptr) return printable(text);
    const Step& step = *std::exchange(step_, nullptr);
    const std::string time = step.time_us ? ", " + time_text(*step.time_us) : "";
    return printable(std::to_string(step.index) + ". " + text + time);
  }

  void add_arrow(const Effect& effect, int from, int to, const std::string& label) {
    close_note();
    DiagramItem item{ItemKind::arrow, from, to, {label}};
    item.lost = effect.kind == EffectKind::lost;
    item.local = effect.local;
    diagram_.items.push_back(std::move(item));
  }

  /// Adds a line to the note that is open over `span`, or to a new one.
  void add_line(Span span, const std::string& text, bool alarm = false) {
    const bool open = note_open_ && span == note_span_ && diagram_.items.back().alarm == alarm;
    if (!open) {
      diagram_.items.push_back({ItemKind::note, span.first, span.last, {}});
      diagram_.items.back().alarm = alarm;
    }
    note_open_ = true;
    note_span_ = span;
    const int width = span.first == span.last ? note_width : wide_note_width;
    for (std::string& line : wrap(numbered(text), width))
      diagram_.items.back().lines.push_back(std::move(line));
  }

  void close_note() { note_open_ = false; }

  void add_divider(const std::string& text) {
    close_note();
    const Span span = all();
    diagram_.items.push_back({ItemKind::divider, span.first, span.last, {numbered(text)}});
  }

  // ---- steps ----

  void add_step(const Step& step) {
    add_delay(step);
    close_note();
    step_ = &step;
    shown_us_ = step.time_us;
    add_event(step);
    for (const Effect& effect : step.effects)
      add_effect(step, effect);
    status_.finish(step);
    add_changes(step);
    if (step_ != nullptr) add_bare(step);
    update_doubt();
    close_note();
    for (const PropertyStatus& property : step.properties)
      if (property.status == "violated")
        add_line(all(), property.name + " violated: " + property.sentence, true);
  }

  void add_delay(const Step& step) {
    if (step.time_us && last_us_ && *step.time_us > *last_us_) {
      const std::string text =
          time_text(span_us(*last_us_, *step.time_us)) + " later, at " + time_text(*step.time_us);
      const Span span = all();
      diagram_.items.push_back({ItemKind::delay, span.first, span.last, {text}});
    }
    last_us_ = step.time_us;
  }

  void add_event(const Step& step) {
    if (step.kind == EventKind::partition) return add_divider(groups_text(step));
    if (step.kind == EventKind::heal) return add_divider(step.event);
    const Note note = note_of(trace_, step, signs_);
    if (note.words.empty()) return;
    const Span span = span_of(step);
    if (span.first < 0) return add_divider(note.words);
    add_line(span, note.words);
  }

  /// A step of which nothing else is drawn.
  void add_bare(const Step& step) {
    const Span span = span_of(step);
    if (span.first < 0) return add_divider(step.event);
    add_line(span, step.event);
  }

  void add_effect(const Step& step, const Effect& effect) {
    status_.apply(step, effect);
    if (effect.kind == EffectKind::receive || effect.kind == EffectKind::lost)
      return add_message(step, effect);
    if (effect.kind == EffectKind::arm || effect.kind == EffectKind::disarm) return;
    if (is_told_by_vote(step, effect)) return;
    const std::string words = offset(step, effect) + words_of_effect(effect);
    const bool of_node = effect.kind == EffectKind::crash || effect.kind == EffectKind::recover;
    Span span = of_node ? span_of(step.node) : span_of(effect.process);
    if (span.first < 0) span = span_of(step);
    if (span.first < 0) return add_divider(words);
    const bool prevented = effect.suppressed && note_open_ && diagram_.items.back().alarm;
    add_line(span, words, effect.kind == EffectKind::crash || prevented);
  }

  /// "+2ms " where that is news.
  std::string offset(const Step& step, const Effect& effect) {
    const std::optional<std::int64_t> us = time_of(step, effect);
    if (!us || us == shown_us_) return "";
    shown_us_ = us;
    const std::string text = offset_text(step, effect);
    return text.empty() ? "" : text + " ";
  }

  std::string words_of_effect(const Effect& effect) const {
    const bool sends = effect.kind == EffectKind::send && !effect.suppressed;
    return (sends ? "send " : "") + note_of(trace_, effect, signs_).words;
  }

  /// A drawn vote that the vote itself repeats.
  static bool is_told_by_vote(const Step& step, const Effect& effect) {
    return effect.kind == EffectKind::choose &&
           std::ranges::any_of(step.effects, [&](const Effect& other) {
             return other.kind == EffectKind::vote && other.process == effect.process &&
                    other.text == effect.value;
           });
  }

  void add_message(const Step& step, const Effect& effect) {
    const bool copied = step.kind == EventKind::duplicate && effect.kind == EffectKind::receive;
    const std::string label = offset(step, effect) + tx_prefix(trace_, effect.tx) + effect.message +
                              (copied ? " + copy" : "") +
                              (effect.kind == EffectKind::lost ? " (lost)" : "");
    for (const std::string& receiver : effect.to) {
      const int from = lifeline(effect.from);
      const int to = lifeline(receiver);
      if (from >= 0 && to >= 0) {
        add_arrow(effect, from, to, numbered(label));
      } else if (std::max(from, to) >= 0) {
        const int known = std::max(from, to);
        add_line({known, known}, note_of(trace_, effect, signs_).words);
      }
    }
  }

  void add_changes(const Step& step) {
    for (const Change& change : step.changes) {
      if (change.part != "store") continue;
      const Span span = span_of(std::string_view(change.where).substr(change.where.rfind(' ') + 1));
      if (span.first >= 0) add_line(span, trace::words_of(change, signs_));
    }
  }

  void update_doubt() {
    for (std::size_t i = 0; i < active_.size(); ++i)
      set_active(i, status_.in_doubt(i));
  }

  void set_active(std::size_t process, bool active) {
    if (active_[process] == active) return;
    active_[process] = active;
    const ItemKind kind = active ? ItemKind::activate : ItemKind::deactivate;
    diagram_.items.push_back({kind, lifelines_[process], lifelines_[process], {}});
    close_note();
  }

  // ---- the end ----

  void add_end() {
    for (const Final& f : trace_.finals) {
      const Span span = span_of(f.process);
      if (!f.blocked || span.first < 0) continue;
      close_note();
      const std::string reason = f.waits_for.empty() ? "" : ": waits for " + f.waits_for;
      add_line(span, tx_prefix(trace_, f.tx) + "BLOCKED" + reason, true);
      if (!f.holds.empty()) add_line(span, "holds " + join(f.holds), true);
      if (!f.freed_by.empty()) add_line(span, "freed by: " + join(f.freed_by), true);
    }
    close_note();
    for (std::size_t i = 0; i < active_.size(); ++i)
      set_active(i, false);
    add_line(all(), end_words(trace_));
    if (!trace_.timed) return;
    add_line(all(), identity_words(*trace_.timed));
    if (trace_.timed->transactions.size() == 1)
      add_line(all(), latency_words(trace_.timed->transactions.front()));
  }

  const Trace& trace_;
  const Signs& signs_;
  Status status_;
  Diagram diagram_;
  std::vector<int> lifelines_;            // by process
  std::vector<bool> active_;              // by process: drawn as in doubt
  const Step* step_ = nullptr;            // the step whose number is still to be said
  std::optional<std::int64_t> shown_us_;  // the time said last
  std::optional<std::int64_t> last_us_;   // of the step before
  bool note_open_ = false;                // the last item is a note that may grow
  Span note_span_;
};

}  // namespace

Diagram diagram_of(const Trace& trace) {
  return Builder(trace).build();
}

}  // namespace concordat::trace
