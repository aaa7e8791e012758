#include "sim/app/matrix.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/app/check_report.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/parallel.hpp"
#include "sim/app/progress.hpp"
#include "sim/base/property_names.hpp"
#include "sim/model/fault_class.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

namespace {

constexpr std::array usual_codes{"UA", "CA", "VC", "VAs", "VAw", "IR", "NB", "ET"};

bool asks_for(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

/// ERRORS: a name that none of `known` is.
std::optional<Error> all_known(const std::string& flag,
                               const std::vector<std::string>& names,
                               const std::vector<std::string>& known) {
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string near = nearest(name, known);
    return Error{"",
                 {},
                 fmt::format("--{}: there is none called `{}`", flag, name),
                 near.empty() ? "see `concordat list`" : "did you mean `" + near + "`?"};
  }
  return std::nullopt;
}

/// F4 stands for F4-twice as well, as in tables.
Result<std::vector<std::string>> classes_of(const std::vector<std::string>& asked) {
  std::vector<std::string> classes;
  for (const std::string& name : fault_class_names()) {
    const std::string family = name.substr(0, name.find('-'));
    if (asks_for(asked, name) || asks_for(asked, family)) classes.push_back(name);
  }
  std::vector<std::string> known = fault_class_names();
  known.emplace_back("F8");
  if (auto error = all_known("faults", asked, known)) return *error;
  return classes;
}

Result<std::vector<std::string>> codes_of(const std::vector<std::string>& asked) {
  std::vector<std::string> codes;
  if (asked.empty()) return std::vector<std::string>(usual_codes.begin(), usual_codes.end());
  for (const std::string& word : asked) {
    const std::string_view name = property_long_name(word);
    if (name.empty())
      return Error{
          "", {}, "--property: there is none called `" + word + "`", "see `concordat list`"};
    for (const PropertyName& property : property_names)
      if (property.name == name) codes.emplace_back(property.code);
  }
  return codes;
}

/// The name in `name=value`.
std::string name_in(const std::string& setting) {
  return setting.substr(0, setting.find('='));
}

/// `--option` and `--bound` speak to the protocols that have them.
Source row_source(const ProtocolInfo& info,
                  const std::string& profile,
                  const MatrixOptions& options) {
  Source source;
  source.protocol = info.name;
  if (!profile.empty()) source.profile = profile;
  for (const RoleSpec& role : info.roles)
    if (role.votes && role.is_open())
      source.processes.push_back(
          fmt::format("{}={}", scenario::plural(role.name), options.participants));
  for (const std::string& option : options.options)
    if (std::ranges::find(info.options, name_in(option), &ProtocolInfo::Option::name) !=
        info.options.end())
      source.options.push_back(option);
  for (const std::string& bound : options.bounds)
    if (std::ranges::find(info.bounds, name_in(bound)) != info.bounds.end())
      source.bounds.push_back(bound);
  source.votes = {"any"};
  source.business = !info.judged.empty();
  source.operators = !info.operators.empty();
  source.partial_order = options.partial_order;
  source.max_states = std::to_string(options.max_states);
  return source;
}

/// What one cell needs.
struct Job {
  std::size_t row = 0;
  std::size_t cell = 0;
};

MatrixVerdict verdict_of(const Finding& finding) {
  MatrixVerdict out;
  out.code = finding.verdict.code;
  out.verdict = finding.verdict.verdict;
  out.vacuous = finding.verdict.vacuous;
  out.sentence = finding.sentence;
  out.schedule = finding.schedule;
  out.yaml = finding.counterexample_yaml;
  return out;
}

}  // namespace

Result<Matrix> matrix_rows(const Registry& registry, const MatrixOptions& options) {
  Matrix matrix;
  auto classes = classes_of(options.classes);
  if (!classes) return classes.error();
  auto codes = codes_of(options.properties);
  if (!codes) return codes.error();
  matrix.classes = std::move(*classes);
  matrix.codes = std::move(*codes);
  std::vector<std::string> protocols;
  std::vector<std::string> profiles;
  for (const ProtocolEntry& entry : registry.entries()) {
    const ProtocolInfo& info = *entry.info;
    protocols.push_back(info.name);
    if (!asks_for(options.protocols, info.name)) continue;
    std::vector<ProfileSpec> specs = info.profiles;
    if (specs.empty()) specs.push_back({"", "", info.summary});
    for (const ProfileSpec& spec : specs) {
      profiles.emplace_back(spec.name);
      if (!asks_for(options.profiles, spec.name)) continue;
      const std::string profile(spec.name);
      MatrixRow& row = matrix.rows.emplace_back();
      row.protocol = info.name;
      row.profile = profile;
      row.summary = spec.summary;
      row.source = row_source(info, profile, options);
      row.codes = matrix.codes;
      if (options.properties.empty() && !info.judged.empty())
        row.codes.assign(info.judged.begin(), info.judged.end());
    }
  }
  if (auto error = all_known("protocol", options.protocols, protocols)) return *error;
  if (auto error = all_known("profile", options.profiles, profiles)) return *error;
  for (MatrixRow& row : matrix.rows) {
    const auto scenario = load(row.source, registry);
    if (!scenario) return scenario.error();
    if (const auto bound = scenario::bind(*scenario, registry); !bound) return bound.error();
    for (const std::string& name : matrix.classes) {
      row.cells.emplace_back();
      row.cells.back().fault_class = name;
    }
  }
  return matrix;
}

