#include "gui/views/compare_view.hpp"

#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include "gui/views/run_header.hpp"
#include "gui/views/sequence_view.hpp"

namespace concordat::gui {

namespace {

QString words_of(MilestoneKind kind) {
  switch (kind) {
    case MilestoneKind::crash: return QObject::tr("crash");
    case MilestoneKind::voted: return QObject::tr("all have voted");
    case MilestoneKind::first_decision: return QObject::tr("first decision");
    case MilestoneKind::last_decision: break;
  }
  return QObject::tr("last decision");
}

std::vector<const Sequence*> sequences_of(const std::vector<BesideRun>& runs) {
  std::vector<const Sequence*> out;
  for (const BesideRun& run : runs)
    out.push_back(&run.document->sequence);
  return out;
}

int lanes_of(const BesideRun& run) {
  return static_cast<int>(run.document->sequence.lanes.size());
}

}  // namespace

std::vector<RunFacts> facts_of(const std::vector<BesideRun>& runs) {
  std::vector<RunFacts> out;
  for (const BesideRun& run : runs) {
    out.push_back(facts_of(*run.document));
    if (!run.name.empty()) out.back().name = run.name;
  }
  return out;
}

std::vector<std::vector<Rule>> rules_of(const Aligned& aligned) {
  std::vector<std::vector<Rule>> out(aligned.axes.size());
  for (std::size_t run = 0; run < out.size(); ++run)
    for (int kind = 0; kind < milestone_count; ++kind)
      if (const auto& at = aligned.milestones[run][static_cast<std::size_t>(kind)])
        out[run].push_back({aligned.axes[run].at(*at), words_of(static_cast<MilestoneKind>(kind))});
  return out;
}

CompareView::CompareView(QWidget* parent)
    : QWidget(parent), splitter_(new QSplitter(this)), empty_(new QLabel(this)) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(0);
  all->addWidget(empty_, 1);
  all->addWidget(splitter_, 1);
  empty_->setText(tr("Check the runs that are to stand beside each other."));
  empty_->setAlignment(Qt::AlignCenter);
  splitter_->setChildrenCollapsible(false);
  splitter_->setHandleWidth(3);
  splitter_->hide();
  for (int i = 0; i < most_beside; ++i)
    makeColumn(i);
}

CompareView::~CompareView() = default;

void CompareView::makeColumn(int number) {
  Column& column = columns_[static_cast<std::size_t>(number)];
  column.frame = new QWidget(splitter_);
  auto* layout = new QVBoxLayout(column.frame);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  column.header = new RunHeader(column.frame);
  column.view = new SequenceView(column.selection, column.frame);
  column.view->setFrameShape(QFrame::NoFrame);
  column.view->setCompact(true);
  layout->addWidget(column.header);
  layout->addWidget(column.view, 1);
  splitter_->addWidget(column.frame);
  connect(&column.selection, &Selection::stepChanged, this, [this, number](int step) {
    stepTo(number, step);
  });
  connect(column.view, &SequenceView::scrolled, this, [this, number] { scrollFrom(number); });
  connect(column.view, &SequenceView::pointed, this, [this](double position) {
    for (const Column& each : columns_)
      each.view->setCursor(position);
  });
  connect(column.view, &SequenceView::left, this, [this] {
    for (const Column& each : columns_)
      each.view->setCursor(std::nullopt);
  });
}

void CompareView::showRuns(const std::vector<BesideRun>& runs) {
  runs_ = runs;
  const std::vector<RunFacts> facts = facts_of(runs);
  following_ = true;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    const bool shown = i < runs.size();
    column.frame->setVisible(shown);
    if (column.selection.document() != (shown ? runs[i].document : nullptr))
      column.selection.setDocument(shown ? runs[i].document : nullptr);
    if (!shown) continue;
    column.header->show(facts[i]);
    column.view->setAccessibleName(tr("Sequence of %1").arg(QString::fromStdString(facts[i].name)));
    column.view->setVerticalScrollBarPolicy(i + 1 == runs.size() ? Qt::ScrollBarAlwaysOn
                                                                 : Qt::ScrollBarAlwaysOff);
  }
  following_ = false;
  splitter_->setVisible(!runs.empty());
  empty_->setVisible(runs.empty());
  QList<int> sizes;
  for (std::size_t i = 0; i < columns_.size(); ++i)
    sizes << (i < runs.size() ? 200 + 300 * lanes_of(runs[i]) : 0);
  splitter_->setSizes(sizes);
  realign();
}

void CompareView::setAlignment(Alignment alignment) {
  wanted_ = alignment;
  realign();
}

bool CompareView::canAlign(Alignment alignment) const {
  const bool by_time = alignment == Alignment::time || alignment == Alignment::gaps;
  return !by_time || best_alignment(sequences_of(runs_)) == Alignment::gaps;
}

void CompareView::realign() {
  aligned_ = align(sequences_of(runs_), wanted_);
  const auto rules = rules_of(aligned_);
  following_ = true;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    columns_[i].view->setAxis(aligned_.axes[i]);
    columns_[i].view->setRules(rules[i]);
  }
  following_ = false;
  if (runs_.empty()) return;
  stepTo(0, columns_[0].selection.step());
}

void CompareView::stepTo(int run, int step) {
  if (following_ || static_cast<std::size_t>(run) >= runs_.size()) return;
  following_ = true;
  const auto from = static_cast<std::size_t>(run);
  for (std::size_t i = 0; i < runs_.size(); ++i)
    if (i != from) columns_[i].selection.setStep(step_beside(aligned_, from, step, i));
  following_ = false;
  scrollFrom(run);
  Q_EMIT stepChanged(run, step);
}

void CompareView::scrollFrom(int run) {
  if (following_ || static_cast<std::size_t>(run) >= runs_.size()) return;
  const Viewport seen = columns_[static_cast<std::size_t>(run)].view->viewportOnAxis();
  for (std::size_t i = 0; i < runs_.size(); ++i)
    columns_[i].view->follow(seen);
}

void CompareView::zoomBy(double factor) {
  columns_[0].view->zoomBy(factor);
}

void CompareView::zoomToFit() {
  columns_[0].view->zoomToFit();
}

void CompareView::resetZoom() {
  columns_[0].view->resetZoom();
}

}  // namespace concordat::gui
