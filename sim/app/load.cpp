// A scenario from a file, from flags, or from a file with flags on top. Flags are turned into the
// YAML that they stand for and read by the one reader, so that they mean the same and fail the
// same.
#include <algorithm>
#include <fmt/format.h>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/app/command_line.hpp"
#include "sim/base/utf8.hpp"
#include "sim/scenario/bind.hpp"
#include "sim/scenario/read.hpp"

namespace concordat::app {

namespace {

using scenario::Scenario;

/// `--random-faults`: of every kind, some in most runs, all over after half a second, so that a run
/// shows both what faults break and whether what follows recovers.
constexpr std::string_view usual_random_faults = R"(random:
  crash: {every: 200ms, down: 50ms}
  partition: {every: 300ms, lasts: 50ms, one_way: 1/4}
  pause: {every: 300ms, lasts: 20ms}
  lose: 1/50
  duplicate: 1/50
  delay: {chance: 1/20, by: {exponential: 50ms}}
  until: 500ms
)";

Error flag_error(const std::string& flag, std::string what, std::string hint = "") {
  return Error{"", {}, "--" + flag + ": " + std::move(what), std::move(hint)};
}

/// A word as YAML that reads back as this word and nothing else: numbers stay numbers.
std::string scalar(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  if (plain && word.find_first_not_of('-') != std::string::npos) return word;
  std::string out = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? "\\n" : std::string(1, c);
  }
  return out + "\"";
}

/// `a: b` lines from `a=b` words.
Result<std::string> mapping(const std::string& flag,
                            const std::string& key,
                            const std::vector<std::string>& words) {
  if (words.empty()) return std::string{};
  std::string out = key + ":\n";
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return flag_error(flag, "`" + word + "` has no `=`", "write name=value");
    out += "  " + scalar(word.substr(0, equals)) + ": " + scalar(word.substr(equals + 1)) + "\n";
  }
  return out;
}

/// Reads a piece of YAML as part of a scenario. ERRORS: in the words of the flag.
Result<Scenario> piece(const std::string& flag, const std::string& yaml) {
  auto read = scenario::read("name: flags\nprotocol: flags\n" + yaml, "");
  if (!read) return flag_error(flag, read.error().what, read.error().hint);
  return read;
}

class Overrides {
 public:
  Overrides(const Source& source, const Registry& registry, Scenario& scenario)
      : source_(source), registry_(registry), scenario_(scenario) {}

  std::optional<Error> apply() {
    if (!source_.protocol.empty()) scenario_.protocol.value = source_.protocol;
    mapped("processes", "processes", source_.processes, [](Scenario& to, Scenario& from) {
      merge(to.processes, from.processes);
    });
    if (source_.profile)
      take("profile",
           "profile: " + scalar(*source_.profile) + "\n",
           [](Scenario& to, Scenario& from) { to.profile = from.profile; });
    else if (source_.file.empty())
      usual_profile();
    mapped("option", "options", source_.options, [](Scenario& to, Scenario& from) {
      merge(to.options, from.options);
    });
    if (source_.business) business();
    if (source_.votes.size() == 1 && source_.votes[0].find('=') == std::string::npos) {
      all_votes(source_.votes[0]);
    } else {
      mapped("votes", "votes", source_.votes, [](Scenario& to, Scenario& from) {
        for (const auto& choice : from.choices)
          choose(to, choice);
      });
    }
    mapped("bound", "bounds", source_.bounds, [](Scenario& to, Scenario& from) {
      merge(to.bounds, from.bounds);
    });
    if (source_.transactions) scenario_.transactions.value = *source_.transactions;
    network("delivery", source_.delivery, [](Scenario& to, Scenario& from) {
      to.network.delivery = from.network.delivery;
    });
    network("copies", source_.copies, [](Scenario& to, Scenario& from) {
      to.network.copies = from.network.copies;
    });
    timing();
    benchmark();
    exploration();
    return error_;
  }

