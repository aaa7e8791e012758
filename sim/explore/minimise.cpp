#include "sim/explore/minimise.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace concordat {

namespace {

using Path = std::vector<Event>;

bool is_fault(const Event& event) {
  switch (event.kind) {
    case EventKind::start:
    case EventKind::deliver:
    case EventKind::timeout:
    case EventKind::store: return event.plan.cut.has_value();
    case EventKind::lose:
    case EventKind::duplicate:
    case EventKind::crash:
    case EventKind::recover:
    case EventKind::partition:
    case EventKind::heal:
    case EventKind::pause:
    case EventKind::resume:
    case EventKind::operator_:
    case EventKind::client:
    case EventKind::write:
    case EventKind::amnesia:
    case EventKind::rename: return true;
  }
  return true;
}

/// How good a run is; less is better. An event with a crash inside may be two faults.
struct Cost {
  std::size_t faults = 0;
  std::size_t steps = 0;
  std::size_t cuts = 0;
  friend auto operator<=>(const Cost&, const Cost&) = default;
};

Cost cost_of(const Path& path) {
  Cost cost;
  cost.steps = path.size();
  for (const Event& event : path) {
    const bool cut = event.plan.cut.has_value();
    Event uncut = event;
    uncut.plan.cut.reset();
    cost.faults += (cut ? 1U : 0U) + (is_fault(uncut) ? 1U : 0U);
    cost.cuts += cut ? 1U : 0U;
  }
  return cost;
}

class Minimiser {
 public:
  Minimiser(const Model& model, const Rules& rules, Path path, const Wanted& wanted)
      : model_(model), rules_(rules), wanted_(wanted) {
    World world = initial_world(model);
    worlds_.push_back(world);
    if (wanted_(world)) path.clear();
    std::size_t length = 0;
    while (length < path.size()) {
      check(apply(model, rules, world, path[length]).has_value(), "a path replays step by step");
      ++length;
      if (wanted_(world)) break;
    }
    check(wanted_(world), "a path ends in a wanted state");
    path.resize(length);
    accept(std::move(path));
  }

  Path run() {
    while (drop_faults() || drop_parts() || drop_singles() || soften_crashes() || merge_crashes() ||
           drop_pairs()) {
    }
    return std::move(path_);
  }

 private:
  /// Every so many events the state is kept, to replay from.
  std::size_t stride() const {
    constexpr std::size_t most_worlds = 1000;
    return path_.size() / most_worlds + 1;
  }

  void accept(Path&& path) {
    path_ = std::move(path);
    cost_ = cost_of(path_);
    worlds_.resize(1);
    World world = worlds_.front();
    for (std::size_t i = 0; i < path_.size(); ++i) {
      apply(model_, rules_, world, path_[i]);
      if ((i + 1) % stride() == 0) worlds_.push_back(world);
    }
  }

  /// The state before event `index`.
  World world_before(std::size_t index) const {
    const std::size_t kept = index / stride();
    World world = worlds_[kept];
    for (std::size_t i = kept * stride(); i < index; ++i)
      apply(model_, rules_, world, path_[i]);
    return world;
  }

  /// Follows the path without the events [begin, end), with `instead` in their place, and without
  /// every later event for which `left_out(index)` holds or that is not enabled then. Takes the
  /// result if it is better. RETURNS: whether it is.
  template <class LeftOut>
  bool attempt(std::size_t begin, std::size_t end, const Path& instead, LeftOut left_out) {
    World world = world_before(begin);
    Path next(path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(begin));
    for (const Event& event : instead) {
      if (!apply(model_, rules_, world, event)) return false;
      next.push_back(event);
    }
    bool found = wanted_(world);
    for (std::size_t i = end; i < path_.size() && !found; ++i) {
      if (left_out(i)) continue;
      const Event event = adapted(path_[i], world);
      if (!apply(model_, rules_, world, event)) continue;
      next.push_back(event);
      found = wanted_(world);
    }
    if (!found || cost_of(next) >= cost_) return false;
    accept(std::move(next));
    return true;
  }
  bool attempt(std::size_t begin, std::size_t end, const Path& instead = {}) {
    return attempt(begin, end, instead, [](std::size_t) { return false; });
  }

  /// A recovery after which as much of the log is left as there is.
  static Event adapted(Event event, const World& world) {
    if (event.kind == EventKind::recover) {
      const LocalState& local = world.nodes[static_cast<std::size_t>(event.node)];
      event.kept = std::min(event.kept, static_cast<int>(local.tail.size()));
    }
    return event;
  }

  static Event uncut(Event event) {
    event.plan.cut.reset();
    return event;
  }
  static Event plain(Event event) {
    event.plan.cut.reset();
    if (event.kind == EventKind::duplicate) event.kind = EventKind::deliver;
    return event;
  }

  /// Leaves out each fault, with its step or alone: a crash inside a step, a duplicate's copy.
  bool drop_faults() {
    bool better = false;
    for (std::size_t i = 0; i < path_.size();) {
      const Event& event = path_[i];
      const bool done =
          is_fault(event) && (attempt(i, i + 1) || attempt(i, i + 1, {plain(event)}) ||
                              attempt(i, i + 1, {uncut(event)}));
      better = better || done;
      if (!done) ++i;
    }
    return better;
  }

  /// Leaves out parts, from halves down to pairs of neighbours.
  bool drop_parts() {
    bool better = false;
    for (std::size_t size = path_.size() / 2; size > 1; size /= 2)
      for (std::size_t i = 0; i < path_.size();) {
        const bool done = attempt(i, std::min(i + size, path_.size()));
        better = better || done;
        if (!done) i += size;
      }
    return better;
  }