Source cell_source(const MatrixRow& row,
                   const std::string& fault_class,
                   const std::vector<std::string>& codes) {
  Source source = row.source;
  source.faults = fault_class;
  source.properties = codes;
  return source;
}

namespace {

/// Searches for one cell at a time.
class Searcher {
 public:
  Searcher(const Registry& registry,
           const MatrixOptions& options,
           const Checker& checker,
           double max_seconds)
      : registry_(registry), options_(options), checker_(checker), max_seconds_(max_seconds) {}

  /// First as it was asked. What a limit leaves unknown is asked again, as long as something is
  /// left: one order of independent events instead of all; then with counters that go to 2, and
  /// to 1; then, if delays or duplicates have no limit, with 2 of them, and with 1; then with one
  /// participant and counters that go to 1, which can show that it holds only as far as that, and
  /// nothing else.
  MatrixCell search(const MatrixRow& row,
                    const std::string& name,
                    const std::stop_token& stop) const {
    MatrixCell cell;
    cell.fault_class = name;
    const Source asked = cell_source(row, name, row.codes);
    ask(asked, "", stop, cell);
    const auto open = [&] {
      return options_.again ? unknown_in(cell) : std::vector<std::string>{};
    };
    const auto ask_again = [&](Source again, const std::string& bound) {
      again.properties = open();
      if (!again.properties.empty()) ask(again, bound, stop, cell);
    };
    Source reduced = asked;
    reduced.partial_order = true;
    if (!options_.partial_order) ask_again(reduced, "");
    for (const int bound : {2, 1})
      if (Source again = asked; set_bounds(again, bound))
        ask_again(again, fmt::format("{}", fmt::join(again.bounds, ", ")));
    const FaultClass& faults = *find_fault_class(name);
    for (const int duplicates : {2, 1})
      if (Source again = asked; faults.duplicates == Budget::unlimited) {
        again.faults.reset();
        again.timing = "synchronous";
        again.duplicates = std::to_string(duplicates);
        ask_again(again, fmt::format("duplicates={}", duplicates));
      }
    for (const int early : {2, 1})
      if (Source again = asked; faults.timing == TimingModel::asynchronous) {
        again.early_timeouts = std::to_string(early);
        ask_again(again, fmt::format("early_timeouts={}", early));
      }
    if (Source again = reduced; options_.participants > 1 && !again.processes.empty()) {
      for (std::string& each : again.processes)
        each = name_in(each) + "=1";
      std::string bound = fmt::format("{}", fmt::join(again.processes, ", "));
      if (set_bounds(again, 1)) bound += fmt::format(", {}", fmt::join(again.bounds, ", "));
      MatrixCell smaller;
      smaller.covered = true;
      again.properties = open();
      if (!again.properties.empty()) ask(again, bound, stop, smaller);
      std::erase_if(smaller.verdicts,
                    [](const MatrixVerdict& verdict) { return verdict.verdict != Verdict::holds; });
      take(smaller, cell);
    }
    return cell;
  }

 private:
  /// Two bounds of a verdict: one that was asked for, and one that was met (`epoch <= 2`), unless
  /// it is the same.
  static std::string joined(const std::string& bound, const std::string& past) {
    if (bound.empty() || past.empty()) return bound + past;
    const std::string name = past.substr(0, past.find(' '));
    return bound.find(name + "=") != std::string::npos ? bound : bound + ", " + past;
  }

