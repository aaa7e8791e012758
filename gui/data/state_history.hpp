// Every field of every process and node after any step of a run, from what each step has changed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
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

/// Keeps the state before every `stride`-th step; what lies between is asked from the steps.
class StateHistory {
 public:
  explicit StateHistory(const trace::Trace& trace);

  /// The next step of the run.
  void add(const trace::Step& step);

  /// After `step`, from 0; -1 = before the first. What that step has changed is marked. `step_at`
  /// gives a step that has been added. COMPLEXITY: the changes of at most `stride` steps.
  Fields after(int step, const std::function<trace::Step(int)>& step_at) const;

  static constexpr int stride = 512;

 private:
  using Id = std::uint32_t;  // of a text; 0 = absent
  Id id_of(const std::string& text);
  void apply(const trace::Change& change);

  std::vector<FieldName> names_;
  std::unordered_map<std::string, std::size_t> name_ids_;
  std::vector<std::string> values_{""};
  std::unordered_map<std::string, Id> value_ids_{{"", 0}};
  std::vector<Id> now_;                // per name
  std::vector<std::vector<Id>> kept_;  // per stride; shorter where names came later
  int steps_ = 0;
  std::string key_;
};

}  // namespace concordat::gui
