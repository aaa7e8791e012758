// Goal: what TCC promises about data, class by class, and what its fence is for. Method: the shop
// order with two branches is explored under every fault class, with delays and duplicates counted.
// What is expected was derived before the protocol was written, but for F0 without the fence.
#include <gmock/gmock.h>

#include "protocols/registry.hpp"
#include "sim/app/exploration.hpp"
#include "sim/explore/explorer.hpp"

namespace concordat {
namespace {

/// The codes of the properties that are violated; nothing may be unknown.
std::string violated(const std::string& profile, const std::string& faults) {
  app::Source source;
  source.protocol = "tcc";
  source.business = true;
  source.profile = profile;
  source.votes = {"any"};
  if (faults == "F3") {
    source.duplicates = "2";
    source.timing = "synchronous";
  } else {
    source.faults = faults;
  }
  if (faults == "F1") source.early_timeouts = "2";
  source.properties = {"RC", "ND", "ID", "CO", "NB"};
  auto scenario = app::load(source, all_protocols());
  if (!scenario) return scenario.error().text();
  const auto found = app::explore(all_protocols(), std::move(*scenario), explore_all, {}, {});
  if (!found) return found.error().text();
  std::string out;
  for (const app::Finding& finding : found->findings) {
    EXPECT_NE(finding.verdict.verdict, Verdict::unknown) << finding.verdict.code << " " << faults;
    if (finding.verdict.verdict == Verdict::violated)
      out += (out.empty() ? "" : " ") + std::string(finding.verdict.code);
  }
  return out;
}

TEST(Tcc, WithTheFence) {
  for (const char* harmless : {"F0", "F1", "F2", "F3"})
    EXPECT_EQ(violated("fence", harmless), "") << harmless;
  for (const char* repaired : {"F5", "F5-twice", "F7", "F7-twice", "F8-recover", "F9", "F11"})
    EXPECT_EQ(violated("fence", repaired), "NB") << repaired;
  for (const char* lasting : {"F4", "F4-twice", "F6", "F8-stop", "F10"})
    EXPECT_EQ(violated("fence", lasting), "RC ND CO NB") << lasting;
}

TEST(Tcc, WithoutTheFence) {
  EXPECT_EQ(violated("no_fence", "F0"), "RC ND CO") << "a refused try is cancelled, too";
  for (const char* repeating : {"F1", "F2", "F3"})
    EXPECT_EQ(violated("no_fence", repeating), "RC ND ID CO") << repeating;
  for (const char* repeating : {"F5", "F7", "F8-recover", "F9", "F11"})
    EXPECT_EQ(violated("no_fence", repeating), "RC ND ID CO NB") << repeating;
}

}  // namespace
}  // namespace concordat
