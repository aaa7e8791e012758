#include "sim/app/check_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "sim/app/progress.hpp"
#include "sim/app/units.hpp"
#include "sim/app/why_not_report.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;

std::string count_text(int budget) {
  return budget == Budget::unlimited ? "unlimited" : std::to_string(budget);
}

/// ` (c, p1; at most 1 of c)`: who may crash, unless it is everybody as often as the budget says.
std::string crashing_text(const Budget& budget, const Setup& setup) {
  const auto who = names_in(budget.may_crash, setup);
  std::string out;
  if (std::ssize(who) < setup.node_count()) out = fmt::format("{}", fmt::join(who, ", "));
  for (const CrashLimit& limit : budget.crash_limits)
    if (limit.nodes != 0)
      out += fmt::format("{}at most {} of {}",
                         out.empty() ? "" : "; ",
                         limit.crashes,
                         fmt::join(names_in(limit.nodes, setup), ", "));
  return out.empty() ? "" : " (" + out + ")";
}

/// `F6`, or nothing if the budget has no name.
std::string class_of(const Exploration& x) {
  const auto& explore = x.scenario.explore;
  return explore && explore->faults ? explore->faults->value : "";
}

/// The most memory that the program has used so far. UNITS: bytes.
std::int64_t memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

bool is_sample(const Exploration& x) {
  return x.search.order == SearchOrder::random_walk || x.search.order == SearchOrder::pct;
}

std::string_view order_name(const Exploration& x) {
  return scenario::search_orders[static_cast<std::size_t>(x.search.order)];
}

// ---- JSON.

void add_question(const CheckReport& report, Json& json) {
  const Exploration& x = report.x;
  add_setting(x.scenario, x.bound, json);
  json["faults"] = class_of(x);
  json["scope"] = scope_text(x);
  json["checker"] = report.checker;
  json["command"] = report.command;
  json["order"] = order_name(x);
  json["exact"] = x.search.exact;
  json["symmetry"] = x.result.symmetry;
  json["partial_order"] = x.result.partial_order;
  json["threads"] = x.search.threads;
  json["walks"] = x.result.walks;
  json["seed"] = x.search.seed;
}

void add_figures(const CheckReport& report, Json& json) {
  const CheckResult& result = report.x.result;
  json["states"] = result.states;
  json["transitions"] = result.transitions;
  json["depth"] = result.depth;
  json["end_states"] = result.end_states;
  json["seconds"] = report.seconds;
  json["memory_bytes"] = memory_bytes();
  json["table_bytes"] = result.table_bytes;
  json["local_states"] = result.local_states;
  json["messages"] = result.messages;
  json["steps"] = result.steps;
  json["expected_misses"] = result.expected_misses;
  json["complete"] = result.complete;
  json["limit"] = result.limit;
  json["bound_reached"] = result.past_bound;
}

Json coverage_json(const CheckReport& report) {
  const Exercised& exercised = report.x.result.exercised;
  std::int64_t steps = 0;
  std::int64_t cuts = 0;
  Json lines = Json::array();
  for (const Exercised::Line& line : exercised.lines) {
    steps += line.steps;
    cuts += line.cuts;
    if (report.coverage)
      lines.push_back({{"role", line.role},
                       {"state", line.state},
                       {"event", line.event},
                       {"steps", line.steps},
                       {"cuts", line.cuts}});
  }
  Json json{{"kinds", exercised.lines.size()},
            {"steps", steps},
            {"cuts", cuts},
            {"never", exercised.never}};
  if (report.coverage) json["lines"] = lines;
  return json;
}

// ---- Text.

/// With a line where nothing fails any more, and one where what repeats for ever begins.
void print_marked(const std::vector<std::string>& schedule,
                  const PropertyVerdict& verdict,
                  std::ostream& out) {
  for (int i = 0; i < static_cast<int>(schedule.size()); ++i) {
    if (verdict.repaired_after == i) out << "            (from here on nothing fails)\n";
    if (verdict.circles_after == i) out << "            (again and again:)\n";
    out << fmt::format("       {:3}  {}\n", i + 1, schedule[static_cast<std::size_t>(i)]);
  }
}

