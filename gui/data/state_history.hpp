// Every field of every process and node after any step of a run, from what each step has changed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "sim/trace/trace.hpp"

namespace concordat::gui {

struct FieldName {
  std::string where;  // "p1", "t2 p1"
  std::string part;   // log | state | timers | store | locks | node
  std::string field;
  friend auto operator<=>(const FieldName&, const FieldName&) = default;
};

struct FieldValue {
  std::string value;   // "" = absent
  std::string before;  // what it was before the step, if the step has changed it
  bool changed = false;
};

using Fields = std::map<FieldName, FieldValue>;

class StateHistory {
 public:
  explicit StateHistory(std::shared_ptr<const trace::Trace> trace);

  /// After `step` of the trace, from 0; -1 = before the first. What that step has changed is
  /// marked. COMPLEXITY: the changes of at most `stride` steps.
  Fields after(int step) const;

  static constexpr int stride = 512;

 private:
  using Plain = std::map<FieldName, std::string>;
  std::shared_ptr<const trace::Trace> trace_;
  std::vector<Plain> kept_;  // before every `stride`-th step
};

}  // namespace concordat::gui
