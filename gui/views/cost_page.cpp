#include "gui/views/cost_page.hpp"

#include <QChartView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/views/charts.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

namespace {

/// The ink of a figure says where its formula comes from, beside its sign.
class CostDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    const Theme theme = Theme::current();
    const auto origin = static_cast<CostModel::Origin>(index.data(CostModel::origin_role).toInt());
    switch (origin) {
      case CostModel::Origin::none: return;
      case CostModel::Origin::published:
        return option->palette.setColor(QPalette::Text, theme.commit);
      case CostModel::Origin::derived: return option->palette.setColor(QPalette::Text, theme.faint);
      case CostModel::Origin::differs: break;
    }
    option->palette.setColor(QPalette::Text, theme.alarm);
    option->font.setBold(true);
  }
};

constexpr int height_each = 54;  // of a protocol in the chart, in pixels

}  // namespace

CostPage::CostPage(QWidget* parent) : ResultsPage(parent) {
  shown_.setSourceModel(&model_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(10, 8, 10, 8);
  column->addWidget(makeChoices());
  makeTable();
  chart_ = make_chart_view(this);
  scroll_ = new QScrollArea(this);
  scroll_->setWidget(chart_);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  auto* both = new QSplitter(Qt::Vertical, this);
  both->addWidget(table_);
  both->addWidget(scroll_);
  both->setSizes({400, 300});
  column->addWidget(both, 1);
  legend_ =
      new QLabel(tr("● counted, and as published   ○ counted, and as derived from a published "
                    "text   ≠ counted, but not as published   no sign: only counted"),
                 this);
  legend_->setWordWrap(true);
  column->addWidget(legend_);
}

QWidget* CostPage::makeChoices() {
  auto* choices = new QWidget(this);
  auto* row = new QHBoxLayout(choices);
  row->setContentsMargins(0, 0, 0, 0);
  auto* words = new QLineEdit(choices);
  words->setPlaceholderText(tr("Only protocols called…"));
  words->setAccessibleName(tr("Filter"));
  words->setClearButtonEnabled(true);
  words->setMinimumWidth(220);
  connect(words, &QLineEdit::textChanged, &shown_, &CostFilter::setWords);
  row->addWidget(words);
  auto* label = new QLabel(tr("C&hart of"), choices);
  run_ = new QComboBox(choices);
  run_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  run_->setAccessibleName(tr("Chart of"));
  label->setBuddy(run_);
  connect(run_, &QComboBox::currentIndexChanged, this, &CostPage::fillChart);
  row->addWidget(label);
  row->addWidget(run_);
  row->addStretch(1);
  auto* participants = new QComboBox(choices);
  for (const char* each : {"2", "3", "4", "5", "2..5"})
    participants->addItem(each);
  participants->setCurrentText("3");
  participants->setAccessibleName(tr("Participants"));
  auto* how_many = new QLabel(tr("Part&icipants"), choices);
  how_many->setBuddy(participants);
  row->addWidget(how_many);
  row->addWidget(participants);
  compute_ = new QPushButton(tr("Co&mpute"), choices);
  connect(compute_, &QPushButton::clicked, this, [this, participants] {
    Q_EMIT computeAsked(participants->currentText());
  });
  row->addWidget(compute_);
  return choices;
}

void CostPage::makeTable() {
  table_ = new QTableView(this);
  table_->setModel(&shown_);
  table_->setItemDelegate(new CostDelegate(table_));
  table_->setAccessibleName(tr("Costs"));
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setAlternatingRowColors(true);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setTabKeyNavigation(false);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(21);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  constexpr std::array widths{290, 88, 52, 130, 100, 100, 110, 110, 110, 240, 200};
  for (int i = 0; i < static_cast<int>(widths.size()); ++i)
    table_->setColumnWidth(i, widths[static_cast<std::size_t>(i)]);
}

void CostPage::show(CostPtr table) {
  model_.setTable(table);
  const QSignalBlocker quiet(run_);
  run_->clear();
  for (const CostLine& line : table->lines) {
    const QString name =
        tr("%1, N = %2").arg(QString::fromStdString(line.run)).arg(line.participants);
    if (run_->findText(name) >= 0) continue;
    run_->addItem(name, QString::fromStdString(line.run));
    run_->setItemData(
        run_->count() - 1, static_cast<qlonglong>(line.participants), Qt::UserRole + 1);
  }
  fillChart();
  table_->setFocus();
}

void CostPage::fillChart() {
  if (!model_.table()) return;
  const BarChart bars = cost_chart(*model_.table(),
                                   run_->currentData().toString().toStdString(),
                                   run_->currentData(Qt::UserRole + 1).toLongLong());
  chart_->setMinimumHeight(120 + height_each * static_cast<int>(bars.categories.size()));
  show_chart(*chart_, bars);
}

QString CostPage::csv() const {
  return model_.table() ? QString::fromStdString(to_csv(*model_.table())) : QString();
}

Drawing CostPage::drawing() const {
  return draw_charts(tr("Costs"), {chart_});
}

void CostPage::restyle() {
  fillChart();
}

void CostPage::setBusy(bool busy) {
  compute_->setEnabled(!busy);
}

}  // namespace concordat::gui
