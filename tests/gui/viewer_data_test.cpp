// Goal: what the viewer draws is what the trace says. Method: the pictures' facts of small runs by
// hand; the mapping between places and pixels and the states of every step by their laws, without a
// window.
#include <filesystem>
#include <gmock/gmock.h>
#include <unistd.h>

#include "gui/data/state_history.hpp"
#include "gui/data/time_axis.hpp"
#include "gui/jobs/load_job.hpp"
#include "protocols/registry.hpp"
#include "sim/base/file.hpp"
#include "sim/trace/json.hpp"

namespace concordat::gui {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string scenarios = std::string(CONCORDAT_SOURCE_DIR) + "/scenarios/";

DocumentPtr opened(const std::string& file, const std::string& variant = "") {
  auto loaded = load_file(all_protocols(), scenarios + file, variant);
  EXPECT_TRUE(loaded.ok()) << (loaded ? "" : loaded.error().text());
  return loaded->document;
}

int count(const Sequence& sequence, Fate fate) {
  return static_cast<int>(std::ranges::count(sequence.arrows, fate, &Arrow::fate));
}

TEST(Sequence, OfACrash) {
  const auto document = opened("two_phase_commit/coordinator-crash.yaml");
  const Sequence& sequence = document->sequence;
  ASSERT_EQ(sequence.lanes.size(), 3U);
  EXPECT_EQ(sequence.lanes[1].name, "p1");
  EXPECT_EQ(sequence.lanes[1].role, "participant");
  EXPECT_EQ(sequence.step_count(), static_cast<int>(document->trace->steps.size()));
  EXPECT_EQ(count(sequence, Fate::arrived), 5) << "prepare, prepare, yes, yes, commit";
  EXPECT_EQ(count(sequence, Fate::in_flight), 2) << "ack and inquire towards a dead c";
  std::vector<std::pair<int, BarKind>> open;  // for ever
  for (const Bar& bar : sequence.bars)
    if (!bar.to) open.emplace_back(bar.lane, bar.kind);
  EXPECT_THAT(open,
              testing::UnorderedElementsAre(std::pair(0, BarKind::down),
                                            std::pair(2, BarKind::in_doubt),
                                            std::pair(2, BarKind::locked)));
  EXPECT_EQ(std::ranges::count(sequence.marks, MarkKind::commit, &Mark::kind), 2);
  ASSERT_EQ(sequence.stuck.size(), 1U);
  EXPECT_EQ(sequence.stuck[0].lane, 2);
  EXPECT_EQ(std::ranges::count(sequence.marks, MarkKind::crash, &Mark::kind), 1);
}

TEST(Sequence, OfAPartition) {
  const auto document = opened("textbook_three_phase_commit/3pc-07-partition.yaml");
  const Sequence& sequence = document->sequence;
  ASSERT_EQ(sequence.cuts.size(), 1U);
  EXPECT_FALSE(sequence.cuts[0].to);
  EXPECT_GT(count(sequence, Fate::cut), 0);
  ASSERT_FALSE(sequence.violations.empty());
  EXPECT_EQ(sequence.violations[0].code, "UA");
  EXPECT_THAT(sequence.violations[0].sentence, HasSubstr("decided abort"));
}

/// Every thing that is drawn has a place inside the run, and arrows go forward in it.
TEST(Sequence, StaysInsideTheRun) {
  for (const char* file : {"two_phase_commit/happy-path.yaml",
                           "two_phase_commit/lock-conflict-wait.yaml",
                           "saga/saga-02-lost-answer.yaml",
                           "tcc/tcc-03-lost-confirm-answer.yaml",
                           "paxos_commit/happy-path.yaml"}) {
    SCOPED_TRACE(file);
    if (!read_text_file(scenarios + file, 1U << 20U).ok()) continue;
    const auto document = opened(file);
    const Sequence& sequence = document->sequence;
    const auto inside = [&](Place place) {
      return place.step >= 0 && place.step < sequence.step_count() && place.row >= 0 &&
             place.row < sequence.rows[static_cast<std::size_t>(place.step)];
    };
    EXPECT_FALSE(sequence.arrows.empty());
    for (const Arrow& arrow : sequence.arrows) {
      EXPECT_TRUE(inside(arrow.sent));
      EXPECT_LE(arrow.sent, arrow.end);
    }
    for (const Mark& mark : sequence.marks)
      EXPECT_TRUE(inside(mark.at)) << mark.words;
    EXPECT_TRUE(std::ranges::is_sorted(sequence.marks, {}, &Mark::at));
    EXPECT_TRUE(std::ranges::is_sorted(sequence.arrows, {}, &Arrow::sent));
    EXPECT_TRUE(std::ranges::is_sorted(sequence.bars, {}, &Bar::from));
  }
}

/// Ten steps with three lines each; milliseconds, and once half a minute.
Sequence made() {
  Sequence out;
  std::int64_t now = 0;
  for (int i = 0; i < 10; ++i) {
    out.rows.push_back(3);
    out.times_us.push_back(now += i == 5 ? 30'000'000 : 1'000);
  }
  return out;
}

TEST(TimeAxis, IsMonotoneAndFindsItsSteps) {
  const Sequence sequence = made();
  for (const AxisMode mode : {AxisMode::lines, AxisMode::steps, AxisMode::time, AxisMode::gaps}) {
    const TimeAxis axis(sequence, mode);
    EXPECT_EQ(axis.mode(), mode);
    double before = -1;
    for (int step = 0; step < 10; ++step) {
      for (int row = 0; row < 3; ++row) {
        const double here = axis.at({step, row});
        EXPECT_GE(here, before);
        before = here;
      }
      EXPECT_TRUE(mode == AxisMode::time || axis.step_at(axis.at({step, 0})) == step);
    }
    EXPECT_GE(axis.length(), before);
    EXPECT_EQ(axis.step_at(-5), 0);
    EXPECT_EQ(axis.step_at(1e9), 9);
  }
}

TEST(TimeAxis, ShortensLongSilencesOnly) {
  const Sequence sequence = made();
  const TimeAxis time(sequence, AxisMode::time);
  const TimeAxis gaps(sequence, AxisMode::gaps);
  const auto ratio = [](const TimeAxis& axis) {
    return (axis.at({5, 0}) - axis.at({4, 0})) / (axis.at({4, 0}) - axis.at({3, 0}));
  };
  EXPECT_NEAR(ratio(time), 30'000, 1);
  EXPECT_LT(ratio(gaps), 10);
  EXPECT_GT(ratio(gaps), 1);
}

TEST(TimeAxis, NeedsTimes) {
  Sequence sequence = made();
  sequence.times_us.clear();
  EXPECT_EQ(TimeAxis(sequence, AxisMode::time).mode(), AxisMode::steps);
  EXPECT_EQ(TimeAxis(Sequence(), AxisMode::lines).step_at(0), -1);
}

TEST(Viewport, KeepsWhatIsUnderThePointer) {
  Viewport seen{.scale = 20, .top = 3, .height = 400};
  const double before = seen.to_position(150);
  seen.zoom(1.7, 150);
  EXPECT_NEAR(seen.to_position(150), before, 1e-9);
  EXPECT_NEAR(seen.to_pixel(before), 150, 1e-9);
  seen.zoom(1e9, 10);
  EXPECT_EQ(seen.scale, Viewport::largest_scale);
  seen.top = -50;
  seen.clamp(10);
  EXPECT_GT(seen.top, -1);
  seen.top = 500;
  seen.clamp(10);
  EXPECT_LT(seen.top, 10);
}

/// Against the plain fold over all changes, across the steps at which states are kept.
TEST(StateHistory, AgreesWithTheChanges) {
  trace::Trace trace;
  trace.initial.push_back({"p1", "store", "x", "", "1"});
  for (int i = 0; i < 3 * StateHistory::stride + 7; ++i) {
    trace::Step step;
    step.changes.push_back({"p1", "state", "n", std::to_string(i), std::to_string(i + 1)});
    if (i % 3 == 0) step.changes.push_back({"p2", "timers", "vote", "", "armed"});
    if (i % 3 == 1) step.changes.push_back({"p2", "timers", "vote", "armed", ""});
    trace.steps.push_back(step);
  }
  StateHistory history(trace);
  for (const trace::Step& step : trace.steps)
    history.add(step);
  const auto step_at = [&](int i) { return trace.steps[static_cast<std::size_t>(i)]; };
  EXPECT_EQ(history.after(-1, step_at).size(), 1U);
  for (const int step : {0, 1, 2, 511, 512, 513, 1'024, 1'542}) {
    const Fields fields = history.after(step, step_at);
    const FieldValue& n = fields.at({"p1", "state", "n"});
    EXPECT_EQ(n.value, std::to_string(step + 1));
    EXPECT_EQ(n.before, std::to_string(step));
    EXPECT_TRUE(n.changed);
    EXPECT_EQ(fields.at({"p1", "store", "x"}).value, "1");
    EXPECT_FALSE(fields.at({"p1", "store", "x"}).changed);
    const auto timer = fields.find({"p2", "timers", "vote"});
    EXPECT_EQ(timer != fields.end() && !timer->second.value.empty(), step % 3 == 0) << step;
  }
}

/// The run of a scenario, again and again, with ids and numbers that go on.
trace::Trace long_trace(int steps) {
  trace::Trace trace = *opened("two_phase_commit/coordinator-crash.yaml")->trace;
  const std::vector<trace::Step> once = std::move(trace.steps);
  trace.steps.clear();
  constexpr std::int64_t ids_of_a_run = 100;
  for (std::int64_t round = 0; static_cast<int>(trace.steps.size()) < steps; ++round) {
    for (trace::Step step : once) {
      step.index = static_cast<int>(trace.steps.size()) + 1;
      for (trace::Effect& effect : step.effects)
        for (std::int64_t& id : effect.ids)
          id += round * ids_of_a_run;
      trace.steps.push_back(std::move(step));
    }
  }
  return trace;
}

class LongTrace : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(file_); }
  Result<Loaded> load(const std::string& text) {
    EXPECT_TRUE(write_text_file(file_, text).ok());
    return load_file(all_protocols(), file_);
  }

  const std::string file_ =
      (std::filesystem::temp_directory_path() / ("long-" + std::to_string(getpid()) + ".json"))
          .string();
};

/// A file whose steps are read when they are asked for shows what the whole trace shows.
TEST_F(LongTrace, StaysInItsFile) {
  const trace::Trace trace = long_trace(3'000);
  const auto loaded = load(trace::to_json(trace));
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  const Document& lazy = *loaded->document;
  ASSERT_NE(lazy.file, nullptr);
  EXPECT_TRUE(lazy.trace->steps.empty());
  ASSERT_EQ(lazy.step_count(), static_cast<int>(trace.steps.size()));
  const Document whole(trace);
  for (const int step : {0, 1, 8, 511, 512, 1'700, lazy.step_count() - 1}) {
    EXPECT_EQ(lazy.step(step), trace.steps[static_cast<std::size_t>(step)]) << step;
    const Fields fields = lazy.state_after(step);
    const Fields expected = whole.state_after(step);
    ASSERT_EQ(fields.size(), expected.size()) << step;
    for (const auto& [name, field] : fields)
      EXPECT_EQ(field.value, expected.at(name).value) << name.field;
  }
  EXPECT_EQ(lazy.sequence.arrows.size(), whole.sequence.arrows.size());
  EXPECT_EQ(lazy.sequence.marks.size(), whole.sequence.marks.size());
  EXPECT_EQ(lazy.sequence.bars.size(), whole.sequence.bars.size());
  EXPECT_EQ(count(lazy.sequence, Fate::arrived), count(whole.sequence, Fate::arrived));
  EXPECT_EQ(lazy.trace->finals, trace.finals);
}

TEST_F(LongTrace, TellsWhereItIsWrong) {
  std::string text = trace::to_json(long_trace(3'000));
  const std::size_t step = text.find("{\"index\": 2001,");
  const std::size_t kind = text.find("\"kind\": \"", step) + 9;
  text.insert(kind, "un");
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(kind), '\n');
  const auto mapped = [&] {
    EXPECT_TRUE(write_text_file(file_, text).ok());
    return Document::of_file(TraceFile::map(file_));
  }();
  ASSERT_FALSE(mapped.ok());
  EXPECT_EQ(mapped.error().at.line, line);
  EXPECT_THAT(mapped.error().what, HasSubstr("steps[2000].kind"));
  const auto loaded = load(text);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().at.line, line);
}

/// What another program has laid out in another way opens all the same.
TEST_F(LongTrace, InAnyLayout) {
  std::string text = trace::to_json(long_trace(3'000));
  std::erase(text, '\n');
  const auto loaded = load(text);
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  EXPECT_EQ(loaded->document->file, nullptr);
  EXPECT_GE(loaded->document->step_count(), 3'000);
}

TEST(Load, TellsWhereAFileIsWrong) {
  const auto missing = load_file(all_protocols(), "nowhere.yaml");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().text(), HasSubstr("nowhere.yaml"));
  const auto two = load_file(all_protocols(), scenarios + "saga/shop-order.yaml");
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->variant, "all goes well");
  EXPECT_EQ(two->variants.size(), 5U);
  const auto other =
      load_file(all_protocols(), scenarios + "saga/shop-order.yaml", "she has not enough");
  ASSERT_TRUE(other.ok());
  EXPECT_NE(*other->document->trace, *two->document->trace);
  const auto trace = load_file(all_protocols(),
                               std::string(CONCORDAT_SOURCE_DIR) + "/tests/data/sample.trace.json");
  ASSERT_TRUE(trace.ok());
  EXPECT_EQ(trace->document->trace->steps,
            opened("two_phase_commit/coordinator-crash.yaml")->trace->steps);
}

}  // namespace
}  // namespace concordat::gui
