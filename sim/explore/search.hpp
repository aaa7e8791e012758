// Breadth-first search over packed states, in the order of their numbers. Where it can, a level is
// expanded in parts (team.hpp). What is left (small levels, channels, searches that number their
// states) goes state by state: the fingerprints that they lead to are looked up in batches whose
// cache lines were asked for a batch earlier. A state is built only if it is new.
//
// A state's number is its place in the order of first reaching; among the transitions that reach it
// in one level the smallest (parent, event) wins, because that one comes first.
#pragma once

#include <cstdio>

#include "sim/explore/checkpoint.hpp"
#include "sim/explore/expander.hpp"
#include "sim/explore/fingerprint_table.hpp"
#include "sim/explore/fit.hpp"
#include "sim/explore/known.hpp"
#include "sim/explore/report.hpp"
#include "sim/explore/team.hpp"

namespace concordat::explore {

/// Tells States of different shapes apart.
template <class State>
constexpr std::uint64_t shape_of() {
  return std::uint64_t{State::cell_bits} << 32U | static_cast<std::uint64_t>(State::words);
}

template <class State, class Network>
class Search {
 public:
  Search(Known& known, Network network)
      : request_(known.request),
        known_(known),
        steps_(known.steps),
        network_(network),
        fit_(steps_, known.symmetry_or_null(), network_),
        report_(request_, steps_),
        table_(numbers_states(request_)),
        expander_(known, network_, numbers_states(request_)) {
    if (Network::is_shared && !numbers_states(request_) && mask_ == ~std::uint64_t{0})
      team_ = std::make_unique<Team<State, Network>>(known, network_);
  }

  /// RETURNS: nothing if the model turned out to be too large for a State, or symmetry turned out
  /// not to be. Start again with a larger one, or without: it finds everything that was worked out.
  /// `resume`: a checkpoint of a search with such a State, or null.
  std::optional<CheckResult> run(CheckpointReader* resume) {
    if (!fit_.still_fits()) return std::nullopt;
    expander_.refresh();
    if (resume != nullptr)
      load(*resume);
    else
      reach_initial();
    if (!fit_.still_fits()) return std::nullopt;  // what is in flight at the start may be new
    expander_.refresh();
    while (report_.limit().empty() && begin_level()) {
      expand_level();
      if (fit_.overflow()) return std::nullopt;
    }
    end_checkpoint();
    report_.set_memory(memory());
    return report_.finish();
  }

 private:
  static constexpr std::size_t batch_size = 32;
  static constexpr std::int64_t smallest_part = 512;  // states worth a meeting

  /// Whether the visited set has to say which state a fingerprint belongs to: edges of the graph
  /// need it, and an exact search. Then no transition can be left out.
  static bool numbers_states(const CheckRequest& request) {
    return request.non_blocking || request.search.exact;
  }
  std::int64_t memory() const { return table_.memory() + most_frontier_ + visited_.memory(); }

  void reach_initial() {
    State state;
    for (int node = 0; node < steps_.node_count(); ++node)
      state.set_cell(1 + node, steps_.initial()[static_cast<std::size_t>(node)]);
    if (request_.from != nullptr) put_in_flight(request_.from->network, state);
    const std::uint64_t fingerprint = expander_.fingerprint(state);
    const auto place = table_.insert(fingerprint & mask_);
    if (table_.is_numbered()) table_.number(place.slot) = 0;
    if (request_.search.exact) visited_.push(state, fingerprint, spare_);
    report_.add_state(state, 0, none, true);
    next_.push(state, fingerprint, spare_);
  }

  /// A stale copy is one that was delivered and stayed.
  void put_in_flight(const std::vector<Flight>& network, State& state) {
    std::uint64_t unused = 0;
    for (const Flight& flight : network) {
      const std::uint32_t message = steps_.intern(flight.envelope);
      for (int i = 0; i < flight.stale; ++i)
        network_.put(state, unused, message);
      for (int i = 0; i < flight.stale; ++i)
        network_.take(state, unused, message, true);
      for (int i = 0; i < flight.fresh; ++i)
        network_.put(state, unused, message);
    }
  }

