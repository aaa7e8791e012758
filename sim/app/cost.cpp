#include "sim/app/cost.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <ostream>

#include "sim/base/formula.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

namespace {

constexpr std::array run_names{"commit", "one_no", "all_read", "client_abort"};
constexpr std::array usual_quantities{
    "messages", "delays", "answer", "forces", "records", "force_delays"};
constexpr std::string_view client_label = "client";

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `3`, `2..8`.
std::optional<std::vector<std::int64_t>> range_of(std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto first = number_in(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : number_in(text.substr(dots + 2));
  constexpr std::int64_t longest = 100;
  if (!first || !last || *last < *first || *last - *first >= longest) return std::nullopt;
  std::vector<std::int64_t> out;
  for (std::int64_t i = *first; i <= *last; ++i)
    out.push_back(i);
  return out;
}

using Settings = std::vector<std::string>;  // name=value

/// Every combination of the values that `f=0..3 fast=true` names.
Result<std::vector<Settings>> combinations(const std::vector<std::string>& options) {
  std::vector<Settings> all{{}};
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{"", {}, "--option: `" + option + "` has no `=`", "write name=value, or f=0..3"};
    std::vector<std::string> values{option.substr(equals + 1)};
    if (option.find("..") != std::string::npos) {
      const auto range = range_of(values[0]);
      if (!range)
        return Error{"", {}, "--option: `" + values[0] + "` is no range", "write it like f=0..3"};
      values.clear();
      for (const std::int64_t value : *range)
        values.push_back(std::to_string(value));
    }
    std::vector<Settings> more;
    for (const Settings& settings : all)
      for (const std::string& value : values) {
        more.push_back(settings);
        more.back().push_back(option.substr(0, equals + 1) + value);
      }
    all = std::move(more);
  }
  return all;
}

bool asks_for(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

/// Whether the protocol can make such a run.
bool has_run(const ProtocolInfo& info, std::string_view run) {
  const auto offers = [&](std::string_view label, std::string_view outcome) {
    return std::ranges::any_of(info.choices, [&](const ChoiceSpec& choice) {
      return choice.label == label &&
             (" " + std::string(choice.outcomes) + " ").find(" " + std::string(outcome) + " ") !=
                 std::string::npos;
    });
  };
  if (run == "one_no") return offers(scenario::vote_label, "no");
  if (run == "all_read") return offers(scenario::vote_label, "read");
  if (run == "client_abort") return offers(client_label, "abort");
  return true;
}

/// One run of one protocol.
class Count {
 public:
  Count(const Registry& registry, const ProtocolInfo& info, const ProfileSpec& profile)
      : registry_(registry), info_(info), profile_(profile) {}

  /// ERRORS: those of binding and of running; a formula that cannot be read.
  Result<CostRow> row(std::string_view run, std::int64_t participants, const Settings& settings) {
    Source source;
    source.protocol = info_.name;
    if (!profile_.name.empty()) source.profile = std::string(profile_.name);
    for (const RoleSpec& role : info_.roles)
      if (role.votes && role.is_open())
        source.processes.push_back(fmt::format("{}={}", scenario::plural(role.name), participants));
    source.options = settings;
    auto scenario = load(source, registry_);
    if (!scenario) return scenario.error();
    auto bound = scenario::bind(*scenario, registry_);
    if (!bound) return bound.error();
    choose(*scenario, *bound->model, run);
    if (!info_.rounds.empty()) give_times(*scenario);
    bound = scenario::bind(*scenario, registry_);
    if (!bound) return bound.error();
    const Run made = concordat::run(*scenario, *bound);
    if (made.error) return *made.error;
    CostRow out{info_.name,
                std::string(profile_.name),
                std::string(run),
                static_cast<int>(participants),
                settings,
                {},
                {},
                {}};
    if (auto error = compare(made.trace, *bound, out)) return *error;
    return out;
  }

 private:
  /// Rounds end by timers, one message delay after another: such a run needs a clock. No other
  /// timer fires in it.
  void give_times(scenario::Scenario& scenario) const {
    scenario::Timing& timing = scenario.timing.emplace();
    DistributionSpec latency;
    latency.first = delay;
    timing.latency.emplace().value = latency;
    for (const std::string& timer : info_.timers) {
      const bool ends_round = std::ranges::find(info_.rounds, timer) != info_.rounds.end();
      timing.timeouts.push_back({{timer, {}}, {ends_round ? a_round : never, {}}});
    }
    timing.limit.emplace().value = Duration{delay.us * 1000};
    timing.stop.value = scenario::Stop::decided;
  }

  /// The last decision, in whole message delays.
  static std::int64_t delays_of(const trace::Trace& trace) {
    std::int64_t last = 0;
    for (const trace::Step& step : trace.steps)
      for (const trace::Effect& effect : step.effects)
        if (effect.kind == trace::EffectKind::decide)
          last = std::max(last, effect.time_us.value_or(step.time_us.value_or(0)));
    return last / delay.us;
  }

  static constexpr Duration delay{1'000'000};
  static constexpr Duration a_round{1'001'000};  // so that what arrives at its end is in time
  static constexpr Duration never{3'600'000'000};

  /// Votes, and what the client wants.
  static void choose(scenario::Scenario& scenario, const Model& model, std::string_view run) {
    const auto fix = [&](const ProcessInfo& who, std::string_view label, std::string_view outcome) {
      scenario.choices.push_back(
          {{{0, who.name}, {}}, {std::string(label), {}}, {std::string(outcome), {}}});
    };
    const ProcessInfo* last = nullptr;  // of those that may refuse
    const auto& processes = model.setup().processes;
    for (std::size_t i = 0; i < processes.size(); ++i) {
      const ProcessInfo& process = processes[i];
      if (scenario::may_refuse(model, ProcessId::at(static_cast<int>(i)))) last = &process;
      if (process.votes && run == "all_read") fix(process, scenario::vote_label, "read");
      if (run == "client_abort") fix(process, client_label, "abort");
    }
    if (last != nullptr && run == "one_no") fix(*last, scenario::vote_label, "no");
  }

  static std::optional<std::int64_t> option(const Model& model, char letter) {
    for (const FieldText& field : model.options())
      if (field.name.size() == 1 && std::tolower(letter) == std::tolower(field.name[0]))
        return number_in(field.value);
    return std::nullopt;
  }

  std::optional<Error> compare(const trace::Trace& trace,
                               const scenario::Bound& bound,
                               CostRow& out) {
    trace::Costs costs = trace::costs_of(trace);
    if (!info_.rounds.empty()) costs.delays = delays_of(trace);
    const Variables variables = [&](char letter) -> std::optional<std::int64_t> {
      if (letter == 'N' || letter == 'n') return out.participants;
      return option(*bound.model, letter);
    };
    for (const char* name : usual_quantities)
      out.figures.push_back({name, trace::quantity(costs, trace, name), "", {}, false});
    for (const PublishedCost& published : info_.costs) {
      if (published.run != out.run ||
          !(published.profile.empty() || published.profile == profile_.name))
        continue;
      const auto meant = is_meant(published.where, variables);
      if (!meant) return meant.error();
      if (!*meant) continue;
      out.sources.emplace_back(published.source);
      if (!published.differs.empty()) out.differs = published.differs;
      for (const bool derived : {false, true})
        if (auto error = add(published, derived, costs, trace, variables, out)) return error;
    }
    return std::nullopt;
  }

  /// Whether none of the formulas is negative.
  static Result<bool> is_meant(std::string_view where, const Variables& variables) {
    for (const std::string& formula : items(where)) {
      const auto value = evaluate(formula, variables);
      if (!value) return value.error();
      if (*value < 0) return false;
    }
    return true;
  }

  /// What stands between semicolons.
  static std::vector<std::string> items(std::string_view list) {
    std::vector<std::string> out;
    while (!list.empty()) {
      const std::string_view item = list.substr(0, list.find(';'));
      const std::size_t begin = item.find_first_not_of(' ');
      if (begin != std::string_view::npos) out.emplace_back(item.substr(begin));
      list.remove_prefix(std::min(list.size(), item.size() + 1));
    }
    return out;
  }

  /// `messages 3N-1; delays 4`.
  std::optional<Error> add(const PublishedCost& published,
                           bool derived,
                           const trace::Costs& costs,
                           const trace::Trace& trace,
                           const Variables& variables,
                           CostRow& out) {
    for (const std::string& item : items(derived ? published.derived : published.costs)) {
      const std::size_t blank = std::min(item.find(' '), item.size());
      const std::string quantity = item.substr(0, blank);
      const std::string formula = item.substr(std::min(item.size(), blank + 1));
      const auto value = evaluate(formula, variables);
      if (!value) return Error{"", {}, info_.name + ": " + value.error().what, ""};
      auto figure = std::ranges::find(out.figures, quantity, &CostFigure::quantity);
      if (figure == out.figures.end()) {
        out.figures.push_back({quantity, trace::quantity(costs, trace, quantity), "", {}, false});
        figure = out.figures.end() - 1;
      }
      figure->formula = formula;
      figure->expected = *value;
      figure->derived = derived;
    }
    return std::nullopt;
  }

  const Registry& registry_;
  const ProtocolInfo& info_;
  const ProfileSpec& profile_;
};

/// Those of the settings that the protocol has options for.
Settings fitting(const Settings& settings, const ProtocolInfo& info) {
  Settings out;
  for (const std::string& setting : settings)
    if (std::ranges::find(info.options,
                          setting.substr(0, setting.find('=')),
                          &ProtocolInfo::Option::name) != info.options.end())
      out.push_back(setting);
  return out;
}

/// ERRORS: a word that is none of those.
std::optional<Error> known(const std::string& flag,
                           const std::vector<std::string>& words,
                           const std::vector<std::string>& all) {
  for (const std::string& word : words)
    if (std::ranges::find(all, word) == all.end()) {
      const std::string near = nearest(word, all);
      return Error{"",
                   {},
                   fmt::format("--{}: there is none called `{}`", flag, word),
                   near.empty() ? "see `concordat list`" : "did you mean `" + near + "`?"};
    }
  return std::nullopt;
}

std::optional<Error> check_names(const Registry& registry, const CostOptions& options) {
  std::vector<std::string> protocols;
  std::vector<std::string> profiles;
  std::vector<std::string> settings;
  std::vector<std::string> asked;
  for (const ProtocolEntry& entry : registry.entries()) {
    protocols.push_back(entry.info->name);
    for (const ProfileSpec& profile : entry.info->profiles)
      profiles.emplace_back(profile.name);
    for (const ProtocolInfo::Option& option : entry.info->options)
      settings.push_back(option.name);
  }
  for (const std::string& option : options.options)
    asked.push_back(option.substr(0, option.find('=')));
  if (auto error = known("protocol", options.protocols, protocols)) return error;
  if (auto error = known("profile", options.profiles, profiles)) return error;
  if (auto error = known("option", asked, settings)) return error;
  return known("run", options.runs, {run_names.begin(), run_names.end()});
}

}  // namespace

bool CostRow::agrees() const {
  return std::ranges::all_of(figures, [](const CostFigure& figure) { return figure.agrees(); });
}

Result<std::vector<CostRow>> count_costs(const Registry& registry, const CostOptions& options) {
  if (auto error = check_names(registry, options)) return *error;
  const auto participants = range_of(options.participants);
  if (!participants)
    return Error{"", {}, "--participants: no number and no range", "write 3 or 2..8"};
  const auto settings = combinations(options.options);
  if (!settings) return settings.error();
  std::vector<CostRow> rows;
  for (const ProtocolEntry& entry : registry.entries()) {
    const ProtocolInfo& info = *entry.info;
    if (!asks_for(options.protocols, info.name)) continue;
    std::vector<Settings> mine;
    for (const Settings& each : *settings)
      if (std::ranges::find(mine, fitting(each, info)) == mine.end())
        mine.push_back(fitting(each, info));
    std::vector<ProfileSpec> profiles = info.profiles;
    if (profiles.empty()) profiles.push_back({"", "", ""});
    for (const ProfileSpec& profile : profiles) {
      if (!asks_for(options.profiles, profile.name)) continue;
      Count count(registry, info, profile);
      for (const char* run : run_names)
        for (const Settings& each : mine)
          for (const std::int64_t n : *participants) {
            if (!asks_for(options.runs, run) || !has_run(info, run)) continue;
            auto row = count.row(run, n, each);
            if (!row) return row.error();
            rows.push_back(std::move(*row));
          }
    }
  }
  return rows;
}

int cost_command(const Registry& registry, const CostOptions& options, Terminal& terminal) {
  const auto rows = count_costs(registry, options);
  if (!rows) return report(rows.error(), terminal);
  print_costs(*rows, terminal.json ? "json" : options.format, terminal.out);
  const bool good = std::ranges::all_of(
      *rows, [](const CostRow& row) { return row.agrees() || !row.differs.empty(); });
  return good ? ok : violated;
}

}  // namespace concordat::app
