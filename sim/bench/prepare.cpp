// From a scenario with a `bench:` to what a cluster runs.
#include <algorithm>
#include <fmt/format.h>

#include "sim/bench/cluster.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::bench {

namespace {

using scenario::Scenario;

constexpr int plenty = 1'000'000;  // in every row: no business fails for want of it
constexpr std::string_view rows_table = "goods";

bool does_business(const RoleSpec& role) {
  return role.votes || role.consumes;
}

/// The role whose number a scenario chooses.
const RoleSpec* open_role(const ProtocolInfo& info) {
  for (const RoleSpec& role : info.roles)
    if (role.is_open()) return &role;
  return nullptr;
}

bool offers(const ProtocolInfo& info, std::string_view label, std::string_view outcome) {
  return std::any_of(info.choices.begin(), info.choices.end(), [&](const ChoiceSpec& choice) {
    return choice.label == label &&
           (" " + std::string(choice.outcomes) + " ").find(fmt::format(" {} ", outcome)) !=
               std::string::npos;
  });
}

bool has_choice(const ProtocolInfo& info, std::string_view label) {
  return std::any_of(info.choices.begin(), info.choices.end(), [&](const ChoiceSpec& choice) {
    return choice.label == label;
  });
}

class Preparation {
 public:
  Preparation(const Scenario& scenario, const Registry& registry)
      : scenario_(scenario), registry_(registry), bench_(*scenario.bench) {
    if (const ProtocolEntry* entry = registry.find(scenario.protocol.value))
      info_ = entry->info.get();
  }

  /// The error of binding if the protocol is unknown.
  std::optional<Error> unknown() const {
    if (info_ != nullptr) return std::nullopt;
    const auto bound = scenario::bind(scenario_, registry_);
    check(!bound.ok(), "binding refuses an unknown protocol");
    return bound.error();
  }

  Result<Setting> run() {
    if (auto error = unknown()) return *error;
    setting_.bench = bench_;
    if (auto error = refuse()) return *error;
    if (auto error = count_participants()) return *error;
    if (auto error = make_shapes()) return *error;
    set_times();
    setting_.answers = answers();
    set_failures();
    spread();
    return std::move(setting_);
  }

 private:
  Error error_at(const Position& at, std::string what, std::string hint = "") const {
    return Error{scenario_.file, at, std::move(what), std::move(hint)};
  }

  /// What speaks of single processes or nodes, of which a cluster has many.
  std::optional<Error> refuse() const {
    if (!scenario_.timing) return std::nullopt;
    const auto& timing = *scenario_.timing;
    if (!timing.links.empty())
      return error_at(timing.links.front().latency.at,
                      "`links` are between two nodes of a single transaction",
                      "`bench: sites` gives the nodes of a cluster different latencies");
    if (!timing.sites.empty())
      return error_at(timing.sites.front().key.at,
                      "`timing: sites` names nodes of a single transaction",
                      "`bench: sites` spreads the nodes of a cluster");
    if (!timing.disks.empty())
      return error_at(timing.disks.front().key.at,
                      "`disks` names nodes of a single transaction",
                      "`force` is the time of every disk; `bench: failures: slow_disk` slows some");
    if (!timing.clocks.empty())
      return error_at(timing.clocks.front().key.at,
                      "`clocks` names nodes of a single transaction",
                      "`clock_error` is drawn for each node of a cluster");
    if (scenario_.network.delivery.value != Delivery::unordered)
      return error_at(
          scenario_.network.delivery.at,
          "a benchmark's network is `unordered`",
          "leave `delivery` out; with one latency for all messages their order is kept");
    return std::nullopt;
  }

  std::optional<Error> count_participants() {
    const RoleSpec* role = open_role(*info_);
    const int business = scenario::participants_of(bench_.business.value);
    int first = 2;
    int last = 2;
    Position at = bench_.key.at;
    if (bench_.participants) {
      first = bench_.participants->value.first;
      last = bench_.participants->value.last;
      at = bench_.participants->at;
    } else if (business > 0) {
      first = last = business;
    } else if (role != nullptr) {
      for (const auto& entry : scenario_.processes)
        if (entry.key.value == scenario::plural(role->name)) {
          first = last = entry.value.value;
          at = entry.value.at;
        }
    }
    if (last > bench_.nodes)
      return error_at(
          at,
          fmt::format("{} participants need as many nodes, and there are {}", last, bench_.nodes),
          fmt::format("`nodes: {}` or more", last));
    setting_.least_participants = first;
    setting_.most_participants = last;
    return std::nullopt;
  }

