// The times of a run in words: how it ended, how long the client waited, who was in doubt, blocked,
// down or paused, and when the network was cut.
#include <algorithm>

#include "sim/trace/explain_step.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

std::string after(const TxTimes& t, std::int64_t us) {
  return time_text(span_us(t.started_us, us));
}

std::string one_latency(const TxTimes& t) {
  std::string text = t.answered_us ? "the client was told after " + after(t, *t.answered_us)
                                   : "the client was never told";
  text += t.decided_us ? ", and the last decision came after " + after(t, *t.decided_us)
                       : ", and not everyone decided";
  return text + ".";
}

/// "of 14 transactions 13 ..., after 12ms to 15ms"; the latencies are not empty.
std::string range_of(std::vector<std::int64_t> latencies) {
  const auto [least, most] = std::ranges::minmax(latencies);
  return least == most ? "after " + time_text(least)
                       : "after " + time_text(least) + " to " + time_text(most);
}

std::string many_latencies(const std::vector<TxTimes>& transactions) {
  std::vector<std::int64_t> answered;
  std::vector<std::int64_t> decided;
  for (const TxTimes& t : transactions) {
    if (t.answered_us) answered.push_back(span_us(t.started_us, *t.answered_us));
    if (t.decided_us) decided.push_back(span_us(t.started_us, *t.decided_us));
  }
  const auto count = [](std::size_t n) { return std::to_string(n); };
  std::string text = "Of " + count(transactions.size()) + " transactions the client was told of " +
                     count(answered.size());
  if (!answered.empty()) text += ", " + range_of(answered);
  text += "; " + count(decided.size()) + " were decided everywhere";
  if (!decided.empty()) text += ", " + range_of(decided);
  return text + ".";
}

std::string latencies(const Trace& trace) {
  constexpr std::size_t told_max = 4;
  const std::vector<TxTimes>& transactions = trace.timed->transactions;
  if (transactions.size() > told_max) return " " + many_latencies(transactions);
  std::string text;
  for (const TxTimes& t : transactions) {
    std::string sentence = one_latency(t);
    if (transactions.size() == 1) {
      sentence[0] = 'T';
    } else {
      sentence.insert(0, "In transaction " + std::to_string(t.tx) + " ");
    }
    text += " " + sentence;
  }
  return text;
}

/// "from 7ms until 1.012s (1.005s)"; "since 7ms (5s)" if it lasted until the end of the run.
std::string span_words(const Trace& trace, const Interval& interval) {
  const std::int64_t to_us = end_of(interval, *trace.timed);
  const std::string from = time_text(interval.from_us);
  const std::string length = " (" + time_text(span_us(interval.from_us, to_us)) + ")";
  std::string text =
      interval.to_us ? "from " + from + " until " + time_text(to_us) : "since " + from;
  if (trace.transactions > 1 && interval.tx > 0)
    text.insert(0, "in transaction " + std::to_string(interval.tx) + " ");
  return text + length;
}

/// What holds, for whom, and when; `verb` is left out when the sentence has it already.
std::string group_words(const Trace& trace, const IntervalGroup& group, std::string_view verb) {
  const std::string who = group.who.empty() ? "the network" : group.who;
  std::string text = who + (verb.empty() ? "" : " was " + std::string(verb)) + " ";
  if (group.many())
    return text + std::to_string(group.members.size()) + " times, for " +
           time_text(group.total_us) + " in all and " + time_text(group.longest_us) + " at most";
  std::vector<std::string> spans;
  for (const Interval& interval : group.members) {
    std::string span = span_words(trace, interval);
    if (!interval.text.empty() && group.kind == "blocked") span += ", waiting for " + interval.text;
    if (!interval.text.empty() && group.kind == "cut") span += ": " + interval.text;
    spans.push_back(std::move(span));
  }
  return text + join(spans, "; ");
}

}  // namespace

std::string tell_times(const Trace& trace) {
  std::string text = "The run ended at " + time_text(trace.timed->end_us) + ": " +
                     std::string(ended_words(trace.timed->ended)) + ".";
  text += latencies(trace);
  const std::vector<IntervalGroup> groups = interval_groups(trace);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool begins = i == 0 || groups[i - 1].kind != groups[i].kind;
    const bool ends = i + 1 == groups.size() || groups[i + 1].kind != groups[i].kind;
    std::string words =
        group_words(trace, groups[i], begins ? kind_words(groups[i].kind) : std::string_view{});
    if (begins && groups[i].who.empty()) words[0] = 'T';
    text += (begins ? " " : "; ") + words + (ends ? "." : "");
  }
  return text;
}

}  // namespace concordat::trace
