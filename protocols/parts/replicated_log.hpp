// The logs of replicated groups, each of which holds one record: the servers that keep them, and
// how a leader writes its group's record or takes the log over from an older leader. Each record is
// an instance of Paxos. What the records are for is replicated_commit.hpp.
#pragma once

#include "protocols/parts/synod.hpp"

namespace concordat {

/// P is ReplicatedCommit. `P::group(ctx)` is the group whose leader this process is or may become,
/// and `P::on_record(ctx, entry)` is called when the record of that group counts.
template <class P>
struct ReplicatedLog {
  using Ctx = Context<P>;
  using Entry = typename P::Entry;
  using Kind = typename P::Kind;
  using Message = typename P::Message;
  using Phase = typename P::Phase;
  using Type = typename P::Type;
  using Log = synod::Acceptor<Entry>;
  using Leader = synod::Leader<Entry>;
  static constexpr auto server = P::Role::replica;

  // ---- A leader. What a server says to itself is no message.
  /// Becomes the next leader of its group. The ballot is stable before anybody hears of it.
  static void lead(Ctx& ctx) {
    const bool here = ctx.is(server);
    const std::uint8_t last = here ? ctx.log().groups[P::group(ctx)].promised : ctx.log().led;
    const int place = here ? ctx.place_of(ctx.self) + 1 : 0;
    const int count = ctx.is(P::Role::participant) ? 1 : ctx.all(server).size() + 1;
    ctx.state() = {};
    ctx.state().phase = Phase::fencing;
    ctx.state().leader.ballot = synod::next_ballot(ctx, last, place, count);
    if (!here) ctx.force({Kind::led, {}, ctx.state().leader.ballot, {}});
    say_again(ctx);
  }

  static void write(Ctx& ctx, Entry entry) {
    ctx.state().phase = Phase::writing;
    ctx.state().leader.value = entry;
    say_again(ctx);
  }

  /// Says, perhaps once more, what it waits for.
  static void say_again(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    const Leader leader = ctx.state().leader;
    if (!ctx.is(server)) ctx.arm(P::Timer::log);  // a server is asked again instead
    if (phase == Phase::fencing) tell(ctx, {Type::fence, P::group(ctx), leader.ballot, 0, {}});
    if (phase == Phase::writing)
      tell(ctx, {Type::write, P::group(ctx), leader.ballot, 0, leader.value});
  }

  static void on_log(Ctx& ctx, ProcessId from, const Message& message) {
    Leader& leader = ctx.state().leader;
    if (ctx.state().phase != Phase::fencing || message.ballot != leader.ballot) return;
    leader.add_promise(from, message.accepted, message.entry);
    if (leader.promises.size() > ctx.config.f)
      write(ctx, synod::combine(leader.value, Entry::abort));
  }

  static void on_kept(Ctx& ctx, ProcessId from, const Message& message) {
    const Leader& leader = ctx.state().leader;
    if (ctx.state().phase != Phase::writing || message.ballot != leader.ballot) return;
    const int copies = ctx.state().learner.add_acceptance(from, leader.ballot);
    if (copies <= (ctx.config.mistake == P::Mistake::one_copy ? 0 : ctx.config.f)) return;
    ctx.disarm(P::Timer::log);
    P::on_record(ctx, leader.value);
  }

  // ---- A server.
  static void on_fence(Ctx& ctx, ProcessId from, const Message& message) {
    const Log& log = ctx.log().groups[message.group];
    if (message.ballot < log.promised) return;
    if (message.ballot > log.promised) ctx.force({Kind::fenced, message.group, message.ballot, {}});
    const Message answer{Type::log, message.group, message.ballot, log.accepted, log.value};
    from == ctx.self ? on_log(ctx, from, answer) : ctx.send(from, answer);
  }

  static void on_write(Ctx& ctx, ProcessId from, const Message& message) {
    const Log& log = ctx.log().groups[message.group];
    if (message.ballot < log.promised) return;
    if (log.accepted != message.ballot || log.value != message.entry)
      ctx.force({Kind::kept, message.group, message.ballot, message.entry});
    const Message answer{Type::kept, message.group, message.ballot, 0, {}};
    from == ctx.self ? on_kept(ctx, from, answer) : ctx.send(from, answer);
  }

 private:
  static void tell(Ctx& ctx, const Message& message) {
    if (ctx.is(server)) P::on_message(ctx, ctx.self, message);  // itself first
    ctx.broadcast(ctx.all(server) - ProcessSet::of(ctx.self), message);
  }
};

}  // namespace concordat
