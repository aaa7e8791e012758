#include "gui/data/state_history.hpp"

#include <algorithm>

namespace concordat::gui {

namespace {

void apply(const trace::Change& change, std::map<FieldName, std::string>& fields) {
  FieldName name{change.where, change.part, change.field};
  if (change.after.empty())
    fields.erase(name);
  else
    fields[std::move(name)] = change.after;
}

}  // namespace

StateHistory::StateHistory(std::shared_ptr<const trace::Trace> trace) : trace_(std::move(trace)) {
  Plain now;
  for (const trace::Change& change : trace_->initial)
    apply(change, now);
  for (std::size_t i = 0; i < trace_->steps.size(); ++i) {
    if (i % stride == 0) kept_.push_back(now);
    for (const trace::Change& change : trace_->steps[i].changes)
      apply(change, now);
  }
  if (kept_.empty()) kept_.push_back(now);
}

Fields StateHistory::after(int step) const {
  const int last = std::min(step, static_cast<int>(trace_->steps.size()) - 1);
  const std::size_t block = last < 0 ? 0 : static_cast<std::size_t>(last / stride);
  Plain now = kept_[block];
  for (int i = static_cast<int>(block) * stride; i <= last; ++i)
    for (const trace::Change& change : trace_->steps[static_cast<std::size_t>(i)].changes)
      apply(change, now);
  Fields out;
  for (auto& [name, value] : now)
    out[name].value = std::move(value);
  if (last < 0) return out;
  for (const trace::Change& change : trace_->steps[static_cast<std::size_t>(last)].changes) {
    FieldValue& field = out[{change.where, change.part, change.field}];
    field.before = change.before;
    field.changed = true;
  }
  return out;
}

}  // namespace concordat::gui