 private:
  template <class T>
  static void merge(std::vector<scenario::Entry<T>>& to,
                    const std::vector<scenario::Entry<T>>& from) {
    for (scenario::Entry<T> entry : from) {
      const auto same = [&](const auto& other) { return other.key.value == entry.key.value; };
      std::erase_if(to, same);
      entry.key.at = {};  // in no file
      entry.value.at = {};
      to.push_back(entry);
    }
  }

  template <class Use>
  void take(const std::string& flag, const std::string& yaml, Use use) {
    if (error_ || yaml.empty()) return;
    auto read = piece(flag, yaml);
    if (read)
      use(scenario_, *read);
    else
      error_ = read.error();
  }

  template <class Use>
  void mapped(const std::string& flag,
              const std::string& key,
              const std::vector<std::string>& words,
              Use use) {
    if (error_) return;
    const auto yaml = mapping(flag, key, words);
    if (yaml)
      take(flag, *yaml, use);
    else
      error_ = yaml.error();
  }

  /// `--protocol` alone means the protocol's first profile.
  void usual_profile() {
    const ProtocolEntry* entry = registry_.find(scenario_.protocol.value);
    if (entry == nullptr || entry->info->profiles.empty() || scenario_.profile) return;
    const ProfileSpec& usual = entry->info->profiles.front();
    const bool is_plain = usual.options.empty() && usual.place.empty();
    if (!is_plain && scenario_.place.empty()) scenario_.profile = {std::string(usual.name), {}};
  }

  template <class Use>
  void network(const std::string& flag, const std::optional<std::string>& value, Use use) {
    if (value) take(flag, "network:\n  " + flag + ": " + scalar(*value) + "\n", use);
  }

  /// A distribution may be written as in a file: `{exponential: 5ms}`.
  static std::string flow(const std::string& text) {
    const bool map = !text.empty() && text.front() == '{' && text.find('\n') == std::string::npos;
    return map ? text : scalar(text);
  }

  void timing() {
    const auto set = [this](const char* flag,
                            const std::optional<std::string>& value,
                            auto scenario::Timing::*to) {
      if (!value) return;
      take(flag,
           "timing:\n  " + std::string(flag) + ": " + flow(*value) + "\n",
           [to](Scenario& into, Scenario& from) {
             if (!into.timing) into.timing.emplace();
             (*into.timing).*to = (*from.timing).*to;
           });
    };
    set("latency", source_.latency, &scenario::Timing::latency);
    set("force", source_.force, &scenario::Timing::force);
    set("limit", source_.limit, &scenario::Timing::limit);
    for (const std::string& word : source_.timeouts) {
      const auto pair = mapping("timeout", "    timeouts", {word});
      if (!pair && !error_) error_ = pair.error();
      if (!pair) return;
      const std::size_t equals = word.find('=');
      take("timeout",
           "timing:\n  timeouts:\n    " + scalar(word.substr(0, equals)) + ": " +
               scalar(word.substr(equals + 1)) + "\n",
           [](Scenario& to, Scenario& from) {
             if (!to.timing) to.timing.emplace();
             merge(to.timing->timeouts, from.timing->timeouts);
           });
    }
    if (source_.seeds)
      take("seeds", "seeds: " + scalar(*source_.seeds) + "\n", [](Scenario& to, Scenario& from) {
        to.seeds = from.seeds;
      });
    if (source_.random_faults && !scenario_.random)
      take("random-faults", std::string(usual_random_faults), [](Scenario& to, Scenario& from) {
        to.random = from.random;
      });
  }

  static std::string flow_list(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
      out += (out.empty() ? "[" : ", ") + scalar(word);
    return out + "]";
  }

  /// What a flag says stands in no file.
  template <class T>
  static std::vector<scenario::At<T>> placeless(std::vector<scenario::At<T>> list) {
    for (auto& each : list)
      each.at = {};
    return list;
  }

