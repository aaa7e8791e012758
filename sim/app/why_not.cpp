#include "sim/app/why_not.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <set>
#include <sstream>
#include <utility>

#include "sim/app/relaxations.hpp"
#include "sim/graph/needs.hpp"

namespace concordat::app {

namespace {

/// Conditions of a goal, in its order.
using Conditions = std::vector<std::string>;

/// `p1 commits and p2 blocks` -> `p1 commits`, `p2 blocks`: as parse_goal takes it apart.
Conditions conditions_in(const std::string& goal) {
  Conditions out(1);
  std::istringstream words(goal);
  for (std::string word; words >> word;) {
    if (word == "and")
      out.emplace_back();
    else
      out.back() += (out.back().empty() ? "" : " ") + word;
  }
  return out;
}

std::string goal_of(const Conditions& conditions) {
  return fmt::format("{}", fmt::join(conditions, " and "));
}

/// Every choice of `count` among them, in order.
std::vector<Conditions> parts_of(const Conditions& all, std::size_t count) {
  std::vector<Conditions> out;
  std::vector<bool> taken(all.size());
  std::fill_n(taken.begin(), count, true);
  do {
    Conditions part;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (taken[i]) part.push_back(all[i]);
    if (std::ranges::find(out, part) == out.end()) out.push_back(std::move(part));
  } while (std::prev_permutation(taken.begin(), taken.end()));
  return out;
}

/// Whether a line of Exercised::never may be a reason why no state meets the condition: it speaks
/// of messages and timers of the role in question, or of crashes if the condition does.
bool concerns(const std::string& line, const GoalTerm& term, const Model& model) {
  const Setup& setup = model.setup();
  const auto is_of = [&](const ProcessInfo& process) {
    if (term.condition == Condition::down) return term.node < 0 || process.node == term.node;
    return term.process.none() || setup.name_of(term.process) == process.name;
  };
  const bool crashes = line.starts_with("crash") || line.starts_with("recovered");
  const bool down = term.condition == Condition::down;
  if (crashes != down && !(crashes && term.condition == Condition::blocks)) return false;
  if (line.starts_with("sent: ") || line.starts_with("armed: ")) return true;
  return std::ranges::any_of(setup.processes, [&](const ProcessInfo& process) {
    const auto role = model.info().roles[static_cast<std::size_t>(process.role)].name;
    return (is_of(process) || term.condition == Condition::blocks) &&
           line.find(role) != std::string::npos;
  });
}

std::string describe(const graph::Need& need, const Setup& setup) {
  using Kind = graph::Need::Kind;
  const std::string at = setup.name_of(need.at);
  const std::string tx = setup.transactions == 1 ? "" : fmt::format("t{} ", need.tx);
  if (need.kind == Kind::timer) return fmt::format("timeout {}{} {}", tx, at, need.what);
  if (need.kind != Kind::arrival)
    return fmt::format("{}{} {}", tx, at, need.kind == Kind::commit ? "commits" : "aborts");
  std::vector<std::string> arrivals;
  for (const std::string& member : need.members)
    arrivals.push_back(fmt::format("{}({}->{})", need.what, member, at));
  const std::string all = fmt::format("{}{}", tx, fmt::join(arrivals, ", " + tx));
  if (need.members.size() == 1) return "the arrival of " + all;
  return fmt::format("{} of {}", need.at_least, all);
}

class Asker {
 public:
  Asker(const Registry& registry,
        const Exploration& x,
        const Checker& checker,
        const WhyNotProgress& begin,
        const std::function<std::string_view(const SearchProgress&)>& progress,
        Means means)
      : registry_(registry),
        x_(x),
        relaxations_(x),
        checker_(checker),
        begin_(begin),
        progress_(progress),
        means_(std::move(means)) {
    means_.checkpoint.clear();
    means_.only_goals = true;
  }

