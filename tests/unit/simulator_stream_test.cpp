// Goal: a seed names one run, and each concern draws from streams of its own, so that a scenario
// with one more fault is the same until that fault shows. Method: runs are compared with
// themselves, step by step; pairs of scenarios that differ in one concern, up to the first
// difference, which must be of that concern.
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "tests/unit/chaos_protocol.hpp"
#include "tests/unit/timed_play.hpp"

namespace concordat {
namespace {

/// Everything that a summary says.
std::string digest(const RunSummary& s) {
  std::string out = fmt::format("{} {} {} {:x} {} {} {} {} {} {}",
                                s.seed,
                                s.end_us,
                                enum_name(s.ended),
                                s.fingerprint,
                                s.events,
                                s.counts.messages,
                                s.counts.local_messages,
                                s.counts.lost,
                                s.counts.forces,
                                s.counts.records);
  out += fmt::format(" | {} {} {} {} {} {}",
                     s.faults.crashes,
                     s.faults.recoveries,
                     s.faults.losses,
                     s.faults.duplicates,
                     s.faults.partitions,
                     s.faults.pauses);
  for (const WatchStatus status : s.properties)
    out += fmt::format(" {}", static_cast<int>(status));
  out += fmt::format(" | {} {} {} {} {} | {} {} {} | {} {} {}",
                     s.transactions,
                     s.committed,
                     s.aborted,
                     s.split,
                     s.undecided,
                     s.commit_us.sum(),
                     s.abort_us.sum(),
                     s.doubt_us.sum(),
                     s.txs.size(),
                     s.doubts.size(),
                     s.spans.size());
  return out;
}

std::unique_ptr<Model> chaos() {
  auto setup = make_setup({Chaos::roles.begin(), Chaos::roles.end()}, {3}, 2);
  setup.tables = {"items"};
  setup.keys = {{"x", "y"}};
  setup.bounds = {{"rounds", 3}};
  setup.locks = LockPolicy::wait;
  setup.open_choices = true;
  setup.finish();
  return make_model<Chaos>({}, std::move(setup));
}

std::unique_ptr<Model> transfer() {
  auto setup = commit_setup_of(3);
  setup.open_choices = true;
  return commit_model(std::move(setup), {TwoPhaseCommit::Termination::cooperative, {}});
}

void expect_no_memory(const Model& model, int seeds) {
  scenario::Timed timed = rough_timed(model);
  timed.limit = {500'000};
  const FaultPlan::Faults none;
  Simulator used(model, timed_rules(), timed, none);
  std::set<std::uint64_t> fingerprints;
  for (int i = 0; i < seeds; ++i) {
    const auto seed = static_cast<std::uint64_t>(i);
    const std::string first = digest(used.run(seed));
    Simulator fresh(model, timed_rules(), timed, none);
    std::vector<Performed> path;
    ASSERT_EQ(digest(fresh.run(seed, &path)), first) << "a run depends on those before it";
    ASSERT_EQ(digest(used.run(seed)), first) << "a run depends on whether it is followed";
    fingerprints.insert(used.run(seed).fingerprint);
  }
  EXPECT_EQ(fingerprints.size(), static_cast<std::size_t>(seeds));
}

TEST(SimulatorStream, ASeedNamesOneRun) {
  expect_no_memory(*transfer(), 2'000);
  expect_no_memory(*chaos(), 1'000);
}

/// Runs that were stopped in the middle leave nothing behind either.
TEST(SimulatorStream, ARunThatWasStoppedLeavesNothing) {
  const auto model = chaos();
  scenario::Timed timed = rough_timed(*model);
  const FaultPlan::Faults none;
  timed.limit = {30'000};
  Simulator used(*model, timed_rules(), timed, none);
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Simulator fresh(*model, timed_rules(), timed, none);
    ASSERT_EQ(digest(used.run(seed)), digest(fresh.run(seed)));
  }
}

// ---- One concern more.

/// The same model in two scenarios, under latencies and forces that are drawn.
struct Pair {
  std::unique_ptr<Model> model = transfer();
  scenario::Timed one = drawn();
  scenario::Timed other = one;

  scenario::Timed drawn() const {
    scenario::Timed timed = rough_timed(*model);
    timed.random = {};
    timed.clock_error = {};
    return timed;
  }
};

/// When the effects come is left out: a pause in the middle of a step is an event after it.
bool same(const Performed& a, const Performed& b) {
  return a.time_us == b.time_us && a.event.kind == b.event.kind && a.event.node == b.event.node &&
         a.event.slot == b.event.slot && a.event.message == b.event.message &&
         a.event.timer == b.event.timer && a.event.groups == b.event.groups &&
         a.event.plan.choices == b.event.plan.choices && a.event.plan.cut == b.event.plan.cut;
}

/// Where the runs of a seed first differ, as steps of both; null: one has ended.
struct Difference {
  const Performed* one = nullptr;
  const Performed* other = nullptr;
  bool is_none() const { return one == nullptr && other == nullptr; }
};

/// Calls `judge` with the first difference of each seed, and counts the seeds without one.
template <class Judge>
int equal_runs(const Pair& pair, Judge judge) {
  const FaultPlan::Faults none;
  Simulator one(*pair.model, timed_rules(), pair.one, none);
  Simulator other(*pair.model, timed_rules(), pair.other, none);
  int equal = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::vector<Performed> a;
    std::vector<Performed> b;
    one.run(seed, &a);
    other.run(seed, &b);
    std::size_t i = 0;
    while (i < a.size() && i < b.size() && same(a[i], b[i]))
      ++i;
    const Difference difference{i < a.size() ? &a[i] : nullptr, i < b.size() ? &b[i] : nullptr};
    if (difference.is_none())
      ++equal;
    else
      judge(difference);
  }
  return equal;
}

/// The runs with the fault differ from those without by an event of this kind first, if they do.
int equal_but_for(const Pair& pair, EventKind kind) {
  return equal_runs(pair, [&](const Difference& difference) {
    ASSERT_NE(difference.other, nullptr);
    EXPECT_EQ(enum_name(difference.other->event.kind), enum_name(kind));
  });
}

TEST(SimulatorStream, LossesDoNotShiftWhatElseIsDrawn) {
  Pair pair;
  pair.other.random.lose = {1, 50};
  const int equal = equal_but_for(pair, EventKind::lose);
  EXPECT_GT(equal, 100);
  EXPECT_LT(equal, 300);
}

TEST(SimulatorStream, DuplicatesDoNotShiftWhatElseIsDrawn) {
  Pair pair;
  pair.other.random.duplicate = {1, 50};
  const int equal = equal_but_for(pair, EventKind::duplicate);
  EXPECT_GT(equal, 100);
  EXPECT_LT(equal, 300);
}

TEST(SimulatorStream, PausesDoNotShiftWhatElseIsDrawn) {
  Pair pair;
  pair.other.random.pause = every_fault().pause;
  const int equal = equal_but_for(pair, EventKind::pause);
  EXPECT_GT(equal, 50);
  EXPECT_LT(equal, 300);
}

TEST(SimulatorStream, PartitionsDoNotShiftWhatElseIsDrawn) {
  Pair pair;
  pair.other.random.partition = every_fault().partition;
  const int equal = equal_but_for(pair, EventKind::partition);
  EXPECT_GT(equal, 50);
  EXPECT_LT(equal, 300);
}

TEST(SimulatorStream, CrashesDoNotShiftWhatElseIsDrawn) {
  Pair pair;
  pair.other.random.crash = every_fault().crash;
  pair.other.random.inside = {1, 2};
  const int equal = equal_runs(pair, [&](const Difference& difference) {
    ASSERT_NE(difference.other, nullptr);
    const Event& event = difference.other->event;
    EXPECT_TRUE(event.kind == EventKind::crash || event.plan.cut) << enum_name(event.kind);
  });
  EXPECT_GT(equal, 30);
  EXPECT_LT(equal, 300);
}

TEST(SimulatorStream, DelaysDoNotShiftWhatElseIsDrawn) {
  Pair pair;
  pair.other.random.delay = {1, 50};
  pair.other.random.delay_by = every_fault().delay_by;
  const int equal = equal_runs(pair, [&](const Difference& difference) {
    ASSERT_NE(difference.one, nullptr);
    EXPECT_EQ(enum_name(difference.one->event.kind), "deliver");  // it comes later now
  });
  EXPECT_GT(equal, 100);
  EXPECT_LT(equal, 300);
}

TEST(SimulatorStream, ClocksOnlyMoveTimers) {
  Pair pair;
  pair.one.random.lose = pair.other.random.lose = {1, 50};  // so that timers ring at all
  pair.other.clock_error = {1, 10};
  const int equal = equal_runs(pair, [&](const Difference& difference) {
    const bool rings =
        (difference.one != nullptr && difference.one->event.kind == EventKind::timeout) ||
        (difference.other != nullptr && difference.other->event.kind == EventKind::timeout);
    EXPECT_TRUE(rings);
  });
  EXPECT_GT(equal, 100);
  EXPECT_LT(equal, 300);
}

TEST(SimulatorStream, VotesDoNotShiftTimes) {
  Pair pair;
  pair.other.chances = {{"vote", {{"no", {1, 10}}, {"read", {0, 1}}}}};
  const int equal = equal_runs(pair, [&](const Difference& difference) {
    ASSERT_NE(difference.other, nullptr);
    EXPECT_EQ(difference.other->time_us, difference.one->time_us);
    EXPECT_NE(difference.other->event.plan.choices, difference.one->event.plan.choices);
  });
  EXPECT_LT(equal, 300);
}

using Moments = std::vector<std::pair<std::int64_t, std::int64_t>>;  // from, to

Moments cuts_of(Simulator& simulator, std::uint64_t seed, std::int64_t until_us) {
  Moments out;
  for (const Span& span : simulator.run(seed).spans)
    if (span.kind == EventKind::partition && span.from_us < until_us)
      out.emplace_back(span.from_us, span.to_us >= until_us ? -1 : span.to_us);
  return out;
}

/// Partitions come when they come, whatever happens to the nodes.
TEST(SimulatorStream, CrashesDoNotMovePartitions) {
  Pair pair;
  pair.one.random = pair.other.random = every_fault();
  pair.one.random.crash.wanted = pair.one.random.pause.wanted = false;
  const FaultPlan::Faults none;
  Simulator one(*pair.model, timed_rules(), pair.one, none);
  Simulator other(*pair.model, timed_rules(), pair.other, none);
  std::size_t cuts = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::int64_t until_us = std::min(one.run(seed).end_us, other.run(seed).end_us);
    const Moments expected = cuts_of(one, seed, until_us);
    EXPECT_EQ(cuts_of(other, seed, until_us), expected) << "seed " << seed;
    cuts += expected.size();
  }
  EXPECT_GT(cuts, 200U);
}

using Link = std::pair<int, int>;                             // nodes: from, to
using Latencies = std::map<Link, std::vector<std::int64_t>>;  // in the order of sending; -1: lost

/// The latencies of the messages of a run up to its first timeout: until then no two are equal.
Latencies latencies_of(const Model& model, const scenario::Timed& timed, std::uint64_t seed) {
  const FaultPlan::Faults none;
  Simulator simulator(model, timed_rules(), timed, none);
  std::vector<Performed> path;
  simulator.run(seed, &path);
  struct Sent {
    Envelope envelope;
    std::int64_t* latency_us;
    std::int64_t at_us;
  };
  Latencies out;
  for (int from = 0; from < model.setup().node_count(); ++from)
    for (int to = 0; to < model.setup().node_count(); ++to)
      out[{from, to}].reserve(100);
  std::vector<Sent> under_way;
  World world = initial_world(model);
  for (const Performed& performed : path) {
    const Event& event = performed.event;
    if (event.kind == EventKind::timeout) break;
    const auto report = apply(model, timed_rules(), world, event);
    const auto it = std::find_if(under_way.begin(), under_way.end(), [&](const Sent& sent) {
      return sent.envelope == event.message;
    });
    if (it != under_way.end() && event.kind == EventKind::deliver)
      *it->latency_us = performed.time_us - it->at_us;
    const int node = node_of(model, event);
    for (int i = 0; i < static_cast<int>(report->step.effects.size()); ++i)
      for (const ProcessId to : report->step.sent_by(i)) {
        const ProcessId from = ProcessId::at(node);  // each on a node of its own
        auto& link = out[{node, model.setup().node_of(to)}];
        link.push_back(-1);
        const auto& message = report->step.effects[static_cast<std::size_t>(i)].message;
        under_way.push_back({{1, from, to, message}, &link.back(), performed.time_us});
      }
  }
  return out;
}

/// The n-th message on a link has the n-th latency of that link, whatever became of those before.
TEST(SimulatorStream, ALinkDrawsItsLatenciesInOrder) {
  Pair pair;
  pair.one.forces[0] = pair.other.forces[0] = Distribution();
  pair.other.random.lose = {1, 10};
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Latencies without = latencies_of(*pair.model, pair.one, seed);
    for (const auto& [link, others] : latencies_of(*pair.model, pair.other, seed))
      for (std::size_t i = 0; i < std::min(others.size(), without[link].size()); ++i) {
        if (others[i] < 0 || without[link][i] < 0) continue;
        ASSERT_EQ(others[i], without[link][i]) << "seed " << seed;
        ++compared;
      }
  }
  EXPECT_GT(compared, 1'000);
}

}  // namespace
}  // namespace concordat
