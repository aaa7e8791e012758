#include "tests/unit/follow_run.hpp"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <tuple>

#include "sim/model/event.hpp"

namespace concordat {

namespace {

/// A budget of exactly the faults that a run had.
Budget budget_of(const FaultCounts& used) {
  Budget budget;
  budget.crashes = used.crashes;
  budget.recoveries = used.recoveries;
  budget.losses = used.losses;
  budget.duplicates = used.duplicates;
  budget.partitions = used.partitions;
  budget.pauses = used.pauses;
  budget.one_way = true;
  return budget;
}

/// Whether a step of the relation leads to `wanted`.
bool reaches(const Model& model,
             const Rules& rules,
             const Budget& budget,
             const World& world,
             const World& wanted) {
  for (const Successor& successor : successors(model, rules, budget, world))
    if (successor.world == wanted) return true;
  return false;
}

using Key = std::pair<int, int>;                                // transaction, process
using DoubtText = std::tuple<Key, std::int64_t, std::int64_t>;  // who, from, to
using SpanText = std::tuple<EventKind, int, std::int64_t, std::int64_t>;

/// What a path says of its run.
class Story {
 public:
  Story(const Model& model, const Rules& rules)
      : model_(model), world_(initial_world(model)), rules_(rules) {
    statuses_.assign(safety_properties().size(), WatchStatus::not_reached);
    txs_.resize(static_cast<std::size_t>(model.setup().transactions));
    judge();
  }

  void perform(const Performed& performed, const Budget& budget, Relation relation) {
    ASSERT_GE(performed.time_us, time_us_) << "a step goes back in time";
    time_us_ = performed.time_us;
    const World before = world_;
    const auto report = apply(model_, rules_, world_, performed.event);
    ASSERT_TRUE(report) << "a step of kind " << enum_name(performed.event.kind)
                        << " is not enabled";
    const std::string line = format(model_, performed.event, *report);
    SCOPED_TRACE(line);
    lines_.push_back(std::to_string(performed.time_us) + " " + line);
    if (relation == Relation::successors) {
      ASSERT_TRUE(reaches(model_, rules_, budget, before, world_));
    }
    judge();
    counts_.lost += static_cast<std::int64_t>(report->lost.size());
    environment(performed);
    if (report->ran_handler) handler(performed, report->step);
  }

  void expect_same(const RunSummary& summary, const World& simulated) {
    const bool finished = is_finished();
    EXPECT_EQ(world_.used, summary.faults);
    for (std::size_t node = 0; node < world_.nodes.size(); ++node)
      EXPECT_EQ(world_.nodes[node], simulated.nodes[node]) << "node " << node;
    EXPECT_EQ(world_.cut, simulated.cut);
    if (rules_.delivery != Delivery::duplicating) {
      EXPECT_EQ(world_.network, simulated.network);
      if (finished) {
        EXPECT_EQ(counts_.lost, summary.counts.lost);
      }
    }
    EXPECT_EQ(counts_.messages, summary.counts.messages);
    EXPECT_EQ(counts_.local_messages, summary.counts.local_messages);
    EXPECT_EQ(counts_.forces, summary.counts.forces);
    EXPECT_EQ(counts_.records, summary.counts.records);
    const auto& properties = safety_properties();
    for (std::size_t i = 0; i < properties.size(); ++i) {
      if (applies(properties[i], model_)) {
        EXPECT_EQ(statuses_[i], summary.properties[i]) << properties[i].name;
      }
    }
    expect_same_times(summary);
  }

  /// The last steps, for whoever looks for the reason of a failure.
  std::string last_steps() const {
    std::string out;
    const std::size_t first = lines_.size() < 20 ? 0 : lines_.size() - 20;
    for (std::size_t i = first; i < lines_.size(); ++i)
      out += lines_[i] + "\n";
    return out;
  }

  const World& world() const { return world_; }
  /// Whether everything that was begun has ended, in time.
  bool is_finished() const { return unfinished_ == 0; }

 private:
  void judge() {
    const auto& properties = safety_properties();
    for (std::size_t i = 0; i < properties.size(); ++i) {
      if (statuses_[i] == WatchStatus::violated) continue;
      const Observation seen = observe(properties[i], model_, world_);
      if (!properties[i].judge(model_, seen, world_.used.any()))
        statuses_[i] = WatchStatus::violated;
      else if (properties[i].at_stake == nullptr || properties[i].at_stake(seen))
        statuses_[i] = WatchStatus::ok;
    }
  }

