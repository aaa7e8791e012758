// What a saga has to do next, as its log tells: which steps may begin, which of them wait for an
// answer, what is to be compensated, and in which order.
#pragma once

#include "protocols/parts/saga_words.hpp"
#include "sim/model/context.hpp"

namespace concordat {

/// P is Saga. The order of the steps is that of the scenario: one after another, or `after:`.
template <class P>
struct SagaPlan {
  using Ctx = Context<P>;
  using Mistake = typename P::Mistake;
  using Recovery = typename P::Recovery;
  using Role = typename P::Role;
  using Start = typename P::Start;

  /// T was sent, and what came of it is not known.
  static ProcessSet running(Ctx& ctx) {
    const saga::Durable& log = ctx.log();
    return log.started - log.ok - log.failed;
  }

  /// Not begun, and all that comes before is done.
  static ProcessSet ready(Ctx& ctx) {
    ProcessSet out;
    for (const ProcessId step : ctx.all(Role::step) - ctx.log().started)
      if ((ctx.predecessors(step) - ctx.log().ok).empty()) out.insert(step);
    return out;
  }

  /// What C is still owed to, if the answer of Ti does not come:
  ///   unified      each step that is not known to have failed: Ci, C(i-1)..C1. Behind the fence Ci
  ///                does nothing if Ti has not executed, and a Ti that comes later is refused
  ///   classical    what is known to be done: C(i-1)..C1. Silence is taken for a failure
  ///   from_failed  Ci, C(i-1)..C1 always, and there is no fence
  static ProcessSet owed(Ctx& ctx) {
    const saga::Durable& log = ctx.log();
    if (ctx.config.mistake == Mistake::failed_only) return log.started - log.ok - log.compensated;
    if (ctx.config.start == Start::classical) return log.ok - log.compensated;
    const bool failed_too = ctx.config.start == Start::from_failed;
    return log.started - log.compensated - (failed_too ? ProcessSet{} : log.failed);
  }

  /// Of these, whose turn it is: nothing that was begun after them is still owed a C.
  static ProcessSet next_owed(Ctx& ctx) {
    const ProcessSet left = owed(ctx);
    const bool hasty = ctx.config.mistake == Mistake::in_flight_ignored;
    ProcessSet out;
    for (const ProcessId step : left) {
      ProcessSet later;
      for (const ProcessId other : hasty ? left& ctx.log().ok : left)
        if (ctx.works_after(other, step)) later.insert(other);
      if (later.empty()) out.insert(step);
    }
    return out;
  }

  /// Whether the step's business may say no.
  static bool may_refuse(Ctx& ctx, ProcessId step) {
    const ProcessId pivot = pivot_of(ctx);
    return ctx.config.recovery == Recovery::backward &&
           (pivot.none() || !ctx.works_after(step, pivot));
  }

  /// Why it may not, or nothing.
  static std::string never_refuses(const typename P::Config& config,
                                   const Setup& setup,
                                   ProcessId step) {
    if (config.recovery == Recovery::forward)
      return setup.name_of(step) +
             " is repeated until it is done, as recovery=forward says, and "
             "cannot refuse";
    const ProcessId pivot = at(setup.all(static_cast<int>(Role::step)), config.pivot);
    if (pivot.none() || !is_behind(setup, step, pivot)) return "";
    return setup.name_of(step) + " comes after the pivot " + setup.name_of(pivot) +
           " and cannot refuse";
  }

  /// Whether its T is repeated until there is an answer.
  static bool is_repeated(Ctx& ctx, ProcessId step) {
    const ProcessId pivot = pivot_of(ctx);
    return ctx.config.recovery == Recovery::forward || (!pivot.none() && step == pivot) ||
           !may_refuse(ctx, step);
  }
  static ProcessSet repeated(Ctx& ctx, ProcessSet steps) {
    ProcessSet out;
    for (const ProcessId step : steps)
      if (is_repeated(ctx, step)) out.insert(step);
    return out;
  }

  /// Why the pivot does not fit, or nothing: it decides for all, so that each step comes before or
  /// after it.
  static Objection objection(int pivot, const Setup& setup) {
    const ProcessSet steps = setup.all(static_cast<int>(Role::step));
    if (pivot == 0) return {};
    if (pivot > steps.size())
      return {"there is no step s" + std::to_string(pivot), fits(setup), "pivot"};
    const ProcessId decides = at(steps, pivot);
    const ProcessId beside = step_beside(setup, decides);
    if (beside.none()) return {};
    return {setup.name_of(beside) + " comes neither before nor after the pivot " +
                setup.name_of(decides) + ", so that it may refuse when it is too late",
            fits(setup),
            "pivot"};
  }

 private:
  /// The step with this number, from 1; none for 0.
  static ProcessId at(ProcessSet steps, int number) {
    for (const ProcessId step : steps)
      if (--number == 0) return step;
    return {};
  }
  static bool is_behind(const Setup& setup, ProcessId step, ProcessId other) {
    return setup.behind[static_cast<std::size_t>(step.index())].contains(other);
  }
  /// One that comes neither before nor after it.
  static ProcessId step_beside(const Setup& setup, ProcessId step) {
    for (const ProcessId other : setup.all(static_cast<int>(Role::step)))
      if (other != step && !is_behind(setup, step, other) && !is_behind(setup, other, step))
        return other;
    return {};
  }
  /// Which numbers fit.
  static std::string fits(const Setup& setup) {
    const ProcessSet steps = setup.all(static_cast<int>(Role::step));
    std::string out;
    for (int i = 1; i <= steps.size(); ++i)
      if (step_beside(setup, at(steps, i)).none())
        out += (out.empty() ? "one of: " : ", ") + std::to_string(i);
    return out + (out.empty() ? "0, for none" : ", or 0 for none");
  }
  static ProcessId pivot_of(Ctx& ctx) { return at(ctx.all(Role::step), ctx.config.pivot); }
};

}  // namespace concordat
