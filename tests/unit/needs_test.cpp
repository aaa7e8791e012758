// Goal: what a condition needs and another excludes is counted right. Method: every group of
// arrivals on small graphs against a plain search over (state, who has been heard); and cases whose
// answer is known: a quorum of acceptors, the votes of the published two-phase commit.
#include "sim/graph/needs.hpp"

#include <gmock/gmock.h>
#include <set>

#include "tests/models/two_phase.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

using graph::Need;
using graph::StateGraph;
using State = StateGraph::State;
using testing::ElementsAre;

Goal goal(const Model& model, std::string_view text) {
  auto parsed = parse_goal(model.setup(), text);
  EXPECT_TRUE(parsed.ok()) << text;
  return std::move(*parsed);
}

/// The fewest different senders of such messages that have arrived in a state that meets `wanted`,
/// and the most in one that meets `other`.
std::pair<int, int> counted(const StateGraph& graph,
                            const Need& need,
                            const Goal& wanted,
                            const Goal& other) {
  const graph::Meets meets_wanted(graph, wanted);
  const graph::Meets meets_other(graph, other);
  std::set<std::pair<State, std::set<int>>> seen{{0, {}}};
  std::vector<std::pair<State, std::set<int>>> open{{0, {}}};
  int least = 1000;
  int most = 0;
  while (!open.empty()) {
    const auto [state, heard] = open.back();
    open.pop_back();
    if (meets_wanted(state)) least = std::min(least, static_cast<int>(heard.size()));
    if (meets_other(state)) most = std::max(most, static_cast<int>(heard.size()));
    for (const StateGraph::Edge& edge : graph.edges(state)) {
      const Event& event = graph.event(edge);
      std::set<int> then = heard;
      if ((event.kind == EventKind::deliver || event.kind == EventKind::duplicate) &&
          event.message.to == need.at && event.message.tx == need.tx &&
          graph.model().message_name(event.message.message) == need.what)
        then.insert(event.message.from.index());
      if (seen.emplace(edge.to, then).second) open.emplace_back(edge.to, then);
    }
  }
  return {least, most};
}

int compare(const Model& model, const Rules& rules, const Budget& budget) {
  const StateGraph graph(ask(model, rules, budget, {}));
  EXPECT_TRUE(graph.complete());
  int found = 0;
  const std::vector<std::string> names = model.setup().process_names;
  for (const std::string& one : {names.front() + " commits", names.back() + " commits"})
    for (const std::string& two : {names.front() + " aborts", names.back() + " aborts"}) {
      const Goal wanted = goal(model, one);
      const Goal other = goal(model, two);
      for (const auto& [a, b] : {std::pair{&wanted, &other}, std::pair{&other, &wanted}})
        for (const Need& need : graph::needs(graph, *a, *b)) {
          EXPECT_GT(need.at_least, need.at_most);
          if (need.kind != Need::Kind::arrival) continue;
          ++found;
          EXPECT_EQ(counted(graph, need, *a, *b), std::pair(need.at_least, need.at_most))
              << one << ", " << two << ": " << need.what;
        }
    }
  return found;
}

TEST(Needs, AreCountedAsAPlainSearchCounts) {
  Rules rules;
  EXPECT_GT(compare(*model_of<TwoPhaseCommit>({}, {1, 1}), rules, {.crashes = 1}), 0);
  rules.timing = TimingModel::synchronous;
  EXPECT_GT(compare(*model_of<TwoPhaseCommit>({}, {1, 2}), rules, {}), 0);
  EXPECT_GT(compare(*model_of<TwoPhaseCommit>({}, {1, 2}, false), rules, {.losses = 1}), 0);
}

TEST(Needs, FindsWhatTheCoordinatorIsFor) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  const StateGraph graph(ask(*model, {}, {}, {}));
  const auto found = graph::needs(graph, goal(*model, "p1 commits"), goal(*model, "p2 aborts"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kind, Need::Kind::commit);
  EXPECT_EQ(model->setup().name_of(found[0].at), "c");
  EXPECT_EQ(found[1].what, "commit");
  EXPECT_THAT(found[1].members, ElementsAre("c"));
  EXPECT_EQ(found[1].at_least, 1);
  EXPECT_EQ(found[1].at_most, 0);
}

TEST(Needs, AreNoneOfWhatIsNeverMet) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2}, false);
  Rules rules;
  rules.timing = TimingModel::synchronous;
  const StateGraph graph(ask(*model, rules, {}, {}));
  EXPECT_TRUE(graph::needs(graph, goal(*model, "p1 commits"), goal(*model, "p2 aborts")).empty());
  EXPECT_TRUE(graph::needs(graph, goal(*model, "p2 aborts"), goal(*model, "p1 commits")).empty());
}

}  // namespace
}  // namespace concordat
