// The hot loop: from a state to the moves that it allows, and to the fingerprints of the states
// they lead to. A move costs a list entry and a few additions; the state behind it is built only
// if somebody asks.
//
// Several expanders may work at once on different threads: what they share they only read, and an
// expander that misses something says so instead of working it out.
#pragma once

#include <algorithm>
#include <cstring>

#include "sim/base/check.hpp"
#include "sim/explore/frontier.hpp"
#include "sim/explore/known.hpp"

namespace concordat::explore {

/// Where a transition leads.
template <class State>
struct Candidate {
  std::uint64_t fingerprint = 0;
  std::uint32_t number = 0;  // the parent's
  std::uint32_t move = 0;    // with the bit `whole` if it has to be performed step by step
};
inline constexpr std::uint32_t whole = 1U << 31U;

/// Candidates that wait for their look into the visited set.
template <class State>
struct Batch {
  std::vector<Candidate<State>> items;
  std::size_t size = 0;
};

template <class State, class Network>
class Expander {
 public:
  static constexpr std::size_t max_nodes = 32;

  /// `all`: no transition is left out because it leads where a recent one led.
  Expander(Known& known, Network& network, bool all)
      : steps_(known.steps),
        controls_(steps_.controls()),
        menus_(known.menus),
        symmetry_(known.symmetry_or_null()),
        partial_order_(known.new_partial_order()),
        network_(network),
        all_(all ? 1 : 0),
        node_count_(static_cast<std::size_t>(steps_.node_count())) {}

  /// Appends the transitions of a state to `out`, but for those that lead where a recent one led.
  /// RETURNS: false, `out` untouched, if something is missing that `learn` works out.
  bool expand(const Waiting<State>& from, std::uint32_t number, Batch<State>& out) {
    enter(from.state);
    bool gathered = false;
    if constexpr (Network::has_trays)
      gathered = gather(from.state);
    else
      gathered = gather_slowly(from.state);
    if (!gathered || (partial_order_ && !reduce(from.state))) return false;
    return symmetry_ != nullptr ? follow_orbits(from, number, out) : follow_all(from, number, out);
  }
  /// Works out what `expand` missed. REQUIRES: no other expander works meanwhile.
  void learn(const State& state) {
    enter(state);
    const std::size_t trays = steps_.trays().size();  // messages that are new here are in no state
    for (int node = 0; node < steps_.node_count(); ++node)
      menus_.learn_own(node, local_[index(node)], allowed_[index(node)]);
    network_.each(state, [&](std::uint32_t message, bool, bool deliverable) {
      const MessageInfo info = steps_.message(message);
      if (!deliverable || !arrives(info)) return;
      for (const bool again : {false, true})
        if (!again || (control_->may_duplicate && info.remote))
          if (rows(info.to, again)[info.column] == none)
            steps_.work_out_delivery(local_[index(info.to)], message, again);
    });
    menus_.grow();
    if constexpr (Network::has_trays) {
      for (std::size_t tray = 0; tray < trays && !control_->parted; ++tray) {
        const int node = steps_.trays()[tray].node;
        const unsigned contents = network_.contents(state, tray);
        menus_.learn_arrivals(
            tray, local_[index(node)], contents, allowed_[index(node)] & allow::crash);
      }
    }
    refresh();
    enter(state);
    check(gather_slowly(state), "what a state needs is worked out");
    for (std::size_t i = 0; i < count_; ++i)
      controls_.after(control_id_, steps_.move(moves_[i]).change);
  }

  /// To be called after anybody has learned.
  void refresh() {
    trays_.clear();
    if constexpr (Network::has_trays)
      for (std::size_t tray = 0; tray < steps_.trays().size(); ++tray)
        trays_.push_back({menus_.arrivals(tray),
                          network_.place_of(tray),
                          static_cast<std::uint32_t>(steps_.trays()[tray].node)});
    for (std::size_t node = 0; node < node_count_; ++node)
      own_[node] = menus_.own(static_cast<int>(node));
    lists_ = menus_.moves();
    control_ = nullptr;
    if (partial_order_) partial_order_->refresh();
  }

