// Goal: a minimised run replays, ends in the violation, and can spare none of its events. Method:
// the known mistakes of two-phase commit, found by walks, against the lengths that a breadth-first
// search finds; every single event left out by hand; and runs with faults that nobody needs.
#include "sim/explore/minimise.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "protocols/two_phase_commit.hpp"
#include "sim/base/random.hpp"
#include "sim/explore/explorer.hpp"
#include "tests/unit/checks.hpp"

namespace concordat {
namespace {

using Mistake = TwoPhaseCommit::Mistake;
using Termination = TwoPhaseCommit::Termination;
using Path = std::vector<Event>;

constexpr Budget one_crash{.crashes = 1, .recoveries = 1};

const Property& agreement() {
  return *find_property("UA");
}

/// Whether the path replays and ends in a violation.
bool violates(const Model& model, const Rules& rules, const Path& path) {
  World world = initial_world(model);
  for (const Event& event : path)
    if (!apply(model, rules, world, event)) return false;
  return !satisfied(agreement(), model, world);
}

Path without(Path path, std::size_t index) {
  path.erase(path.begin() + static_cast<std::ptrdiff_t>(index));
  return path;
}

std::size_t faults(const Path& path) {
  std::size_t count = 0;
  for (const Event& event : path) {
    const bool ordinary = event.kind == EventKind::start || event.kind == EventKind::deliver ||
                          event.kind == EventKind::timeout || event.kind == EventKind::store;
    count += (ordinary ? 0U : 1U) + (event.plan.cut ? 1U : 0U);
  }
  return count;
}

/// No event, and no two, can be left out; no crash inside a step either.
void expect_minimal(const Model& model, const Rules& rules, const Path& path) {
  EXPECT_TRUE(violates(model, rules, path));
  for (std::size_t i = 0; i < path.size(); ++i) {
    EXPECT_FALSE(violates(model, rules, without(path, i))) << "without event " << i;
    for (std::size_t j = i + 1; j < path.size(); ++j)
      EXPECT_FALSE(violates(model, rules, without(without(path, j), i))) << i << ", " << j;
    Path uncut = path;
    uncut[i].plan.cut.reset();
    EXPECT_FALSE(path[i].plan.cut && violates(model, rules, uncut)) << "without crash " << i;
  }
}

struct Wrong {
  Mistake mistake{};
  Termination termination{};
  Budget budget;
  std::size_t shortest = 0;  // as the naive checker says
};
constexpr Wrong mistakes[] = {{Mistake::vote_unforced, Termination::none, one_crash, 7},    // M1
                              {Mistake::decide_unforced, Termination::none, one_crash, 9},  // M2
                              {Mistake::ack_unforced, Termination::none, one_crash, 13},    // M3
                              {Mistake::abort_in_doubt, Termination::none, {}, 6},          // M12
                              {Mistake::answer_without_abort, Termination::cooperative, {}, 8}};

/// Walks of five seeds. What remains of each is at most two events longer than a shortest run, and
/// most often not longer at all.
TEST(Minimise, WalksBecomeNearlyShortestRuns) {
  int runs = 0;
  int shortest = 0;
  for (const Wrong& wrong : mistakes)
    for (const SearchOrder order : {SearchOrder::random_walk, SearchOrder::pct})
      for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        SCOPED_TRACE(std::string(enum_name(wrong.mistake)) + ", " + std::string(enum_name(order)) +
                     ", seed " + std::to_string(seed));
        const auto model =
            model_of<TwoPhaseCommit>({wrong.termination, wrong.mistake}, {1, 2}, false);
        CheckRequest request = ask(*model, {}, wrong.budget, {"UA"});
        request.search.order = order;
        request.search.walks = 50'000;
        request.search.walk_steps = 200;
        request.search.seed = seed;
        const CheckResult result = explore_all(request);
        ASSERT_EQ(result.properties[0].verdict, Verdict::violated);
        const Path& path = result.properties[0].path;
        expect_minimal(*model, {}, path);
        EXPECT_GE(path.size(), wrong.shortest);
        EXPECT_LE(path.size(), wrong.shortest + 2);
        ++runs;
        shortest += path.size() == wrong.shortest ? 1 : 0;
      }
  EXPECT_GE(shortest * 10, runs * 9);
}

/// The run with faults put in at random places, as many as leave it a violation.
Path littered(const Model& model, const Path& shortest, const Budget& faulty, Random& random) {
  Path path = shortest;
  for (int tries = 0; tries < 40; ++tries) {
    const std::size_t place = random.below(path.size());
    World world = initial_world(model);
    for (std::size_t i = 0; i < place; ++i)
      EXPECT_TRUE(apply(model, {}, world, path[i]));
    std::vector<Successor> next = successors(model, {}, faulty, world);
    std::erase_if(next, [](const Successor& each) { return faults({each.event}) == 0; });
    if (next.empty()) continue;
    Path longer = path;
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(place),
                  next[random.below(next.size())].event);
    if (violates(model, {}, longer)) path = std::move(longer);
  }
  return path;
}

