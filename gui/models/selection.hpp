// What all views look at together: the run, the current step, and which lanes, kinds of things and
// transactions are shown. Views change it and listen to it, and know nothing of each other.
#pragma once

#include <QObject>
#include <QSet>

#include "gui/data/document.hpp"
#include "gui/data/filter.hpp"

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
  bool isKindHidden(Kind kind) const { return hidden_kinds_[static_cast<std::size_t>(kind)]; }
  bool isFiltered() const;
  Filter filter() const;
  const QSet<int>& bookmarks() const { return bookmarks_; }

  void setDocument(DocumentPtr document);
  /// A run that goes on or goes back from the one before: lanes stay hidden, bookmarks stay.
  void continueWith(DocumentPtr document, int step);
  /// From 0, -1 = before the first; out of range: the nearest.
  void setStep(int step);
  void setTransaction(int tx);  // 0: all
  void setLaneHidden(int lane, bool hidden);
  void setKindHidden(Kind kind, bool hidden);
  /// All lanes, kinds and transactions.
  void showAll();
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
  std::array<bool, kind_count> hidden_kinds_{};
  QSet<int> bookmarks_;
};

}  // namespace concordat::gui