  void benchmark() {
    const auto set = [this](const char* flag, const std::string& yaml, auto use) {
      if (!scenario_.bench) return;
      take(flag, "bench:\n  " + yaml + "\n", [use](Scenario& to, Scenario& from) {
        use(*to.bench, *from.bench);
      });
    };
    using scenario::Bench;
    if (source_.measured)
      set("transactions",
          "transactions: " + scalar(*source_.measured),
          [](Bench& to, const Bench& from) { to.transactions = from.transactions; });
    if (!source_.compare.empty())
      set("compare", "compare: " + flow_list(source_.compare), [](Bench& to, const Bench& from) {
        to.compare = placeless(from.compare);
      });
    if (!source_.measures.empty())
      set("measures", "measures: " + flow_list(source_.measures), [](Bench& to, const Bench& from) {
        to.measures = placeless(from.measures);
      });
  }

  /// Takes the place of what `to` says about the same choice.
  static void choose(Scenario& to, const scenario::Choice& choice) {
    std::erase_if(to.choices, [&](const scenario::Choice& other) {
      const scenario::Where& where = choice.where.value;
      return other.label == choice.label && other.where.value.process == where.process &&
             (where.tx == 0 || other.where.value.tx == where.tx);
    });
    to.choices.push_back(choice);
    scenario::Choice& added = to.choices.back();
    added.where.at = added.label.at = added.outcome.at = {};  // in no file
  }

  /// `--business`: each voter takes one of its ten goods, each consumer of messages adds one.
  void business() {
    const ProtocolEntry* entry = registry_.find(scenario_.protocol.value);
    const auto bound = scenario::bind(scenario_, registry_);
    if (entry == nullptr || !bound || error_) return;  // binding says so
    std::string store = "store:\n";
    std::string work = "work:\n";
    for (const ProcessInfo& process : bound->model->setup().processes) {
      const bool consumes = entry->info->roles[static_cast<std::size_t>(process.role)].consumes;
      if (!process.votes && !consumes) continue;
      store += fmt::format("  {}: {{goods: {{of_{}: 10}}}}\n", process.name, process.name);
      work +=
          fmt::format("  {}: {{goods.of_{}: {}}}\n", process.name, process.name, consumes ? 1 : -1);
    }
    take("business", store + work, [](Scenario& to, Scenario& from) {
      to.store = from.store;
      to.work = from.work;
    });
  }

  /// `--votes any`: the choice "vote" of every process that votes, `no` of those that may.
  void all_votes(const std::string& outcome) {
    const ProtocolEntry* entry = registry_.find(scenario_.protocol.value);
    if (entry == nullptr) return;  // binding says so
    auto bound = scenario::bind(scenario_, registry_);
    if (!bound) {
      error_ = bound.error();
      return;
    }
    const Setup& setup = bound->model->setup();
    for (int i = 0; i < setup.process_count(); ++i) {
      const ProcessId voter = ProcessId::at(i);
      if (outcome == "no" ? scenario::may_refuse(*bound->model, voter)
                          : setup.processes[static_cast<std::size_t>(i)].votes)
        choose(scenario_, {{{0, setup.name_of(voter)}, {}}, {"vote", {}}, {outcome, {}}});
    }
  }

