#include "gui/jobs/session_question.hpp"

#include <algorithm>
#include <sstream>

#include "gui/data/language.hpp"
#include "gui/jobs/words.hpp"
#include "sim/app/check_report.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/session_search.hpp"
#include "sim/app/why_not.hpp"
#include "sim/app/why_not_report.hpp"
#include "sim/explore/explorer.hpp"

namespace concordat::gui {

namespace {

using app::SearchFinding;
using app::SearchReport;

Error stopped() {
  return Error{"", {}, "stopped", ""};
}

Budget budget_of(FaultChoice choice, const Budget& of_scenario) {
  Budget budget;
  switch (choice) {
    case FaultChoice::none: break;
    case FaultChoice::one_crash: budget.crashes = 1; break;
    case FaultChoice::one_crash_recovery: budget.crashes = budget.recoveries = 1; break;
    case FaultChoice::two_crashes_recoveries: budget.crashes = budget.recoveries = 2; break;
    case FaultChoice::one_loss: budget.losses = 1; break;
    case FaultChoice::one_partition: budget.partitions = 1; break;
    case FaultChoice::of_scenario: return of_scenario;
  }
  return budget;
}

/// What was used between two worlds of one run may be used from the earlier one, too.
Budget with_used(Budget budget, const FaultCounts& before, const FaultCounts& after) {
  const auto add = [](int& limit, int from, int to) {
    if (limit != Budget::unlimited) limit += to - from;
  };
  add(budget.crashes, before.crashes, after.crashes);
  add(budget.recoveries, before.recoveries, after.recoveries);
  add(budget.losses, before.losses, after.losses);
  add(budget.duplicates, before.duplicates, after.duplicates);
  add(budget.partitions, before.partitions, after.partitions);
  add(budget.pauses, before.pauses, after.pauses);
  add(budget.early_timeouts, before.early_timeouts, after.early_timeouts);
  return budget;
}

std::string words_of(FaultChoice choice) {
  switch (choice) {
    case FaultChoice::none: return plain(Jobs::tr("no more faults"));
    case FaultChoice::one_crash: return plain(Jobs::tr("one more crash, also inside a step"));
    case FaultChoice::one_crash_recovery:
      return plain(Jobs::tr("one more crash and one more recovery"));
    case FaultChoice::two_crashes_recoveries:
      return plain(Jobs::tr("two more crashes and recoveries"));
    case FaultChoice::one_loss: return plain(Jobs::tr("one more lost message"));
    case FaultChoice::one_partition: return plain(Jobs::tr("one more partition, which may heal"));
    case FaultChoice::of_scenario: break;
  }
  return plain(Jobs::tr("the faults of the scenario's `explore:`"));
}

/// When something is so, of which a run was found.
QString when(std::size_t steps) {
  if (steps == 0) return Jobs::tr("in this state already");
  return steps == 1 ? Jobs::tr("after 1 more step") : Jobs::tr("after %1 more steps").arg(steps);
}

/// The report stands below others on a terminal; here it stands alone.
std::string without_indent(const std::string& text) {
  constexpr std::size_t most = 7;
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);)
    out += line.substr(std::min(line.find_first_not_of(' '), std::min(most, line.size()))) + "\n";
  return out;
}

QString limit_words(const std::string& limit) {
  return limit.empty() ? Jobs::tr("only runs past a bound could tell")
                       : Jobs::tr("the limit on %1 was hit").arg(text_of(limit));
}

std::string scope_of(const SearchReport& report, FaultChoice faults, const std::string& budget) {
  const bool own = faults == FaultChoice::of_scenario;
  const QString states = text_of(app::grouped(report.states));
  QString out =
      Jobs::tr("Searched from this state: %1; rules of this run; %2")
          .arg(text_of(words_of(faults) + (own ? " (" + budget + ")" : "")),
               report.states == 1 ? Jobs::tr("1 state") : Jobs::tr("%1 states").arg(states));
  if (report.limit == "violation" || report.limit == "goals")
    out += Jobs::tr(", until the first was found");
  else
    out += report.complete ? Jobs::tr(", no more exist")
                           : Jobs::tr("; not complete, %1").arg(limit_words(report.limit));
  if (!report.past_bound.empty())
    out += Jobs::tr("; runs past the bound `%1` are left out").arg(text_of(report.past_bound));
  return plain(out);
}