  /// Parts of the goal that are reached, the largest first.
  std::optional<Error> find_nearest(WhyNot& out) {
    const Conditions all = conditions_in(x_.goals[out.goal].goal);
    std::set<std::string> alone;  // reached by some state
    for (std::size_t count = all.size() - 1; count > 0 && out.nearest.empty(); --count) {
      const std::vector<Conditions> parts = parts_of(all, count);
      Conditions goals;
      for (const Conditions& part : parts)
        goals.push_back(goal_of(part));
      if (auto error = ask({}, goals, "parts of `" + x_.goals[out.goal].goal + "`")) return error;
      if (!limit_.empty()) return std::nullopt;
      for (std::size_t i = 0; i < parts.size(); ++i)
        add_part(parts[i], all, i, out);
    }
    return find_unmet(all, out);
  }

  /// Why the parts of a goal exclude each other.
  void find_needs(WhyNot& out) {
    for (NearGoal& near : out.nearest) {
      const Setup& setup = x_.bound.model->setup();
      const auto wanted = parse_goal(setup, near.run.goal);
      const auto other = parse_goal(setup, goal_of(near.missing));
      const auto blocks = [](const GoalTerm& term) { return term.condition == Condition::blocks; };
      if (!wanted || !other || std::ranges::any_of(wanted->terms, blocks) ||
          std::ranges::any_of(other->terms, blocks))
        continue;
      if (!graph_) build_graph();
      out.graph_limit = graph_->limit();
      if (!graph_->complete()) continue;
      for (const graph::Need& need : graph::needs(*graph_, *wanted, *other))
        near.needs.push_back({describe(need, setup), need.at_most});
    }
  }

  /// The smallest changes that reach the goals.
  std::optional<Error> find_ways(std::vector<WhyNot>& all, int most) {
    for (int count = 1; count <= most; ++count)
      for (const std::vector<Change>& changes : relaxations_.together(count)) {
        std::vector<WhyNot*> open;
        Conditions goals;
        for (WhyNot& each : all) {
          if (!each.ways.empty() && each.changes < count) continue;
          open.push_back(&each);
          goals.push_back(x_.goals[each.goal].goal);
        }
        if (open.empty()) return std::nullopt;
        const std::string words = relaxations_.words(changes);
        if (auto error = ask(changes, goals, words)) return error;
        if (!limit_.empty()) return std::nullopt;
        for (std::size_t i = 0; i < open.size(); ++i)
          add_way(words, i, count, *open[i]);
      }
    return std::nullopt;
  }

  const Relaxations& relaxations() const { return relaxations_; }
  const std::string& limit() const { return limit_; }

 private:
  void build_graph() {
    begin_("every event of every state");
    CheckRequest request;
    request.model = x_.bound.model.get();
    request.rules = x_.bound.explore_rules;
    request.rules.keeps = {};
    request.budget = x_.bound.budget;
    request.limits.max_states = most_graph_states;
    request.limits.max_bytes = means_.max_bytes;
    request.progress = progress_;
    graph_ = std::make_unique<graph::StateGraph>(request);
    const std::string& limit = graph_->limit();
    if (limit == "stopped" || limit == "time") limit_ = limit;
  }

  static constexpr std::int64_t most_graph_states = 1'000'000;

  /// Asks these goals of the question with these changes. The answer is `answer_`, if `limit_` is
  /// "".
  std::optional<Error> ask(const std::vector<Change>& changes,
                           const Conditions& goals,
                           const std::string& what) {
    begin_(what);
    const std::string_view word = progress_({});  // a small search may end without asking
    if (word == "stopped" || word == "time") limit_ = word;
    if (!limit_.empty()) return std::nullopt;
    scenario::Scenario question = relaxations_.apply(changes);
    for (const std::string& goal : goals)
      question.explore->reachable.push_back({{goal, {}}, {"", {}}});
    auto x = explore(registry_, std::move(question), checker_, progress_, means_);
    if (!x) return x.error();
    limit_ = x->ended_by();
    answer_ = std::move(x->goals);
    for (GoalFinding& goal : answer_)
      if (!goal.file_name.empty())
        goal.file_name =
            fresh_name(goal.file_name.substr(0, goal.file_name.rfind('.')), file_names_);
    return std::nullopt;
  }

