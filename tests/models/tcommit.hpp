// Transaction commit as a specification: no messages, one state that everybody sees. The model to
// compare counts with, not a protocol to run.
//
// Source: Gray and Lamport, "Consensus on transaction commit", ACM TODS 31(1), 2006, module
// TCommit. One process, the spec, holds the states of all resource managers (RMs). Its timer stays
// armed and stands for the next-state relation: it chooses an RM and an action, and declines what
// the module does not enable. Nothing else is in the state, so that states and steps are those of
// the module.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "sim/model/protocol.hpp"

namespace concordat {

struct TCommit {
  static constexpr std::string_view name = "tcommit";
  static constexpr std::string_view summary = "transaction commit, the specification";

  enum class Role : std::uint8_t { spec };
  static constexpr std::array roles{RoleSpec{.name = "spec", .prefix = "s"}};
  enum class Action : std::uint8_t { prepare, commit, abort };
  static constexpr std::array choices{ChoiceSpec{"rm", "0.."},
                                      ChoiceSpec{"action", "prepare commit abort"}};

  static constexpr int max_rms = 5;
  struct Config {
    std::uint8_t rms = 3;
    CONCORDAT_FIELDS(Config, rms)
  };
  enum class Message : std::uint8_t {};
  enum class Timer : std::uint8_t { act };
  struct Record {};
  struct Durable {};
  static void redo(Durable& /*log*/, Record /*record*/) {}

  enum class Rm : std::uint8_t { working, prepared, committed, aborted };
  struct Volatile {
    std::array<Rm, max_rms> rm{};
    CONCORDAT_FIELDS(Volatile, rm)
  };
  using Ctx = Context<TCommit>;

  static void on_start(Ctx& ctx) { ctx.arm(Timer::act); }

  static void on_timer(Ctx& ctx, Timer /*act*/) {
    const auto all = std::span(ctx.state().rm).first(ctx.config.rms);
    Rm& rm = all[static_cast<std::size_t>(ctx.choose("rm", ctx.config.rms))];
    const Action action = ctx.choose("action", {Action::prepare, Action::commit, Action::abort});
    const bool is_open = rm == Rm::working || rm == Rm::prepared;
    const bool may_commit = std::ranges::all_of(
        all, [](Rm each) { return each == Rm::prepared || each == Rm::committed; });
    const bool may_abort = std::ranges::count(all, Rm::committed) == 0;
    switch (action) {
      case Action::prepare:
        if (rm != Rm::working) return ctx.decline();
        rm = Rm::prepared;
        break;
      case Action::commit:
        if (rm != Rm::prepared || !may_commit) return ctx.decline();
        rm = Rm::committed;
        break;
      case Action::abort:
        if (!is_open || !may_abort) return ctx.decline();
        rm = Rm::aborted;
        break;
    }
    ctx.arm(Timer::act);
  }

  static void on_message(Ctx& /*ctx*/, ProcessId /*from*/, Message /*message*/) {}
  static void on_recover(Ctx& /*ctx*/) {}
};

}  // namespace concordat