class Answering {
 public:
  Answering(const Registry& registry,
            const Standpoint& standpoint,
            const Question& question,
            const SearchListener& listener)
      : registry_(registry), at_(standpoint), question_(question), listener_(listener) {
    answer_.question = question;
  }

  Result<Answer> answer() {
    app::SearchQuestion search;
    search.budget = budget();
    search.first_is_enough = question_.kind == QuestionKind::violation;
    search.safety =
        question_.kind == QuestionKind::check || question_.kind == QuestionKind::violation;
    search.blocking =
        question_.kind == QuestionKind::check || question_.kind == QuestionKind::blocked;
    if (question_.kind == QuestionKind::why_not) search.goal = question_.goal;
    auto report = from(at_.worlds.back(), search, plain(Jobs::tr("from this state")));
    if (!report) return report.error();
    answer_.title = title();
    answer_.scope =
        scope_of(*report, question_.faults, app::budget_text(budget(), at_.bound->model->setup()));
    for (const SearchFinding& finding : report->findings)
      add(finding);
    const bool is_check = question_.kind == QuestionKind::check;
    if (!is_check) choose_shown();
    if (question_.kind == QuestionKind::why_not && answer_.shown < 0 && report->complete)
      if (auto error = explain(search)) return *error;
    return std::move(answer_);
  }

 private:
  Budget budget() const { return budget_of(question_.faults, at_.bound->budget); }

  std::string title() const {
    switch (question_.kind) {
      case QuestionKind::check: return plain(Jobs::tr("Check from here"));
      case QuestionKind::violation: return plain(Jobs::tr("A violation from here"));
      case QuestionKind::blocked: return plain(Jobs::tr("A blocked run from here"));
      case QuestionKind::why_not: break;
    }
    return plain(Jobs::tr("Can it happen from here: %1").arg(text_of(question_.goal)));
  }

  /// ERRORS: those of the search, or it was stopped.
  Result<SearchReport> from(const World& world,
                            const app::SearchQuestion& search,
                            const std::string& where) {
    listener_.begins(where);
    auto report = app::search_from(*at_.bound, world, search, listener_.progress);
    if (report && report->limit == "stopped") return stopped();
    return report;
  }

  void add(const SearchFinding& finding) {
    AnswerLine line;
    const bool is_goal = finding.code.empty();
    const bool blocks = finding.code == "NB";
    QString name = text_of(term(finding.name));
    if (language() == trace::Language::english) name.replace('_', ' ');
    if (is_goal) name = "`" + text_of(question_.goal) + "`";
    QString text;
    switch (finding.what) {
      case SearchFinding::What::found:
        line.tone = is_goal ? AnswerLine::Tone::good : AnswerLine::Tone::bad;
        line.has_run = true;
        text = is_goal  ? Jobs::tr("%1 happens %2").arg(name, when(finding.steps.size()))
               : blocks ? Jobs::tr("somebody is blocked %1").arg(when(finding.steps.size()))
                        : Jobs::tr("%1 is violated %2").arg(name, when(finding.steps.size()));
        break;
      case SearchFinding::What::holds:
        line.tone = is_goal ? AnswerLine::Tone::bad : AnswerLine::Tone::good;
        text = is_goal  ? Jobs::tr("%1 happens in no run from here").arg(name)
               : blocks ? Jobs::tr("nobody blocks in any run from here")
                        : Jobs::tr("%1 holds in every run from here").arg(name);
        break;
      case SearchFinding::What::not_told:
        if (finding.limit == "violation") return;  // it was not asked to the end
        line.tone = AnswerLine::Tone::open;
        text = Jobs::tr("%1: not known, %2").arg(name, limit_words(finding.limit));
        break;
    }
    line.text = plain(text);
    line.from = at_.path.back();
    line.steps = finding.steps;
    answer_.lines.push_back(std::move(line));
  }

  /// The shortest of the runs.
  void choose_shown() {
    for (std::size_t i = 0; i < answer_.lines.size(); ++i) {
      const AnswerLine& line = answer_.lines[i];
      if (!line.has_run) continue;
      const auto shown = static_cast<std::size_t>(answer_.shown);
      if (answer_.shown < 0 || line.steps.size() < answer_.lines[shown].steps.size())
        answer_.shown = static_cast<int>(i);
    }
  }

