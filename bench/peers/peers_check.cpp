// Explores a model that other checkers explore too, and prints one line of JSON for bench/peers/
// compare: peers_check MODEL N K
#include <CLI/CLI.hpp>
#include <chrono>
#include <fmt/core.h>
#include <sys/resource.h>

#include "bench/peers/peer_two_phase_commit.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/model/registry.hpp"
#include "tests/models/two_phase.hpp"
#include "tests/toy_checker/toy_checker.hpp"

namespace concordat {
namespace {

/// A checker to measure. Every one answers the same question, so a further one is one line here.
struct Checker {
  std::string_view name;
  CheckResult (*check)(const CheckRequest&);
};
constexpr std::array checkers{Checker{"naive", toy_check}, Checker{"explorer", explore_all}};

/// N processes of role 1, all choices open, each process on a node of its own.
template <class P>
std::unique_ptr<Model> model_of(int n) {
  Setup setup = make_setup({P::roles.begin(), P::roles.end()}, {1, n});
  setup.open_choices = true;
  return make_model<P>({}, std::move(setup));
}

struct Question {
  std::unique_ptr<Model> model;
  CheckRequest request;
};

Question two_phase(int n, int /*crashes*/) {
  Question question{model_of<TwoPhase>(n), {}};
  question.request.rules.delivery = Delivery::duplicating;
  question.request.properties = {find_property("UA")};
  return question;
}

/// Agreement among correct processes follows from uniform agreement. It is asked because it reads
/// who has ever crashed, which the other checkers keep as well.
Question two_phase_commit(int n, int crashes) {
  Question question{model_of<PeerTwoPhaseCommit>(n), {}};
  question.request.budget.crashes = crashes;
  question.request.budget.recoveries = crashes;
  question.request.properties = {find_property("UA"), find_property("CA")};
  return question;
}

bool holds(const CheckResult& result) {
  return result.complete &&
         std::ranges::all_of(result.properties, [](const PropertyVerdict& property) {
           return property.verdict == Verdict::holds;
         });
}

/// UNITS: bytes; the most that this process has ever used.
std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

int run(std::string_view model,
        int n,
        int crashes,
        std::string_view checker,
        std::int64_t limit,
        const SearchOptions& search) {
  Question question = model == "two_phase" ? two_phase(n, crashes) : two_phase_commit(n, crashes);
  question.request.model = question.model.get();
  question.request.rules.crash_points = CrashPoints::steps;
  question.request.limits.max_states = limit;
  question.request.search = search;
  const auto chosen = std::ranges::find(checkers, checker, &Checker::name);
  const auto begin = std::chrono::steady_clock::now();
  const CheckResult result = chosen->check(question.request);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  fmt::print(
      R"({{"model": "{}", "n": {}, "k": {}, "checker": "{}", "states": {}, "transitions": {}, )"
      R"("depth": {}, "seconds": {:.3f}, "memory_bytes": {}, "holds": {}}})"
      "\n",
      model,
      n,
      crashes,
      checker,
      result.states,
      result.transitions,
      result.depth,
      taken.count(),
      peak_memory(),
      holds(result));
  return holds(result) ? 0 : 1;
}

}  // namespace
}  // namespace concordat

int main(int argc, char** argv) {
  using concordat::Checker;
  CLI::App app("explores a model that other checkers explore too");
  std::string model;
  int n = 2;
  int crashes = 0;
  std::string checker(concordat::checkers.back().name);
  std::int64_t limit = 1'000'000'000;
  std::vector<std::string> names;
  names.reserve(concordat::checkers.size());
  for (const Checker& each : concordat::checkers)
    names.emplace_back(each.name);
  app.add_option("model", model)
      ->required()
      ->check(CLI::IsMember({"two_phase", "two_phase_commit"}));
  app.add_option("n", n, "participants")->required()->check(CLI::Range(1, 10));
  app.add_option("k", crashes, "crashes")->required()->check(CLI::Range(0, 7));
  app.add_option("--checker", checker, "the last one unless given")->check(CLI::IsMember(names));
  app.add_option("--max-states", limit);
  concordat::SearchOptions search;
  app.add_option("--threads", search.threads)->check(CLI::Range(1, 64));
  app.add_flag("--symmetry", search.symmetry);
  CLI11_PARSE(app, argc, argv);
  return concordat::run(model, n, crashes, checker, limit, search);
}
