// Goal: the one-line form of an event says everything about it. Method: in each world of seeded
// random walks through two-phase commit, with every fault allowed, each successor's line is parsed
// back and must lead to the same world, and no two successors may share a line. Then each error of
// the parser, with its hint.
#include <gmock/gmock.h>
#include <map>

#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

using testing::HasSubstr;

void check_lines(const Model& model,
                 const Rules& rules,
                 const World& world,
                 const std::vector<Successor>& next) {
  std::map<std::string, int> seen;
  for (const Successor& successor : next) {
    const std::string line = format(model, successor.event, successor.report);
    EXPECT_EQ(++seen[line], 1) << line;
    const auto event = parse_event(model, rules, world, line);
    ASSERT_TRUE(event.ok()) << line << "\n" << event.error().text();
    World expected = world;
    World got = world;
    ASSERT_TRUE(apply(model, rules, expected, successor.event)) << line;
    const auto report = apply(model, rules, got, *event);
    ASSERT_TRUE(report.has_value()) << line;
    EXPECT_TRUE(got == expected) << line;
    EXPECT_EQ(format(model, *event, *report), line);
  }
}

TEST(EventText, EveryLineLeadsToTheSameWorldAndIsUnique) {
  for (const std::string& setting : walk_settings())
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE(setting + "seed " + std::to_string(seed));
      const Story s = story(two_phase(setting));
      SampleRandom random(seed);
      walk(s.model(), s.bound.run_rules, random, 25, [&](const World& world, const auto& next) {
        check_lines(s.model(), s.bound.run_rules, world, next);
      });
      if (HasFailure()) return;
    }
}

/// What the parser says to `line` after `schedule`.
std::string error_of(const std::string& setting,
                     const std::vector<std::string>& schedule,
                     const std::string& line) {
  const Story s = story(two_phase(setting));
  World world = initial_world(s.model());
  for (const std::string& earlier : schedule) {
    const auto event = parse_event(s.model(), s.bound.run_rules, world, earlier);
    if (!event) return "schedule: " + event.error().text();
    apply(s.model(), s.bound.run_rules, world, *event);
  }
  const auto event = parse_event(s.model(), s.bound.run_rules, world, line);
  return event ? "no error" : event.error().text();
}

const std::vector<std::string> started{"start c"};

TEST(EventText, UnknownNames) {
  const auto error = [](const std::string& line) { return error_of("", {}, line); };
  EXPECT_EQ(error("strat c"), "error: there is no event `strat`\n  hint: did you mean `start`?");
  EXPECT_THAT(error(""), HasSubstr("there is no event ``"));
  EXPECT_THAT(error("store p1"), HasSubstr("there is no event `store`"));
  EXPECT_THAT(error("start p9"), HasSubstr("there is no process `p9`\n  hint: did you mean `p1`?"));
  EXPECT_THAT(error("start"), HasSubstr("a process is missing"));
  EXPECT_THAT(error("start c p1"), HasSubstr("`p1` is too much here"));
  EXPECT_THAT(error("crash q"), HasSubstr("there is no node `q`"));
  EXPECT_THAT(error("crash"), HasSubstr("does not have the form of this event"));
  EXPECT_THAT(error("crash c p1"), HasSubstr("does not have the form of this event"));
  EXPECT_THAT(error("timeout c votes"),
              HasSubstr("there is no timer `votes`\n  hint: did you mean `vote`?"));
  EXPECT_THAT(error("timeout c"), HasSubstr("there is no timer ``"));
  EXPECT_THAT(error("operator p1 x"), HasSubstr("there is no operator action `x`"));
  EXPECT_THAT(error("client c"), HasSubstr("a client event names its key"));
  EXPECT_THAT(error("write p1 accounts.bob 5"), HasSubstr("there is no row `accounts.bob`"));
  EXPECT_THAT(error("write p1 accounts.bob"), HasSubstr("write p1 accounts.alice 80"));
  EXPECT_THAT(error("granted p1 accounts.bob"), HasSubstr("names no row"));
  EXPECT_THAT(error("t2 start c"), HasSubstr("there is no event `t2`"));
  EXPECT_THAT(error("start t2 c"), HasSubstr("there is no transaction `t2`"));
  EXPECT_THAT(error_of("transactions: 2\n", {}, "start t3 c"),
              HasSubstr("there is no transaction `t3`\n  hint: this scenario has 2"));
  EXPECT_THAT(error_of("transactions: 2\n", {}, "start c"), HasSubstr("write `t1 c`"));
}

