// Protocols for tests of symmetry. Gossip mentions processes wherever a type can, and treats all of
// a role alike; Notes does so in a few steps each of which is easy to get wrong. Rank claims to do
// so, and does not.
#pragma once

#include "sim/model/registry.hpp"

namespace concordat {

/// Askers tell what they have heard of, tellers pass it on to each other. Log, memory, node and
/// messages mention processes in all ways that there are; records are unforced for a while.
struct Gossip {
  using Ctx = Context<Gossip>;
  static constexpr std::string_view name = "gossip";
  static constexpr std::string_view summary = "tells who has told";
  enum class Role : std::uint8_t { asker, teller };
  static constexpr std::array roles{
      voters("asker", "a"),
      RoleSpec{.name = "teller", .prefix = "t", .count = 0, .interchangeable = true}};
  enum class Answer : std::uint8_t { yes, no };
  static constexpr std::array choices{ChoiceSpec{"answer", "yes no"}};
  struct Config {};

  struct Message {
    enum class Type : std::uint8_t { ask, pass, told };
    Type type{};
    ProcessId about;
    ProcessSet known;
    CONCORDAT_FIELDS(Message, type, about, known)
  };
  struct Record {
    ProcessId first;
    CONCORDAT_FIELDS(Record, first)
  };
  enum class Timer : std::uint8_t { ask };
  struct Durable {
    ProcessId first;  // of whom it has heard first
    CONCORDAT_FIELDS(Durable, first)
  };
  struct NodeState {
    std::uint8_t records = 0;
    PerProcess<bool> of;
    CONCORDAT_FIELDS(NodeState, records, of)
  };
  static void redo(Durable& log, const Record& record) { log.first = record.first; }
  static void redo(NodeState& log, const Record& record) {
    ++log.records;
    log.of[record.first] = true;
  }
  struct Volatile {
    std::array<ProcessId, 2> last{};  // who has spoken last, and whom about
    ProcessSet heard;
    PerProcess<ProcessSet> knows;  // as far as it has been told
    CONCORDAT_FIELDS(Volatile, last, heard, knows)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::asker)) ctx.arm(Timer::ask);
  }
  static void on_timer(Ctx& ctx, Timer /*ask*/) {
    ctx.broadcast(ctx.all(Role::teller), {Message::Type::ask, ctx.self, {}});
  }
  static void on_recover(Ctx& ctx) { ctx.state().heard = ProcessSet::of(ctx.self); }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    ctx.state().last = {from, message.about};
    if (ctx.is(Role::asker)) return on_told(ctx, from, message);
    if (ctx.state().heard.contains(message.about)) return;
    ctx.state().heard.insert(message.about);
    ctx.state().knows[from] = message.known;
    if (ctx.log().first.none()) ctx.append({message.about});
    const ProcessSet others = ctx.all(Role::teller) - ProcessSet::of(ctx.self);
    if (message.type == Message::Type::ask)
      ctx.broadcast(others, {Message::Type::pass, message.about, ctx.state().heard});
    for (int i = 0; i < 2; ++i)  // it says so twice
      ctx.send(message.about, {Message::Type::told, ctx.log().first, ctx.state().heard});
  }

  static void on_told(Ctx& ctx, ProcessId from, const Message& message) {
    ctx.state().heard.insert(from);
    ctx.state().knows[from] = message.known;
    if ((ctx.state().heard & ctx.all(Role::teller)) != ctx.all(Role::teller)) return;
    const bool yes = ctx.choose("answer", {Answer::yes, Answer::no}) == Answer::yes;
    ctx.vote(yes ? Vote::yes : Vote::no);
    ctx.force({message.about});
    ctx.decide(yes ? Outcome::commit : Outcome::abort);
  }
};

/// What the hub or the readers do is an option.
struct Notes {
  using Ctx = Context<Notes>;
  static constexpr std::string_view name = "notes";
  static constexpr std::string_view summary = "notes about readers";
  enum class Role : std::uint8_t { hub, keeper, reader };
  static constexpr std::array roles{
      single("hub", "h"),
      single("keeper", "k"),
      RoleSpec{.name = "reader", .prefix = "r", .count = 0, .interchangeable = true}};
  enum class Part : std::uint8_t {
    notes,   // the hub sends notes, of which several are in flight
    logs,    // readers write their logs, forced and unforced
    ticks,   // readers send to themselves again and again, and the same to the hub twice
    points,  // readers choose others
  };
  enum class Colour : std::uint8_t { red, green };
  enum class Size : std::uint8_t { small, large };
  enum class Action : std::uint8_t { force_self, force_one, append_one, append_two };
  static constexpr std::array choices{
      ChoiceSpec{"who", ""},
      ChoiceSpec{"colour", "red green"},
      ChoiceSpec{"size", "small large"},
      ChoiceSpec{"action", "force_self force_one append_one append_two"}};
  struct Config {
    Part part{};
    CONCORDAT_FIELDS(Config, part)
  };
  struct Message {
    enum class Type : std::uint8_t { note, tick, hello };
    Type type{};
    ProcessId who;
    Colour colour{};
    Size size{};
    CONCORDAT_FIELDS(Message, type, who, colour, size)
  };
  struct Record {
    ProcessId name;
    std::uint8_t value = 0;
    CONCORDAT_FIELDS(Record, name, value)
  };
  enum class Timer : std::uint8_t { act };
  struct Durable {
    std::uint8_t value = 0;
    CONCORDAT_FIELDS(Durable, value)
  };
  struct NodeState {
    std::uint8_t nothing = 0;
    PerProcess<bool> named;
    CONCORDAT_FIELDS(NodeState, nothing, named)
  };
  static void redo(Durable& log, const Record& record) { log.value = record.value; }
  static void redo(NodeState& log, const Record& record) {
    if (!record.name.none()) log.named[record.name] = true;
  }
  struct Volatile {
    std::uint8_t turns = 0;
    ProcessId other;
    CONCORDAT_FIELDS(Volatile, turns, other)
  };

