#include "gui/models/selection.hpp"

#include <algorithm>

namespace concordat::gui {

void Selection::setDocument(DocumentPtr document) {
  document_ = std::move(document);
  step_ = stepCount() > 0 ? 0 : -1;
  transaction_ = 0;
  hidden_lanes_.clear();
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

void Selection::toggleBookmark(int step) {
  if (!bookmarks_.remove(step)) bookmarks_.insert(step);
  Q_EMIT bookmarksChanged();
}

}  // namespace concordat::gui