  /// RETURNS: false if no state waits.
  bool begin_level() {
    if (resumed_) return std::exchange(resumed_, false) && level_.size() + next_.size() > 0;
    if (next_.size() == 0) return false;
    std::swap(level_, next_);
    next_.clear(spare_);
    first_ = report_.states() - level_.size();
    report_.begin_level();
    return true;
  }

  void expand_level() {
    std::int64_t alone = 0;  // the states before this one are taken one by one
    for (std::int64_t i = 0; i < level_.size(); ++i) {
      if (Frontier<State>::begins_block(i)) {
        flush();
        most_frontier_ = std::max(most_frontier_, level_.memory() + next_.memory());
        report_.ask(level_.size() - i + next_.size(), memory());
        level_.release_before(i, spare_);
        place_ = i;
        if (report_.takes_checkpoint() && !save()) report_.give_up("disk");
      }
      if (report_.states() + waiting() > request_.limits.max_states) flush();
      if (!report_.may_go_on(table_.full())) break;
      if constexpr (Network::is_shared) {
        if (team_ && i >= alone && Frontier<State>::begins_block(i) &&
            level_.size() - i >= smallest_part) {
          const std::int64_t count = std::min(level_.size() - i, Team<State, Network>::most);
          if (expand_part(i, count)) {
            i += count - 1;
            continue;
          }
          if (fit_.overflow()) return;
          alone = i + count;
        }
      }
      expand(level_.at(i), static_cast<std::uint32_t>(first_ + i));
      if (fit_.overflow()) return;
    }
    flush();
  }

  /// Expands many states together. RETURNS: false if nothing has been done: they would pass a limit
  /// (exactly where is for `expand` to say), or the search has overflowed.
  bool expand_part(std::int64_t begin, std::int64_t count) {
    const auto work_out = [&](const Waiting<State>& from,
                              std::uint32_t number,
                              Batch<State>& batch) -> const Expander<State, Network>* {
      return try_expand(from, number, batch) ? &expander_ : nullptr;
    };
    const auto found = team_->expand({&level_, first_, begin, count}, work_out);
    expander_.forget();
    if (!found || report_.states() + *found > request_.limits.max_states ||
        !team_->make_room(table_, *found))
      return false;
    team_->finish(table_, report_, next_, spare_);
    for (std::int64_t i = begin + 1; i < begin + count; ++i)
      if (Frontier<State>::begins_block(i)) level_.release_before(i, spare_);
    return true;
  }

  // ---- Checkpoints. They are taken where a block of the level begins.

  /// RETURNS: whether it was written, or none is asked for.
  bool save() {
    if (request_.search.checkpoint.empty()) return true;
    CheckpointWriter out(request_.search.checkpoint);
    out.put(known_.question());
    out.put(shape_of<State>());
    known_.save(out);
    report_.save(out);
    table_.save(out);
    out.put(first_ + place_);
    level_.save(out, place_);
    next_.save(out, 0);
    return out.finish();
  }
  void load(CheckpointReader& in) {
    report_.load(in);
    table_.load(in);
    first_ = in.get<std::int64_t>();
    level_.load(in, spare_);
    next_.load(in, spare_);
    resumed_ = true;
    if (in.failed()) report_.fail("it is damaged");
  }
  /// What `progress` has stopped can go on later; what has come to its end does not need to.
  void end_checkpoint() {
    if (request_.search.checkpoint.empty() || !report_.error().empty()) return;
    if (report_.was_stopped()) {
      if (!save()) report_.give_up("disk");
    } else if (report_.limit().empty() || report_.limit() == "violation") {
      std::remove(request_.search.checkpoint.c_str());
    }
  }

