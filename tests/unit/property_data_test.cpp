// Goal: what committed local transactions made of a process's work is counted as it says, survives
// and is lost as the log does, and is judged as the definitions say. Method: worlds of two-phase
// commit and of TCC, by hand; commands on small scenarios for the ends of runs.
#include <gmock/gmock.h>

#include "protocols/registry.hpp"
#include "protocols/tcc.hpp"
#include "protocols/two_phase_commit.hpp"
#include "sim/app/exploration.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/model/network.hpp"
#include "sim/model/property.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/read.hpp"
#include "tests/unit/world_helpers.hpp"

namespace concordat {
namespace {

using testing::HasSubstr;

/// One branch of TCC whose work is `add`, at a row that begins with 10.
Play tcc_play(int add, Tcc::Fence fence) {
  Setup setup = make_setup({Tcc::roles.begin(), Tcc::roles.end()}, {1, 1, 1});
  setup.tables = {"fence", "stock"};
  setup.keys = {{}, {"book"}};
  setup.rows[2] = {{RowKey{1, 0}, Row{10, 0, 0, 0}}};
  setup.work[2] = {{RowKey{1, 0}, add}};
  Tcc::Config config;
  config.fence = fence;
  return Play(make_model<Tcc>(config, std::move(setup)));
}

Tcc::Message message(Tcc::Type type) {
  return {type, type == Tcc::Type::try_ ? ProcessId::at(2) : ProcessId{}, {}};
}

void arrive(Play& play, int from, Tcc::Type type) {
  network::put(play.rules, play.world, envelope(from, 2, message(type)));
  play.did(deliver(from, 2, message(type)));
}

const Effects& effects(Play& play) {
  return play.node(2).slots[0].history.effects;
}

/// Of work that takes, and of work that gives.
TEST(Effects, OfTryConfirmCancel) {
  for (const int add : {-3, 3}) {
    Play play = tcc_play(add, Tcc::Fence::off);
    arrive(play, 1, Tcc::Type::try_);
    EXPECT_EQ(effects(play), (Effects{.reserved = 1})) << add;
    EXPECT_EQ(effects(play).held(), 1);
    arrive(play, 0, Tcc::Type::confirm);
    EXPECT_EQ(effects(play), (Effects{.reserved = 1, .consumed = 1})) << add;
    EXPECT_EQ(effects(play).total(), 1);
    EXPECT_EQ(effects(play).held(), 0);
    Play other = tcc_play(add, Tcc::Fence::off);
    arrive(other, 0, Tcc::Type::cancel);
    EXPECT_EQ(effects(other), (Effects{.released = 1})) << "nothing had been reserved";
    EXPECT_EQ(effects(other).held(), -1);
    arrive(other, 1, Tcc::Type::try_);
    EXPECT_EQ(effects(other), (Effects{.reserved = 1, .released = 1}));
  }
}

TEST(Effects, CountToThree) {
  Play play = tcc_play(-1, Tcc::Fence::off);
  for (int i = 0; i < 5; ++i)
    arrive(play, 1, Tcc::Type::try_);
  EXPECT_EQ(effects(play).reserved, 3);
}

TEST(Effects, OfALazyCommitAreLostWithIt) {
  LocalState local;
  local.slots.resize(1);
  local.slots[0].history.effects.applied = 1;
  local.tail.push_back({0, {}, {}, {}, Effects{}});
  lose_tail(local, 0);
  EXPECT_EQ(local.slots[0].history.effects, Effects{});
}

app::Exploration explored(const std::string& yaml) {
  auto scenario = scenario::read(yaml, "a.yaml");
  EXPECT_TRUE(scenario.ok()) << (scenario ? "" : scenario.error().text());
  auto found = app::explore(all_protocols(), std::move(*scenario), explore_all, {}, {});
  EXPECT_TRUE(found.ok()) << (found ? "" : found.error().text());
  return std::move(*found);
}

const std::string transfer = R"(name: a transfer
protocol: two_phase_commit
store: {p1: {accounts: {alice: 100}}, p2: {accounts: {bob: 0}}}
work: {p1: {accounts.alice: -10}, p2: {accounts.bob: 10}}
conserve: [accounts]
)";

std::string verdict(const app::Exploration& x, std::string_view code) {
  for (const app::Finding& finding : x.findings)
    if (finding.verdict.code == code) return std::string(enum_name(finding.verdict.verdict));
  return "none";
}

/// A transfer is halfway as long as somebody is in doubt; whether that is the end depends on what
/// comes back.
TEST(Rest, IsWhatTheBudgetLetsItBe) {
  const auto conserved = [](const std::string& budget) {
    return verdict(explored(transfer + "explore: {" + budget +
                            ", expect: {resource_conservation: " + "holds}}\n"),
                   "RC");
  };
  EXPECT_EQ(conserved("faults: F7"), "holds");
  EXPECT_EQ(conserved("faults: F6"), "violated") << "c stays down, and p2 in doubt";
  EXPECT_EQ(conserved("faults: F9"), "holds");
  EXPECT_EQ(conserved("faults: F10"), "violated");
  EXPECT_EQ(conserved("crashes: 1, max_states: 100"), "unknown");
}

TEST(Rest, IsTold) {
  const auto x = explored(
      transfer + "explore: {faults: F6, expect: {resource_conservation: " + "violated}}\n");
  ASSERT_EQ(x.findings.size(), 1U);
  EXPECT_THAT(x.findings[0].sentence, HasSubstr("accounts held 100 in all at the start and 90"));
  EXPECT_THAT(x.findings[0].sentence, HasSubstr("nothing fails any more, and step"));
  const auto again = scenario::read(x.findings[0].counterexample_yaml, "again.yaml");
  ASSERT_TRUE(again.ok()) << again.error().text();
}

/// t1 gives Alice 100 and is refused at the second process; t2 takes 10 from her meanwhile.
app::Exploration two_at_alice(const std::string& protocol, char p) {
  std::string yaml = "name: a dirty read\nprotocol: " + protocol + R"(
transactions: 2
votes: {t1 P2: no}
store: {P1: {accounts: {alice: 50}}, P2: {accounts: {bob: 0}}}
work: {t1 P1: {accounts.alice: 100}, t2 P1: {accounts.alice: -10}, t2 P2: {accounts.bob: 10}}
explore: {timing: synchronous, expect: {isolation: violated}}
)";
  std::ranges::replace(yaml, 'P', p);
  return explored(yaml);
}

