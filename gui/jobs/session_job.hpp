// Somebody is the scheduler: a session in a worker thread, and beside it at most one search. The
// methods return at once; what comes of them is told by signals, in the order of the calls. A
// result that belongs to a run that is no longer open is dropped.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <QObject>

#include "gui/data/document.hpp"
#include "gui/data/schedule.hpp"
#include "gui/jobs/worker.hpp"
#include "sim/model/registry.hpp"

namespace concordat::gui {

class SessionJob : public QObject {
  Q_OBJECT

 public:
  /// `registry` outlives the job.
  explicit SessionJob(const Registry& registry, QObject* parent = nullptr);
  /// Ends what runs.
  ~SessionJob() override;

  /// Begins a session on the scenario that the run carries, at the end of the run.
  void open(const DocumentPtr& document);
  /// Stands after a step of the run that is shown, from 0; -1: before the first.
  void standAt(int step);
  void take(const QString& line);
  void goTo(int branch);
  void undo();
  void redo();
  /// Takes steps from a branch on.
  void follow(int branch, const std::vector<std::string>& steps);
  void save(const QString& file);

  /// Another question ends the one before it.
  void ask(const Question& question);
  void cancel();

 Q_SIGNALS:
  void scheduleChanged(const concordat::gui::SchedulePtr& schedule);
  /// The run to where the scheduler stands now.
  void runChanged(const concordat::gui::DocumentPtr& document);
  /// The scheduler stands after this step of the run that is shown.
  void stepWanted(int step);
  /// There is no session on the run that was opened.
  void closed(const QString& why);
  void saved(const QString& file);
  void failed(const QString& what, const QString& hint);
  void searchBegan();
  void progressed(const QString& words);
  /// Null: it was cancelled, or has failed.
  void answered(const concordat::gui::AnswerPtr& answer);

 private:
  struct Desk;     // the session, with its lock
  struct Outcome;  // of a command
  using Command = std::function<void(Desk&, Outcome&)>;
  /// How far a search is.
  struct Told {
    std::mutex lock;
    int search = 0;
    std::optional<QString> words;
  };

  void post(Command command);
  void finish(const Outcome& outcome);

  const Registry& registry_;
  std::shared_ptr<Desk> desk_;
  std::shared_ptr<std::atomic<bool>> stop_;  // of the search
  SchedulePtr schedule_;
  int wanted_step_ = -2;  // where the scheduler was last asked to stand
  bool is_searching_ = false;
  int search_ = 0;  // the last one that was begun
  std::shared_ptr<Told> told_ = std::make_shared<Told>();
  Worker commands_;  // last: the threads end before the rest goes
  Worker searches_;
};

}  // namespace concordat::gui
