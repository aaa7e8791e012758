// Goal: messages are delivered, repeated, lost, held and absorbed as the rules say. Method: worlds
// of the puppet protocol, played by hand, one rule each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/network.hpp"
#include "tests/unit/puppet_protocol.hpp"
#include "tests/unit/world_helpers.hpp"

namespace concordat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Message = Puppet::Message;

std::shared_ptr<const Model> puppets() {
  return make_model<Puppet>({}, puppet_setup(2));
}

/// d tells p1 (node 1) these messages, in this order.
Play told(Rules rules, std::initializer_list<Message> messages) {
  Play play(puppets(), rules);
  for (const Message message : messages)
    network::put(rules, play.world, envelope(0, 1, message));
  return play;
}

int notes(Play& play, int node = 1) {
  return play.node(node).slots[0].state.as<Puppet::Volatile>().notes;
}

TEST(Unordered, DeliversInAnyOrderAndOnce) {
  Play play = told({}, {Message::note, Message::append_1});
  EXPECT_TRUE(play.can(deliver(0, 1, Message::append_1)));
  play.did(deliver(0, 1, Message::note));
  EXPECT_EQ(notes(play), 1);
  EXPECT_FALSE(play.can(deliver(0, 1, Message::note)));
  EXPECT_FALSE(play.can(deliver(0, 2, Message::append_1)));
}

TEST(Unordered, KeepsTheNetworkInOneOrder) {
  EXPECT_EQ(told({}, {Message::note, Message::append_1, Message::force_3}).world,
            told({}, {Message::force_3, Message::note, Message::append_1}).world);
}

TEST(Copies, ASetAbsorbsAnEqualMessage) {
  Play play = told({}, {Message::note, Message::note});
  EXPECT_EQ(play.in_flight(0, 1, Message::note), 1);
}

TEST(Copies, ABagKeepsAsManyAsItHolds) {
  Rules rules;
  rules.copies = 2;
  Play play = told(rules, {Message::note, Message::note, Message::note});
  EXPECT_EQ(play.in_flight(0, 1, Message::note), 2);
  play.did(deliver(0, 1, Message::note)).did(deliver(0, 1, Message::note));
  EXPECT_EQ(notes(play), 2);
  EXPECT_THAT(play.world.network, IsEmpty());
}

TEST(Copies, WhatIsAbsorbedIsReported) {
  Play play = told({}, {Message::tell_all});
  network::put({}, play.world, envelope(1, 0, Message::note));
  play.did(deliver(0, 1, Message::tell_all));
  EXPECT_THAT(play.last.dropped, ElementsAre(envelope(1, 0, Message::note)));
}

TEST(Fifo, DeliversAChannelInSendingOrder) {
  Rules rules;
  rules.delivery = Delivery::fifo;
  Play play = told(rules, {Message::note, Message::append_1});
  network::put(rules, play.world, envelope(2, 1, Message::force_3));
  EXPECT_FALSE(play.can(deliver(0, 1, Message::append_1)));
  EXPECT_TRUE(play.can(deliver(2, 1, Message::force_3))) << "another channel";
  play.did(deliver(0, 1, Message::note)).did(deliver(0, 1, Message::append_1));
}

TEST(Fifo, LetsALossOvertake) {
  Rules rules;
  rules.delivery = Delivery::fifo;
  Play play = told(rules, {Message::note, Message::append_1});
  play.did(on_message(EventKind::lose, 0, 1, Message::append_1));
  play.did(deliver(0, 1, Message::note));
  EXPECT_THAT(play.world.network, IsEmpty());
}

TEST(Fifo, ListsEqualMessagesOnce) {
  Rules rules;
  rules.delivery = Delivery::fifo;
  rules.copies = 2;
  Play play = told(rules, {Message::note, Message::append_1, Message::note});
  EXPECT_EQ(play.in_flight(0, 1, Message::note), 2);
  EXPECT_THAT(successors(*play.model, rules, {}, play.world), SizeIs(1));
}

TEST(Duplicating, ADeliveredMessageStays) {
  Rules rules;
  rules.delivery = Delivery::duplicating;
  Play play = told(rules, {Message::note});
  for (int i = 1; i <= 3; ++i) {
    play.did(deliver(0, 1, Message::note));
    EXPECT_EQ(notes(play), i);
  }
  EXPECT_EQ(play.world.used.duplicates, 0) << "the rule is no fault";
}

TEST(Duplicate, DeliversAndStaysAndCounts) {
  Play play = told({}, {Message::note});
  play.did(on_message(EventKind::duplicate, 0, 1, Message::note));
  EXPECT_EQ(notes(play), 1);
  EXPECT_EQ(play.in_flight(0, 1, Message::note), 1);
  EXPECT_EQ(play.world.used.duplicates, 1);
}

TEST(Lose, TakesOneCopyAndCounts) {
  Rules rules;
  rules.copies = 2;
  Play play = told(rules, {Message::note, Message::note});
  play.did(on_message(EventKind::lose, 0, 1, Message::note));
  EXPECT_EQ(play.in_flight(0, 1, Message::note), 1);
  EXPECT_THAT(play.last.lost, SizeIs(1));
  EXPECT_EQ(play.world.used.losses, 1);
  EXPECT_FALSE(play.can(on_message(EventKind::lose, 0, 2, Message::note)));
}

TEST(Decline, LeavesTheMessage) {
  Play play = told({}, {Message::refuse});
  EXPECT_FALSE(play.can(deliver(0, 1, Message::refuse)));
  EXPECT_EQ(play.in_flight(0, 1, Message::refuse), 1);
}

