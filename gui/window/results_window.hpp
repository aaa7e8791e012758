// Tables and figures of many runs and searches, in a window of their own: verdicts, costs, figures,
// graphs of states, and benchmarks.
// What it computes is computed in a worker thread, one thing at a time.
#pragma once

#include <memory>

#include <QMainWindow>

#include "gui/jobs/graph_job.hpp"
#include "gui/jobs/job_runner.hpp"
#include "gui/jobs/matrix_job.hpp"
#include "gui/views/drawing.hpp"

class QLabel;
class QProgressBar;
class QPushButton;
class QTabWidget;

namespace concordat::gui {

class BenchPage;
class CostPage;
class FiguresPage;
class GraphPage;
class MatrixPage;
class MessageBar;
class ResultsPage;

class ResultsWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit ResultsWindow(const Registry& registry, QWidget* parent = nullptr);
  ~ResultsWindow() override;

  /// On the page that fits. `name`: of the file, for the title.
  void show(const Results& results, const QString& name);
  void showPage(int page);
  /// Of the page that is shown.
  Drawing drawing() const;

 Q_SIGNALS:
  /// A run that was computed here is to be shown as a sequence.
  void runReady(const Loaded& run);
  void openAsked(const QString& file);
  void jobEnded();

 protected:
  void changeEvent(QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void makeMenus();
  void makeProgress();
  void connectJobs();
  void computeMatrix(const MatrixWish& wish);
  void computeRun(const CellWish& wish);
  void computeCosts(const QString& participants);
  void computeGraph(const GraphWish& wish);
  void computePath(int state);
  void showRun(const Result<Loaded>& run);
  void showProgress(int done, int of, qint64 states);
  void setBusy(bool busy);
  void complain(const Error& error);
  ResultsPage* page() const;
  void chooseFile();
  void saveTable();
  void savePicture();

  const Registry& registry_;
  QTabWidget* tabs_ = nullptr;
  MatrixPage* matrix_ = nullptr;
  CostPage* costs_ = nullptr;
  FiguresPage* figures_ = nullptr;
  GraphPage* graph_ = nullptr;
  BenchPage* bench_ = nullptr;
  MessageBar* message_ = nullptr;
  QWidget* progress_ = nullptr;
  QProgressBar* bar_ = nullptr;
  QLabel* what_ = nullptr;
  QPushButton* cancel_ = nullptr;
  QString job_words_;
  std::shared_ptr<const ExploredGraph> explored_;  // what is on the page of the graph
  JobRunner jobs_;                                 // last: they end before the rest goes
  JobRunner writes_;                               // of pictures
};

}  // namespace concordat::gui
