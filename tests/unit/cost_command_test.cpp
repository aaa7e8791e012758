// Goal: what a run costs is counted as the papers count it, and every published formula that a
// protocol names comes out. Method: small traces by hand; all registered protocols for 2 to 8
// participants; the real program for what it prints.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "protocols/registry.hpp"
#include "sim/app/cost.hpp"
#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

app::CostOptions all_sizes() {
  app::CostOptions options;
  options.participants = "2..8";
  options.options = {"f=0..3"};
  return options;
}

std::string describe(const app::CostRow& row) {
  std::string out =
      row.protocol + " " + row.profile + " " + row.run + " N=" + std::to_string(row.participants);
  for (const std::string& option : row.options)
    out += " " + option;
  for (const app::CostFigure& figure : row.figures)
    if (!figure.agrees())
      out += "; " + figure.quantity + " " + std::to_string(figure.counted.value_or(-1)) + ", not " +
             figure.formula + " = " + std::to_string(*figure.expected);
  return out;
}

TEST(Cost, EveryPublishedFigure) {
  const auto rows = app::count_costs(concordat::all_protocols(), all_sizes());
  ASSERT_TRUE(rows) << rows.error().what;
  std::size_t published = 0;
  std::size_t derived = 0;
  for (const app::CostRow& row : *rows) {
    EXPECT_TRUE(row.agrees() || !row.differs.empty()) << describe(row);
    for (const app::CostFigure& figure : row.figures)
      if (!figure.formula.empty()) ++(figure.derived ? derived : published);
  }
  EXPECT_GT(published, 100U);
  EXPECT_GT(derived, 100U);
}

/// Two forces and two messages in a row, and one that nobody waits for.
TEST(Cost, Chains) {
  using trace::Effect;
  using trace::EffectKind;
  const auto effect = [](EffectKind kind, const std::string& who, const std::string& text) {
    Effect out;
    out.kind = kind;
    out.tx = 1;
    out.process = who;
    out.text = text;
    return out;
  };
  const auto sends = [&](const std::string& from, const std::string& to, std::int64_t id) {
    Effect out = effect(EffectKind::send, from, "");
    out.to = {to};
    out.ids = {id};
    return out;
  };
  const auto receives = [&](const std::string& from, const std::string& to, std::int64_t id) {
    Effect out = effect(EffectKind::receive, "", "");
    out.to = {to};
    out.from = from;
    out.ids = {id};
    return out;
  };
  trace::Trace trace;
  trace.processes = {
      {"c", "coordinator", "c"}, {"p1", "participant", "p1"}, {"p2", "participant", "p1"}};
  const auto step =
      [&](trace::EventKind kind, const std::string& who, std::vector<Effect> effects) {
        trace::Step out;
        out.kind = kind;
        out.tx = 1;
        out.process = who;
        out.effects = std::move(effects);
        trace.steps.push_back(out);
      };
  step(trace::EventKind::start, "c", {sends("c", "p1", 1), sends("c", "p2", 2)});
  step(trace::EventKind::deliver,
       "p1",
       {receives("c", "p1", 1), effect(EffectKind::force, "p1", "prepared"), sends("p1", "p2", 3)});
  step(trace::EventKind::deliver,
       "p2",
       {receives("p1", "p2", 3),
        effect(EffectKind::force, "p2", "commit"),
        effect(EffectKind::decide, "p2", "commit"),
        sends("p2", "c", 4),
        effect(EffectKind::append, "p2", "end")});
  step(trace::EventKind::deliver,
       "c",
       {receives("p2", "c", 4), effect(EffectKind::answer, "c", "commit")});
  const trace::Costs costs = trace::costs_of(trace);
  EXPECT_EQ(costs.messages, 3) << "p1 and p2 live on one node";
  EXPECT_EQ(costs.delays, 1);
  EXPECT_EQ(costs.answer, 2);
  EXPECT_EQ(costs.force_delays, 2);
  EXPECT_EQ(costs.forces, 2);
  EXPECT_EQ(costs.records, 3);
  EXPECT_EQ(trace::quantity(costs, trace, "p.records"), 3);
  EXPECT_EQ(trace::quantity(costs, trace, "c.messages"), 2);
  EXPECT_EQ(trace::quantity(costs, trace, "c.forces"), 0);
  EXPECT_EQ(trace::quantity(costs, trace, "q.forces"), std::nullopt);
  EXPECT_EQ(trace::quantity(costs, trace, "p.nonsense"), std::nullopt);
}

/// A timer takes one delay, from when it was armed.
TEST(Cost, WaitingForATimer) {
  trace::Trace trace;
  trace.processes = {{"p1", "participant", "p1"}};
  trace::Step step;
  step.kind = trace::EventKind::timeout;
  step.tx = 1;
  step.process = "p1";
  step.event = "timeout p1 quiet";
  trace::Effect decide;
  decide.kind = trace::EffectKind::decide;
  decide.tx = 1;
  decide.process = "p1";
  step.effects = {decide};
  trace.steps = {step};
  EXPECT_EQ(trace::costs_of(trace).delays, 1);
}

class CostVerb : public ProgramFixture {};

TEST_F(CostVerb, TextAndJson) {
  const Words question{"cost",
                       "--protocol",
                       "two_phase_commit",
                       "--profile",
                       "presumed_nothing",
                       "--run",
                       "commit",
                       "--participants",
                       "3"};
  const Ended text = run(question);
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out,
              AllOf(HasSubstr("two_phase_commit, presumed_nothing\n  commit       N=3\n"),
                    HasSubstr("    messages       12 = 4N\n"),
                    HasSubstr("    answer         2 \u2713 (derived)\n"),
                    HasSubstr(" published figures agree with what was counted, 0 differ\n"),
                    HasSubstr(" figures derived from a text agree, 0 differ\n")));
  const json parsed = json::parse(run(question + Words{"--json"}).out);
  EXPECT_EQ(parsed.at("format"), "concordat-cost/1");
  const json& figure = parsed.at("rows").at(0).at("figures").at(0);
  EXPECT_EQ(figure.at("quantity"), "messages");
  EXPECT_EQ(figure.at("counted"), 12);
  EXPECT_EQ(figure.at("formula"), "4N");
  EXPECT_THAT(run(question + Words{"--format", "markdown"}).out,
              HasSubstr("| two_phase_commit, presumed_nothing | commit | 3 | 12 = 4N |"));
  EXPECT_THAT(
      run(question + Words{"--format", "csv"}).out,
      HasSubstr("two_phase_commit,presumed_nothing,commit,3,,messages,12,12,4N,published,true\n"));
}

TEST_F(CostVerb, Errors) {
  const auto error = [&](const Words& words) {
    const Ended ended = run(Words{"cost"} + words);
    EXPECT_EQ(ended.code, 2);
    return ended.err;
  };
  EXPECT_THAT(error({"--participants", "8..2"}), HasSubstr("no number and no range"));
  EXPECT_THAT(error({"--option", "f"}), HasSubstr("has no `=`"));
  EXPECT_THAT(error({"--option", "f=0..x"}), HasSubstr("`0..x` is no range"));
  EXPECT_THAT(error({"--option", "zzz=1"}), HasSubstr("there is none called `zzz`"));
  EXPECT_THAT(error({"--run", "comit"}), HasSubstr("did you mean `commit`"));
}

}  // namespace
}  // namespace concordat
