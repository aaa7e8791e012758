// What a protocol is: a struct with types, tables and static handlers, and nothing else. A small
// one, complete:
//
//   struct Ping {
//     static constexpr std::string_view name = "ping", summary = "one message and its echo";
//     enum class Role : std::uint8_t { caller, callee };
//     static constexpr std::array roles{RoleSpec{.name = "caller", .prefix = "a"},
//                                       RoleSpec{.name = "callee", .prefix = "b"}};
//     struct Config {};
//     enum class Message : std::uint8_t { ping, echo };
//     enum class Record : std::uint8_t { echoed };
//     enum class Timer : std::uint8_t { again };
//     struct Durable { bool echoed = false; static constexpr std::tuple fields{...}; };
//     struct Volatile {};
//     static void redo(Durable& log, Record) { log.echoed = true; }
//     static void on_start(Context<Ping>& ctx);
//     static void on_message(Context<Ping>& ctx, ProcessId from, Message message);
//     static void on_timer(Context<Ping>& ctx, Timer timer);
//     static void on_recover(Context<Ping>& ctx);
//   };
//
// Optional: `NodeState` with its own `redo`; `tables` (an array of names) and `enum class Table`
// for rows of its own; `choices` (an array of ChoiceSpec) and `bounds` (an array of names),
// required if it calls `choose` or `increment`;
// `rank(Timer) -> int`; `is_round(Timer) -> bool`, whether it ends a round of one message delay,
// constexpr; `on_store(ctx, NoticeKind, RowKey)`; `on_operator(ctx, Operator)` with
// `enum class Operator`; `objection(config, setup)`, an Objection: why the options do not fit the
// processes; `never_refuses(config, setup, process)`, a sentence about why a voter cannot vote no,
// or nothing; `RowStates`, a tuple of StatesOf: the names of Row::state in tables of its own;
// `on_client(ctx, int key)`; `source`, where the protocol comes from; `profiles` and `costs`
// (arrays of ProfileSpec and PublishedCost), named sets of options and what they cost according to
// the literature; `judged`, the codes of the properties that business is judged by, if not the
// usual ones: `matrix` then gives every process that does business a row and work on it. A struct
// Record with a member `type`, an enum, is called by it in traces and scenarios, as messages are.
//
// Nested default member values: write `Durable durable{};` only inside function bodies; compilers
// do not accept it as a default argument or static member while the protocol is still being
// defined.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "sim/model/context.hpp"