  /// What a class says cannot be said again by a flag.
  void refuse_beside_class(std::string flag) {
    if (error_ || !scenario_.explore || !scenario_.explore->faults) return;
    std::string key = flag;
    std::replace(key.begin(), key.end(), '-', '_');
    const auto& keys = scenario::budget_keys;
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) return;
    error_ =
        flag_error(flag,
                   "`faults: " + scenario_.explore->faults->value + "` already says `" + key + "`",
                   "`--faults` names another class");
  }

  void exploration() {
    using scenario::Explore;
    const auto set =
        [this](const char* flag, const std::optional<std::string>& value, auto Explore::*member) {
          if (!value) return;
          refuse_beside_class(flag);
          take(flag,
               "explore:\n  " + std::string(flag) + ": " + scalar(*value) + "\n",
               [member](Scenario& to, Scenario& from) {
                 if (!to.explore) to.explore.emplace();
                 (*to.explore).*member = (*from.explore).*member;
               });
        };
    set("faults", source_.faults, &Explore::faults);  // the file's budget does not count then
    set("crashes", source_.crashes, &Explore::crashes);
    set("recoveries", source_.recoveries, &Explore::recoveries);
    set("losses", source_.losses, &Explore::losses);
    set("duplicates", source_.duplicates, &Explore::duplicates);
    set("partitions", source_.partitions, &Explore::partitions);
    set("pauses", source_.pauses, &Explore::pauses);
    set("early_timeouts", source_.early_timeouts, &Explore::early_timeouts);
    set("timing", source_.timing, &Explore::timing);
    if (!error_ && source_.timing && scenario_.explore->early_timeouts.value != 0 &&
        scenario_.explore->timing.value != TimingModel::partially_synchronous)
      error_ = flag_error(
          "timing", "`early_timeouts` already says when timers fire", "leave one of the two out");
    set("tail", source_.tail, &Explore::tail);
    set("crash_points", source_.crash_points, &Explore::crash_points);
    set("max_states", source_.max_states, &Explore::max_states);
    set("max_depth", source_.max_depth, &Explore::max_depth);
    set("order", source_.order, &Explore::order);
    if (source_.symmetry) set("symmetry", std::string("on"), &Explore::symmetry);
    if (source_.partial_order) set("partial_order", std::string("on"), &Explore::partial_order);
    if (source_.operators) set("operators", std::string("true"), &Explore::operators);
    set("walks", source_.walks, &Explore::walks);
    set("walk_steps", source_.walk_steps, &Explore::walk_steps);
    set("changes", source_.changes, &Explore::changes);
    set("seed", source_.sample_seed, &Explore::seed);
    if (!source_.crash_only.empty()) {
      refuse_beside_class("crash-only");
      if (!scenario_.explore) scenario_.explore.emplace();
      scenario_.explore->crash_only.emplace();
      for (const std::string& name : source_.crash_only)
        scenario_.explore->crash_only->value.push_back({name, {}});
    }
    properties();
    goals();
  }

  /// Puts what is asked by flags in place of what the file asks; its expectations stay.
  static void ask(std::vector<scenario::Entry<std::string>>& to,
                  std::vector<scenario::Entry<std::string>> asked) {
    for (auto& entry : asked) {
      const auto same = [&](const auto& other) { return other.key.value == entry.key.value; };
      const auto old = std::find_if(to.begin(), to.end(), same);
      entry.key.at = {};       // in no file
      entry.value.value = "";  // asked, nothing expected
      if (old != to.end()) entry = *old;
    }
    to = std::move(asked);
  }

  /// `--reachable "p2 blocks"` asks for these only. A goal that cannot be is known to bind.
  void goals() {
    if (source_.reachable.empty() || error_) return;
    std::string yaml = "explore:\n  reachable:\n";
    for (const std::string& goal : source_.reachable)
      yaml += "    - " + scalar(goal) + "\n";
    take("reachable", yaml, [](Scenario& to, Scenario& from) {
      if (!to.explore) to.explore.emplace();
      ask(to.explore->reachable, from.explore->reachable);
    });
  }

  /// `--property UA` asks for these only, and expects nothing of them.
  void properties() {
    if (source_.properties.empty() || error_) return;
    std::string yaml = "explore:\n  expect:\n";
    for (const std::string& name : source_.properties)
      yaml += "    " + scalar(name) + ": unknown\n";
    take("property", yaml, [](Scenario& to, Scenario& from) {
      if (!to.explore) to.explore.emplace();
      ask(to.explore->properties, from.explore->properties);
    });
  }

  const Source& source_;
  const Registry& registry_;
  Scenario& scenario_;
  std::optional<Error> error_;
};

/// The labels from one on, each in a line as the flag that takes it.
std::string flags_for(const std::vector<Scenario>& all, std::size_t from) {
  constexpr std::size_t shown = 12;
  std::string out;
  for (std::size_t i = from; i < all.size() && i < from + shown; ++i)
    out += "\n    --variant " + shell_word(all[i].variant);
  if (all.size() > from + shown)
    out += fmt::format("\n    and {} more, see `concordat test --list {}`",
                       all.size() - from - shown,
                       shell_word(all[0].file));
  return out;
}

