// A Model is a protocol with its options and a Setup, behind one virtual interface, so that every
// engine is compiled once. It is immutable; all state is in values that its callers own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

/// What is known of a protocol before a scenario is read.
struct ProtocolInfo {
  struct Option {
    std::string name;
    std::string initial;              // the default, printed
    std::vector<std::string> values;  // all values of an enum or bool; empty for a number
  };
  std::string name;
  std::string summary;
  std::string source;
  std::vector<RoleSpec> roles;
  std::vector<Option> options;
  std::vector<std::string> messages;  // their kinds
  std::vector<std::string> timers;
  std::vector<std::string> rounds;  // those timers that end a round of one message delay
  std::vector<std::string> tables;
  std::vector<std::string> operators;
  std::vector<ChoiceSpec> choices;
  std::vector<std::string> bounds;  // labels of increments
  std::vector<ProfileSpec> profiles;
  std::vector<PublishedCost> costs;
  std::vector<std::vector<std::string>> row_states;  // per table: names of Row::state, or none
  std::vector<std::string_view> judged;  // codes of properties of business; empty = the usual ones
  bool has_client = false;
};

/// The parts of a process's state that have fields of their own.
enum class StatePart : std::uint8_t { log, state, node };

class Model {
 public:
  Model(std::shared_ptr<const ProtocolInfo> info, Setup setup)
      : info_(std::move(info)), setup_(std::move(setup)) {}
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;

  const ProtocolInfo& info() const { return *info_; }
  const Setup& setup() const { return setup_; }

  /// The node before anything has happened, `on_start` handlers without external effects done.
  LocalState initial(int node) const;

  /// Runs the handler for `event` on `local`, in place. If the step does not exist (see
  /// LocalStep::exists), `local` is unspecified, but for a declined event, other than recover, it
  /// is as it was. With a cut in the plan, the node ends crashed. Pure: equal arguments give equal
  /// results. REQUIRES: the node is up and not paused, unless the event is recover, before which it
  /// is down with its tail resolved.
  virtual void step(int node,
                    LocalState& local,
                    const LocalEvent& event,
                    const StepPlan& plan,
                    LocalStep& out) const = 0;

  /// All steps that `event` can lead to on `local`: every outcome of open choices, and with `cuts`
  /// every crash inside the step, those with equal (new state, sends) once. In a fixed order, steps
  /// without a crash first. Steps past a bound are left out and reported in `past_bound`.
  struct Outcome {
    StepPlan plan;
    LocalState local;
    LocalStep step;
  };
  std::vector<Outcome> outcomes(int node,
                                const LocalState& local,
                                const LocalEvent& event,
                                bool cuts,
                                std::string* past_bound = nullptr) const;

  /// The memory of a process that has just been started.
  virtual StateBlob initial_state() const = 0;

  /// `yes`, `ack{ballot=2}`; the name alone, and the members alone ("ballot=2").
  std::string print_message(const MessageBlob& message) const;
  virtual std::string message_name(const MessageBlob& message) const = 0;
  virtual std::string message_members(const MessageBlob& message) const = 0;
  /// The index of its kind in ProtocolInfo::messages.
  virtual int message_kind(const MessageBlob& message) const = 0;
  virtual std::string print_record(const RecordBlob& record) const = 0;
  /// The fields of a part of a process's (or the node's) state.
  virtual std::vector<FieldText> fields(StatePart part, const StateBlob& blob) const = 0;
  /// The enums and bools among them that are not at their default: `prepared,decision=commit`.
  virtual std::string words(StatePart part, const StateBlob& blob) const = 0;
  /// The options as (name, value), in table order.
  virtual std::vector<FieldText> options() const = 0;

  /// Why the process, which votes, cannot vote no, in a sentence; or nothing.
  virtual std::string why_willing(ProcessId process) const = 0;

  /// Places of timers under synchronous timing: a timer waits for those of lower rank. Retry timers
  /// have rank `retry_rank`, wait for none and hold none back.
  virtual int rank(int timer) const = 0;

