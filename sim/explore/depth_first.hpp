// Depth-first search over packed states, for spaces whose levels would not fit into memory: besides
// the visited set it keeps only the run that it is on, with the transitions that it has not
// followed yet. A counterexample is the run on which it was found, however long; it is minimised
// afterwards.
#pragma once

#include "sim/explore/expander.hpp"
#include "sim/explore/fingerprint_table.hpp"
#include "sim/explore/fit.hpp"
#include "sim/explore/known.hpp"
#include "sim/explore/report.hpp"

namespace concordat::explore {

template <class State, class Network>
class DepthFirst {
 public:
  DepthFirst(Known& known, Network network)
      : request_(known.request),
        steps_(known.steps),
        network_(network),
        fit_(steps_, known.symmetry_or_null(), network_),
        report_(request_, steps_),
        table_(false),
        expander_(known, network_, false) {}

  /// As Search::run.
  std::optional<CheckResult> run() {
    if (!fit_.still_fits()) return std::nullopt;
    expander_.refresh();
    State state;
    for (int node = 0; node < steps_.node_count(); ++node)
      state.set_cell(1 + node, steps_.initial()[static_cast<std::size_t>(node)]);
    visit(state, expander_.fingerprint(state), none, true);
    while (!run_.empty() && report_.limit().empty() && !fit_.overflow())
      advance();
    if (fit_.overflow()) return std::nullopt;
    report_.set_memory(table_.memory() + memory());
    return report_.finish();
  }

 private:
  static constexpr std::int64_t steps_between_questions = 4096;

  /// A state of the run, and where its transitions that are still to be followed begin in `open_`.
  struct Place {
    Waiting<State> at;
    std::uint32_t move = none;  // that led to it
    std::size_t open = 0;
    bool is_expanded = false;
  };
  struct Open {
    std::uint64_t fingerprint = 0;
    std::uint32_t move = 0;  // as Candidate::move
  };

  void advance() {
    Place& here = run_.back();
    if (!here.is_expanded && !expand(here)) return;
    while (open_.size() > here.open) {
      const Open next = open_.back();
      open_.pop_back();
      if (!table_.insert(next.fingerprint).is_new) continue;
      const Move& move = steps_.move(next.move & ~whole);
      const bool news = (move.flags & move_flag::facts) != 0 || move.change != 0;
      visit(expander_.build(here.at.state, next.move), next.fingerprint, next.move & ~whole, news);
      return;
    }
    run_.pop_back();
  }

  /// RETURNS: false if the search ends here.
  bool expand(Place& place) {
    place.is_expanded = true;
    if (report_.states() % steps_between_questions == 0)
      report_.ask(static_cast<std::int64_t>(open_.size()), table_.memory() + memory());
    if (!report_.may_go_on(table_.full())) return false;
    batch_.size = 0;
    while (!expander_.expand(place.at, 0, batch_)) {
      expander_.learn(place.at.state);
      if (!fit_.still_fits()) return false;
      expander_.refresh();
    }
    if (!fit_.still_fits()) return false;
    report_.add_transitions(static_cast<std::int64_t>(expander_.count()));
    if (expander_.past_bound() != none) report_.mark_past_bound(0, expander_.past_bound());
    for (std::size_t i = batch_.size; i-- > 0;)  // the first transition is the first to be followed
      open_.push_back({batch_.items[i].fingerprint, batch_.items[i].move});
    for (std::size_t i = place.open; i < open_.size(); ++i)
      table_.prefetch(open_[i].fingerprint);
    return true;
  }

  void visit(const State& state, std::uint64_t fingerprint, std::uint32_t move, bool news) {
    if (run_.empty()) table_.insert(fingerprint);
    run_.push_back({{state, fingerprint}, move, open_.size(), false});
    report_.add_on_run(state, static_cast<int>(run_.size()), news, [this] {
      std::vector<Event> path;
      for (std::size_t i = 1; i < run_.size(); ++i)
        path.push_back(steps_.event(run_[i].move));
      return path;
    });
  }

  std::int64_t memory() const {
    return static_cast<std::int64_t>(run_.capacity() * sizeof(Place) +
                                     open_.capacity() * sizeof(Open));
  }

  const CheckRequest& request_;
  StepTable& steps_;
  Network network_;
  Fit<State, Network> fit_;
  Report report_;
  FingerprintTable table_;
  Expander<State, Network> expander_;
  Batch<State> batch_;
  std::vector<Place> run_;
  std::vector<Open> open_;
};

}  // namespace concordat::explore
