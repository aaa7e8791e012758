// Goal: every mistake that a protocol can make is caught, and the explorer's counterexample is as
// short as the naive checker's. Method: the repository's scenarios. For each value of each option
// `mistake` one of them expects a violated property, in its run or in all runs; where both checkers
// can search for it, they find runs of one length.
#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>

#include "protocols/registry.hpp"
#include "sim/app/exploration.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/scenario/read.hpp"
#include "tests/toy_checker/toy_checker.hpp"

namespace concordat {
namespace {

using scenario::Scenario;

std::vector<Scenario> all_scenarios() {
  namespace fs = std::filesystem;
  std::set<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(CONCORDAT_SOURCE_DIR "/scenarios"))
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  std::vector<Scenario> out;
  for (const fs::path& file : files) {
    auto read = scenario::read_all_file(file.string());
    EXPECT_TRUE(read) << file;
    if (read) out.insert(out.end(), read->begin(), read->end());
  }
  return out;
}

std::string mistake_of(const Scenario& scenario) {
  for (const auto& option : scenario.options)
    if (option.key.value == "mistake") return option.value.value;
  return "none";
}

bool expects_violation(const std::vector<scenario::Entry<std::string>>& properties) {
  return std::ranges::any_of(properties,
                             [](const auto& entry) { return entry.value.value == "violated"; });
}

TEST(Mistakes, EachIsCaughtByAScenario) {
  std::set<std::pair<std::string, std::string>> caught;
  for (const Scenario& scenario : all_scenarios())
    if ((scenario.expect && expects_violation(scenario.expect->properties)) ||
        (scenario.explore && expects_violation(scenario.explore->properties)))
      caught.insert({scenario.protocol.value, mistake_of(scenario)});
  std::size_t mistakes = 0;
  for (const ProtocolEntry& entry : all_protocols().entries())
    for (const ProtocolInfo::Option& option : entry.info->options) {
      if (option.name != "mistake") continue;
      for (const std::string& value : option.values) {
        if (value == "none") continue;
        ++mistakes;
        EXPECT_TRUE(caught.contains({entry.info->name, value})) << entry.info->name << " " << value;
      }
    }
  EXPECT_GT(mistakes, 20U);
}

TEST(Mistakes, AreAsShortAsTheNaiveCheckersFindThem) {
  std::size_t compared = 0;
  for (const Scenario& scenario : all_scenarios()) {
    if (mistake_of(scenario) == "none" || !scenario.explore) continue;
    if (!expects_violation(scenario.explore->properties)) continue;
    if (scenario.explore->order) continue;
    auto bound = scenario::bind(scenario, all_protocols());
    ASSERT_TRUE(bound) << bound.error().text();
    CheckRequest request = app::request_of(scenario, *bound, app::Means{});
    request.non_blocking = false;
    request.goals.clear();
    request.search = {};
    request.limits.max_states = 200'000;
    const CheckResult naive = toy_check(request);
    const CheckResult fast = explore_all(request);
    ASSERT_EQ(naive.properties.size(), fast.properties.size());
    for (std::size_t i = 0; i < naive.properties.size(); ++i) {
      if (naive.properties[i].verdict != Verdict::violated) continue;
      EXPECT_EQ(fast.properties[i].verdict, Verdict::violated) << scenario.file;
      EXPECT_EQ(fast.properties[i].path.size(), naive.properties[i].path.size()) << scenario.file;
      ++compared;
    }
  }
  EXPECT_GT(compared, 30U);
}

}  // namespace
}  // namespace concordat
