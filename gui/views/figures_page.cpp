#include "gui/views/figures_page.hpp"

#include <QChartView>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/views/charts.hpp"

namespace concordat::gui {

namespace {

constexpr int chart_count = 6;
constexpr int chart_height = 270;  // at least, in pixels

}  // namespace

FiguresPage::FiguresPage(QWidget* parent) : ResultsPage(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(10, 8, 10, 8);
  words_ = new QLabel(tr("Open what `concordat run FILE --seeds 1..1000 --json` prints, or "
                         "`concordat run FILE --json` of a scenario with a load."),
                      this);
  words_->setWordWrap(true);
  column->addWidget(words_);
  grid_ = new QWidget(this);
  auto* grid = new QGridLayout(grid_);
  grid->setContentsMargins(0, 0, 0, 0);
  for (int i = 0; i < chart_count; ++i) {
    auto* view = make_chart_view(grid_);
    view->setMinimumHeight(chart_height);
    charts_.push_back(view);
    grid->addWidget(view, i / 3, i % 3);
  }
  auto* scroll = new QScrollArea(this);
  scroll->setWidget(grid_);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  column->addWidget(scroll, 1);
  grid_->hide();
}

void FiguresPage::show(std::shared_ptr<const RunFigures> figures) {
  figures_ = std::move(figures);
  const QLocale locale(QLocale::English);
  words_->setText(tr("%1: %2; runs: %3, transactions: %4")
                      .arg(QString::fromStdString(figures_->scenario),
                           QString::fromStdString(figures_->protocol),
                           locale.toString(static_cast<qlonglong>(figures_->runs)),
                           locale.toString(static_cast<qlonglong>(figures_->transactions))));
  grid_->show();
  restyle();
}

void FiguresPage::restyle() {
  if (!figures_) return;
  show_chart(*charts_[0], latency_chart(*figures_));
  show_chart(*charts_[1], distribution_chart(*figures_));
  show_chart(*charts_[2], doubt_chart(*figures_));
  show_chart(*charts_[3], outcome_chart(*figures_));
  show_chart(*charts_[4], count_chart(*figures_));
  show_chart(*charts_[5], property_chart(*figures_));
}

QString FiguresPage::csv() const {
  return figures_ ? QString::fromStdString(to_csv(*figures_)) : QString();
}

Drawing FiguresPage::drawing() const {
  return draw_charts(tr("Figures"), charts_);
}

}  // namespace concordat::gui
