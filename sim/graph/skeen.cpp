#include "sim/graph/skeen.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "sim/explore/state_text.hpp"
#include "sim/graph/state_graph.hpp"

namespace concordat::graph {

namespace {

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

class Analysis {
 public:
  explicit Analysis(const StateGraph& graph) : graph_(graph), setup_(graph.model().setup()) {}

  SkeenReport report() {
    for (StateGraph::State state = 0; state < graph_.size(); ++state)
      for (int tx = 1; tx <= setup_.transactions; ++tx)
        look(state, tx);
    SkeenReport out;
    out.global_states = graph_.size();
    std::vector<int> order(kinds_.size());
    for (std::size_t i = 0; i < order.size(); ++i)
      order[i] = static_cast<int>(i);
    std::ranges::stable_sort(order, {}, [this](int kind) { return kinds_[index(kind)].role; });
    for (const int kind : order)
      if (kinds_[index(kind)].has_stake) out.states.push_back(describe(kind));
    for (int process = 0; process < setup_.process_count(); ++process) {
      const bool obeys = std::ranges::all_of(visited_[process], [this](int kind) {
        return !kinds_[index(kind)].has_stake || describe(kind).obeys();
      });
      (obeys ? out.obeying : out.breaking).push_back(setup_.name_of(ProcessId::at(process)));
    }
    return out;
  }

 private:
  /// A local state of some process of a role.
  struct Kind {
    int role = 0;
    std::string text;
    bool committed = false;
    bool aborted = false;
    bool has_stake = true;    // it has not voted read
    bool committable = true;  // so far
    std::set<int> beside;     // kinds
  };

  /// What one process is in, for all global states that agree on its node.
  struct Place {
    int kind = 0;
    bool consents = false;  // it has voted yes or read, or does not vote
  };

  Place place_of(int node, std::uint32_t local, int tx, ProcessId process) {
    const int slot = setup_.local_slot(tx, process);
    const auto [entry, is_new] = places_.try_emplace({node, local, slot});
    if (!is_new) return entry->second;
    const LocalState& state = graph_.local(node, local);
    const History& history = state.slots[index(slot)].history;
    const ProcessInfo& info = setup_.processes[index(process.index())];
    Kind kind;
    kind.role = info.role;
    kind.text = explore::state_text(graph_.model(), state, slot);
    kind.has_stake = history.vote != Vote::read;
    kind.committed = kind.has_stake && history.committed;
    kind.aborted = kind.has_stake && history.aborted;
    if (!kind.has_stake) kind.text += ", without a stake";
    if (kind.committed) kind.text += ", committed";
    if (kind.aborted) kind.text += ", aborted";
    const auto [known, is_first] =
        ids_.try_emplace({kind.role, kind.text}, static_cast<int>(kinds_.size()));
    if (is_first) kinds_.push_back(std::move(kind));
    const bool consents = !info.votes || history.vote == Vote::yes || history.vote == Vote::read;
    return entry->second = {known->second, consents};
  }

  void look(StateGraph::State state, int tx) {
    std::vector<int> here;
    bool consent = true;
    for (int i = 0; i < setup_.process_count(); ++i) {
      const ProcessId process = ProcessId::at(i);
      const int node = setup_.node_of(process);
      const Place place = place_of(node, graph_.local_id(state, node), tx, process);
      consent = consent && place.consents;
      here.push_back(place.kind);
      visited_[i].insert(place.kind);
    }
    for (std::size_t a = 0; a < here.size(); ++a) {
      Kind& kind = kinds_[index(here[a])];
      kind.committable = kind.committable && consent;
      for (std::size_t b = 0; b < here.size(); ++b)
        if (a != b) kind.beside.insert(here[b]);
    }
  }

  std::string role_name(const Kind& kind) const {
    return std::string(graph_.model().info().roles[index(kind.role)].name);
  }

  SkeenState describe(int id) const {
    const Kind& kind = kinds_[index(id)];
    SkeenState out;
    out.role = role_name(kind);
    out.text = kind.text;
    out.is_commit = kind.committed;
    out.is_abort = kind.aborted;
    out.committable = kind.committable;
    for (const int other : kind.beside) {
      const Kind& beside = kinds_[index(other)];
      out.beside_commit = out.beside_commit || beside.committed;
      out.beside_abort = out.beside_abort || beside.aborted;
      out.beside.push_back(role_name(beside) + " " + beside.text);
    }
    return out;
  }

  const StateGraph& graph_;
  const Setup& setup_;
  std::vector<Kind> kinds_;
  std::map<std::pair<int, std::string>, int> ids_;
  std::map<std::tuple<int, std::uint32_t, int>, Place> places_;  // (node, its state, slot)
  std::map<int, std::set<int>> visited_;                         // process -> kinds
};

}  // namespace

SkeenReport analyse_states(const CheckRequest& request) {
  CheckRequest failure_free = request;
  failure_free.budget = {};
  failure_free.rules.timing = TimingModel::synchronous;
  failure_free.properties.clear();
  const StateGraph graph(failure_free);
  if (graph.complete()) return Analysis(graph).report();
  SkeenReport out;
  out.global_states = graph.size();
  out.limit = graph.limit();
  return out;
}

}  // namespace concordat::graph
