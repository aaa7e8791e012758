// Goal: `apply` and `successors` are one semantics, and a walk is a function of its seed. Method:
// random walks over worlds of several protocols, placements and rules. In every world each
// successor is applied to a copy, which must give the equal world and report; events from
// elsewhere, and spoilt ones, are refused and leave the world untouched, or are among the
// successors.
#include "sim/model/world.hpp"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <set>

#include "protocols/two_phase_commit.hpp"
#include "tests/unit/model_samples.hpp"
#include "tests/unit/puppet_protocol.hpp"

namespace concordat {
namespace {

struct Case {
  std::string name;
  std::shared_ptr<const Model> model;
  Rules rules;
  Budget budget;
};

std::shared_ptr<const Model> commit_model(int transactions, LockPolicy locks) {
  auto setup = make_setup(
      {TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end()}, {0, 2}, transactions);
  setup.open_choices = true;
  setup.tables = {"accounts"};
  setup.keys = {{"alice", "bob"}};
  setup.locks = locks;
  for (std::size_t node = 1; node <= 2; ++node)
    setup.rows[node] = {{RowKey{0, 0}, Row{100, 0, 0, 0}}};
  for (std::size_t i = 0; i < setup.work.size(); ++i)
    if (i % 3 != 0) setup.work[i] = {{RowKey{0, 0}, i % 3 == 1 ? -10 : 10}};
  return make_model<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}}, setup);
}

std::shared_ptr<const Model> puppet_model(Setup setup) {
  setup.open_choices = true;
  return make_model<Puppet>({Puppet::Beginning::sends, Puppet::Beginning::arms}, std::move(setup));
}

Budget some(int count) {
  Budget budget;
  budget.crashes = budget.recoveries = budget.losses = budget.duplicates = count;
  budget.partitions = budget.pauses = budget.early_timeouts = count;
  budget.operators = budget.one_way = true;
  return budget;
}

std::vector<Case> cases() {
  const auto two = commit_model(2, LockPolicy::wait);
  const auto wound = commit_model(2, LockPolicy::wound_wait);
  const auto apart = puppet_model(puppet_setup(2, 2));
  const auto together = puppet_model(puppets_together(2));
  std::vector<Case> out;
  for (const auto& [name, model] : {std::pair("two_phase_commit", two),
                                    std::pair("wound_wait", wound),
                                    std::pair("puppets", apart),
                                    std::pair("puppets together", together)}) {
    Rules fifo;
    fifo.delivery = Delivery::fifo;
    fifo.copies = 2;
    Rules bag;
    bag.copies = 2;
    bag.in_flight = InFlight::drop;
    bag.tail = TailRule::lost;
    bag.keeps.timed_out = true;
    Rules again;
    again.delivery = Delivery::duplicating;
    again.timing = TimingModel::synchronous;
    again.across_cut = AcrossCut::hold;
    again.tail = TailRule::kept;
    Rules plain;
    plain.timing = TimingModel::synchronous;
    plain.crash_points = CrashPoints::steps;
    plain.copies = 2;
    Rules impatient;
    impatient.timing = TimingModel::partially_synchronous;
    impatient.copies = 2;
    out.push_back({std::string(name) + ", default", model, {}, some(3)});
    out.push_back({std::string(name) + ", some early", model, impatient, some(3)});
    out.push_back({std::string(name) + ", any early", model, impatient, Budget::everything()});
    out.push_back({std::string(name) + ", fifo", model, fifo, some(3)});
    out.push_back({std::string(name) + ", bag", model, bag, some(3)});
    out.push_back({std::string(name) + ", duplicating", model, again, some(3)});
    out.push_back({std::string(name) + ", synchronous", model, plain, some(3)});
    out.push_back({std::string(name) + ", unlimited", model, {}, Budget::everything()});
  }
  return out;
}

