// Goal: however a search goes about its work, it answers the same. Method: depth-first, exact and
// interrupted searches are compared with the plain breadth-first one (which is compared with the
// naive checker elsewhere), on models and settings that are drawn; counterexamples with the fewest
// faults with a search by costs over plain worlds.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/base/random.hpp"
#include "sim/explore/explorer.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/drawn_settings.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

using Mistake = TwoPhaseCommit::Mistake;

CheckRequest question(const Model& model, bool non_blocking) {
  CheckRequest request = ask(model, {}, {}, {"UA", "CA", "VC", "VAs", "VAw", "IR", "AT"});
  request.non_blocking = non_blocking;
  request.rules.keeps.timed_out = true;
  request.limits.max_states = 3000;
  return request;
}

std::string counts(const CheckResult& result) {
  return std::to_string(result.states) + " states, " + std::to_string(result.transitions) +
         " transitions, " + std::to_string(result.end_states) + " ends, " +
         std::to_string(result.past_bound_states) + " past bounds";
}

std::string words(const CheckResult& result) {
  std::string out;
  for (const PropertyVerdict& verdict : result.properties)
    out += verdict.code + " " + std::string(enum_name(verdict.verdict)) +
           (verdict.vacuous ? " vacuously, " : ", ");
  return out;
}

void expect_replays(const CheckRequest& request, const CheckResult& result) {
  for (const PropertyVerdict& verdict : result.properties) {
    if (verdict.verdict != Verdict::violated || verdict.code == "NB") continue;
    World world = initial_world(*request.model);
    for (const Event& event : verdict.path)
      ASSERT_TRUE(apply(*request.model, request.rules, world, event)) << verdict.code;
    EXPECT_FALSE(satisfied(*find_property(verdict.name), *request.model, world)) << verdict.code;
  }
}

/// Calls `compare(request)` for drawn settings of several models.
template <class Compare>
void for_many(bool non_blocking, Compare&& compare) {
  std::vector<std::unique_ptr<Model>> models;
  models.push_back(model_of<TwoPhaseCommit>({}, {1, 1}));
  models.push_back(model_of<TwoPhaseCommit>({{}, Mistake::vote_unforced}, {1, 1}));
  models.push_back(
      model_of<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}}, {1, 2}, false));
  Random random = Random::stream(7, "settings");
  for (const auto& model : models)
    for (int i = 0; i < 12; ++i) {
      SCOPED_TRACE(i);
      CheckRequest request = question(*model, non_blocking);
      draw(random, request.rules, request.budget);
      request.rules.keeps.timed_out = true;
      compare(request);
      if (testing::Test::HasFailure()) return;
    }
}

TEST(ExplorerSearch, DepthFirstSeesTheSameStates) {
  int whole = 0;
  for_many(false, [&](CheckRequest request) {
    const CheckResult wide = explore_all(request);
    request.search.order = SearchOrder::depth_first;
    const CheckResult deep = explore_all(request);
    EXPECT_EQ(deep.complete, wide.complete);
    if (!wide.complete) return;
    ++whole;
    EXPECT_EQ(counts(deep), counts(wide));
    EXPECT_EQ(words(deep), words(wide));
    expect_replays(request, deep);
  });
  EXPECT_GT(whole, 5);
}

TEST(ExplorerSearch, DepthFirstStopsAtItsLimits) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  CheckRequest request = question(*model, true);
  request.search.order = SearchOrder::depth_first;
  request.limits.max_states = 100;
  EXPECT_EQ(explore_all(request).limit, "states");
  EXPECT_EQ(explore_all(request).properties.back().verdict, Verdict::unknown);
  request.limits = {.max_depth = 5};
  EXPECT_EQ(explore_all(request).limit, "depth");
  EXPECT_FALSE(explore_all(request).complete);
}

