#include "sim/app/bench_plan.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <set>

#include "sim/app/command_line.hpp"
#include "sim/app/files.hpp"
#include "sim/base/file.hpp"
#include "sim/scenario/yaml.hpp"

namespace concordat::app {

namespace {

namespace fs = std::filesystem;

using scenario::Scenario;

constexpr std::size_t max_runs = 1'000'000;

/// Without reading it as a scenario: a folder has many files, and few are benchmarks.
bool may_have_bench(const std::string& path) {
  const auto text = read_text_file(path, scenario::max_file_bytes);
  return !text || text->find("bench") != std::string::npos;  // what cannot be read is told later
}

class Planner {
 public:
  Planner(const Registry& registry, const BenchOptions& options)
      : registry_(registry), options_(options) {}

  Result<BenchPlan> run() {
    if (options_.paths.empty()) {
      add("", true);
    } else {
      for (const std::string& path : options_.paths)
        add_all(path);
    }
    if (error_) return *error_;
    if (plan_.files.empty())
      return Error{options_.paths.front(),
                   {},
                   options_.check ? "no file there has `bench: {resembles: ...}`"
                                  : "no file there has a `bench:`",
                   "scenarios/README.md says how benchmarks are written"};
    return std::move(plan_);
  }

 private:
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  void add_all(const std::string& path) {
    if (error_) return;
    const auto files = files_below(path);
    if (!files) return fail(files.error());
    const bool named = files->size() == 1 && files->front() == path;
    for (const std::string& file : *files) {
      if (!named && !may_have_bench(file)) continue;
      if (seen_.insert(fs::path(file).lexically_normal().string()).second) add(file, named);
    }
  }

  /// `named`: by itself, so that it must be a benchmark.
  void add(const std::string& path, bool named) {
    if (error_) return;
    Source source = options_.source;
    source.file = path;
    auto all = load_all(source, registry_);
    if (!all) return fail(all.error());
    const auto is_wanted = [&](const Scenario& each) {
      return each.bench && (!options_.check || each.bench->resembles);
    };
    if (std::ranges::none_of(*all, is_wanted)) {
      if (named)
        fail({path,
              {},
              options_.check ? "there is no `bench: {resembles: ...}` in it"
                             : "there is no `bench:` in it",
              "scenarios/README.md says how benchmarks are written"});
      return;
    }
    std::erase_if(*all, [](const Scenario& each) { return !each.bench; });
    BenchFile file;
    file.path = path;
    file.scenarios = std::move(*all);
    const Scenario& first = file.scenarios.front();
    file.name = first.name.value;
    if (!first.variant.empty() && file.name.ends_with(", " + first.variant))
      file.name.resize(file.name.size() - first.variant.size() - 2);
    file.stem = stem_of(path);
    for (const auto& [place, value] : first.places)
      file.places.push_back(place);
    file.again = command_of("bench", source);
    add_columns(file);
    if (!error_)
      if (auto error = bench::check_claims(file.scenarios)) fail(*error);
    add_points(file);
    plan_.files.push_back(std::move(file));
  }

  std::string stem_of(const std::string& path) {
    const std::string wanted = path.empty() ? "bench" : fs::path(path).stem().string();
    std::string stem = wanted;
    for (int i = 2; !stems_.insert(stem).second; ++i)
      stem = fmt::format("{}-{}", wanted, i);
    return stem;
  }

  void add_columns(BenchFile& file) {
    std::vector<std::string_view> names;
    for (const bench::Measure& measure : bench::measures())
      names.push_back(measure.name);
    const auto add = [&](const bench::Measure& measure) {
      const std::size_t index = bench::index_of(measure);
      if (std::ranges::find(file.columns, index) == file.columns.end())
        file.columns.push_back(index);
    };
    for (const Scenario& scenario : file.scenarios)
      for (const scenario::Text& name : scenario.bench->measures) {
        file.columns_asked = true;
        if (const auto* measure = bench::find_measure(name.value)) {
          add(*measure);
          continue;
        }
        const std::string near = nearest(name.value, names);
        const bool by_flag = name.at.line == 0;
        return fail(
            {by_flag ? "" : file.path,
             name.at,
             fmt::format("{}there is no measure `{}`", by_flag ? "--measures: " : "", name.value),
             near.empty() ? "`concordat bench --list-measures` names them"
                          : "did you mean `" + near + "`?"});
      }
    if (file.columns_asked) return;
    for (const std::string_view name : bench::usual_measures())
      add(*bench::find_measure(name));
  }

