#include "gui/jobs/session_job.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "gui/jobs/session_question.hpp"
#include "gui/jobs/words.hpp"
#include "sim/app/check_report.hpp"
#include "sim/base/file.hpp"
#include "sim/scenario/write.hpp"

namespace concordat::gui {

namespace {

constexpr int most_steps = 5'000;  // each keeps a world

/// At most 20 times a second.
class Pace {
 public:
  bool is_due() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return false;
    next_ = now + std::chrono::milliseconds(50);
    return true;
  }

 private:
  std::chrono::steady_clock::time_point next_;
};

ScheduleGroup group_of(app::EventGroup group) {
  switch (group) {
    case app::EventGroup::ordinary: return ScheduleGroup::ordinary;
    case app::EventGroup::fault: return ScheduleGroup::fault;
    case app::EventGroup::crash_inside: break;
  }
  return ScheduleGroup::crash_inside;
}

}  // namespace

/// Workers hold the lock while they use it; the window never asks for it.
struct SessionJob::Desk {
  std::mutex lock;
  std::optional<app::Session> session;
  std::vector<int> shown;  // the branches of the run that is shown
  std::string note;
  std::atomic<int> last_stand{0};  // only the last wish to stand somewhere counts
};

struct SessionJob::Outcome {
  std::shared_ptr<Desk> desk;
  SchedulePtr schedule;
  DocumentPtr document;  // null: the run that is shown stays
  std::optional<Error> error;
  std::string saved;
  bool is_new_run = false;  // the document is to be made
  bool is_void = false;     // nothing is to be told
  bool is_closed = false;   // there is no session, because of the error
  bool moves_step = false;  // the scheduler stands elsewhere in the run that is shown
};

SessionJob::SessionJob(const Registry& registry, QObject* parent)
    : QObject(parent), registry_(registry), stop_(std::make_shared<std::atomic<bool>>(false)) {
  searches_.whileBusy([this] {
    std::optional<QString> words;
    {
      const std::lock_guard held(told_->lock);
      if (told_->search == search_) words = std::exchange(told_->words, std::nullopt);
    }
    if (words && is_searching_) Q_EMIT progressed(*words);
  });
}

SessionJob::~SessionJob() {
  *stop_ = true;
}

namespace {

Schedule schedule_of(const app::Session& session, const std::vector<int>& shown) {
  Schedule out;
  for (app::EnabledLine& each : session.enabled({.faults = true, .cuts = true}))
    out.enabled.push_back({std::move(each.line), group_of(each.group)});
  for (int id = 0; id < session.node_count(); ++id) {
    const app::Session::Node& node = session.node(id);
    std::string violated;
    for (const std::string& name : node.violated)
      violated += (violated.empty() ? "" : ", ") + name;
    out.branches.push_back({node.parent, node.depth, node.line, std::move(violated)});
  }
  out.current = session.current();
  out.path = shown;
  out.can_redo = session.node(session.current()).forward >= 0;
  if (session.scenario().explore)
    out.budget = app::budget_text(session.bound()->budget, session.model().setup());
  return out;
}

}  // namespace

void SessionJob::post(Command command) {
  commands_.post(
      [desk = desk_, command = std::move(command)] {
        auto outcome = std::make_shared<Outcome>();
        outcome->desk = desk;
        const std::lock_guard held(desk->lock);
        command(*desk, *outcome);
        if (!desk->session || outcome->is_void) return outcome;
        if (outcome->is_new_run) {
          desk->note.clear();  // it spoke of the run that was opened
          desk->shown = desk->session->path_to(desk->session->current());
          outcome->document = std::make_shared<const Document>(desk->session->trace());
        }
        auto schedule = std::make_shared<Schedule>(schedule_of(*desk->session, desk->shown));
        schedule->note = desk->note;
        outcome->schedule = std::move(schedule);
        return outcome;
      },
      [this](const std::shared_ptr<Outcome>& outcome) { finish(*outcome); });
}

void SessionJob::finish(const Outcome& outcome) {
  if (outcome.desk != desk_ || outcome.is_void) return;  // another run was opened since
  if (outcome.is_closed) {
    const Error& error = *outcome.error;
    return Q_EMIT closed(text_of(error.what + (error.hint.empty() ? "" : ": " + error.hint)));
  }
  if (outcome.error) Q_EMIT failed(text_of(outcome.error->what), text_of(outcome.error->hint));
  schedule_ = outcome.schedule;
  if (outcome.document) {
    wanted_step_ = static_cast<int>(schedule_->path.size()) - 2;
    Q_EMIT runChanged(outcome.document);
  } else if (outcome.moves_step) {
    const auto place = std::ranges::find(schedule_->path, schedule_->current);
    wanted_step_ = static_cast<int>(place - schedule_->path.begin()) - 1;
    Q_EMIT stepWanted(wanted_step_);
  }
  Q_EMIT scheduleChanged(schedule_);
  if (!outcome.saved.empty()) Q_EMIT saved(text_of(outcome.saved));
}

