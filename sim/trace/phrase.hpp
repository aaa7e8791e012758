// Effects and events in few words, shared by the drawing, the list and the tale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/style.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// A sign, words and their look: `■ force prepared`.
struct Note {
  std::u32string sign;
  std::string words;
  Style style = Style::plain;
};

/// `t2 ` when the trace has several transactions and `tx` is one of them, else nothing.
std::string tx_prefix(const Trace& trace, int tx);

/// Names of processes in a few words: `p1, p2`, and `p1..p5` for four or more in a row.
std::string names_text(const Trace& trace, const std::vector<std::string>& names);

/// An effect as a note; receives and losses are arrows elsewhere, here they are words.
Note note_of(const Trace& trace, const Effect& effect, const Signs& signs);

/// What started the step, where no effect says it: `● start`, `◷ vote timer fires`. No words for
/// deliveries, crashes and recoveries, whose effects speak.
Note note_of(const Trace& trace, const Step& step, const Signs& signs);

/// The timer that fired: the first word of the event line that names neither the event, nor a
/// transaction, nor a process.
std::string timer_of(const Trace& trace, const Step& step);

/// A field change: `accounts.alice 1000 → 900`.
std::string words_of(const Change& change, const Signs& signs);

/// The run in one line: `End after 9 steps: 9 messages, 6 forced writes`.
std::string end_words(const Trace& trace);

/// `{c, p1} | {p2}`, or the event's own text when it has no groups.
std::string groups_text(const Step& step);

}  // namespace concordat::trace
