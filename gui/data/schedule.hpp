// What the schedule shows: the events that are enabled, the tree of what was tried, and what came
// of a question. Plain values, made by a worker and never changed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace concordat::gui {

enum class ScheduleGroup : std::uint8_t { ordinary, fault, crash_inside };

struct ScheduleEvent {
  std::string line;  // "deliver yes(p2->c)"
  ScheduleGroup group{};
};

/// A step that was tried; the first stands for the state before any.
struct Branch {
  int parent = -1;
  int depth = 0;  // steps before the state after it
  std::string line;
  std::string violated;  // properties that it has violated, "" = none
};

struct Schedule {
  std::vector<ScheduleEvent> enabled;
  std::vector<Branch> branches;
  int current = 0;        // where the scheduler stands
  std::vector<int> path;  // the branches from the first to the end of the run that is shown
  bool can_redo = false;
  std::string budget;  // the faults that the scenario itself explores, "" = it does not say
  std::string note;    // what a person should know of it, or ""
};

using SchedulePtr = std::shared_ptr<const Schedule>;

/// Which faults a search allows from the state on.
enum class FaultChoice : std::uint8_t {
  none,
  one_crash,
  one_crash_recovery,
  two_crashes_recoveries,
  one_loss,
  one_partition,
  of_scenario,
};

enum class QuestionKind : std::uint8_t { check, violation, blocked, why_not };

struct Question {
  QuestionKind kind{};
  FaultChoice faults{};
  std::string goal;  // of why_not: "p1 commits and p2 aborts"
};

/// One line of an answer. With steps: a run that can be shown.
struct AnswerLine {
  enum class Tone : std::uint8_t { good, bad, open, plain };
  Tone tone = Tone::plain;
  std::string text;
  bool has_run = false;
  int from = 0;                    // the branch where it begins
  std::vector<std::string> steps;  // from there; none: it is so there already
};

struct Answer {
  Question question;
  std::string title;
  std::string scope;  // what was searched, and what was not
  std::vector<AnswerLine> lines;
  std::string details;  // plain text of several lines, or ""
  int shown = -1;       // the line whose run is to be shown at once, or -1
};

using AnswerPtr = std::shared_ptr<const Answer>;

}  // namespace concordat::gui