void expect_equal(const Effect& a, const Effect& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.slot, b.slot);
  EXPECT_EQ(a.to, b.to);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.record, b.record);
  EXPECT_EQ(a.store, b.store);
  EXPECT_EQ(a.timer, b.timer);
  EXPECT_EQ(a.vote, b.vote);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.text, b.text);
}

void expect_equal(const StepReport& a, const StepReport& b) {
  EXPECT_EQ(a.ran_handler, b.ran_handler);
  EXPECT_EQ(a.lost, b.lost);
  EXPECT_EQ(a.dropped, b.dropped);
  EXPECT_EQ(a.step.cut, b.step.cut);
  ASSERT_EQ(a.step.choices.size(), b.step.choices.size());
  for (std::size_t i = 0; i < a.step.choices.size(); ++i) {
    EXPECT_EQ(a.step.choices[i].label, b.step.choices[i].label);
    EXPECT_EQ(a.step.choices[i].outcome, b.step.choices[i].outcome);
  }
  ASSERT_EQ(a.step.texts.size(), b.step.texts.size());
  for (std::size_t i = 0; i < a.step.texts.size(); ++i) {
    EXPECT_EQ(a.step.texts[i].what, b.step.texts[i].what);
    EXPECT_EQ(a.step.texts[i].value, b.step.texts[i].value);
  }
  ASSERT_EQ(a.step.effects.size(), b.step.effects.size());
  for (std::size_t i = 0; i < a.step.effects.size(); ++i)
    expect_equal(a.step.effects[i], b.step.effects[i]);
}

/// `apply` counts on where an unlimited budget has stopped counting.
World saturated(World world, const Budget& budget) {
  const auto cap = [](int& used, int limit) {
    if (limit == Budget::unlimited) used = std::min(used, 1);
  };
  cap(world.used.crashes, budget.crashes);
  cap(world.used.recoveries, budget.recoveries);
  cap(world.used.losses, budget.losses);
  cap(world.used.duplicates, budget.duplicates);
  cap(world.used.partitions, budget.partitions);
  cap(world.used.pauses, budget.pauses);
  cap(world.used.early_timeouts, budget.early_timeouts);
  world.used.others = std::min(world.used.others, 1);
  return world;
}

/// Visits the worlds of one walk with their successors; ends when nothing is enabled.
void walk(const Case& c,
          std::uint64_t seed,
          int steps,
          const std::function<void(const World&, const std::vector<Successor>&)>& visit) {
  SampleRandom random(seed);
  World world = initial_world(*c.model);
  for (int i = 0; i < steps; ++i) {
    const auto next = successors(*c.model, c.rules, c.budget, world);
    visit(world, next);
    if (next.empty()) return;
    // Rather an ordinary event than a fault, so that the walk gets somewhere.
    const int bound = random.chance(60) ? std::min<int>(4, static_cast<int>(next.size()))
                                        : static_cast<int>(next.size());
    world = next[static_cast<std::size_t>(random.below(bound))].world;
  }
}

TEST(World, ApplyAgreesWithSuccessors) {
  for (const Case& c : cases())
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      SCOPED_TRACE(c.name + ", seed " + std::to_string(seed));
      walk(c, seed, 40, [&](const World& world, const std::vector<Successor>& next) {
        for (const Successor& s : next) {
          World copy = world;
          const auto report = apply(*c.model, c.rules, copy, s.event);
          ASSERT_TRUE(report.has_value()) << enum_name(s.event.kind);
          ASSERT_EQ(saturated(copy, c.budget), s.world) << enum_name(s.event.kind);
          expect_equal(*report, s.report);
        }
      });
      if (HasFailure()) return;
    }
}