/// One of the scenarios of the file.
Result<Scenario> load_file(const Source& source, std::ostream* notes) {
  auto all = scenario::read_all_file(source.file);
  if (!all) return all.error();
  Scenario& first = all->front();
  if (!source.variant) {
    if (notes != nullptr && all->size() > 1)
      *notes << fmt::format(
          "note: {} has {} variants, and this is the first, `{}`; the others:{}\n",
          printable(source.file),
          all->size(),
          first.variant,
          flags_for(*all, 1));
    return std::move(first);
  }
  for (Scenario& scenario : *all)
    if (!first.variant.empty() && scenario.variant == *source.variant) return std::move(scenario);
  Error error{source.file, {}, "there is no variant `" + *source.variant + "`", ""};
  error.hint = first.variant.empty() ? "the file has no variants: leave --variant out"
                                     : "one of" + flags_for(*all, 0);
  return error;
}

/// What was read was no file.
Error without_place(Error error) {
  error.at = {};
  return error;
}

/// A flag would make the labels of a sweep wrong.
std::optional<Error> against_sweep(const Source& source, const Scenario& scenario) {
  std::vector<std::pair<std::string, std::string>> said;  // flag and place
  const auto say = [&](bool is_there, const char* flag, const char* place) {
    if (is_there) said.emplace_back(flag, place);
  };
  const auto each = [&](const std::vector<std::string>& words, const char* flag, const char* map) {
    for (const std::string& word : words)
      said.emplace_back(flag, std::string(map) + "." + word.substr(0, word.find('=')));
  };
  say(!source.protocol.empty(), "protocol", "protocol");
  say(source.profile.has_value(), "profile", "profile");
  say(source.latency.has_value(), "latency", "timing.latency");
  say(source.force.has_value(), "force", "timing.force");
  say(source.limit.has_value(), "limit", "timing.limit");
  say(source.seeds.has_value(), "seeds", "seeds");
  say(source.measured.has_value(), "transactions", "bench.transactions");
  each(source.processes, "processes", "processes");
  each(source.options, "option", "options");
  each(source.bounds, "bound", "bounds");
  each(source.timeouts, "timeout", "timing.timeouts");
  for (const auto& [flag, place] : said)
    for (const auto& [swept, value] : scenario.places)
      if (swept == place)
        return flag_error(flag,
                          fmt::format("{} sweeps `{}`", printable(scenario.file), place),
                          fmt::format("`--set {}=VALUE` gives it one value", place));
  return std::nullopt;
}

}  // namespace

Result<std::vector<Scenario>> load_all(const Source& source, const Registry& registry) {
  if (source.file.empty() && source.protocol.empty())
    return Error{"",
                 {},
                 "which benchmark?",
                 "name files with `bench:`, or give --protocol NAME (see `concordat list`)"};
  auto all = source.file.empty()
                 ? scenario::read_all(fmt::format("name: {}\nprotocol: {}\nbench: {{}}\n",
                                                  scalar(source.protocol + " from flags"),
                                                  scalar(source.protocol)),
                                      "",
                                      source.settings)
                 : scenario::read_all_file(source.file, source.settings);
  if (!all) return source.file.empty() ? without_place(all.error()) : all.error();
  for (Scenario& scenario : *all) {
    if (!scenario.bench) continue;
    if (!source.file.empty())
      if (const auto problem = against_sweep(source, scenario)) return *problem;
    if (const auto problem = Overrides(source, registry, scenario).apply()) return *problem;
  }
  return all;
}

Result<Scenario> load(const Source& source, const Registry& registry, std::ostream* notes) {
  Scenario scenario;
  if (!source.file.empty()) {
    auto read = load_file(source, notes);
    if (!read) return read;
    scenario = std::move(*read);
  } else if (source.variant) {
    return flag_error("variant", "there is no file", "name the file that has this variant");
  } else if (source.protocol.empty()) {
    return Error{"",
                 {},
                 "which scenario?",
                 "name a scenario file, or give --protocol NAME (see `concordat list`)"};
  } else {
    scenario.name.value = source.protocol + " from flags";
  }
  if (const auto problem = Overrides(source, registry, scenario).apply()) return *problem;
  return scenario;
}

}  // namespace concordat::app
