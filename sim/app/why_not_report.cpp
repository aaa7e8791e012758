#include "sim/app/why_not_report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/app/check_report.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;

const WhyNot* find(const WhyNots& all, std::size_t goal) {
  const auto found = std::ranges::find(all.goals, goal, &WhyNot::goal);
  return found == all.goals.end() ? nullptr : &*found;
}

std::string changes_text(int count) {
  return count == 1 ? "1 change" : std::to_string(count) + " changes at once";
}

/// In backquotes: `a`, `b`.
std::string quoted(const std::vector<std::string>& words) {
  return fmt::format("`{}`", fmt::join(words, "`, `"));
}

void print_run(const GoalFinding& run, std::ostream& out) {
  print_schedule(run.schedule, out);
  if (!run.saved_as.empty())
    out << fmt::format("       told by: concordat explain {}\n", run.saved_as);
}

std::string steps_text(const GoalFinding& run) {
  const std::size_t steps = run.schedule.size();
  return fmt::format("{} {}", steps, steps == 1 ? "step" : "steps");
}

void print_ways(const WhyNots& all, const WhyNot& why, std::ostream& out) {
  for (const Way& way : why.ways) {
    out << fmt::format("       with {} ({}): reached in {}\n",
                       changes_text(why.changes),
                       way.words,
                       steps_text(way.run));
    print_run(way.run, out);
  }
  const bool none = why.ways.empty() && why.tried > 0;
  if (none)
    out << fmt::format("       with at most {}: not reached, tried {} ways\n",
                       changes_text(why.changes),
                       why.tried);
  for (const std::string& open : why.open_ways)
    out << fmt::format("       with {}: unknown, a limit was hit\n", open);
  if (none) out << fmt::format("       changes    {}\n", fmt::join(all.changes, "; "));
}

Json run_json(const GoalFinding& run) {
  return {{"witness", run.saved_as}, {"steps", run.schedule}};
}

}  // namespace

void print_why_not(const WhyNots& all, std::size_t goal, std::ostream& out) {
  const WhyNot* why = find(all, goal);
  if (why == nullptr) return;
  for (const NearGoal& near : why->nearest) {
    out << fmt::format("       nearest    `{}` without {}: in {}\n",
                       near.run.goal,
                       quoted(near.missing),
                       steps_text(near.run));
    print_run(near.run, out);
    for (const NearGoal::Need& need : near.needs)
      out << fmt::format("       needs      {}, {} beside {}\n",
                         need.what,
                         need.at_most == 0 ? "never" : fmt::format("at most {}", need.at_most),
                         quoted(near.missing));
  }
  if (!why->graph_limit.empty())
    out << "       needs      unknown: " << describe_limit(why->graph_limit) << "\n";
  for (const std::string& condition : why->unmet)
    out << fmt::format("       unmet      `{}`: by no state at all\n", condition);
  for (const std::string& part : why->open_parts)
    out << fmt::format("       unknown    `{}`: a limit was hit\n", part);
  for (const std::string& never : why->never)
    out << fmt::format("       never      {}\n", never);
  print_ways(all, *why, out);
  if (!all.limit.empty()) out << "       ended      " << describe_limit(all.limit) << "\n";
}

nlohmann::ordered_json why_not_json(const WhyNots& all, std::size_t goal) {
  const WhyNot* why = find(all, goal);
  if (why == nullptr) return nullptr;
  Json json{{"nearest", Json::array()},
            {"unmet", why->unmet},
            {"unknown_parts", why->open_parts},
            {"never", why->never},
            {"needs_limit", why->graph_limit},
            {"changes_at_once", why->changes},
            {"ways", Json::array()},
            {"unknown_ways", why->open_ways},
            {"tried", why->tried},
            {"changes", all.changes},
            {"limit", all.limit}};
  for (const NearGoal& near : why->nearest) {
    Json each{{"goal", near.run.goal}, {"missing", near.missing}, {"needs", Json::array()}};
    for (const NearGoal::Need& need : near.needs)
      each["needs"].push_back({{"what", need.what}, {"at_most", need.at_most}});
    each.update(run_json(near.run));
    json["nearest"].push_back(std::move(each));
  }
  for (const Way& way : why->ways) {
    Json each{{"changes", way.words}};
    each.update(run_json(way.run));
    json["ways"].push_back(std::move(each));
  }
  return json;
}

}  // namespace concordat::app
