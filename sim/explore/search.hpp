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
    if (!still_fits()) return std::nullopt;
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
  static constexpr unsigned batch_size = 32;
  static constexpr std::uint8_t any_flag = 128;                       // as if every move had it
  static constexpr std::size_t recent_count = std::size_t{1} << 14U;  // fits into the second cache
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
      fingerprint += steps_.facts(node, local).hash;
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
        report_.ask(level_.size() - i + next_.size(), table_.memory() + most_frontier_);
        level_.release_before(i, spare_);
      }
      if (report_.states() + waiting_ + asked_count_ > request_.limits.max_states) flush();
      if (!report_.may_go_on(table_.full())) break;
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
    if (control_id_ != state.cell(0) || control_ == nullptr) {
      control_id_ = state.cell(0);
      control_ = &controls_.at(control_id_);
    }
    emitted_ = 0;
    past_bound_ = none;
    quiet_ = true;
    if (!look_at_nodes()) return;
    watch_ = control_->parted ? any_flag : move_flag::part;
    if (any_node_loses_) watch_ |= move_flag::crash;
    network_.each(state, [&](std::uint32_t message, bool fresh, bool deliverable) {
      if (deliverable) deliver(message, fresh, false);
    });
    if (overflow_) return;
    expand_nodes(state);
    if (control_->may_lose || control_->may_duplicate) expand_network_faults(state);
    if (control_->may_part)
      for (const std::uint32_t move : steps_.partitions())
        emit(move);
    if (control_->may_heal) emit(steps_.heal());
    report_.add_transitions(emitted_);
    if (past_bound_ != none) report_.mark_past_bound(number, past_bound_);
    if (!still_fits()) overflow_ = true;
  }

  /// What is known of the nodes of the state that is expanded. RETURNS: false on overflow.
  bool look_at_nodes() {
    for (int node = 0; node < steps_.node_count(); ++node) {
      Here& here = here_[static_cast<std::size_t>(node)];
      here.local = from_->state.cell(1 + node);
      if (steps_.local(node, here.local).own == none) {
        steps_.ensure_own(node, here.local);
        if (!still_fits()) return false;
        return look_at_nodes();
      }
      here.info = steps_.local(node, here.local);
      here.deliveries = steps_.deliveries(node, here.local, false);
      quiet_ = quiet_ && !here.info.restless;
    }
    return true;
  }

  /// Follows the arrival of a message; with `again`, of a duplicate of it.
  void deliver(std::uint32_t message, bool fresh, bool again) {
    const MessageInfo info = steps_.message(message);
    if (control_->parted && !control_->connected(info.from, info.to)) return;
    const Here& here = here_[info.to];
    const std::uint32_t* rows =
        again ? steps_.deliveries(info.to, here.local, true) : here.deliveries;
    std::uint32_t row = rows[info.column];
    if (row == none) [[unlikely]] {
      row = steps_.work_out_delivery(here.local, message, again);
      if (!still_fits()) return;
      look_at_nodes();
    }
    if (row == StepTable::no_row) return;
    quiet_ = quiet_ && !fresh;
    follow(steps_.row(row), info.to);
  }

  void expand_nodes(const State& state) {
    const bool synchronous = steps_.rules().timing == TimingModel::synchronous;
    const auto bit = [](OwnKind kind, bool is_set) {
      return (is_set ? 1U : 0U) << static_cast<unsigned>(kind);
    };
    const unsigned allowed =
        bit(OwnKind::always, true) | bit(OwnKind::operators, true) | bit(OwnKind::resume, true) |
        bit(OwnKind::timer, !synchronous || quiet_) | bit(OwnKind::recover, control_->may_recover) |
        bit(OwnKind::pause, control_->may_pause);
    const int highest = synchronous && quiet_ ? begin_timers(state) : retry_rank;
    for (int node = 0; node < steps_.node_count(); ++node) {
      const LocalInfo& local = here_[static_cast<std::size_t>(node)].info;
      const bool may_crash = (control_->may_crash >> static_cast<unsigned>(node) & 1U) != 0;
      const unsigned here = allowed | bit(OwnKind::crash, may_crash);
      for (std::uint32_t i = local.own; i < local.own + local.own_count; ++i) {
        const OwnEvent& own = steps_.own(i);
        if ((here >> static_cast<unsigned>(own.kind) & 1U) == 0) continue;
        if (own.rank > highest && own.rank != retry_rank) continue;
        follow(own.row, node);
      }
    }
  }

  /// Synchronous timers may fire in this state. RETURNS: the highest rank that may, besides
  /// retries.
  int begin_timers(const State& state) {
    int lowest = retry_rank;
    for (int node = 0; node < steps_.node_count(); ++node)
      lowest = std::min<int>(lowest, here_[static_cast<std::size_t>(node)].info.lowest_rank);
    network_.each(state, [&](std::uint32_t message, bool, bool) {
      if (is_for_down_node(state, steps_.message(message))) watch_ |= move_flag::late;
    });
    return lowest;
  }

  void expand_network_faults(const State& state) {
    network_.each(state, [&](std::uint32_t message, bool, bool deliverable) {
      if (!steps_.message(message).remote || overflow_) return;
      if (control_->may_lose) emit(steps_.loss(message));
      if (control_->may_duplicate && deliverable) deliver(message, false, true);
    });
  }

  bool is_for_down_node(const State& state, const MessageInfo& info) const {
    return !steps_.local(info.to, state.cell(1 + info.to)).up;
  }

  /// After something was worked out: whether it has a place in a State. If not, the search ends.
  bool still_fits() {
    if (version_ == steps_.version()) return !overflow_;
    version_ = steps_.version();
    overflow_ = overflow_ || !fits();
    if (overflow_) return false;
    network_.learn();
    any_node_loses_ = false;
    for (int node = 0; node < steps_.node_count(); ++node)
      any_node_loses_ = any_node_loses_ || loses(node);
    return true;
  }

  /// Emits every move of a row that the budget allows.
  void follow(const MoveRow& row, int node) {
    if (row.past_bound != none) past_bound_ = row.past_bound;
    const bool crashes = (control_->may_crash >> static_cast<unsigned>(node) & 1U) != 0;
    const std::uint32_t end = crashes ? row.end : row.plain_end;
    steps_.mark_followed(row, end);
    for (std::uint32_t move = row.begin; move < end; ++move)
      emit(move);
  }

  // ---- One transition.

  void emit(std::uint32_t move_id) {
    ++emitted_;
    const State& state = from_->state;
    std::uint64_t fingerprint = from_->fingerprint;
    const auto& fast = network_.fast(move_id);
    if (((fast.flags | any_flag) & watch_) == 0 && Network::is_fast(state, fast)) [[likely]] {
      fingerprint += fast.delta;
      if (fast.change != 0) fingerprint += controls_.next(control_id_, fast.change).delta;
    } else {
      State next = state;
      perform(next, fingerprint, steps_.move(move_id));
    }
    // States that differ in the order of two steps are expanded soon after each other and lead to
    // the same state: every other transition leads where a recent one did, and needs no look into
    // memory. (No branch: nobody could predict it.)
    std::uint64_t& recent = recent_[fingerprint % recent_count];
    const unsigned is_news = static_cast<unsigned>(recent != fingerprint) | numbered_;
    recent = fingerprint;
    batch_[waiting_] = {fingerprint, &state, number_, move_id};
    waiting_ += is_news;
    if (waiting_ == batch_size) [[unlikely]]
      turn();
  }

  /// Performs a move, in the order of the model's `apply`.
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

  /// Asks for the cache lines of the batch, and goes through the batch before it, whose lines have
  /// come meanwhile.
  void turn() {
    for (unsigned i = 0; i < waiting_; ++i)
      table_.prefetch(batch_[i].fingerprint);
    finish_asked();
    std::swap(batch_, asked_);
    asked_count_ = std::exchange(waiting_, 0);
  }

  /// Goes through all candidates.
  void flush() {
    turn();
    finish_asked();
  }

  /// Looks candidates up in the visited set, and builds what is new.
  void finish_asked() {
    for (unsigned i = 0; i < asked_count_; ++i) {
      const Candidate& candidate = asked_[i];
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
    asked_count_ = 0;
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
  using Batch = std::unique_ptr<Candidate[]>;
  Batch batch_{new Candidate[batch_size + 1]};  // of the transitions that lead to no recent state
  Batch asked_{new Candidate[batch_size + 1]};  // the batch before it
  unsigned asked_count_ = 0;
  std::vector<std::uint64_t> recent_ = std::vector<std::uint64_t>(recent_count);
  unsigned waiting_ = 0;
  std::int64_t most_frontier_ = 0;  // bytes
  std::int64_t version_ = -1;
  bool overflow_ = false;
  bool any_node_loses_ = false;
  const unsigned numbered_ = request_.non_blocking ? 1 : 0;  // edges need the number of every state

  // The state that is expanded.
  const Waiting<State>* from_ = nullptr;
  const Control* control_ = nullptr;
  std::uint32_t control_id_ = 0;
  struct Here {
    const std::uint32_t* deliveries = nullptr;
    std::uint32_t local = 0;
    LocalInfo info;
  };
  static constexpr std::size_t max_nodes = 32;
  std::array<Here, max_nodes> here_{};  // per node
  bool quiet_ = false;                  // synchronous timing: only timers can happen by themselves
  std::uint8_t watch_ = 0;              // moves with one of these flags are performed as a whole
  std::uint32_t number_ = 0;
  std::int64_t emitted_ = 0;
  std::uint32_t past_bound_ = none;  // a bound that some step would pass
  bool loses_late_ = false;          // a timer that fires now loses messages to down nodes
};

}  // namespace concordat::explore
