// Goal: a scenario that does not fit its protocol is an error with file, line, column and the
// likely fix. Method: every error that binding can give, each from a small scenario, compared word
// by word.
#include <algorithm>

#include "tests/unit/puppet_protocol.hpp"
#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

/// The error of two-phase commit with `more`, whose first line is line 3.
std::string error_of(const std::string& more) {
  const auto made = try_story(two_phase(more));
  return made ? "no error" : made.error().text();
}

struct Case {
  std::string more;
  std::string error;
};

void expect(const std::vector<Case>& cases) {
  for (const auto& [more, error] : cases)
    EXPECT_EQ(error_of(more), error == "no error" ? error : "a.yaml:" + error) << more;
}

TEST(Bind, Bounds) {
  expect({{"bounds: {rounds: 3}\n",
           "3:10: error: there is no bound `rounds`\n  hint: there is none here"}});
}

TEST(Bind, Protocol) {
  const auto made = try_story("name: x\nprotocol: two_phase_comit\n");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().text(),
            "a.yaml:2:11: error: there is no protocol `two_phase_comit`\n"
            "  hint: did you mean `two_phase_commit`?");
}

TEST(Bind, Options) {
  expect({{"options: {terminatoin: none}\n",
           "3:11: error: there is no option `terminatoin`\n  hint: did you mean `termination`?"},
          {"options: {termination: sometimes_maybe}\n",
           "3:24: error: there is no value of option `termination` `sometimes_maybe`\n"
           "  hint: one of: none, cooperative"}});
}

TEST(Bind, Processes) {
  expect({{"processes: {participant: 2}\n",
           "3:13: error: there is no role whose number is open `participant`\n"
           "  hint: did you mean `participants`?"},
          {"processes: {participants: 0}\n", "3:27: error: there are 1 to 16 participants"},
          {"processes: {participants: 17}\n", "3:27: error: there are 1 to 16 participants"},
          {"transactions: 9\n", "3:15: error: there are 1 to 8 transactions"}});
}

TEST(Bind, Placement) {
  expect(
      {{"place: {n1: [c, p3]}\n",
        "3:17: error: there is no process `p3`\n  hint: did you mean `p1`?"},
       {"place: {c: [p1]}\n", "3:9: error: a node may carry a process's name only if it runs it"},
       {"place: {n1: []}\n",
        "3:13: error: a node runs at least one process\n  hint: leave empty nodes out"},
       {"place: {c: [c, p1], n2: [p2]}\n", "no error"}});
}

TEST(Bind, StoreAndWork) {
  const std::string store = "store: {p1: {accounts: {alice: 1}}}\n";
  expect({{"store: {p7: {accounts: {alice: 1}}}\n",
           "3:9: error: there is no process `p7`\n  hint: did you mean `p1`?"},
          {"place: {n1: [p1, p2]}\nstore: {p1: {a: {x: 1}}, p2: {a: {x: 2}}}\n",
           "4:35: error: this node already has a row `a.x`"},
          {store + "work: {p1: {accounts.alcie: 1}}\n",
           "4:13: error: there is no row at p1 `accounts.alcie`\n"
           "  hint: did you mean `accounts.alice`?"},
          {store + "work: {p2: {accounts.alice: 1}}\n",
           "4:13: error: there is no row at p2 `accounts.alice`\n  hint: there is none here"},
          {store + "work: {t2 p1: {accounts.alice: 1}}\n",
           "4:8: error: there is no transaction t2\n  hint: see `transactions:`"},
          {store + "conserve: [acounts]\n",
           "4:12: error: there is no table `acounts`\n  hint: did you mean `accounts`?"}});
}

TEST(Bind, Choices) {
  expect({{"votes: {p7: no}\n", "3:9: error: there is no process `p7`\n  hint: did you mean `p1`?"},
          {"votes: {c: no}\n", "3:9: error: `c` does not vote\n  hint: who votes: p1, p2"},
          {"votes: {p1: perhaps}\n",
           "3:13: error: there is no outcome of `vote` `perhaps`\n"
           "  hint: one of: any, yes, no, read"},
          {"votes: {t2 p1: no}\n",
           "3:9: error: there is no transaction t2\n  hint: see `transactions:`"},
          {"choices: {p1: {mood: bad}}\n",
           "3:16: error: there is no choice `mood`\n  hint: one of: vote, client"}});
}

