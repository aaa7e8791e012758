// Breadth-first search over packed states: the hot loop. Each level's states are expanded in the
// order of their numbers; a transition costs a row lookup, a few additions, and one probe of the
// visited set, whose cache line was asked for a batch earlier. A state is built only if it is new.
//
// A state's number is its place in the order of first reaching; among the transitions that reach it
// in one level the smallest (parent, event) wins, because that one comes first.
#pragma once

#include "sim/explore/fingerprint_table.hpp"
#include "sim/explore/frontier.hpp"
#include "sim/explore/report.hpp"

namespace concordat::explore {

template <class State, class Network>
class Search {
 public:
  Search(const CheckRequest& request, StepTable& steps, Network network)
      : request_(request),
        steps_(steps),
        controls_(steps.controls()),
        network_(network),
        report_(request, steps),
        table_(request.non_blocking) {}

  /// RETURNS: nothing if the model turned out to be too large for a State; start again with a
  /// larger one, which finds everything that was worked out in `steps`.
  std::optional<CheckResult> run() {
    if (!fits()) return std::nullopt;
    reach_initial();
    while (next_.size() > 0 && report_.limit().empty()) {
      std::swap(level_, next_);
      next_.clear(spare_);
      report_.begin_level();
      expand_level();
      if (overflow_) return std::nullopt;
    }
    report_.set_memory(table_.memory() + most_frontier_);
    return report_.finish();
  }

 private:
  static constexpr int batch_size = 32;
  struct Candidate {
    std::uint64_t fingerprint = 0;
    const State* parent = nullptr;
    std::uint32_t number = 0;  // the parent's
    std::uint32_t move = 0;
  };

  /// Whether a crash of the node takes messages with it.
  bool loses(int node) const {
    return steps_.rules().in_flight == InFlight::drop || steps_.talks_to_itself(node);
  }

  /// Whether every number that has been given fits into the cells of a State.
  bool fits() const {
    const auto count_fits = [](int count) {
      return static_cast<std::uint64_t>(count) <= std::uint64_t{State::max_cell} + 1;
    };
    if (1 + steps_.node_count() > State::cells) return false;
    for (int node = 0; node < steps_.node_count(); ++node)
      if (!count_fits(steps_.local_count(node))) return false;
    return count_fits(controls_.size()) && network_.fits();
  }

  void reach_initial() {
    State state;
    std::uint64_t fingerprint = controls_.hash(0);
    for (int node = 0; node < steps_.node_count(); ++node) {
      const std::uint32_t local = steps_.initial()[static_cast<std::size_t>(node)];
      state.set_cell(1 + node, local);
      fingerprint += steps_.local(node, local).hash;
    }
    const auto place = table_.insert(fingerprint);
    if (request_.non_blocking) table_.number(place.slot) = 0;
    report_.add_state(state, 0, none, true);
    next_.push(state, fingerprint, spare_);
  }

  void expand_level() {
    const std::int64_t first = report_.states() - level_.size();
    for (std::int64_t i = 0; i < level_.size(); ++i) {
      if (Frontier<State>::begins_block(i)) {
        flush();
        most_frontier_ = std::max(most_frontier_, level_.memory() + next_.memory());
        level_.release_before(i, spare_);
      }
      if (report_.states() + waiting_ > request_.limits.max_states) flush();
      if (!report_.may_go_on(level_.size() - i + next_.size(), table_.full())) break;
      expand(level_.at(i), static_cast<std::uint32_t>(first + i));
      if (overflow_) return;
    }
    flush();
  }

  // ---- One state.

