// One step of a trace as sentences.
#pragma once

#include <string>
#include <vector>

#include "sim/trace/status.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// What one or several merged steps come to. A sentence is made of the subjects and the verbs:
/// "p1" + {"receives prepare from c", "votes yes"}.
struct Told {
  int first_step = 0;
  int last_step = 0;
  std::string when;                   // "At 5ms, "; empty without time
  std::vector<std::string> subjects;  // processes; empty when `verbs` are whole sentences
  std::string role;                   // of the subjects
  std::vector<std::string> verbs;
  std::vector<std::string> received;  // merged receptions: "yes from p1", "yes from p2"
  bool is_delivery = false;
  bool only_receives = false;         // and nothing else
  bool mergeable = false;             // "each of p1 and p2 ..." says the same
  std::vector<std::string> in_doubt;  // who is in doubt from here on
  std::vector<std::string> remarks;   // whole sentences
};

/// Tells one step and moves `status` past it.
Told tell(const Trace& trace, const Step& step, Status& status);

/// Joins `next` to `told` where one sentence can say both.
bool merge(Told& told, const Told& next);

/// The sentences, numbers and line breaks apart.
std::string sentences(const Told& told);

}  // namespace concordat::trace
