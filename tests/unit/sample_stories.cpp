// The stories of sample_traces.hpp.
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace::samples {

namespace {

std::vector<std::string> participants(int count) {
  std::vector<std::string> out;
  for (int i = 1; i <= count; ++i)
    out.push_back("p" + std::to_string(i));
  return out;
}

void ask_all(TraceBuilder& t, int count) {
  t.start().send("prepare", participants(count)).effect(EffectKind::arm, "vote");
}

void vote_yes(TraceBuilder& t, const std::string& p) {
  t.deliver("prepare", "c", p).force("prepared", "prepare").effect(EffectKind::vote, "yes");
  t.send("yes", {"c"}).effect(EffectKind::arm, "decision");
  t.change(p, "log", "prepared", "", "true");
}

void commit_at(TraceBuilder& t, const std::string& p) {
  t.deliver("commit", "c", p).force("commit", "commit").effect(EffectKind::disarm, "decision");
  t.effect(EffectKind::decide, "commit").send("ack", {"c"});
  t.change(p, "log", "outcome", "", "commit");
}

void properties(TraceBuilder& t, const std::string& blocked_sentence) {
  t.trace().properties = {
      {"UA", "uniform_agreement", "ok", ""},
      {"VC", "commit_validity", "ok", ""},
      {"NB", "non_blocking", blocked_sentence.empty() ? "ok" : "violated", blocked_sentence}};
}

Final committed(const std::string& p) {
  return {1, p, p == "c" ? "" : "yes", "commit", true, false, "", {}, {}};
}

Final blocked(const std::string& p, std::vector<std::string> rows) {
  return {1, p, "yes", "", true, true, "commit or abort from c", std::move(rows), {"recover c"}};
}

}  // namespace

Trace happy_commit() {
  TraceBuilder t("everybody agrees", 2);
  t.trace().initial = {{"p1", "store", "accounts.alice", "", "1000"},
                       {"p2", "store", "accounts.bob", "", "0"}};
  ask_all(t, 2);
  vote_yes(t, "p1");
  t.change("p1", "store", "accounts.alice", "1000", "900, held by t1");
  vote_yes(t, "p2");
  t.change("p2", "store", "accounts.bob", "0", "100, held by t1");
  t.deliver("yes", "p1", "c").change("c", "state", "yes_votes", "{}", "{p1}");
  t.deliver("yes", "p2", "c").effect(EffectKind::disarm, "vote").force("commit");
  t.effect(EffectKind::decide, "commit").effect(EffectKind::answer, "commit");
  t.send("commit", {"p1", "p2"});
  commit_at(t, "p1");
  t.change("p1", "store", "accounts.alice", "900, held by t1", "900");
  commit_at(t, "p2");
  t.change("p2", "store", "accounts.bob", "100, held by t1", "100");
  t.deliver("ack", "p1", "c").change("c", "state", "acks", "{}", "{p1}");
  t.deliver("ack", "p2", "c").append("end");
  t.trace().finals = {committed("c"), committed("p1"), committed("p2")};
  t.trace().rows = {{"p1 accounts.alice", "900"}, {"p2 accounts.bob", "100"}};
  properties(t, "");
  return t.done();
}

Trace one_no() {
  TraceBuilder t("p2 says no", 2);
  ask_all(t, 2);
  vote_yes(t, "p1");
  t.deliver("prepare", "c", "p2")
      .effect(EffectKind::choose, "vote", "no")
      .force("abort", "rollback");
  t.effect(EffectKind::vote, "no").effect(EffectKind::decide, "abort").send("no", {"c"});
  t.deliver("no", "p2", "c").effect(EffectKind::disarm, "vote").force("abort");
  t.effect(EffectKind::decide, "abort").effect(EffectKind::answer, "abort").send("abort", {"p1"});
  t.deliver("yes", "p1", "c").change("c", "state", "yes_votes", "{}", "{p1}");
  t.deliver("abort", "c", "p1").force("abort", "rollback").effect(EffectKind::disarm, "decision");
  t.effect(EffectKind::decide, "abort").send("ack", {"c"});
  t.trace().finals = {{1, "c", "", "abort", true, false, "", {}, {}},
                      {1, "p1", "yes", "abort", true, false, "", {}, {}},
                      {1, "p2", "no", "abort", true, false, "", {}, {}}};
  properties(t, "");
  return t.done();
}

Trace coordinator_crash() {
  TraceBuilder t("the coordinator dies after telling only p1", 3);
  ask_all(t, 3);
  for (const std::string& p : participants(3))
    vote_yes(t, p);
  t.deliver("yes", "p1", "c").change("c", "state", "yes_votes", "{}", "{p1}");
  t.deliver("yes", "p2", "c").change("c", "state", "yes_votes", "{p1}", "{p1, p2}");
  t.deliver("yes", "p3", "c").effect(EffectKind::disarm, "vote").force("commit");
  t.effect(EffectKind::decide, "commit").send("commit", {"p1"}).crashed("after send commit p1");
  t.send("commit", {"p2", "p3"}).suppressed();
  commit_at(t, "p1");
  t.timeout("p2", "decision").send("inquire", {"c"}).effect(EffectKind::arm, "decision");
  const std::string sentence =
      "p2 and p3 are up and undecided, and no event but a repair can let them decide";
  t.violated("NB", "non_blocking", sentence);
  Final c = committed("c");
  c.up = false;
  t.trace().finals = {
      c, committed("p1"), blocked("p2", {"accounts.bob"}), blocked("p3", {"stock.7"})};
  properties(t, sentence);
  return t.done();
}

Trace crash_before_telling() {
  TraceBuilder t("c crashes with its decision", 1);
  ask_all(t, 1);
  t.at(0);
  vote_yes(t, "p1");
  t.at(5000);
  t.deliver("yes", "p1", "c").at(12000).effect(EffectKind::disarm, "vote").force("commit");
  t.effect(EffectKind::decide, "commit")
      .crashed("after force commit")
      .send("commit", {"p1"})
      .suppressed();
  t.timeout("p1", "decision").at(87000).send("inquire", {"c"}).effect(EffectKind::arm, "decision");
  t.recover("c", "all").at(10012000).send("commit", {"p1"}).effect(EffectKind::arm, "ack");
  commit_at(t, "p1");
  t.at(10017000);
  t.deliver("ack", "p1", "c").at(10024500).append("end").effect(EffectKind::disarm, "ack");
  t.trace().finals = {committed("c"), committed("p1")};
  properties(t, "");
  return t.done();
}

Trace partition_with_loss() {
  TraceBuilder t("the decision meets a cut", 2);
  ask_all(t, 2);
  vote_yes(t, "p1");
  vote_yes(t, "p2");
  t.deliver("yes", "p1", "c").change("c", "state", "yes_votes", "{}", "{p1}");
  t.partition({{"c", "p1"}, {"p2"}}).lost("yes", "p2", "c");
  t.timeout("c", "vote").force("abort").effect(EffectKind::decide, "abort");
  t.send("abort", {"p1", "p2"}).lost("abort", "c", "p2").effect(EffectKind::arm, "ack");
  t.deliver("abort", "c", "p1").force("abort", "rollback").effect(EffectKind::decide, "abort");
  t.send("ack", {"c"});
  t.network(EventKind::heal, "heal");
  t.timeout("c", "ack").send("abort", {"p2"}).effect(EffectKind::arm, "ack");
  t.deliver("abort", "c", "p2").force("abort", "rollback").effect(EffectKind::decide, "abort");
  t.send("ack", {"c"});
  t.lose("ack", "p2", "c");
  t.trace().finals = {{1, "c", "", "abort", true, false, "", {}, {}},
                      {1, "p1", "yes", "abort", true, false, "", {}, {}},
                      {1, "p2", "yes", "abort", true, false, "", {}, {}}};
  properties(t, "");
  return t.done();
}

Trace duplicates() {
  TraceBuilder t("the decision comes twice", 1);
  ask_all(t, 1);
  vote_yes(t, "p1");
  t.deliver("yes", "p1", "c").effect(EffectKind::disarm, "vote").force("commit");
  t.effect(EffectKind::decide, "commit").send("commit", {"p1"});
  t.duplicate("commit", "c", "p1").force("commit", "commit");
  t.effect(EffectKind::disarm, "decision").effect(EffectKind::decide, "commit").send("ack", {"c"});
  t.deliver("commit", "c", "p1").send("ack", {"c"});
  t.deliver("ack", "p1", "c").append("end");
  t.deliver("ack", "p1", "c");
  t.trace().finals = {committed("c"), committed("p1")};
  properties(t, "");
  return t.done();
}

Trace two_transactions() {
  TraceBuilder t("two transfers over the same account", 2);
  t.trace().transactions = 2;
  t.tx(1).start().send("prepare", {"p1", "p2"});
  t.tx(2).start().send("prepare", {"p1", "p2"});
  t.tx(1).deliver("prepare", "c", "p1").effect(EffectKind::store, "lock accounts.alice", "granted");
  t.force("prepared", "prepare").effect(EffectKind::vote, "yes").send("yes", {"c"});
  t.tx(2).deliver("prepare", "c", "p1").effect(EffectKind::store, "lock accounts.alice", "refused");
  t.force("abort").effect(EffectKind::vote, "no").effect(EffectKind::decide, "abort");
  t.send("no", {"c"});
  t.tx(1).deliver("prepare", "c", "p2").effect(EffectKind::store, "lock accounts.bob", "granted");
  t.force("prepared", "prepare").effect(EffectKind::vote, "yes").send("yes", {"c"});
  t.tx(2).deliver("no", "p1", "c").force("abort").effect(EffectKind::decide, "abort");
  t.tx(1).deliver("yes", "p1", "c").change("c", "state", "yes_votes", "{}", "{p1}");
  t.tx(1).deliver("yes", "p2", "c").force("commit").effect(EffectKind::decide, "commit");
  t.send("commit", {"p1", "p2"});
  t.trace().finals = {{1, "c", "", "commit", true, false, "", {}, {}},
                      {1, "p1", "yes", "", true, false, "", {"accounts.alice"}, {}},
                      {1, "p2", "yes", "", true, false, "", {"accounts.bob"}, {}},
                      {2, "c", "", "abort", true, false, "", {}, {}},
                      {2, "p1", "no", "abort", true, false, "", {}, {}},
                      {2, "p2", "", "", true, false, "", {}, {}}};
  properties(t, "");
  return t.done();
}

Trace split_decision() {
  TraceBuilder t("p2 gives up alone", 2);
  ask_all(t, 2);
  vote_yes(t, "p1");
  vote_yes(t, "p2");
  t.timeout("p2", "decision").append("abort", "rollback").effect(EffectKind::decide, "abort");
  t.deliver("yes", "p1", "c").change("c", "state", "yes_votes", "{}", "{p1}");
  t.deliver("yes", "p2", "c").force("commit").effect(EffectKind::decide, "commit");
  const std::string sentence =
      "c decided commit in step 6, but p2 had decided abort in step 4 of the same transaction";
  t.send("commit", {"p1", "p2"}).violated("UA", "uniform_agreement", sentence);
  commit_at(t, "p1");
  Final p2 = committed("p2");
  p2.decision = "abort";
  t.trace().finals = {committed("c"), committed("p1"), p2};
  t.trace().properties = {{"UA", "uniform_agreement", "violated", sentence},
                          {"VC", "commit_validity", "ok", ""},
                          {"ET", "eventual_termination", "not_reached", ""}};
  return t.done();
}

Trace many_processes(int count) {
  TraceBuilder t("many", count);
  ask_all(t, count);
  for (const std::string& p : participants(count))
    vote_yes(t, p);
  for (const std::string& p : participants(count))
    t.deliver("yes", p, "c").change("c", "state", "yes_votes", "", p);
  t.force("commit").effect(EffectKind::decide, "commit").send("commit", participants(count));
  for (const std::string& p : participants(count))
    commit_at(t, p);
  t.trace().finals.push_back(committed("c"));
  for (const std::string& p : participants(count))
    t.trace().finals.push_back(committed(p));
  properties(t, "");
  return t.done();
}

Trace shared_node() {
  TraceBuilder t("the coordinator and p1 share a node", 2);
  t.place({"c", "p1"}, "n1");
  ask_all(t, 2);
  vote_yes(t, "p1");
  vote_yes(t, "p2");
  t.deliver("yes", "p1", "c").change("c", "state", "yes_votes", "{}", "{p1}");
  t.deliver("yes", "p2", "c").effect(EffectKind::disarm, "vote").force("commit");
  t.effect(EffectKind::decide, "commit").crashed("after force commit");
  t.send("commit", {"p1", "p2"}).suppressed();
  t.recover("c").send("commit", {"p1"}).send("commit", {"p2"});
  commit_at(t, "p1");
  commit_at(t, "p2");
  t.deliver("ack", "p1", "c").change("c", "state", "acks", "{}", "{p1}");
  t.deliver("ack", "p2", "c").append("end");
  t.trace().finals = {committed("c"), committed("p1"), committed("p2")};
  properties(t, "");
  return t.done();
}

}  // namespace concordat::trace::samples