  void expand(const Waiting<State>& from, std::uint32_t number) {
    from_ = &from;
    number_ = number;
    const State& state = from.state;
    control_ = &controls_.at(state.cell(0));
    emitted_ = 0;
    past_bound_ = none;
    bool quiet = true;  // synchronous timing: nothing but timers can happen by itself
    for (int node = 0; node < steps_.node_count(); ++node) {
      steps_.ensure_own(node, state.cell(1 + node));
      quiet = quiet && !steps_.local(node, state.cell(1 + node)).restless;
    }
    if (!still_fits()) return;
    network_.each(state, [&](std::uint32_t message, bool fresh, bool deliverable) {
      if (!deliverable || overflow_) return;
      const MessageInfo info = steps_.message(message);
      const std::uint32_t local = state.cell(1 + info.to);
      if ((steps_.local(info.to, local).ready >> info.slot & 1U) == 0) return;
      if (control_->parted && !control_->connected(info.from, info.to)) return;
      quiet = quiet && !fresh;
      follow(steps_.delivery(local, message, false), info.to);
    });
    expand_nodes(state, quiet);
    if (control_->may_lose || control_->may_duplicate) expand_network_faults(state);
    if (control_->may_part)
      for (const std::uint32_t move : steps_.partitions())
        emit(move);
    if (control_->may_heal) emit(steps_.heal());
    report_.add_transitions(emitted_);
    if (past_bound_ != none) report_.mark_past_bound(number, past_bound_);
    if (!still_fits()) overflow_ = true;
  }

  void expand_nodes(const State& state, bool quiet) {
    const bool synchronous = steps_.rules().timing == TimingModel::synchronous;
    int lowest = retry_rank;
    loses_late_ = false;
    if (synchronous && quiet) {
      for (int node = 0; node < steps_.node_count(); ++node)
        lowest = std::min<int>(lowest, steps_.local(node, state.cell(1 + node)).lowest_rank);
      network_.each(state, [&](std::uint32_t message, bool, bool) {
        loses_late_ = loses_late_ || is_for_down_node(state, steps_.message(message));
      });
    }
    for (int node = 0; node < steps_.node_count(); ++node) {
      const LocalInfo local = steps_.local(node, state.cell(1 + node));
      for (std::uint32_t i = 0; i < local.own_count; ++i) {
        const OwnEvent own = steps_.own(local.own + i);
        switch (own.kind) {
          case OwnKind::timer:
            if (synchronous && (!quiet || (own.rank != retry_rank && own.rank > lowest))) continue;
            break;
          case OwnKind::crash:
            if ((control_->may_crash >> static_cast<unsigned>(node) & 1U) == 0) continue;
            break;
          case OwnKind::recover:
            if (!control_->may_recover) continue;
            break;
          case OwnKind::pause:
            if (!control_->may_pause) continue;
            break;
          case OwnKind::always:
          case OwnKind::operators:
          case OwnKind::resume: break;
        }
        follow(own.row, node);
      }
    }
  }

  void expand_network_faults(const State& state) {
    network_.each(state, [&](std::uint32_t message, bool, bool deliverable) {
      const MessageInfo info = steps_.message(message);
      if (!info.remote || overflow_) return;
      if (control_->may_lose) emit(steps_.loss(message));
      if (!control_->may_duplicate || !deliverable) return;
      const std::uint32_t local = state.cell(1 + info.to);
      if ((steps_.local(info.to, local).ready >> info.slot & 1U) == 0) return;
      if (control_->parted && !control_->connected(info.from, info.to)) return;
      follow(steps_.delivery(local, message, true), info.to);
    });
  }

  bool is_for_down_node(const State& state, const MessageInfo& info) const {
    return !steps_.local(info.to, state.cell(1 + info.to)).up;
  }

  /// Whether what was worked out meanwhile has a place in a State; if not, the search ends.
  bool still_fits() {
    if (version_ == steps_.version()) return !overflow_;
    version_ = steps_.version();
    overflow_ = overflow_ || !fits();
    return !overflow_;
  }

  /// Emits every move of a row that the budget allows.
  void follow(std::uint32_t row_id, int node) {
    if (!still_fits()) return;
    const MoveRow row = steps_.row(row_id);
    if (row.past_bound != none) past_bound_ = row.past_bound;
    const bool crashes = (control_->may_crash >> static_cast<unsigned>(node) & 1U) != 0;
    const std::uint32_t end = crashes ? row.end : row.plain_end;
    for (std::uint32_t move = row.begin; move < end; ++move)
      emit(move);
  }

  // ---- One transition.

  void emit(std::uint32_t move_id) {
    ++emitted_;
    const Move& move = steps_.move(move_id);
    const State& state = from_->state;
    std::uint64_t fingerprint = from_->fingerprint;
    if (touches_more(move)) {
      State next = state;
      perform(next, fingerprint, move);
    } else {
      fingerprint += move.delta;
      if (move.change != 0) {
        const std::uint32_t control = state.cell(0);
        fingerprint +=
            controls_.hash(controls_.after(control, move.change)) - controls_.hash(control);
      }
      fingerprint = network_.after(state, fingerprint, move);
    }
    table_.prefetch(fingerprint);
    batch_[static_cast<std::size_t>(waiting_)] = {fingerprint, &state, number_, move_id};
    if (++waiting_ == batch_size) flush();
  }