std::string unknown_text(const Exploration& x) {
  if (!x.result.complete) return ": " + describe_limit(x.result.limit);
  if (x.search.order == SearchOrder::depth_first) return ": a depth-first search keeps no graph";
  if (x.result.graph_dropped) return ": " + describe_limit(graph_memory);
  return " (only runs past a bound could tell)";
}

void print_finding(const Exploration& x, const Finding& finding, std::ostream& out) {
  const PropertyVerdict& verdict = finding.verdict;
  std::string line =
      fmt::format("  {:3}  {:24} {}", verdict.code, verdict.name, enum_name(verdict.verdict));
  if (verdict.verdict == Verdict::holds && !x.result.past_bound.empty())
    line += fmt::format(" ({})", x.result.past_bound);
  if (verdict.verdict == Verdict::holds) line += " for " + scope_text(x);
  if (verdict.verdict == Verdict::holds && verdict.code == "ET")
    line += "; synchronous after the repair";
  if (verdict.verdict == Verdict::holds && verdict.vacuous)
    line += "; vacuously: nothing that it speaks of was reached";
  if (verdict.verdict == Verdict::unknown)
    line += finding.limit.empty() ? unknown_text(x) : ": " + describe_limit(finding.limit);
  if (!verdict.path.empty()) line += fmt::format(" in {} steps", verdict.path.size());
  out << line << "\n";
  if (verdict.verdict != Verdict::violated) return;
  out << "       " << finding.sentence << "\n";
  print_marked(finding.schedule, verdict, out);
  if (!finding.saved_as.empty())
    out << fmt::format("       told by: concordat explain {}\n", finding.saved_as);
}

void print_goal(const Exploration& x, const GoalFinding& goal, std::ostream& out) {
  std::string line = fmt::format("  goal `{}` {}", goal.goal, enum_name(goal.verdict.reach));
  switch (goal.verdict.reach) {
    case Reach::reached: line += fmt::format(" in {} steps", goal.verdict.path.size()); break;
    case Reach::unreachable:
      if (!x.result.past_bound.empty()) line += fmt::format(" ({})", x.result.past_bound);
      line += " for " + scope_text(x);
      break;
    case Reach::unknown: line += unknown_text(x); break;
  }
  out << line << "\n";
  print_schedule(goal.schedule, out);
  if (!goal.saved_as.empty())
    out << fmt::format("       told by: concordat explain {}\n", goal.saved_as);
}

/// `breadth-first, fingerprints of 64 bits, expected missed states 0.0000021`.
std::string search_text(const Exploration& x) {
  std::string out(order_name(x));
  if (is_sample(x))
    return out +
           fmt::format(": a sample of {} runs, seed {}", grouped(x.result.walks), x.search.seed);
  if (x.result.expected_misses > 0)
    out += fmt::format(", fingerprints of 64 bits, expected missed states {:.2g}",
                       x.result.expected_misses);
  else if (x.search.exact)
    out += ", exact: no state is taken for another";
  if (!x.result.symmetry.empty()) out += ", symmetry: " + x.result.symmetry;
  if (!x.result.partial_order.empty()) out += ", partial order: " + x.result.partial_order;
  return out;
}

std::string complete_text(const Exploration& x) {
  if (!x.result.complete) return "no: " + describe_limit(x.result.limit);
  return "yes: every schedule within the budget";
}

void print_head(const CheckReport& report, std::ostream& out) {
  const Exploration& x = report.x;
  const CheckResult& result = x.result;
  out << fmt::format("{}: {}\n", x.scenario.name.value, x.bound.model->info().summary);
  const std::string name = class_of(x);
  out << fmt::format("  budget     {}{}\n",
                     name.empty() ? "" : name + ": ",
                     budget_text(x.bound.budget, x.bound.model->setup()));
  out << fmt::format("  assumes    {}\n", rules_text(x.bound.explore_rules));
  out << fmt::format("  checker    {}: {}\n", report.checker, search_text(x));
  out << fmt::format("  explored   {} states, {} transitions, depth {}, {} end states, {:.1f} s\n",
                     grouped(result.states),
                     grouped(result.transitions),
                     result.depth,
                     grouped(result.end_states),
                     report.seconds);
  out << fmt::format("  complete   {}\n", complete_text(x));
  if (result.complete && !result.committed) out << "  warning    no run commits\n";
  for (const std::string& never : result.exercised.never)
    out << fmt::format("  never      {}\n", never);
}

