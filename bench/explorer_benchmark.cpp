// What the explorer pays for. The table `explore` has one line for each kind of step, network,
// clock and property, on two-phase commit with n participants. To read a price, compare a line with
// `cuts`, which is what all lines start from: `states` and `transitions` say how much the space
// grows, `time/trans` how much slower one transition is. `explore_protocol` has a line for each of
// a few protocols. Below are the parts: the visited set, the keys of local states, the step table
// and the lists of moves.
//
//     explorer_bench --benchmark_filter=explore/ --benchmark_counters_tabular=true
#include <algorithm>
#include <benchmark/benchmark.h>
#include <functional>
#include <map>

#include "protocols/registry.hpp"
#include "protocols/two_phase_commit.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/hash.hpp"
#include "sim/explore/packed_state.hpp"
#include "sim/explore/search.hpp"
#include "sim/explore/set_network.hpp"
#include "sim/model/registry.hpp"
#include "sim/scenario/bind.hpp"
#include "sim/scenario/read.hpp"

namespace concordat {
namespace {

std::unique_ptr<Model> two_phase_commit(int participants) {
  Setup setup =
      make_setup({TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end()}, {1, participants});
  setup.open_choices = true;
  return make_model<TwoPhaseCommit>({}, std::move(setup));
}

/// Uniform agreement, one crash and its recovery, crashes also inside a step, timers at any moment,
/// messages in any order: what every line of the table starts from.
CheckRequest ask(const Model& model) {
  CheckRequest request;
  request.model = &model;
  request.budget.crashes = 1;
  request.budget.recoveries = 1;
  request.properties = {find_property("UA")};
  request.limits.max_states = 100'000'000;
  return request;
}

/// A line of the table.
struct Line {
  std::string name;
  std::function<void(CheckRequest&)> change;
  int participants_max = 3;  // with more it takes a minute and gigabytes
};

void add_property(CheckRequest& request, const Property& property) {
  if (std::ranges::find(request.properties, &property) != request.properties.end()) return;
  request.properties.push_back(&property);
  request.rules.keeps.add(property.reads);
}

/// One line for each property, beside uniform agreement: a search ends as soon as nothing is left
/// to ask, and that one holds.
std::vector<Line> property_lines() {
  std::vector<Line> lines;
  for (const Property& property : safety_properties())
    if (property.code != "UA")
      lines.push_back({"property_" + std::string(property.code),
                       [&property](CheckRequest& request) { add_property(request, property); }});
  lines.push_back({"property_all", [](CheckRequest& request) {
                     for (const Property& property : safety_properties())
                       add_property(request, property);
                   }});
  lines.push_back({"property_NB", [](CheckRequest& request) { request.non_blocking = true; }});
  return lines;
}

std::vector<Line> all_lines() {
  using Request = CheckRequest;
  std::vector<Line> lines{
      {"no_faults", [](Request& request) { request.budget = {}; }},
      {"steps", [](Request& request) { request.rules.crash_points = CrashPoints::steps; }},
      {"cuts", [](Request&) {}},
      {"tail_kept", [](Request& request) { request.rules.tail = TailRule::kept; }},
      {"tail_lost", [](Request& request) { request.rules.tail = TailRule::lost; }},
      {"in_flight_drop", [](Request& request) { request.rules.in_flight = InFlight::drop; }},
      {"synchronous", [](Request& request) { request.rules.timing = TimingModel::synchronous; }},
      {"losses_1", [](Request& request) { request.budget.losses = 1; }},
      {"duplicates_1", [](Request& request) { request.budget.duplicates = 1; }, 2},
      {"duplicating", [](Request& request) { request.rules.delivery = Delivery::duplicating; }},
      {"copies_2", [](Request& request) { request.rules.copies = 2; }, 2},
      {"fifo", [](Request& request) { request.rules.delivery = Delivery::fifo; }},
      {"partitions_1", [](Request& request) { request.budget.partitions = 1; }},
  };
  std::ranges::move(property_lines(), std::back_inserter(lines));
  lines.push_back({"symmetry", [](Request& request) { request.search.symmetry = true; }});
  lines.push_back({"partial_order", [](Request& request) { request.search.partial_order = true; }});
  lines.push_back({"threads_2", [](Request& request) { request.search.threads = 2; }});
  return lines;
}

/// What is not simply `holds`: `VAs violated`, `symmetry is off`.
std::string remarks(const CheckRequest& request, const CheckResult& result) {
  std::string out;
  const auto add = [&out](const std::string& remark) { out += (out.empty() ? "" : ", ") + remark; };
  for (const PropertyVerdict& verdict : result.properties) {
    if (verdict.verdict == Verdict::violated) add(verdict.code + " violated");
    if (verdict.verdict == Verdict::unknown) add(verdict.code + " unknown");
  }
  if (!result.complete) add("ends: " + result.limit);
  if (request.search.symmetry) add(result.symmetry);
  if (request.search.partial_order) add("partial order " + result.partial_order);
  return out;
}

void explore(benchmark::State& state, const Line& line) {
  const auto model = two_phase_commit(static_cast<int>(state.range(0)));
  CheckRequest request = ask(*model);
  line.change(request);
  CheckResult result;
  for (auto _ : state)
    result = explore_all(request);
  const auto transitions = static_cast<double>(result.transitions);
  using benchmark::Counter;
  state.counters["states"] = Counter(static_cast<double>(result.states));
  state.counters["transitions"] = Counter(transitions);
  state.counters["time/trans"] =
      Counter(transitions, Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters["trans/s"] = Counter(transitions, Counter::kIsIterationInvariantRate);
  state.SetLabel(remarks(request, result));
}

/// The lines are data, so they are registered by a loop, before `main` runs the benchmarks.
const bool explore_is_registered = [] {
  for (const Line& line : all_lines()) {
    auto* entry =
        benchmark::RegisterBenchmark(("explore/" + line.name).c_str(),
                                     [line](benchmark::State& state) { explore(state, line); });
    entry->ArgName("n")->DenseRange(2, line.participants_max)->Unit(benchmark::kMillisecond);
    if (line.name == "threads_2") entry->UseRealTime();
  }
  return true;
}();

// ---- A few protocols that differ in their messages, with their usual processes and options.

/// Uniform agreement with one crash, crashes also inside a step, up to a million states. Items are
/// transitions. Of a small space most is the price of working out the protocol's steps.
void explore_protocol(benchmark::State& state, const std::string& protocol) {
  const auto scenario = scenario::read(
      "name: benchmark\nprotocol: " + protocol + "\nexplore: {crashes: 1}\n", "benchmark.yaml");
  check(scenario.ok(), "the benchmark's scenario can be read");
  const auto bound = scenario::bind(*scenario, all_protocols());
  check(bound.ok(), "the benchmark's scenario can be bound");
  CheckRequest request;
  request.model = bound->model.get();
  request.rules = bound->explore_rules;
  request.budget = bound->budget;
  request.properties = {find_property("UA")};
  request.limits.max_states = 1'000'000;
  CheckResult result;
  for (auto _ : state)
    result = explore_all(request);
  using benchmark::Counter;
  state.counters["states"] = Counter(static_cast<double>(result.states));
  state.SetItemsProcessed(state.iterations() * result.transitions);
}
#define EXPLORE(protocol) \
  BENCHMARK_CAPTURE(explore_protocol, protocol, #protocol)->Unit(benchmark::kMillisecond)
EXPLORE(two_phase_commit);
EXPLORE(three_phase_commit);
EXPLORE(decentralised_commit);
EXPLORE(paxos_commit);
EXPLORE(easy_commit);
EXPLORE(xa_commit);
EXPLORE(inbac);
EXPLORE(percolator);
EXPLORE(tcc);
EXPLORE(saga);

// ---- The visited set. Its arguments are how many fingerprints it gets: 16 Ki lie in a cache, 512
// Ki in a big one, 12 Mi in none; and whether their places are asked for some time before, as the
// search does.

constexpr std::int64_t in_cache = std::int64_t{16} << 10U;
constexpr std::int64_t in_big_cache = std::int64_t{512} << 10U;
constexpr std::int64_t out_of_cache = std::int64_t{12} << 20U;
constexpr std::uint64_t ahead = 32;

void insert_all(explore::FingerprintTable& table, std::int64_t count, bool prefetches) {
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) {
    if (prefetches) table.prefetch(explore::mix64(i + ahead));
    benchmark::DoNotOptimize(table.insert(explore::mix64(i)));
  }
}

/// From an empty table, growing included.
void fingerprints_new(benchmark::State& state) {
  for (auto _ : state) {
    explore::FingerprintTable table(false);
    insert_all(table, state.range(0), state.range(1) != 0);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void fingerprints_present(benchmark::State& state) {
  explore::FingerprintTable table(false);
  insert_all(table, state.range(0), true);
  for (auto _ : state)
    insert_all(table, state.range(0), state.range(1) != 0);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* entry) {
  entry->ArgNames({"fingerprints", "prefetch"})->Unit(benchmark::kMillisecond);
  for (const std::int64_t count : {in_cache, in_big_cache, out_of_cache})
    for (const std::int64_t prefetches : {0, 1})
      entry->Args({count, prefetches});
}
BENCHMARK(fingerprints_new)->Apply(sizes);
BENCHMARK(fingerprints_present)->Apply(sizes);

// ---- The step table and the lists of moves, after a whole search.

/// A search that is over, with all that it has worked out.
struct Explored {
  explicit Explored(int participants)
      : model(two_phase_commit(participants)), request(concordat::ask(*model)), known(request) {
    using State = explore::PackedState<std::uint16_t, 4>;
    using Network = explore::SetNetwork<State>;
    explore::Search<State, Network> search(known, Network(known.steps));
    check(search.run(nullptr).has_value(), "the model is small enough");
  }

  std::unique_ptr<Model> model;
  CheckRequest request;
  explore::Known known;
  explore::StepTable& steps = known.steps;
  explore::Menus& menus = known.menus;
};

std::uint32_t locals(const explore::StepTable& steps, int node) {
  return static_cast<std::uint32_t>(steps.local_count(node));
}

/// Works out every row of the step table again, in the same order, and with them the same numbers:
/// for each, a handler runs and the local states and messages that come of it get their numbers.
/// Items are rows.
void work_out_rows(benchmark::State& state) {
  const Explored done(static_cast<int>(state.range(0)));
  std::int64_t outcomes = 0;
  for (auto _ : state) {
    explore::StepTable steps(done.request);
    for (std::uint32_t i = 1; i < done.steps.row_count(); ++i) {
      const explore::MoveRow& row = done.steps.row(i);
      const auto [node, local] = done.steps.origin(i);
      if (row.begin == row.end) continue;
      const Event& event = done.steps.event(row.begin);
      if (event.kind == EventKind::deliver)
        steps.work_out_delivery(local, done.steps.move(row.begin).message, false);
      else
        steps.ensure_own(node, local);
    }
    check(steps.row_count() == done.steps.row_count(), "these are all rows");
    outcomes = steps.move_count();
  }
  using benchmark::Counter;
  state.SetItemsProcessed(state.iterations() * (done.steps.row_count() - 1));
  state.counters["rows"] = Counter(static_cast<double>(done.steps.row_count() - 1));
  state.counters["outcomes"] = Counter(static_cast<double>(outcomes));
  state.counters["local states"] = Counter(static_cast<double>(done.steps.local_count()));
}
BENCHMARK(work_out_rows)->ArgName("n")->Arg(2)->Arg(3)->Unit(benchmark::kMicrosecond);

/// Local states that are met again, all that a search knows: each key is built and found, in the
/// kind of map that the step table has. Items are local states.
void find_known_local_states(benchmark::State& state) {
  const Explored done(static_cast<int>(state.range(0)));
  std::vector<std::map<std::string, std::uint32_t>> ids;
  for (int node = 0; node < done.steps.node_count(); ++node)
    for (std::uint32_t local = 0; local < locals(done.steps, node); ++local) {
      ids.resize(static_cast<std::size_t>(node) + 1);
      std::string key;
      append_key(done.steps.contents(node, local), key);
      ids.back().emplace(std::move(key), local);
    }
  for (auto _ : state)
    for (int node = 0; node < done.steps.node_count(); ++node)
      for (std::uint32_t local = 0; local < locals(done.steps, node); ++local) {
        std::string key;
        append_key(done.steps.contents(node, local), key);
        benchmark::DoNotOptimize(ids[static_cast<std::size_t>(node)].find(key));
      }
  state.SetItemsProcessed(state.iterations() * done.steps.local_count());
}
BENCHMARK(find_known_local_states)->ArgName("n")->Arg(2)->Arg(3)->Unit(benchmark::kMicrosecond);

/// A message that is met again: the key is built and found.
void intern_known_message(benchmark::State& state) {
  Explored done(3);
  const Envelope envelope = done.steps.envelope(0);
  for (auto _ : state)
    benchmark::DoNotOptimize(done.steps.intern(envelope));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(intern_known_message);

/// The messages of the tray whose arrival at this state of their node is worked out, as bits.
unsigned known_arrivals(const explore::StepTable& steps, std::size_t tray, std::uint32_t local) {
  const explore::Tray& messages = steps.trays()[tray];
  const std::uint32_t* rows = steps.deliveries(messages.node, local, false);
  unsigned contents = 0;
  for (std::size_t i = 0; i < explore::Tray::size; ++i) {
    const std::uint32_t message = messages.messages[i];
    if (message != explore::none && rows[steps.message(message).column] != explore::none)
      contents |= 1U << i;
  }
  return contents;
}

/// The lists of everything that a node's state allows by itself. Items are lists.
void learn_own_menus(benchmark::State& state) {
  Explored done(static_cast<int>(state.range(0)));
  constexpr unsigned allowed = explore::allow::timers | explore::allow::crash;
  for (auto _ : state) {
    explore::Menus menus(done.steps);
    for (int node = 0; node < done.steps.node_count(); ++node)
      for (std::uint32_t local = 0; local < locals(done.steps, node); ++local)
        menus.learn_own(node, local, allowed);
    benchmark::DoNotOptimize(menus.moves());
  }
  state.SetItemsProcessed(state.iterations() * done.steps.local_count());
}
BENCHMARK(learn_own_menus)->ArgName("n")->Arg(2)->Arg(3)->Unit(benchmark::kMicrosecond);

/// The lists of what all known messages of a tray allow. Items are lists.
void learn_arrival_menus(benchmark::State& state) {
  Explored done(static_cast<int>(state.range(0)));
  std::int64_t lists = 0;
  for (auto _ : state) {
    explore::Menus menus(done.steps);
    for (std::size_t tray = 0; tray < done.steps.trays().size(); ++tray)
      for (std::uint32_t local = 0; local < locals(done.steps, done.steps.trays()[tray].node);
           ++local)
        if (const unsigned contents = known_arrivals(done.steps, tray, local); contents != 0) {
          menus.learn_arrivals(tray, local, contents, 1);
          ++lists;
        }
    benchmark::DoNotOptimize(menus.moves());
  }
  state.SetItemsProcessed(lists);
}
BENCHMARK(learn_arrival_menus)->ArgName("n")->Arg(2)->Arg(3)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace concordat
