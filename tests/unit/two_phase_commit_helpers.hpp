// Worlds of two-phase commit in the states that its tests start from.
#pragma once

#include <map>
#include <string>

#include "protocols/two_phase_commit.hpp"
#include "sim/model/network.hpp"
#include "sim/model/registry.hpp"
#include "tests/unit/world_helpers.hpp"

namespace concordat {

using Message = TwoPhaseCommit::Message;
using Timer = TwoPhaseCommit::Timer;
using Phase = TwoPhaseCommit::Phase;
using Termination = TwoPhaseCommit::Termination;
using Mistake = TwoPhaseCommit::Mistake;
using Votes = std::map<int, std::string>;

inline bool operator==(const TwoPhaseCommit::Durable& a, const TwoPhaseCommit::Durable& b) {
  return a.prepared == b.prepared && a.decision == b.decision && a.ended == b.ended;
}

/// c is process, node 0; p1..pn are 1..n. Whoever is not in `votes` votes yes.
inline Setup commit_setup(int n, const Votes& votes = {}, int transactions = 1) {
  auto setup = make_setup(
      {TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end()}, {0, n}, transactions);
  for (const auto& [process, vote] : votes)
    setup.choices.push_back({1, ProcessId::at(process), "vote", vote});
  return setup;
}

inline Play commit_play(int n,
                        const Votes& votes = {},
                        TwoPhaseCommit::Config config = {},
                        Rules rules = {}) {
  return Play(make_model<TwoPhaseCommit>(config, commit_setup(n, votes)), rules);
}

/// The prepares are in flight.
inline Play started(int n, const Votes& votes = {}, TwoPhaseCommit::Config config = {}) {
  return commit_play(n, votes, config).did(event_at(EventKind::start, 0, 0));
}

/// Every participant has had its prepare; the votes are in flight.
inline Play prepared(int n, const Votes& votes = {}, TwoPhaseCommit::Config config = {}) {
  Play play = started(n, votes, config);
  for (int p = 1; p <= n; ++p)
    play.did(deliver(0, p, Message::prepare));
  return play;
}

/// All have voted yes and c has decided; the commits are in flight.
inline Play decided(int n, TwoPhaseCommit::Config config = {}) {
  Play play = prepared(n, {}, config);
  for (int p = 1; p <= n; ++p)
    play.did(deliver(p, 0, Message::yes));
  return play;
}

inline void send(Play& play, int from, int to, Message message) {
  network::put(play.rules, play.world, envelope(from, to, message));
}

inline TwoPhaseCommit::Durable log_of(Play& play, int process) {
  return play.node(process).slots[0].durable.as<TwoPhaseCommit::Durable>();
}
inline TwoPhaseCommit::Volatile memory_of(Play& play, int process) {
  return play.node(process).slots[0].state.as<TwoPhaseCommit::Volatile>();
}

/// What the last step did, in order: "force:commit decide send".
inline std::string effects_of(const Play& play) {
  std::string out;
  for (const Effect& effect : play.last.step.effects) {
    out += (out.empty() ? "" : " ") + std::string(enum_name(effect.kind));
    if (effect.record) out += ":" + play.model->print_record(*effect.record);
  }
  return out;
}

}  // namespace concordat
