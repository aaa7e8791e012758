// Goal: the matrix says for each cell what a search says, keeps what it has found, and goes on from
// there; and it says `unknown` rather than anything else when it was stopped. Method: the real
// program, two-phase commit, whose verdicts are judged elsewhere (fault_class_verdicts_test.cpp).
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MatrixVerb : public ProgramFixture {
 protected:
  Ended matrix(const Words& words) const {
    return run(Words{"matrix", "--protocol", "two_phase_commit"} + words);
  }
};

const Words one_row{"--profile", "presumed_nothing"};
const Words few{"--profile",
                "presumed_nothing",
                "--faults",
                "F0",
                "--faults",
                "F6",
                "--property",
                "UA",
                "--property",
                "NB"};

TEST_F(MatrixVerb, Grid) {
  const Ended ended = matrix(few);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(
      ended.out,
      AllOf(HasSubstr("two_phase_commit, presumed_nothing: "),
            HasSubstr("         F0   F6\n  UA      \u00b7    \u00b7\n  NB      \u00b7    2\n"),
            HasSubstr("2 participants, open votes, at most 20,000,000 states a search\n"),
            HasSubstr("3 hold, 1 violated, 0 unknown; ")));
}

/// A summary says a family of classes once, if all of it is meant.
TEST_F(MatrixVerb, MarkdownAndCsv) {
  const Words question = one_row + Words{"--faults", "F7", "--faults", "F8", "--property", "NB"} +
                         Words{"--property", "ET"};
  const Ended table = matrix(question + Words{"--format", "markdown"});
  EXPECT_THAT(table.out,
              HasSubstr("| protocol | NB | ET |\n|---|---|---|\n"
                        "| `two_phase_commit` presumed_nothing | F7 F8 | F8s |\n"));
  const Ended csv = matrix(question + Words{"--format", "csv"});
  EXPECT_THAT(csv.out,
              AllOf(HasSubstr("\ntwo_phase_commit,presumed_nothing,F7,NB,violated,false,2,"),
                    HasSubstr("\ntwo_phase_commit,presumed_nothing,F8-recover,ET,holds,false,,")));
}

TEST_F(MatrixVerb, KeepsCellsAndRuns) {
  const Words kept = few + Words{"--folder", "cells", "--json"};
  const json first = json::parse(matrix(kept).out);
  EXPECT_EQ(first.at("format"), "concordat-matrix/1");
  const json& cells = first.at("rows").at(0).at("cells");
  EXPECT_EQ(cells.at(0).at("class"), "F0");
  EXPECT_EQ(cells.at(0).at("complete"), true);
  const json& blocked = cells.at(1).at("properties").at(1);
  EXPECT_EQ(blocked.at("code"), "NB");
  EXPECT_EQ(blocked.at("verdict"), "violated");
  EXPECT_EQ(blocked.at("schedule").size(), blocked.at("length"));
  const std::string witness = blocked.at("file");
  EXPECT_EQ(run({"test", witness}).code, 0);
  EXPECT_EQ(json::parse(matrix(kept).out), first) << "seconds included: nothing was searched again";
  // What another question asked, or what is no cell, is not used.
  write("cells/two-phase-commit-presumed-nothing-f0.json", "{");
  EXPECT_EQ(json::parse(matrix(kept).out).at("rows").at(0).at("cells").at(0).at("states"),
            cells.at(0).at("states"));
  const json other = json::parse(matrix(kept + Words{"--participants", "3"}).out);
  EXPECT_GT(other.at("rows").at(0).at("cells").at(0).at("states"), cells.at(0).at("states"));
}

TEST_F(MatrixVerb, UnknownWhereALimitWasHit) {
  const Ended ended = matrix(few + Words{"--max-states", "50", "--folder", "cells"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("    ?"), Not(HasSubstr(" 0 unknown"))));
  EXPECT_EQ(matrix(few + Words{"--folder", "cells"}).code, 0) << "more states were allowed";
}

TEST_F(MatrixVerb, ExplainsACell) {
  const Ended ended =
      run({"matrix", "--explain", "two_phase_commit/presumed_nothing:F6:NB", "--folder", "runs"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("  budget     F6: crashes 1 (c)\n"),
                    HasSubstr("  NB   non_blocking             violated in 2 steps\n"),
                    HasSubstr("         1  start c, crash c")));
  EXPECT_THAT(files(), HasSubstr("-nb.yaml"));
}

TEST_F(MatrixVerb, Errors) {
  const auto error = [&](const Words& words) {
    const Ended ended = run(Words{"matrix"} + words);
    EXPECT_EQ(ended.code, 2);
    return ended.err;
  };
  EXPECT_THAT(error({"--protocol", "two_phase_comit"}),
              HasSubstr("did you mean `two_phase_commit`"));
  EXPECT_THAT(error({"--faults", "F12"}), HasSubstr("--faults: there is none called `F12`"));
  EXPECT_THAT(error({"--property", "XX"}), HasSubstr("--property: there is none called `XX`"));
  EXPECT_THAT(error({"--explain", "two_phase_commit"}), HasSubstr("names no cell"));
  EXPECT_THAT(error({"--max-time", "soon"}), HasSubstr("--max-time: no length of time"));
}

}  // namespace
}  // namespace concordat
