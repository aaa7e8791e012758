#include "sim/trace/status.hpp"

#include <algorithm>

namespace concordat::trace {

Status::Status(const Trace& trace) : trace_(&trace), lives_(trace.processes.size()) {
  for (const Process& p : trace.processes)
    nodes_[p.node];
}

void Status::apply(const Step& step, const Effect& effect) {
  if (effect.suppressed) return;
  if (effect.kind == EffectKind::vote) {
    const Key key{effect.tx, effect.process};
    Standing now = standings_[key];
    now.vote = effect.text;
    now.voted_step = step.index;
    update(key, now);
  } else if (effect.kind == EffectKind::decide) {
    const Key key{effect.tx, effect.process};
    Standing now = standings_[key];
    now.decision = effect.text;
    now.decided_step = step.index;
    update(key, now);
  } else if (effect.kind == EffectKind::crash) {
    nodes_[step.node] = {.up = false, .paused = false};
  } else if (effect.kind == EffectKind::recover) {
    nodes_[step.node].up = true;
  }
}

void Status::update(const Key& key, const Standing& now) {
  Standing& standing = standings_[key];
  const int index = index_of(key.second);
  if (index >= 0) {
    Life& life = lives_[static_cast<std::size_t>(index)];
    life.doubts += (now.in_doubt() ? 1 : 0) - (standing.in_doubt() ? 1 : 0);
    if (!now.decision.empty()) {
      life.mixed = life.mixed || (!life.decision.empty() && life.decision != now.decision);
      life.decision = now.decision;
    }
  }
  standing = now;
}

void Status::finish(const Step& step) {
  if (step.kind == EventKind::partition) partitioned_ = true;
  if (step.kind == EventKind::heal) partitioned_ = false;
  if (step.kind == EventKind::pause) nodes_[step.node].paused = true;
  if (step.kind == EventKind::resume) nodes_[step.node].paused = false;
  if (step.kind == EventKind::crash) nodes_[step.node] = {.up = false, .paused = false};
}

int Status::index_of(std::string_view process) const {
  const auto at = std::ranges::find(trace_->processes, process, &Process::name);
  return at == trace_->processes.end() ? -1 : static_cast<int>(at - trace_->processes.begin());
}

int Status::first_on(std::string_view node) const {
  const auto at = std::ranges::find(trace_->processes, node, &Process::node);
  return at == trace_->processes.end() ? -1 : static_cast<int>(at - trace_->processes.begin());
}

bool Status::up(std::size_t process) const {
  return nodes_.find(trace_->processes[process].node)->second.up;
}

bool Status::paused(std::size_t process) const {
  return nodes_.find(trace_->processes[process].node)->second.paused;
}

bool Status::in_doubt(std::size_t process) const {
  return lives_[process].doubts > 0;
}

std::string_view Status::decision(std::size_t process) const {
  const Life& life = lives_[process];
  return life.mixed ? std::string_view{} : std::string_view(life.decision);
}

const Standing& Status::standing(int tx, std::string_view process) const {
  static const Standing nothing;
  const auto at = standings_.find({tx, std::string(process)});
  return at == standings_.end() ? nothing : at->second;
}

std::string Status::first_decider(int tx) const {
  const Standing* first = nullptr;
  std::string name;
  for (auto at = standings_.lower_bound({tx, ""}); at != standings_.end(); ++at) {
    const auto& [key, standing] = *at;
    if (key.first != tx) break;
    if (standing.decision.empty()) continue;
    if (first != nullptr && first->decided_step <= standing.decided_step) continue;
    first = &standing;
    name = key.second;
  }
  return name;
}

std::string Status::decided_otherwise(int tx, std::string_view decision) const {
  for (auto at = standings_.lower_bound({tx, ""}); at != standings_.end(); ++at) {
    const auto& [key, standing] = *at;
    if (key.first != tx) break;
    if (!standing.decision.empty() && standing.decision != decision) return key.second;
  }
  return "";
}

}  // namespace concordat::trace