  /// The fingerprint of a state, from scratch.
  std::uint64_t fingerprint(const State& state) {
    if (symmetry_ != nullptr) {
      sum_up(state);
      return crossed_.empty() ? symmetry_->fingerprint(sums_.data())
                              : symmetry_->fingerprint(sums_.data(), crossed_);
    }
    std::uint64_t fingerprint = controls_.hash(state.cell(0));
    for (std::size_t node = 0; node < node_count_; ++node) {
      const int at = static_cast<int>(node);
      fingerprint += steps_.facts(at, state.cell(1 + at)).hash;
    }
    network_.each(state, [&](std::uint32_t message, bool, bool) {
      fingerprint += steps_.message(message).hash;
    });
    return fingerprint;
  }

  /// Transitions that it has seen will not be looked up after all.
  void forget() { recent_.assign(recent_count, 0); }

  /// How many transitions the last state had.
  std::size_t count() const { return count_; }
  /// A bound that some step from it would pass, or none.
  std::uint32_t past_bound() const { return past_bound_; }

  /// The state that a candidate's move leads to.
  State build(const State& from, std::uint32_t listed) {
    const Move& move = steps_.move(listed & ~whole);
    if ((listed & whole) != 0) {
      State next = from;
      std::uint64_t fingerprint = 0;
      perform(next, fingerprint, move);
      return next;
    }
    State next = network_.build(from, listed);
    if (move.change != 0) next.set_cell(0, controls_.known(from.cell(0))[move.change].id);
    return next;
  }

 private:
  static constexpr std::uint8_t any_flag = 128;  // as if every move had it
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  // ---- The moves of a state.

  void enter(const State& state) {
    if (control_ == nullptr || control_id_ != state.cell(0)) enter_control(state.cell(0));
    for (std::size_t node = 0; node < node_count_; ++node)
      local_[node] = state.cell(1 + static_cast<int>(node));
    past_bound_ = none;
    watch_ = watch_always_;
  }
  void enter_control(std::uint32_t id) {
    control_id_ = id;
    control_ = &controls_.at(id);
    const unsigned everybody = (synchronous() ? 0 : allow::timers) |
                               (control_->may_recover ? allow::recovery : 0) |
                               (control_->may_pause ? allow::pause : 0) |
                               (control_->may_time_out_early ? allow::early_timers : 0);
    watch_always_ = control_->parted ? any_flag : move_flag::part;
    for (std::size_t node = 0; node < node_count_; ++node) {
      allowed_[node] = everybody | (control_->may_crash >> node & allow::crash);
      if (loses(static_cast<int>(node))) watch_always_ |= move_flag::crash;
    }
  }

  bool synchronous() const { return steps_.rules().timers_wait(); }
  bool may_crash(int node) const { return (allowed_[index(node)] & allow::crash) != 0; }
  /// Whether a crash of the node takes messages with it.
  bool loses(int node) const {
    return steps_.rules().in_flight == InFlight::drop || steps_.talks_to_itself(node);
  }
  bool arrives(const MessageInfo& info) const {
    return !control_->parted || control_->connected(info.from, info.to);
  }
  const std::uint32_t* rows(int node, bool again) const {
    return steps_.deliveries(node, local_[index(node)], again);
  }

