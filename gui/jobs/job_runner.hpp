// Runs one piece of long work at a time in a worker thread and hands its result back on the thread
// of the runner. Work that was begun later makes earlier results late, and those are dropped.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include <QObject>

#include "gui/jobs/job_progress.hpp"
#include "gui/jobs/worker.hpp"

namespace concordat::gui {

class JobRunner : public QObject {
  Q_OBJECT

 public:
  explicit JobRunner(QObject* parent = nullptr);
  /// Asks the work to end, and waits for it.
  ~JobRunner() override;

  bool isRunning() const { return running_; }

  /// `work(tell, stop)` runs in a worker thread, with inputs it holds by value; `done(result)` runs
  /// here, unless something else was begun since.
  template <class Work, class Done>
  void start(const QString& what, Work work, Done done) {
    stop();
    stop_ = std::stop_source();
    const int number = ++number_;
    running_ = true;
    Q_EMIT begun(what);
    worker_.post(
        [work = std::move(work), tell = teller(number), token = stop_.get_token()] {
          return work(tell, token);
        },
        [this, number, done = std::move(done)](auto&& result) {
          if (number != number_) return;
          running_ = false;
          Q_EMIT ended();
          done(std::forward<decltype(result)>(result));
        });
  }

  /// Asks the work to end early. Its result still comes, with what there is.
  void stop();
  /// The same, and its result is dropped: for whoever waits it has ended now.
  void abandon();

 Q_SIGNALS:
  void begun(const QString& what);
  /// `of` = 0: nobody knows how much there is to do.
  void progress(int done, int of, qint64 states);
  void ended();

 private:
  /// The last thing that a worker has told.
  struct Told {
    std::mutex lock;
    int number = 0;
    std::optional<JobProgress> at;
  };
  Tell teller(int number);
  void passProgressOn();

  std::shared_ptr<Told> told_ = std::make_shared<Told>();
  std::stop_source stop_;
  int number_ = 0;
  bool running_ = false;
  Worker worker_;  // last: its threads end before the rest goes
};

}  // namespace concordat::gui
