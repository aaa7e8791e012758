// Runs beside each other, in a window of their own: variants of a scenario, other files, and the
// same scenario under other protocols.
#pragma once

#include <vector>

#include <QMainWindow>

#include "gui/data/alignment.hpp"
#include "gui/jobs/compare_job.hpp"
#include "gui/jobs/job_runner.hpp"

class QActionGroup;
class QComboBox;
class QListWidget;
class QListWidgetItem;

namespace concordat::gui {

class CompareView;
class MessageBar;

/// What is open in the main window.
struct OpenRun {
  QString file;  // "": a run that is in no file
  QString variant;
  QStringList variants;
  DocumentPtr document;
};

class CompareWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit CompareWindow(const Registry& registry, QWidget* parent = nullptr);
  ~CompareWindow() override;

  /// Begins anew: with this run, and the next variant of its file if there is one.
  void begin(const OpenRun& open);
  void addFile(const QString& file);
  /// The scenario that was open, under another protocol.
  void addUnder(const QString& protocol);
  void setAlignment(Alignment alignment);
  CompareView& view() { return *view_; }

 Q_SIGNALS:
  /// What was chosen stands there, or cannot.
  void shown();

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  struct Entry {
    RunSource source;
    QString name;
    DocumentPtr document;  // once it is loaded
  };
  void makeList();
  void makeMenus();
  void addEntry(const Entry& entry, bool checked);
  void choose(QListWidgetItem* changed);
  void load();
  void take(const std::vector<SourceRun>& loaded);
  void showChecked();
  void showStep(int run, int step);
  void chooseFile();
  void savePicture();
  bool isChecked(std::size_t entry) const;
  int checkedCount() const;
  void uncheck(std::size_t entry);

  const Registry& registry_;
  RunSource base_;
  std::vector<Entry> entries_;  // by row of the list
  CompareView* view_;
  MessageBar* message_;
  QListWidget* list_ = nullptr;
  QComboBox* protocols_ = nullptr;
  QActionGroup* alignments_ = nullptr;
  JobRunner loads_;
  JobRunner writes_;
  bool filling_ = false;
};

}  // namespace concordat::gui