  /// By lists. A state that they do not serve is left to `gather_slowly`.
  bool gather(const State& state) {
    if (control_->parted) return gather_slowly(state);
    constexpr std::size_t longest = 256 + Menus::margin;
    const std::size_t room = (trays_.size() + node_count_) * longest;
    if (moves_.size() < room) [[unlikely]]
      moves_.resize(room);
    std::uint32_t* end = moves_.data();
    Menus::Menu all = 0;
    bool known = true;
    const auto append = [&](Menus::Menu menu) {
      all |= menu;
      if ((menu & Menus::special) != 0) [[unlikely]] {
        known = known && menu != Menus::unknown;
        return;
      }
      const std::uint32_t* from = lists_ + Menus::begin(menu);
      const unsigned count = Menus::count(menu);
      std::memcpy(end, from, Menus::margin * sizeof(*end));
      if (count > Menus::margin) [[unlikely]]
        std::copy_n(from + Menus::margin, count - Menus::margin, end + Menus::margin);
      end += count;
    };
    for (const TrayView& tray : trays_) {
      const unsigned contents = Network::contents_at(state, tray.place);
      append(tray.arrivals[Menus::arrivals_index(
          local_[tray.node], contents, allowed_[tray.node] & allow::crash)]);
    }
    const bool restless = (all & Menus::fresh) != 0;
    for (std::size_t node = 0; node < node_count_; ++node)
      append(own_[node][Menus::own_index(local_[node], allowed_[node])]);
    if (!known) return false;
    if ((all & Menus::special) != 0 || (synchronous() && !restless)) return gather_slowly(state);
    count_ = static_cast<std::size_t>(end - moves_.data());
    missing_ = false;
    gather_faults(state);
    return !missing_;
  }

  /// Event by event. RETURNS: false if something is not worked out.
  bool gather_slowly(const State& state) {
    count_ = 0;
    missing_ = false;
    quiet_ = true;
    for (int node = 0; node < steps_.node_count(); ++node) {
      const LocalInfo& info = steps_.local(node, local_[index(node)]);
      if (info.own == none) return false;
      quiet_ = quiet_ && !info.restless;
    }
    network_.each(state, [&](std::uint32_t message, bool fresh, bool deliverable) {
      if (deliverable) deliver(message, fresh, false);
    });
    gather_own(state);
    gather_faults(state);
    return !missing_;
  }
  void push(std::uint32_t move) {
    if (count_ == moves_.size()) moves_.resize(2 * count_ + 64);
    moves_[count_++] = move;
  }
  /// Adds every move of a row that the budget allows.
  void follow(const MoveRow& row, int node) {
    if (row.past_bound != none) past_bound_ = std::min(past_bound_, row.past_bound);
    const std::uint32_t end = may_crash(node) ? row.end : row.plain_end;
    steps_.mark_followed(row, end);
    for (std::uint32_t move = row.begin; move < end; ++move)
      push(move);
  }
  /// Follows the arrival of a message; with `again`, of a duplicate of it.
  void deliver(std::uint32_t message, bool fresh, bool again) {
    const MessageInfo& info = steps_.message(message);
    if (!arrives(info)) return;
    const std::uint32_t row = rows(info.to, again)[info.column];
    missing_ = missing_ || row == none;
    if (row == StepTable::no_row || row == none) return;
    quiet_ = quiet_ && !fresh;
    follow(steps_.row(row), info.to);
  }
  void gather_own(const State& state) {
    constexpr auto bit = [](OwnKind kind, bool is_set) {
      return (is_set ? 1U : 0U) << static_cast<unsigned>(kind);
    };
    const unsigned general =
        bit(OwnKind::always, true) | bit(OwnKind::operators, true) | bit(OwnKind::resume, true) |
        bit(OwnKind::timer, !synchronous() || quiet_) |
        bit(OwnKind::early_timer, control_->may_time_out_early) |
        bit(OwnKind::recover, control_->may_recover) | bit(OwnKind::pause, control_->may_pause);
    const int highest = synchronous() && quiet_ ? begin_timers(state) : retry_rank;
    for (int node = 0; node < steps_.node_count(); ++node) {
      const LocalInfo& local = steps_.local(node, local_[index(node)]);
      const unsigned kinds = general | bit(OwnKind::crash, may_crash(node));
      for (std::uint32_t i = local.own; i < local.own + local.own_count; ++i) {
        const OwnEvent& own = steps_.own(i);
        if ((kinds >> static_cast<unsigned>(own.kind) & 1U) == 0) continue;
        const bool is_due = own.rank <= highest || own.rank == retry_rank;
        if (own.kind == OwnKind::early_timer ? quiet_ && is_due : !is_due) continue;
        follow(own.row, node);
      }
    }
  }
  /// Synchronous timers may fire in this state. RETURNS: the highest rank that may, besides
  /// retries.
  int begin_timers(const State& state) {
    int lowest = retry_rank;
    for (int node = 0; node < steps_.node_count(); ++node)
      lowest = std::min<int>(lowest, steps_.local(node, local_[index(node)]).lowest_rank);
    network_.each(state, [&](std::uint32_t message, bool, bool) {
      if (is_for_down_node(state, steps_.message(message))) watch_ |= move_flag::late;
    });
    return lowest;
  }
  /// What the network suffers.
  void gather_faults(const State& state) {
    if (control_->may_lose || control_->may_duplicate)
      network_.each(state, [&](std::uint32_t message, bool, bool deliverable) {
        if (!steps_.message(message).remote) return;
        if (control_->may_lose) push(steps_.loss(message));
        if (control_->may_duplicate && deliverable) deliver(message, false, true);
      });
    if (control_->may_part)
      for (const std::uint32_t move : steps_.partitions())
        push(move);
    if (control_->may_heal) push(steps_.heal());
  }

