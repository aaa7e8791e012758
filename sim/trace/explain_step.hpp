// The parts of a tale: one step as sentences, several steps in one, the times of the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/sentences.hpp"
#include "sim/trace/status.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// A message that came, as the only thing that a step tells or as the first.
struct Received {
  std::string message;
  std::string from;
};

/// What one or several merged steps come to. A sentence is made of the subjects and the verbs:
/// "p1" + {"receives prepare from c", "votes yes"}.
struct Told {
  int first_step = 0;
  int last_step = 0;
  std::optional<std::int64_t> first_us;  // of the first and the last step; absent without time
  std::optional<std::int64_t> last_us;
  std::vector<std::string> subjects;  // processes; empty when `verbs` are whole sentences
  std::string role;                   // of the subjects
  std::vector<std::string> verbs;
  std::vector<Received> received;  // what the first verb says, unless it says more than that
  bool is_delivery = false;
  bool only_receives = false;            // and nothing else
  bool mergeable = false;                // "each of p1 and p2 ..." says the same
  std::vector<std::string> in_doubt;     // who is in doubt from here on
  std::optional<std::int64_t> doubt_us;  // since when, if that is known and the same for all
  std::vector<std::string> remarks;      // whole sentences
};

/// Tells one step and moves `status` past it.
Told tell(const Trace& trace, const Step& step, Status& status, const Words& words);

/// Joins `next` to `told` where one sentence can say both.
bool merge(Told& told, const Told& next, const Words& words);

/// "At 5ms, ", "From 5ms to 7ms, "; nothing without time.
std::string when_words(const Told& told, const Words& words);

/// How a timed run ended, its latencies and its intervals. REQUIRES: a timed trace.
std::string tell_times(const Trace& trace, const Words& words);

/// The sentences, numbers and line breaks apart.
std::string sentences(const Told& told, const Words& words);

/// "receives yes from p1 and p2".
std::string reception(const std::vector<Received>& received, const Words& words);

}  // namespace concordat::trace
