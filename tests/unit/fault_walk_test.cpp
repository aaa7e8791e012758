// Goal: the sets of faults that `faults` reports are exactly the smallest breaking ones. Method:
// the naive checker judges every combination within the budget, built here by other means (a limit
// on the crashes of each node instead of the nodes that may crash), and the smallest breaking ones
// are picked out of all. And the sets of known mistakes, which can be derived by hand.
#include "sim/app/fault_walk.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <sstream>
#include <vector>

#include "protocols/registry.hpp"
#include "sim/app/faults_report.hpp"
#include "sim/explore/explorer.hpp"
#include "tests/toy_checker/toy_checker.hpp"

namespace concordat::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

Source two_phase_commit(int participants, const std::string& mistake) {
  Source source;
  source.protocol = "two_phase_commit";
  source.processes = {"participants=" + std::to_string(participants)};
  source.options = {"mistake=" + mistake};
  source.properties = {"UA", "NB"};
  return source;
}

/// `progress` is asked during each search, with the number of searches begun so far.
Result<FaultWalk> try_walk(const Source& source,
                           int most = 3,
                           const std::function<std::string_view(int)>& progress = {},
                           const Checker& checker = explore_all) {
  auto scenario = load(source, all_protocols());
  if (!scenario) return scenario.error();
  int searches = 0;
  return walk_faults(
      all_protocols(),
      std::move(*scenario),
      most,
      checker,
      [&](int, const FaultWalk&, const FaultSet&) { ++searches; },
      [&](const SearchProgress&) { return progress ? progress(searches) : std::string_view(); },
      {});
}

FaultWalk walk(const Source& source, int most = 3) {
  auto out = try_walk(source, most);
  check(out.ok(), "the question is a good one");
  return std::move(*out);
}

std::vector<std::string> words(const FaultWalk& walk, std::size_t property) {
  std::vector<std::string> out;
  for (const BreakingSet& each : walk.properties[property].breaking)
    out.push_back(walk.kinds().words(each.set));
  return out;
}

/// The budget of one combination, where c is node 0: every node may crash, so and so often.
Budget naive_budget(const FaultSet& set) {
  Budget budget;
  budget.crashes = set[Fault::crash] + set[Fault::other_crash];
  budget.recoveries = set[Fault::recovery];
  budget.losses = set[Fault::loss];
  budget.duplicates = set[Fault::duplicate];
  budget.crash_limits = {CrashLimit{1U, set[Fault::crash]},
                         CrashLimit{~1U, set[Fault::other_crash]}};
  return budget;
}

/// Every combination with at most these counts, and at most `crashes` crashes together.
std::vector<FaultSet> every_combination(const FaultSet& top, int crashes) {
  std::vector<FaultSet> out;
  std::function<void(FaultSet, std::size_t)> add = [&](FaultSet set, std::size_t kind) {
    if (kind == set.counts.size()) {
      if (set[Fault::crash] + set[Fault::other_crash] <= crashes) out.push_back(set);
      return;
    }
    for (int count = 0; count <= top.counts[kind]; ++count) {
      set.counts[kind] = count;
      add(set, kind + 1);
    }
  };
  add({}, 0);
  return out;
}

/// What the naive checker says of uniform agreement and of non-blocking.
std::vector<Verdict> naive_verdicts(const FaultWalk& walk, const FaultSet& set) {
  CheckRequest request;
  request.model = walk.bound.model.get();
  request.budget = naive_budget(set);
  request.rules = walk.bound.explore_rules;
  if (set[Fault::delay] == 0) request.rules.timing = TimingModel::synchronous;
  if (set[Fault::tail] == 0) request.rules.tail = TailRule::kept;
  request.properties = {find_property("UA")};
  request.non_blocking = true;
  std::vector<Verdict> out;
  for (const PropertyVerdict& verdict : toy_check(request).properties)
    out.push_back(verdict.verdict);
  EXPECT_THAT(out, testing::Not(testing::Contains(Verdict::unknown)));
  return out;
}

/// The sets that no other one is within.
std::vector<std::string> smallest(const FaultWalk& walk, const std::vector<FaultSet>& sets) {
  std::vector<std::string> out;
  for (const FaultSet& set : sets)
    if (std::ranges::none_of(
            sets, [&set](const FaultSet& other) { return other != set && is_within(other, set); }))
      out.push_back(walk.kinds().words(set));
  return out;
}