/// By role and state: how many different steps each event has led to.
void print_coverage(const Exercised& exercised, std::ostream& out) {
  out << "\nexercised: different local steps, and crashes inside them\n";
  if (exercised.lines.empty()) out << "  this checker does not say\n";
  std::string role;
  std::string state;
  for (const Exercised::Line& line : exercised.lines) {
    if (role != line.role) out << fmt::format("\n  {}\n", line.role);
    if (role != line.role || state != line.state) out << fmt::format("    {}\n", line.state);
    role = line.role;
    state = line.state;
    out << fmt::format("      {:42} {:>6}{}\n",
                       line.event,
                       grouped(line.steps + line.cuts),
                       line.cuts > 0 ? " crashes" : "");
  }
}

}  // namespace

std::vector<std::string> names_in(std::uint32_t nodes, const Setup& setup) {
  std::vector<std::string> names;
  for (int node = 0; node < setup.node_count(); ++node)
    if ((nodes >> static_cast<unsigned>(node) & 1U) != 0)
      names.push_back(setup.nodes[static_cast<std::size_t>(node)]);
  return names;
}

std::string budget_text(const Budget& budget, const Setup& setup) {
  std::string out;
  const auto add = [&](const char* name, int count) {
    if (count != 0) out += (out.empty() ? "" : ", ") + std::string(name) + " " + count_text(count);
  };
  add("crashes", budget.crashes);
  if (budget.crashes != 0) out += crashing_text(budget, setup);
  add("recoveries", budget.recoveries);
  add("losses", budget.losses);
  add("duplicates", budget.duplicates);
  add("partitions", budget.partitions);
  add("pauses", budget.pauses);
  add("early timeouts", budget.early_timeouts);
  if (budget.partitions != 0) out += budget.heal ? ", healed" : ", never healed";
  if (budget.one_way) out += ", one-way cuts too";
  if (out.empty()) out = "no fault";
  if (budget.operators) out += ", operators and client retries";
  return budget.outside_writes.empty() ? out : out + ", writers outside the protocol";
}

Json budget_json(const Budget& b, const Setup& setup) {
  Json json{{"crashes", b.crashes},
            {"recoveries", b.recoveries},
            {"losses", b.losses},
            {"duplicates", b.duplicates},
            {"partitions", b.partitions},
            {"pauses", b.pauses},
            {"early_timeouts", b.early_timeouts},
            {"heal", b.heal},
            {"one_way", b.one_way},
            {"operators", b.operators},
            {"crash_only", names_in(b.may_crash, setup)}};
  for (const OutsideWrite& write : b.outside_writes)
    json["outside_writes"].push_back({{"node", setup.nodes[static_cast<std::size_t>(write.node)]},
                                      {"row", setup.row_name(write.row)},
                                      {"value", write.value}});
  for (const CrashLimit& limit : b.crash_limits)
    if (limit.nodes != 0)
      json["crash_limits"].push_back(
          {{"nodes", names_in(limit.nodes, setup)}, {"crashes", limit.crashes}});
  return json;
}

std::string rules_text(const Rules& rules) {
  return fmt::format("timing {}, delivery {}, copies {}, log tail {}, crash points {}",
                     enum_name(rules.timing),
                     enum_name(rules.delivery),
                     describe_copies(rules),
                     enum_name(rules.tail),
                     enum_name(rules.crash_points));
}

std::string copies_word(const Rules& rules) {
  const bool is_word = rules.copies == 1 || rules.copies == Rules::any_number;  // set, bag
  return is_word ? describe_copies(rules) : std::to_string(rules.copies);
}