void SessionJob::open(const DocumentPtr& document) {
  cancel();
  desk_ = std::make_shared<Desk>();
  schedule_.reset();
  wanted_step_ = -2;
  Q_EMIT scheduleChanged(nullptr);
  if (document->step_count() > most_steps)
    return Q_EMIT closed(tr("Runs of more than %L1 steps have no schedule").arg(most_steps));
  post([&registry = registry_, document](Desk& desk, Outcome& outcome) {
    std::optional<Error> problem;
    auto session = app::Session::of_trace(registry, document->whole(), problem);
    if (!session) {
      outcome.error = session.error();
      outcome.is_closed = true;
      return;
    }
    desk.session.emplace(std::move(*session));
    desk.shown = desk.session->path_to(desk.session->current());
    const std::size_t followed = desk.shown.size() - 1;
    if (document->trace->timed)
      desk.note =
          plain(Jobs::tr("A step that you take has no time: a schedule only orders events."));
    if (problem)
      desk.note = plain(Jobs::tr("Only the first %1 of %2 steps can be followed: %3")
                            .arg(followed)
                            .arg(document->step_count())
                            .arg(text_of(problem->what)));
  });
}

void SessionJob::standAt(int step) {
  if (!desk_ || step == wanted_step_) return;
  wanted_step_ = step;
  const int wish = ++desk_->last_stand;
  post([step, wish](Desk& desk, Outcome& outcome) {
    const auto place = static_cast<std::size_t>(step + 1);
    outcome.is_void = !desk.session || wish != desk.last_stand || desk.shown.empty();
    if (outcome.is_void) return;
    desk.session->go_to(desk.shown[std::min(place, desk.shown.size() - 1)]);
  });
}

namespace {

/// A command that leads somewhere else, if it succeeds.
template <class Move>
auto moving(Move move) {
  return [move = std::move(move)](auto& desk, auto& outcome) {
    outcome.is_void = !desk.session;
    if (outcome.is_void) return;
    const int before = desk.session->current();
    outcome.error = move(*desk.session);
    outcome.is_new_run = desk.session->current() != before;
  };
}

}  // namespace

void SessionJob::take(const QString& line) {
  if (!desk_) return;
  post(moving([line = line.toStdString()](app::Session& session) -> std::optional<Error> {
    if (auto taken = session.take(line); !taken) return taken.error();
    return std::nullopt;
  }));
}

void SessionJob::goTo(int branch) {
  if (!desk_) return;
  post([branch](Desk& desk, Outcome& outcome) {
    outcome.is_void = !desk.session;
    if (outcome.is_void) return;
    desk.session->go_to(branch);
    const auto& shown = desk.shown;
    outcome.is_new_run = std::ranges::find(shown, branch) == shown.end();
    outcome.moves_step = !outcome.is_new_run;
  });
}

void SessionJob::undo() {
  if (!desk_) return;
  post(moving([](app::Session& session) -> std::optional<Error> {
    session.undo();
    return std::nullopt;
  }));
}

void SessionJob::redo() {
  if (!desk_) return;
  post(moving([](app::Session& session) -> std::optional<Error> {
    session.redo();
    return std::nullopt;
  }));
}

void SessionJob::follow(int branch, const std::vector<std::string>& steps) {
  if (!desk_) return;
  post([branch, steps](Desk& desk, Outcome& outcome) {
    outcome.is_void = !desk.session;
    if (outcome.is_void) return;
    desk.session->go_to(branch);
    outcome.error = desk.session->follow(steps);
    outcome.is_new_run = true;
  });
}

void SessionJob::save(const QString& file) {
  if (!desk_) return;
  post([file = file.toStdString()](Desk& desk, Outcome& outcome) {
    outcome.is_void = !desk.session;
    if (outcome.is_void) return;
    const auto written = write_text_file(file, scenario::write(desk.session->to_save()));
    if (written)
      outcome.saved = file;
    else
      outcome.error = written.error();
  });
}

// ---- Questions.

/// The search is over for the window at once, whenever the worker notices.
void SessionJob::cancel() {
  *stop_ = true;
  if (!is_searching_) return;
  is_searching_ = false;
  ++search_;
  Q_EMIT answered(nullptr);
}

void SessionJob::ask(const Question& question) {
  if (!schedule_) return;
  cancel();
  stop_ = std::make_shared<std::atomic<bool>>(false);
  const int search = ++search_;
  is_searching_ = true;
  Q_EMIT searchBegan();
  const auto tell = [told = told_, search](const QString& words) {
    const std::lock_guard held(told->lock);
    if (search < told->search) return;  // a later one tells
    told->search = search;
    told->words = words;
  };
  searches_.post(
      [desk = desk_,
       stop = stop_,
       current = schedule_->current,
       question,
       tell,
       &registry = registry_] {
        Standpoint at;
        {
          const std::lock_guard held(desk->lock);
          at.scenario = desk->session->scenario();
          at.bound = desk->session->bound();
          at.path = desk->session->path_to(current);
          for (const int id : at.path)
            at.worlds.push_back(desk->session->node(id).world);
          for (const int id : at.path)
            if (id != 0) at.lines.push_back(desk->session->node(id).line);
        }
        Pace pace;
        std::string where;
        SearchListener listener;
        listener.begins = [&](const std::string& what) { where = what; };
        listener.progress = [&](const SearchProgress& now) -> std::string_view {
          if (*stop) return "stopped";
          if (pace.is_due())
            tell(tr("%1: %L2 states, depth %3, %L4 waiting")
                     .arg(text_of(where))
                     .arg(now.states)
                     .arg(now.depth)
                     .arg(now.frontier));
          return "";
        };
        return answer(registry, at, question, listener);
      },
      [this, search](Result<Answer>&& result) {
        if (search != search_) return;  // it was cancelled
        is_searching_ = false;
        if (result) return Q_EMIT answered(std::make_shared<const Answer>(*std::move(result)));
        if (result.error().what != "stopped")
          Q_EMIT failed(text_of(result.error().what), text_of(result.error().hint));
        Q_EMIT answered(nullptr);
      });
}

}  // namespace concordat::gui