/// RETURNS: the number of sets that both found.
std::size_t expect_as_by_brute_force(const Source& source) {
  const FaultWalk found = walk(source);
  EXPECT_TRUE(found.complete());
  std::vector<std::vector<FaultSet>> breaking(2);
  for (const FaultSet& set : every_combination(found.kinds().all(), found.bound.budget.crashes)) {
    const std::vector<Verdict> verdicts = naive_verdicts(found, set);
    for (std::size_t i = 0; i < breaking.size(); ++i)
      if (verdicts.at(i) == Verdict::violated) breaking[i].push_back(set);
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < breaking.size(); ++i) {
    const auto expected = smallest(found, breaking[i]);
    EXPECT_THAT(words(found, i), UnorderedElementsAreArray(expected))
        << source.options[0] << " " << found.properties[i].name;
    count += expected.size();
  }
  return count;
}

const std::vector<std::string> mistakes{"none",
                                        "vote_unforced",
                                        "decide_unforced",
                                        "ack_unforced",
                                        "abort_in_doubt",
                                        "answer_without_abort"};

TEST(FaultWalk, FindsTheSmallestSetsOfOneParticipant) {
  std::size_t sets = 0;
  for (const std::string& mistake : mistakes) {
    Source source = two_phase_commit(1, mistake);
    source.votes = {"any"};
    source.crashes = "2";
    source.recoveries = "1";
    source.losses = "1";
    sets += expect_as_by_brute_force(source);
  }
  EXPECT_GE(sets, mistakes.size() + 5) << "each blocks, and each mistake splits";
}

TEST(FaultWalk, FindsTheSmallestSetsOfTwoParticipants) {
  for (const std::string& mistake : mistakes) {
    Source source = two_phase_commit(2, mistake);
    source.crashes = "1";
    source.recoveries = "1";
    source.losses = "1";
    source.timing = "synchronous";
    expect_as_by_brute_force(source);
  }
}

/// What can be derived by hand: which log record is missing, and who must forget it.
TEST(FaultWalk, KnownMistakesNeedKnownFaults) {
  const auto of = [](const std::string& mistake) {
    Source source = two_phase_commit(2, mistake);
    source.crashes = "1";
    source.recoveries = "1";
    source.losses = "1";
    return walk(source);
  };
  const FaultWalk correct = of("none");
  EXPECT_THAT(words(correct, 0), IsEmpty()) << "it never splits";
  EXPECT_THAT(words(correct, 1), ElementsAre("1 crash of c")) << "alone it blocks";
  EXPECT_TRUE(correct.robustness(correct.properties[0]).whole_budget);
  const Robustness blocks = correct.robustness(correct.properties[1]);
  EXPECT_TRUE(blocks.known());
  EXPECT_EQ(blocks.at_least, 0);
  const FaultWalk vote = of("vote_unforced");
  EXPECT_THAT(words(vote, 0), ElementsAre("1 crash of a participant, 1 recovery, lost log tails"));
  EXPECT_EQ(vote.robustness(vote.properties[0]).at_least, 2);
  EXPECT_EQ(vote.properties[0].breaking[0].finding.schedule.size(), 7U);
  EXPECT_THAT(words(of("decide_unforced"), 0),
              ElementsAre("1 crash of c, 1 recovery, lost log tails"));
  EXPECT_THAT(words(of("ack_unforced"), 0),
              ElementsAre("1 crash of a participant, 1 recovery, lost log tails"));
  // Whatever makes the decision late: a timer fires in doubt, or a participant has to ask.
  EXPECT_THAT(words(of("abort_in_doubt"), 0),
              UnorderedElementsAre(
                  "delays", "1 loss", "1 crash of c", "1 crash of a participant, 1 recovery"));
}

TEST(FaultWalk, CountsWithoutLimitAreTriedOneByOne) {
  Source source = two_phase_commit(1, "abort_in_doubt");
  source.properties = {"UA"};
  source.losses = "unlimited";
  source.timing = "synchronous";
  const FaultWalk one = walk(source, 1);
  EXPECT_EQ(one.combinations, 3) << "none, one, any number";
  EXPECT_THAT(words(one, 0), ElementsAre("1 loss"));
  const FaultWalk none = walk(source, 0);
  EXPECT_EQ(none.combinations, 2);
  EXPECT_THAT(words(none, 0), ElementsAre("any number of losses"));
  const Robustness robustness = none.robustness(none.properties[0]);
  EXPECT_FALSE(robustness.known()) << "nobody has tried two losses";
  EXPECT_EQ(robustness.at_least, 0);
}

