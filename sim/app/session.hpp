// A session: somebody is the scheduler of one scenario. It keeps every world that was reached, as a
// tree of the steps that were taken, so that one can go back and take another branch. `step` and
// the viewer's schedule are two faces of it.
//
// Not to be used by two threads at once; `bound()` and a copied world may be.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/run/runner.hpp"
#include "sim/scenario/bind.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::app {

/// What an event is to a scheduler.
enum class EventGroup : std::uint8_t {
  ordinary,      // it happens by itself: start, deliver, timeout, lock granted
  fault,         // faults, repairs, operators and clients
  crash_inside,  // an event with a crash inside its step
};

struct EnabledLine {
  std::string line;  // as event.hpp
  EventGroup group{};
  EventKind kind{};
};

class Session {
 public:
  /// A world that was reached.
  struct Node {
    int parent = -1;
    int depth = 0;     // steps before it
    std::string line;  // the step that led here; "" for the root
    World world;
    std::vector<int> children;          // in the order in which they were first taken
    int forward = -1;                   // the child that was left last, or taken last
    std::vector<std::string> violated;  // properties that this step has violated, by name
  };
  /// What a step did.
  struct Taken {
    Event event;
    StepReport report;
  };

  /// Stands before the first step, whatever schedule the scenario has.
  Session(scenario::Scenario scenario, scenario::Bound bound);
  /// Of a trace that carries its scenario; stands at its end. `problem`: receives why the last
  /// steps of the trace could not be followed, or nothing. ERRORS: there is no scenario in it;
  /// those of reading and binding.
  static Result<Session> of_trace(const Registry& registry,
                                  const trace::Trace& trace,
                                  std::optional<Error>& problem);

  const scenario::Scenario& scenario() const { return scenario_; }
  const Model& model() const { return *bound_->model; }
  const std::shared_ptr<const scenario::Bound>& bound() const { return bound_; }
  const World& world() const { return node(current_).world; }
  const Node& node(int id) const { return nodes_[static_cast<std::size_t>(id)]; }
  int node_count() const { return static_cast<int>(nodes_.size()); }
  int current() const { return current_; }
  /// The nodes from the root to `id`, both included.
  std::vector<int> path_to(int id) const;

  /// What is listed beside what happens by itself.
  struct Listing {
    bool faults = false;
    bool cuts = false;  // crashes inside steps
  };
  std::vector<EnabledLine> enabled(const Listing& listing) const;

  /// Takes the step, listed or not; a step that was taken here before leads to the same node.
  /// ERRORS: the line cannot be read, or is not enabled here.
  Result<Taken> take(const std::string& line);
  /// Takes these steps. RETURNS: why the first one that cannot be taken cannot; those before it
  /// are.
  std::optional<Error> follow(const std::vector<std::string>& lines);
  /// RETURNS: false if there is no such node.
  bool go_to(int id);
  /// One step back, and forward again along the branch. RETURNS: false at its end.
  bool undo();
  bool redo();

  /// The steps to the current node.
  std::vector<std::string> schedule() const;
  /// The scenario with this schedule: `run` gives `trace()`.
  scenario::Scenario as_scenario() const;
  /// The same as a file of its own: its name and story no longer promise what the scenario's run
  /// did.
  scenario::Scenario to_save() const;
  trace::Trace trace() const;

 private:
  std::vector<std::string> violations(const World& before, const World& after) const;

  scenario::Scenario scenario_;
  std::shared_ptr<const scenario::Bound> bound_;
  std::vector<Node> nodes_;
  int current_ = 0;
};

}  // namespace concordat::app
