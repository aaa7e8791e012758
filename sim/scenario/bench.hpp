// `bench:`, a benchmark of a protocol: a workload of many transactions, failures that come again
// and again, what is measured, and what was published about it. This is the file's shape after
// reading: values within their ranges, names still text (at.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"
#include "sim/scenario/at.hpp"

namespace concordat::scenario {

/// What a participant does with its rows.
enum class Business : std::uint8_t {
  plain,  // it changes them
  bank,   // two participants: money from one to the other
  shop,   // three participants: stock, balance, order
};
/// RETURNS: how many participants it needs; 0: any number.
int participants_of(Business business);

/// What happens to a request for a row that another transaction has locked.
enum class RowLocks : std::uint8_t {
  no_wait,     // refused at once
  wait,        // waits
  wait_die,    // an older transaction waits, a younger one is refused
  wound_wait,  // an older one takes the row from a younger, unprepared one; else waits
  detect,      // waits, and a cycle of those who wait is broken
};

/// How many participants a transaction has: each number from first to last equally likely.
struct Participants {
  int first = 0;
  int last = 0;
  friend bool operator==(const Participants&, const Participants&) = default;
};

/// `every`: an open system, transactions come whether or not others have ended. Else a closed one:
/// each client begins its next transaction when it has the answer to the last, and has thought.
struct Arrivals {
  std::optional<DistributionSpec> every;  // from one to the next; never 0 each time
  int at_most = 100'000;                  // open: at the same time; more are turned away
  int clients = 10;                       // closed
  DistributionSpec think{};               // closed
  bool is_open() const { return every.has_value(); }
  friend bool operator==(const Arrivals&, const Arrivals&) = default;
};

/// Means of exponential distributions, both above 0: from the end of one to the next, and how long
/// it lasts.
struct Outage {
  Duration every{};
  Duration lasts{};  // `down` of crashes
  friend bool operator==(const Outage&, const Outage&) = default;
};

/// `failures:`
struct Failures {
  std::optional<Outage> coordinators;  // crashes of each one
  std::optional<Outage> services;    // of each other process without a business: acceptors, backups
  int services_at_most = 1'000'000;  // of one coordinator, down at the same time
  std::optional<Outage> participants;  // crashes of each node
  std::optional<Outage> partition;     // of the network
  Ratio one_way{};                     // of the partitions
  std::optional<Outage> pause;         // of each node
  std::optional<Outage> slow_disk;     // of each node
  int slow_disk_times = 0;             // a force takes so many times as long
  Ratio lose{};                        // of the messages
  Ratio duplicate{};
  Ratio delay{};  // `delay: {chance: 1/100, by: {exponential: 50ms}}`
  DistributionSpec delay_by{};
  friend bool operator==(const Failures&, const Failures&) = default;
};

/// `a`, `a/b`: a protocol, a protocol with a profile.
struct Contender {
  std::string protocol;
  std::string profile;  // empty: none
  friend bool operator==(const Contender&, const Contender&) = default;
};
/// RETURNS: nothing unless `text` is a name, or two with a slash between them.
std::optional<Contender> parse_contender(std::string_view text);
std::string format(const Contender& contender);

/// What is claimed of a measure.
enum class Claim : std::uint8_t {
  proportional,  // to the value at `place`: value * factor, or any constant factor
  zero,
  grows,  // with the value at `place`
  falls,
  flat,
  below,  // the measure of another contender
  above,
};

/// `{measure: commit_mean, of: a, is: proportional, to: timing.latency, within: 1%}`
struct ResemblanceCheck {
  static constexpr Ratio usual_within{1, 10};

  Text measure;
  At<Contender> of;
  At<Claim> is;
  Text place;                                     // `to` of proportional; `with` of grows, falls,
                                                  // flat; else empty. A path as in `sweep`
  std::optional<std::int64_t> factor_millionths;  // proportional; UNITS: millionths, above 0
  Ratio within = usual_within;                    // proportional, flat
  At<Contender> than;                             // below, above
  Ratio by{};                                     // below, above: by so much of `than`
  std::vector<Entry<std::string>> where;          // path as in `sweep`: the value there, as text
  friend bool operator==(const ResemblanceCheck&, const ResemblanceCheck&) = default;
};

/// `resembles:`, what was published, and how it shows here.
struct Resemblance {
  std::string source;
  std::string says;
  std::vector<ResemblanceCheck> checks;  // one at least
  friend bool operator==(const Resemblance&, const Resemblance&) = default;
};

/// Members are in the order of the documentation (scenarios/README.md), which says what each means.
struct Bench {
  At<std::monostate> key;  // where `bench` stands
  std::int64_t transactions = 10'000;
  std::optional<std::int64_t> warm_up;  // absent: see warm_up_count
  Arrivals arrivals;
  int nodes = 10;
  int coordinators = 1;
  std::optional<At<Participants>> participants;  // absent: what `processes:` says
  At<Business> business{};
  int keys = 1'000;       // rows on each node
  int rows = 1;           // that each participant changes; at most `keys`
  std::int64_t skew = 0;  // Zipf exponent; UNITS: millionths, 0 to 4'000'000
  Ratio read_only{};      // of the transactions
  Ratio readers{};        // of the participants of the other transactions
  RowLocks locks{};
  std::optional<Duration> lock_timeout;  // above 0; only with a policy that waits
  Duration deadline{1'000'000};          // above 0
  std::optional<Duration> timeout;       // of the timers that `timing: timeouts` does not name
  std::vector<Text> sites;               // empty: none, and the next three too
  DistributionSpec inside{};             // latency inside a site
  std::vector<SiteLatency> between;      // each pair of different sites once, in any order
  std::optional<Ratio> home;             // absent: participants are drawn from all nodes
  Failures failures;
  std::vector<At<Contender>> compare;  // none twice; empty: only the protocol of the file
  std::vector<Text> measures;          // none twice; empty: the usual ones
  std::optional<Resemblance> resembles;

  /// A tenth of the measured transactions unless the file says something else.
  std::int64_t warm_up_count() const { return warm_up.value_or(transactions / 10); }
  friend bool operator==(const Bench&, const Bench&) = default;
};

}  // namespace concordat::scenario