  void environment(const Performed& performed) {
    const Event& event = performed.event;
    const auto close = [&](EventKind kind, int node, std::int64_t at_us) {
      for (SpanText& span : spans_)
        if (std::get<0>(span) == kind && std::get<1>(span) == node && std::get<3>(span) < 0)
          std::get<3>(span) = at_us;
    };
    const auto crash = [&](std::int64_t at_us) {
      close(EventKind::pause, event.node, at_us);
      spans_.emplace_back(EventKind::crash, event.node, at_us, -1);
    };
    if (event.kind == EventKind::crash)
      crash(performed.crash_us >= 0 ? performed.crash_us : performed.time_us);
    if (event.kind == EventKind::recover) close(EventKind::crash, event.node, performed.time_us);
    if (event.kind == EventKind::pause)
      spans_.emplace_back(EventKind::pause, event.node, performed.time_us, -1);
    if (event.kind == EventKind::resume) close(EventKind::pause, event.node, performed.time_us);
    if (event.kind == EventKind::partition)
      spans_.emplace_back(EventKind::partition, -1, performed.time_us, -1);
    if (event.kind == EventKind::heal) close(EventKind::partition, -1, performed.time_us);
    if (!event.plan.cut) return;
    if (performed.crash_us < 0) ++unfinished_;
    if (performed.crash_us >= 0)
      spans_.emplace_back(
          EventKind::crash, node_of(model_, event), performed.crash_us, std::int64_t{-1});
  }

  void handler(const Performed& performed, const LocalStep& step) {
    const int node = node_of(model_, performed.event);
    ASSERT_EQ(performed.effects_us.size(), step.effects.size());
    std::int64_t last_us = performed.time_us;
    for (int i = 0; i < static_cast<int>(step.effects.size()); ++i) {
      const std::int64_t at_us = performed.effects_us[static_cast<std::size_t>(i)];
      if (!step.happened(i)) {
        ASSERT_EQ(at_us, -1) << "effect " << i << " comes after the crash";
        continue;
      }
      if (at_us < 0) {  // the run ended inside the step
        last_us = std::int64_t{1} << 62;
        ++unfinished_;
        continue;
      }
      ASSERT_GE(at_us, last_us) << "effect " << i << " comes too early";
      last_us = at_us;
      effect(node, step, i, at_us);
    }
    if (step.cut && performed.crash_us >= 0) {
      ASSERT_GE(performed.crash_us, last_us);
    }
  }

  void effect(int node, const LocalStep& step, int index, std::int64_t at_us) {
    const Effect& effect = step.effects[static_cast<std::size_t>(index)];
    const Setup& setup = model_.setup();
    const Slot& slot =
        setup.slots[static_cast<std::size_t>(node)][static_cast<std::size_t>(effect.slot)];
    const Key key{slot.tx, slot.process.index()};
    TxRun& tx = txs_[static_cast<std::size_t>(slot.tx - 1)];
    const bool must_decide =
        setup.processes[static_cast<std::size_t>(slot.process.index())].must_decide;
    switch (effect.kind) {
      case EffectKind::send:
        for (const ProcessId to : step.sent_by(index))
          ++(setup.node_of(to) == node ? counts_.local_messages : counts_.messages);
        break;
      case EffectKind::force:
        ++counts_.forces;
        counts_.records += effect.record ? 1 : 0;
        break;
      case EffectKind::append: counts_.records += effect.record ? 1 : 0; break;
      case EffectKind::vote:
        if (effect.vote == Vote::read && must_decide) settled_.emplace(key, at_us);
        if (effect.vote == Vote::yes && must_decide && settled_.count(key) == 0)
          doubt_.emplace(key, at_us);
        break;
      case EffectKind::decide:
        (effect.outcome == Outcome::commit ? tx.committed : tx.aborted) = true;
        if (must_decide) settled_.emplace(key, at_us);
        end_doubt(key, at_us);
        break;
      case EffectKind::answer:
        if (tx.answered_us >= 0 && tx.answered_us <= at_us) break;
        tx.answered_us = at_us;
        tx.answer = effect.outcome;
        break;
      case EffectKind::arm:
      case EffectKind::disarm:
      case EffectKind::choose:
      case EffectKind::store: break;
    }
  }

  void end_doubt(Key key, std::int64_t at_us) {
    const auto it = doubt_.find(key);
    if (it == doubt_.end()) return;
    doubts_.emplace_back(key, it->second, at_us);
    doubt_.erase(it);
  }

  void expect_same_times(const RunSummary& summary) {
    for (const auto& [key, from_us] : doubt_)
      doubts_.emplace_back(key, from_us, -1);
    std::vector<DoubtText> doubts;
    std::int64_t total_us = 0;
    for (const Doubt& doubt : summary.doubts) {
      doubts.emplace_back(
          Key{doubt.slot.tx, doubt.slot.process.index()}, doubt.from_us, doubt.to_us);
      total_us += (doubt.to_us < 0 ? summary.end_us : doubt.to_us) - doubt.from_us;
    }
    std::sort(doubts.begin(), doubts.end());
    std::sort(doubts_.begin(), doubts_.end());
    EXPECT_EQ(doubts, doubts_);
    EXPECT_EQ(summary.doubt_us.count(), static_cast<std::int64_t>(doubts_.size()));
    EXPECT_EQ(summary.doubt_us.sum(), total_us);
    std::vector<SpanText> spans;
    for (const Span& span : summary.spans)
      spans.emplace_back(span.kind, span.node, span.from_us, span.to_us);
    std::sort(spans.begin(), spans.end());
    std::sort(spans_.begin(), spans_.end());
    EXPECT_EQ(spans, spans_);
    ASSERT_EQ(summary.txs.size(), txs_.size());
    for (int tx = 1; tx <= static_cast<int>(txs_.size()); ++tx)
      expect_same_tx(tx, summary.txs[static_cast<std::size_t>(tx - 1)]);
    EXPECT_GE(summary.end_us, time_us_);
  }

