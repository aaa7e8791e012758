// The repository keeps its own rules. Goal: a broken rule fails here, with a sentence that says
// what to do, and not in review. Method: each rule of repository_rules.hpp judges the real tree;
// and each is shown a violation planted for it, which it must catch, and a near miss, which it must
// not. A rule without a plant fails.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/unit/repository_rules.hpp"

namespace concordat::repository {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const Tree& real_tree() {
  static const Tree tree = read_tree(CONCORDAT_SOURCE_DIR);
  return tree;
}

const Rule& rule(std::string_view name) {
  return *std::find_if(
      rules().begin(), rules().end(), [&](const Rule& r) { return r.name == name; });
}

/// Files that break one rule, and exactly how often; or files that come close and break none.
struct Plant {
  std::string_view rule;
  std::vector<std::pair<std::string, std::string>> files;  // path, text
  std::size_t complaint_count;
};

Tree tree_of(const Plant& plant) {
  Tree tree;
  for (const auto& [path, text] : plant.files)
    tree.push_back(make_file(path, text));
  return tree;
}

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "\n";
  return text;
}

const std::string wide = std::string(100, 'w') + "\n";

std::vector<Plant> layer_plants() {
  return {
      {"layering", {{"sim/base/a.hpp", "#include \"sim/model/b.hpp\"\n"}}, 1},
      {"layering", {{"sim/model/a.hpp", "#  include \"sim/run/b.hpp\"\n"}}, 1},
      {"layering", {{"sim/trace/a.hpp", "#include \"sim/scenario/b.hpp\"\n"}}, 1},
      {"layering", {{"sim/run/a.cpp", "#include \"tests/toy_checker/b.hpp\"\n"}}, 1},
      {"layering", {{"sim/run/a.cpp", "#include \"sim/bench/b.hpp\"\n"}}, 1},
      {"layering", {{"sim/bench/a.cpp", "#include \"sim/explore/b.hpp\"\n"}}, 1},
      {"layering", {{"sim/bench/a.cpp", "#include \"sim/run/b.hpp\"\n"}}, 0},
      {"layering", {{"sim/app/a.cpp", "#include \"protocols/registry.hpp\"\n"}}, 1},
      {"layering", {{"sim/cli/a.cpp", "#include \"protocols/saga.hpp\"\n"}}, 1},
      {"layering", {{"protocols/a.hpp", "#include \"protocols/saga.hpp\"\n"}}, 1},
      {"layering", {{"protocols/parts/a.hpp", "#include \"protocols/saga.hpp\"\n"}}, 1},
      {"layering", {{"protocols/a.hpp", "#include \"protocols/parts/b.hpp\"\n"}}, 0},
      {"layering", {{"sim/cli/a.cpp", "#include \"tests/unit/b.hpp\"\n"}}, 1},
      {"layering", {{"sim/base/a.cpp", "#include \"check.hpp\"\n"}}, 1},
      {"layering", {{"sim/new_folder/a.cpp", "\n"}}, 1},
      {"layering", {{"bench/a.cpp", "#include \"tests/unit/b.hpp\"\n"}}, 1},
      {"layering", {{"tests/models/a.hpp", "#include \"tests/unit/b.hpp\"\n"}}, 1},
      {"layering", {{"protocols/a.hpp", "#include \"sim/trace/b.hpp\"\n"}}, 1},
      {"layering", {{"protocols/a.hpp", "#include \"protocols/b.hpp\"\n"}}, 1},
      {"layering", {{"gui/views/a.cpp", "#include \"sim/model/b.hpp\"\n"}}, 1},
      {"layering",
       {{"sim/base/a.hpp", "// #include \"sim/model/b.hpp\"\n#include <vector>\n"},
        {"sim/app/a.cpp", "#include \"sim/run/b.hpp\"\n#include \"tests/toy_checker/b.hpp\"\n"},
        {"sim/cli/a.cpp", "#include \"protocols/registry.hpp\"\n#include \"sim/app/b.hpp\"\n"},
        {"protocols/a.hpp", "#include \"sim/model/b.hpp\"\n#include \"sim/base/b.hpp\"\n"},
        {"bench/a.cpp", "#include \"tests/models/b.hpp\"\n#include \"bench/b.hpp\"\n"},
        {"tests/models/a.hpp", "#include \"sim/model/b.hpp\"\n"},
        {"tests/unit/a.cpp", "#include \"protocols/b.hpp\"\n#include \"tests/unit/b.hpp\"\n"}},
       0},
      {"no_qt_in_engines", {{"sim/app/a.cpp", "#include <QString>\n"}}, 1},
      {"no_qt_in_engines", {{"gui/views/a.cpp", "#include <QString>\n"}}, 0},
      {"protocols_use_no_library",
       {{"protocols/a.hpp", "#include <fmt/core.h>\n#include <unistd.h>\n"}},
       2},
      {"protocols_use_no_library", {{"protocols/a.hpp", "#include <array>\n"}}, 0},
      {"pragma_once", {{"sim/base/a.hpp", "// #pragma once\n"}}, 1},
      {"pragma_once", {{"sim/base/a.hpp", "#pragma once\n"}, {"sim/base/a.cpp", "\n"}}, 0},
  };
}

