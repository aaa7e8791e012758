// The times of a timed run as people ask for them: how much later than its step an effect came, how
// long somebody was in doubt, why the run ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// `to_us - from_us`, as far as 64 bits hold it.
std::int64_t span_us(std::int64_t from_us, std::int64_t to_us);

/// When the effect happened; nothing in an untimed run, and for what did not happen.
std::optional<std::int64_t> time_of(const Step& step, const Effect& effect);

/// "+2ms" for what came 2ms later than its step; "" at its time, and where there is no time.
std::string offset_text(const Step& step, const Effect& effect);

/// Whether any effect of the trace came later than its step.
bool has_offsets(const Trace& trace);

/// Columns for the times of all steps and what came later in them; 0 without any.
int time_column_width(const Trace& trace);

/// Why the run ended, as a sentence without its full stop: "nothing more could happen".
std::string_view ended_words(std::string_view ended);

/// Why a run ended, and what repeats it: "nothing more could happen; seed 42, fingerprint ...".
std::string identity_words(const Timed& timed);

/// "client told after 14ms, last decision after 12.021s".
std::string latency_words(const TxTimes& times);

/// How an interval's kind is called: "in doubt".
std::string_view kind_words(std::string_view kind);

/// All intervals of one kind that one process, one node or the network had. They may overlap: a
/// process can be in doubt in two transactions.
struct IntervalGroup {
  std::string kind;
  std::string who;
  std::vector<Interval> members;  // by their beginning
  std::int64_t total_us = 0;      // of the time in which at least one of them held
  std::int64_t longest_us = 0;

  /// More than this are told as one: how often, how long in all, how long at most.
  static constexpr std::size_t shown_max = 3;
  bool many() const { return members.size() > shown_max; }
};

/// The groups: in doubt, blocked, down, paused, cut; within a kind in the order of the processes.
/// REQUIRES: a timed trace.
std::vector<IntervalGroup> interval_groups(const Trace& trace);

/// When the interval ended: at the latest with the run.
std::int64_t end_of(const Interval& interval, const Timed& timed);

/// The interval of this kind and owner that begins at that time, that ends then, or in which it
/// falls; nothing if there is none, or no time. tx 0 = any.
struct IntervalKey {
  std::string_view kind;
  std::string_view who;
  int tx = 0;
};
const Interval* beginning_at(const Trace& trace, IntervalKey key, std::optional<std::int64_t> us);
const Interval* ending_at(const Trace& trace, IntervalKey key, std::optional<std::int64_t> us);
const Interval* holding_at(const Trace& trace, IntervalKey key, std::optional<std::int64_t> us);

}  // namespace concordat::trace