  void expect_same_tx(int tx, const TxRun& simulated) {
    const TxRun& told = txs_[static_cast<std::size_t>(tx - 1)];
    EXPECT_EQ(simulated.started_us, 0);
    EXPECT_EQ(simulated.answered_us, told.answered_us);
    EXPECT_EQ(simulated.answer, told.answer);
    EXPECT_EQ(simulated.committed, told.committed);
    EXPECT_EQ(simulated.aborted, told.aborted);
    std::int64_t last_us = -1;
    for (int i = 0; i < model_.setup().process_count(); ++i) {
      if (!model_.setup().processes[static_cast<std::size_t>(i)].must_decide) continue;
      const auto it = settled_.find({tx, i});
      if (it == settled_.end()) {
        EXPECT_EQ(simulated.decided_us, -1);
        return;
      }
      last_us = std::max(last_us, it->second);
    }
    EXPECT_EQ(simulated.decided_us, last_us);
  }

  const Model& model_;
  World world_;
  const Rules& rules_;
  std::int64_t time_us_ = 0;
  std::vector<std::string> lines_;
  std::vector<WatchStatus> statuses_;
  RunCounts counts_;
  std::vector<TxRun> txs_;
  std::map<Key, std::int64_t> settled_;
  std::map<Key, std::int64_t> doubt_;
  std::vector<DoubtText> doubts_;
  std::vector<SpanText> spans_;
  int unfinished_ = 0;
};

void add(const RunSummary& summary, Figures& figures) {
  ++figures.runs;
  figures.faults.crashes += summary.faults.crashes;
  figures.faults.recoveries += summary.faults.recoveries;
  figures.faults.losses += summary.faults.losses;
  figures.faults.duplicates += summary.faults.duplicates;
  figures.faults.partitions += summary.faults.partitions;
  figures.faults.pauses += summary.faults.pauses;
  ++figures.ended.at(static_cast<std::size_t>(summary.ended));
}

}  // namespace

Followed follow_run(const Model& model,
                    const Rules& rules,
                    Simulator& simulator,
                    std::uint64_t seed,
                    Figures& figures,
                    Relation relation) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  const bool failed_before = testing::Test::HasFailure();
  Followed followed;
  std::vector<Performed>& path = followed.path;
  followed.summary = simulator.run(seed, &path);
  const RunSummary& summary = followed.summary;
  const Budget budget = budget_of(summary.faults);
  Story story(model, rules);
  for (const Performed& performed : path) {
    story.perform(performed, budget, relation);
    if (testing::Test::HasFatalFailure()) {
      ADD_FAILURE() << "after\n" << story.last_steps();
      return followed;
    }
    if (performed.event.plan.cut) ++figures.cuts;
    if (performed.event.kind == EventKind::store) ++figures.notices;
    ++figures.steps;
  }
  story.expect_same(summary, simulator.world());
  if (!failed_before && testing::Test::HasFailure())
    ADD_FAILURE() << "at the end\n" << story.last_steps();
  add(summary, figures);
  if (!story.is_finished()) ++figures.unfinished;
  for (const Slot& slot : all_slots(model))
    if (state_of(model, story.world(), slot.tx, slot.process).history.decided()) ++figures.decided;
  return followed;
}

void Figures::add(const Figures& other) {
  runs += other.runs;
  steps += other.steps;
  faults.crashes += other.faults.crashes;
  faults.recoveries += other.faults.recoveries;
  faults.losses += other.faults.losses;
  faults.duplicates += other.faults.duplicates;
  faults.partitions += other.faults.partitions;
  faults.pauses += other.faults.pauses;
  cuts += other.cuts;
  notices += other.notices;
  decided += other.decided;
}

int more_seeds() {
  const char* factor = std::getenv("CONCORDAT_SEEDS");
  return factor == nullptr ? 1 : std::max(1, std::atoi(factor));
}

Figures follow_seeds(const Model& model,
                     const Rules& rules,
                     const scenario::Timed& timed,
                     int seeds,
                     const FaultPlan::Faults& faults,
                     Relation relation) {
  Simulator simulator(model, rules, timed, faults);
  Figures figures;
  for (int seed = 0; seed < seeds * more_seeds(); ++seed) {
    follow_run(model, rules, simulator, static_cast<std::uint64_t>(seed), figures, relation);
    if (testing::Test::HasFailure()) break;
  }
  return figures;
}

void expect_variety(const Figures& figures) {
  if (testing::Test::HasFailure()) return;
  EXPECT_GT(figures.faults.crashes, 0);
  EXPECT_GT(figures.faults.recoveries, 0);
  EXPECT_GT(figures.faults.losses, 0);
  EXPECT_GT(figures.faults.duplicates, 0);
  EXPECT_GT(figures.faults.partitions, 0);
  EXPECT_GT(figures.faults.pauses, 0);
  EXPECT_GT(figures.cuts, 0);
  EXPECT_GT(figures.decided, 0);
}

}  // namespace concordat
