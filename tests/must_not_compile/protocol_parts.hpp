// A protocol of which nothing is missing. A file that defines one of the PARTs before it includes
// this one has a protocol with that part missing or wrong, which is refused with a sentence.
#pragma once

#include "sim/model/protocol.hpp"

// clang-format off
#ifndef PART_NAME
#define PART_NAME static constexpr std::string_view name = "whole";
#endif
#ifndef PART_SUMMARY
#define PART_SUMMARY static constexpr std::string_view summary = "nothing is missing";
#endif
#ifndef PART_ROLE
#define PART_ROLE enum class Role : std::uint8_t { caller, callee };
#endif
#ifndef PART_ROLES
#define PART_ROLES static constexpr std::array roles{RoleSpec{"caller", "a"}, RoleSpec{"callee", \
  "b"}};
#endif
#ifndef PART_CONFIG
#define PART_CONFIG struct Config {};
#endif
#ifndef PART_DURABLE
#define PART_DURABLE struct Durable { bool done = false; CONCORDAT_FIELDS(Durable, done) };
#endif
#ifndef PART_VOLATILE
#define PART_VOLATILE struct Volatile { bool busy = false; CONCORDAT_FIELDS(Volatile, busy) };
#endif
#ifndef PART_MESSAGE
#define PART_MESSAGE enum class Message : std::uint8_t { ping, echo };
#endif
#ifndef PART_RECORD
#define PART_RECORD enum class Record : std::uint8_t { done };
#endif
#ifndef PART_TIMER
#define PART_TIMER enum class Timer : std::uint8_t { again };
#endif
#ifndef PART_REDO
#define PART_REDO static void redo(Durable&, Record) {}
#endif
#ifndef PART_ON_START
#define PART_ON_START static void on_start(Ctx&) {}
#endif
#ifndef PART_ON_MESSAGE
#define PART_ON_MESSAGE static void on_message(Ctx&, ProcessId, Message) {}
#endif
#ifndef PART_ON_TIMER
#define PART_ON_TIMER static void on_timer(Ctx&, Timer) {}
#endif
#ifndef PART_ON_RECOVER
#define PART_ON_RECOVER static void on_recover(Ctx&) {}
#endif
#ifndef PART_OPTIONAL
#define PART_OPTIONAL
#endif

namespace concordat {

struct Whole {
  PART_NAME
  PART_SUMMARY
  PART_ROLE
  PART_ROLES
  PART_CONFIG
  PART_DURABLE
  PART_VOLATILE
  PART_MESSAGE
  PART_RECORD
  PART_TIMER
  using Ctx = Context<Whole>;
  PART_REDO
  PART_ON_START
  PART_ON_MESSAGE
  PART_ON_TIMER
  PART_ON_RECOVER
  PART_OPTIONAL
};
static_assert(explain_protocol<Whole>());

}  // namespace concordat
