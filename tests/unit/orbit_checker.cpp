#include "tests/unit/orbit_checker.hpp"

#include <algorithm>
#include <deque>
#include <numeric>
#include <set>

#include "sim/model/key.hpp"

namespace concordat {

namespace {

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

StateBlob renamed(const Model& model, StatePart part, const StateBlob& blob, const Renaming& to) {
  return model.rename_part(part, blob, to);
}

LocalState renamed_local(const Model& model, LocalState local, const Renaming& to) {
  local.node_state = renamed(model, StatePart::node, local.node_state, to);
  for (Unforced& unforced : local.tail) {
    unforced.durable = renamed(model, StatePart::log, unforced.durable, to);
    unforced.node_state = renamed(model, StatePart::node, unforced.node_state, to);
  }
  for (ProcessState& process : local.slots) {
    process.durable = renamed(model, StatePart::log, process.durable, to);
    process.state = renamed(model, StatePart::state, process.state, to);
  }
  return local;
}

/// As `key_of`, the network in the order of its bytes.
std::string key_without_order(const World& world) {
  std::vector<std::string> flights;
  for (const Flight& flight : world.network) {
    std::string& key = flights.emplace_back();
    append_key(flight.envelope, key);
    key::put(key, static_cast<std::uint64_t>(flight.fresh));
    key::put(key, static_cast<std::uint64_t>(flight.stale));
  }
  std::ranges::sort(flights);
  std::string key;
  for (const LocalState& node : world.nodes)
    append_key(node, key);
  key::put(key, flights.size());
  for (const std::string& flight : flights)
    key += flight;
  for (const std::uint32_t mask : world.cut)
    key::put(key, mask);
  append_key(world.used, key);
  return key;
}

class Orbits {
 public:
  explicit Orbits(const CheckRequest& request)
      : request_(request), model_(*request.model), renamings_(all_renamings(model_)) {
    for (const Property* property : request.properties)
      result_.properties.push_back({std::string(property->name),
                                    std::string(property->code),
                                    Verdict::unknown,
                                    true,
                                    {},
                                    {}});
  }

  CheckResult run() {
    reach(initial_world(model_));
    while (!next_.empty() && result_.limit.empty()) {
      std::deque<World> level;
      std::swap(level, next_);
      if (++result_.depth == request_.limits.max_depth) result_.limit = "depth";
      if (nothing_is_left()) result_.limit = "violation";
      for (const World& world : level) {
        if (result_.states > request_.limits.max_states) result_.limit = "states";
        if (!result_.limit.empty()) break;
        expand(world);
      }
    }
    result_.complete = result_.limit.empty();
    for (PropertyVerdict& verdict : result_.properties)
      if (verdict.verdict == Verdict::unknown && result_.complete) verdict.verdict = Verdict::holds;
    return std::move(result_);
  }

 private:
  void expand(const World& world) {
    std::string bound;
    auto next = successors(model_, request_.rules, request_.budget, world, &bound);
    result_.transitions += std::ssize(next);
    for (Successor& successor : next)
      reach(std::move(successor.world));
    if (next.empty()) ++result_.end_states;
    if (bound.empty()) return;
    result_.past_bound = bound;
    ++result_.past_bound_states;
  }

  void reach(World&& world) {
    if (!worlds_.insert(key_of(world)).second) return;
    std::string least;
    for (const Renaming& to : renamings_) {
      std::string key = key_without_order(renamed_world(model_, world, to));
      if (least.empty() || key < least) least = std::move(key);
    }
    if (!orbits_.insert(least).second) return;
    ++result_.states;
    for (const LocalState& node : world.nodes)
      for (const ProcessState& process : node.slots) {
        result_.committed = result_.committed || process.history.committed;
        result_.aborted = result_.aborted || process.history.aborted;
      }
    judge(world);
    next_.push_back(std::move(world));
  }

  void judge(const World& world) {
    for (std::size_t i = 0; i < request_.properties.size(); ++i) {
      const Property& property = *request_.properties[i];
      PropertyVerdict& verdict = result_.properties[i];
      if (verdict.verdict == Verdict::violated) continue;
      const Observation seen = observe(property, model_, world);
      if (property.at_stake == nullptr || property.at_stake(seen)) verdict.vacuous = false;
      if (property.judge(model_, seen, world.used.any())) continue;
      verdict.verdict = Verdict::violated;
      verdict.vacuous = false;
      verdict.path.resize(index(result_.depth));
    }
  }

  bool nothing_is_left() const {
    return !result_.properties.empty() &&
           std::ranges::all_of(result_.properties, [](const PropertyVerdict& verdict) {
             return verdict.verdict == Verdict::violated;
           });
  }

  const CheckRequest& request_;
  const Model& model_;
  const std::vector<Renaming> renamings_;
  CheckResult result_;
  std::set<std::string> worlds_;  // seen, by their keys
  std::set<std::string> orbits_;  // by the least key of their worlds
  std::deque<World> next_;
};

}  // namespace

CheckResult check_orbits(const CheckRequest& request) {
  return Orbits(request).run();
}

World renamed_world(const Model& model, const World& world, const Renaming& to) {
  const Setup& setup = model.setup();
  std::vector<int> node_to(world.nodes.size());
  std::iota(node_to.begin(), node_to.end(), 0);
  for (std::size_t i = 0; i < to.size(); ++i)
    if (to[i] != static_cast<int>(i))
      node_to[index(setup.node_of(ProcessId::at(static_cast<int>(i))))] =
          setup.node_of(ProcessId::at(to[i]));
  World out = world;
  for (std::size_t node = 0; node < world.nodes.size(); ++node) {
    out.nodes[index(node_to[node])] = renamed_local(model, world.nodes[node], to);
    std::uint32_t mask = 0;
    for (std::size_t other = 0; other < world.nodes.size(); ++other)
      if ((world.cut[node] >> other & 1U) != 0) mask |= 1U << index(node_to[other]);
    out.cut[index(node_to[node])] = mask;
  }
  for (Flight& flight : out.network) {
    Envelope& envelope = flight.envelope;
    envelope.from = rename(envelope.from, to);
    envelope.to = rename(envelope.to, to);
    envelope.message = model.rename_message(envelope.message, to);
  }
  return out;
}

std::vector<Renaming> all_renamings(const Model& model) {
  const Setup& setup = model.setup();
  Renaming to(index(setup.process_count()));
  std::iota(to.begin(), to.end(), 0);
  std::vector<Renaming> out{to};
  for (std::size_t role = 0; role < model.info().roles.size(); ++role) {
    if (!model.info().roles[role].interchangeable) continue;
    std::vector<int> members;
    for (const ProcessId process : setup.all(static_cast<int>(role)))
      members.push_back(process.index());
    std::vector<Renaming> longer;
    std::vector<int> order = members;
    do {
      for (Renaming each : out) {
        for (std::size_t i = 0; i < members.size(); ++i)
          each[index(members[i])] = order[i];
        longer.push_back(std::move(each));
      }
    } while (std::ranges::next_permutation(order).found);
    out = std::move(longer);
  }
  return out;
}

}  // namespace concordat
