#include <filesystem>

#include "sim/app/exploration.hpp"
#include "sim/app/units.hpp"
#include "sim/base/file.hpp"

namespace concordat::app {

Result<Means> means_of(const Effort& effort) {
  Means means;
  means.exact = effort.exact;
  means.threads = effort.threads;
  means.checkpoint = effort.checkpoint;
  if (!effort.checkpoint.empty()) {
    const auto every = parse_duration(effort.checkpoint_every);
    if (!every || every->us == 0)
      return Error{"", {}, "--checkpoint-every: no length of time", "write 30s, 5min or 1h"};
    means.checkpoint_every = *every;
  }
  if (effort.max_memory) {
    const auto bytes = parse_bytes(*effort.max_memory);
    if (!bytes)
      return Error{"", {}, "--max-memory: no amount of memory", "write 512MiB, 1.5GiB or 4GiB"};
    means.max_bytes = *bytes;
  }
  if (effort.max_time) {
    const auto limit = parse_duration(*effort.max_time);
    if (!limit || limit->us == 0)
      return Error{"", {}, "--max-time: no length of time", "write 30s, 5min or 1h"};
    means.max_time = *limit;
  }
  return means;
}

std::string fresh_name(const std::string& wanted, std::set<std::string>& taken) {
  std::string name = wanted + ".yaml";
  for (int i = 2; !taken.insert(name).second; ++i)
    name = wanted + "-" + std::to_string(i) + ".yaml";
  return name;
}

std::optional<Error> save_scenario(const std::string& folder,
                                   const std::string& name,
                                   const std::string& yaml,
                                   std::string& saved_as) {
  std::error_code ignored;  // a folder that cannot be made is reported by the write below
  std::filesystem::create_directories(folder, ignored);
  const std::string file = folder + "/" + name;
  const auto written = write_text_file(file, yaml);
  if (!written) return written.error();
  saved_as = file;
  return std::nullopt;
}

}  // namespace concordat::app
