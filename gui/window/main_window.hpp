// The window: the sequence in the middle; steps, state, properties and the story around it.
#pragma once

#include <QMainWindow>
#include <QTimer>

#include "gui/jobs/job_runner.hpp"
#include "gui/jobs/load_job.hpp"
#include "gui/jobs/valence_job.hpp"
#include "gui/jobs/worker.hpp"
#include "gui/models/property_model.hpp"
#include "gui/models/selection.hpp"
#include "gui/models/state_model.hpp"
#include "gui/models/step_model.hpp"

class QActionGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;
class QTextBrowser;
class QTreeView;

namespace concordat::gui {

class CompareWindow;
class MessageBar;
class Minimap;
class ResultsWindow;
class ScheduleDock;
class SequenceView;
class SessionJob;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(const Registry& registry);
  ~MainWindow() override;

  /// In a worker thread; what was opened last wins.
  void open(const QString& file, const QString& variant = {});
  /// From 0.
  void openLesson(int number);
  Selection& selection() { return selection_; }

 Q_SIGNALS:
  void opened(bool succeeded);
  /// A search of all runs has ended.
  void explored();

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void makeActions();
  void makeFileMenu();
  void makeViewMenu();
  void makeGoMenu();
  void makeLessonsMenu();
  void makeResultsMenu();
  ResultsWindow& results();
  void showBeside();
  void makeDocks();
  QDockWidget* addDock(const QString& title,
                       const QString& name,
                       QWidget* widget,
                       Qt::DockWidgetArea area);
  void makeSchedule(QDockWidget* beside);
  void makeScheduleMenu();
  void makeFilter(QDockWidget* beside);
  void makeFilterActions(QMenu* menu);
  void applyFilter();
  void makeSearch(QToolBar* bar);
  void makeSearchActions(QMenu* menu);
  void searchSteps();
  void markStep(int step);
  void showFound();
  void goToFound(int direction);
  void makeExploreMenu();
  void showPointOfNoReturn();
  void showJudged(const Result<Judged>& judged);
  void showContinued(const DocumentPtr& document);
  void saveSchedule();
  void showStory(const Document& document);
  void chooseFile();
  void savePicture();
  void printRun();
  void showLoaded(const Result<Loaded>& loaded);
  void showStep(int step);
  void fillVariants(const Loaded& loaded);
  void fillTransactions();
  void rememberFile(const QString& file);
  void fillRecent();
  void setDark(bool dark);
  void goToViolation();
  void goToBookmark(int direction);

  const Registry& registry_;
  Selection selection_;
  StepModel steps_;
  StepFilter shown_steps_;
  StateModel states_;
  PropertyModel properties_;
  QString file_;
  int job_ = 0;      // the last one that was begun
  int lesson_ = -1;  // that is open or about to be; -1: none
  bool selecting_ = false;
  Worker files_{2};  // one that is late, and the next
  JobRunner explores_;
  JobRunner searches_;
  QTimer search_timer_;

  SequenceView* sequence_;
  Minimap* minimap_;
  MessageBar* message_;
  SessionJob* session_ = nullptr;
  ScheduleDock* schedule_ = nullptr;
  QTableView* step_table_ = nullptr;
  QTreeView* state_tree_ = nullptr;
  QTableView* property_table_ = nullptr;
  QTextBrowser* story_ = nullptr;
  QLineEdit* search_ = nullptr;
  QLabel* found_ = nullptr;
  QPushButton* filtered_ = nullptr;
  QComboBox* variants_ = nullptr;
  QComboBox* transactions_ = nullptr;
  QMenu* recent_ = nullptr;
  QMenu* windows_ = nullptr;
  std::unique_ptr<ResultsWindow> results_;  // made when it is first wanted
  std::unique_ptr<CompareWindow> beside_;   // this one too
};

}  // namespace concordat::gui