TEST(EventText, PartitionsAndHeal) {
  const auto error = [](const std::string& line) { return error_of("", started, line); };
  EXPECT_EQ(error("partition {c} | {p1,p2}"), "no error");
  EXPECT_EQ(error("partition {c} -> {p1}"), "no error");
  EXPECT_THAT(error("partition {c}"), HasSubstr("at least two sides"));
  EXPECT_THAT(error("partition c | p1"), HasSubstr("lists its sides in braces"));
  EXPECT_THAT(error("partition {c} | {c,p1}"), HasSubstr("on one side of a partition only"));
  EXPECT_THAT(error("partition {c} | {}"), HasSubstr("a side of a partition has nodes"));
  EXPECT_THAT(error("partition {c} | {x}"), HasSubstr("there is no node `x`"));
  EXPECT_THAT(error("partition {c} -> {p1} -> {p2}"), HasSubstr("there is no node"));
  EXPECT_THAT(error("heal"), HasSubstr("`heal` is not enabled"));
  EXPECT_THAT(error_of("", {"partition {c} | {p1,p2}"}, "heal now"),
              HasSubstr("`now` is too much here"));
}

TEST(EventText, WhatIsNotEnabledListsWhatIs) {
  EXPECT_THAT(
      error_of("", {"start c"}, "start c"),
      HasSubstr("`start c` is not enabled\n  hint: enabled here: deliver prepare(c->p1); "));
  EXPECT_THAT(
      error_of("", started, "deliver yes(p1->c)"),
      HasSubstr("no message `yes(p1->c)` is in flight\n  hint: enabled here: deliver prep"));
  EXPECT_THAT(error_of("", started, "recover c"), HasSubstr("`recover c` is not enabled"));
  EXPECT_THAT(error_of("", {"start c", "crash c"}, "recover c tail=1"),
              HasSubstr("`tail=1` does not fit a tail of 0 records"));
  EXPECT_THAT(error_of("", {"start c", "crash c"}, "recover c maybe"), HasSubstr("does not fit"));
}

TEST(EventText, AmbiguousMessages) {
  const std::vector<std::string> both{"start t1 c", "start t2 c"};
  EXPECT_EQ(error_of("transactions: 2\n", both, "deliver t2 prepare(c->p1)"), "no error");
  EXPECT_EQ(error_of("transactions: 2\n", both, "deliver prepare(c->p1)"),
            "error: `prepare(c->p1)` fits several messages\n"
            "  hint: write `t1 prepare(c->p1)` or another one whole");
  EXPECT_EQ(error_of("transactions: 2\n", {"start t1 c"}, "deliver prepare(c->p1)"), "no error");
}

TEST(EventText, CutsAndChoices) {
  const std::string open = "votes: {p1: any}\n";
  const auto error = [&](const std::string& line) { return error_of(open, started, line); };
  EXPECT_EQ(error("deliver prepare(c->p1) with vote=no"), "no error");
  EXPECT_EQ(error("deliver prepare(c->p1) with vote=yes, crash p1 after force prepared"),
            "no error");
  EXPECT_THAT(error("deliver prepare(c->p1) with vote=maybe"),
              HasSubstr("no open choice `vote=maybe`"));
  EXPECT_THAT(error("deliver prepare(c->p1) with vote=yes, vote=no"),
              HasSubstr("answers a choice for the second time"));
  EXPECT_EQ(error("deliver prepare(c->p2) with vote=no"),
            "error: this step has no open choice `vote=no`\n"
            "  hint: a choice is open when the scenario says `any` for it (votes: {p1: any})");
  EXPECT_EQ(error("deliver prepare(c->p2), crash p2 after force commit"),
            "error: the step has no crash point `after force commit`\n"
            "  hint: one of: before everything, after force prepared");
  EXPECT_THAT(error("deliver prepare(c->p2), crash c after force prepared"),
              HasSubstr("does not run this step"));
  EXPECT_THAT(error("crash c, crash c before everything"), HasSubstr("runs no handler"));
  EXPECT_THAT(error("lose prepare(c->p1) with vote=no"), HasSubstr("runs no handler"));
  EXPECT_THAT(error("timeout p1 decision, crash p1 before everything"),
              HasSubstr("is not enabled"));
}

}  // namespace
}  // namespace concordat
