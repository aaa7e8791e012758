#include "sim/bench/measures.hpp"

#include <algorithm>
#include <array>

namespace concordat::bench {

namespace {

using Value = std::optional<double>;
using Times = Histogram Figures::*;
using Count = std::int64_t Figures::*;

Value ratio(double part, double whole) {
  return whole > 0 ? Value(part / whole) : std::nullopt;
}
Value ratio(std::int64_t part, std::int64_t whole) {
  return ratio(static_cast<double>(part), static_cast<double>(whole));
}

constexpr double us_per_ms = 1'000;
constexpr double us_per_s = 1'000'000;

// --- times; UNITS: milliseconds ---

template <Times times>
Value mean(const Figures& figures) {
  const Histogram& all = figures.*times;
  return ratio(static_cast<double>(all.sum()) / us_per_ms, static_cast<double>(all.count()));
}

/// The share is `part` of ten thousand.
template <Times times, int part>
Value percentile(const Figures& figures) {
  constexpr double whole = 10'000;
  const Histogram& all = figures.*times;
  if (all.empty()) return std::nullopt;
  return static_cast<double>(all.percentile(part / whole)) / us_per_ms;
}

template <Times times>
Value most(const Figures& figures) {
  const Histogram& all = figures.*times;
  if (all.empty()) return std::nullopt;
  return static_cast<double>(all.max()) / us_per_ms;
}

// --- counts ---

std::int64_t answered(const Figures& figures) {
  return figures.commit_us.count() + figures.abort_us.count();
}

template <Count count>
Value number(const Figures& figures) {
  return static_cast<double>(figures.*count);
}

template <Count count>
Value each(const Figures& figures) {
  return ratio(figures.*count, figures.started);
}

template <Count count>
Value each_thousand(const Figures& figures) {
  return ratio(1'000 * static_cast<double>(figures.*count), static_cast<double>(figures.started));
}

/// Of the answers in the time from the first measured arrival to the last.
Value rate(const Figures& figures, std::int64_t count) {
  return ratio(us_per_s * static_cast<double>(count), static_cast<double>(figures.measured_us));
}

template <Reason reason>
Value share(const Figures& figures) {
  return ratio(figures.reasons[static_cast<std::size_t>(reason)], answered(figures));
}

Value throughput(const Figures& figures) {
  return rate(figures, figures.committed_then);
}
Value answered_rate(const Figures& figures) {
  return rate(figures, figures.committed_then + figures.aborted_then);
}
Value goodput(const Figures& figures) {
  return rate(figures, figures.committed);
}
Value abort_share(const Figures& figures) {
  return ratio(figures.abort_us.count(), answered(figures));
}
Value availability(const Figures& figures) {
  return ratio(figures.in_time, figures.started + figures.turned_away);
}
Value blocked_total(const Figures& figures) {
  const double ms = static_cast<double>(figures.blocked_us.sum()) / us_per_ms;
  return ratio(1'000 * ms, static_cast<double>(figures.started));
}
Value blocked_rate(const Figures& figures) {
  return ratio(1'000 * static_cast<double>(figures.blocked_us.count()),
               static_cast<double>(figures.started));
}
Value blocked_per_crash(const Figures& figures) {
  return ratio(static_cast<double>(figures.blocked_us.sum()) / us_per_ms,
               static_cast<double>(figures.crashes));
}
Value log_kept_mean(const Figures& figures) {
  return ratio(figures.record_us, figures.end_us);
}
Value repair_mean(const Figures& figures) {
  return ratio(static_cast<double>(figures.repaired_us) / us_per_ms,
               static_cast<double>(figures.repairs));
}

using F = Figures;

constexpr std::array all_measures{
    Measure{"commit_mean", "ms", "from arrival to the answer commit", mean<&F::commit_us>},
    Measure{"commit_p50", "ms", "half of them take at most this", percentile<&F::commit_us, 5'000>},
    Measure{"commit_p90", "ms", "90 % of them", percentile<&F::commit_us, 9'000>},
    Measure{"commit_p99", "ms", "99 % of them", percentile<&F::commit_us, 9'900>},
    Measure{"commit_p999", "ms", "99.9 % of them", percentile<&F::commit_us, 9'990>},
    Measure{"commit_p9999", "ms", "99.99 % of them", percentile<&F::commit_us, 9'999>},
    Measure{"commit_max", "ms", "the longest of them", most<&F::commit_us>},
    Measure{"abort_mean", "ms", "from arrival to the answer abort", mean<&F::abort_us>},
    Measure{"abort_p50", "ms", "half of them take at most this", percentile<&F::abort_us, 5'000>},
    Measure{"abort_p99", "ms", "99 % of them", percentile<&F::abort_us, 9'900>},
    Measure{"throughput", "1/s", "answers commit, in virtual time", throughput},
    Measure{"answered_rate", "1/s", "answers of either kind", answered_rate},
    Measure{"goodput", "1/s", "transactions committed by all who decided", goodput},
    Measure{"abort_share", "share", "of the answers, abort", abort_share},
    Measure{"abort_refused", "share", "of the answers: a row was locked", share<Reason::refused>},
    Measure{
        "abort_wounded", "share", "a row was taken, or a circle broken", share<Reason::wounded>},
    Measure{"abort_lock_timeout", "share", "waited too long for a row", share<Reason::waited>},
    Measure{"abort_no", "share", "a vote", share<Reason::no>},
    Measure{"abort_crash", "share", "one of its nodes crashed", share<Reason::crash>},
    Measure{"abort_timeout", "share", "a timer of the protocol", share<Reason::timeout>},
    Measure{"messages", "count", "between nodes, per transaction", each<&F::messages>},
    Measure{"forces", "count", "forced log writes, per transaction", each<&F::forces>},
    Measure{"records", "count", "log records, per transaction", each<&F::records>},
    Measure{"doubt_mean",
            "ms",
            "a process in doubt, from its vote to its decision",
            mean<&F::doubt_us>,
            true},
    Measure{"doubt_p99", "ms", "99 % of them", percentile<&F::doubt_us, 9'900>, true},
    Measure{"blocked_mean",
            "ms",
            "a process blocked, at a stretch: only a repair helps",
            mean<&F::blocked_us>,
            true},
    Measure{"blocked_max", "ms", "the longest of them", most<&F::blocked_us>, true},
    Measure{"blocked_total", "ms", "all of them together, per 1000 transactions", blocked_total},
    Measure{"blocked_rate", "count", "how many of them, per 1000 transactions", blocked_rate},
    Measure{
        "blocked_per_crash", "ms", "all of them together, per crash of a node", blocked_per_crash},
    Measure{"lock_wait_mean",
            "ms",
            "a request for a row, until it is granted",
            mean<&F::lock_wait_us>,
            true},
    Measure{"lock_wait_p99", "ms", "99 % of them", percentile<&F::lock_wait_us, 9'900>, true},
    Measure{"lock_hold_mean", "ms", "a row locked", mean<&F::lock_hold_us>, true},
    Measure{"lock_hold_p99", "ms", "99 % of them", percentile<&F::lock_hold_us, 9'900>, true},
    Measure{"inconsistent_mean",
            "ms",
            "some changes of a transaction stand, others do not",
            mean<&F::inconsistent_us>,
            true},
    Measure{"inconsistent_p99", "ms", "99 % of them", percentile<&F::inconsistent_us, 9'900>, true},
    Measure{"inconsistent_max", "ms", "the longest of them", most<&F::inconsistent_us>, true},
    Measure{
        "availability", "share", "answered within the deadline, of all that came", availability},
    Measure{"turned_away", "count", "came when too many were there", number<&F::turned_away>},
    Measure{"stuck", "count", "not over at the end", number<&F::stuck>},
    Measure{"unanswered", "count", "over, and the client was never told", number<&F::unanswered>},
    Measure{"split", "count", "some processes committed, some aborted", number<&F::split>},
    Measure{"dirty_reads", "count", "of a change that was taken back", number<&F::dirty_reads>},
    Measure{"exposed_reads",
            "count",
            "of a change of an unfinished transaction",
            number<&F::exposed_reads>},
    Measure{"compensations",
            "count",
            "changes taken back, per 1000 transactions",
            each_thousand<&F::compensations>},
    Measure{"retries",
            "count",
            "timers that only repeat, per 1000 transactions",
            each_thousand<&F::retries>},
    Measure{"suppressed",
            "count",
            "messages without effect, per 1000 transactions",
            each_thousand<&F::suppressed>},
    Measure{"log_kept_mean", "count", "records of transactions that are not over", log_kept_mean},
    Measure{
        "log_kept_most", "count", "the most of them at one time", number<&F::records_kept_most>},
    Measure{"repair_mean", "ms", "a node down, until it is up", repair_mean},
    Measure{"events",
            "count",
            "handlers run and forces completed, of all transactions",
            number<&F::events>},
};

constexpr std::array<std::string_view, 8> usual{"commit_p50",
                                                "commit_p99",
                                                "throughput",
                                                "abort_share",
                                                "messages",
                                                "forces",
                                                "blocked_mean",
                                                "availability"};

}  // namespace

std::span<const Measure> measures() {
  return all_measures;
}

const Measure* find_measure(std::string_view name) {
  const auto found = std::ranges::find(all_measures, name, &Measure::name);
  return found == all_measures.end() ? nullptr : &*found;
}

std::size_t index_of(const Measure& measure) {
  return static_cast<std::size_t>(&measure - all_measures.data());
}

std::span<const std::string_view> usual_measures() {
  return usual;
}

}  // namespace concordat::bench