TEST(Isolation, IsLostWhereWorkIsUndoneLater) {
  const auto saga = two_at_alice("saga", 's');
  EXPECT_EQ(verdict(saga, "IS"), "violated");
  EXPECT_THAT(saga.findings[0].sentence, HasSubstr("t2 s1 has used a change of t1, which t1"));
}

TEST(Isolation, IsKeptByLocksUntilTheOutcome) {
  EXPECT_EQ(verdict(two_at_alice("two_phase_commit", 'p'), "IS"), "holds");
}

/// Undone first what stands below: with the mistake o does not wait for s3.
TEST(Compensation, IsInTheOppositeOrder) {
  const std::string saga = R"(name: a graph
protocol: saga
processes: {steps: 3}
after: {s2: [s1], s3: [s1]}
votes: {s2: no}
store: {s1: {x: {a: 5}}, s2: {x: {b: 5}}, s3: {x: {c: 5}}}
work: {s1: {x.a: -1}, s2: {x.b: -1}, s3: {x.c: -1}}
explore: {timing: synchronous, expect: {compensation: holds}}
)";
  EXPECT_EQ(verdict(explored(saga), "CO"), "holds");
  const auto hasty = explored(saga + "options: {mistake: in_flight_ignored}\n");
  EXPECT_EQ(verdict(hasty, "CO"), "violated");
  EXPECT_THAT(hasty.findings[0].sentence,
              HasSubstr("s1 undid its work while that of s3, which came after it, stood"));
}

const std::string order = R"(name: a message
protocol: half_message
store: {producer: {goods: {a: 5}}, consumer: {goods: {b: 5}}}
work: {producer: {goods.a: -1}, consumer: {goods.b: 1}}
)";

std::vector<std::string> codes(const app::Exploration& x) {
  std::vector<std::string> out;
  for (const app::Finding& finding : x.findings)
    out.push_back(finding.verdict.code);
  return out;
}

TEST(Judged, BusinessByWhatItsProtocolPromises) {
  using testing::ElementsAre;
  const std::string quiet = "explore: {timing: synchronous}\n";
  const auto business = explored(order + quiet);
  EXPECT_THAT(codes(business), ElementsAre("RC", "LD", "ID", "NB", "ET"));
  EXPECT_EQ(business.exit_code, app::ok);
  EXPECT_THAT(codes(explored("name: x\nprotocol: half_message\n" + quiet)),
              ElementsAre("UA", "CA", "VC", "VAw", "IR", "NB"));
  EXPECT_THAT(codes(explored(transfer + quiet)),
              ElementsAre("UA", "CA", "VC", "VAw", "IR", "RC", "NB"));
  EXPECT_THAT(codes(explored(order + quiet + "expect: {commit_validity: violated}\n")),
              ElementsAre("RC", "LD", "ID", "VC", "NB", "ET"));
  EXPECT_THAT(codes(explored(order + "explore: {timing: synchronous, expect: {UA: holds}}\n")),
              ElementsAre("UA"));
  EXPECT_THAT(codes(explored(order + "transactions: 2\n" + quiet)),
              ElementsAre("RC", "LD", "ID", "IS", "NB", "ET"));
}

