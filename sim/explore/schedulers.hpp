// Who goes next in a walk: a plan that puts faults at random places, and two ways to choose among
// the events that happen by themselves.
#pragma once

#include <array>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/explore/global_state.hpp"

namespace concordat::explore {

/// A random number of steps, 2^3 or more, for the places of a walk's faults and of its changes of
/// priority. How long the part of a run is in which something can go wrong, nobody knows
/// beforehand, so every power of two up to `longest` has its chance, the smaller ones a better one.
int draw_horizon(Random& random, int longest);

/// Which faults a walk will have, and when. Were a fault chosen as one enabled event among others,
/// most walks would spend their budget at the very beginning, where they have many steps to choose
/// a fault in. So the faults are drawn first, each with a place among the first `horizon` steps; it
/// happens there, or as soon afterwards as it can, or when nothing else is left to happen. A kind
/// of fault is left out of every fourth walk altogether, which makes walks differ more (Groce,
/// Zhang, Eide, Chen and Regehr 2012, "Swarm testing").
class FaultPlan {
 public:
  /// At most so many of a kind are drawn where the budget sets no limit.
  static constexpr int most_without_limit = 4;

  void draw(const Budget& budget, Random& random, int horizon);

  /// Removes one fault that is due at this step and for which `possible(kind)` holds, at random.
  /// With `at_rest` those of later steps are due as well, the earliest first. RETURNS: its kind, or
  /// `ordinary` if there is none.
  template <class Possible>
  EventClass next(int step, bool at_rest, Random& random, Possible possible);
  /// Removes a planned crash, wherever it is. RETURNS: false if there is none.
  bool take_crash();

 private:
  struct Planned {
    int place = 0;
    EventClass kind{};
  };
  std::vector<Planned> planned_;  // by place
};

template <class Possible>
EventClass FaultPlan::next(int step, bool at_rest, Random& random, Possible possible) {
  std::size_t due = 0;
  while (due < planned_.size() && planned_[due].place <= step)
    ++due;
  if (due == 0 && !at_rest) return EventClass::ordinary;
  const auto take = [&](std::size_t index) {
    const EventClass kind = planned_[index].kind;
    planned_.erase(planned_.begin() + static_cast<std::ptrdiff_t>(index));
    return kind;
  };
  const std::size_t first = due > 0 ? random.below(due) : 0;
  for (std::size_t i = 0; i < due; ++i)
    if (possible(planned_[(first + i) % due].kind)) return take((first + i) % due);
  for (std::size_t i = due; at_rest && i < planned_.size(); ++i)
    if (possible(planned_[i].kind)) return take(i);
  return EventClass::ordinary;
}

/// Priorities for chains of events (PCT: Burckhardt, Kothari, Musuvathi and Nagarakatte 2010, "A
/// randomized scheduler with probabilistic guarantees of finding bugs"; for messages: Ozkan,
/// Majumdar, Niksic, Befrouei and Weissenbacher 2018, "Randomized testing of distributed systems
/// with probabilistic guarantees"). A chain takes the place of a thread: the first event that
/// becomes enabled by a step goes on with the step's chain, every other one begins a chain of its
/// own. Of the enabled events that of the highest priority happens; before `changes` of the steps,
/// at random, the chain whose turn it is falls behind all others.
///
/// What it promises: let a run of at most k steps, with its faults and choices given, go wrong
/// whenever d of its events come in a certain order, let the walk's horizon be at least k, and
/// changes = d - 1; if there are at most n chains, a walk goes wrong with a probability of at least
/// 1 / (n k^(d-1)). That holds as long as steps only create events, as in the cited work. Here they
/// also take some away (a timer is disarmed, an equal message absorbs another), and a chain that
/// leads back to where the walk has just been falls behind the others, since retries would go on
/// for ever; then it is a rule of thumb.
class Priorities {
 public:
  void draw(Random& random, int changes, int horizon);

  /// RETURNS: the index of the event that happens at this step.
  std::size_t choose(const StepTable& steps,
                     const std::vector<EnabledEvent>& enabled,
                     int step,
                     Random& random);
  /// The chosen event led back to a state that the walk has seen.
  void fall_behind() { priority_[running_] = --lowest_; }
  /// Something else happened: whatever it enables begins a chain of its own.
  void interrupt() { extended_ = true; }

 private:
  struct Known {
    std::uint64_t event = 0;  // the same for the same event of different states
    std::uint32_t chain = 0;
  };
  std::uint32_t chain_of(std::uint64_t event, Random& random);

  std::vector<Known> known_;            // the events that were enabled before the last step
  std::vector<Known> now_;              // those that are
  std::vector<std::int64_t> priority_;  // per chain
  std::vector<int> changes_;            // steps, ascending
  std::int64_t lowest_ = 0;             // given so far to a chain that fell behind
  std::uint32_t running_ = 0;           // the chain of the last event
  bool extended_ = true;                // something goes on with that chain already
};

}  // namespace concordat::explore
