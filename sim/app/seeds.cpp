// run --seeds: every run of a range, on all threads, and what came out of them.
#include "sim/app/seeds.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/command_line.hpp"
#include "sim/app/parallel.hpp"
#include "sim/app/progress.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t seeds_per_job = 256;  // the same for any number of threads
constexpr std::size_t failures_shown = 10;

std::string time_text(double us) {
  if (us < 1000) return fmt::format("{:.0f} us", us);
  if (us < 1'000'000) return fmt::format("{:.4g} ms", us / 1000);
  return fmt::format("{:.4g} s", us / 1'000'000);
}

std::string time_text(std::int64_t us) {
  return time_text(static_cast<double>(us));
}

/// Half the width of the 95% confidence interval of the mean.
double half_width(const Histogram& histogram) {
  if (histogram.count() < 2) return 0;
  return 1.96 * std::sqrt(histogram.variance() / static_cast<double>(histogram.count()));
}

Json json_of(const Histogram& histogram) {
  Json json;
  json["count"] = histogram.count();
  if (histogram.empty()) return json;
  json["sum"] = histogram.sum();
  json["min"] = histogram.min();
  json["p50"] = histogram.percentile(0.5);
  json["p90"] = histogram.percentile(0.9);
  json["p99"] = histogram.percentile(0.99);
  json["p999"] = histogram.percentile(0.999);
  json["max"] = histogram.max();
  for (const Histogram::Bin& bin : histogram.bins())
    json["bins"].push_back({bin.least, bin.count});
  return json;
}

class Report {
 public:
  Report(const scenario::Scenario& scenario,
         const scenario::Bound& bound,
         scenario::Seeds seeds,
         const Source& source,
         const Campaign& campaign,
         Terminal& terminal)
      : scenario_(scenario),
        model_(*bound.model),
        seeds_(seeds),
        source_(source),
        campaign_(campaign),
        out_(terminal.out),
        width_(static_cast<std::size_t>(terminal.text.width)) {}

  void text() const {
    head();
    row("faults", faults_text());
    latency("commit", "the client is told after", campaign_.commit_us);
    latency("abort", "the client is told after", campaign_.abort_us);
    latency("in doubt", "each process, for", campaign_.doubt_us);
    properties();
    coverage();
    failures();
  }

  void json() const {
    Json json;
    json["format"] = "concordat-seeds/1";
    json["scenario"] = scenario_.name.value;
    json["protocol"] = model_.info().name;
    for (const FieldText& option : model_.options())
      json["options"][option.name] = option.value;
    json["seeds"] = {{"first", seeds_.first}, {"last", seeds_.last}};
    json["runs"] = campaign_.runs;
    json["fingerprint"] = fmt::format("{:016x}", campaign_.fingerprint);
    json["events"] = campaign_.events;
    json["transactions"] = {{"all", campaign_.transactions},
                            {"committed", campaign_.committed},
                            {"aborted", campaign_.aborted},
                            {"split", campaign_.split},
                            {"undecided", campaign_.undecided}};
    for (std::size_t i = 0; i < campaign_.ended.size(); ++i)
      json["ended"][std::string(enum_name(static_cast<Ended>(i)))] = campaign_.ended[i];
    json["counts"] = {{"messages", campaign_.counts.messages},
                      {"local_messages", campaign_.counts.local_messages},
                      {"lost", campaign_.counts.lost},
                      {"forces", campaign_.counts.forces},
                      {"records", campaign_.counts.records}};
    json["faults"] = {{"crashes", campaign_.faults.crashes},
                      {"recoveries", campaign_.faults.recoveries},
                      {"losses", campaign_.faults.losses},
                      {"duplicates", campaign_.faults.duplicates},
                      {"partitions", campaign_.faults.partitions},
                      {"pauses", campaign_.faults.pauses}};
    json["commit_us"] = json_of(campaign_.commit_us);
    json["abort_us"] = json_of(campaign_.abort_us);
    json["in_doubt_us"] = json_of(campaign_.doubt_us);
    json["properties"] = Json::array();
    for (std::size_t i = 0; i < campaign_.properties.size(); ++i)
      json["properties"].push_back({{"name", safety_properties()[i].name},
                                    {"code", safety_properties()[i].code},
                                    {"ok", campaign_.properties[i].ok},
                                    {"violated", campaign_.properties[i].violated},
                                    {"not_reached", campaign_.properties[i].not_reached}});
    json["coverage"] = Json::array();
    for (const Coverage::Line& line : campaign_.coverage.lines(model_))
      json["coverage"].push_back({{"role", line.role}, {"what", line.what}, {"count", line.count}});
    json["failed"] = campaign_.failed;
    json["failures"] = Json::array();
    for (const SeedFailure& failure : campaign_.failures) {
      Json problems = Json::array();
      for (const Unmet& unmet : failure.problems)
        problems.push_back(unmet.text);
      json["failures"].push_back({{"seed", failure.seed},
                                  {"problems", std::move(problems)},
                                  {"again", again(failure.seed)}});
    }
    out_ << json.dump(1, ' ', false, Json::error_handler_t::replace) << "\n";
  }