/// A vote of no that would never come.
TEST(Bind, VotesOfTheWilling) {
  const auto error = [](const std::string& more) {
    const auto made = try_story("name: x\nprotocol: " + more);
    return made ? "no error" : made.error().text();
  };
  const std::string saga = "saga\nprocesses: {steps: 3}\n";
  EXPECT_EQ(error(saga + "options: {pivot: 2}\nvotes: {s3: no}\n"),
            "a.yaml:5:9: error: s3 comes after the pivot s2 and cannot refuse\n"
            "  hint: who can: s1, s2");
  EXPECT_EQ(error(saga + "options: {recovery: forward}\nvotes: {s2: no}\n"),
            "a.yaml:5:9: error: s2 is repeated until it is done, as recovery=forward says, and "
            "cannot refuse\n  hint: nobody can: leave the vote out");
  EXPECT_EQ(error(saga + "options: {pivot: 2}\nvotes: {s3: any, s2: no}\n"), "no error");
  for (const char* protocol : {"half_message", "outbox", "send_in_transaction"})
    EXPECT_EQ(error(std::string(protocol) + "\nvotes: {consumer: no}\n"),
              "a.yaml:3:9: error: consumer hears of it when it is decided, and cannot refuse\n"
              "  hint: who can: producer");
}

/// Whether the choice came, and was no.
bool refuses(const trace::Trace& trace, const std::string& who) {
  for (const trace::Step& step : trace.steps)
    for (const trace::Effect& effect : step.effects)
      if (effect.kind == trace::EffectKind::choose && effect.process == who &&
          effect.text == "vote" && effect.value == "no")
        return true;
  return false;
}

/// Whoever may refuse does: each voter of each profile votes no if it is told to.
TEST(Bind, ARefusalComes) {
  for (const ProtocolEntry& entry : all_protocols().entries()) {
    const ProtocolInfo& info = *entry.info;
    if (std::ranges::find(info.choices, "vote", &ChoiceSpec::label) == info.choices.end()) continue;
    std::vector<std::string> profiles{""};
    for (const ProfileSpec& profile : info.profiles)
      profiles.emplace_back(profile.name);
    for (const std::string& profile : profiles) {
      const std::string head = "name: x\nprotocol: " + info.name + "\n" +
                               (profile.empty() ? "" : "profile: " + profile + "\n");
      const Story plain = story(head);
      for (int i = 0; i < plain.model().setup().process_count(); ++i) {
        const std::string who = plain.model().setup().name_of(ProcessId::at(i));
        if (!scenario::may_refuse(plain.model(), ProcessId::at(i))) continue;
        const Story told = story(head + "votes: {" + who + ": no}\n");
        EXPECT_TRUE(refuses(told.run().trace, who)) << head << who;
      }
    }
  }
}

TEST(Bind, ObjectionsOfTheProtocol) {
  const auto error = [](const std::string& more) {
    const auto made = try_story("name: x\nprotocol: saga\nprocesses: {steps: 4}\n" + more);
    return made ? "no error" : made.error().text();
  };
  EXPECT_EQ(error("options: {pivot: 9}\n"),
            "a.yaml:4:18: error: there is no step s9\n  hint: one of: 1, 2, 3, 4, or 0 for none");
  EXPECT_EQ(error("options: {pivot: s2}\n"),
            "a.yaml:4:18: error: option `pivot` does not take `s2`\n"
            "  hint: a number from 0 to 255");
  EXPECT_EQ(error("options: {pivot: 2}\nafter: {s2: [s1], s3: [s1], s4: [s2, s3]}\n"),
            "a.yaml:4:18: error: s3 comes neither before nor after the pivot s2, so that it may "
            "refuse when it is too late\n  hint: one of: 1, 4, or 0 for none");
}