/// What a protocol does not promise is not said to be violated.
TEST(Judged, RunsToo) {
  const auto names = [](const std::string& yaml) {
    std::vector<std::string> out;
    const auto scenario = scenario::read(yaml, "a.yaml");
    EXPECT_TRUE(scenario.ok()) << (scenario ? "" : scenario.error().text());
    const auto bound = scenario::bind(*scenario, all_protocols());
    EXPECT_TRUE(bound.ok()) << (bound ? "" : bound.error().text());
    for (const trace::PropertyStatus& status : run(*scenario, *bound).trace.properties)
      out.push_back(status.code);
    return out;
  };
  EXPECT_THAT(names(order), testing::UnorderedElementsAre("RC", "LD", "ID", "NB"));
  EXPECT_THAT(names(order + "expect: {VC: violated}\n"), testing::Contains("VC"));
}

/// The first sentence of the property in `yaml`, of all that may happen.
std::string sentence(const std::string& yaml, std::string_view code) {
  const auto x = explored(yaml);
  for (const app::Finding& finding : x.findings)
    if (finding.verdict.code == code) return finding.sentence;
  return "none";
}

TEST(Anomalies, HaveTheirNames) {
  const std::string tcc = R"(name: no fence
protocol: tcc
profile: no_fence
processes: {branches: 1}
store: {r1: {goods: {a: 5}}}
work: {r1: {goods.a: -1}}
explore: {early_timeouts: 1}
)";
  EXPECT_THAT(sentence(tcc, "CO"),
              HasSubstr("r1 has released what it had not reserved (null compensation)"));
  EXPECT_THAT(
      sentence("name: x\n" + tcc.substr(tcc.find('\n') + 1) + "expect: {ND: violated}\n", "ND"),
      testing::AnyOf(HasSubstr("(null compensation)"), HasSubstr("(suspension)")));
  EXPECT_THAT(two_at_alice("saga", 's').findings[0].sentence, HasSubstr("undone (dirty write)"));
  EXPECT_THAT(sentence(R"(name: a ghost
protocol: send_in_transaction
votes: {producer: no}
store: {producer: {goods: {a: 5}}, consumer: {goods: {b: 5}}}
work: {producer: {goods.a: -1}, consumer: {goods.b: 1}}
explore: {timing: synchronous}
)",
                       "LD"),
              HasSubstr("consumer has done its work (ghost message)"));
  EXPECT_THAT(sentence(R"(name: an old value is written back
protocol: saga
transactions: 2
votes: {t1 s2: no}
options: {undo: image}
store: {s1: {accounts: {alice: 100}}, s2: {accounts: {bob: 100}}}
work: {t1 s1: {accounts.alice: -10}, t1 s2: {accounts.bob: 10}, t2 s1: {accounts.alice: 50},
       t2 s2: {accounts.bob: -50}}
conserve: [accounts]
explore: {timing: synchronous}
)",
                       "RC"),
              HasSubstr("; what t2 s1 did to accounts.alice is gone (lost update)"));
}

/// Two have been told that they get the last book.
TEST(Anomalies, MoreIsSoldThanThereWas) {
  const auto sold = [](const std::string& books, const std::string& more) {
    return "name: told only afterwards\nprotocol: outbox\nprofile: marking\ntransactions: 2\n"
           "store: {producer: {orders: {total: 0}}, consumer: {stock: {book: " +
           books + "}}}\nwork: {producer: {orders.total: 1}, consumer: {stock.book: -1}}\n" +
           "explore: {timing: synchronous" + more + "}\n";
  };
  EXPECT_THAT(sentence(sold("1", ""), "RC"),
              HasSubstr("; more of stock.book is sold than there was (over-sell)"));
  EXPECT_EQ(verdict(explored(sold("2", ", expect: {resource_conservation: holds}")), "RC"),
            "holds");
}

/// A count that grows is in the step that lets it grow.
TEST(Anomalies, HaveTheirStep) {
  const auto x = explored(R"(name: twice
protocol: tcc
profile: no_fence
processes: {branches: 1}
store: {r1: {goods: {a: 5}}}
work: {r1: {goods.a: -1}}
explore: {timing: synchronous, duplicates: 1, expect: {idempotence: violated}}
)");
  EXPECT_THAT(x.findings[0].sentence,
              HasSubstr("r1 has reserved twice after step " +
                        std::to_string(x.findings[0].verdict.path.size())));
}

TEST(Isolation, IsAboutSeveralTransactions) {
  const auto one =
      scenario::read(transfer + "explore: {faults: F6, expect: {isolation: holds}}\n", "a.yaml");
  ASSERT_TRUE(one.ok());
  const auto bound = app::explore(all_protocols(), *one, explore_all, {}, {});
  ASSERT_FALSE(bound.ok());
  EXPECT_THAT(bound.error().text(), HasSubstr("isolation is about several transactions"));
}

}  // namespace
}  // namespace concordat