  /// Adds what is found to the cell. `bound`: what it is bounded by, beside the protocol's own.
  void ask(const Source& source,
           const std::string& bound,
           const std::stop_token& stop,
           MatrixCell& cell) const {
    const Stopwatch watch;
    const auto progress = [&](const SearchProgress&) -> std::string_view {
      if (stop.stop_requested()) return "stopped";
      return watch.seconds() > max_seconds_ ? "time" : "";
    };
    const auto scenario = load(source, registry_);
    const auto x = scenario ? explore(registry_, *scenario, checker_, progress, Means{})
                            : Result<Exploration>(scenario.error());
    cell.covered = true;
    if (!x) {  // the row itself can be bound, so it is the class that does not fit
      if (bound.empty()) cell.not_applicable = x.error().what;
      return;
    }
    cell.covered = x->ended_by() != "stopped";
    cell.scope = scope_text(*x);
    cell.states += x->result.states;
    cell.transitions += x->result.transitions;
    cell.limit = x->result.complete ? "" : x->result.limit;
    for (const Finding& finding : x->findings) {
      MatrixVerdict verdict = verdict_of(finding);
      if (verdict.verdict == Verdict::unknown && cell.limit.empty()) cell.limit = finding.limit;
      if (verdict.verdict == Verdict::holds) verdict.up_to = joined(bound, x->result.past_bound);
      put(std::move(verdict), cell);
    }
    cell.seconds += watch.seconds();
  }

  static void put(MatrixVerdict&& verdict, MatrixCell& cell) {
    const auto old = std::ranges::find(cell.verdicts, verdict.code, &MatrixVerdict::code);
    if (old == cell.verdicts.end())
      cell.verdicts.push_back(std::move(verdict));
    else
      *old = std::move(verdict);
  }

  /// What a search of a smaller system says; the limit and the scope stay those of the full one.
  static void take(MatrixCell& smaller, MatrixCell& cell) {
    cell.covered = cell.covered && smaller.covered;
    cell.states += smaller.states;
    cell.transitions += smaller.transitions;
    cell.seconds += smaller.seconds;
    for (MatrixVerdict& verdict : smaller.verdicts)
      put(std::move(verdict), cell);
  }

  static std::vector<std::string> unknown_in(const MatrixCell& cell) {
    std::vector<std::string> open;
    if (!cell.covered || !cell.not_applicable.empty()) return open;
    for (const MatrixVerdict& verdict : cell.verdicts)
      if (verdict.verdict == Verdict::unknown) open.push_back(verdict.code);
    return open;
  }

  /// Those that nobody has set. RETURNS: whether there are any.
  bool set_bounds(Source& source, int bound) const {
    const std::size_t before = source.bounds.size();
    for (const std::string& label : registry_.find(source.protocol)->info->bounds)
      if (std::ranges::none_of(source.bounds,
                               [&](const std::string& each) { return name_in(each) == label; }))
        source.bounds.push_back(fmt::format("{}={}", label, bound));
    return source.bounds.size() > before;
  }

  const Registry& registry_;
  const MatrixOptions& options_;
  const Checker& checker_;
  const double max_seconds_;
};

}  // namespace

std::optional<Error> fill(Matrix& matrix,
                          const Registry& registry,
                          const MatrixOptions& options,
                          Terminal& terminal,
                          const MatrixCalls& calls) {
  Effort effort;
  effort.max_time = options.max_time;
  const auto means = means_of(effort);
  if (!means) return means.error();
  const double max_seconds = static_cast<double>(means->max_time.us) / 1e6;
  const Searcher searcher(registry, options, terminal.checker, max_seconds);
  std::vector<Job> jobs;
  for (std::size_t row = 0; row < matrix.rows.size(); ++row)
    for (std::size_t cell = 0; cell < matrix.classes.size(); ++cell)
      jobs.push_back({row, cell});
  const auto work = [&](std::size_t index, const std::stop_token& stop) {
    const MatrixRow& row = matrix.rows[jobs[index].row];
    const std::string& name = matrix.classes[jobs[index].cell];
    auto stored = calls.stored(row, name);
    return stored ? std::move(*stored) : searcher.search(row, name, stop);
  };
  std::size_t number = 0;
  const auto deliver = [&](std::size_t index, MatrixCell cell) {
    MatrixRow& row = matrix.rows[jobs[index].row];
    MatrixCell& place = row.cells[jobs[index].cell];
    place = std::move(cell);
    calls.done(row, place, ++number, jobs.size());
    return true;
  };
  const auto go_on = [&] {
    calls.progress(number, jobs.size());
    return !(terminal.interrupted && terminal.interrupted());
  };
  const int threads = options.jobs > 0 ? options.jobs : hardware_threads();
  run_jobs(jobs.size(), {.threads = threads, .go_on = go_on}, work, deliver);
  matrix.stopped = terminal.interrupted && terminal.interrupted();
  return std::nullopt;
}

}  // namespace concordat::app
