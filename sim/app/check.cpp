// check: every schedule within a budget.
#include <algorithm>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/app/check_report.hpp"
#include "sim/app/command_line.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/why_not.hpp"

namespace concordat::app {

namespace {

/// Writes the counterexamples, and the runs to goals, into a folder. RETURNS: the last error.
std::optional<Error> save(const std::string& folder, Exploration& x, WhyNots& why_not) {
  std::optional<Error> unsaved;
  const auto put = [&](const std::string& name, const std::string& yaml, std::string& saved_as) {
    if (yaml.empty()) return;
    if (auto error = save_scenario(folder, name, yaml, saved_as)) unsaved = std::move(error);
  };
  for (Finding& finding : x.findings)
    put(finding.file_name, finding.counterexample_yaml, finding.saved_as);
  for (GoalFinding& goal : x.goals)
    put(goal.file_name, goal.witness_yaml, goal.saved_as);
  for (WhyNot& goal : why_not.goals) {
    for (NearGoal& near : goal.nearest)
      put(near.run.file_name, near.run.witness_yaml, near.run.saved_as);
    for (Way& way : goal.ways)
      put(way.run.file_name, way.run.witness_yaml, way.run.saved_as);
  }
  return unsaved;
}

bool has_something_to_save(const Exploration& x) {
  return std::ranges::any_of(x.findings,
                             [](const Finding& f) { return !f.counterexample_yaml.empty(); }) ||
         std::ranges::any_of(x.goals, [](const GoalFinding& g) { return !g.witness_yaml.empty(); });
}

/// ERRORS: there is no goal; those of binding.
Result<WhyNots> ask_why_not(const Registry& registry,
                            const Exploration& x,
                            int most,
                            Terminal& terminal,
                            Progress& progress,
                            const Means& means) {
  if (x.goals.empty())
    return Error{"", {}, "--why-not: there is no goal", "add --reachable \"p1 commits\""};
  auto why = why_not(
      registry,
      x,
      most,
      terminal.checker,
      [&progress](const std::string& what) { progress.begin(what); },
      [&progress](const SearchProgress& at) { return progress(at); },
      means);
  progress.clear();
  return why;
}

}  // namespace

int check_command(const Registry& registry, const CheckOptions& options, Terminal& terminal) {
  const auto means = means_of(options.effort);
  if (!means) return report(means.error(), terminal);
  auto scenario = load(options.source, registry, &terminal.err);
  if (!scenario) return report(scenario.error(), terminal);
  Progress progress(terminal, means->max_time, means->checkpoint_every);
  auto x = explore(
      registry,
      std::move(*scenario),
      terminal.checker,
      [&](const SearchProgress& at) { return progress(at); },
      *means);
  progress.clear();
  if (!x) return report(x.error(), terminal);
  const double seconds = progress.seconds();
  Result<WhyNots> why = WhyNots{};
  if (options.why_not) why = ask_why_not(registry, *x, options.most, terminal, progress, *means);
  if (!why) return report(why.error(), terminal);
  std::optional<Error> unsaved;  // the verdicts are printed all the same
  if (!options.save.empty()) unsaved = save(options.save, *x, *why);
  const CheckReport all{*x,
                        terminal.checker_name,
                        command_of(options, x->scenario),
                        seconds,
                        options.coverage,
                        options.why_not ? &*why : nullptr};
  if (terminal.json)
    print_json(all, terminal.out);
  else
    print_text(all, terminal.out);
  for (const Unmet& failure : x->unmet)
    terminal.err << Error{x->scenario.file, failure.at, failure.text, ""}.text() << "\n";
  if (!terminal.json && x->expects && x->unmet.empty()) terminal.out << "\nexpectations: met\n";
  if (!terminal.json && has_something_to_save(*x) && options.save.empty())
    terminal.out << "\nto keep each run that is shown as a scenario that replays: add --save "
                    "FOLDER\n";
  if (unsaved) terminal.err << unsaved->text() << "\n";
  if (x->ended_by() == "stopped" || why->limit == "stopped") return interrupted;
  return unsaved ? worse(usage, x->exit_code) : x->exit_code;
}

}  // namespace concordat::app