/// The budget gives each role a limit of its own, or speaks of a part of one.
TEST(FaultWalk, CrashesAreToldApartWhereTheBudgetAllowsIt) {
  Source source = two_phase_commit(2, "none");
  source.faults = "F8-recover";
  const FaultWalk both = walk(source);
  const FaultKinds kinds = both.kinds();
  EXPECT_EQ(kinds.words(kinds.all()), "1 crash of c, 1 crash of a participant, 2 recoveries");
  Budget expected{.crashes = 2, .recoveries = 2};
  expected.crash_limits = {CrashLimit{1U, 1}, CrashLimit{6U, 1}};
  EXPECT_EQ(kinds.budget(kinds.all()), expected);
  source.faults.reset();
  source.crashes = "1";
  source.crash_only = {"p1"};
  const FaultWalk one = walk(source);
  EXPECT_EQ(one.kinds().words(one.kinds().all()), "1 crash of p1, delays, lost log tails");
  EXPECT_THAT(words(one, 1), IsEmpty());
}

/// A limit leaves combinations open; what they leave open is not called known.
TEST(FaultWalk, WhatALimitLeavesOpenIsSaid) {
  Source source = two_phase_commit(2, "vote_unforced");
  source.properties = {"UA"};
  source.crashes = "1";
  source.recoveries = "1";
  source.max_states = "60";
  const FaultWalk cut = walk(source);
  EXPECT_FALSE(cut.complete());
  const PropertyFaults& property = cut.properties[0];
  ASSERT_FALSE(property.open.empty());
  EXPECT_EQ(property.open[0].why, "the limit on states was hit");
  const Robustness robustness = cut.robustness(property);
  EXPECT_FALSE(robustness.known());
  EXPECT_EQ(robustness.at_least + 1, cut.size_of(property.open[0].set));
}

/// A crash without a recovery is cut short, so that what is found beyond it may not be smallest.
TEST(FaultWalk, ASetBeyondAnOpenOneSaysSo) {
  Source source = two_phase_commit(1, "abort_in_doubt");
  source.properties = {"UA"};
  source.crashes = "1";
  source.recoveries = "1";
  source.crash_only = {"p1"};
  source.timing = "synchronous";
  source.tail = "kept";
  const auto out = try_walk(source, 3, {}, [](const CheckRequest& request) {
    CheckRequest cut = request;
    if (request.budget.crashes == 1 && request.budget.recoveries == 0) cut.limits.max_depth = 2;
    return explore_all(cut);
  });
  ASSERT_TRUE(out.ok());
  const PropertyFaults& property = out->properties[0];
  EXPECT_THAT(words(*out, 0), ElementsAre("1 crash of p1, 1 recovery"));
  ASSERT_EQ(property.breaking[0].open.size(), 1U);
  const Robustness robustness = out->robustness(property);
  EXPECT_FALSE(robustness.known());
  EXPECT_EQ(robustness.at_least, 0);
  EXPECT_EQ(robustness.below, 2);
  std::ostringstream text;
  print_text({*out, "explorer", "again", 0}, text);
  EXPECT_THAT(
      text.str(),
      AllOf(HasSubstr("robustness unknown: holds without faults, and some 2 faults break it\n"),
            HasSubstr("       unless 1 crash of p1 alone breaks it, which is unknown\n"),
            HasSubstr("       unknown of 1 crash of p1: the limit on depth was hit\n"),
            HasSubstr("\nagain: again\n")));
  std::ostringstream json;
  print_json({*out, "explorer", "again", 0}, json);
  EXPECT_THAT(json.str(), HasSubstr("\"unless\": [\n      {\n       \"words\": \"1 crash of p1\""));
}

/// Ctrl-C in the third search.
TEST(FaultWalk, StopsWhenItIsTold) {
  Source source = two_phase_commit(2, "none");
  source.crashes = "1";
  const auto out = try_walk(source, 3, [](int searches) {
    return searches > 2 ? std::string_view("stopped") : std::string_view();
  });
  ASSERT_TRUE(out);
  EXPECT_EQ(out->limit, "stopped");
  EXPECT_EQ(out->explored, 2);
  EXPECT_FALSE(out->complete());
  EXPECT_FALSE(out->robustness(out->properties[0]).known());
}

TEST(FaultWalk, RefusesTooManyCombinations) {
  Source source = two_phase_commit(2, "none");
  source.losses = source.duplicates = source.pauses = "200";
  const auto out = try_walk(source);
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error().text(), HasSubstr("more than 10000 combinations"));
}

}  // namespace
}  // namespace concordat::app