 private:
  void row(const std::string& name, const std::string& text) const {
    out_ << fmt::format("{:<14}{}\n", name, text);
  }

  /// `3 quiet, 1 limit`, without what never came.
  static std::string list(const std::vector<std::pair<std::string, std::int64_t>>& parts) {
    std::string out;
    for (const auto& [name, count] : parts)
      if (count != 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", grouped(count), name);
    return out.empty() ? "none" : out;
  }

  double each(std::int64_t count) const {
    return static_cast<double>(count) /
           static_cast<double>(std::max<std::int64_t>(1, campaign_.transactions));
  }

  void head() const {
    out_ << fmt::format("{}: {}", scenario_.name.value, model_.info().name);
    for (const FieldText& option : model_.options())
      out_ << fmt::format(", {} {}", option.name, option.value);
    out_ << fmt::format("\nseeds {} to {}, fingerprint {:016x}\n\n",
                        seeds_.first,
                        seeds_.last,
                        campaign_.fingerprint);
    std::vector<std::pair<std::string, std::int64_t>> ended;
    for (std::size_t i = 0; i < campaign_.ended.size(); ++i)
      ended.emplace_back(enum_name(static_cast<Ended>(i)), campaign_.ended[i]);
    row("runs", fmt::format("{} (ended: {})", grouped(campaign_.runs), list(ended)));
    row("transactions",
        fmt::format("{} ({})",
                    grouped(campaign_.transactions),
                    list({{"committed", campaign_.committed},
                          {"aborted", campaign_.aborted},
                          {"split", campaign_.split},
                          {"with a process that waits", campaign_.undecided}})));
    row("each",
        fmt::format("{:.1f} events, {:.1f} messages ({:.2f} lost), {:.1f} forces, {:.1f} records",
                    each(campaign_.events),
                    each(campaign_.counts.messages),
                    each(campaign_.counts.lost),
                    each(campaign_.counts.forces),
                    each(campaign_.counts.records)));
  }

  std::string faults_text() const {
    const FaultCounts& faults = campaign_.faults;
    return list({{"crashes", faults.crashes},
                 {"recoveries", faults.recoveries},
                 {"losses", faults.losses},
                 {"duplicates", faults.duplicates},
                 {"partitions", faults.partitions},
                 {"pauses", faults.pauses}});
  }

  void latency(const std::string& name, const std::string& what, const Histogram& times) const {
    if (times.empty()) return;
    row(name,
        fmt::format("{} {} (95%: +- {}), p50 {}, p99 {}, max {}; {} of them",
                    what,
                    time_text(times.mean()),
                    time_text(half_width(times)),
                    time_text(times.percentile(0.5)),
                    time_text(times.percentile(0.99)),
                    time_text(times.max()),
                    grouped(times.count())));
  }

  void properties() const {
    out_ << "\n";
    for (std::size_t i = 0; i < campaign_.properties.size(); ++i) {
      const Campaign::PropertyRuns& runs = campaign_.properties[i];
      if (runs.ok + runs.violated == 0) continue;
      out_ << fmt::format(
          "{:<26}{}\n",
          safety_properties()[i].name,
          list({{"ok", runs.ok}, {"VIOLATED", runs.violated}, {"not reached", runs.not_reached}}));
    }
  }

  /// Words after a name, on as many lines as it takes.
  void wrapped(const std::string& name, const std::vector<std::string>& words) const {
    std::string line = fmt::format("{:<14}", name);
    bool first = true;
    for (const std::string& word : words) {
      if (!first) line += ",";
      if (!first && line.size() + word.size() + 2 > width_) {
        out_ << line << "\n";
        line = std::string(13, ' ');
      }
      line += (first ? "" : " ") + word;
      first = false;
    }
    out_ << line << "\n";
  }

  /// What was exercised, by role; and what nobody ever did.
  void coverage() const {
    out_ << "\nexercised\n";
    const auto lines = campaign_.coverage.lines(model_);
    std::vector<std::string> never;
    for (const Coverage::Line& line : lines) {
      const bool some = std::any_of(lines.begin(), lines.end(), [&](const Coverage::Line& other) {
        return other.what == line.what && other.count > 0;
      });
      if (!some && std::find(never.begin(), never.end(), line.what) == never.end())
        never.push_back(line.what);
    }
    for (const RoleSpec& role : model_.info().roles) {
      std::vector<std::string> words;
      for (const Coverage::Line& line : lines)
        if (line.role == role.name && line.count > 0)
          words.push_back(line.what + " " + grouped(line.count));
      if (words.empty()) words.emplace_back("nothing");
      wrapped("  " + std::string(role.name), words);
    }
    if (!never.empty()) wrapped("  never", never);
  }

  void failures() const {
    if (campaign_.unused_fault_runs > 0)
      out_ << fmt::format("\nin {} runs a fault of the scenario never came\n",
                          grouped(campaign_.unused_fault_runs));
    if (campaign_.failed == 0) {
      if (scenario_.expect) out_ << "\nexpectations: met in every run\n";
      return;
    }
    out_ << fmt::format(
        "\n{} of {} runs failed\n", grouped(campaign_.failed), grouped(campaign_.runs));
    const std::size_t shown = std::min(failures_shown, campaign_.failures.size());
    for (std::size_t i = 0; i < shown; ++i) {
      const SeedFailure& failure = campaign_.failures[i];
      out_ << fmt::format("  seed {}", failure.seed);
      for (const Unmet& unmet : failure.problems)
        out_ << "; " << unmet.text;
      out_ << "\n    again: " << again(failure.seed) << "\n";
    }
    if (campaign_.failed > static_cast<std::int64_t>(shown))
      out_ << fmt::format("  and {} more (--json lists {})\n",
                          grouped(campaign_.failed - static_cast<std::int64_t>(shown)),
                          campaign_.failures.size());
  }

  std::string again(std::uint64_t seed) const {
    Source source = source_;
    source.seeds = std::to_string(seed);
    return command_of("run", source);
  }

  const scenario::Scenario& scenario_;
  const Model& model_;
  const scenario::Seeds seeds_;
  const Source& source_;
  const Campaign& campaign_;
  std::ostream& out_;
  const std::size_t width_;
};

}  // namespace