  void add_part(const Conditions& part, const Conditions& all, std::size_t index, WhyNot& out) {
    const Reach reach = answer_[index].verdict.reach;
    if (reach == Reach::unknown) out.open_parts.push_back(goal_of(part));
    if (reach != Reach::reached) return;
    NearGoal near;
    for (const std::string& condition : all)
      if (std::ranges::find(part, condition) == part.end()) near.missing.push_back(condition);
    near.run = std::move(answer_[index]);
    out.nearest.push_back(std::move(near));
  }

  /// The conditions that no state meets, and what never happened that may be why.
  std::optional<Error> find_unmet(const Conditions& all, WhyNot& out) {
    Conditions missing;
    for (const std::string& condition : all) {
      const bool is_missing = std::ranges::none_of(out.nearest, [&](const NearGoal& near) {
        return std::ranges::find(near.missing, condition) == near.missing.end();
      });
      if (is_missing && std::ranges::find(missing, condition) == missing.end())
        missing.push_back(condition);
    }
    if (all.size() > 1 && !missing.empty()) {
      if (auto error = ask({}, missing, "conditions, one by one")) return error;
      if (!limit_.empty()) return std::nullopt;
    }
    for (std::size_t i = 0; i < missing.size(); ++i) {
      const bool unreachable = all.size() == 1 || answer_[i].verdict.reach == Reach::unreachable;
      if (unreachable) out.unmet.push_back(missing[i]);
    }
    for (const std::string& line : x_.result.exercised.never)
      if (std::ranges::any_of(all, [&](const std::string& condition) {
            if (std::ranges::find(out.unmet, condition) == out.unmet.end()) return false;
            const auto goal = parse_goal(x_.bound.model->setup(), condition);
            return goal && concerns(line, goal->terms.front(), *x_.bound.model);
          }))
        out.never.push_back(line);
    return std::nullopt;
  }

  void add_way(const std::string& words, std::size_t index, int count, WhyNot& out) {
    ++out.tried;
    out.changes = count;
    const Reach reach = answer_[index].verdict.reach;
    if (reach == Reach::unknown) out.open_ways.push_back(words);
    if (reach == Reach::reached) out.ways.push_back({words, std::move(answer_[index])});
  }

  const Registry& registry_;
  const Exploration& x_;
  const Relaxations relaxations_;
  const Checker& checker_;
  const WhyNotProgress& begin_;
  const std::function<std::string_view(const SearchProgress&)>& progress_;
  Means means_;
  std::vector<GoalFinding> answer_;
  std::string limit_;
  std::set<std::string> file_names_;
  std::unique_ptr<graph::StateGraph> graph_;  // once somebody needs it
};

}  // namespace

Result<WhyNots> why_not(const Registry& registry,
                        const Exploration& x,
                        int most,
                        const Checker& checker,
                        const WhyNotProgress& begin,
                        const std::function<std::string_view(const SearchProgress&)>& progress,
                        Means means) {
  WhyNots out;
  Asker asker(registry, x, checker, begin, progress, std::move(means));
  for (const Change& change : asker.relaxations().single())
    out.changes.push_back(asker.relaxations().words(change));
  for (std::size_t i = 0; i < x.goals.size(); ++i) {
    if (x.goals[i].verdict.reach != Reach::unreachable || !asker.limit().empty()) continue;
    out.goals.emplace_back().goal = i;
    if (const auto error = asker.find_nearest(out.goals.back())) return *error;
    if (asker.limit().empty()) asker.find_needs(out.goals.back());
  }
  if (asker.limit().empty())
    if (const auto error = asker.find_ways(out.goals, most)) return *error;
  out.limit = asker.limit();
  return out;
}

}  // namespace concordat::app