/// M12 needs no fault, M1 and M2 a crash and a recovery. (M12 is not given crashes here: in the
/// place of its timer, which is in no given run then, a participant's recovery does as well.)
TEST(Minimise, DropsFaultsThatNobodyNeeds) {
  const struct {
    Mistake mistake{};
    std::size_t faults = 0;
    int crashes = 0;
  } cases[] = {{Mistake::abort_in_doubt, 0, 0},
               {Mistake::vote_unforced, 2, 3},
               {Mistake::decide_unforced, 2, 3}};
  Random random(1);
  for (const auto& [mistake, needed, crashes] : cases) {
    Budget many{.losses = 5, .duplicates = 5, .partitions = 2, .pauses = 2};
    many.crashes = many.recoveries = crashes;
    const auto model = model_of<TwoPhaseCommit>({Termination::none, mistake}, {1, 2}, false);
    const Path shortest = explore_all(ask(*model, {}, one_crash, {"UA"})).properties[0].path;
    for (int i = 0; i < 10; ++i) {
      SCOPED_TRACE(std::string(enum_name(mistake)) + " " + std::to_string(i));
      const Path given = littered(*model, shortest, many, random);
      EXPECT_GT(faults(given), needed);
      const Path path = minimise(*model, {}, given, [&](const World& world) {
        return !satisfied(agreement(), *model, world);
      });
      expect_minimal(*model, {}, path);
      EXPECT_EQ(faults(path), needed);
      EXPECT_EQ(path.size(), shortest.size());
    }
  }
}

/// A crash and a recovery in a shortest run of a mistake that needs neither.
TEST(Minimise, AnUnnecessaryCrashGoes) {
  const auto model = model_of<TwoPhaseCommit>({{}, Mistake::abort_in_doubt}, {1, 2}, false);
  const Path shortest = explore_all(ask(*model, {}, {}, {"UA"})).properties[0].path;
  Event crash;
  crash.kind = EventKind::crash;
  crash.node = 0;
  Event recover = crash;
  recover.kind = EventKind::recover;
  Path path = shortest;
  path.insert(path.end() - 1, {crash, recover});
  ASSERT_TRUE(violates(*model, {}, path));
  const Path minimal = minimise(
      *model, {}, path, [&](const World& world) { return !satisfied(agreement(), *model, world); });
  EXPECT_EQ(minimal.size(), shortest.size());
  EXPECT_EQ(faults(minimal), 0U);
}

/// What comes behind the violation goes, and a shortest run stays as it is.
TEST(Minimise, EndsInTheFirstWantedState) {
  const auto model = model_of<TwoPhaseCommit>({{}, Mistake::vote_unforced}, {1, 2}, false);
  const Path shortest = explore_all(ask(*model, {}, one_crash, {"UA"})).properties[0].path;
  const auto wanted = [&](const World& world) { return !satisfied(agreement(), *model, world); };
  EXPECT_EQ(minimise(*model, {}, shortest, wanted).size(), shortest.size());
  World world = initial_world(*model);
  for (const Event& event : shortest)
    ASSERT_TRUE(apply(*model, {}, world, event));
  Path longer = shortest;
  longer.push_back(successors(*model, {}, {}, world).front().event);
  EXPECT_EQ(minimise(*model, {}, longer, wanted).size(), shortest.size());
  EXPECT_TRUE(minimise(*model, {}, shortest, [](const World&) { return true; }).empty());
}

/// Wanted: an even number of losses, and the coordinator down. Of two losses that are no neighbours
/// neither can go alone.
TEST(Minimise, LeavesOutPairs) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 3}, false);
  const Rules rules{.crash_points = CrashPoints::steps};
  const Budget budget{.crashes = 1, .losses = 2};
  const auto wanted = [](const World& world) {
    return world.used.losses % 2 == 0 && !world.nodes[0].up;
  };
  World world = initial_world(*model);
  Path path;
  for (const EventKind kind :
       {EventKind::start, EventKind::lose, EventKind::deliver, EventKind::lose, EventKind::crash}) {
    std::vector<Successor> next = successors(*model, rules, budget, world);
    const auto one = std::find_if(
        next.begin(), next.end(), [&](const Successor& each) { return each.event.kind == kind; });
    ASSERT_NE(one, next.end());
    path.push_back(one->event);
    world = std::move(one->world);
  }
  ASSERT_TRUE(wanted(world));
  const Path minimal = minimise(*model, rules, path, wanted);
  EXPECT_EQ(faults(minimal), 1U);
  EXPECT_EQ(minimal.size(), 2U);
}

/// The decision is not forced: a crash right after the step that takes it, or inside that step,
/// which is one event less.
TEST(Minimise, PutsACrashIntoTheStepBeforeIt) {
  const auto model = model_of<TwoPhaseCommit>({{}, Mistake::decide_unforced}, {1, 2}, false);
  const Rules between{.crash_points = CrashPoints::steps};
  const Path given = explore_all(ask(*model, between, one_crash, {"UA"})).properties[0].path;
  EXPECT_EQ(given.size(), 10U);
  const auto wanted = [&](const World& world) { return !satisfied(agreement(), *model, world); };
  EXPECT_EQ(minimise(*model, between, given, wanted).size(), 10U);
  EXPECT_EQ(minimise(*model, {}, given, wanted).size(), 9U);
}

/// The coordinator reaches p1 only and is gone. Before that, nobody is blocked.
TEST(Minimise, FindsWhoIsBlockedNearby) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2}, false);
  const Rules rules{.timing = TimingModel::synchronous, .tail = TailRule::kept};
  CheckRequest request = ask(*model, rules, {.crashes = 1, .may_crash = 1}, {"NB"});
  const PropertyVerdict verdict = explore_all(request).properties[0];
  World world = initial_world(*model);
  for (const Event& event : verdict.path) {
    EXPECT_FALSE(find_blocked_nearby(*model, rules, world));
    ASSERT_TRUE(apply(*model, rules, world, event));
  }
  const auto blocked = find_blocked_nearby(*model, rules, world);
  ASSERT_TRUE(blocked);
  EXPECT_EQ(blocked->process, verdict.blocked->process);
}

}  // namespace
}  // namespace concordat
