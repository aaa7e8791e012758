// The end of a drawing; a timed run also has its times here (text_times.cpp).
//
//     End after 9 steps: 9 messages, 6 forced writes
//
//             vote  decision
//       c     -     commit    down
//       p2    yes   -         BLOCKED: waits for commit or abort from c
//                             holds accounts.bob
//                             freed by: recover c
#include <algorithm>

#include "sim/trace/phrase.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/text_parts.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

class Summary {
 public:
  Summary(const Trace& trace, const TextOptions& options)
      : trace_(trace), options_(options), signs_(signs(options.unicode)) {}

  std::string draw() {
    draw_counts();
    if (!trace_.finals.empty()) draw_finals();
    out_ += draw_times(trace_, options_);
    draw_names("rows", rows());
    draw_names("in flight", trace_.in_flight);
    if (!trace_.properties.empty()) draw_properties();
    return std::move(out_);
  }

 private:
  Row blank() const { return {options_.width, options_.unicode}; }
  void emit(const Row& row) { out_ += row.text(options_.colour) + "\n"; }

  void draw_counts() {
    for (const std::string& line : wrap(end_words(trace_), options_.width))
      out_ += paint(line, Style::bold, options_.colour) + "\n";
    if (trace_.timed) draw_identity(*trace_.timed);
  }

  /// Why it ended, and what repeats it.
  void draw_identity(const Timed& timed) {
    for (const std::string& line : wrap(identity_words(timed), options_.width))
      out_ += paint(line, Style::dim, options_.colour) + "\n";
  }

  void draw_finals() {
    int name_width = 4;
    int decision_width = 8;
    for (const Final& f : trace_.finals) {
      name_width = std::max(name_width, column_count(tx_prefix(trace_, f.tx) + f.process));
      decision_width = std::max(decision_width, column_count(f.decision));
    }
    vote_column_ = 2 + name_width + 2;
    decision_column_ = vote_column_ + 6;
    remark_column_ = decision_column_ + decision_width + 2;
    Row head = blank();
    head.put(vote_column_, "vote", Style::dim);
    head.put(decision_column_, "decision", Style::dim);
    emit(blank());
    emit(head);
    for (const Final& f : trace_.finals)
      draw_final(f);
  }

  void draw_final(const Final& f) {
    const std::string none = "-";
    Row row = blank();
    row.put(2, tx_prefix(trace_, f.tx) + f.process, Style::title);
    row.put(vote_column_, f.vote.empty() ? none : f.vote, Style::plain);
    const Style style = f.decision.empty()       ? Style::plain
                        : f.decision == "commit" ? Style::good
                                                 : Style::bad;
    row.put(decision_column_, f.decision.empty() ? none : f.decision, style);
    for (const Note& remark : remarks(f)) {
      const int room = std::max(options_.width - remark_column_, 10);
      for (const std::string& line : wrap(remark.words, room)) {
        row.put(remark_column_, line, remark.style);
        emit(row);
        row = blank();
      }
    }
  }

  /// What is to be said beside the vote and the decision; one empty remark where nothing is.
  static std::vector<Note> remarks(const Final& f) {
    std::vector<Note> out;
    if (!f.up) out.push_back({U"", "down", Style::bad});
    if (f.blocked) {
      const std::string reason = f.waits_for.empty() ? "" : ": waits for " + f.waits_for;
      out.push_back({U"", "BLOCKED" + reason, Style::bad});
    }
    if (!f.holds.empty()) out.push_back({U"", "holds " + join(f.holds), Style::warn});
    if (!f.freed_by.empty()) out.push_back({U"", "freed by: " + join(f.freed_by), Style::plain});
    if (out.empty()) out.emplace_back();
    return out;
  }

  std::vector<std::string> rows() const {
    std::vector<std::string> out;
    for (const NameValue& row : trace_.rows)
      out.push_back(row.name + " = " + row.value);
    return out;
  }

  void draw_names(std::string_view title, const std::vector<std::string>& names) {
    if (names.empty()) return;
    const int start = 2 + static_cast<int>(title.size()) + 2;
    out_ += "\n";
    Row row = blank();
    row.put(2, title, Style::dim);
    for (const std::string& line : wrap(join(names), options_.width - start)) {
      row.put(start, line, Style::plain);
      emit(row);
      row = blank();
    }
  }

  void draw_properties() {
    out_ += "\n";
    std::vector<std::string> ok;
    std::vector<std::string> not_reached;
    for (const PropertyStatus& p : trace_.properties) {
      if (p.status == "violated") {
        draw_property(signs_.violated, p.name + " violated: " + p.sentence, Style::bad);
      } else {
        (p.status == "ok" ? ok : not_reached).push_back(p.name);
      }
    }
    if (!ok.empty()) draw_property(signs_.yes, join(ok), Style::plain);
    if (!not_reached.empty()) draw_property(U'-', "not reached: " + join(not_reached), Style::dim);
  }

  void draw_property(char32_t sign, const std::string& words, Style style) {
    Row row = blank();
    row.put(2, sign, sign == signs_.yes ? Style::good : style);
    for (const std::string& line : wrap(words, options_.width - 4)) {
      row.put(4, line, style);
      emit(row);
      row = blank();
    }
  }

  const Trace& trace_;
  const TextOptions& options_;
  const Signs& signs_;
  std::string out_;
  int vote_column_ = 0;
  int decision_column_ = 0;
  int remark_column_ = 0;
};

}  // namespace

std::string draw_summary(const Trace& trace, const TextOptions& options) {
  return Summary(trace, options).draw();
}

}  // namespace concordat::trace