  std::optional<Error> make_shapes() {
    const int least = setting_.least_participants;
    const int most = setting_.most_participants;
    setting_.shapes.resize(setting_.index_of(most, most) + 1);
    for (int participants = least; participants <= most; ++participants)
      for (int readers = 0; readers <= participants; ++readers) {
        const bool some = bench_.readers.part > 0;
        const bool all = readers == participants && bench_.read_only.part > 0;
        if (readers > 0 && !some && !all) continue;
        if (auto error = make_shape(participants, readers)) return error;
      }
    return std::nullopt;
  }

  std::optional<Error> make_shape(int participants, int readers) {
    auto single = one(participants, readers);
    if (!single) return single.error();
    single->transactions.value = StepCache::transactions;
    single->locks.value = LockPolicy::wait_die;
    auto bound = scenario::bind(*single, registry_);
    if (!bound) return bound.error();
    Shape& shape = setting_.shapes[setting_.index_of(participants, readers)];
    shape.participants = participants;
    shape.readers = readers;
    shape.model = std::move(bound->model);
    number_services(shape);
    const auto on_nodes = std::count(shape.service.begin(), shape.service.end(), -1);
    if (on_nodes > bench_.nodes)
      return error_at(bench_.key.at,
                      fmt::format("a transaction with {} participants does business on {} nodes, "
                                  "and there are {}",
                                  participants,
                                  on_nodes,
                                  bench_.nodes),
                      fmt::format("`nodes: {}` or more", on_nodes));
    setting_.timed = std::move(bound->timed);
    set_timeouts();
    setting_.rules = bound->run_rules;
    return std::nullopt;
  }

 public:
  /// A transaction of the benchmark by itself, as a scenario.
  Result<Scenario> one(int participants, int readers) const {
    Scenario single = scenario_;
    single.bench.reset();
    single.seeds.reset();
    single.explore.reset();
    single.transactions.value = 1;
    single.choices.clear();
    if (!single.profile && single.place.empty() && !info_->profiles.empty())
      single.profile = scenario::Text{std::string(info_->profiles.front().name), {}};
    if (const RoleSpec* role = open_role(*info_)) {
      const std::string plural = scenario::plural(role->name);
      std::erase_if(single.processes, [&](const auto& e) { return e.key.value == plural; });
      single.processes.push_back({{plural, {}}, {participants, {}}});
    }
    single.chances.clear();  // of choices that are not open yet
    const auto bound = scenario::bind(single, registry_);
    if (!bound) return bound.error();
    single.chances = scenario_.chances;
    add_business(single, bound->model->setup(), readers);
    return single;
  }

 private:
  /// Everybody who does business has rows of its own, which stand for the real ones.
  void add_business(Scenario& single, const Setup& setup, int readers) const {
    single.store.clear();
    single.work.clear();
    single.conserve.clear();
    const auto chance_of = [&](std::string_view label) {
      return std::any_of(single.chances.begin(), single.chances.end(), [&](const auto& chance) {
        return chance.label.value == label;
      });
    };
    std::vector<const ProcessInfo*> workers;
    for (const ProcessInfo& process : setup.processes) {
      for (const ChoiceSpec& choice : info_->choices)
        if (chance_of(choice.label) && (process.votes || choice.label != scenario::vote_label))
          single.choices.push_back(
              {{{0, process.name}, {}}, {std::string(choice.label), {}}, {"any", {}}});
      if (does_business(info_->roles[static_cast<std::size_t>(process.role)]))
        workers.push_back(&process);
    }
    const auto count = static_cast<int>(workers.size());
    for (int i = 0; i < count; ++i) {
      const ProcessInfo& process = *workers[static_cast<std::size_t>(i)];
      if (i < count - readers)
        add_rows(single, process, i);
      else if (offers(*info_, scenario::vote_label, "read"))
        vote_read(single, process);
    }
  }

  static void vote_read(Scenario& single, const ProcessInfo& process) {
    std::erase_if(single.choices, [&](const scenario::Choice& choice) {
      return choice.where.value.process == process.name &&
             choice.label.value == scenario::vote_label;
    });
    single.choices.push_back(
        {{{0, process.name}, {}}, {std::string(scenario::vote_label), {}}, {"read", {}}});
  }