namespace concordat {

/// A label that the protocol asks `choose` for, with its outcomes separated by spaces.
struct ChoiceSpec {
  std::string_view label;
  std::string_view outcomes;
};

/// A named set of options: a protocol of the literature that this source plays. Each has a row of
/// its own in `matrix` and `cost`, and scenarios and flags choose it by name. The first is usual.
struct ProfileSpec {
  std::string_view name;     // "presumed_abort"
  std::string_view options;  // "presume=abort acks=commit"; all others have their defaults
  std::string_view summary;  // in a line
  /// Who lives together, unless the scenario places processes itself: `c@p a@p` puts c on the node
  /// of p1, and each a on the node of the p with the same number.
  std::string_view place = "";
};

/// Why options do not fit the processes: what is wrong, the likely fix, and the option to blame.
/// Nothing is wrong if `what` is empty.
struct Objection {
  std::string what;
  std::string hint;
  std::string_view option;
};

/// Row::state in this table is one of these: `using RowStates = std::tuple<StatesOf<Table::fence,
/// Status>>`.
template <auto table, class State>
struct StatesOf {
  static constexpr auto in = static_cast<std::size_t>(table);
  using Type = State;
};

/// What a publication says that a run without failures costs, for `cost` to compare with, and what
/// follows from it.
struct PublishedCost {
  std::string_view profile;  // "" = every profile
  /// `commit`: all vote yes. `one_no`: the last one votes no. `all_read`: all are read-only.
  /// `client_abort`: all vote yes, and the choice `client` is `abort`.
  std::string_view run;
  /// `messages 3N-1; delays 4; forces N+1`: quantities (see `trace::Costs`) with a formula over N,
  /// how many of the role whose number is open vote, and over the options of one letter, such as F
  /// for `f`.
  std::string_view costs;
  std::string_view source;
  std::string_view derived = "";  // as `costs`; not in the source, but what its text comes to
  /// `F-1; N-F-1`: only where none of these is negative, here 1 <= F < N.
  std::string_view where = "";
  std::string_view differs = "";  // why ours costs something else, if it does for a good reason
};

/// Of every profile, if all commit; no publication gives a figure.
constexpr PublishedCost derived_cost(std::string_view costs, std::string_view source) {
  return {"", "commit", "", source, costs};
}

/// The rank of a timer that only retries: under synchronous timing it holds no other timer back.
inline constexpr int retry_rank = 1000;

/// A node begins with an empty log, and what that says is zeros.
template <class Log>
consteval bool begins_with_zeros() {
  if constexpr (Plain<Log> && !std::is_empty_v<Log>) {
    for (const std::byte byte : std::bit_cast<std::array<std::byte, sizeof(Log)>>(Log{}))
      if (byte != std::byte{0}) return false;
  }
  return true;
}

/// The optional parts: one that is there and does not fit would silently never be used.
template <class P>
consteval void explain_options() {
  using Ctx = Context<P>;
  if constexpr (requires { typename P::NodeState; }) {
    static_assert(Plain<typename P::NodeState>,
                  "NodeState needs a field table that lists every member, and no padding");
    static_assert(begins_with_zeros<typename P::NodeState>(),
                  "NodeState begins with zeros: a member may not have another value by default");
    static_assert(
        requires(typename P::NodeState & log, const typename P::Record& record) {
          P::redo(log, record);
        },
        "missing or wrong: static void redo(NodeState&, Record)");
  }
  if constexpr (requires { typename P::Operator; })
    static_assert(
        requires(Ctx & ctx, typename P::Operator action) { P::on_operator(ctx, action); },
        "missing or wrong: static void on_operator(Context&, Operator)");
  if constexpr (requires { &P::on_store; })
    static_assert(
        requires(Ctx & ctx, NoticeKind notice, RowKey row) { P::on_store(ctx, notice, row); },
        "wrong: static void on_store(Context&, NoticeKind, RowKey)");
  if constexpr (requires { &P::on_client; })
    static_assert(
        requires(Ctx & ctx, int key) { P::on_client(ctx, key); },
        "wrong: static void on_client(Context&, int key)");
  if constexpr (requires { &P::is_round; })
    static_assert(
        requires(typename P::Timer timer) { bool{P::is_round(timer)}; },
        "wrong: static constexpr bool is_round(Timer)");
  if constexpr (requires { &P::never_refuses; })
    static_assert(
        requires(const typename P::Config& config, const Setup& setup, ProcessId process) {
          std::string{P::never_refuses(config, setup, process)};
        },
        "wrong: static std::string never_refuses(const Config&, const Setup&, ProcessId)");
  if constexpr (requires { &P::objection; })
    static_assert(
        requires(const typename P::Config& config, const Setup& setup) {
          Objection{P::objection(config, setup)};
        },
        "wrong: static Objection objection(const Config&, const Setup&)");
  if constexpr (requires { &P::rank; })
    static_assert(
        requires(typename P::Timer timer) { int{P::rank(timer)}; },
        "wrong: static int rank(Timer)");
}

/// Stops compilation with one sentence for each thing that P lacks. A failed concept only says that
/// some disjunction is unsatisfied, so registration goes through this function.
template <class P>  // NOLINTNEXTLINE(readability-function-size): one sentence after another
consteval bool explain_protocol() {
  static_assert(
      requires { std::string_view(P::name); }, "missing: static constexpr std::string_view name");
  static_assert(
      requires { std::string_view(P::summary); },
      "missing: static constexpr std::string_view summary");
  static_assert(
      requires { requires std::is_enum_v<typename P::Role>; }, "missing: enum class Role");
  static_assert(
      requires { RoleSpec(P::roles[0]); },
      "missing: static constexpr std::array roles{RoleSpec{...}, ...}");
  static_assert(
      requires { typename P::Config; }, "missing: struct Config, the options");
  static_assert(
      requires { typename P::Durable; }, "missing: struct Durable, what the log says");
  static_assert(
      requires { typename P::Volatile; }, "missing: struct Volatile, what a crash wipes");
  static_assert(
      requires { typename P::Message; }, "missing: Message, an enum or a struct");
  static_assert(
      requires { typename P::Record; }, "missing: Record, an enum or a struct of the log");
  static_assert(
      requires { requires std::is_enum_v<typename P::Timer>; }, "missing: enum class Timer");
  if constexpr (requires {
                  typename P::Config;
                  typename P::Durable;
                  typename P::Volatile;
                  typename P::Message;
                  typename P::Record;
                  typename P::Timer;
                  typename P::Role;
                  P::roles[0];
                }) {
    using Ctx = Context<P>;
    static_assert(Plain<typename P::Config>,
                  "Config needs a field table that lists every member, and no padding");
    static_assert(Plain<typename P::Durable>,
                  "Durable needs a field table that lists every member, and no padding");
    static_assert(begins_with_zeros<typename P::Durable>(),
                  "Durable begins with zeros: a member may not have another value by default");
    static_assert(Plain<typename P::Volatile>,
                  "Volatile needs a field table that lists every member, and no padding");
    static_assert(Plain<typename P::Message>,
                  "Message needs a field table that lists every member, and no padding");
    static_assert(Plain<typename P::Record>,
                  "Record needs a field table that lists every member, and no padding");
    static_assert(enum_count<typename P::Timer>() <= max_timers, "a protocol has at most 8 timers");
    static_assert(enum_count<typename P::Role>() == static_cast<int>(P::roles.size()),
                  "roles needs one RoleSpec for each enumerator of Role");
    static_assert(
        requires(typename P::Durable & log, const typename P::Record& record) {
          P::redo(log, record);
        },
        "missing or wrong: static void redo(Durable&, Record)");
    static_assert(
        requires(Ctx & ctx) { P::on_start(ctx); },
        "missing or wrong: static void on_start(Context&)");
    static_assert(
        requires(Ctx & ctx, ProcessId from, const typename P::Message& message) {
          P::on_message(ctx, from, message);
        },
        "missing or wrong: static void on_message(Context&, ProcessId, Message)");
    static_assert(
        requires(Ctx & ctx, typename P::Timer timer) { P::on_timer(ctx, timer); },
        "missing or wrong: static void on_timer(Context&, Timer)");
    static_assert(
        requires(Ctx & ctx) { P::on_recover(ctx); },
        "missing or wrong: static void on_recover(Context&)");
    static_assert(
        std::is_enum_v<typename P::Message> ||
            requires(typename P::Message message) {
              requires std::is_enum_v<decltype(message.type)>;
            },
        "Message, if a struct, needs a member `type`, the enum that names it");
    explain_options<P>();
  }
  return true;
}

}  // namespace concordat
