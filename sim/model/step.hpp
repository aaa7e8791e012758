// A local step: what one event does to one node. `Model::step` (model.hpp) is the only place where
// the handlers of a protocol run; everything else in Concordat applies, interns, prints or explores
// its results.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/local_state.hpp"

namespace concordat {

enum class LocalEventKind : std::uint8_t {
  start,
  message,
  timer,
  recover,
  store,
  operator_action,
  client,
};

/// An event as the node sees it. Fields that do not apply are zero.
struct LocalEvent {
  LocalEventKind kind{};
  int slot = 0;         // on the node; recover concerns all slots
  ProcessId from;       // message
  MessageBlob message;  // message
  int timer = 0;        // timer
  StoreNotice notice;   // store
  int code = 0;         // operator: the action; client: the key of the request
};

enum class EffectKind : std::uint8_t {
  send,
  force,
  append,
  arm,
  disarm,
  vote,
  decide,
  answer,
  choose,
  store,
};

/// One thing that a handler did. Which fields count depends on the kind.
struct Effect {
  EffectKind kind{};
  int slot = 0;                      // on the node
  ProcessSet to;                     // send: one receiver, or several for a broadcast
  MessageBlob message;               // send
  std::optional<RecordBlob> record;  // force, append; none = a commit without a record
  StoreAction store{};               // force, append
  int timer = 0;                     // arm, disarm
  Vote vote{};                       // vote
  Outcome outcome{};                 // decide, answer
  int text = -1;                     // choose: index in LocalStep::choices; store: in ::texts

  /// Whether a crash can fall right before this effect. Votes, decisions and timers belong to what
  /// precedes them: a crash wipes the timers, and the others happen together with it.
  bool is_crash_point() const {
    return kind == EffectKind::send || kind == EffectKind::force || kind == EffectKind::append ||
           kind == EffectKind::answer;
  }
};

/// What an operation on the store was, in words.
struct StoreText {
  std::string what;   // "lock accounts.alice"
  std::string value;  // the answer or the row's new content
};

/// A crash inside a step: it comes right before effect `before`, and if that is a broadcast,
/// after it was sent to the processes in `sent`. An earlier effect has happened, a later one not.
struct Cut {
  int before = 0;
  ProcessSet sent;
  friend bool operator==(const Cut&, const Cut&) = default;
};

/// A choice that a handler asked for, in order.
struct ChoiceMade {
  int slot = 0;
  std::string_view label;    // of the protocol's source
  std::string_view outcome;  // there, or a name of the model's setup
  int taken = 0;             // 0..count-1
  int count = 1;             // 1 when the scenario has fixed it
};

/// Answers open choices while the step runs.
class Chooser {
 public:
  virtual ~Chooser() = default;
  /// RETURNS: the index of one of the outcomes.
  virtual int choose(std::string_view label, std::span<const std::string_view> outcomes) = 0;
};

/// What decides a step besides the state and the event: the open choices in order and the crash
/// inside it. For a choice that is missing the chooser is asked; without one, the first outcome is
/// taken.
struct StepPlan {
  std::vector<int> choices;
  std::optional<Cut> cut;
  Chooser* chooser = nullptr;
};

/// What a step did. The new local state is returned in place (see Model::step).
struct LocalStep {
  bool declined = false;   // the event is not enabled here; nothing else holds
  bool off_plan = false;   // the plan has an outcome or a crash that the handler does not offer
  std::string past_bound;  // the bound that the step would pass, or ""; such a step does not exist
  std::vector<Effect> effects;      // all of the handler's, those after a cut included
  std::vector<StoreText> texts;     // of effects on the store
  std::vector<ChoiceMade> choices;  // all that the handler asked
  std::vector<RowKey> locked;       // rows whose locks it asked for and got, in order
  std::optional<Cut> cut;           // as planned

  /// As new, but with its memory, so that a loop of steps allocates nothing.
  void clear() {
    declined = off_plan = false;
    past_bound.clear();
    effects.clear();
    texts.clear();
    choices.clear();
    locked.clear();
    cut.reset();
  }
  bool exists() const { return !declined && !off_plan && past_bound.empty(); }
  /// Whether a crash can fall there.
  bool offers(const Cut& place) const {
    if (place.before < 0 || place.before >= static_cast<int>(effects.size())) return false;
    const Effect& effect = effects[static_cast<std::size_t>(place.before)];
    return effect.is_crash_point() && (place.sent - effect.to).empty();
  }
  /// Whether effect `index` happened, at least in part.
  bool happened(int index) const { return !cut || index < cut->before || !sent_by(index).empty(); }
  /// The receivers that effect `index`, a send, reached.
  ProcessSet sent_by(int index) const {
    const Effect& effect = effects[static_cast<std::size_t>(index)];
    if (effect.kind != EffectKind::send) return {};
    if (!cut || index < cut->before) return effect.to;
    return index == cut->before ? cut->sent : ProcessSet{};
  }
};

}  // namespace concordat