  /// Whether the move changes the network by more than its message and all of its sends.
  bool touches_more(const Move& move) const {
    using namespace move_flag;
    return control_->parted || (move.flags & part) != 0 ||
           ((move.flags & crash) != 0 && loses(move.node)) ||
           ((move.flags & late) != 0 && loses_late_);
  }

  /// Performs an move, in the order of the model's `apply`.
  void perform(State& state, std::uint64_t& fingerprint, const Move& move) {
    using namespace move_flag;
    const std::uint32_t before = state.cell(0);
    const std::uint32_t after = controls_.after(before, move.change);
    const Control& control = controls_.at(before);
    const Rules& rules = steps_.rules();
    if (move.message != none)
      network_.take(state, fingerprint, move.message, (move.flags & stays) != 0);
    if ((move.flags & late) != 0) {
      const State& now = state;
      network_.remove(
          state, fingerprint, [&](const MessageInfo& info) { return is_for_down_node(now, info); });
    }
    if (move.local != none) {
      fingerprint += move.delta;
      state.set_cell(1 + move.node, move.local);
    }
    for (std::uint32_t i = 0; i < move.send_count; ++i) {
      const std::uint32_t message = steps_.send(move.sends + i);
      const MessageInfo& info = steps_.message(message);
      const bool lost = control.parted && rules.across_cut == AcrossCut::lose &&
                        !control.connected(info.from, info.to);
      if (!lost) network_.put(state, fingerprint, message);
    }
    if ((move.flags & crash) != 0 && loses(move.node))
      network_.remove(state, fingerprint, [&](const MessageInfo& info) {
        return info.to == move.node && (!info.remote || rules.in_flight == InFlight::drop);
      });
    if (after == before) return;
    fingerprint += controls_.hash(after) - controls_.hash(before);
    state.set_cell(0, after);
    if ((move.flags & part) != 0 && rules.across_cut == AcrossCut::lose) {
      const Control& cut = controls_.at(after);
      network_.remove(state, fingerprint, [&](const MessageInfo& info) {
        return !cut.connected(info.from, info.to);
      });
    }
  }

  /// Looks the batch up in the visited set, and builds what is new.
  void flush() {
    for (int i = 0; i < waiting_; ++i) {
      const Candidate& candidate = batch_[static_cast<std::size_t>(i)];
      const auto place = table_.insert(candidate.fingerprint);
      if (place.is_new) {
        const Move& move = steps_.move(candidate.move);
        State next = *candidate.parent;
        std::uint64_t fingerprint = 0;
        perform(next, fingerprint, move);
        const auto number = static_cast<std::uint32_t>(report_.states());
        if (request_.non_blocking) table_.number(place.slot) = number;
        const bool news = (move.flags & move_flag::facts) != 0 || move.change != 0;
        report_.add_state(next, candidate.number, candidate.move, news);
        next_.push(next, candidate.fingerprint, spare_);
      }
      if (request_.non_blocking && (steps_.move(candidate.move).flags & move_flag::ordinary) != 0)
        report_.add_edge(candidate.number, table_.number(place.slot));
    }
    waiting_ = 0;
  }

  const CheckRequest& request_;
  StepTable& steps_;
  Controls& controls_;
  Network network_;
  Report report_;
  FingerprintTable table_;
  std::vector<typename Frontier<State>::Block> spare_;
  Frontier<State> level_;
  Frontier<State> next_;
  std::array<Candidate, batch_size> batch_{};
  int waiting_ = 0;
  std::int64_t most_frontier_ = 0;  // bytes
  std::int64_t version_ = -1;
  bool overflow_ = false;

  // The state that is expanded.
  const Waiting<State>* from_ = nullptr;
  const Control* control_ = nullptr;
  std::uint32_t number_ = 0;
  std::int64_t emitted_ = 0;
  std::uint32_t past_bound_ = none;  // a bound that some step would pass
  bool loses_late_ = false;          // a timer that fires now loses messages to down nodes
};

}  // namespace concordat::explore
