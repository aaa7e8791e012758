// What all views look at together: the run, the current step, and which lanes and transactions are
// shown. Views change it and listen to it, and know nothing of each other.
#pragma once

#include <QObject>
#include <QSet>

#include "gui/data/document.hpp"

namespace concordat::gui {

class Selection : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  const DocumentPtr& document() const { return document_; }
  int step() const { return step_; }
  int stepCount() const { return document_ ? document_->sequence.step_count() : 0; }
  int transaction() const { return transaction_; }
  const QSet<int>& hiddenLanes() const { return hidden_lanes_; }
  const QSet<int>& bookmarks() const { return bookmarks_; }

  void setDocument(DocumentPtr document);
  /// A run that goes on or goes back from the one before: lanes stay hidden, bookmarks stay.
  void continueWith(DocumentPtr document, int step);
  /// From 0, -1 = before the first; out of range: the nearest.
  void setStep(int step);
  void setTransaction(int tx);  // 0: all
  void setLaneHidden(int lane, bool hidden);
  void toggleBookmark(int step);

 Q_SIGNALS:
  void documentChanged();
  void stepChanged(int step);
  void filterChanged();
  void bookmarksChanged();

 private:
  DocumentPtr document_;
  int step_ = -1;
  int transaction_ = 0;
  QSet<int> hidden_lanes_;
  QSet<int> bookmarks_;
};

}  // namespace concordat::gui
