#include "sim/app/relaxations.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace concordat::app {

namespace {

using What = Change::What;

bool has(const std::vector<Change>& changes, What what) {
  return std::ranges::any_of(changes, [what](const Change& each) { return each.what == what; });
}

/// Whether somebody votes whose vote is not left open. Of several words about a vote that of the
/// transaction counts, and then the last one.
bool has_fixed_vote(const Setup& setup) {
  for (int tx = 1; tx <= setup.transactions; ++tx)
    for (std::size_t i = 0; i < setup.processes.size(); ++i) {
      if (!setup.processes[i].votes) continue;
      bool open = setup.open_choices;
      for (const FixedChoice& choice : setup.choices)
        if (choice.tx == tx && choice.process.index() == static_cast<int>(i) &&
            choice.label == scenario::vote_label)
          open = choice.outcome == "any";
      if (!open) return true;
    }
  return false;
}

}  // namespace

void open_votes(scenario::Scenario& scenario, const Setup& setup) {
  std::erase_if(scenario.choices, [](const scenario::Choice& choice) {
    return choice.label.value == scenario::vote_label;
  });
  for (const ProcessInfo& process : setup.processes)
    if (process.votes)
      scenario.choices.push_back(
          {{{0, process.name}, {}}, {std::string(scenario::vote_label), {}}, {"any", {}}});
}

Relaxations::Relaxations(const Exploration& x)
    : x_(x), kinds_(*x.bound.model, x.bound.budget, x.bound.explore_rules, ~0U) {
  const Rules& rules = x.bound.explore_rules;
  for (int kind = 0; kind < fault_kinds; ++kind) {
    const auto fault = static_cast<Fault>(kind);
    if (kinds_.can_grow(fault)) single_.push_back({What::more, fault, {}});
  }
  if (rules.timers_wait()) single_.push_back({What::timing, {}, {}});
  if (rules.tail != TailRule::any) single_.push_back({What::tail, {}, {}});
  if (has_fixed_vote(x.bound.model->setup())) single_.push_back({What::votes, {}, {}});
  for (const Delivery delivery : {Delivery::unordered, Delivery::fifo, Delivery::duplicating})
    if (delivery != rules.delivery) single_.push_back({What::delivery, {}, delivery});
  if (rules.copies != Rules::any_number) single_.push_back({What::copies, {}, {}});
  if (rules.crash_points != CrashPoints::cuts) single_.push_back({What::crash_points, {}, {}});
}

std::string Relaxations::words(const Change& change) const {
  switch (change.what) {
    case What::more: return kinds_.words(change.fault, 1, true);
    case What::timing: return "timing asynchronous";
    case What::tail: return "log tail any";
    case What::votes: return "votes any";
    case What::delivery: return fmt::format("delivery {}", enum_name(change.delivery));
    case What::copies: return "copies " + describe_copies(rules({change}));
    case What::crash_points: return "crash points cuts";
  }
  return "";
}

std::string Relaxations::words(const std::vector<Change>& changes) const {
  FaultSet extra;
  std::string out;
  const auto add = [&out](const std::string& each) { out += (out.empty() ? "" : ", ") + each; };
  for (const Change& change : changes)
    if (change.what == What::more) ++extra[change.fault];
  for (int kind = 0; kind < fault_kinds; ++kind) {
    const auto fault = static_cast<Fault>(kind);
    if (extra[fault] != 0) add(kinds_.words(fault, extra[fault], true));
  }
  for (const Change& change : changes)
    if (change.what != What::more) add(words(change));
  return out;
}

Budget Relaxations::budget(const std::vector<Change>& changes) const {
  FaultSet extra;
  for (const Change& change : changes)
    if (change.what == What::more) ++extra[change.fault];
  return kinds_.more(extra);
}

Rules Relaxations::rules(const std::vector<Change>& changes) const {
  Rules out = x_.bound.explore_rules;
  for (const Change& change : changes) {
    if (change.what == What::timing) out.timing = TimingModel::asynchronous;
    if (change.what == What::tail) out.tail = TailRule::any;
    if (change.what == What::delivery) out.delivery = change.delivery;
    if (change.what == What::copies) ++out.copies;
    if (change.what == What::crash_points) out.crash_points = CrashPoints::cuts;
  }
  return out;
}

bool Relaxations::means_more(const std::vector<Change>& changes) const {
  const Budget wider = budget(changes);
  const bool recovers = std::ranges::any_of(changes, [](const Change& each) {
    return each.what == What::more && each.fault == Fault::recovery;
  });
  if (recovers && wider.crashes != Budget::unlimited && wider.recoveries > wider.crashes)
    return false;
  if (wider.crashes == 0 && (has(changes, What::tail) || has(changes, What::crash_points)))
    return false;
  return std::ranges::count(changes, What::delivery, &Change::what) < 2;
}

std::vector<std::vector<Change>> Relaxations::together(int count) const {
  std::vector<std::vector<Change>> out;
  std::vector<Change> chosen;
  // Chooses in the order of `single_`; what is one more of something may be chosen again.
  const auto choose = [&](const auto& next, std::size_t first) -> void {
    if (static_cast<int>(chosen.size()) == count) {
      if (means_more(chosen)) out.push_back(chosen);
      return;
    }
    for (std::size_t i = first; i < single_.size(); ++i) {
      const bool again = single_[i].what == What::more || single_[i].what == What::copies;
      chosen.push_back(single_[i]);
      next(next, again ? i : i + 1);
      chosen.pop_back();
    }
  };
  choose(choose, 0);
  return out;
}

scenario::Scenario Relaxations::apply(const std::vector<Change>& changes) const {
  const Setup& setup = x_.bound.model->setup();
  scenario::Scenario out = exploring(x_.scenario, setup, budget(changes), rules(changes));
  if (has(changes, What::votes)) open_votes(out, setup);
  if (!changes.empty()) out.name.value += ", " + words(changes);
  return out;
}

}  // namespace concordat::app