TEST(Bind, WhatIsSaidOfOneTransactionGoesFirst) {
  for (const std::string votes : {"{t1 p1: no, p1: yes}", "{p1: yes, t1 p1: no}"}) {
    const trace::Trace trace =
        story(two_phase("transactions: 2\nvotes: " + votes + "\n")).run().trace;
    for (const trace::Final& final : trace.finals) {
      if (final.process != "p1") continue;
      EXPECT_EQ(final.vote, final.tx == 1 ? "no" : "yes") << votes;
    }
  }
}

TEST(Bind, Timers) {
  expect({{"timing: {timeouts: {votes: 5ms}}\n",
           "3:21: error: there is no timer `votes`\n  hint: did you mean `vote`?"},
          {"timing: {timeouts: {vote: 5ms}}\n",
           "3:21: error: timer `prepare` has no duration\n"
           "  hint: durations order the timers, so give one for each: vote, prepare, decision, "
           "ack"}});
}

TEST(Bind, Faults) {
  expect({{"faults: [crash: {node: d, on: decided}]\n",
           "3:24: error: there is no node `d`\n  hint: did you mean `c`?"},
          {"faults: [crash: {node: c, sent_to: [p3], of: decision}]\n",
           "3:37: error: there is no process `p3`\n  hint: did you mean `p1`?"},
          {"faults: [partition: {groups: [[c], [p3]], from: 5ms}]\n",
           "3:37: error: there is no node `p3`\n  hint: did you mean `p1`?"},
          {"faults: [pause: {node: p3, at: 5ms}]\n",
           "3:24: error: there is no node `p3`\n  hint: did you mean `p1`?"},
          {"faults: [delay: {from: p3, by: 5ms}]\n",
           "3:24: error: there is no process `p3`\n  hint: did you mean `p1`?"},
          {"faults: [partition: {groups: [[c], [p3]], on: decided, of: c}]\n",
           "3:37: error: there is no node `p3`\n  hint: did you mean `p1`?"},
          {"faults: [partition: {groups: [[c], [p1]], on: decided, of: d}]\n",
           "3:60: error: there is no process `d`\n  hint: did you mean `c`?"},
          {"place: {n1: [c, p1]}\nfaults: [partition: {groups: [[c], [p1]], on: decided, of: c}]\n",
           "4:37: error: `p1` is on a node of another group\n"
           "  hint: node n1 is on one side of a partition only"},
          {"faults: [lose: {message: commit, to: p3}]\n",
           "3:38: error: there is no process `p3`\n  hint: did you mean `p1`?"},
          {"faults: [lose: {message: commit, from: q}]\n",
           "3:40: error: there is no process `q`\n  hint: did you mean `c`?"},
          {"faults: [lose: {message: commit}]\nschedule: [start c]\n",
           "3:10: error: a scenario with a schedule lists its faults there\n"
           "  hint: move them into `schedule:`"}});
}

TEST(Bind, Expectations) {
  const std::string store = "store: {p1: {accounts: {alice: 1}}}\n";
  expect(
      {{"expect: {decisions: {p3: commit}}\n",
        "3:22: error: there is no process `p3`\n  hint: did you mean `p1`?"},
       {"expect: {blocked: [t1 p1]}\n",
        "3:20: error: there is no process `t1 p1`\n  hint: one of: c, p1, p2"},
       {"transactions: 2\nexpect: {blocked: [p1]}\n",
        "4:20: error: there is no process `p1`\n  hint: one of: t1 c, t1 p1, t1 p2, t2 c, t2 p1, "
        "t2 p2"},
       {store + "expect: {store: {p1: {accounts.bob: 1}}}\n",
        "4:23: error: there is no row at p1 `accounts.bob`\n"
        "  hint: did you mean `accounts.alice`?"},
       {store + "expect: {locked: [p1 accounts.alcie]}\n",
        "4:19: error: there is no row at p1 `accounts.alcie`\n"
        "  hint: did you mean `accounts.alice`?"},
       {store + "expect: {locked: [p4 accounts.alice]}\n",
        "4:19: error: there is no process `p4`\n  hint: did you mean `p1`?"},
       {"expect: {resource_conservation: ok}\n",
        "3:10: error: resource_conservation needs to know what is conserved\n"
        "  hint: conserve: [accounts]"},
       {"expect: {isolation: ok}\n",
        "3:10: error: `isolation` is about work, and there is none\n"
        "  hint: work: {p1: {accounts.alice: -10}}"}});
}

