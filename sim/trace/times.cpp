#include "sim/trace/times.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "sim/trace/style.hpp"

namespace concordat::trace {

namespace {

constexpr std::array<std::string_view, 5> kinds = {"in_doubt", "blocked", "down", "paused", "cut"};

/// Where the owner of an interval stands among the processes and nodes.
std::ptrdiff_t place_of(const Trace& trace, const std::string& who) {
  const auto process = std::ranges::find(trace.processes, who, &Process::name);
  if (process != trace.processes.end()) return process - trace.processes.begin();
  return std::ranges::find(trace.processes, who, &Process::node) - trace.processes.begin();
}

std::int64_t sum_us(std::int64_t a_us, std::int64_t b_us) {
  std::int64_t out = 0;
  return __builtin_add_overflow(a_us, b_us, &out) ? std::numeric_limits<std::int64_t>::max() : out;
}

void measure(IntervalGroup& group, const Timed& timed) {
  std::ranges::stable_sort(group.members, {}, &Interval::from_us);
  std::int64_t covered_us = std::numeric_limits<std::int64_t>::min();  // so far, from the left
  for (const Interval& interval : group.members) {
    const std::int64_t to_us = end_of(interval, timed);
    if (to_us <= interval.from_us) continue;
    group.longest_us = std::max(group.longest_us, span_us(interval.from_us, to_us));
    const std::int64_t new_us = std::max(interval.from_us, covered_us);
    if (to_us > new_us) group.total_us = sum_us(group.total_us, span_us(new_us, to_us));
    covered_us = std::max(covered_us, to_us);
  }
}

/// Times and transactions are compared first: a long run has many intervals.
const Interval* find(const Trace& trace, IntervalKey key, auto matches) {
  if (!trace.timed) return nullptr;
  const auto at = std::ranges::find_if(trace.timed->intervals, [&](const Interval& interval) {
    return (key.tx == 0 || interval.tx == key.tx) && matches(interval) &&
           interval.kind == key.kind && interval.who == key.who;
  });
  return at == trace.timed->intervals.end() ? nullptr : &*at;
}

}  // namespace

std::int64_t span_us(std::int64_t from_us, std::int64_t to_us) {
  std::int64_t out = 0;
  if (!__builtin_sub_overflow(to_us, from_us, &out)) return out;
  return to_us > from_us ? std::numeric_limits<std::int64_t>::max()
                         : -std::numeric_limits<std::int64_t>::max();
}

std::optional<std::int64_t> time_of(const Step& step, const Effect& effect) {
  if (!step.time_us || effect.suppressed) return std::nullopt;
  return effect.time_us.value_or(*step.time_us);
}

std::string offset_text(const Step& step, const Effect& effect) {
  const std::optional<std::int64_t> us = time_of(step, effect);
  if (!us || *us == *step.time_us) return "";
  const std::int64_t later_us = span_us(*step.time_us, *us);
  return (later_us > 0 ? "+" : "") + time_text(later_us);
}

bool has_offsets(const Trace& trace) {
  return std::ranges::any_of(trace.steps, [](const Step& step) {
    return std::ranges::any_of(
        step.effects, [&](const Effect& effect) { return !offset_text(step, effect).empty(); });
  });
}

int time_column_width(const Trace& trace) {
  int width = 0;
  for (const Step& step : trace.steps) {
    if (step.time_us) width = std::max(width, column_count(time_text(*step.time_us)));
    for (const Effect& effect : step.effects)
      width = std::max(width, column_count(offset_text(step, effect)));
  }
  return width;
}

std::string_view ended_words(std::string_view ended) {
  if (ended == "quiet") return "nothing more could happen";
  if (ended == "retries") return "only retries that change nothing were left";
  if (ended == "decided") return "everyone who must decide had decided";
  if (ended == "limit") return "the time limit had come";
  return ended;
}

std::string identity_words(const Timed& timed) {
  return std::string(ended_words(timed.ended)) + "; seed " + std::to_string(timed.seed) +
         ", fingerprint " + timed.fingerprint;
}

std::string latency_words(const TxTimes& times) {
  const auto after = [&](const std::optional<std::int64_t>& us) {
    return " after " + time_text(span_us(times.started_us, *us));
  };
  std::string words =
      times.started_us == 0 ? "" : "started at " + time_text(times.started_us) + ", ";
  words += times.answered_us ? "client told" + after(times.answered_us) : "client never told";
  words += times.decided_us ? ", last decision" + after(times.decided_us) : ", not all decided";
  return words;
}

std::string_view kind_words(std::string_view kind) {
  return kind == "in_doubt" ? "in doubt" : kind;
}

std::vector<IntervalGroup> interval_groups(const Trace& trace) {
  std::vector<IntervalGroup> groups;
  for (const Interval& interval : trace.timed->intervals) {
    const auto group = std::ranges::find_if(groups, [&](const IntervalGroup& g) {
      return g.kind == interval.kind && g.who == interval.who;
    });
    if (group == groups.end()) {
      groups.push_back({interval.kind, interval.who, {interval}});
    } else {
      group->members.push_back(interval);
    }
  }
  for (IntervalGroup& group : groups)
    measure(group, *trace.timed);
  std::ranges::stable_sort(groups, {}, [&](const IntervalGroup& group) {
    return std::pair(std::ranges::find(kinds, group.kind) - kinds.begin(),
                     place_of(trace, group.who));
  });
  return groups;
}

std::int64_t end_of(const Interval& interval, const Timed& timed) {
  return interval.to_us.value_or(timed.end_us);
}

const Interval* beginning_at(const Trace& trace, IntervalKey key, std::optional<std::int64_t> us) {
  return find(trace, key, [&](const Interval& interval) { return interval.from_us == us; });
}

const Interval* ending_at(const Trace& trace, IntervalKey key, std::optional<std::int64_t> us) {
  return find(trace, key, [&](const Interval& interval) { return us && interval.to_us == us; });
}

const Interval* holding_at(const Trace& trace, IntervalKey key, std::optional<std::int64_t> us) {
  return find(trace, key, [&](const Interval& interval) {
    return us && interval.from_us <= *us && *us <= end_of(interval, *trace.timed);
  });
}

}  // namespace concordat::trace