  static void on_start(Ctx& ctx) {
    const Part part = ctx.config.part;
    if (ctx.is(part == Part::notes ? Role::hub : Role::reader)) ctx.arm(Timer::act);
  }
  static void on_timer(Ctx& ctx, Timer /*act*/) {
    const ProcessSet readers = ctx.all(Role::reader);
    switch (ctx.config.part) {
      case Part::notes: {
        const ProcessId who = ctx.choose("who", readers);
        const Colour colour = ctx.choose("colour", {Colour::red, Colour::green});
        const Size size = ctx.choose("size", {Size::small, Size::large});
        ctx.send(ctx.the(Role::keeper), {Message::Type::note, who, colour, size});
        break;
      }
      case Part::logs: act(ctx); break;
      case Part::ticks: return ctx.send(ctx.self, {Message::Type::tick, {}, {}, {}});
      case Part::points:
        ctx.state().other = ctx.choose("who", readers - ProcessSet::of(ctx.self));
        break;
    }
    if (++ctx.state().turns < 2) ctx.arm(Timer::act);
  }
  static void act(Ctx& ctx) {
    switch (ctx.choose(
        "action",
        {Action::force_self, Action::force_one, Action::append_one, Action::append_two})) {
      case Action::force_self: return ctx.force({ctx.self, 1});
      case Action::force_one: return ctx.force({{}, 1});
      case Action::append_one: return ctx.append({{}, 1});
      case Action::append_two: return ctx.append({{}, 2});
    }
  }
  static void on_message(Ctx& ctx, ProcessId /*from*/, const Message& message) {
    if (message.type != Message::Type::tick || ctx.state().turns == 3) return;
    ++ctx.state().turns;
    ctx.send(ctx.self, message);
    for (int i = 0; i < 2; ++i)
      ctx.send(ctx.the(Role::hub), {Message::Type::hello, {}, {}, {}});
  }
  static void on_recover(Ctx& /*ctx*/) {}
};

/// Many tell one who listens, and it does what its options say.
struct Rank {
  using Ctx = Context<Rank>;
  static constexpr std::string_view name = "rank";
  static constexpr std::string_view summary = "claims that all are alike";
  enum class Role : std::uint8_t { listener, teller };
  static constexpr std::array roles{single("listener", "l"), voters("teller", "t")};
  enum class Lie : std::uint8_t {
    none,
    first_decides,  // the first teller decides by itself
    first_counts,   // the listener takes the first teller for two
    first_asked,    // the listener answers the first of several only
    order_counts,   // the listener does not like one order of three tellers
  };
  struct Config {
    Lie lie{};
    CONCORDAT_FIELDS(Config, lie)
  };
  enum class Message : std::uint8_t { here, commit };
  enum class Timer : std::uint8_t { tell };
  struct Record {};
  struct Durable {};
  static void redo(Durable& /*log*/, Record /*record*/) {}
  struct Volatile {
    PerProcess<std::uint8_t> turn;  // when who has told, from 1
    CONCORDAT_FIELDS(Volatile, turn)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::teller)) ctx.arm(Timer::tell);
  }
  static void on_timer(Ctx& ctx, Timer /*tell*/) {
    ctx.vote(Vote::yes);
    ctx.send(ctx.the(Role::listener), Message::here);
    if (ctx.config.lie == Lie::first_decides && ctx.self == ctx.the(Role::teller))
      ctx.decide(Outcome::commit);
  }
  static void on_recover(Ctx& /*ctx*/) {}

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (message == Message::commit) return ctx.decide(Outcome::commit);
    std::uint8_t count = 1;
    for (const ProcessId teller : ctx.all(Role::teller))
      count = static_cast<std::uint8_t>(count + (ctx.state().turn[teller] > 0 ? 1 : 0));
    ctx.state().turn[from] = count;
    const bool is_first = from == ctx.the(Role::teller);
    if (ctx.config.lie == Lie::first_counts && is_first) ++ctx.state().turn[from];
    if (count < ctx.all(Role::teller).size()) return;
    if (ctx.config.lie == Lie::first_asked) return ctx.send(ctx.the(Role::teller), Message::commit);
    if (ctx.config.lie == Lie::order_counts && turns(ctx) == 312) ctx.decide(Outcome::abort);
    ctx.broadcast(ctx.all(Role::teller), Message::commit);
  }
  static int turns(Ctx& ctx) {
    int turns = 0;
    for (const ProcessId teller : ctx.all(Role::teller))
      turns = 10 * turns + ctx.state().turn[teller];
    return turns;
  }
};

}  // namespace concordat