  void add_rows(Scenario& single, const ProcessInfo& process, int worker) const {
    const bool consumes = info_->roles[static_cast<std::size_t>(process.role)].consumes;
    int add = consumes ? 1 : -1;
    if (bench_.business.value == scenario::Business::bank) add = worker == 0 ? -100 : 100;
    if (bench_.business.value == scenario::Business::shop && worker > 0)
      add = worker == 1 ? -10 : 1;
    for (int i = 0; i < bench_.rows; ++i) {
      const std::string key = fmt::format("{}_{}", process.name, i + 1);
      single.store.push_back(
          {{process.name, {}}, {std::string(rows_table), {}}, {key, {}}, {plenty, {}}});
      single.work.push_back(
          {{{0, process.name}, {}}, {std::string(rows_table), {}}, {key, {}}, {add, {}}});
    }
  }

  void number_services(Shape& shape) {
    const Setup& setup = shape.model->setup();
    shape.service.assign(static_cast<std::size_t>(setup.node_count()), 0);
    for (const ProcessInfo& process : setup.processes)
      if (does_business(info_->roles[static_cast<std::size_t>(process.role)]))
        shape.service[static_cast<std::size_t>(process.node)] = -1;
    int services = 0;
    for (int& service : shape.service)
      if (service >= 0) service = services++;
    setting_.services = std::max(setting_.services, services);
  }

  /// Whether the client of a transaction without failures is told: in some protocols nobody is.
  bool answers() {
    const scenario::Bench whole = std::exchange(setting_.bench, {});
    setting_.bench.nodes = whole.nodes;
    setting_.bench.keys = whole.keys;
    setting_.bench.rows = whole.rows;
    setting_.bench.business = whole.business;
    setting_.bench.transactions = 1;
    setting_.bench.arrivals.clients = 1;
    setting_.bench.read_only = whole.read_only.part > 0 ? Ratio{1, 1} : Ratio{0, 1};
    setting_.drain_us = scenario::Timed::usual_limit.us;
    Cluster cluster(setting_);
    const Figures& figures = cluster.run(1);
    const bool told = !figures.commit_us.empty() || !figures.abort_us.empty();
    setting_.bench = whole;
    return told;
  }

  static std::optional<Gaps> gaps(const std::optional<scenario::Outage>& outage) {
    if (!outage) return std::nullopt;
    const auto mean = [](Duration length) {
      DistributionSpec spec;
      spec.kind = DistributionKind::exponential;
      spec.first = length;
      return Distribution(spec);
    };
    return Gaps{mean(outage->every), mean(outage->lasts)};
  }

  void set_times() {
    if (bench_.arrivals.every) setting_.arrival_gap = Distribution(*bench_.arrivals.every);
    setting_.think = Distribution(bench_.arrivals.think);
    DistributionSpec latency;
    latency.first = scenario::Timed::usual_latency;
    if (scenario_.timing && scenario_.timing->latency) latency = scenario_.timing->latency->value;
    setting_.latency = Distribution(latency);
    DistributionSpec force;
    if (scenario_.timing && scenario_.timing->force) force = scenario_.timing->force->value;
    setting_.force = Distribution(force);
    setting_.slow_force = Distribution(times(force, std::max(1, bench_.failures.slow_disk_times)));
    setting_.keys = Zipf(static_cast<std::uint32_t>(bench_.keys), bench_.skew);
    setting_.has_limit = scenario_.timing && scenario_.timing->limit;
  }

  void set_failures() {
    const auto& failures = bench_.failures;
    setting_.participant_crash = gaps(failures.participants);
    setting_.coordinator_crash = gaps(failures.coordinators);
    setting_.service_crash = gaps(failures.services);
    setting_.pause = gaps(failures.pause);
    setting_.slow = gaps(failures.slow_disk);
    setting_.partition = gaps(failures.partition);
    setting_.has_network_faults = failures.partition || failures.lose.part > 0 ||
                                  failures.duplicate.part > 0 || failures.delay.part > 0;
    setting_.delay_by = Distribution(failures.delay_by);
    constexpr std::int64_t patience = 20;
    std::int64_t longest = bench_.deadline.us;
    for (const auto* outage :
         {&failures.participants, &failures.coordinators, &failures.services, &failures.partition})
      if (*outage) longest = std::max(longest, (*outage)->lasts.us);
    setting_.drain_us = patience * longest;
  }

