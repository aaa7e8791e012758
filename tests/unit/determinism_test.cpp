// Goal: the same scenario gives the same bytes, every time. Method: each scenario of the repository
// and some with random faults run twice, from the file on, and trace, drawing, tale and the result
// of a small check are compared. Different compilers are compared by .ci/determinism.
#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <sstream>

#include "protocols/registry.hpp"
#include "sim/app/app.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/scenario/read.hpp"
#include "sim/scenario/write.hpp"
#include "sim/trace/explain.hpp"
#include "sim/trace/json.hpp"
#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

/// All that a run can show.
std::string shown(const std::string& yaml) {
  const Story s = story(yaml);
  const auto run = s.run();
  trace::TextOptions details;
  details.details = true;
  return trace::to_json(run.trace) + trace::render(run.trace, details) + trace::explain(run.trace) +
         (run.error ? run.error->text() : "");
}

/// What `run --json` prints for a file, with so many threads.
std::string printed(const std::string& file, int threads) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  app::Terminal terminal{in, out, err, {}, true, false, false, {}, explore_all, "explorer"};
  app::RunOptions options;
  options.source.file = file;
  options.jobs = threads;
  app::run_command(all_protocols(), options, terminal);
  return out.str() + err.str();
}

/// All of them; where each takes ten times as long, and the program plays them all anyway, a tenth.
std::vector<std::string> scenario_files() {
  namespace fs = std::filesystem;
  std::vector<std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(CONCORDAT_SOURCE_DIR "/scenarios"))
    if (entry.path().extension() == ".yaml") all.push_back(entry.path().string());
  std::ranges::sort(all);
#ifdef CONCORDAT_SANITIZED
  constexpr std::size_t every = 10;
#else
  constexpr std::size_t every = 1;
#endif
  std::vector<std::string> out;
  for (std::size_t i = 0; i < all.size(); i += every)
    out.push_back(all[i]);
  return out;
}

TEST(Determinism, RunsOfTheRepositorysScenarios) {
  for (const std::string& file : scenario_files()) {
    const auto all = scenario::read_all_file(file);
    ASSERT_TRUE(all.ok()) << all.error().text();
    const bool many = std::ranges::any_of(
        *all, [](const scenario::Scenario& each) { return each.seeds.has_value(); });
    if (many) {
      EXPECT_EQ(printed(file, 1), printed(file, 2)) << file;
    }
    for (const scenario::Scenario& scenario : *all) {
      if (scenario.load) continue;  // has no trace
      const std::string yaml = scenario::write(scenario);
      EXPECT_EQ(shown(yaml), shown(yaml)) << file << " " << scenario.variant;
    }
  }
}

TEST(Determinism, RunsWithEveryKindOfSetting) {
  for (const std::string& setting : walk_settings())
    EXPECT_EQ(shown(two_phase(setting)), shown(two_phase(setting))) << setting;
}

/// The fingerprint of many runs with every kind of draw. It changes with every change of what the
/// simulator does or draws, and with nothing else: not with the compiler, its level, or threads.
TEST(Determinism, AFingerprintForEveryCompiler) {
  const std::string file = CONCORDAT_SOURCE_DIR "/scenarios/two_phase_commit/";
  EXPECT_NE(printed(file + "timed-random-faults.yaml", 2).find("\"070bd2f128c1486e\""),
            std::string::npos);
  EXPECT_NE(printed(file + "timed-wide-area.yaml", 2).find("\"adbba3069ae4efe6\""),
            std::string::npos);
}

/// The result of `check --json` without what is measured: its seconds and its memory.
std::string checked() {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  app::Terminal terminal{in, out, err, {}, true, false, false, {}, explore_all, "explorer"};
  app::CheckOptions options;
  options.source.protocol = "two_phase_commit";
  options.source.crashes = "1";
  options.source.timing = "synchronous";
  app::check_command(all_protocols(), options, terminal);
  std::string text = out.str();
  for (const char* measured : {"\"seconds\"", "\"memory_bytes\""}) {
    const std::size_t line = text.find(measured);
    EXPECT_NE(line, std::string::npos) << err.str();
    text.erase(line, text.find('\n', line) - line);
  }
  return text;
}

TEST(Determinism, Checks) {
  EXPECT_EQ(checked(), checked());
}

}  // namespace
}  // namespace concordat