  virtual StateBlob rename_part(StatePart part,
                                const StateBlob& blob,
                                const Renaming& to) const = 0;
  virtual MessageBlob rename_message(const MessageBlob& message, const Renaming& to) const = 0;
  /// What a part of a state, or a message, states.
  virtual void state_part(StatePart part, const StateBlob& blob, Facts& facts) const = 0;
  virtual void state_message(const MessageBlob& message, Facts& facts) const = 0;

 protected:
  /// What an event does to the node before its handler runs: a timer that fires is disarmed, a
  /// notice is taken, a process that starts is started, a node that recovers is up.
  struct Consumed {
    bool timed_out = false;     // History::timed_out, before
    std::ptrdiff_t notice = 0;  // the place of the notice
  };
  static Consumed consume(LocalState& local, const LocalEvent& event);
  static void give_back(LocalState& local, const LocalEvent& event, const Consumed& consumed);

 private:
  const std::shared_ptr<const ProtocolInfo> info_;
  const Setup setup_;
};

/// The Model of one protocol; the only code that is instantiated for each.
template <class P>
class ModelOf final : public Model {
  static_assert(explain_protocol<P>());
  using Ctx = Context<P>;
  using Durable = typename P::Durable;
  using Volatile = typename P::Volatile;
  using Message = typename P::Message;
  using Record = typename P::Record;
  using Timer = typename P::Timer;
  using NodeState = typename detail::NodeStateOf<P>::Type;

 public:
  ModelOf(std::shared_ptr<const ProtocolInfo> info, Setup setup, const typename P::Config& config)
      : Model(std::move(info), std::move(setup)), config_(config) {}

  void step(int node,
            LocalState& local,
            const LocalEvent& event,
            const StepPlan& plan,
            LocalStep& out) const override {
    out.clear();
    out.cut = plan.cut;
    std::optional<LocalState> at_cut;
    const Consumed consumed = consume(local, event);
    if (event.kind == LocalEventKind::recover) {
      for (int slot = 0; slot < static_cast<int>(local.slots.size()); ++slot)
        if (local.slots[static_cast<std::size_t>(slot)].started)
          run(node, local, event, slot, plan, out, at_cut);
    } else {
      run(node, local, event, event.slot, plan, out, at_cut);
      if (out.declined) give_back(local, event, consumed);
    }
    out.off_plan = out.off_plan || (plan.cut && !(at_cut && out.offers(*plan.cut)));
    if (!plan.cut || !out.exists()) return;
    local = std::move(*at_cut);
    crash(local, initial_state());
  }

  StateBlob initial_state() const override { return StateBlob::of(Volatile{}); }