TEST(ExplorerSearch, AnExactSearchIsNotMisledByEqualFingerprints) {
  for_many(true, [](CheckRequest request) {
    const CheckResult plain = explore_all(request);
    request.search.exact = true;
    request.search.fingerprint_bits = 4;
    const CheckResult exact = explore_all(request);
    EXPECT_EQ(counts(exact), counts(plain));
    EXPECT_EQ(words(exact), words(plain));
    EXPECT_EQ(exact.expected_misses, 0);
  });
}

TEST(ExplorerSearch, EqualFingerprintsMissStates) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 1});
  CheckRequest request = question(*model, false);
  request.budget.crashes = 1;
  const CheckResult all = explore_all(request);
  ASSERT_TRUE(all.complete);
  EXPECT_GT(all.expected_misses, 0);
  request.search.fingerprint_bits = 6;
  EXPECT_LT(explore_all(request).states, all.states);
}

// ---- The fewest faults.

int faults_of(const World& world) {
  const FaultCounts& used = world.used;
  return used.crashes + used.losses + used.duplicates + used.partitions + used.pauses;
}

/// (faults, steps) of the cheapest run to a violation, by Dijkstra's algorithm.
std::pair<int, int> cheapest(const CheckRequest& request, const Property& property) {
  std::multimap<std::pair<int, int>, World> open;
  std::set<std::string> closed;
  open.emplace(std::pair{0, 0}, initial_world(*request.model));
  while (!open.empty()) {
    const auto [cost, world] = *open.begin();
    open.erase(open.begin());
    if (!closed.insert(key_of(world)).second) continue;
    if (!satisfied(property, *request.model, world)) return cost;
    for (Successor& next : successors(*request.model, request.rules, request.budget, world))
      open.emplace(std::pair{faults_of(next.world), cost.second + 1}, std::move(next.world));
  }
  return {-1, -1};
}

/// The faults of a run.
int faults_on(const CheckRequest& request, const std::vector<Event>& path) {
  World world = initial_world(*request.model);
  for (const Event& event : path)
    EXPECT_TRUE(apply(*request.model, request.rules, world, event));
  return faults_of(world);
}

/// Violates commit validity in three steps without any fault, or in two with a crash.
struct Hasty {
  static constexpr std::string_view name = "hasty";
  static constexpr std::string_view summary = "commits after three timeouts, or after a crash";
  enum class Role : std::uint8_t { worker };
  static constexpr std::array roles{RoleSpec{.name = "worker", .prefix = "w", .votes = true}};
  struct Config {};
  enum class Message : std::uint8_t {};
  enum class Timer : std::uint8_t { tick };
  struct Record {};
  struct Durable {};
  static void redo(Durable& /*log*/, Record /*record*/) {}
  struct Volatile {
    std::uint8_t ticks = 0;
    CONCORDAT_FIELDS(Volatile, ticks)
  };
  using Ctx = Context<Hasty>;

  static void on_start(Ctx& ctx) { ctx.arm(Timer::tick); }
  static void on_timer(Ctx& ctx, Timer /*tick*/) {
    if (++ctx.state().ticks < 3)
      ctx.arm(Timer::tick);
    else
      ctx.decide(Outcome::commit);
  }
  static void on_message(Ctx& /*ctx*/, ProcessId /*from*/, Message /*message*/) {}
  static void on_recover(Ctx& ctx) { ctx.decide(Outcome::commit); }
};

TEST(ExplorerSearch, AFaultLessIsWorthManySteps) {
  const auto model = model_of<Hasty>({}, {1});
  CheckRequest request = ask(*model, {}, {.crashes = 1, .recoveries = 1}, {"VC"});
  EXPECT_EQ(explore_all(request).properties[0].path.size(), 2U);
  request.search.order = SearchOrder::fewest_faults;
  const CheckResult result = explore_all(request);
  EXPECT_EQ(result.properties[0].path.size(), 3U);
  EXPECT_EQ(faults_on(request, result.properties[0].path), 0);
}

