// The broker's way to the consumer: it sends the message that it has stored until the consumer
// acknowledges it.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

/// P has the message `event`, the timer `deliver`, and the record `delivered` with its member of
/// Durable.
template <class P>
struct MessageBroker {
  using Ctx = Context<P>;
  using Message = typename P::Message;
  using Record = typename P::Record;
  using Role = typename P::Role;
  using Timer = typename P::Timer;

  static void deliver(Ctx& ctx) {
    ctx.arm(Timer::deliver);
    ctx.send(ctx.the(Role::consumer), Message::event);
  }

  static void on_ack(Ctx& ctx) {
    if (ctx.log().delivered) return;
    ctx.disarm(Timer::deliver);
    ctx.append(Record::delivered);
    ctx.decide(Outcome::commit);
  }
};

}  // namespace concordat
