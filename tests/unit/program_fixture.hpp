// What the tests of the program share: the real program as a subprocess, in a folder of its own.
#pragma once

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace concordat {

using Words = std::vector<std::string>;

struct Ended {
  int code = -1;
  std::string out;
  std::string err;
};

inline std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class ProgramFixture : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "concordat_app_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
  }

  /// Starts the program in the folder, with `input` as standard input. RETURNS: its process id.
  pid_t start(const Words& words, const std::string& input) const {
    write("stdin", input);
    const pid_t child = fork();
    if (child != 0) return child;
    std::vector<std::string> all{CONCORDAT_PROGRAM};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> pointers;
    for (std::string& word : all)
      pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const bool ready = chdir(folder_.c_str()) == 0 &&
                       std::freopen("stdin", "r", stdin) != nullptr &&
                       std::freopen("stdout", "w", stdout) != nullptr &&
                       std::freopen("stderr", "w", stderr) != nullptr;
    if (ready) execv(CONCORDAT_PROGRAM, pointers.data());
    _exit(127);
  }

  Ended finish(pid_t child) const {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    Ended ended;
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    ended.out = text_of(path("stdout"));
    ended.err = text_of(path("stderr"));
    return ended;
  }

  Ended run(const Words& words, const std::string& input = "") const {
    return finish(start(words, input));
  }

  /// The files in the folder, without the streams.
  std::string files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file() && !name.starts_with("std")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    std::string out;
    for (const std::string& name : names)
      out += (out.empty() ? "" : " ") + name;
    return out;
  }

  std::filesystem::path folder_;
};

/// The first lines of a scenario file.
inline const std::string header = "name: a test\nprotocol: two_phase_commit\n";

inline Words operator+(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace concordat