  std::string message_name(const MessageBlob& message) const override {
    const auto m = message.as<Message>();
    if constexpr (std::is_enum_v<Message>)
      return std::string(enum_name(m));
    else
      return std::string(enum_name(m.type));
  }
  int message_kind(const MessageBlob& message) const override {
    const auto m = message.as<Message>();
    if constexpr (std::is_enum_v<Message>)
      return static_cast<int>(m);
    else
      return static_cast<int>(m.type);
  }
  std::string message_members(const MessageBlob& message) const override {
    if constexpr (std::is_enum_v<Message>) {
      return {};
    } else {
      auto m = message.as<Message>();
      m.type = {};
      return print_members(m, setup().process_names);
    }
  }
  std::string print_record(const RecordBlob& record) const override {
    auto r = record.as<Record>();
    if constexpr (requires { requires std::is_enum_v<decltype(r.type)>; }) {
      const std::string name(enum_name(r.type));
      r.type = {};
      const std::string members = print_members(r, setup().process_names);
      return members.empty() ? name : name + "{" + members + "}";
    }
    return print(r, setup().process_names);
  }
  std::vector<FieldText> fields(StatePart part, const StateBlob& blob) const override {
    const ProcessNames& names = setup().process_names;
    switch (part) {
      case StatePart::log: return field_texts(blob.as<Durable>(), names, "log");
      case StatePart::state: return field_texts(blob.as<Volatile>(), names, "state");
      case StatePart::node: return field_texts(blob.as<NodeState>(), names, "node");
    }
    return {};
  }
  std::string words(StatePart part, const StateBlob& blob) const override {
    const ProcessNames& names = setup().process_names;
    switch (part) {
      case StatePart::log: return print_words(blob.as<Durable>(), names);
      case StatePart::state: return print_words(blob.as<Volatile>(), names);
      case StatePart::node: return print_words(blob.as<NodeState>(), names);
    }
    return {};
  }
  std::vector<FieldText> options() const override {
    return field_texts(config_, setup().process_names, "option");
  }
  std::string why_willing(ProcessId process) const override {
    const ProcessInfo& info = setup().processes[static_cast<std::size_t>(process.index())];
    if (P::roles[static_cast<std::size_t>(info.role)].willing)
      return info.name + " hears of it when it is decided, and cannot refuse";
    if constexpr (requires { &P::never_refuses; })
      return P::never_refuses(config_, setup(), process);
    return "";
  }
  int rank(int timer) const override {
    int rank = timer;
    if constexpr (requires { P::rank(Timer{}); }) rank = P::rank(static_cast<Timer>(timer));
    const auto& order = setup().timer_order;
    return rank == retry_rank || order.empty() ? rank : order[static_cast<std::size_t>(timer)];
  }
  StateBlob rename_part(StatePart part, const StateBlob& blob, const Renaming& to) const override {
    switch (part) {
      case StatePart::log: return StateBlob::of(rename(blob.as<Durable>(), to));
      case StatePart::state: return StateBlob::of(rename(blob.as<Volatile>(), to));
      case StatePart::node: return StateBlob::of(rename(blob.as<NodeState>(), to));
    }
    return blob;
  }
  MessageBlob rename_message(const MessageBlob& message, const Renaming& to) const override {
    return MessageBlob::of(rename(message.as<Message>(), to));
  }
  void state_part(StatePart part, const StateBlob& blob, Facts& facts) const override {
    switch (part) {
      case StatePart::log: return facts.state_all(blob.as<Durable>());
      case StatePart::state: return facts.state_all(blob.as<Volatile>());
      case StatePart::node: return facts.state_all(blob.as<NodeState>());
    }
  }
  void state_message(const MessageBlob& message, Facts& facts) const override {
    facts.state_all(message.as<Message>());
  }

 private:
  void run(int node,
           LocalState& local,
           const LocalEvent& event,
           int slot,
           const StepPlan& plan,
           LocalStep& out,
           std::optional<LocalState>& at_cut) const {
    if (at_cut) return;  // a recovery that has crashed runs no further handler
    Ctx ctx(setup(), config_, local, node, slot, plan, out);
    dispatch(ctx, event);
    if (out.declined) return;
    ctx.finish();
    if (ctx.at_cut) at_cut = std::move(ctx.at_cut);
  }

  static void dispatch(Ctx& ctx, const LocalEvent& event) {
    switch (event.kind) {
      case LocalEventKind::start: return P::on_start(ctx);
      case LocalEventKind::message:
        return P::on_message(ctx, event.from, event.message.template as<Message>());
      case LocalEventKind::timer: return P::on_timer(ctx, static_cast<Timer>(event.timer));
      case LocalEventKind::recover: return P::on_recover(ctx);
      case LocalEventKind::store:
        if constexpr (requires { P::on_store(ctx, event.notice.kind, event.notice.row); })
          return P::on_store(ctx, event.notice.kind, event.notice.row);
        return;
      case LocalEventKind::operator_action:
        if constexpr (requires { typename P::Operator; })
          return P::on_operator(ctx, static_cast<typename P::Operator>(event.code));
        return ctx.decline();
      case LocalEventKind::client:
        if constexpr (requires { P::on_client(ctx, event.code); })
          return P::on_client(ctx, event.code);
        return ctx.decline();
    }
  }

  const typename P::Config config_;
};

}  // namespace concordat