std::optional<Campaign> run_range(const scenario::Scenario& scenario,
                                  const scenario::Bound& bound,
                                  scenario::Seeds seeds,
                                  int threads,
                                  Terminal& terminal) {
  StatusLine line(terminal);
  Campaign total;
  const auto stopped = [&] { return terminal.interrupted && terminal.interrupted(); };
  const auto jobs = static_cast<std::size_t>((seeds.count() - 1) / seeds_per_job + 1);
  run_jobs(
      jobs,
      {.threads = threads, .go_on = [&] { return !stopped(); }},
      [&](std::size_t index, std::stop_token stop) {
        const std::uint64_t first = seeds.first + index * seeds_per_job;
        const scenario::Seeds part{first, std::min(seeds.last, first + seeds_per_job - 1)};
        return run_seeds(scenario, bound, part, [stop] { return stop.stop_requested(); });
      },
      [&](std::size_t, Campaign part) {
        total.add(part);
        line.show([&](double seconds) {
          return fmt::format("{} of {} runs, {} failed, {:.0f} runs/s",
                             grouped(total.runs),
                             grouped(static_cast<std::int64_t>(seeds.count())),
                             grouped(total.failed),
                             static_cast<double>(total.runs) / seconds);
        });
        return true;
      });
  line.clear();
  if (total.runs == 0) return std::nullopt;
  return total;
}

int seeds_command(const Registry& registry, const RunOptions& options, Terminal& terminal) {
  auto scenario = load(options.source, registry, &terminal.err);
  if (!scenario) return report(scenario.error(), terminal);
  auto bound = scenario::bind(*scenario, registry);
  if (!bound) return report(bound.error(), terminal);
  if (!bound->is_timed) return report(untimed(*scenario), terminal);
  const scenario::Seeds seeds = scenario->seeds ? scenario->seeds->value : scenario::Seeds{};
  const int threads = options.jobs > 0 ? options.jobs : hardware_threads();
  const auto campaign = run_range(*scenario, *bound, seeds, threads, terminal);
  if (!campaign) return interrupted;
  if (options.verify_determinism && !(terminal.interrupted && terminal.interrupted())) {
    const auto again = run_range(*scenario, *bound, seeds, threads, terminal);
    if (!again) return interrupted;
    if (again->fingerprint != campaign->fingerprint) {
      terminal.err << "the runs are not deterministic: the second time their fingerprint is "
                   << fmt::format("{:016x}\n", again->fingerprint);
      return internal;
    }
    if (!terminal.json && !options.quiet)
      terminal.out << fmt::format("deterministic: {} runs, twice, with equal fingerprints\n\n",
                                  grouped(campaign->runs));
  }
  const Source source = pinned(options.source, *scenario);
  const Report result(*scenario, *bound, seeds, source, *campaign, terminal);
  if (terminal.json)
    result.json();
  else if (!options.quiet)
    result.text();
  int code = campaign->failed > 0 ? violated : ok;
  if (terminal.interrupted && terminal.interrupted()) code = worse(code, interrupted);
  return code;
}

}  // namespace concordat::app
