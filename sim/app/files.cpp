#include "sim/app/files.hpp"

#include <algorithm>
#include <filesystem>

namespace concordat::app {

namespace fs = std::filesystem;

Result<std::vector<std::string>> files_below(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (auto it = fs::recursive_directory_iterator(path, error);
       !error && it != fs::recursive_directory_iterator();
       it.increment(error))
    if (it->is_regular_file() && it->path().extension() == ".yaml")
      files.push_back(it->path().generic_string());
  if (error) return Error{path, {}, "cannot be searched: " + error.message(), ""};
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace concordat::app
