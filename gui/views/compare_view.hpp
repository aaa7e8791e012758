// Two to four runs beside each other along one axis: they scroll, zoom and stand at the same place
// together.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include <QWidget>

#include "gui/data/alignment.hpp"
#include "gui/data/run_facts.hpp"
#include "gui/data/run_source.hpp"
#include "gui/models/selection.hpp"
#include "gui/views/sequence_painter.hpp"

class QLabel;
class QSplitter;

namespace concordat::gui {

class RunHeader;
class SequenceView;

/// A run, with the name that it has among those beside it.
struct BesideRun {
  std::string name;
  DocumentPtr document;
};

/// Each with the name that it has here.
std::vector<RunFacts> facts_of(const std::vector<BesideRun>& runs);

/// A line for each milestone that a run passes.
std::vector<std::vector<Rule>> rules_of(const Aligned& aligned);

class CompareView : public QWidget {
  Q_OBJECT

 public:
  explicit CompareView(QWidget* parent = nullptr);
  ~CompareView() override;

  /// At most `most_beside`.
  void showRuns(const std::vector<BesideRun>& runs);
  const std::vector<BesideRun>& runs() const { return runs_; }
  /// As far as the runs allow it.
  void setAlignment(Alignment alignment);
  Alignment alignment() const { return aligned_.alignment; }
  Alignment wantedAlignment() const { return wanted_; }
  bool canAlign(Alignment alignment) const;
  const Aligned& aligned() const { return aligned_; }

  void zoomBy(double factor);
  void zoomToFit();
  void resetZoom();
  /// Of one run; the others go along.
  Selection& selection(int run) { return columns_[static_cast<std::size_t>(run)].selection; }
  SequenceView& view(int run) { return *columns_[static_cast<std::size_t>(run)].view; }

 Q_SIGNALS:
  void stepChanged(int run, int step);

 private:
  struct Column {
    QWidget* frame = nullptr;
    RunHeader* header = nullptr;
    Selection selection;
    SequenceView* view = nullptr;
  };
  void makeColumn(int number);
  void realign();
  void stepTo(int run, int step);
  void scrollFrom(int run);

  QSplitter* splitter_;
  QLabel* empty_;
  std::array<Column, most_beside> columns_;
  std::vector<BesideRun> runs_;
  Alignment wanted_ = Alignment::phases;
  Aligned aligned_;
  bool following_ = false;
};

}  // namespace concordat::gui
