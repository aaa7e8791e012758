// Runs one piece of long work at a time in a worker thread and hands its result back on the thread
// of the runner. Work that was begun later makes earlier results late, and those are dropped.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

#include <QFutureWatcher>
#include <QObject>
#include <QThreadPool>
#include <QtConcurrentRun>

#include "gui/jobs/job_progress.hpp"

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
    using Value = std::invoke_result_t<Work&, const Tell&, const std::stop_token&>;
    stop();
    stop_ = std::stop_source();
    const int number = ++number_;
    const Tell tell = teller(number);
    auto* watcher = new QFutureWatcher<std::shared_ptr<Value>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, number, done] {
      watcher->deleteLater();
      if (number != number_) return;
      running_ = false;
      Q_EMIT ended();
      done(*watcher->result());
    });
    running_ = true;
    Q_EMIT begun(what);
    watcher->setFuture(
        QtConcurrent::run(&pool_, [work = std::move(work), tell, token = stop_.get_token()] {
          return std::make_shared<Value>(work(tell, token));
        }));
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
  /// Passes progress on, at most 20 times a second.
  Tell teller(int number);

  QThreadPool pool_;
  std::stop_source stop_;
  int number_ = 0;
  bool running_ = false;
};

}  // namespace concordat::gui