TEST(ExplorerSearch, FewestFaultsFirst) {
  int violated = 0;
  Random random = Random::stream(11, "settings");
  for (int i = 0; i < 60; ++i) {
    const auto mistake = static_cast<Mistake>(i % enum_count<Mistake>());
    const auto model = model_of<TwoPhaseCommit>({{}, mistake}, {1, 1});
    CheckRequest request = question(*model, true);
    draw(random, request.rules, request.budget);
    request.rules.keeps.timed_out = true;
    const CheckResult plain = explore_all(request);
    if (!plain.complete) continue;
    request.search.order = SearchOrder::fewest_faults;
    const CheckResult result = explore_all(request);
    EXPECT_EQ(counts(result), counts(plain));
    EXPECT_EQ(words(result), words(plain));
    expect_replays(request, result);
    for (std::size_t k = 0; k < request.properties.size(); ++k) {
      const PropertyVerdict& verdict = result.properties[k];
      if (verdict.verdict != Verdict::violated) continue;
      const auto expected = cheapest(request, *request.properties[k]);
      EXPECT_EQ(faults_on(request, verdict.path), expected.first) << verdict.code;
      EXPECT_EQ(std::ssize(verdict.path), expected.second) << verdict.code;
      ++violated;
    }
  }
  EXPECT_GT(violated, 20);
}

// ---- Checkpoints.

/// A search that is interrupted again and again: after `calls` questions about its progress each
/// time, `saved` of which ask for a checkpoint. The last run ends by itself.
CheckResult in_pieces(CheckRequest request, const std::string& file, int calls) {
  std::filesystem::remove(file);
  request.search.checkpoint = file;
  for (int pieces = 0; pieces < 1000; ++pieces) {
    int call = 0;
    request.progress = [&](const SearchProgress&) -> std::string_view {
      ++call;
      return call == calls ? "stopped" : call == 1 ? "checkpoint" : "";
    };
    CheckResult result = explore_all(request);
    EXPECT_EQ(result.error, "");
    if (result.limit != "stopped") return result;
    EXPECT_TRUE(std::filesystem::exists(file));
  }
  ADD_FAILURE() << "it never ends";
  return {};
}

std::string everything(const CheckResult& result) {
  std::string out = counts(result) + ", depth " + std::to_string(result.depth) + ", " +
                    words(result) + std::to_string(result.local_states) + ", " +
                    std::to_string(result.messages) + ", " + std::to_string(result.steps);
  for (const PropertyVerdict& verdict : result.properties)
    out += " " + std::to_string(verdict.path.size());
  for (const Exercised::Line& line : result.exercised.lines)
    out += line.role + line.state + line.event + std::to_string(line.steps);
  return out;
}

/// Every world that a run goes through.
std::vector<std::string> worlds_on(const CheckRequest& request, const std::vector<Event>& path) {
  std::vector<std::string> keys;
  World world = initial_world(*request.model);
  for (const Event& event : path) {
    EXPECT_TRUE(apply(*request.model, request.rules, world, event));
    keys.push_back(key_of(world));
  }
  return keys;
}

class Checkpoints : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(file_); }
  const std::string file_ = testing::TempDir() + "checkpoint-" +
                            testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(Checkpoints, AnInterruptedSearchEndsLikeAnother) {
  for_many(true, [this](CheckRequest request) {
    for (const int calls : {5}) {
      const CheckResult whole = explore_all(request);
      const CheckResult pieces = in_pieces(request, file_, calls);
      EXPECT_EQ(everything(pieces), everything(whole));
      for (std::size_t i = 0; i < whole.properties.size(); ++i)
        EXPECT_EQ(worlds_on(request, pieces.properties[i].path),
                  worlds_on(request, whole.properties[i].path));
      EXPECT_EQ(std::filesystem::exists(file_), whole.limit == "states");
    }
  });
}