TEST(World, SuccessorsAreListedOnce) {
  for (const Case& c : cases())
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      SCOPED_TRACE(c.name + ", seed " + std::to_string(seed));
      walk(c, seed, 30, [&](const World&, const std::vector<Successor>& next) {
        for (std::size_t a = 0; a < next.size(); ++a)
          for (std::size_t b = 0; b < a; ++b) {
            const Event& x = next[a].event;
            const Event& y = next[b].event;
            const bool same = x.kind == y.kind && x.node == y.node && x.slot == y.slot &&
                              x.message == y.message && x.timer == y.timer &&
                              x.notice == y.notice && x.code == y.code && x.kept == y.kept &&
                              x.groups == y.groups && x.one_way == y.one_way &&
                              x.plan.choices == y.plan.choices && x.plan.cut == y.plan.cut;
            ASSERT_FALSE(same) << enum_name(x.kind);
            // Two crashes inside one step never come to the same, unless the network ate the
            // difference.
            const bool crashes = x.plan.cut && y.plan.cut && x.kind == y.kind && x.node == y.node &&
                                 x.slot == y.slot && x.timer == y.timer && x.message == y.message &&
                                 x.kept == y.kept && next[a].report.lost.empty() &&
                                 next[b].report.lost.empty() && next[a].report.dropped.empty() &&
                                 next[b].report.dropped.empty();
            ASSERT_FALSE(crashes && c.rules.tail == TailRule::any && next[a].world == next[b].world)
                << enum_name(x.kind) << " before " << x.plan.cut->before << " and "
                << y.plan.cut->before;
          }
      });
      if (HasFailure()) return;
    }
}

TEST(World, KeysAreEqualIffWorldsAre) {
  for (const Case& c : cases()) {
    std::vector<World> worlds;
    std::set<std::string> keys;
    for (std::uint64_t seed = 0; seed < 4; ++seed)
      walk(c, seed, 25, [&](const World& world, const std::vector<Successor>&) {
        if (std::find(worlds.begin(), worlds.end(), world) == worlds.end()) worlds.push_back(world);
        keys.insert(key_of(world));
      });
    EXPECT_EQ(keys.size(), worlds.size()) << c.name;
  }
}

TEST(World, WalksAreDeterministic) {
  for (const Case& c : cases()) {
    const auto keys = [&] {
      std::string all;
      walk(c, 1, 40, [&](const World& world, const std::vector<Successor>& next) {
        all += key_of(world) + std::to_string(next.size());
      });
      return all;
    };
    EXPECT_EQ(keys(), keys()) << c.name;
  }
}

/// Changes one thing, sensible or not.
void spoil(Event& event, SampleRandom& random) {
  const auto number = [&] { return random.below(8) - 2; };
  switch (random.below(9)) {
    case 0: event.kind = static_cast<EventKind>(random.below(17)); break;
    case 1: event.node = number(); break;
    case 2: event.slot = number(); break;
    case 3: event.timer = number() * 3; break;
    case 4: event.kept = number(); break;
    case 5:
      event.message.to = random.chance(20) ? ProcessId{} : ProcessId::at(random.below(6));
      break;
    case 6: event.message.tx = number(); break;
    case 7:
      event.plan.cut = Cut{number(), ProcessSet(static_cast<std::uint32_t>(random.below(8)))};
      break;
    default: event.plan.choices = {number(), number()};
  }
}

TEST(World, AnEventThatIsNotEnabledChangesNothing) {
  for (const Case& c : cases()) {
    SampleRandom random(11);
    std::vector<Event> events;
    int refused = 0;
    walk(c, 2, 60, [&](const World& world, const std::vector<Successor>& next) {
      for (int i = 0; i < 60 && !next.empty(); ++i) {
        events.push_back(
            next[static_cast<std::size_t>(random.below(static_cast<int>(next.size())))].event);
        Event event =
            events[static_cast<std::size_t>(random.below(static_cast<int>(events.size())))];
        for (int changes = random.below(3); changes > 0; --changes)
          spoil(event, random);
        World copy = world;
        if (apply(*c.model, c.rules, copy, event)) continue;
        ++refused;
        ASSERT_EQ(copy, world) << c.name << ": " << enum_name(event.kind);
      }
    });
    EXPECT_GT(refused, 0) << c.name;
  }
}

}  // namespace
}  // namespace concordat