  void expand(const Waiting<State>& from, std::uint32_t number) {
    if (!try_expand(from, number, batch_)) return;
    report_.add_transitions(static_cast<std::int64_t>(expander_.count()));
    if (expander_.past_bound() != none) report_.mark_past_bound(number, expander_.past_bound());
    if (batch_.size >= batch_size) turn();
  }

  /// RETURNS: false if what was worked out for it does not fit.
  bool try_expand(const Waiting<State>& from, std::uint32_t number, Batch<State>& batch) {
    while (!expander_.expand(from, number, batch)) {
      expander_.learn(from.state);
      if (!fit_.still_fits()) return false;
      expander_.refresh();
    }
    return Network::is_shared || fit_.still_fits();
  }

  std::int64_t waiting() const { return static_cast<std::int64_t>(batch_.size + asked_.size); }

  /// Asks for the cache lines of the batch, and goes through the batch before it, whose lines have
  /// come meanwhile.
  void turn() {
    for (std::size_t i = 0; i < batch_.size; ++i)
      table_.prefetch(batch_.items[i].fingerprint);
    finish_asked();
    std::swap(batch_, asked_);
  }

  /// Goes through all candidates.
  void flush() {
    turn();
    finish_asked();
  }

  /// Looks candidates up in the visited set, and builds what is new.
  void finish_asked() {
    for (std::size_t i = 0; i < asked_.size; ++i) {
      const Candidate<State>& candidate = asked_.items[i];
      const auto place = request_.search.exact ? insert_exactly(candidate)
                                               : table_.insert(candidate.fingerprint & mask_);
      if (place.is_new) add(candidate, place);
      if (request_.non_blocking) add_edge(candidate, place);
    }
    asked_.size = 0;
  }
  /// Looks further where a fingerprint is that of another state.
  FingerprintTable::Place insert_exactly(const Candidate<State>& candidate) {
    const State next = expander_.build(level_.at(candidate.number - first_).state, candidate.move);
    return table_.insert(candidate.fingerprint,
                         [&](std::uint32_t number) { return visited_.at(number).state == next; });
  }
  void add(const Candidate<State>& candidate, FingerprintTable::Place place) {
    const std::uint32_t id = candidate.move & ~whole;
    const Move& move = steps_.move(id);
    const State next = expander_.build(level_.at(candidate.number - first_).state, candidate.move);
    if (table_.is_numbered())
      table_.number(place.slot) = static_cast<std::uint32_t>(report_.states());
    if (request_.search.exact) visited_.push(next, candidate.fingerprint, spare_);
    const bool news = (move.flags & move_flag::facts) != 0 || move.change != 0;
    report_.add_state(next, candidate.number, id, news);
    next_.push(next, candidate.fingerprint, spare_);
  }
  void add_edge(const Candidate<State>& candidate, FingerprintTable::Place place) {
    const Move& move = steps_.move(candidate.move & ~whole);
    if ((move.flags & move_flag::ordinary) != 0)
      report_.add_edge(candidate.number, table_.number(place.slot));
  }

  const CheckRequest& request_;
  const Known& known_;
  StepTable& steps_;
  Network network_;
  Fit<State, Network> fit_;
  Report report_;
  FingerprintTable table_;
  Expander<State, Network> expander_;
  std::unique_ptr<Team<State, Network>> team_;  // none: state by state
  std::vector<typename Frontier<State>::Block> spare_;
  Frontier<State> level_;
  std::int64_t first_ = 0;  // the number of its first state
  std::int64_t place_ = 0;  // in it: where the last block has begun
  const std::uint64_t mask_ = ~std::uint64_t{0} << (64 - request_.search.fingerprint_bits);
  bool resumed_ = false;  // it goes on with the level of a checkpoint
  Frontier<State> next_;
  Frontier<State> visited_;  // exact: every state, by its number
  Batch<State> batch_;
  Batch<State> asked_;              // the batch before it
  std::int64_t most_frontier_ = 0;  // bytes
};

}  // namespace concordat::explore
