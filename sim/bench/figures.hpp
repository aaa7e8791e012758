// What a run of many transactions comes to, in bounded memory. Two runs add up.
//
// Measured are the transactions after the warm-up; the counters below are theirs, with all that
// their processes do, however late. UNITS: microseconds of virtual time.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/base/histogram.hpp"

namespace concordat::bench {

/// Why a transaction has aborted: what came first.
enum class Reason : std::uint8_t {
  none,
  refused,  // a row was locked
  wounded,  // an older transaction took a row, or it was chosen to break a deadlock
  waited,   // for a row, longer than `lock_timeout`
  no,       // a vote
  crash,    // of one of its nodes
  timeout,  // a timer of the protocol
  other,
};
inline constexpr std::size_t reason_count = 8;

/// What happened in one span of the run's time.
struct Interval {
  std::int64_t arrived = 0;
  std::int64_t in_time = 0;  // of those: answered within the deadline
  std::int64_t committed = 0;
  std::int64_t aborted = 0;
  void add(const Interval& other);
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// Intervals of equal length, as long as they have to be for a bounded number of them.
class Series {
 public:
  static constexpr std::size_t most = 256;
  explicit Series(std::int64_t length_us = 1'000) : length_us_(length_us) {}

  std::int64_t length_us() const { return length_us_; }
  const std::vector<Interval>& intervals() const { return intervals_; }
  Interval& at(std::int64_t time_us) {
    const auto index = static_cast<std::size_t>(time_us / length_us_);
    if (index < intervals_.size()) return intervals_[index];
    return grow(time_us);
  }
  void add(const Series& other);

 private:
  Interval& grow(std::int64_t time_us);
  void widen();

  std::int64_t length_us_;
  std::vector<Interval> intervals_;
};

struct Figures {
  // Transactions.
  std::int64_t started = 0;
  std::int64_t turned_away = 0;  // too many were under way
  std::int64_t committed = 0;    // some process has decided so, none otherwise
  std::int64_t aborted = 0;
  std::int64_t split = 0;                            // some have committed, some aborted
  std::int64_t undecided = 0;                        // nobody has decided
  std::int64_t unanswered = 0;                       // over, and the client was never told
  std::int64_t stuck = 0;                            // not over at the end of the run
  std::int64_t in_time = 0;                          // answered within the deadline
  std::array<std::int64_t, reason_count> reasons{};  // of those answered with abort
  // Their work.
  std::int64_t events = 0;    // handlers run and forces completed, of all transactions
  std::int64_t messages = 0;  // copies that left for another node
  std::int64_t local_messages = 0;
  std::int64_t lost = 0;
  std::int64_t forces = 0;
  std::int64_t records = 0;
  std::int64_t retries = 0;        // timers that only repeat have fired
  std::int64_t suppressed = 0;     // messages that changed nothing, and led to none
  std::int64_t compensations = 0;  // changes that were taken back
  std::int64_t exposed_reads = 0;  // a row was used while an unfinished transaction's change stood
  std::int64_t dirty_reads = 0;    // and that change was taken back
  Histogram commit_us;             // from arrival to answer
  Histogram abort_us;
  Histogram doubt_us;    // per process, from its yes vote to its decision
  Histogram blocked_us;  // the part of it in which only the repair of a node or the network helps
  Histogram lock_wait_us;
  Histogram lock_hold_us;
  Histogram inconsistent_us;  // per transaction: some of its changes stand, others do not
  // The system.
  std::int64_t begin_us = 0;        // the first measured arrival
  std::int64_t measured_us = 0;     // from the first measured arrival to the last
  std::int64_t committed_then = 0;  // answers in that time
  std::int64_t aborted_then = 0;
  std::int64_t crashes = 0;
  std::int64_t repaired_us = 0;  // down times that have ended, together
  std::int64_t repairs = 0;
  std::int64_t records_kept_most = 0;  // log records of transactions that are not over
  std::int64_t record_us = 0;          // their number times time, over the whole run
  std::int64_t end_us = 0;
  Series series;

  void add(const Figures& other);
};

std::string_view name_of(Reason reason);

}  // namespace concordat::bench