void add_setting(const scenario::Scenario& scenario, const scenario::Bound& bound, Json& json) {
  const Rules& rules = bound.explore_rules;
  json["scenario"] = scenario.name.value;
  json["protocol"] = bound.model->info().name;
  for (const FieldText& option : bound.model->options())
    json["options"][option.name] = option.value;
  json["budget"] = budget_json(bound.budget, bound.model->setup());
  json["timing"] = enum_name(rules.timing);
  json["copies"] = copies_word(rules);
  json["tail"] = enum_name(rules.tail);
  json["crash_points"] = enum_name(rules.crash_points);
}

void print_schedule(const std::vector<std::string>& schedule, std::ostream& out) {
  int number = 1;
  for (const std::string& event : schedule)
    out << fmt::format("       {:3}  {}\n", number++, event);
}

std::string scope_text(const Exploration& x) {
  const Rules& rules = x.bound.explore_rules;
  const std::string name = class_of(x);
  std::string out = name.empty() ? budget_text(x.bound.budget, x.bound.model->setup()) : name;
  if (const int early = x.bound.budget.early_timeouts; !name.empty() && early != 0)
    out += ", early timeouts " + count_text(early);
  out += fmt::format("; timing {}, copies {}", enum_name(rules.timing), describe_copies(rules));
  const Rules usual;
  if (rules.delivery != usual.delivery)
    out += fmt::format(", delivery {}", enum_name(rules.delivery));
  if (name.empty() && rules.tail != usual.tail)
    out += fmt::format(", log tail {}", enum_name(rules.tail));
  if (rules.crash_points != usual.crash_points) out += ", no crash inside a step";
  return out;
}

void print_json(const CheckReport& report, std::ostream& out) {
  const Exploration& x = report.x;
  Json json;
  json["format"] = "concordat-result/1";
  add_question(report, json);
  add_figures(report, json);
  json["properties"] = Json::array();
  for (const Finding& finding : x.findings) {
    Json one = {{"name", finding.verdict.name},
                {"code", finding.verdict.code},
                {"verdict", enum_name(finding.verdict.verdict)},
                {"vacuous", finding.verdict.vacuous},
                {"scope", scope_text(x)},
                {"sentence", finding.sentence},
                {"counterexample", finding.saved_as},
                {"steps", finding.schedule}};
    if (!finding.limit.empty()) one["limit"] = finding.limit;
    if (finding.verdict.circles_after) {
      one["repaired_after"] = *finding.verdict.repaired_after;
      one["circles_after"] = *finding.verdict.circles_after;
    }
    json["properties"].push_back(std::move(one));
  }
  json["goals"] = Json::array();
  for (std::size_t i = 0; i < x.goals.size(); ++i) {
    const GoalFinding& goal = x.goals[i];
    Json each{{"goal", goal.goal},
              {"verdict", enum_name(goal.verdict.reach)},
              {"expected", goal.expected},
              {"scope", scope_text(x)},
              {"witness", goal.saved_as},
              {"steps", goal.schedule}};
    if (report.why_not != nullptr) each["why_not"] = why_not_json(*report.why_not, i);
    json["goals"].push_back(std::move(each));
  }
  json["coverage"] = coverage_json(report);
  out << json.dump(1, ' ', false, Json::error_handler_t::replace) << "\n";
}

void print_text(const CheckReport& report, std::ostream& out) {
  print_head(report, out);
  out << "\n";
  for (const Finding& finding : report.x.findings)
    print_finding(report.x, finding, out);
  for (std::size_t i = 0; i < report.x.goals.size(); ++i) {
    print_goal(report.x, report.x.goals[i], out);
    if (report.why_not != nullptr) print_why_not(*report.why_not, i, out);
  }
  if (report.coverage) print_coverage(report.x.result.exercised, out);
  if (report.x.exit_code != ok || !report.x.result.complete)
    out << "\nagain: " << report.command << "\n";
}

}  // namespace concordat::app