  bool drop_singles() {
    bool better = false;
    for (std::size_t i = path_.size(); i-- > 0;)
      better = (i < path_.size() && attempt(i, i + 1)) || better;
    return better;
  }

  bool drop_pairs() {
    if (path_.size() > pairs_up_to) return false;
    for (std::size_t i = 0; i < path_.size(); ++i)
      for (std::size_t j = i + 1; j < path_.size(); ++j)
        if (attempt(i, i + 1, {}, [j](std::size_t index) { return index == j; })) return true;
    return false;
  }

  /// Takes crashes out of steps: no step, and a crash instead.
  bool soften_crashes() {
    for (std::size_t i = 0; i < path_.size(); ++i) {
      if (!path_[i].plan.cut) continue;
      Event crash;
      crash.kind = EventKind::crash;
      crash.node = node_of(model_, path_[i]);
      if (attempt(i, i + 1, {crash})) return true;
    }
    return false;
  }

  /// Puts a crash between steps into the last step before it on its node, which is one step less.
  bool merge_crashes() {
    for (std::size_t j = 0; j < path_.size(); ++j) {
      if (path_[j].kind != EventKind::crash) continue;
      std::size_t i = j;
      while (i > 0 && node_of(model_, path_[i - 1]) != path_[j].node)
        --i;
      if (i == 0) continue;
      for (const Event& cut : cuts_of(i - 1))
        if (attempt(i - 1, i, {cut}, [j](std::size_t index) { return index == j; })) return true;
    }
    return false;
  }

  /// Event `index` with each crash inside it that is possible there.
  std::vector<Event> cuts_of(std::size_t index) const {
    std::vector<Event> cuts;
    const Event& event = path_[index];
    const bool handled = event.kind == EventKind::start || event.kind == EventKind::deliver ||
                         event.kind == EventKind::timeout || event.kind == EventKind::store;
    if (!handled || event.plan.cut || rules_.crash_points == CrashPoints::steps) return cuts;
    Budget one_crash{.crashes = 1};
    one_crash.heal = false;
    World world = world_before(index);
    world.used = {};
    for (const Successor& next : successors(model_, rules_, one_crash, world)) {
      const Event& other = next.event;
      if (other.plan.cut && other.kind == event.kind && other.node == event.node &&
          other.slot == event.slot && other.message == event.message &&
          other.timer == event.timer && other.notice == event.notice)
        cuts.push_back(other);
    }
    return cuts;
  }

  const Model& model_;
  const Rules& rules_;
  const Wanted& wanted_;
  Path path_;
  Cost cost_;
  std::vector<World> worlds_;  // before every `stride`-th event
};

}  // namespace

std::vector<Event> minimise(const Model& model,
                            const Rules& rules,
                            std::vector<Event> path,
                            const Wanted& wanted) {
  return Minimiser(model, rules, std::move(path), wanted).run();
}

std::optional<Slot> find_blocked_nearby(const Model& model,
                                        const Rules& rules,
                                        const World& world) {
  std::vector<Slot> waiting;
  for (const Slot& slot : all_slots(model))
    if (undecided(model, world, slot)) waiting.push_back(slot);
  Budget none;
  none.heal = false;
  std::string past_bound;
  std::vector<World> futures{world};
  settle(none, -1, futures.front().used);  // as successors counts
  std::set<std::string> seen{key_of(futures.front())};
  for (std::size_t i = 0; i < futures.size() && !waiting.empty(); ++i) {
    for (Successor& next : successors(model, rules, none, World(futures[i]), &past_bound)) {
      if (next.event.kind == EventKind::resume) continue;
      if (!seen.insert(key_of(next.world)).second) continue;
      std::erase_if(waiting, [&](const Slot& slot) {
        return state_of(model, next.world, slot.tx, slot.process).history.settled();
      });
      if (waiting.empty() || futures.size() == blocked_futures) return std::nullopt;
      futures.push_back(std::move(next.world));
    }
    if (!past_bound.empty()) return std::nullopt;
  }
  return waiting.empty() ? std::nullopt : std::optional(waiting.front());
}

void minimise_paths(const CheckRequest& request, CheckResult& result) {
  const Model& model = *request.model;
  const Rules& rules = request.rules;
  for (std::size_t i = 0; i < result.properties.size(); ++i) {
    PropertyVerdict& verdict = result.properties[i];
    if (verdict.verdict != Verdict::violated) continue;
    if (i < request.properties.size()) {  // the safety properties come first
      const Property& property = *request.properties[i];
      verdict.path = minimise(model, rules, std::move(verdict.path), [&](const World& world) {
        return !satisfied(property, model, world);
      });
      continue;
    }
    World end = initial_world(model);
    for (const Event& event : verdict.path)
      apply(model, rules, end, event);
    std::map<std::string, bool> known;  // most worlds are met many times
    const auto is_blocked = [&](const World& world) {
      const auto [entry, is_new] = known.try_emplace(key_of(world), false);
      if (is_new) entry->second = find_blocked_nearby(model, rules, world).has_value();
      return entry->second;
    };
    if (!is_blocked(end)) continue;
    verdict.path = minimise(model, rules, std::move(verdict.path), is_blocked);
    end = initial_world(model);
    for (const Event& event : verdict.path)
      apply(model, rules, end, event);
    verdict.blocked = find_blocked_nearby(model, rules, end);
  }
}

}  // namespace concordat