std::vector<Plant> text_plants() {
  return {
      {"file_length", {{"sim/base/a.cpp", lines(801)}, {"protocols/a.hpp", lines(251)}}, 2},
      {"file_length", {{"sim/base/a.cpp", lines(800)}, {"protocols/a.hpp", lines(250)}}, 0},
      {"line_width", {{"sim/base/a.cpp", "w" + wide}, {"tests/CMakeLists.txt", "w" + wide}}, 2},
      {"line_width", {{"sim/base/a.cpp", wide}, {"README.md", "w" + wide}}, 0},
      {"blanks", {{"README.md", "a \n\tb\nc\r\nd"}}, 4},
      {"blanks",
       {{"README.md", "a b\n\nc\n"}, {"sim/base/empty.cpp", ""}, {"tests/data/bad.yaml", "\ta"}},
       0},
      {"blanks", {{"tests/fuzz/a.json", "\t\n"}}, 1},
      {"blanks", {{"tests/fuzz/corpus/trace/a.json", "\r"}}, 0},
      {"leftover_marks",
       {{"sim/base/a.cpp",
         "// TO"
         "DO: b\n"},
        {"README.md",
         "FIX"
         "ME\n"}},
       2},
      {"leftover_marks",
       {{"sim/base/a.cpp",
         "// TO"
         "DOS, mas"
         "TODON\n"}},
       0},
      {"file_names", {{"sim/base/Check.cpp", "\n"}, {"tests/unit/a-b.cpp", "\n"}}, 2},
      {"file_names", {{"sim/base/check_2.cpp", "\n"}}, 0},
  };
}

std::vector<Plant> code_plants() {
  return {
      {"determinism",
       {{"sim/run/a.cpp",
         "int a = std::rand();\nstd::random_device b;\nstd::normal_distribution<> c;\n"
         "std::chrono::system_clock d;\nstd::chrono::steady_clock e;\nstd::hash<int> f;\n"
         "std::unordered_map<int, int> g;\nstd::unordered_set<int> h;\nthread_local int i;\n"}},
       9},
      {"determinism", {{"protocols/a.hpp", "thread_local int a;\n"}}, 1},
      {"determinism",
       {{"sim/run/a.cpp",
         "// no std::hash here\nint thread_locals; /* std::rand\n thread_local */\n"},
        {"tests/unit/a.cpp", "std::unordered_map<int, int> a;\n"}},
       0},
      {"no_blanket_catch", {{"sim/run/a.cpp", "try {\n} catch (...) {\n}\n"}}, 1},
      {"no_blanket_catch", {{"sim/run/a.cpp", "} catch (const std::bad_alloc&) {\n"}}, 0},
      {"engines_name_no_protocol",
       {{"protocols/two_phase_commit.hpp", "struct TwoPhaseCommit {};\n"},
        {"sim/app/a.cpp", "auto a = \"two_phase_commit\";\nTwoPhaseCommit b;\n"}},
       2},
      {"engines_name_no_protocol",
       {{"protocols/two_phase_commit.hpp", "struct TwoPhaseCommit {};\n"},
        {"sim/app/a.cpp", "// as two_phase_commit.hpp does\nint two_phase_commits;\n"},
        {"tests/unit/a.cpp", "TwoPhaseCommit b;\n"}},
       0},
  };
}