  void add_points(BenchFile& file) {
    for (std::size_t i = 0; i < file.scenarios.size() && !error_; ++i) {
      const Scenario& scenario = file.scenarios[i];
      for (const auto& contender : scenario::contenders(scenario)) {
        bench::Point point;
        point.place = scenario.places;
        point.variant = scenario.overlay;
        point.scenario = i;
        point.contender = contender.value;
        if (scenario.seeds) point.seeds = scenario.seeds->value;
        check_name(file, contender);
        if (error_) return;
        const auto setting = setting_of(file, point, registry_);
        if (!setting) return fail(explained(setting.error(), scenario, contender.value));
        add_runs(file, point);
        file.points.push_back(std::move(point));
      }
    }
  }

  void add_runs(const BenchFile& file, const bench::Point& point) {
    if (plan_.runs.size() + point.seeds.count() > max_runs)
      return fail({file.path,
                   {},
                   fmt::format("these are more than {} runs", max_runs),
                   "fewer seeds, or fewer values in `sweep`"});
    for (std::uint64_t seed = point.seeds.first;; ++seed) {
      plan_.runs.push_back({plan_.files.size(), file.points.size(), seed});
      if (seed == point.seeds.last) break;
    }
  }

  /// The names in `compare`, at their place.
  void check_name(const BenchFile& file, const scenario::At<scenario::Contender>& contender) {
    const bool by_flag = contender.at.line == 0;
    const auto missing = [&](const std::string& what, const std::string& near) {
      fail({by_flag ? "" : file.path,
            contender.at,
            (by_flag && !options_.source.compare.empty() ? "--compare: " : "") + what,
            near.empty() ? "`concordat list` names them" : "did you mean `" + near + "`?"});
    };
    const ProtocolEntry* const entry = registry_.find(contender.value.protocol);
    if (entry == nullptr) {
      std::vector<std::string> names;
      for (const ProtocolEntry& each : registry_.entries())
        names.push_back(each.info->name);
      return missing("there is no protocol `" + contender.value.protocol + "`",
                     nearest(contender.value.protocol, names));
    }
    if (contender.value.profile.empty()) return;
    std::vector<std::string_view> profiles;
    for (const ProfileSpec& profile : entry->info->profiles)
      profiles.push_back(profile.name);
    if (std::ranges::find(profiles, contender.value.profile) == profiles.end())
      missing(fmt::format(
                  "`{}` has no profile `{}`", contender.value.protocol, contender.value.profile),
              nearest(contender.value.profile, profiles));
  }

  /// Which one of several it was that cannot run.
  static Error explained(Error error,
                         const Scenario& scenario,
                         const scenario::Contender& contender) {
    if (contender.protocol != scenario.protocol.value || !scenario.bench->compare.empty())
      error.what += " (" + format(contender) + ")";
    if (!scenario.variant.empty()) error.what += " (variant `" + scenario.variant + "`)";
    return error;
  }

  const Registry& registry_;
  const BenchOptions& options_;
  BenchPlan plan_;
  std::optional<Error> error_;
  std::set<std::string> seen_;
  std::set<std::string> stems_;
};

}  // namespace

bool BenchFile::complete() const {
  return std::ranges::all_of(points, &bench::Point::complete);
}

Result<BenchPlan> plan_benchmarks(const Registry& registry, const BenchOptions& options) {
  return Planner(registry, options).run();
}

Result<bench::Setting> setting_of(const BenchFile& file,
                                  const bench::Point& point,
                                  const Registry& registry) {
  const Scenario& scenario = file.scenarios[point.scenario];
  return bench::prepare(bench::contend(scenario, point.contender, registry), registry);
}

}  // namespace concordat::app
