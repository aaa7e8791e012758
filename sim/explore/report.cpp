#include "sim/explore/report.hpp"

#include <algorithm>
#include <cmath>

#include "sim/explore/exercised.hpp"

namespace concordat::explore {

Report::Report(const CheckRequest& request, const StepTable& steps)
    : request_(request),
      steps_(steps),
      judge_(request, steps),
      locals_(static_cast<std::size_t>(steps.node_count())) {
  for (const Property* property : request.properties) {
    PropertyVerdict verdict;
    verdict.name = property->name;
    verdict.code = property->code;
    result_.properties.push_back(std::move(verdict));
  }
}

void Report::begin_level() {
  if (++result_.depth == request_.limits.max_depth) result_.limit = "depth";
  if (request_.first_is_enough && (judge_.any_violated() || judge_.any_reached()))
    result_.limit = judge_.any_violated() ? "violation" : "goals";
  if (judge_.has_seen_all() && !request_.non_blocking)
    result_.limit = judge_.any_violated() ? "violation" : "goals";
}

void Report::ask(std::int64_t frontier, std::int64_t bytes) {
  if (parents_.failed()) result_.limit = "disk";
  const CheckLimits& limits = request_.limits;
  const std::int64_t left =
      limits.max_bytes > 0 ? limits.max_bytes - bytes : limits.max_graph_bytes;
  if (graph_.memory() > std::min(left, limits.max_graph_bytes)) graph_.drop();
  if (limits.max_bytes > 0 && bytes > limits.max_bytes) result_.limit = "memory";
  if (!request_.progress || !result_.limit.empty()) return;
  const std::string_view answer = request_.progress(
      {result_.states, result_.transitions, result_.depth, frontier, bytes + graph_.memory()});
  if (answer == "checkpoint")
    checkpoint_ = true;
  else
    result_.limit = answer;
  stopped_ = !result_.limit.empty();
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

void Report::save(CheckpointWriter& out) const {
  out.put(result_.states);
  out.put(result_.transitions);
  out.put(result_.depth);
  out.put(result_.end_states);
  out.put(result_.past_bound_states);
  out.put(past_bound_);
  judge_.save(out);
  parents_.save(out);
  graph_.save(out);
}

void Report::load(CheckpointReader& in) {
  result_.states = in.get<std::int64_t>();
  result_.transitions = in.get<std::int64_t>();
  result_.depth = in.get<int>();
  result_.end_states = in.get<std::int64_t>();
  result_.past_bound_states = in.get<std::int64_t>();
  past_bound_ = in.get<std::uint32_t>();
  judge_.load(in);
  parents_.load(in);
  graph_.load(in);
}

CheckResult Report::finish() {
  result_.complete = result_.limit.empty();
  result_.committed = judge_.committed();
  result_.aborted = judge_.aborted();
  if (past_bound_ != none) result_.past_bound = steps_.bound(past_bound_);
  for (std::size_t i = 0; i < request_.properties.size(); ++i) {
    PropertyVerdict& verdict = result_.properties[i];
    const std::int64_t state = judge_.first_violation()[i];
    verdict.vacuous = !judge_.at_stake(i);
    if (state >= 0)
      verdict.verdict = Verdict::violated;
    else if (result_.complete)
      verdict.verdict = Verdict::holds;
    if (state >= 0 && !parents_.failed()) verdict.path = path_to(state);
  }
  if (request_.non_blocking) result_.properties.push_back(judge_blocking());
  finish_goals();
  if (!request_.search.exact) {
    const auto states = static_cast<double>(result_.states);
    result_.expected_misses = std::ldexp(states * states, -65);
  }
  result_.exercised = exercised_in(steps_, request_.budget);
  result_.left_out_faults = steps_.controls().has_left_out();
  result_.local_states = steps_.local_count();
  result_.messages = steps_.message_count();
  result_.steps = steps_.row_count();
  return std::move(result_);
}

void Report::finish_goals() {
  for (std::size_t i = 0; i < judge_.goals().size(); ++i) {
    GoalVerdict& verdict = result_.goals.emplace_back();
    const std::int64_t first = judge_.first_reached()[i];
    if (first >= 0) {
      verdict.reach = Reach::reached;
      if (!parents_.failed()) verdict.path = path_to(first);
    } else if (judge_.goals()[i].blocked.empty() && result_.complete) {
      verdict.reach = Reach::unreachable;
    }
  }
  if (request_.non_blocking && result_.complete && !graph_.dropped()) judge_goals_that_block();
}

void Report::judge_goals_that_block() {
  const auto look = [&](auto use) {
    for (std::size_t i = 0; i < judge_.goals().size(); ++i)
      if (!judge_.goals()[i].blocked.empty())
        use(result_.goals[i],
            graph_.first_blocked(judge_.goals()[i].blocked, judge_.goals()[i].conditions));
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
  result_.graph_dropped = graph_.dropped();
  if (!result_.complete || graph_.dropped()) return verdict;
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
  if (const auto run = runs_.find(state); run != runs_.end()) return run->second;
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
