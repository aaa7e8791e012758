// Goal: each safety property is violated where it should be, satisfied next to it, and says who did
// what in which step. Method: histories and rows of worlds set by hand, one property each; the
// sentence from milestones as a run would leave them.
#include "sim/model/property.hpp"

#include <gtest/gtest.h>

#include "sim/base/property_names.hpp"
#include "sim/base/random.hpp"
#include "tests/unit/two_phase_commit_helpers.hpp"

namespace concordat {
namespace {

using Kind = Milestone::Kind;

/// Two transactions over c, p1, p2, p3; t1 is what the tests change.
Play play_of(int transactions = 1) {
  return Play(make_model<TwoPhaseCommit>({}, commit_setup(3, {}, transactions)));
}

History& history(Play& play, int process, int tx = 1) {
  return play.node(process).slots[static_cast<std::size_t>(tx - 1)].history;
}

bool holds(const Play& play, std::string_view code) {
  return satisfied(*find_property(code), *play.model, play.world);
}

std::string sentence(const Play& play, std::string_view code, const Milestones& milestones) {
  return find_property(code)->explain(*play.model, play.world, milestones);
}

Milestone decides(int step, int process, Outcome outcome, int tx = 1) {
  return {Kind::decide, step, {tx, ProcessId::at(process)}, {}, outcome};
}

void all_vote_yes(Play& play) {
  for (int p = 1; p <= 3; ++p)
    history(play, p).vote = Vote::yes;
}

TEST(Properties, HoldInTheBeginning) {
  for (const Property& property : safety_properties()) {
    EXPECT_TRUE(satisfied(property, *play_of().model, play_of().world)) << property.name;
    EXPECT_EQ(find_property(property.code), find_property(property.name));
    EXPECT_EQ(property_long_name(property.code), property.name) << "both lists agree";
  }
  EXPECT_EQ(find_property("non_blocking"), nullptr) << "judged on graphs";
}

// Whatever `keeps_violated` says of two views of one node is so, beside any view of another.
TEST(Properties, StayViolatedWhereTheySaySo) {
  const Play play = play_of();
  Random random = Random::stream(1, "views");
  const auto view = [&] {
    Observation out;
    out.any = random.below(16);
    out.all = ~std::uint64_t{0} << random.below(2);
    out.sums = {static_cast<std::int64_t>(random.below(2)), 1, 0, 0};
    return out;
  };
  for (const Property& property : safety_properties()) {
    int kept = 0;
    for (int i = 0; i < 50'000; ++i) {
      const Observation before = view();
      const Observation after = random.below(4) == 0 ? before : view();
      if (!keeps_violated(property, before, after)) continue;
      Observation other = view();
      Observation then = other;
      other.combine(before);
      then.combine(after);
      if (property.judge(*play.model, other, false)) continue;
      ++kept;
      EXPECT_FALSE(property.judge(*play.model, then, false)) << property.code;
    }
    const bool judges_ends_only = property.code == "ND" || property.code == "LD";
    EXPECT_EQ(kept > 0, !judges_ends_only) << property.code;
  }
}

TEST(UniformAgreement, CountsThoseWhoCrashLater) {
  Play play = play_of();
  history(play, 1).committed = true;
  EXPECT_TRUE(holds(play, "UA"));
  history(play, 3).aborted = true;
  history(play, 3).crashed = true;
  EXPECT_FALSE(holds(play, "UA"));
  EXPECT_TRUE(holds(play, "CA")) << "p3 has crashed";
  history(play, 3).crashed = false;
  EXPECT_FALSE(holds(play, "CA"));
  const Milestones run{decides(4, 1, Outcome::commit), decides(9, 3, Outcome::abort)};
  EXPECT_EQ(sentence(play, "UA", run),
            "p1 decided commit in step 4, but p3 decided abort in step 9");
  EXPECT_EQ(sentence(play, "CA", run),
            "p1 decided commit in step 4, but p3 decided abort in step 9; neither has crashed");
}

TEST(UniformAgreement, IsPerTransaction) {
  Play play = play_of(2);
  history(play, 1, 1).committed = true;
  history(play, 1, 2).aborted = true;
  EXPECT_TRUE(holds(play, "UA"));
  history(play, 2, 2).committed = true;
  EXPECT_FALSE(holds(play, "UA"));
  EXPECT_EQ(sentence(play,
                     "UA",
                     {decides(1, 1, Outcome::commit, 1),
                      decides(2, 1, Outcome::abort, 2),
                      decides(3, 2, Outcome::commit, 2)}),
            "p1 decided abort in step 2, but p2 decided commit in step 3 in t2");
}

TEST(UniformAgreement, IgnoresReaders) {
  Play play = play_of();
  history(play, 1).committed = true;
  history(play, 2).aborted = true;
  history(play, 2).vote = Vote::read;
  EXPECT_TRUE(holds(play, "UA"));
  EXPECT_TRUE(holds(play, "CA"));
  history(play, 3).aborted = true;
  EXPECT_EQ(sentence(play,
                     "UA",
                     {decides(1, 1, Outcome::commit),
                      decides(2, 2, Outcome::abort),
                      decides(3, 3, Outcome::abort)}),
            "p1 decided commit in step 1, but p3 decided abort in step 3")
      << "the sentence ignores them too";
}

TEST(CommitValidity, NeedsEveryVote) {
  Play play = play_of();
  all_vote_yes(play);
  history(play, 0).committed = true;
  EXPECT_TRUE(holds(play, "VC"));
  history(play, 2).vote = Vote::read;
  EXPECT_TRUE(holds(play, "VC"));
  history(play, 2).vote = Vote::none;
  EXPECT_FALSE(holds(play, "VC"));
  const Milestones run{decides(6, 0, Outcome::commit)};
  EXPECT_EQ(sentence(play, "VC", run), "c decided commit in step 6, but p2 has not voted");
  history(play, 2).vote = Vote::no;
  EXPECT_FALSE(holds(play, "VC"));
  EXPECT_EQ(sentence(play, "VC", run), "c decided commit in step 6, but p2 voted no");
  history(play, 0) = {};
  history(play, 0).aborted = true;
  EXPECT_TRUE(holds(play, "VC"));
}

TEST(AbortValidity, NeedsANoOrAFault) {
  Play play = play_of();
  all_vote_yes(play);
  history(play, 0).aborted = true;
  EXPECT_FALSE(holds(play, "VAs"));
  EXPECT_FALSE(holds(play, "VAw"));
  EXPECT_EQ(sentence(play, "VAs", {decides(5, 0, Outcome::abort)}),
            "c decided abort in step 5, though nobody voted no and nothing failed");
  Play timed_out = play;
  history(timed_out, 0).timed_out = true;
  EXPECT_FALSE(holds(timed_out, "VAs")) << "a delay is no excuse";
  EXPECT_TRUE(holds(timed_out, "VAw"));
  Play refused = play;
  history(refused, 2).vote = Vote::no;
  EXPECT_TRUE(holds(refused, "VAs"));
  for (int FaultCounts::*fault :
       {&FaultCounts::crashes, &FaultCounts::losses, &FaultCounts::partitions}) {
    Play faulty = play;
    faulty.world.used.*fault = 1;
    EXPECT_TRUE(holds(faulty, "VAs"));
  }
  for (int FaultCounts::*delay : {&FaultCounts::duplicates, &FaultCounts::pauses}) {
    Play late = play;
    late.world.used.*delay = 1;
    EXPECT_FALSE(holds(late, "VAs"));
  }
}

TEST(Irrevocability, IsBrokenByOneProcessOnly) {
  Play play = play_of();
  history(play, 1).committed = true;
  history(play, 2).aborted = true;
  EXPECT_TRUE(holds(play, "IR")) << "two processes are another property";
  history(play, 1).aborted = true;
  EXPECT_FALSE(holds(play, "IR"));
  EXPECT_EQ(sentence(play,
                     "IR",
                     {decides(2, 2, Outcome::abort),
                      decides(3, 1, Outcome::commit),
                      decides(8, 1, Outcome::abort)}),
            "p1 decided commit in step 3 and then abort in step 8");
}

TEST(AnswerTrue, ComparesWithEveryDecision) {
  Play play = play_of();
  history(play, 0).answered_commit = true;
  EXPECT_TRUE(holds(play, "AT"));
  history(play, 1).committed = true;
  EXPECT_TRUE(holds(play, "AT"));
  history(play, 2).aborted = true;
  EXPECT_FALSE(holds(play, "AT"));
  const Milestone answer{Kind::answer, 3, {1, ProcessId::at(0)}, {}, Outcome::commit};
  EXPECT_EQ(sentence(play, "AT", {answer, decides(7, 2, Outcome::abort)}),
            "the client was told commit in step 3, but p2 decided abort in step 7");
  Play both = play_of();
  history(both, 0).answered_commit = true;
  history(both, 1).answered_abort = true;
  EXPECT_FALSE(holds(both, "AT"));
}

Play bank() {
  auto setup = commit_setup(2);
  setup.tables = {"accounts", "notes"};
  setup.keys = {{"alice"}, {"memo"}};
  setup.rows[1] = {{RowKey{0, 0}, Row{60, 0, 0, 0}}, {RowKey{1, 0}, Row{5, 0, 0, 0}}};
  setup.rows[2] = {{RowKey{0, 0}, Row{40, 0, 0, 0}}};
  setup.conserved = {0};
  Play play(make_model<TwoPhaseCommit>({}, setup));
  for (int p = 1; p <= 2; ++p)
    history(play, p).committed = true;
  return play;
}

void set(Play& play, int node, int table, int value) {
  ASSERT_TRUE(play.node(node).store.outside_write({static_cast<std::uint16_t>(table), 0}, value));
}

TEST(ResourceConservation, ComparesTheSumOnceAllIsDecided) {
  Play play = bank();
  EXPECT_TRUE(holds(play, "RC"));
  set(play, 1, 0, 50);
  EXPECT_FALSE(holds(play, "RC"));
  EXPECT_EQ(sentence(play, "RC", {decides(4, 1, Outcome::commit)}),
            "accounts held 100 in all at the start and 90 after step 4, with every transaction "
            "over");
  Play open = play;
  history(open, 2) = {};
  EXPECT_TRUE(holds(open, "RC")) << "p2 has not decided";
  history(open, 2).vote = Vote::read;
  EXPECT_FALSE(holds(open, "RC")) << "p2 need not decide";
  Play held = play;
  held.node(2).store.lock(0, {0, 0}, LockPolicy::wait, {});
  EXPECT_TRUE(holds(held, "RC")) << "a local transaction is open";
  set(play, 2, 0, 50);
  EXPECT_TRUE(holds(play, "RC"));
  set(play, 1, 1, 99);
  EXPECT_TRUE(holds(play, "RC")) << "notes are not conserved";
}

TEST(Milestones, ComeFromTheStepsThatHappened) {
  Play play = started(1);
  Event event = deliver(0, 1, Message::prepare);
  Milestones all;
  play.did(event);
  append_milestones(*play.model, event, play.last, play.world, 2, all);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].kind, Kind::vote);
  EXPECT_EQ(all[0].step, 2);
  EXPECT_EQ(all[0].slot.process, ProcessId::at(1));
  Play cut = started(1);
  event.plan.cut = Cut{2, {}};  // before `force prepared`: it has not voted
  cut.did(event);
  all.clear();
  append_milestones(*cut.model, event, cut.last, cut.world, 2, all);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].kind, Kind::crash);
}

TEST(Undecided, AreThoseWithAStakeWhoRunAndMustDecide) {
  Play play = started(2);
  const auto is_undecided = [&](int process) {
    return undecided(*play.model, play.world, {1, ProcessId::at(process)});
  };
  EXPECT_FALSE(is_undecided(0)) << "the coordinator need not decide";
  EXPECT_TRUE(is_undecided(1));
  play.did(event_at(EventKind::crash, 1));
  EXPECT_FALSE(is_undecided(1));
  history(play, 2).vote = Vote::read;
  EXPECT_FALSE(is_undecided(2));
}

}  // namespace
}  // namespace concordat