TEST(Bind, FaultClasses) {
  const Story six = story(two_phase("explore: {faults: F6, crash_points: steps}\n"));
  EXPECT_EQ(six.bound.budget.crashes, 1);
  EXPECT_EQ(six.bound.budget.may_crash, 0b001U);
  EXPECT_EQ(six.bound.explore_rules.timing, TimingModel::synchronous);
  EXPECT_EQ(six.bound.explore_rules.tail, TailRule::kept);
  EXPECT_EQ(six.bound.explore_rules.crash_points, CrashPoints::steps);
  EXPECT_EQ(six.bound.run_rules.timing, TimingModel::asynchronous)
      << "a run is none of its business";
  const auto copies = [](const std::string& more) {
    return describe_copies(story(two_phase(more)).bound.explore_rules);
  };
  EXPECT_EQ(copies("explore: {faults: F1}\n"), "bag of 2");
  EXPECT_EQ(copies("network: {copies: set}\nexplore: {faults: F1}\n"), "set");
  EXPECT_EQ(copies("network: {copies: bag}\nexplore: {faults: F2}\n"), "bag");
  EXPECT_EQ(copies("explore: {faults: F2}\n"), "set");
  const Story eight =
      story(two_phase("place: {n1: [c, p1]}\nprocesses: {participants: 3}\n"
                      "explore: {faults: F8-recover}\n"));
  EXPECT_EQ(eight.bound.budget.may_crash, 0b111U);
  EXPECT_EQ(eight.bound.budget.crash_limits,
            (std::array{CrashLimit{0b001, 1}, CrashLimit{0b110, 1}}));
  const std::string together = "place: {n1: [c, p1, p2]}\n";
  const std::string nobody =
      ": error: no participant can crash alone: all are on the coordinator's node\n"
      "  hint: see `place:`";
  expect({{together + "explore: {faults: F4}\n", "4:19" + nobody},
          {together + "explore: {faults: F8-stop}\n", "4:19" + nobody},
          {together + "explore: {faults: F6}\n", "no error"},
          {"random: {lose: 1/2}\nexplore: {faults: F6}\n", "no error"}});
}

TEST(Bind, EarlyTimeouts) {
  for (const std::string faults : {"", "faults: F1, ", "faults: F6, "}) {
    const Story some = story(two_phase("explore: {" + faults + "early_timeouts: 2}\n"));
    EXPECT_EQ(some.bound.budget.early_timeouts, 2);
    EXPECT_EQ(some.bound.explore_rules.timing, TimingModel::partially_synchronous);
  }
  const Story none = story(two_phase("explore: {faults: F1, early_timeouts: 0}\n"));
  EXPECT_EQ(none.bound.explore_rules.timing, TimingModel::asynchronous);
  const std::string twice =
      "error: `early_timeouts` already says when timers fire\n  hint: leave `timing` out";
  expect({{"explore: {early_timeouts: 2, timing: synchronous}\n", "3:30: " + twice},
          {"explore: {timing: partially_synchronous, early_timeouts: 2}\n", "no error"}});
}

TEST(Bind, CrashLimits) {
  const Story s = story(
      two_phase("place: {n1: [c, p1]}\nexplore:\n  crashes: 2\n"
                "  crash_limits: [{nodes: [p1], crashes: 1}, {nodes: [c, p2], crashes: 2}]\n"));
  EXPECT_EQ(s.bound.budget.crash_limits, (std::array{CrashLimit{0b01, 1}, CrashLimit{0b11, 2}}));
  expect({{"explore: {crash_limits: [{nodes: [c, p3], crashes: 1}]}\n",
           "3:38: error: there is no node `p3`\n  hint: did you mean `p1`?"}});
}