  /// Which step has excluded it, or what stands against it in every run.
  std::optional<Error> explain(app::SearchQuestion search) {
    const FaultCounts& used = at_.worlds.back().used;
    const Budget allowed = search.budget;
    std::size_t lost = at_.path.size() - 1;  // from here it is out of reach
    std::size_t kept = 0;                    // from here it is not, once `is_kept`
    bool is_kept = false;
    std::vector<std::string> run;
    for (std::size_t place = 0; lost > 0 && (!is_kept || kept + 1 < lost);) {
      search.budget = with_used(allowed, at_.worlds[place].used, used);
      auto report = from(
          at_.worlds[place], search, plain(Jobs::tr("from the state after step %1").arg(place)));
      if (!report) return report.error();
      const SearchFinding& goal = report->findings.back();
      if (goal.what == SearchFinding::What::not_told) return tell_open(place, goal.limit);
      if (goal.what == SearchFinding::What::found) {
        is_kept = true;
        kept = place;
        run = goal.steps;
      } else if (place == 0) {
        break;
      } else {
        lost = place;
      }
      place = (kept + lost) / 2;
    }
    if (!is_kept) return ask_in_general(with_used(allowed, at_.worlds.front().used, used));
    AnswerLine line;
    line.tone = AnswerLine::Tone::open;
    line.text = plain(Jobs::tr("Step %1, %2, has excluded it: before that step it can still happen")
                          .arg(lost)
                          .arg(text_of(at_.lines[lost - 1])));
    line.has_run = true;
    line.from = at_.path[kept];
    line.steps = std::move(run);
    answer_.lines.push_back(std::move(line));
    answer_.scope +=
        plain(Jobs::tr(". The steps before were searched with the same faults in all"));
    return std::nullopt;
  }

  std::optional<Error> tell_open(std::size_t place, const std::string& limit) {
    answer_.lines.push_back({AnswerLine::Tone::open,
                             plain(Jobs::tr("Which step has excluded it is not known: from the "
                                            "state after step %1, %2")
                                       .arg(place)
                                       .arg(limit_words(limit))),
                             false,
                             0,
                             {}});
    return std::nullopt;
  }

  /// No run at all reaches it: what would have to be different, from the start of the run.
  std::optional<Error> ask_in_general(const Budget& budget) {
    answer_.lines.push_back({AnswerLine::Tone::plain,
                             plain(Jobs::tr("No run from the first state on reaches it either; "
                                            "why, and what would change that, was searched from "
                                            "the start of the run")),
                             false,
                             0,
                             {}});
    app::Means means;
    means.only_goals = true;
    listener_.begins(plain(Jobs::tr("from the start")));
    auto x = app::explore(registry_, general(budget), explore_all, listener_.progress, means);
    if (!x) return x.error();
    if (x->ended_by() == "stopped") return stopped();
    constexpr int changes_at_once = 1;
    const auto why = app::why_not(
        registry_, *x, changes_at_once, explore_all, listener_.begins, listener_.progress, means);
    if (!why) return why.error();
    if (why->limit == "stopped") return stopped();
    std::ostringstream out;
    app::print_why_not(*why, 0, out);
    answer_.details = without_indent(out.str());
    return std::nullopt;
  }

  /// The scenario, asking for the goal under the rules of the run.
  scenario::Scenario general(const Budget& budget) const {
    scenario::Scenario out = at_.scenario;
    out.faults.clear();
    out.random.reset();
    out.seeds.reset();
    out.schedule.reset();
    out.expect.reset();
    const bool keeps_budget = question_.faults == FaultChoice::of_scenario && out.explore;
    if (!keeps_budget) {
      scenario::Explore& explore = out.explore.emplace();
      explore.crashes.value = budget.crashes;
      explore.recoveries.value = budget.recoveries;
      explore.losses.value = budget.losses;
      explore.partitions.value = budget.partitions;
      explore.timing.value = at_.bound->run_rules.timing;
    }
    out.explore->properties.clear();
    out.explore->states.reset();
    out.explore->transitions.reset();
    out.explore->depth.reset();
    out.explore->reachable = {{{question_.goal, {}}, {"", {}}}};
    return out;
  }

  const Registry& registry_;
  const Standpoint& at_;
  const Question& question_;
  const SearchListener& listener_;
  Answer answer_;
};

}  // namespace

Result<Answer> answer(const Registry& registry,
                      const Standpoint& standpoint,
                      const Question& question,
                      const SearchListener& listener) {
  return Answering(registry, standpoint, question, listener).answer();
}

}  // namespace concordat::gui
