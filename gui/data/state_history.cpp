#include "gui/data/state_history.hpp"

#include <algorithm>

namespace concordat::gui {

StateHistory::StateHistory(const trace::Trace& trace) {
  for (const trace::Change& change : trace.initial)
    apply(change);
  kept_.push_back(now_);
}

StateHistory::Id StateHistory::id_of(const std::string& text) {
  const auto [place, is_new] = value_ids_.try_emplace(text, static_cast<Id>(values_.size()));
  if (is_new) values_.push_back(text);
  return place->second;
}

void StateHistory::apply(const trace::Change& change) {
  key_.assign(change.where).append(1, '\0');
  key_.append(change.part).append(1, '\0').append(change.field);
  const auto [name, is_new] = name_ids_.try_emplace(key_, names_.size());
  if (is_new) {
    names_.push_back({change.where, change.part, change.field});
    now_.push_back(0);
  }
  now_[name->second] = id_of(change.after);
}

void StateHistory::add(const trace::Step& step) {
  for (const trace::Change& change : step.changes)
    apply(change);
  if (++steps_ % stride == 0) kept_.push_back(now_);
}

Fields StateHistory::after(int step, const std::function<trace::Step(int)>& step_at) const {
  const int last = std::min(step, steps_ - 1);
  const std::vector<Id>& begin = kept_[last < 0 ? 0 : static_cast<std::size_t>(last / stride)];
  Fields out;
  for (std::size_t i = 0; i < begin.size(); ++i)
    if (begin[i] != 0) out[names_[i]].value = values_[begin[i]];
  for (int i = std::max(last, 0) / stride * stride; i <= last; ++i) {
    for (const trace::Change& change : step_at(i).changes) {
      const FieldName name{change.where, change.part, change.field};
      if (change.after.empty() && i < last) {
        out.erase(name);
        continue;
      }
      FieldValue& field = out[name];
      field.value = change.after;
      if (i < last) continue;
      field.before = change.before;
      field.changed = true;
    }
  }
  return out;
}

}  // namespace concordat::gui
