// Which events are enabled in a world, within a budget.
#include "sim/model/moves.hpp"
#include "sim/model/network.hpp"
#include "sim/model/world.hpp"

namespace concordat {

bool moves::left(int budget, int used) {
  return budget == Budget::unlimited || used < budget;
}

namespace {

using moves::left;

class Enumeration {
 public:
  Enumeration(const Model& model,
              const Rules& rules,
              const Budget& budget,
              const World& world,
              std::string* past_bound)
      : model_(model),
        rules_(rules),
        budget_(budget),
        world_(world),
        past_bound_(past_bound),
        may_crash_(concordat::may_crash(budget, world.used)) {}

  std::vector<Successor> all() {
    starts();
    deliveries(EventKind::deliver);
    notices();
    timeouts();
    if (budget_.operators) operators();
    for (const OutsideWrite& write : budget_.outside_writes)
      add(outside(write));
    if (left(budget_.losses, world_.used.losses)) losses();
    if (left(budget_.duplicates, world_.used.duplicates)) deliveries(EventKind::duplicate);
    nodes();
    partitions();
    return std::move(out_);
  }

 private:
  bool may_crash(int node) const { return (may_crash_ >> static_cast<unsigned>(node) & 1U) != 0; }

  /// Adds every outcome of a step that runs a handler, crashes inside it included.
  void add_steps(Event event, int node) {
    if (!moves::possible(model_, rules_, world_, event)) return;
    World probe = world_;
    StepReport begun;
    if (!moves::begin(model_, rules_, probe, event, begun)) return;
    if (probe.used.early_timeouts > world_.used.early_timeouts &&
        !left(budget_.early_timeouts, world_.used.early_timeouts))
      return;
    const LocalState& before = probe.nodes[static_cast<std::size_t>(node)];
    const bool cuts = may_crash(node) && rules_.crash_points == CrashPoints::cuts;
    const LocalEvent local = *moves::local_event(model_, event);
    for (Model::Outcome& outcome : model_.outcomes(node, before, local, cuts, past_bound_)) {
      event.plan = outcome.plan;
      StepReport report = begun;
      report.step = std::move(outcome.step);
      World next = probe;
      moves::finish(model_, rules_, next, node, std::move(outcome.local), report);
      push(event, std::move(next), std::move(report));
    }
  }

  /// Adds an event of the environment, if it is possible.
  void add(const Event& event) {
    if (!moves::possible(model_, rules_, world_, event)) return;
    World next = world_;
    if (auto report = apply(model_, rules_, next, event))
      push(event, std::move(next), std::move(*report));
  }

  void push(const Event& event, World&& next, StepReport&& report) {
    const bool crashed = event.kind == EventKind::crash || report.step.cut.has_value();
    settle(budget_, crashed ? node_of(model_, event) : -1, next.used);
    out_.push_back({event, std::move(next), std::move(report)});
  }

  template <class Visit>
  void for_each_slot(Visit visit) {
    for (int node = 0; node < static_cast<int>(world_.nodes.size()); ++node)
      for (int slot = 0;
           slot < static_cast<int>(world_.nodes[static_cast<std::size_t>(node)].slots.size());
           ++slot)
        visit(node, slot);
  }

  static Event at(EventKind kind, int node, int slot = -1) {
    Event event;
    event.kind = kind;
    event.node = node;
    event.slot = slot;
    return event;
  }

  void starts() {
    for_each_slot([&](int node, int slot) { add_steps(at(EventKind::start, node, slot), node); });
  }

  /// Under fifo equal messages are flights of their own; an event means the first of them.
  bool first_of_equals(const Flight& flight) const {
    return network::find(world_, flight.envelope) == &flight;
  }

  void deliveries(EventKind kind) {
    for (const Flight& flight : world_.network) {
      if (!first_of_equals(flight)) continue;
      const int node = model_.setup().node_of(flight.envelope.to);
      Event event = at(kind, node);
      event.message = flight.envelope;
      add_steps(event, node);
    }
  }

  void notices() {
    for (int node = 0; node < static_cast<int>(world_.nodes.size()); ++node)
      for (const StoreNotice& notice :
           world_.nodes[static_cast<std::size_t>(node)].store.notices()) {
        Event event = at(EventKind::store, node, notice.slot);
        event.notice = notice;
        add_steps(event, node);
      }
  }

  void timeouts() {
    for_each_slot([&](int node, int slot) {
      for (int timer = 0; timer < static_cast<int>(model_.info().timers.size()); ++timer) {
        Event event = at(EventKind::timeout, node, slot);
        event.timer = timer;
        add_steps(event, node);
      }
    });
  }

  void operators() {
    for_each_slot([&](int node, int slot) {
      for (int action = 0; action < static_cast<int>(model_.info().operators.size()); ++action) {
        Event event = at(EventKind::operator_, node, slot);
        event.code = action;
        add_steps(event, node);
      }
      if (!model_.info().has_client) return;
      Event event = at(EventKind::client, node, slot);
      event.code = 1;
      add_steps(event, node);
    });
  }

  static Event outside(const OutsideWrite& write) {
    Event event = at(EventKind::write, write.node);
    event.row = write.row;
    event.value = write.value;
    return event;
  }

  void losses() {
    for (const Flight& flight : world_.network) {
      if (!first_of_equals(flight)) continue;
      Event event = at(EventKind::lose, -1);
      event.message = flight.envelope;
      add(event);
    }
  }

  void nodes() {
    for (int node = 0; node < static_cast<int>(world_.nodes.size()); ++node) {
      if (may_crash(node)) add(at(EventKind::crash, node));
      if (left(budget_.recoveries, world_.used.recoveries)) {
        const int tail = static_cast<int>(world_.nodes[static_cast<std::size_t>(node)].tail.size());
        for (int kept = tail; kept >= 0; --kept) {
          Event event = at(EventKind::recover, node);
          event.kept = kept;
          add_steps(event, node);
        }
      }
      if (left(budget_.pauses, world_.used.pauses)) add(at(EventKind::pause, node));
      add(at(EventKind::resume, node));
    }
  }

  void partitions() {
    const int count = model_.setup().node_count();
    if (left(budget_.partitions, world_.used.partitions) && count > 1) {
      const std::uint32_t all = (1U << static_cast<unsigned>(count)) - 1;
      for (std::uint32_t side = 1; side < all; ++side) {
        Event event = at(EventKind::partition, -1);
        event.groups = {side, all & ~side};
        event.one_way = true;
        if (budget_.one_way) add(event);
        event.one_way = false;
        if ((side & 1U) != 0)
          add(event);  // each partition once: the first node is on its first side
      }
    }
    if (budget_.heal) add(at(EventKind::heal, -1));
  }

  const Model& model_;
  const Rules& rules_;
  const Budget& budget_;
  const World& world_;
  std::string* past_bound_;
  const std::uint32_t may_crash_;  // nodes, as a mask
  std::vector<Successor> out_;
};

}  // namespace

std::vector<Successor> successors(const Model& model,
                                  const Rules& rules,
                                  const Budget& budget,
                                  const World& world,
                                  std::string* past_bound) {
  return Enumeration(model, rules, budget, world, past_bound).all();
}

}  // namespace concordat
