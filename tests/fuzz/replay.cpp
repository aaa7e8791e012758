// The main program of a fuzz target without a fuzzer: replays a corpus, so that every compiler runs
// what a fuzzer has found.
//
//     scenario_fuzz FOLDER-OR-FILE...     each file is named before it runs
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "sim/base/file.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace fs = std::filesystem;

int main(int argc, char** argv) {
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];  // NOLINT(*-pointer-arithmetic)
    if (fs::is_directory(path)) {
      for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file()) files.push_back(entry.path().string());
    } else {
      files.push_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    const auto text = concordat::read_text_file(file, std::size_t{1} << 30U);
    if (!text) {
      std::fprintf(stderr, "%s\n", text.error().text().c_str());
      return 2;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text->data()),  // NOLINT: bytes
                           text->size());
  }
  std::printf("%zu files\n", files.size());
  return files.empty() ? 2 : 0;
}
