// Goal: `analyse` tells what is still open, what decides and which of Skeen's conditions break, and
// says so when it does not know. Method: the real program, as a subprocess.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Analyse : public ProgramFixture {
 protected:
  Ended analyse(const Words& words) const {
    return run(Words{"analyse", "--protocol", "two_phase_commit", "--votes", "any"} + words);
  }
  json result(const Words& words) const {
    const Ended ended = analyse(Words{"--json"} + words);
    return ended.out.empty() ? json(ended.err) : json::parse(ended.out);
  }
};

TEST_F(Analyse, TellsTheDecidingStep) {
  const Ended ended = analyse({"--crashes", "1"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out,
              HasSubstr("    4  deliver yes(p1->c)                    both\n"
                        "    5  deliver yes(p2->c)                    commit   <- decides (force "
                        "commit)\n"));
  EXPECT_THAT(ended.out,
              HasSubstr("a shortest run to abort\n"
                        "    1  timeout p1 prepare  abort   <- decides\n"));
  EXPECT_THAT(ended.out, Not(HasSubstr("doomed")));
  const json all = result({"--crashes", "1"});
  EXPECT_EQ(all.at("format"), "concordat-analysis/1");
  const json counts = all.at("still_possible")[0];
  EXPECT_EQ(counts.at("both").get<int>() + counts.at("commit").get<int>() +
                counts.at("abort").get<int>() + counts.at("nothing").get<int>(),
            all.at("graph").at("states").get<int>());
  const json own = all.at("runs").back();
  EXPECT_EQ(own.at("name"), "the scenario's run");
  EXPECT_EQ(own.at("deciding_step"), 5);
  EXPECT_EQ(own.at("point_of_no_return"), json());
  EXPECT_EQ(own.at("steps")[4].at("forces"), json({"force commit"}));
  EXPECT_EQ(own.at("steps")[4].at("still_possible"), json({"commit"}));
}

TEST_F(Analyse, TellsSkeensConditions) {
  const json skeen = result({"--crashes", "1"}).at("skeen");
  EXPECT_EQ(skeen.at("obeyed_by"), json({"c"}));
  EXPECT_EQ(skeen.at("broken_by"), json({"p1", "p2"}));
  EXPECT_EQ(skeen.at("survives_failed_sites"), 0);
  int breaking = 0;
  for (const json& state : skeen.at("states")) {
    const bool breaks = state.at("breaks_first").get<bool>() || state["breaks_second"].get<bool>();
    breaking += breaks ? 1 : 0;
    EXPECT_EQ(breaks, state.at("state") == "phase=in_doubt; log prepared");
  }
  EXPECT_EQ(breaking, 1);
  EXPECT_THAT(analyse({}).out,
              HasSubstr("participant phase=in_doubt; log prepared                         not "
                        "committable   beside commit and abort  breaks (1) and (2)\n"));
  // The votes of the scenario play no part in it.
  const Ended all_yes = run({"analyse", "--json", "--protocol", "two_phase_commit"});
  EXPECT_EQ(json::parse(all_yes.out).at("skeen"), skeen);
}

TEST_F(Analyse, TellsThePointOfNoReturn) {
  const json all =
      result({"--option", "mistake=decide_unforced", "--crashes", "1", "--recoveries", "1"});
  EXPECT_GT(all.at("doomed").get<int>(), 0);
  const json violation = all.at("runs")[2];
  EXPECT_EQ(violation.at("name"), "a shortest run to a violation");
  const auto no_return = violation.at("point_of_no_return").get<std::size_t>();
  ASSERT_LE(no_return, violation.at("steps").size());
  for (std::size_t i = 0; i < violation["steps"].size(); ++i)
    EXPECT_EQ(violation["steps"][i].at("doomed").get<bool>(), i + 1 >= no_return);
}

TEST_F(Analyse, SaysWhereARunLeavesTheBudget) {
  write("a.yaml", header + "faults: [{crash: {node: c, on: decided}}]\nexplore: {losses: 1}\n");
  const Ended ended = run({"analyse", "a.yaml"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("is not within the budget; the run goes on without us\n"));
  EXPECT_THAT(ended.out, HasSubstr("       `crash c` "));
}

TEST_F(Analyse, KnowsNothingOfHalfAGraph) {
  const Ended ended = analyse({"--crashes", "1", "--max-states", "50"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.out,
              HasSubstr("what can still be decided: unknown: the limit on states was hit\n"));
  EXPECT_THAT(ended.out, HasSubstr("  unknown: the limit on states was hit\n"));
  EXPECT_THAT(ended.out, Not(HasSubstr("obeyed")));
  const json cut = result({"--crashes", "1", "--max-states", "50"});
  EXPECT_FALSE(cut.at("graph").at("complete").get<bool>());
  EXPECT_FALSE(cut.contains("still_possible"));
}

TEST_F(Analyse, WritesWhatIsStillPossibleIntoATrace) {
  write("a.yaml", header + "faults: [{crash: {node: c, on: decided}}]\nexplore: {losses: 1}\n");
  ASSERT_EQ(run({"analyse", "a.yaml", "--trace", "a.json"}).code, 0);
  const json steps = json::parse(text_of(path("a.json"))).at("steps");
  ASSERT_GT(steps.size(), 6U);
  EXPECT_EQ(steps[3].at("still_possible"), json({"both"}));
  EXPECT_EQ(steps[4].at("event"), "deliver yes(p2->c)");
  EXPECT_EQ(steps[4].at("still_possible"), json({"commit"}));
  EXPECT_FALSE(steps[4].contains("doomed"));
  EXPECT_EQ(steps[5].at("event"), "crash c");
  EXPECT_FALSE(steps[5].contains("still_possible")) << "the budget has no crash";
  const Ended same = run({"replay", "a.json"});
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(run({"explain", "a.json"}).code, 0);
  EXPECT_EQ(run({"analyse", "a.yaml", "--trace", "b.json", "--max-states", "9"}).code, 2);
  EXPECT_EQ(files(), "a.json a.yaml");
}

TEST_F(Analyse, ARunThatFailsIsSaidToFail) {
  write("a.yaml", header + "schedule: [start c, deliver commit(c->p1)]\n");
  const Ended ended = run({"analyse", "a.yaml"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("    1  start c  both\n       it goes no further: "));
  EXPECT_EQ(run({"analyse", "a.yaml", "--trace", "a.json"}).code, 2);
  EXPECT_EQ(files(), "a.yaml");
}

TEST_F(Analyse, Draws) {
  EXPECT_EQ(analyse({"--dot", "g.dot", "--draw", "choices"}).code, 0);
  const std::string dot = text_of(path("g.dot"));
  EXPECT_TRUE(dot.starts_with("digraph states {\n"));
  EXPECT_THAT(dot, HasSubstr("s0 -> s"));
  const Ended refused = analyse({"--dot", "all.dot", "--crashes", "1"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("no drawing: it would have 46,093 states"));
  EXPECT_EQ(analyse({"--dot", "nowhere/g.dot", "--draw", "run"}).code, 2);
  EXPECT_EQ(files(), "g.dot");
}

}  // namespace
}  // namespace concordat