TEST_F(Checkpoints, WithSymmetryAndThreads) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 3});
  CheckRequest request = question(*model, false);
  request.limits.max_states = 1'000'000;
  for (const bool symmetry : {false, true}) {
    request.search.symmetry = symmetry;
    request.search.threads = 1;
    const CheckResult whole = explore_all(request);
    request.search.threads = 2;
    EXPECT_EQ(everything(in_pieces(request, file_, 9)), everything(whole));
  }
}

TEST_F(Checkpoints, AreOfOneQuestion) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  CheckRequest request = question(*model, true);
  request.budget.crashes = 1;
  request.search.checkpoint = file_;
  request.progress = [](const SearchProgress&) { return "stopped"; };
  ASSERT_EQ(explore_all(request).limit, "stopped");
  const auto other = [&](auto change) {
    CheckRequest changed = request;
    changed.progress = nullptr;
    change(changed);
    return explore_all(changed).error;
  };
  const std::string refused = "it is one of another question";
  EXPECT_EQ(other([](CheckRequest& r) { r.budget.crashes = 2; }), refused);
  EXPECT_EQ(other([](CheckRequest& r) { r.rules.copies = 2; }), refused);
  EXPECT_EQ(other([](CheckRequest& r) { r.properties.pop_back(); }), refused);
  const auto larger = model_of<TwoPhaseCommit>({}, {1, 3});
  EXPECT_EQ(other([&](CheckRequest& r) { r.model = larger.get(); }), refused);
  EXPECT_EQ(other([](CheckRequest&) {}), "");
}

TEST_F(Checkpoints, ADamagedFileIsRefused) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 1});
  CheckRequest request = question(*model, true);
  request.search.checkpoint = file_;
  request.progress = [](const SearchProgress&) { return "stopped"; };
  ASSERT_EQ(explore_all(request).limit, "stopped");
  request.progress = nullptr;
  std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(200);
  file.put('x');
  file.close();
  EXPECT_EQ(explore_all(request).error, "it is damaged, or no checkpoint");
  std::ofstream(file_) << "name: a scenario";
  EXPECT_EQ(explore_all(request).error, "it is damaged, or no checkpoint");
  std::filesystem::remove(file_);
  request.search.checkpoint = "/no/such/folder/file";
  request.progress = [](const SearchProgress&) { return "stopped"; };
  EXPECT_EQ(explore_all(request).limit, "disk");
}

/// Without room for the graph nobody knows who is blocked; everything else is as it was.
TEST(ExplorerSearch, AGraphThatIsTooLargeIsDropped) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  CheckRequest request = question(*model, true);
  request.budget.crashes = 1;
  request.limits.max_states = 1'000'000;
  auto goal = parse_goal(model->setup(), "p1 blocks");
  ASSERT_TRUE(goal.ok());
  request.goals.push_back(*goal);
  const CheckResult whole = explore_all(request);
  ASSERT_EQ(whole.properties.back().verdict, Verdict::violated);
  ASSERT_EQ(whole.goals.front().reach, Reach::reached);
  request.limits.max_graph_bytes = 100'000;
  const CheckResult dropped = explore_all(request);
  EXPECT_TRUE(dropped.graph_dropped);
  EXPECT_TRUE(dropped.complete);
  EXPECT_EQ(dropped.properties.back().verdict, Verdict::unknown);
  EXPECT_EQ(dropped.goals.front().reach, Reach::unknown);
  EXPECT_EQ(counts(dropped), counts(whole));
  for (std::size_t i = 0; i + 1 < whole.properties.size(); ++i)
    EXPECT_EQ(dropped.properties[i].verdict, whole.properties[i].verdict);
  // What the rest of the search needs goes first.
  request.limits.max_graph_bytes = CheckLimits().max_graph_bytes;
  request.limits.max_bytes = dropped.table_bytes + 100'000;
  EXPECT_TRUE(explore_all(request).graph_dropped);
  EXPECT_EQ(explore_all(request).limit, "");
}

}  // namespace
}  // namespace concordat
