// Safety properties, written once for every protocol and every engine.
//
// A property looks at each node by itself (`observe`: a few bits and sums of one local state, which
// an explorer can remember per interned state) and judges their combination (`judge`). The sentence
// that explains a violation is made afterwards, from the milestones of the run that led to it.
//
// Who counts: a process that has voted `read` has no stake in the outcome; its decisions are
// ignored. Decisions of processes that crash later do count (uniform properties): they are history.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/world.hpp"

namespace concordat {

/// What a property sees of one node.
struct Observation {
  std::uint64_t any = 0;               // combined with `or` over the nodes
  std::uint64_t all = ~0ULL;           // combined with `and`
  std::array<std::int64_t, 4> sums{};  // added
  friend bool operator==(const Observation&, const Observation&) = default;

  void combine(const Observation& other) {
    any |= other.any;
    all &= other.all;
    for (std::size_t i = 0; i < sums.size(); ++i)
      sums[i] += other.sums[i];
  }
};

/// Something that a property's sentence may name.
struct Milestone {
  enum class Kind : std::uint8_t { vote, decide, answer, crash, timeout, fault, change } kind{};
  int step = 0;  // index in the run, from 1
  Slot slot;
  Vote vote{};
  Outcome outcome{};
  Effects effects{};  // change: what the process has made of its work after the step
};
using Milestones = std::vector<Milestone>;

/// Appends what `event` with `report`, which led to `after`, contributes, as step number `step`.
void append_milestones(const Model& model,
                       const Event& event,
                       const StepReport& report,
                       const World& after,
                       int step,
                       Milestones& out);

struct Property {
  std::string_view name;     // "uniform_agreement"
  std::string_view code;     // "UA"
  std::string_view meaning;  // one sentence
  Observation (*observe)(const Model& model, int node, const LocalState& local) = nullptr;
  /// Whether the property is satisfied in a state. `faulty`: FaultCounts::any.
  bool (*judge)(const Model& model, const Observation& combined, bool faulty) = nullptr;
  /// Whether there is anything to judge; null: always. If there never is, the verdict is vacuous.
  bool (*at_stake)(const Observation& combined) = nullptr;
  /// Why the last step of a run with these milestones violates it: what, where, when.
  std::string (*explain)(const Model& model,
                         const World& world,
                         const Milestones& milestones) = nullptr;
  HistoryParts reads{};
  /// Bits of `any` whose appearing may make a violation undone. With the others it is for good: no
  /// more of them, and no fewer of `all`, ever undo one. All: nothing is known.
  std::uint64_t repairs = ~std::uint64_t{0};
  /// Of properties that speak of the end: whether it is good for nothing more to happen in a state.
  /// Violated, too, where after any repair that the rules allow every fair run ends in, or circles
  /// among, states that are not (graph/termination.hpp). Null: none.
  bool (*judge_at_rest)(const Model& model, const Observation& combined) = nullptr;
  /// Whether the scenario has what the property speaks of; null: always.
  bool (*applies)(const Model& model) = nullptr;
};

/// Whether no state that violates the property satisfies it once a node is seen as `after` instead
/// of `before`. REQUIRES: nothing else changes.
bool keeps_violated(const Property& property, const Observation& before, const Observation& after);

/// Every safety property. Progress properties (non_blocking) are judged on graphs, not on states.
const std::vector<Property>& safety_properties();
/// By name or code; null if there is none.
const Property* find_property(std::string_view name_or_code);

/// Whether there is anything in the model that the property speaks of.
inline bool applies(const Property& property, const Model& model) {
  return property.applies == nullptr || property.applies(model);
}

/// Whether a run is judged by it: it applies, and what is judged is not another list.
bool is_judged(const Property& property, const Model& model);

/// What the property sees of the whole world.
Observation observe(const Property& property, const Model& model, const World& world);
bool satisfied(const Property& property, const Model& model, const World& world);
/// Whether the world is one to rest in, as far as the property is concerned.
bool may_rest(const Property& property, const Model& model, const World& world);

/// Whether the process is asked to decide, runs (up, started, not paused), has a stake, and has not
/// decided. A process whose vote is `read` has no stake.
bool undecided(const Model& model, const World& world, const Slot& slot);
/// The same of a slot of this node, by its place there.
bool undecided(const Model& model, int node, const LocalState& local, int slot);
/// Every slot of the model, by (tx, process).
std::vector<Slot> all_slots(const Model& model);

}  // namespace concordat
