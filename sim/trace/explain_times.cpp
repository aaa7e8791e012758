// The times of a run in words: how it ended, how long the client waited, who was in doubt, blocked,
// down or paused, and when the network was cut.
#include <algorithm>

#include "sim/trace/explain_step.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

/// English begins a sentence with a capital.
std::string capitalised(std::string sentence) {
  if (sentence.starts_with("the ")) sentence[0] = 'T';
  return sentence;
}

class Times {
 public:
  Times(const Trace& trace, const Words& words) : trace_(trace), words_(words) {}

  std::string latencies() const {
    constexpr std::size_t told_max = 4;
    const std::vector<TxTimes>& transactions = trace_.timed->transactions;
    if (transactions.size() > told_max) return words_(Phrase::gap) + many_latencies(transactions);
    std::string text;
    for (const TxTimes& t : transactions)
      text += words_(Phrase::gap) +
              (transactions.size() == 1
                   ? capitalised(one_latency(t))
                   : words_(Phrase::latency_in, std::to_string(t.tx), one_latency(t)));
    return text;
  }

  /// What holds, for whom, and when; `kind` is left out when the sentence has it already.
  std::string group_words(const IntervalGroup& group, bool begins) const {
    const std::string who = group.who.empty() ? words_(Phrase::the_network) : group.who;
    const std::string what = group.many() ? summed_up(group) : one_by_one(group);
    if (!begins) return words_(Phrase::again, who, what);
    const std::string text = words_(Phrase::was, who, words_.term(kind_words(group.kind)), what);
    return group.who.empty() ? capitalised(text) : text;
  }

 private:
  std::string after(const TxTimes& t, std::int64_t us, Phrase phrase) const {
    return words_(phrase, time_text(span_us(t.started_us, us)));
  }

  std::string one_latency(const TxTimes& t) const {
    return (t.answered_us ? after(t, *t.answered_us, Phrase::told_after)
                          : words_(Phrase::never_told)) +
           (t.decided_us ? after(t, *t.decided_us, Phrase::last_decision_after)
                         : words_(Phrase::not_all_decided)) +
           words_(Phrase::stop);
  }

  /// "after 12ms to 15ms"; the latencies are not empty.
  std::string range_of(const std::vector<std::int64_t>& latencies) const {
    const auto [least, most] = std::ranges::minmax(latencies);
    return least == most ? words_(Phrase::took, time_text(least))
                         : words_(Phrase::took_between, time_text(least), time_text(most));
  }

  std::string many_latencies(const std::vector<TxTimes>& transactions) const {
    std::vector<std::int64_t> answered;
    std::vector<std::int64_t> decided;
    for (const TxTimes& t : transactions) {
      if (t.answered_us) answered.push_back(span_us(t.started_us, *t.answered_us));
      if (t.decided_us) decided.push_back(span_us(t.started_us, *t.decided_us));
    }
    std::string text = words_(
        Phrase::told_of, std::to_string(transactions.size()), std::to_string(answered.size()));
    if (!answered.empty()) text += words_(Phrase::comma) + range_of(answered);
    text += words_(Phrase::decided_everywhere, std::to_string(decided.size()));
    if (!decided.empty()) text += words_(Phrase::comma) + range_of(decided);
    return text + words_(Phrase::stop);
  }

  /// "from 7ms until 1.012s (1.005s)"; "since 7ms (5s)" if it lasted until the end of the run.
  std::string span_words(const Interval& interval) const {
    const std::int64_t to_us = end_of(interval, *trace_.timed);
    const std::string from = time_text(interval.from_us);
    const std::string length = time_text(span_us(interval.from_us, to_us));
    const std::string text = interval.to_us ? words_(Phrase::span, from, time_text(to_us), length)
                                            : words_(Phrase::open_span, from, length);
    if (trace_.transactions <= 1 || interval.tx <= 0) return text;
    return words_(Phrase::span_in, std::to_string(interval.tx), text);
  }

  std::string summed_up(const IntervalGroup& group) const {
    return words_(Phrase::many_times,
                  std::to_string(group.members.size()),
                  time_text(group.total_us),
                  time_text(group.longest_us));
  }

  std::string one_by_one(const IntervalGroup& group) const {
    std::vector<std::string> spans;
    for (const Interval& interval : group.members) {
      std::string span = span_words(interval);
      if (!interval.text.empty() && group.kind == "blocked")
        span += words_(Phrase::waiting_for, interval.text);
      if (!interval.text.empty() && group.kind == "cut")
        span += words_(Phrase::namely, interval.text);
      spans.push_back(std::move(span));
    }
    return join(spans, words_(Phrase::semicolon));
  }

  const Trace& trace_;
  const Words& words_;
};

}  // namespace

std::string tell_times(const Trace& trace, const Words& words) {
  const Times times(trace, words);
  std::string text = words(Phrase::run_ended,
                           time_text(trace.timed->end_us),
                           words.term(ended_words(trace.timed->ended))) +
                     times.latencies();
  const std::vector<IntervalGroup> groups = interval_groups(trace);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool begins = i == 0 || groups[i - 1].kind != groups[i].kind;
    const bool ends = i + 1 == groups.size() || groups[i + 1].kind != groups[i].kind;
    text += words(begins ? Phrase::gap : Phrase::semicolon) + times.group_words(groups[i], begins) +
            (ends ? words(Phrase::stop) : "");
  }
  return text;
}

}  // namespace concordat::trace