std::vector<Plant> place_plants() {
  return {
      {"scenario_files",
       {{"protocols/saga.hpp", "\n"},
        {"scenarios/saga/a.yml", "\n"},
        {"scenarios/saga/two_words.yaml", "\n"},
        {"scenarios/saga/deeper/a.yaml", "\n"},
        {"scenarios/a.yaml", "\n"},
        {"scenarios/unknown/a.yaml", "\n"}},
       5},
      {"scenario_files",
       {{"protocols/saga.hpp", "\n"},
        {"scenarios/saga/saga-01-happy.yaml", "\n"},
        {"scenarios/README.md", "\n"}},
       0},
      {"sources_are_built",
       {{"sim/base/CMakeLists.txt", "a.cpp\n# b.cpp\nabc.cpp\n"},
        {"sim/base/b.cpp", "\n"},
        {"sim/base/bc.cpp", "\n"}},
       2},
      {"sources_are_built",
       {{"sim/base/CMakeLists.txt", "a.cpp)\n"},
        {"sim/base/a.cpp", "\n"},
        {"tests/CMakeLists.txt", "  unit/b.cpp\n"},
        {"tests/unit/b.cpp", "\n"},
        {"sim/base/c.hpp", "\n"}},
       0},
  };
}

std::vector<Plant> plants() {
  std::vector<Plant> all;
  for (const auto& group : {layer_plants(), text_plants(), code_plants(), place_plants()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

TEST(Repository, KeepsItsRules) {
  for (const Rule& r : rules()) {
    for (const std::string& complaint : r.judge(real_tree())) {
      ADD_FAILURE() << complaint << " [" << r.name << "]";
    }
  }
}

TEST(Repository, IsReadWhole) {
  for (const std::string_view path : {"CMakeLists.txt",
                                      ".ci/run",
                                      "install-dependencies.sh",
                                      "protocols/CMakeLists.txt",
                                      "sim/base/check.hpp",
                                      "tests/unit/repository_test.cpp"}) {
    EXPECT_TRUE(std::any_of(real_tree().begin(), real_tree().end(), [&](const File& file) {
      return file.path == path && !file.lines.empty();
    })) << path;
  }
}

/// The lines of the blocks of shell commands, without the remarks behind them.
std::vector<std::string> shell_commands(std::string_view path) {
  const auto file = std::find_if(
      real_tree().begin(), real_tree().end(), [&](const File& f) { return f.path == path; });
  std::vector<std::string> commands;
  if (file == real_tree().end()) return commands;
  bool inside = false;
  for (const std::string& line : file->lines) {
    const bool is_fence = line.starts_with("```");
    if (inside && !is_fence) {
      std::string command = line.substr(0, line.find(" #"));
      command.erase(command.find_last_not_of(' ') + 1);
      commands.push_back(std::move(command));
    }
    if (is_fence) inside = !inside && line == "```sh";
  }
  return commands;
}

TEST(Repository, HasTheSameCommandsInBothReadmes) {
  const std::vector<std::string> english = shell_commands("README.md");
  EXPECT_GT(english.size(), 20U);
  EXPECT_EQ(shell_commands("gui/translations/README.zh-CN.md"), english);
}

TEST(Rules, CatchWhatIsPlantedAndNothingElse) {
  for (const Plant& plant : plants()) {
    EXPECT_THAT(rule(plant.rule).judge(tree_of(plant)), SizeIs(plant.complaint_count))
        << plant.rule << ", shown " << plant.files.front().first << ":\n"
        << plant.files.front().second;
  }
}

TEST(Rules, HaveAPlantAndANearMissEach) {
  for (const Rule& r : rules()) {
    const auto has = [&](auto is_wanted) {
      const std::vector<Plant> all = plants();
      return std::any_of(all.begin(), all.end(), [&](const Plant& plant) {
        return plant.rule == r.name && is_wanted(plant.complaint_count);
      });
    };
    EXPECT_TRUE(has([](std::size_t count) { return count > 0; })) << r.name;
    EXPECT_TRUE(has([](std::size_t count) { return count == 0; })) << r.name;
  }
}

TEST(Files, LoseTheirCommentsOnlyWhereCommentsAre) {
  const File file = make_file("a.cpp",
                              "a = \"// no\";  // yes\n"
                              "b /* yes */ = 1'000; // yes\n"
                              "c = '\"'; /* yes\n"
                              "yes */ d = \"\\\"// no\";\n");
  EXPECT_THAT(
      file.code,
      ::testing::ElementsAre("a = \"// no\";", "b  = 1'000;", "c = '\"';", " d = \"\\\"// no\";"));
}

TEST(Files, KeepTheirLines) {
  EXPECT_THAT(make_file("a", "x\n\ny\n").lines, ::testing::ElementsAre("x", "", "y"));
  EXPECT_THAT(make_file("a", "").lines, IsEmpty());
  EXPECT_FALSE(make_file("a", "x").ends_with_newline);
}

}  // namespace
}  // namespace concordat::repository
