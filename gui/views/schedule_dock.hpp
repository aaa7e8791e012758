// The schedule: a person decides what happens next. Which events are enabled, what was tried, and
// questions about the runs from here on. It only asks by signals and shows what it is given.
#pragma once

#include <QWidget>

#include "gui/models/branch_model.hpp"
#include "gui/models/enabled_model.hpp"

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QTextBrowser;
class QTreeView;
class QVBoxLayout;

namespace concordat::gui {

class ScheduleDock : public QWidget {
  Q_OBJECT

 public:
  explicit ScheduleDock(QWidget* parent = nullptr);

  /// What can be done, for a menu.
  const QList<QAction*>& commands() const { return commands_; }

  /// Null: there is none.
  void showSchedule(const SchedulePtr& schedule);
  void showClosed(const QString& why);
  void showSearch();
  void showProgress(const QString& words);
  void showAnswer(const AnswerPtr& answer);

 Q_SIGNALS:
  void takeWanted(const QString& line);
  void branchWanted(int branch);
  void undoWanted();
  void redoWanted();
  void saveWanted();
  void asked(const concordat::gui::Question& question);
  void cancelWanted();
  void runWanted(int branch, const std::vector<std::string>& steps);

 private:
  bool eventFilter(QObject* object, QEvent* event) override;
  void makeCommands();
  void makeEvents(QVBoxLayout* column);
  QWidget* makeBranches();
  QWidget* makeQuestions();
  QAction* command(const QString& name, const QString& key, const QString& tip);
  void takeCurrent();
  void takeWritten();
  void ask(QuestionKind kind);
  void askWhyNot();
  void showBranches(bool is_new_shape);
  void fillFaults();
  void setSearching(bool searching);
  void enableCommands();

  SchedulePtr schedule_;
  AnswerPtr answer_;
  EnabledModel enabled_;
  EnabledFilter filter_;
  BranchModel branches_;
  QList<QAction*> commands_;
  QString goal_;  // that was asked for last
  bool is_taking_ = false;
  bool is_searching_ = false;

  QAction* find_ = nullptr;
  QAction* undo_ = nullptr;
  QAction* redo_ = nullptr;
  QAction* save_ = nullptr;
  QAction* check_ = nullptr;
  QAction* violation_ = nullptr;
  QAction* blocked_ = nullptr;
  QAction* why_not_ = nullptr;
  QAction* cancel_ = nullptr;
  QLabel* where_ = nullptr;
  QLabel* note_ = nullptr;
  QLineEdit* search_ = nullptr;
  QTreeView* events_ = nullptr;
  QTreeView* tree_ = nullptr;
  QComboBox* faults_ = nullptr;
  QWidget* running_ = nullptr;  // while a search runs
  QProgressBar* progress_ = nullptr;
  QLabel* progress_words_ = nullptr;
  QTextBrowser* answer_text_ = nullptr;
};

}  // namespace concordat::gui