// ---- Partitions. Nodes: d = bit 0, p1 = bit 1, p2 = bit 2.

TEST(Partition, LosesWhatIsAcrossAndWhatIsSentAcross) {
  Play play = told({}, {Message::note});
  network::put({}, play.world, envelope(2, 1, Message::tell_all));
  play.did(partition({0b001, 0b110}));
  EXPECT_THAT(play.last.lost, ElementsAre(envelope(0, 1, Message::note)));
  EXPECT_FALSE(play.can(partition({0b011, 0b100}))) << "one at a time";
  play.did(deliver(2, 1, Message::tell_all));
  EXPECT_EQ(play.in_flight(1, 0, Message::note), 0);
  EXPECT_EQ(play.in_flight(1, 2, Message::note), 1);
  EXPECT_THAT(play.last.lost,
              ElementsAre(envelope(1, 0, Message::note), envelope(1, 0, Message::grow)));
  play.did(event_at(EventKind::heal, -1));
  EXPECT_FALSE(play.world.partitioned());
  EXPECT_FALSE(play.can(event_at(EventKind::heal, -1)));
  EXPECT_EQ(play.world.used.partitions, 1);
}

TEST(Partition, HoldsUntilItHeals) {
  Rules rules;
  rules.across_cut = AcrossCut::hold;
  Play play = told(rules, {Message::note});
  play.did(partition({0b001, 0b110}));
  EXPECT_FALSE(play.can(deliver(0, 1, Message::note)));
  play.did(event_at(EventKind::heal, -1)).did(deliver(0, 1, Message::note));
}

TEST(Partition, CutsOneWay) {
  Play play = told({}, {Message::note});
  network::put({}, play.world, envelope(1, 0, Message::note));
  play.did(partition({0b010, 0b101}, true));
  EXPECT_EQ(play.in_flight(1, 0, Message::note), 0) << "from p1 nothing gets out";
  play.did(deliver(0, 1, Message::note));
  EXPECT_TRUE(play.world.connected(0, 1));
  EXPECT_FALSE(play.world.connected(1, 0));
  EXPECT_FALSE(play.world.connected(1, 2));
}

TEST(Partition, EachIsListedOnce) {
  Budget budget;
  budget.partitions = 1;
  Play play(puppets());
  EXPECT_THAT(successors(*play.model, {}, budget, play.world), SizeIs(3));
  budget.one_way = true;
  EXPECT_THAT(successors(*play.model, {}, budget, play.world), SizeIs(3 + 6));
}

// ---- Crashes.

TEST(Crash, KeepsOrDropsWhatIsUnderWay) {
  for (const InFlight in_flight : {InFlight::keep, InFlight::drop}) {
    Rules rules;
    rules.in_flight = in_flight;
    Play play = told(rules, {Message::note});
    network::put(rules, play.world, envelope(1, 0, Message::note));
    play.did(event_at(EventKind::crash, 1));
    EXPECT_FALSE(play.can(deliver(0, 1, Message::note)));
    EXPECT_EQ(play.in_flight(0, 1, Message::note), in_flight == InFlight::keep ? 1 : 0);
    EXPECT_EQ(play.in_flight(1, 0, Message::note), 1) << "what has been sent is on its way";
    play.did(recover(1));
    EXPECT_EQ(play.can(deliver(0, 1, Message::note)), in_flight == InFlight::keep);
  }
}

// ---- Processes on one node: d on node 0; p1 and p2 (processes 1 and 2) on node 1.

Play together(Rules rules, Message message) {
  Play play(make_model<Puppet>({}, puppets_together(2)), rules);
  network::put(rules, play.world, envelope(0, 1, message));
  return play;
}

Event deliver_local(int from, int to, Message message) {
  Event event = deliver(from, to, message);
  event.node = 1;
  return event;
}

TEST(Together, LocalMessagesAreFreeOfFaults) {
  Rules rules;
  rules.delivery = Delivery::duplicating;
  Play play = together(rules, Message::tell_all);
  play.did(deliver_local(0, 1, Message::tell_all));
  Event lose = on_message(EventKind::lose, 1, 2, Message::note);
  EXPECT_FALSE(play.can(lose));
  Event duplicate = deliver_local(1, 2, Message::note);
  duplicate.kind = EventKind::duplicate;
  EXPECT_FALSE(play.can(duplicate));
  play.did(deliver_local(1, 2, Message::note));
  EXPECT_EQ(play.in_flight(1, 2, Message::note), 0) << "not repeated, even where others are";
  play.did(partition({0b01, 0b10}));
  EXPECT_EQ(play.in_flight(1, 2, Message::grow), 1);
}

TEST(Together, LocalMessagesDieWithTheNode) {
  Play play = together({}, Message::tell_all);
  play.did(deliver_local(0, 1, Message::tell_all)).did(event_at(EventKind::crash, 1));
  EXPECT_EQ(play.in_flight(1, 2, Message::note), 0);
  EXPECT_EQ(play.in_flight(1, 0, Message::note), 1);
  EXPECT_TRUE(play.history(1).crashed && play.history(2).crashed);
  EXPECT_FALSE(play.history(0).crashed);
}

TEST(Together, LocalMessagesDieWithACrashInsideTheStep) {
  Play play = together({}, Message::tell_all);
  Event event = deliver_local(0, 1, Message::tell_all);
  event.plan.cut = Cut{2, {}};  // before the second broadcast
  play.did(event);
  EXPECT_EQ(play.in_flight(1, 0, Message::note), 1);
  EXPECT_EQ(play.in_flight(1, 2, Message::note), 0);
}

}  // namespace
}  // namespace concordat
