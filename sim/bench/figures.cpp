#include "sim/bench/figures.hpp"

#include <algorithm>

namespace concordat::bench {

void Interval::add(const Interval& other) {
  arrived += other.arrived;
  in_time += other.in_time;
  committed += other.committed;
  aborted += other.aborted;
}

/// Two neighbours become one.
void Series::widen() {
  length_us_ *= 2;
  for (std::size_t i = 0; i < intervals_.size(); ++i) {
    if (i % 2 == 0) {
      if (i != 0) intervals_[i / 2] = intervals_[i];
    } else {
      intervals_[i / 2].add(intervals_[i]);
    }
  }
  intervals_.resize((intervals_.size() + 1) / 2);
}

Interval& Series::grow(std::int64_t time_us) {
  while (time_us / length_us_ >= static_cast<std::int64_t>(most))
    widen();
  const auto index = static_cast<std::size_t>(time_us / length_us_);
  if (index >= intervals_.size()) intervals_.resize(index + 1);
  return intervals_[index];
}

void Series::add(const Series& other) {
  Series theirs = other;
  while (theirs.length_us_ < length_us_)
    theirs.widen();
  while (length_us_ < theirs.length_us_)
    widen();
  if (intervals_.size() < theirs.intervals_.size()) intervals_.resize(theirs.intervals_.size());
  for (std::size_t i = 0; i < theirs.intervals_.size(); ++i)
    intervals_[i].add(theirs.intervals_[i]);
}

void Figures::add(const Figures& other) {
  for (const auto member :
       {&Figures::started,        &Figures::turned_away,  &Figures::committed,
        &Figures::aborted,        &Figures::split,        &Figures::undecided,
        &Figures::unanswered,     &Figures::stuck,        &Figures::in_time,
        &Figures::events,         &Figures::messages,     &Figures::local_messages,
        &Figures::lost,           &Figures::forces,       &Figures::records,
        &Figures::retries,        &Figures::suppressed,   &Figures::compensations,
        &Figures::exposed_reads,  &Figures::dirty_reads,  &Figures::measured_us,
        &Figures::committed_then, &Figures::aborted_then, &Figures::crashes,
        &Figures::repaired_us,    &Figures::repairs,      &Figures::record_us,
        &Figures::end_us})
    this->*member += other.*member;
  for (std::size_t i = 0; i < reason_count; ++i)
    reasons[i] += other.reasons[i];
  for (const auto member : {&Figures::commit_us,
                            &Figures::abort_us,
                            &Figures::doubt_us,
                            &Figures::blocked_us,
                            &Figures::lock_wait_us,
                            &Figures::lock_hold_us,
                            &Figures::inconsistent_us})
    (this->*member).add(other.*member);
  records_kept_most = std::max(records_kept_most, other.records_kept_most);
  series.add(other.series);
}

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::none: return "none";
    case Reason::refused: return "lock refused";
    case Reason::wounded: return "wounded";
    case Reason::waited: return "lock timeout";
    case Reason::no: return "voted no";
    case Reason::crash: return "crash";
    case Reason::timeout: return "timeout";
    case Reason::other: return "other";
  }
  return "";
}

}  // namespace concordat::bench
