// Parallel commits, as in CockroachDB: the writes and the record that commits them leave together.
//
// Sources: CockroachDB's RFC 20180324 and TLA+ specification ParallelCommits; Taft et al., 2020.
//
// The happy path, with a coordinator c, the client's gateway, leaseholders p1..pN of one range
// each, and the store s, which holds what the ranges have replicated:
//   c   sends write to every leaseholder and, without waiting, to s the record `staging`
//   p   makes its write, votes yes, asks s to replicate it
//   s   forces record and writes, in any order; the answers for the writes reach c by way of p
//   c   has them all: the commit is implicit. It decides, tells the client
//   c   makes it explicit: s forces `committed` in the record; then c tells p, which decides
// Whoever waits too long is a contender, the coordinator too. It pushes the record: is there none,
// s makes it `aborted`; is it `staging`, the contender queries every write. A query that finds no
// write prevents it for ever. Are all there, the record becomes `committed`, else `aborted`.
//
// Who decides, when, and by which record: the transaction is committed when s has forced `staging`
// and every write, even if nobody knows it; aborted when s has forced `aborted`, or prevents a
// write. c decides when it has all answers, everybody else when s or c says what the record has
// become. A leaseholder that votes no knows by itself. After a crash nobody votes again.
//
// s, the Raft groups of all ranges, is assumed to be available; see shared_storage.hpp. Left out:
// timestamps, heartbeats, epochs (restarts of the transaction), the removal of resolved writes.
#pragma once

#include "protocols/parts/parallel_commit_ranges.hpp"
#include "protocols/parts/shared_storage.hpp"

