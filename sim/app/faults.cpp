// faults: which combinations of faults break a property although no smaller one does.
#include <algorithm>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/app/command_line.hpp"
#include "sim/app/fault_walk.hpp"
#include "sim/app/faults_report.hpp"
#include "sim/app/progress.hpp"

namespace concordat::app {

namespace {

/// Writes the run of each breaking combination into a folder. RETURNS: the last error.
std::optional<Error> save(const std::string& folder, FaultWalk& walk) {
  std::optional<Error> unsaved;
  for (PropertyFaults& property : walk.properties)
    for (BreakingSet& breaking : property.breaking) {
      Finding& finding = breaking.finding;
      auto error =
          save_scenario(folder, finding.file_name, finding.counterexample_yaml, finding.saved_as);
      if (error) unsaved = std::move(error);
    }
  return unsaved;
}

}  // namespace

int faults_command(const Registry& registry, const FaultsOptions& options, Terminal& terminal) {
  const auto means = means_of(options.effort);
  if (!means) return report(means.error(), terminal);
  auto scenario = load(options.source, registry, &terminal.err);
  if (!scenario) return report(scenario.error(), terminal);
  Progress progress(terminal, means->max_time);
  auto walk = walk_faults(
      registry,
      std::move(*scenario),
      options.most,
      terminal.checker,
      [&progress](int number, const FaultWalk& at, const FaultSet& set) {
        progress.begin(fmt::format(
            "{} of {} combinations, {}", number, at.combinations, at.kinds().words(set)));
      },
      [&progress](const SearchProgress& at) { return progress(at); },
      *means);
  progress.clear();
  if (!walk) return report(walk.error(), terminal);
  const double seconds = progress.seconds();
  std::optional<Error> unsaved;  // what was found is printed all the same
  if (!options.save.empty()) unsaved = save(options.save, *walk);
  const FaultsReport all{
      *walk, terminal.checker_name, command_of(options, walk->scenario), seconds};
  if (terminal.json)
    print_json(all, terminal.out);
  else
    print_text(all, terminal.out);
  const bool found = std::ranges::any_of(
      walk->properties, [](const PropertyFaults& property) { return !property.breaking.empty(); });
  if (!terminal.json && found && options.save.empty())
    terminal.out << "\nto keep each run that is shown as a scenario that replays: add --save "
                    "FOLDER\n";
  if (unsaved) terminal.err << unsaved->text() << "\n";
  if (walk->limit == "stopped") return interrupted;
  const int code = walk->complete() ? ok : unknown;
  return unsaved ? worse(usage, code) : code;
}

}  // namespace concordat::app