  bool is_for_down_node(const State& state, const MessageInfo& info) const {
    return !steps_.local(info.to, state.cell(1 + info.to)).up;
  }

  /// Leaves of the moves those that suffice. RETURNS: false if something is not worked out.
  bool reduce(const State& state) {
    const Controls::Next* changes = controls_.known(control_id_);
    for (std::size_t i = 0; i < count_; ++i)
      if (changes[steps_.move(moves_[i]).change].id == Controls::unknown) return false;
    partial_order_->begin_messages();
    network_.each(state, [&](std::uint32_t message, bool fresh, bool) {
      partial_order_->add_message(message, fresh);
    });
    count_ = partial_order_->choose(
        {control_, control_id_, changes, local_.data(), allowed_.data()}, moves_.data(), count_);
    return true;
  }

  // ---- The fingerprints behind them.

  bool follow_all(const Waiting<State>& from, std::uint32_t number, Batch<State>& out) {
    if (out.items.size() < out.size + count_ + 1) out.items.resize(2 * (out.size + count_) + 64);
    Candidate<State>* end = out.items.data() + out.size;
    const Controls::Next* changes = controls_.known(control_id_);
    const unsigned watch = watch_;
    for (std::size_t i = 0; i < count_; ++i) {
      std::uint32_t move = moves_[i];
      const auto& fast = network_.fast(move);
      const Controls::Next& change = changes[fast.change];
      if (change.id == Controls::unknown) [[unlikely]] {
        forget();
        return false;
      }
      bool unsent = false;
      const bool is_fast = Network::is_fast(from.state, fast, unsent);
      std::uint64_t fingerprint = from.fingerprint + fast.after(unsent) + change.delta;
      const unsigned is_whole =
          static_cast<unsigned>(!is_fast) | (static_cast<unsigned>(fast.flags | any_flag) & watch);
      if (is_whole != 0) [[unlikely]] {
        State next = from.state;
        fingerprint = from.fingerprint;
        perform(next, fingerprint, steps_.move(move));
        move |= whole;
      }
      end = add({fingerprint, number, move}, end);
    }
    out.size = static_cast<std::size_t>(end - out.items.data());
    return true;
  }
  /// States that differ in the order of two steps are expanded soon after each other and lead to
  /// the same state: every other transition leads where a recent one did, and needs no look into
  /// memory. (No branch: nobody could predict it.)
  Candidate<State>* add(const Candidate<State>& candidate, Candidate<State>* end) {
    std::uint64_t& recent = recent_[candidate.fingerprint % recent_count];
    const unsigned is_news = static_cast<unsigned>(recent != candidate.fingerprint) | all_;
    recent = candidate.fingerprint;
    *end = candidate;
    return end + is_news;
  }

