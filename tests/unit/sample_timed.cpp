// The timed stories of sample_traces.hpp, as a simulator would record them: a force takes 2ms, a
// message 5ms.
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace::samples {

namespace {

constexpr std::int64_t ms = 1000;
constexpr std::int64_t force_us = 2 * ms;

void vote_yes(TraceBuilder& t, const std::string& p, std::int64_t time_us) {
  t.deliver("prepare", "c", p).at(time_us).force("prepared", "prepare").later(time_us + force_us);
  t.effect(EffectKind::vote, "yes").send("yes", {"c"}).effect(EffectKind::arm, "decision");
  t.change(p, "log", "prepared", "", "true");
}

void commit_at(TraceBuilder& t, const std::string& p, std::int64_t time_us) {
  t.deliver("commit", "c", p).at(time_us).force("commit", "commit").later(time_us + force_us);
  t.effect(EffectKind::disarm, "decision").effect(EffectKind::decide, "commit").send("ack", {"c"});
  t.change(p, "log", "outcome", "", "commit");
}

void timing(TraceBuilder& t) {
  t.trace().rules = {{"delivery", "unordered"},
                     {"copies", "bag"},
                     {"latency", "5ms"},
                     {"force", "2ms"},
                     {"timeouts", "vote 50ms, ack 2s, decision 5s"}};
}

/// c decides at 14ms and tells p1 only; the news waits for the end of p1's pause.
void decide_and_crash(TraceBuilder& t, const std::string& sentence) {
  t.deliver("yes", "p1", "c").at(12 * ms).change("c", "state", "yes_votes", "{}", "{p1}");
  t.deliver("yes", "p2", "c").at(12 * ms).effect(EffectKind::disarm, "vote").force("commit");
  t.later(14 * ms).effect(EffectKind::decide, "commit").effect(EffectKind::answer, "commit");
  t.send("commit", {"p1"}).crashed("after send commit p1").send("commit", {"p2"}).suppressed();
  t.violated("NB", "non_blocking", sentence);
}

/// c is back at 10.014s, but until 11s its messages to p2 are cut.
void recover_behind_a_cut(TraceBuilder& t) {
  t.network(EventKind::partition, "partition {c} -> {p2}").at(9000 * ms);
  t.timeout("p2", "decision").at(10'007 * ms).send("inquire", {"c"});
  t.effect(EffectKind::arm, "decision");
  t.lose("inquire", "p2", "c").at(10'012 * ms);
  t.recover("c").at(10'014 * ms).send("commit", {"p1", "p2"}).lost("commit", "c", "p2");
  t.effect(EffectKind::arm, "ack");
  t.deliver("commit", "c", "p1").at(10'019 * ms).send("ack", {"c"});
  t.deliver("ack", "p1", "c").at(10'024 * ms).change("c", "state", "acks", "{}", "{p1}");
  t.network(EventKind::heal, "heal").at(11'000 * ms);
}

}  // namespace

Trace timed_blocking() {
  TraceBuilder t("c crashes inside its step, and a one-way cut makes p2 wait longer", 2);
  timing(t);
  t.trace().story =
      "c crashes when only p1 has been told, and is back after ten seconds; but its messages to p2 "
      "are cut for another second. All that time p2 is in doubt.";
  t.start().at(0).send("prepare", {"p1", "p2"}).effect(EffectKind::arm, "vote");
  vote_yes(t, "p1", 5 * ms);
  vote_yes(t, "p2", 5 * ms);
  t.node(EventKind::pause, "p1").at(10 * ms);
  const std::string sentence =
      "p2 is blocked and holds accounts.bob; `recover c` would free it, it decides in `deliver "
      "commit(c->p2)`";
  decide_and_crash(t, sentence);
  t.node(EventKind::resume, "p1").at(1010 * ms);
  commit_at(t, "p1", 1010 * ms);
  t.lose("ack", "p1", "c").at(1017 * ms);
  t.timeout("p2", "decision").at(5007 * ms).send("inquire", {"c"});
  t.effect(EffectKind::arm, "decision");
  t.lose("inquire", "p2", "c").at(5012 * ms);
  recover_behind_a_cut(t);
  t.timeout("c", "ack").at(12'014 * ms).send("commit", {"p2"}).effect(EffectKind::arm, "ack");
  commit_at(t, "p2", 12'019 * ms);
  t.deliver("ack", "p2", "c").at(12'026 * ms).effect(EffectKind::disarm, "ack").append("end");
  t.trace().finals = {{1, "c", "", "commit", true, false, "", {}, {}},
                      {1, "p1", "yes", "commit", true, false, "", {}, {}},
                      {1, "p2", "yes", "commit", true, false, "", {}, {}}};
  t.trace().properties = {{"UA", "uniform_agreement", "ok", ""},
                          {"VC", "commit_validity", "ok", ""},
                          {"NB", "non_blocking", "violated", sentence}};
  Timed& timed = t.trace().timed.emplace();
  timed.seed = 11'400'714'819'323'198'485U;  // needs all 64 bits
  timed.end_us = 12'026 * ms;
  timed.ended = "quiet";
  timed.fingerprint = "8c1f0a3be45d7692";
  timed.transactions = {{1, 0, 14 * ms, 12'021 * ms}};
  timed.intervals = {
      {"in_doubt", 1, "p1", 7 * ms, 1012 * ms, ""},
      {"in_doubt", 1, "p2", 7 * ms, 12'021 * ms, ""},
      {"paused", 0, "p1", 10 * ms, 1010 * ms, ""},
      {"blocked", 1, "p2", 14 * ms, 11'000 * ms, "deliver commit(c->p2)"},
      {"down", 0, "c", 14 * ms, 10'014 * ms, ""},
      {"cut", 0, "", 9000 * ms, 11'000 * ms, "{c} -> {p2}"},
  };
  return t.done();
}

Trace timed_load() {
  constexpr int transactions = 14;
  TraceBuilder t("many transactions, one after the other", 1);
  timing(t);
  t.trace().transactions = transactions;
  Timed& timed = t.trace().timed.emplace();
  timed.seed = 42;
  timed.end_us = 280 * ms + 500;
  timed.ended = "limit";
  timed.fingerprint = "00000000000000a7";
  for (int tx = 1; tx <= transactions; ++tx) {
    const std::int64_t start_us = (tx - 1) * 20 * ms;
    const std::int64_t decided_us = start_us + 19 * ms + (tx % 3) * ms;
    t.tx(tx).start().at(start_us).send("prepare", {"p1"});
    vote_yes(t, "p1", start_us + 5 * ms);
    t.deliver("yes", "p1", "c").at(start_us + 12 * ms).effect(EffectKind::decide, "commit");
    t.effect(EffectKind::answer, "commit").send("commit", {"p1"});
    timed.transactions.push_back({tx, start_us, start_us + 12 * ms, std::nullopt});
    timed.intervals.push_back({"in_doubt", tx, "p1", start_us + 7 * ms, std::nullopt, ""});
    if (tx < transactions) {
      commit_at(t, "p1", decided_us - force_us);
      timed.transactions.back().decided_us = decided_us;
      timed.intervals.back().to_us = decided_us;
    }
    t.trace().finals.push_back({tx, "c", "", "commit", true, false, "", {}, {}});
    t.trace().finals.push_back(
        {tx, "p1", "yes", tx < transactions ? "commit" : "", true, false, "", {}, {}});
  }
  return t.done();
}

}  // namespace concordat::trace::samples
