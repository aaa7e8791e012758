// A trace in a file, whose steps stay there until somebody asks for one: a run of a million steps
// has a gigabyte. Only the layout that Concordat writes is known here, where each step begins on a
// line of its own; any other JSON is read as a whole (sim/trace/json.hpp).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::gui {

class TraceFile {
 public:
  /// Maps the file and finds its steps. RETURNS: nothing if the file cannot be mapped or is laid
  /// out otherwise. REQUIRES: nobody changes the file in place; replacing it by a new one, as all
  /// our programs do, does no harm.
  static std::shared_ptr<const TraceFile> map(const std::string& path);
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  int step_count() const { return static_cast<int>(offsets_.size()) - 1; }
  /// `index` from 0. REQUIRES: `each` has read all steps without an error.
  trace::Step step(int index) const;
  /// All but the steps.
  Result<trace::Trace> rest() const;
  /// Calls `visit` for each step in order, while another thread reads ahead. ERRORS: a step that
  /// does not read, with its place, after those before it. RETURNS: true.
  Result<bool> each(const std::function<void(const trace::Step&)>& visit) const;

 private:
  struct Mapping;
  class Reader;
  class Belt;
  TraceFile(std::string path, std::unique_ptr<const Mapping> mapping);

  std::string_view text() const;
  /// The object of a step; up to `Reader::padding` bytes behind it can be read.
  std::string_view slice(int index) const;
  void read_all(Belt& belt) const;
  Error error_at(int index) const;

  std::string path_;
  std::unique_ptr<const Mapping> mapping_;
  std::vector<std::size_t> offsets_;  // where each step begins; the last is where they end
};

}  // namespace concordat::gui