  void set_timeouts() {
    if (!bench_.timeout) return;
    for (std::size_t timer = 0; timer < info_->timers.size(); ++timer) {
      const bool named =
          scenario_.timing && std::any_of(scenario_.timing->timeouts.begin(),
                                          scenario_.timing->timeouts.end(),
                                          [&](const auto& timeout) {
                                            return timeout.key.value == info_->timers[timer];
                                          });
      if (!named) setting_.timed.timeouts[timer] = *bench_.timeout;
    }
  }

  static DistributionSpec times(DistributionSpec spec, int factor) {
    const auto scale = [&](Duration& length) {
      length.us = std::min(length.us * factor, longest_duration.us);
    };
    scale(spec.first);
    scale(spec.last);
    scale(spec.plus);
    for (Duration& value : spec.values)
      scale(value);
    return spec;
  }

  void spread() {
    const auto sites = bench_.sites.size();
    const auto index_of = [&](const scenario::Text& name) {
      const auto same = [&](const scenario::Text& site) { return site.value == name.value; };
      return static_cast<std::size_t>(std::find_if(bench_.sites.begin(), bench_.sites.end(), same) -
                                      bench_.sites.begin());
    };
    setting_.between.assign(sites * sites, Distribution(bench_.inside));
    for (const auto& pair : bench_.between) {
      const std::size_t a = index_of(pair.sites.value[0]);
      const std::size_t b = index_of(pair.sites.value[1]);
      setting_.between[a * sites + b] = setting_.between[b * sites + a] =
          Distribution(pair.latency.value);
    }
  }

  const Scenario& scenario_;
  const Registry& registry_;
  const scenario::Bench& bench_;
  const ProtocolInfo* info_ = nullptr;
  Setting setting_;
};

}  // namespace

Result<Setting> prepare(const Scenario& scenario, const Registry& registry) {
  check(scenario.bench.has_value(), "a benchmark has a `bench:`");
  return Preparation(scenario, registry).run();
}

Result<Scenario> single_transaction(const Scenario& scenario,
                                    const Registry& registry,
                                    int participants,
                                    int readers) {
  check(scenario.bench.has_value(), "a benchmark has a `bench:`");
  const Preparation preparation(scenario, registry);
  if (auto error = preparation.unknown()) return *error;
  return preparation.one(participants, readers);
}

Scenario contend(const Scenario& scenario,
                 const scenario::Contender& contender,
                 const Registry& registry) {
  const std::string profile = scenario.profile ? scenario.profile->value : "";
  if (scenario.protocol.value == contender.protocol && profile == contender.profile)
    return scenario;
  Scenario other = scenario;
  const bool same = scenario.protocol.value == contender.protocol;
  other.protocol.value = contender.protocol;
  other.profile.reset();
  if (!contender.profile.empty()) other.profile = scenario::Text{contender.profile, {}};
  if (same) return other;
  const ProtocolEntry* entry = registry.find(contender.protocol);
  if (entry == nullptr) return other;  // binding says so
  const ProtocolInfo& info = *entry->info;
  const auto knows = [](const auto& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::erase_if(other.options, [&](const auto& option) {
    return std::none_of(info.options.begin(), info.options.end(), [&](const auto& known) {
      return known.name == option.key.value;
    });
  });
  std::erase_if(other.bounds, [&](const auto& e) { return !knows(info.bounds, e.key.value); });
  std::erase_if(other.chances,
                [&](const auto& chance) { return !has_choice(info, chance.label.value); });
  if (other.timing)
    std::erase_if(other.timing->timeouts,
                  [&](const auto& timeout) { return !knows(info.timers, timeout.key.value); });
  // The number of participants is the role's whose number is open, whatever it is called.
  const ProtocolEntry* old = registry.find(scenario.protocol.value);
  const RoleSpec* from = old == nullptr ? nullptr : open_role(*old->info);
  const RoleSpec* to = open_role(info);
  std::vector<scenario::Entry<int>> processes;
  for (const auto& each : scenario.processes)
    if (from != nullptr && to != nullptr && each.key.value == scenario::plural(from->name))
      processes.push_back({{scenario::plural(to->name), each.key.at}, each.value});
  other.processes = std::move(processes);
  other.place.clear();
  other.after.reset();
  return other;
}

}  // namespace concordat::bench
