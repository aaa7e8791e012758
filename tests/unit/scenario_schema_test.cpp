// Goal: the schema for editors, a second description of the format, does not drift away from the
// reader. Method: the reader's own list of keys, which it prints for an unknown key, against the
// properties in the schema. tests/scenario_schema_test.py compares what the two accept.
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/base/file.hpp"
#include "sim/scenario/read.hpp"
#include "sim/scenario/yaml.hpp"

namespace concordat::scenario {
namespace {

/// The keys that the error for an unknown key lists.
std::set<std::string> known_keys(const std::string& yaml) {
  const Result<Scenario> scenario = read(yaml, "");
  if (scenario.ok()) return {};
  const std::string intro = "known here: ";
  std::string hint = scenario.error().hint;
  EXPECT_TRUE(hint.starts_with(intro)) << scenario.error().text();
  hint = hint.substr(intro.size()) + ", ";
  std::set<std::string> keys;
  for (std::size_t comma = hint.find(", "); comma != std::string::npos; comma = hint.find(", ")) {
    keys.insert(hint.substr(0, comma));
    hint = hint.substr(comma + 2);
  }
  return keys;
}

/// `inside` after the brackets of `opening`, and the brackets that close them.
std::string closed(const std::string& opening, const std::string& inside) {
  std::string text = opening;
  text += inside;
  for (auto c = opening.rbegin(); c != opening.rend(); ++c) {
    if (*c == '{') text += '}';
    if (*c == '[') text += ']';
  }
  return text;
}

const YamlNode* child(const YamlNode* node, std::string_view key) {
  if (node == nullptr) return nullptr;
  for (const YamlNode& item : node->items)
    if (item.key == key) return &item;
  return nullptr;
}

TEST(ScenarioSchema, KnowsTheSameKeys) {
  const auto text = read_text_file(
      std::string(CONCORDAT_SOURCE_DIR) + "/sim/scenario/scenario.schema.json", max_file_bytes);
  ASSERT_TRUE(text.ok()) << text.error().text();
  const auto schema = parse_yaml(*text, "scenario.schema.json");
  ASSERT_TRUE(schema.ok()) << schema.error().text();
  const auto keys_in_schema = [&](const YamlNode* node) {
    std::set<std::string> keys;
    const YamlNode* properties = child(node, "properties");
    EXPECT_NE(properties, nullptr);
    if (properties != nullptr)
      for (const YamlNode& item : properties->items)
        keys.insert(item.key);
    return keys;
  };
  const std::string unknown = "zzzzzzzzzzzzzzzzzzzzzzzzz: 1";
  const std::multimap<std::string, std::string> places{
      {"network", "network: {"},
      {"timing", "timing: {"},
      {"expect", "expect: {"},
      {"explore", "explore: {"},
      {"crash_limit", "explore: {crash_limits: [{"},
      {"verdicts", "explore: {expect: {"},
      {"fault", "faults: [{"},
      {"crash", "faults: [{crash: {"},
      {"partition", "faults: [{partition: {"},
      {"pause", "faults: [{pause: {"},
      {"message", "faults: [{lose: {"},
      {"late_message", "faults: [{delay: {"},
      {"late_message", "faults: [{reorder: {"},
      {"link", "timing: {links: [{"},
      {"between", "timing: {between: [{"},
      {"load", "load: {"},
      {"random", "random: {"},
      {"random_crash", "random: {crash: {"},
      {"random_partition", "random: {partition: {"},
      {"random_pause", "random: {pause: {"},
      {"random_delay", "random: {delay: {"},
      {"bench", "bench: {"},
      {"bench_arrivals", "bench: {arrivals: {"},
      {"bench_failures", "bench: {failures: {"},
      {"bench_crash", "bench: {failures: {coordinators: {"},
      {"bench_crash", "bench: {failures: {participants: {"},
      {"bench_partition", "bench: {failures: {partition: {"},
      {"bench_pause", "bench: {failures: {pause: {"},
      {"bench_slow_disk", "bench: {failures: {slow_disk: {"},
      {"random_delay", "bench: {failures: {delay: {"},
      {"between", "bench: {between: [{"},
      {"bench_resembles", "bench: {resembles: {"},
      {"bench_check", "bench: {resembles: {checks: [{"}};
  const YamlNode* definitions = child(&*schema, "$defs");
  ASSERT_NE(definitions, nullptr);
  for (const auto& [definition, opening] : places)
    EXPECT_EQ(known_keys(closed(opening, unknown)), keys_in_schema(child(definitions, definition)))
        << definition;
  EXPECT_EQ(known_keys(unknown), keys_in_schema(&*schema));
}

}  // namespace
}  // namespace concordat::scenario
