// Goal: what belongs together in several runs lies at the same height, and the window of runs
// beside each other shows what is chosen. Method: the laws of the alignment on runs by hand and on
// scenarios, without a window; then the real window without a screen.
#include <gmock/gmock.h>

#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QListWidget>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "gui/views/compare_picture.hpp"
#include "gui/views/message_bar.hpp"
#include "gui/views/sequence_view.hpp"
#include "gui/window/compare_window.hpp"
#include "protocols/registry.hpp"

namespace concordat::gui {
namespace {

using testing::ElementsAre;

const std::string scenarios = std::string(CONCORDAT_SOURCE_DIR) + "/scenarios/";
const std::string bank = scenarios + "two_phase_commit/bank-transfer-side-by-side.yaml";
const std::string timed = scenarios + "two_phase_commit/timed-coordinator-crash.yaml";

constexpr int patience = 20'000;  // ms

Loaded loaded(const std::string& file, const std::string& variant = "") {
  auto run = load_file(all_protocols(), file, variant);
  EXPECT_TRUE(run.ok()) << (run ? "" : run.error().text());
  return *run;
}

/// A run of so many steps with one line each, and these marks by step.
Sequence made(int steps, const std::vector<std::pair<int, MarkKind>>& marks) {
  Sequence out;
  out.rows.assign(static_cast<std::size_t>(steps), 1);
  for (const auto& [step, kind] : marks)
    out.marks.push_back({0, {step, 0}, kind, 1, ""});
  return out;
}

const Place& at(const Aligned& aligned, std::size_t run, MilestoneKind kind) {
  return *aligned.milestones[run][static_cast<std::size_t>(kind)];
}

/// A later place is never higher up, and what a position belongs to is there.
void expect_lawful(const Sequence& run, const TimeAxis& axis) {
  double before = -1;
  for (int step = 0; step < run.step_count(); ++step) {
    EXPECT_EQ(axis.step_at(axis.at({step, 0})), step);
    for (int row = 0; row < run.rows[static_cast<std::size_t>(step)]; ++row) {
      EXPECT_GE(axis.at({step, row}), before);
      before = axis.at({step, row});
    }
  }
  EXPECT_GE(axis.length(), before);
}

TEST(Alignment, PutsMilestonesAtTheSameHeight) {
  const Sequence slow =
      made(20, {{9, MarkKind::vote_yes}, {12, MarkKind::commit}, {18, MarkKind::commit}});
  const Sequence fast =
      made(6, {{1, MarkKind::vote_yes}, {4, MarkKind::commit}, {5, MarkKind::commit}});
  const Aligned aligned = align({&slow, &fast}, Alignment::phases);
  EXPECT_THAT(
      aligned.shared,
      ElementsAre(
          MilestoneKind::voted, MilestoneKind::first_decision, MilestoneKind::last_decision));
  for (const MilestoneKind kind : aligned.shared)
    EXPECT_DOUBLE_EQ(aligned.axes[0].at(at(aligned, 0, kind)),
                     aligned.axes[1].at(at(aligned, 1, kind)));
  EXPECT_DOUBLE_EQ(aligned.axes[0].at(at(aligned, 0, MilestoneKind::voted)), 9);
  EXPECT_DOUBLE_EQ(aligned.axes[0].length(), aligned.axes[1].length());
  expect_lawful(slow, aligned.axes[0]);
  expect_lawful(fast, aligned.axes[1]);
  EXPECT_EQ(step_beside(aligned, 0, 12, 1), 4);
  EXPECT_EQ(step_beside(aligned, 1, 1, 0), 9);
  EXPECT_EQ(step_beside(aligned, 1, -1, 0), -1);
}

/// One aborts before all have voted: the votes cannot be at one height, and the decision can.
TEST(Alignment, LeavesOutWhatComesInAnotherOrder) {
  const Sequence one = made(8, {{2, MarkKind::vote_yes}, {5, MarkKind::commit}});
  const Sequence other = made(8, {{3, MarkKind::abort}, {6, MarkKind::vote_no}});
  const Aligned aligned = align({&one, &other}, Alignment::phases);
  EXPECT_THAT(aligned.shared, ElementsAre(MilestoneKind::first_decision));
  EXPECT_DOUBLE_EQ(aligned.axes[0].at({5, 0}), aligned.axes[1].at({3, 0}));
}

/// A run that never decides is aligned by what it passes.
TEST(Alignment, OfARunThatDoesNotGetThere) {
  const Sequence blocked = made(9, {{4, MarkKind::vote_yes}, {7, MarkKind::crash}});
  const Sequence whole = made(9, {{2, MarkKind::vote_yes}, {3, MarkKind::commit}});
  const Aligned aligned = align({&blocked, &whole}, Alignment::phases);
  EXPECT_DOUBLE_EQ(aligned.axes[0].at({4, 0}), aligned.axes[1].at({2, 0}));
  expect_lawful(blocked, aligned.axes[0]);
  expect_lawful(whole, aligned.axes[1]);
}

TEST(Alignment, ByStepAndByTime) {
  Sequence one = made(3, {});
  Sequence other = made(4, {});
  one.rows = {1, 5, 1};
  Aligned aligned = align({&one, &other}, Alignment::steps);
  EXPECT_DOUBLE_EQ(aligned.axes[0].at({2, 0}), aligned.axes[1].at({2, 0}));
  EXPECT_EQ(step_beside(aligned, 1, 3, 0), 2) << "the last one";
  aligned = align({&one, &other}, Alignment::time);
  EXPECT_EQ(aligned.alignment, Alignment::phases) << "there are no times";
  one.times_us = {0, 1'000, 30'000'000};
  other.times_us = {0, 1'000, 1'000, 30'000'000};
  for (const Alignment alignment : {Alignment::time, Alignment::gaps}) {
    aligned = align({&one, &other}, alignment);
    EXPECT_EQ(aligned.alignment, alignment);
    EXPECT_DOUBLE_EQ(aligned.axes[0].at({1, 0}), aligned.axes[1].at({1, 0}));
    EXPECT_DOUBLE_EQ(aligned.axes[0].at({2, 0}), aligned.axes[1].at({3, 0}));
  }
  EXPECT_LT(aligned.axes[0].length(), 20) << "half a minute of silence";
}

TEST(Alignment, OfNothing) {
  EXPECT_TRUE(align({}, Alignment::phases).axes.empty());
  const Sequence empty;
  const Sequence run = made(2, {});
  for (const Alignment alignment :
       {Alignment::phases, Alignment::steps, Alignment::time, Alignment::gaps})
    EXPECT_EQ(align({&empty, &run}, alignment).axes[0].step_at(0), -1);
}

/// All the protocols of one scenario at once.
TEST(Alignment, OfEveryVariant) {
  std::vector<DocumentPtr> documents;
  std::vector<const Sequence*> runs;
  for (const std::string& variant : loaded(bank).variants) {
    documents.push_back(loaded(bank, variant).document);
    runs.push_back(&documents.back()->sequence);
  }
  ASSERT_EQ(runs.size(), 14U);
  const Aligned aligned = align(runs, Alignment::phases);
  EXPECT_THAT(aligned.shared, testing::Contains(MilestoneKind::first_decision));
  for (std::size_t i = 0; i < runs.size(); ++i) {
    expect_lawful(*runs[i], aligned.axes[i]);
    for (const MilestoneKind kind : aligned.shared) {
      const auto& here = aligned.milestones[i][static_cast<std::size_t>(kind)];
      const auto& first = aligned.milestones[0][static_cast<std::size_t>(kind)];
      if (!here || !first) continue;
      EXPECT_NEAR(aligned.axes[i].at(*here), aligned.axes[0].at(*first), 1e-9);
    }
  }
}

TEST(RunFacts, OfACrash) {
  const RunFacts facts =
      facts_of(*loaded(scenarios + "two_phase_commit/coordinator-crash.yaml").document);
  EXPECT_EQ(facts.outcome, RunFacts::Outcome::commit);
  EXPECT_THAT(facts.blocked, ElementsAre("p2"));
  EXPECT_GT(facts.messages, 0);
  EXPECT_EQ(facts.decided_after, 6);
  EXPECT_FALSE(facts.decided_us);
  const RunFacts split =
      facts_of(*loaded(scenarios + "textbook_three_phase_commit/3pc-07-partition.yaml").document);
  EXPECT_EQ(split.outcome, RunFacts::Outcome::mixed);
  EXPECT_THAT(split.violated, testing::Contains("UA"));
  EXPECT_TRUE(facts_of(*loaded(timed).document).decided_us);
}

TEST(RunSource, UnderAnotherProtocol) {
  const Loaded first = loaded(scenarios + "two_phase_commit/coordinator-crash.yaml");
  const RunSource source = source_of(all_protocols(), first, "three_phase_commit");
  EXPECT_EQ(source.protocol, "three_phase_commit");
  const auto run = load_source(all_protocols(), source);
  ASSERT_TRUE(run.ok()) << run.error().text();
  EXPECT_EQ(run->document->trace->protocol, "three_phase_commit");
  const auto misfit = load_source(all_protocols(), {first.file, "", "paxos_commit"});
  ASSERT_FALSE(misfit.ok());
  EXPECT_THAT(misfit.error().text(), testing::HasSubstr("does not fit paxos_commit"));
  EXPECT_GT(misfit.error().at.line, 0);
  EXPECT_EQ(source_of(all_protocols(), loaded(bank), "linear").variant, "linear");
  EXPECT_EQ(source_of(all_protocols(), first, "x.yaml").file, "x.yaml");
}

class Beside : public testing::Test {
 protected:
  Beside() : window_(all_protocols()) {
    QSettings().clear();
    window_.QWidget::show();
  }

  void begin(const std::string& file) {
    const Loaded run = loaded(file);
    OpenRun open{
        QString::fromStdString(file), QString::fromStdString(run.variant), {}, run.document};
    for (const std::string& variant : run.variants)
      open.variants << QString::fromStdString(variant);
    QSignalSpy shown(&window_, &CompareWindow::shown);
    window_.begin(open);
    ASSERT_TRUE(!shown.isEmpty() || shown.wait(patience));
  }
  void check(int row, bool checked = true) {
    QSignalSpy shown(&window_, &CompareWindow::shown);
    list()->item(row)->setCheckState(checked ? Qt::Checked : Qt::Unchecked);
    EXPECT_TRUE(!shown.isEmpty() || shown.wait(patience));
  }
  QListWidget* list() { return window_.findChild<QListWidget*>(); }
  CompareView& view() { return window_.view(); }
  QString message() {
    auto* bar = window_.findChild<MessageBar*>();
    return bar->isVisible() ? bar->text() : QString();
  }

  CompareWindow window_;
};

TEST_F(Beside, ShowsTheVariantsThatAreChecked) {
  begin(bank);
  EXPECT_EQ(list()->count(), 14);
  EXPECT_EQ(view().runs().size(), 2U);
  EXPECT_EQ(view().alignment(), Alignment::phases);
  check(6);
  check(13);
  ASSERT_EQ(view().runs().size(), 4U);
  EXPECT_EQ(view().runs()[2].name, "linear");
  list()->item(3)->setCheckState(Qt::Checked);
  EXPECT_EQ(list()->item(3)->checkState(), Qt::Unchecked) << "there is no room for a fifth";
  EXPECT_TRUE(message().contains("Four"));
  check(0, false);
  EXPECT_EQ(view().runs().size(), 3U);
  EXPECT_TRUE(message().isEmpty());
}

TEST_F(Beside, ScrollsZoomsAndStepsTogether) {
  begin(bank);
  view().zoomBy(4);
  EXPECT_DOUBLE_EQ(view().view(0).viewportOnAxis().scale, view().view(1).viewportOnAxis().scale);
  view().view(1).centreOn(10);
  EXPECT_DOUBLE_EQ(view().view(0).viewportOnAxis().top, view().view(1).viewportOnAxis().top);
  const Place decided = at(view().aligned(), 1, MilestoneKind::first_decision);
  view().selection(1).setStep(decided.step);
  EXPECT_EQ(view().selection(0).step(),
            at(view().aligned(), 0, MilestoneKind::first_decision).step);
  EXPECT_DOUBLE_EQ(view().view(0).viewportOnAxis().top, view().view(1).viewportOnAxis().top);
  view().view(0).setFocus();
  const int before = view().selection(0).step();
  QTest::keyClick(&view().view(0), Qt::Key_Down);
  EXPECT_EQ(view().selection(0).step(), before + 1);
  view().zoomToFit();
  EXPECT_GE(view().view(1).viewportOnAxis().bottom(), view().aligned().axes[1].length());
}

TEST_F(Beside, TakesAnotherProtocolAndSaysWhyNot) {
  begin(scenarios + "two_phase_commit/coordinator-crash.yaml");
  EXPECT_EQ(view().runs().size(), 1U);
  QSignalSpy shown(&window_, &CompareWindow::shown);
  window_.addUnder("three_phase_commit");
  ASSERT_TRUE(!shown.isEmpty() || shown.wait(patience));
  EXPECT_EQ(view().runs().size(), 2U);
  shown.clear();
  window_.addUnder("paxos_commit");
  ASSERT_TRUE(!shown.isEmpty() || shown.wait(patience));
  EXPECT_EQ(view().runs().size(), 2U);
  EXPECT_TRUE(message().contains("does not fit paxos_commit")) << message().toStdString();
  EXPECT_EQ(list()->item(2)->checkState(), Qt::Unchecked);
}

TEST_F(Beside, AlignsByTimeWhereAllHaveTimes) {
  begin(timed);
  EXPECT_EQ(view().alignment(), Alignment::gaps);
  QSignalSpy shown(&window_, &CompareWindow::shown);
  window_.addFile(QString::fromStdString(scenarios) + "two_phase_commit/happy-path.yaml");
  ASSERT_TRUE(!shown.isEmpty() || shown.wait(patience));
  EXPECT_EQ(view().alignment(), Alignment::phases);
  window_.setAlignment(Alignment::steps);
  EXPECT_EQ(view().alignment(), Alignment::steps);
}

TEST_F(Beside, IsClosedWhileItRuns) {
  const Loaded run = loaded(bank);
  window_.begin({QString::fromStdString(bank), "", {}, run.document});
  window_.addUnder("linear_commit");
  window_.close();
}

TEST(ComparePicture, IsWrittenInEveryForm) {
  std::vector<BesideRun> runs;
  for (const char* variant : {"linear", "Paxos Commit"})
    runs.push_back({variant, loaded(bank, variant).document});
  const QTemporaryDir folder;
  for (const char* name : {"run.png", "run.svg", "run.pdf"}) {
    const QString file = folder.filePath(name);
    EXPECT_EQ(save_drawing(comparison_drawing(runs, {.dark = true, .width = 900}), file), "");
    QFile in(file);
    ASSERT_TRUE(in.open(QIODevice::ReadOnly));
    const QByteArray bytes = in.readAll();
    EXPECT_GT(bytes.size(), 1000) << name;
    EXPECT_TRUE(bytes.contains("first decision") || !QString(name).endsWith("svg"));
  }
  EXPECT_EQ(comparison_drawing({}, {}).paint, nullptr);
}

}  // namespace
}  // namespace concordat::gui
