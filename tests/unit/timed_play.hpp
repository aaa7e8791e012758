// A timed run for a test: what it runs, how, and what came of it. Every run is followed
// (follow_run.hpp), so that tests of single features also hold the simulator to the model.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocols/two_phase_commit.hpp"
#include "sim/model/registry.hpp"
#include "tests/unit/follow_run.hpp"
#include "tests/unit/timed_helpers.hpp"

namespace concordat {

/// Two-phase commit; everybody votes yes unless `setup.choices` or `open_choices` say otherwise.
inline std::unique_ptr<Model> commit_model(Setup setup, TwoPhaseCommit::Config config = {}) {
  return make_model<TwoPhaseCommit>(config, std::move(setup));
}
inline Setup commit_setup_of(int participants, int transactions = 1) {
  return make_setup({TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end()},
                    {1, participants},
                    transactions);
}

class TimedPlay {
 public:
  explicit TimedPlay(std::unique_ptr<Model> what)
      : model(std::move(what)), timed(plain_timed(*model)) {}

  /// Runs a seed; the results are in `summary` and `path`.
  TimedPlay& run(std::uint64_t seed = 1);

  /// What happened when, a line each: `7ms p1 force prepared`. Steps are named by their event;
  /// of effects there are sends, log writes, votes, decisions and answers.
  std::string timeline() const;
  /// The lines of the timeline that contain `word`.
  std::string lines_with(const std::string& word) const;
  /// The lines of the path's events.
  std::vector<std::string> events() const;

  std::int64_t ended_ms() const { return summary.end_us / 1000; }

  std::unique_ptr<Model> model;
  Rules rules = timed_rules();
  scenario::Timed timed;
  FaultPlan::Faults faults;
  RunSummary summary;
  std::vector<Performed> path;
};

// Faults, as a scenario's reader makes them.
inline scenario::Text text_of(std::string text) {
  return {std::move(text), {}};
}
inline scenario::At<Duration> ms(std::int64_t count) {
  return {Duration{count * 1000}, {}};
}
inline scenario::At<std::vector<scenario::Text>> texts_of(const std::vector<std::string>& words) {
  scenario::At<std::vector<scenario::Text>> out;
  for (const std::string& word : words)
    out.value.push_back(text_of(word));
  return out;
}
inline void add_fault(TimedPlay& play, scenario::Fault fault) {
  const Position at{static_cast<int>(play.faults.size()) + 1, 1};
  play.faults.push_back({std::move(fault), at});
}

}  // namespace concordat