namespace concordat {

struct ParallelCommit {
  using Ctx = Context<ParallelCommit>;
  using Ranges = ParallelCommitRanges<ParallelCommit>;  // the other half: s
  static constexpr std::string_view name = "parallel_commit";
  static constexpr std::string_view summary = "parallel commits: staged, and all writes succeeded";
  using Role = shared_storage::Role;
  static constexpr std::array roles = shared_storage::roles;
  static constexpr std::array choices = shared_storage::choices;
  static constexpr std::array costs{
      derived_cost("answer 4; forces N+2", "RFC 20180324: one round of consensus")};
  enum class Mistake : std::uint8_t {  // for tests and teaching
    none,
    no_prevention,  // a query does not prevent the write that it misses: breaks uniform agreement
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };
  struct Message {
    enum class Type : std::uint8_t {
      write,      // c to p
      replicate,  // p to s
      query,      // contender to s: is `write` there? If not, prevent it
      written,    // from s to whoever asked, from p to c: `write` is there
      failed,     // the same: it is not there, and never will be
      stage,      // c to s
      push,       // contender to s: abort unless the record exists
      commit,     // c or contender to s
      abort,      // c or contender to s
      staged,     // s: what the record says
      committed,  // the same, and from c to p
      aborted,    // the same, and from c to p
    };
    Type type{};
    ProcessId write{};  // query, written, failed: whose
    CONCORDAT_FIELDS(Message, type, write)
  };
  using Type = Message::Type;
  struct Record {  // of s: a state of the record, or of a write
    enum class Kind : std::uint8_t { none, staging, committed, aborted, written, prevented };
    Kind kind{};
    ProcessId write{};
    CONCORDAT_FIELDS(Record, kind, write)
  };
  using Kind = Record::Kind;
  enum class Timer : std::uint8_t { writes, outcome, retry };
  static constexpr int rank(Timer timer) {  // contenders are more patient than the coordinator
    return timer == Timer::retry ? retry_rank : static_cast<int>(timer);
  }
  struct Durable {  // of s
    Kind record{};
    ProcessSet written, prevented;
    CONCORDAT_FIELDS(Durable, record, written, prevented)
  };
  static void redo(Durable& log, const Record& record) {
    if (record.kind == Kind::written) log.written.insert(record.write);
    if (record.kind == Kind::prevented) log.prevented.insert(record.write);
    if (record.write.none()) log.record = record.kind;
  }
  enum class Phase : std::uint8_t {
    idle,        // has nothing to do, or no more
    waiting,     // participant: for its write
    writing,     // participant: for s
    written,     // participant: for the outcome
    staging,     // coordinator
    asking,      // contender: what does the record say, and are the writes there?
    committing,  // coordinator: they are, and the client knows
    confirming,  // contender: they are
    aborting,    // coordinator, contender: one is not, and never will be
  };
  struct Volatile {
    Phase phase{};
    bool staged = false;   // coordinator, contender: the record is `staging`
    ProcessSet succeeded;  // everybody: which writes are known to be there
    CONCORDAT_FIELDS(Volatile, phase, staged, succeeded)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::storage)) return;
    ctx.state().phase = ctx.is(Role::coordinator) ? Phase::staging : Phase::waiting;
    if (ctx.is(Role::participant)) return ctx.arm(Timer::outcome);
    ctx.broadcast(ctx.all(Role::participant), {Type::write, {}});
    ask(ctx, Type::stage);
    ctx.arm(Timer::writes);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    const Kind record = ctx.log().record;
    switch (message.type) {
      case Type::write: return on_write(ctx);
      case Type::written: return on_written(ctx, message.write);
      case Type::failed: return on_failed(ctx);
      case Type::staged: return on_staged(ctx);
      case Type::committed: return conclude(ctx, Outcome::commit);
      case Type::aborted: return conclude(ctx, Outcome::abort);
      case Type::replicate: return Ranges::replicate(ctx, from);
      case Type::query: return Ranges::query(ctx, from, message.write);
      case Type::stage: return Ranges::change(ctx, from, record == Kind::none, Kind::staging);
      case Type::push: return Ranges::change(ctx, from, record == Kind::none, Kind::aborted);
      case Type::commit: return Ranges::change(ctx, from, record == Kind::staging, Kind::committed);
      case Type::abort: return Ranges::change(ctx, from, record <= Kind::staging, Kind::aborted);
    }
  }

  static void on_timer(Ctx& ctx, Timer /*timer*/) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::waiting) return conclude(ctx, Outcome::abort);  // it will not write
    ctx.arm(Timer::retry);
    if (phase == Phase::writing) return ask(ctx, Type::replicate);  // no intent, no contender
    phase < Phase::committing ? recover(ctx) : end(ctx, phase);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase != Phase::waiting) return;
    if (lock == NoticeKind::granted) return on_write(ctx);
    ctx.vote(Vote::no);
    fail(ctx);
  }

  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::participant)) recover(ctx);  // contenders do without the coordinator
  }

 private:
  // ---- A leaseholder.
  static void on_write(Ctx& ctx) {
    if (ctx.state().phase != Phase::waiting) return;
    const Vote vote = shared_storage::work_and_vote(ctx, {Kind::written, ctx.self});
    if (vote == Vote::none) return;
    ctx.state().phase = Phase::writing;
    vote == Vote::yes ? ask(ctx, Type::replicate) : fail(ctx);
  }

  static void fail(Ctx& ctx) {
    conclude(ctx, Outcome::abort);
    ctx.send(ctx.the(Role::coordinator), {Type::failed, ctx.self});
  }

  // ---- The coordinator and the contenders.
  static bool listens(Ctx& ctx) {
    return ctx.state().phase == Phase::staging || ctx.state().phase == Phase::asking;
  }

  static void on_written(Ctx& ctx, ProcessId write) {
    const bool own = ctx.state().phase == Phase::writing;
    if (!own && !listens(ctx)) return;
    ctx.state().succeeded.insert(write);
    if (!own) return commit_if_all(ctx);
    ctx.state().phase = Phase::written;
    ctx.disarm(Timer::retry);
    ctx.arm(Timer::outcome);
    ctx.send(ctx.the(Role::coordinator), {Type::written, write});
  }

  static void on_failed(Ctx& ctx) {
    if (ctx.state().phase == Phase::writing) return fail(ctx);
    if (listens(ctx)) end(ctx, Phase::aborting);
  }

  static void on_staged(Ctx& ctx) {
    if (!listens(ctx) || ctx.state().staged) return;
    ctx.state().staged = true;
    if (ctx.state().phase == Phase::asking) query_all(ctx);
    commit_if_all(ctx);
  }

  static void commit_if_all(Ctx& ctx) {
    if (!ctx.state().staged || ctx.state().succeeded != ctx.all(Role::participant)) return;
    if (ctx.state().phase == Phase::asking) return end(ctx, Phase::confirming);
    ctx.decide(Outcome::commit);  // implicitly committed, and c knows it
    ctx.answer(Outcome::commit);
    end(ctx, Phase::committing);
  }

  /// The record first, the writes once it is known to be `staging`.
  static void recover(Ctx& ctx) {
    ctx.state().phase = Phase::asking;
    ctx.disarm(Timer::writes);
    ctx.state().staged ? query_all(ctx) : ask(ctx, Type::push);
    ctx.arm(Timer::retry);
  }

  static void query_all(Ctx& ctx) {
    for (const ProcessId write : ctx.all(Role::participant) - ctx.state().succeeded)
      ctx.send(ctx.the(Role::storage), {Type::query, write});
  }

  static void end(Ctx& ctx, Phase phase) {
    ctx.state() = {phase, {}, {}};
    ctx.disarm(Timer::writes);
    ask(ctx, phase == Phase::aborting ? Type::abort : Type::commit);
    ctx.arm(Timer::retry);
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::idle) return;
    shared_storage::disarm_all(ctx);
    const bool commits = outcome == Outcome::commit;
    shared_storage::end_work(ctx, outcome, {commits ? Kind::written : Kind::prevented, ctx.self});
    ctx.decide(outcome);
    ctx.state() = {};
    if (ctx.is(Role::participant)) return;
    if (phase != Phase::committing) ctx.answer(outcome);  // else the client has been told
    ctx.broadcast(ctx.all(Role::participant), {commits ? Type::committed : Type::aborted, {}});
  }

  static void ask(Ctx& ctx, Type type) { ctx.send(ctx.the(Role::storage), {type, {}}); }
};

}  // namespace concordat