  /// The same with the fingerprints of orbits.
  bool follow_orbits(const Waiting<State>& from, std::uint32_t number, Batch<State>& out) {
    if (out.items.size() < out.size + count_ + 1) out.items.resize(2 * (out.size + count_) + 64);
    Candidate<State>* end = out.items.data() + out.size;
    const Controls::Next* changes = controls_.known(control_id_);
    const std::size_t width = symmetry_->width();
    sum_up(from.state);
    const Symmetry::Sums sums = sums_;
    const bool is_crossed = !crossed_.empty();
    for (std::size_t i = 0; i < count_; ++i) {
      std::uint32_t move = moves_[i];
      const auto& fast = network_.fast(move);
      const Controls::Next& change = changes[fast.change];
      if (change.id == Controls::unknown) [[unlikely]] {
        forget();
        return false;
      }
      bool unsent = false;
      const bool is_fast = Network::is_fast(from.state, fast, unsent);
      if (!is_fast || ((fast.flags | any_flag) & watch_) != 0) move |= whole;
      std::uint64_t orbit = 0;
      if ((move & whole) != 0 || is_crossed || symmetry_->move_crosses(move)) {
        orbit = fingerprint(build(from.state, move));
      } else {
        const std::uint64_t* delta = symmetry_->of_move(move, unsent);
        orbit = sums[0] + delta[0] + symmetry_->of_control(change.id)[0] -
                symmetry_->of_control(control_id_)[0];
        for (std::size_t k = 1; k < width; ++k)
          orbit += mix64(sums[k] + delta[k]);
      }
      end = add({orbit, number, move}, end);
    }
    out.size = static_cast<std::size_t>(end - out.items.data());
    return true;
  }
  /// What the parts of a state add up to.
  void sum_up(const State& state) {
    const std::size_t width = symmetry_->width();
    std::fill_n(sums_.begin(), width, 0);
    crossed_.clear();
    const auto add = [&](const std::uint64_t* part, const Symmetry::Crossed* crossed) {
      for (std::size_t i = 0; i < width; ++i)
        sums_[i] += part[i];
      if (crossed != nullptr) crossed_.push_back(crossed);
    };
    add(symmetry_->of_control(state.cell(0)), symmetry_->crossed_control(state.cell(0)));
    for (int node = 0; node < static_cast<int>(node_count_); ++node) {
      const std::uint32_t local = state.cell(1 + node);
      add(symmetry_->of_local(node, local), symmetry_->crossed_local(node, local));
    }
    network_.each(state, [&](std::uint32_t message, bool, bool) {
      add(symmetry_->of_message(message), symmetry_->crossed_message(message));
    });
  }

  /// Performs a move, in the order of the model's `apply`.
  void perform(State& state, std::uint64_t& fingerprint, const Move& move) {
    using namespace move_flag;
    const std::uint32_t before = state.cell(0);
    const std::uint32_t after = controls_.known(before)[move.change].id;
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

  StepTable& steps_;
  Controls& controls_;
  Menus& menus_;
  const Symmetry* symmetry_;
  const std::unique_ptr<PartialOrder> partial_order_;  // null: none
  Network& network_;
  Symmetry::Sums sums_{};
  std::vector<const Symmetry::Crossed*> crossed_;

  const unsigned all_;
  const std::size_t node_count_;
  static constexpr std::size_t recent_count = std::size_t{1} << 14U;  // fits into the second cache
  std::vector<std::uint64_t> recent_ = std::vector<std::uint64_t>(recent_count);

  // What the lists are, as of the last `refresh`.
  struct TrayView {
    const Menus::Menu* arrivals = nullptr;
    typename Network::Place place;
    std::uint32_t node = 0;
  };
  std::vector<TrayView> trays_;
  std::array<const Menus::Menu*, max_nodes> own_{};
  const std::uint32_t* lists_ = nullptr;

  // The state that is expanded.
  const Control* control_ = nullptr;
  std::uint32_t control_id_ = 0;
  std::array<unsigned, max_nodes> allowed_{};  // sets of `allow`
  std::uint8_t watch_always_ = 0;
  std::array<std::uint32_t, max_nodes> local_{};
  std::vector<std::uint32_t> moves_ = std::vector<std::uint32_t>(64);
  std::size_t count_ = 0;
  bool missing_ = false;
  bool quiet_ = false;      // synchronous timing: only timers can happen by themselves
  std::uint8_t watch_ = 0;  // moves with one of these flags are performed step by step
  std::uint32_t past_bound_ = none;
};

}  // namespace concordat::explore
