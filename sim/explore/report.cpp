#include "sim/explore/report.hpp"

#include <algorithm>

#include "sim/explore/exercised.hpp"

namespace concordat::explore {

Report::Report(const CheckRequest& request, const StepTable& steps)
    : request_(request),
      steps_(steps),
      locals_(static_cast<std::size_t>(steps.node_count())),
      first_violation_(request.properties.size(), -1) {
  for (const Property* property : request.properties) {
    PropertyVerdict verdict;
    verdict.name = property->name;
    verdict.code = property->code;
    verdict.vacuous = true;
    result_.properties.push_back(std::move(verdict));
  }
  for (const Goal& goal : request.goals)
    goals_.push_back(
        {conditions_of(goal, steps.conditions()), blocked_of(goal, steps.model()), -1});
}

bool Report::nothing_is_left() const {
  return violated_ + reached_ > 0 && violated_ == request_.properties.size() &&
         reached_ == goals_.size() && !request_.non_blocking;
}

void Report::begin_level() {
  if (++result_.depth == request_.limits.max_depth) result_.limit = "depth";
  if (nothing_is_left()) result_.limit = violated_ > 0 ? "violation" : "goals";
}

void Report::ask(std::int64_t frontier, std::int64_t bytes) {
  if (parents_.failed()) result_.limit = "disk";
  if (request_.limits.max_bytes > 0 && bytes > request_.limits.max_bytes) result_.limit = "memory";
  if (request_.progress && result_.limit.empty())
    result_.limit =
        request_.progress({result_.states, result_.transitions, result_.depth, frontier, bytes});
}

void Report::judge(std::uint32_t control) {
  const Model& model = steps_.model();
  const bool faulty = steps_.controls().at(control).faulty;
  for (int node = 0; node < steps_.node_count(); ++node) {
    const LocalInfo& local = steps_.local(node, locals_[static_cast<std::size_t>(node)]);
    result_.committed = result_.committed || local.committed;
    result_.aborted = result_.aborted || local.aborted;
  }
  for (std::size_t i = 0; i < request_.properties.size(); ++i) {
    if (first_violation_[i] >= 0) continue;  // an earlier state was the first
    const Property& property = *request_.properties[i];
    Observation seen;
    for (int node = 0; node < steps_.node_count(); ++node)
      seen.combine(
          steps_.observation(node, locals_[static_cast<std::size_t>(node)], static_cast<int>(i)));
    PropertyVerdict& verdict = result_.properties[i];
    if (property.at_stake == nullptr || property.at_stake(seen)) verdict.vacuous = false;
    if (property.judge(model, seen, faulty)) continue;
    verdict.verdict = Verdict::violated;
    verdict.vacuous = false;
    first_violation_[i] = result_.states - 1;
    ++violated_;
  }
  if (reached_ < goals_.size()) judge_goals();
}

void Report::judge_goals() {
  std::uint64_t met = 0;
  for (int node = 0; node < steps_.node_count(); ++node)
    met |= steps_.facts(node, locals_[static_cast<std::size_t>(node)]).conditions;
  for (GoalWatch& goal : goals_) {
    if (goal.first >= 0 || !goal.blocked.empty() || (goal.conditions & ~met) != 0) continue;
    goal.first = result_.states - 1;
    ++reached_;
  }
}

void Report::add_to_graph() {
  BlockingGraph::Kind kind;
  for (int node = 0; node < steps_.node_count(); ++node) {
    const LocalFacts& facts = steps_.facts(node, locals_[static_cast<std::size_t>(node)]);
    kind.settled |= facts.settled;
    kind.undecided |= facts.undecided;
    kind.conditions |= facts.conditions;
  }
  graph_.add_state(kind);
}

CheckResult Report::finish() {
  result_.complete = result_.limit.empty();
  if (past_bound_ != none) result_.past_bound = steps_.bound(past_bound_);
  for (std::size_t i = 0; i < request_.properties.size(); ++i) {
    PropertyVerdict& verdict = result_.properties[i];
    if (verdict.verdict == Verdict::unknown && result_.complete) verdict.verdict = Verdict::holds;
    if (first_violation_[i] >= 0 && !parents_.failed()) verdict.path = path_to(first_violation_[i]);
  }
  if (request_.non_blocking) result_.properties.push_back(judge_blocking());
  finish_goals();
  result_.exercised = exercised_in(steps_, request_.budget);
  result_.local_states = steps_.local_count();
  result_.messages = steps_.message_count();
  result_.steps = steps_.row_count();
  return std::move(result_);
}

void Report::finish_goals() {
  for (const GoalWatch& goal : goals_) {
    GoalVerdict& verdict = result_.goals.emplace_back();
    if (goal.first >= 0) {
      verdict.reach = Reach::reached;
      if (!parents_.failed()) verdict.path = path_to(goal.first);
    } else if (goal.blocked.empty() && result_.complete) {
      verdict.reach = Reach::unreachable;
    }
  }
  if (request_.non_blocking && result_.complete) judge_goals_that_block();
}

void Report::judge_goals_that_block() {
  const auto look = [&](auto use) {
    for (std::size_t i = 0; i < goals_.size(); ++i)
      if (!goals_[i].blocked.empty())
        use(result_.goals[i], graph_.first_blocked(goals_[i].blocked, goals_[i].conditions));
  };
  graph_.solve(false);
  look([](GoalVerdict& verdict, std::optional<std::int64_t> first) {
    if (!first) verdict.reach = Reach::unreachable;
  });
  graph_.solve(true);
  look([this](GoalVerdict& verdict, std::optional<std::int64_t> first) {
    if (!first) return;
    verdict.reach = Reach::reached;
    verdict.path = path_to(*first);
  });
}

PropertyVerdict Report::judge_blocking() {
  PropertyVerdict verdict;
  verdict.name = "non_blocking";
  verdict.code = "NB";
  if (!result_.complete) return verdict;
  graph_.solve(false);
  if (!graph_.first_blocked()) verdict.verdict = Verdict::holds;
  graph_.solve(true);
  const auto first = graph_.first_blocked();
  if (!first) return verdict;
  verdict.verdict = Verdict::violated;
  verdict.path = path_to(first->state);
  verdict.blocked = all_slots(steps_.model())[static_cast<std::size_t>(first->slot)];
  return verdict;
}

std::vector<Event> Report::path_to(std::int64_t state) const {
  std::vector<Event> path;
  while (state != 0) {
    const Parents::Record record = parents_.at(state);
    path.push_back(steps_.event(record.move));
    state = record.parent;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace concordat::explore
