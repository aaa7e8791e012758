#include "gui/models/selection.hpp"

#include <algorithm>

namespace concordat::gui {

void Selection::setDocument(DocumentPtr document) {
  document_ = std::move(document);
  step_ = stepCount() > 0 ? 0 : -1;
  transaction_ = 0;
  hidden_lanes_.clear();
  hidden_kinds_ = {};
  bookmarks_.clear();
  Q_EMIT documentChanged();
  Q_EMIT filterChanged();
  Q_EMIT bookmarksChanged();
  Q_EMIT stepChanged(step_);
}

void Selection::continueWith(DocumentPtr document, int step) {
  document_ = std::move(document);
  step_ = std::clamp(step, -1, stepCount() - 1);
  Q_EMIT documentChanged();
  Q_EMIT filterChanged();
  Q_EMIT stepChanged(step_);
}

void Selection::setStep(int step) {
  step = std::clamp(step, -1, stepCount() - 1);
  if (step == step_) return;
  step_ = step;
  Q_EMIT stepChanged(step);
}

void Selection::setTransaction(int tx) {
  if (tx == transaction_) return;
  transaction_ = tx;
  Q_EMIT filterChanged();
}

void Selection::setLaneHidden(int lane, bool hidden) {
  if (hidden_lanes_.contains(lane) == hidden) return;
  if (hidden)
    hidden_lanes_.insert(lane);
  else
    hidden_lanes_.remove(lane);
  Q_EMIT filterChanged();
}

void Selection::setKindHidden(Kind kind, bool hidden) {
  bool& now = hidden_kinds_[static_cast<std::size_t>(kind)];
  if (now == hidden) return;
  now = hidden;
  Q_EMIT filterChanged();
}

void Selection::showAll() {
  if (!isFiltered()) return;
  transaction_ = 0;
  hidden_lanes_.clear();
  hidden_kinds_ = {};
  Q_EMIT filterChanged();
}

bool Selection::isFiltered() const {
  return transaction_ != 0 || !hidden_lanes_.isEmpty() ||
         std::ranges::find(hidden_kinds_, true) != hidden_kinds_.end();
}

Filter Selection::filter() const {
  Filter out;
  out.tx = transaction_;
  out.hidden_kinds = hidden_kinds_;
  out.hidden_lanes.assign(document_ ? document_->sequence.lanes.size() : 0, false);
  for (const int lane : hidden_lanes_)
    if (static_cast<std::size_t>(lane) < out.hidden_lanes.size())
      out.hidden_lanes[static_cast<std::size_t>(lane)] = true;
  return out;
}

void Selection::toggleBookmark(int step) {
  if (!bookmarks_.remove(step)) bookmarks_.insert(step);
  Q_EMIT bookmarksChanged();
}

}  // namespace concordat::gui
