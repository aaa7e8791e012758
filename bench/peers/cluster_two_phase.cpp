// The workload of README.md in this folder, for Concordat's own cluster: failure-free two-phase
// commit. Takes the flags of simgrid_two_phase, and prints the same line of JSON.
#include <CLI/CLI.hpp>
#include <chrono>
#include <fmt/format.h>

#include "protocols/registry.hpp"
#include "sim/bench/cluster.hpp"
#include "sim/scenario/read.hpp"

namespace {

struct Options {
  int nodes = 10;
  int coordinators = 1;
  int participants = 3;
  int clients = 10;
  std::int64_t transactions = 20'000;
  std::uint64_t seed = 1;
};

/// Rows are so many that few transactions meet in one.
std::string scenario_of(const Options& options) {
  return fmt::format(
      "name: failure-free two-phase commit\n"
      "protocol: two_phase_commit\n"
      "timing: {{latency: 5ms, force: 2ms}}\n"
      "bench:\n"
      "  transactions: {}\n"
      "  warm_up: 0\n"
      "  arrivals: {{clients: {}}}\n"
      "  nodes: {}\n"
      "  coordinators: {}\n"
      "  participants: {}\n"
      "  keys: 1000000\n"
      "  timeout: 1h\n",
      options.transactions,
      options.clients,
      options.nodes,
      options.coordinators,
      options.participants);
}

int simulate(const Options& options) {
  using namespace concordat;
  const auto scenario = scenario::read(scenario_of(options), "peer.yaml");
  if (!scenario) return fmt::print(stderr, "{}\n", scenario.error().what), 2;
  const auto setting = bench::prepare(*scenario, all_protocols());
  if (!setting) return fmt::print(stderr, "{}\n", setting.error().what), 2;
  bench::Cluster cluster(*setting);
  const auto begin = std::chrono::steady_clock::now();
  const bench::Figures& figures = cluster.run(options.seed);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print(
      "{{\"messages\": {}, \"forces\": {}, \"transactions\": {}, \"committed\": {}, "
      "\"mean_latency_ms\": {:.3f}, \"virtual_seconds\": {:.3f}, \"events\": {}, "
      "\"seconds\": {:.6f}, \"messages_per_second\": {:.0f}}}\n",
      figures.messages,
      figures.forces,
      figures.started,
      figures.committed,
      figures.commit_us.mean() / 1e3,
      static_cast<double>(figures.end_us) / 1e6,
      figures.events,
      seconds,
      static_cast<double>(figures.messages) / seconds);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("failure-free two-phase commit on Concordat's cluster");
  app.add_option("--nodes", options.nodes, "that participants live on")->capture_default_str();
  app.add_option("--coordinators", options.coordinators, "")->capture_default_str();
  app.add_option("--participants", options.participants, "of a transaction")->capture_default_str();
  app.add_option("--clients", options.clients, "in a closed loop")->capture_default_str();
  app.add_option("--transactions", options.transactions, "")->capture_default_str();
  app.add_option("--seed", options.seed, "")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return simulate(options);
}
