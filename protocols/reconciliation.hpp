// Reconciliation of two ledgers: a transfer is booked here, told there by a message that may get
// lost, and once in a period an auditor compares what both have booked and repairs the difference.
//
// Source: the practice of payment services and banks; the entries that repair are those of any
// bookkeeping: an entry is never changed, another one corrects it.
//
//   sender    one local transaction: its work, and an entry in its ledger. Then, once, entry to the
//             receiver
//   receiver  one local transaction: the entry in its ledger, and its work; a known one is skipped
//   auditor   the period is over, and the grace after it: ask to both. What each says is
//             the sum of its entries for this transfer
//               the same        forces `closed`
//               only sent       correct to the receiver until done: an entry with a key of its own,
//                               and its work
//               only received   reverse, the same: its work is undone
//             after a repair it compares again, until they are the same
//
// Timer::close is period and grace together. The grace must be longer than any message is under
// way: what comes after the window was closed is booked beside its own correction. `late=refused`
// is no part of the practice: of an entry and its correction the receiver books the first.
//
// `sends=before_commit` sends first and commits then: what was sent may be rolled back, and an
// audit finds it on the other side only.
//
// The auditor lives with the sender in the profiles. It decides when it has closed the window;
// until then the difference is not final.
#pragma once

#include "protocols/parts/change_work.hpp"
#include "protocols/parts/message_consumer.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct Reconciliation {
  using Ctx = Context<Reconciliation>;
  static constexpr std::string_view name = "reconciliation";
  static constexpr std::string_view summary = "two ledgers, compared and repaired afterwards";
  static constexpr std::string_view source = "reconciliation of payment services and banks";
  enum class Role : std::uint8_t { sender, receiver, auditor };
  static constexpr std::array roles{
      producing("sender"),
      consuming("receiver"),
      RoleSpec{.name = "auditor", .prefix = "auditor", .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr auto judged = message_properties;
  enum class Table : std::uint8_t { ledger, corrections, reversals };

  enum class Sends : std::uint8_t { after_commit, before_commit };
  enum class Late : std::uint8_t { booked, refused };  // an entry and its correction
  enum class Mistake : std::uint8_t {
    none,
    no_key,       // a correction that comes twice is booked twice
    open_window,  // the auditor does not wait for what is under way
  };
  struct Config {
    bool audits = true;
    Sends sends{};
    Late late{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, audits, sends, late, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"reconciled", "", "an auditor compares and repairs", "auditor@sender"},
      ProfileSpec{"late_refused",
                  "late=refused",
                  "of entry and correction the first counts",
                  "auditor@sender"},
      ProfileSpec{"unreconciled", "audits=false", "commit, send, and hope", "auditor@sender"}};
  static constexpr std::array costs{
      PublishedCost{"reconciled", "commit", "", source, "messages 3; forces 3"},
      PublishedCost{"unreconciled", "commit", "", source, "messages 1; forces 3"}};

  enum class Type : std::uint8_t { entry, ask, report, correct, reverse, repaired };
  struct Message {
    Type type{};
    std::uint8_t sum = 0;  // report
    CONCORDAT_FIELDS(Message, type, sum)
  };
  enum class Record : std::uint8_t { committed, closed };
  enum class Timer : std::uint8_t { close, again };  // the last one only repeats
  static constexpr int rank(Timer timer) { return timer == Timer::close ? 0 : retry_rank; }
  struct Durable {
    bool committed = false;  // sender
    bool closed = false;     // auditor
    CONCORDAT_FIELDS(Durable, committed, closed)
  };
  static void redo(Durable& log, Record record) {
    (record == Record::committed ? log.committed : log.closed) = true;
  }
  struct Volatile {  // auditor
    ProcessSet reported;
    std::uint8_t sent = 0;  // the sum of each side
    std::uint8_t received = 0;
    CONCORDAT_FIELDS(Volatile, reported, sent, received)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::sender)) transfer(ctx);
    if (!ctx.is(Role::auditor)) return;
    ctx.config.mistake == Mistake::open_window ? audit(ctx) : ctx.arm(Timer::close);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::entry: return on_entry(ctx);
      case Type::ask: return ctx.send(from, {Type::report, sum(ctx)});
      case Type::report: return on_report(ctx, from, message.sum);
      case Type::correct:
      case Type::reverse:
        if (repair(ctx, message.type)) ctx.send(from, {Type::repaired, 0});
        return;
      case Type::repaired:
        if (!ctx.log().closed) audit(ctx);
        return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    if (timer == Timer::again) return insist(ctx);
    if (ctx.config.audits) return audit(ctx);
    ctx.force(Record::closed);
    ctx.vote(Vote::read);  // it never knows
  }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    if (ctx.is(Role::sender)) ctx.decide(log.committed ? Outcome::commit : Outcome::abort);
    if (ctx.is(Role::auditor) && !log.closed) ctx.arm(Timer::close);
  }

 private:
  // ---- The sender.
  static void transfer(Ctx& ctx) {
    const bool early = ctx.config.sends == Sends::before_commit;
    const bool done = do_work(ctx) == LockAnswer::granted;
    if (done && early) tell(ctx);
    if (!done || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      ctx.vote(Vote::no);
      return end(ctx, Outcome::abort);
    }
    ctx.insert(ctx.row(Table::ledger, ctx.transaction()), entry);
    ctx.force(Record::committed, StoreAction::commit);
    ctx.vote(Vote::yes);
    end(ctx, Outcome::commit);
    if (!early) tell(ctx);
  }

  static void tell(Ctx& ctx) { ctx.send(ctx.the(Role::receiver), {Type::entry, 0}); }

  static void end(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    ctx.answer(outcome);
  }

  // ---- The receiver.
  static void on_entry(Ctx& ctx) {
    if (ctx.config.late == Late::refused && entries(ctx, Table::corrections) > 0) return;
    if (book(ctx, Table::ledger, true)) ctx.decide(Outcome::commit);
  }

  static bool repair(Ctx& ctx, Type type) {
    const bool keyed = ctx.config.mistake != Mistake::no_key;
    const bool corrects = type == Type::correct;
    if (corrects && ctx.config.late == Late::refused && sum(ctx) > 0) return true;
    if (!book(ctx, corrects ? Table::corrections : Table::reversals, keyed)) return false;
    ctx.decide(corrects ? Outcome::commit : Outcome::abort);
    return true;
  }

  /// An entry, and the work or its opposite, in one local transaction. RETURNS: whether it is
  /// there.
  static bool book(Ctx& ctx, Table table, bool keyed) {
    const int before = entries(ctx, table);
    if (keyed && before > 0) return true;
    const bool undoes = table == Table::reversals;
    const bool done = change_work(ctx, undoes ? Change::undo : Change::apply);
    if (!done) {
      ctx.rollback();
      return false;
    }
    ctx.put(ctx.row(table, ctx.transaction()), {before < most ? before + 1 : most, 0, 0, 0});
    ctx.commit();
    ctx.vote(Vote::yes);
    return true;
  }

  // ---- Both. A row of a table is the number of its entries for this transfer.
  static constexpr Row entry{1, 0, 0, 0};
  static constexpr int most = 3;

  static int entries(Ctx& ctx, Table table) {
    return ctx.read(ctx.row(table, ctx.transaction())).value_or(Row{}).value;
  }

  static std::uint8_t sum(Ctx& ctx) {
    const int booked = entries(ctx, Table::ledger) + entries(ctx, Table::corrections);
    const int reversed = entries(ctx, Table::reversals);
    return static_cast<std::uint8_t>(booked > reversed ? booked - reversed : 0);
  }

  // ---- The auditor.
  static void audit(Ctx& ctx) {
    ctx.state() = {};
    insist(ctx);
  }

  static ProcessSet ledgers(Ctx& ctx) { return ctx.all(Role::sender) | ctx.all(Role::receiver); }

  /// What it waits for, perhaps again.
  static void insist(Ctx& ctx) {
    ctx.arm(Timer::again);
    const ProcessSet silent = ledgers(ctx) - ctx.state().reported;
    if (!silent.empty()) return ctx.broadcast(silent, {Type::ask, 0});
    const bool lacks = ctx.state().received < ctx.state().sent;
    ctx.send(ctx.the(Role::receiver), {lacks ? Type::correct : Type::reverse, 0});
  }

  static void on_report(Ctx& ctx, ProcessId from, std::uint8_t sum) {
    Volatile& state = ctx.state();
    if (ctx.log().closed || state.reported.contains(from)) return;
    (ctx.role_of(from) == Role::sender ? state.sent : state.received) = sum;
    state.reported.insert(from);
    if (state.reported != ledgers(ctx)) return;
    if (state.sent != state.received) return insist(ctx);
    ctx.disarm(Timer::again);
    ctx.force(Record::closed);
    ctx.decide(state.sent == 0 ? Outcome::abort : Outcome::commit);
  }
};

}  // namespace concordat