TEST(Bind, Order) {
  const std::string saga = "name: x\nprotocol: saga\nprocesses: {steps: 3}\n";
  const auto before = [](const std::string& yaml) {
    const Story s = story(yaml);
    std::vector<std::uint32_t> masks;
    for (const ProcessSet set : s.bound.model->setup().behind)
      masks.push_back(set.mask());
    return masks;
  };
  using Masks = std::vector<std::uint32_t>;
  EXPECT_EQ(before(saga), (Masks{0, 0, 0b0010, 0b0110})) << "one after another";
  EXPECT_EQ(before(saga + "after: {}\n"), (Masks{0, 0, 0, 0})) << "all at once";
  EXPECT_EQ(before(saga + "after: {s1: [s2], s2: [s3]}\n"), (Masks{0, 0b1100, 0b1000, 0}));
  const auto error = [&](const std::string& yaml) {
    auto read = scenario::read(saga + yaml, "a.yaml");
    EXPECT_TRUE(read.ok());
    return scenario::bind(*read, all_protocols()).error().text();
  };
  EXPECT_EQ(error("after: {s1: [s2], s2: [s3], s3: [s1]}\n"),
            "a.yaml:4:9: error: none of these can be the first: s1 after s2, s2 after s3, s3 after "
            "s1\n  hint: take one of them away");
  EXPECT_EQ(error("after: {s1: [s1]}\n"),
            "a.yaml:4:9: error: none of these can be the first: s1 after s1\n"
            "  hint: take one of them away");
  EXPECT_EQ(error("after: {s1: [o]}\n"),
            "a.yaml:4:14: error: there is no process that works in an order `o`\n"
            "  hint: one of: s1, s2, s3");
  EXPECT_EQ(error("options: {pivot: 2}\nafter: {s3: [s1]}\n"),
            "a.yaml:4:18: error: s1 comes neither before nor after the pivot s2, so that it may "
            "refuse when it is too late\n  hint: 0, for none");
  expect({{"after: {p2: [p1]}\n",
           "3:9: error: nobody in two_phase_commit works in an order\n"
           "  hint: leave `after` out"}});
}

TEST(Bind, Operators) {
  const Registry puppets({protocol_entry<Puppet>()});
  for (const std::string budget : {"crashes: 1", "faults: F4", "from: faults"}) {
    auto read = scenario::read(
        "name: x\nprotocol: puppet\nexplore: {" + budget + ", operators: true}\n", "a.yaml");
    ASSERT_TRUE(read.ok()) << read.error().text();
    auto bound = scenario::bind(*read, puppets);
    ASSERT_TRUE(bound.ok()) << bound.error().text();
    EXPECT_TRUE(bound->budget.operators) << budget;
    EXPECT_EQ(bound->budget.crashes, budget == "from: faults" ? 0 : 1);
    read->explore->operators.value = false;
    bound = scenario::bind(*read, puppets);
    ASSERT_TRUE(bound.ok());
    EXPECT_FALSE(bound->budget.operators);
  }
  expect({{"explore: {faults: F6, operators: true}\n",
           "3:34: error: neither operators nor clients have anything to do in two_phase_commit\n"
           "  hint: leave `operators` out"}});
}

TEST(Bind, Exploration) {
  expect({{"explore: {crash_only: [d]}\n",
           "3:24: error: there is no node `d`\n  hint: did you mean `c`?"},
          {"explore: {expect: {RC: holds}}\n",
           "3:20: error: resource_conservation needs to know what is conserved\n"
           "  hint: conserve: [accounts]"}});
  expect({{"explore: {reachable: [p3 commits]}\n",
           "3:23: error: there is no process `p3`\n  hint: did you mean `p1`?"},
          {"explore: {faults: F6, reachable: {t2 p1 commits: yes}}\n",
           "3:35: error: there is no transaction t2\n  hint: there is one: leave `t2` out"}});
  const Story goals = story(two_phase("explore: {reachable: [p2 blocks and c down, abort]}\n"));
  ASSERT_EQ(goals.bound.goals.size(), 2U);
  EXPECT_EQ(goals.bound.goals[0].terms.size(), 2U);
  EXPECT_EQ(error_of("explore: {expect: {ET: holds}}\n"), "no error");
  expect({{"expect: {ET: ok}\n",
           "3:10: error: `eventual_termination` is not judged of one run\n"
           "  hint: `explore: {expect: {eventual_termination: holds}}` asks all of them"}});
}

}  // namespace
}  // namespace concordat
