#include "gui/views/bench_page.hpp"

#include <set>

#include <QChartView>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/models/measure_words.hpp"
#include "gui/models/text.hpp"
#include "gui/views/charts.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

namespace {

/// The ink of a result, beside its sign and word.
class CheckDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.column() != CheckModel::result) return;
    const Theme theme = Theme::current();
    switch (static_cast<CheckModel::Verdict>(index.data(CheckModel::verdict_role).toInt())) {
      case CheckModel::Verdict::held: return option->palette.setColor(QPalette::Text, theme.commit);
      case CheckModel::Verdict::unknown:
        return option->palette.setColor(QPalette::Text, theme.faint);
      case CheckModel::Verdict::failed: break;
    }
    option->palette.setColor(QPalette::Text, theme.alarm);
    option->font.setBold(true);
  }
};

void tidy(QTableView& table) {
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.setEditTriggers(QAbstractItemView::NoEditTriggers);
  table.setAlternatingRowColors(true);
  table.setShowGrid(false);
  table.setTabKeyNavigation(false);
  table.verticalHeader()->hide();
  table.verticalHeader()->setDefaultSectionSize(22);
  table.horizontalHeader()->setHighlightSections(false);
}

QString number_words(std::int64_t number) {
  return QLocale(QLocale::English).toString(static_cast<qlonglong>(number));
}

constexpr int chart_height = 220;  // at least, in pixels

QChartView* tall_chart(QWidget* parent, const char* name) {
  QChartView* view = make_chart_view(parent);
  view->setObjectName(name);
  view->setMinimumHeight(chart_height);
  return view;
}

}  // namespace

BenchPage::BenchPage(QWidget* parent) : ResultsPage(parent) {
  sorted_.setSourceModel(&model_);
  sorted_.setSortRole(BenchModel::sort_role);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(10, 8, 10, 8);
  column->addWidget(makeTop());
  makeTable();
  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  tabs_->addTab(makeMeasure(), tr("One &measure"));
  tabs_->addTab(makeTime(), tr("Over &time"));
  tabs_->addTab(makeDistributions(), tr("&Distributions"));
  tabs_->addTab(makeChecks(), tr("Chec&ks"));
  both_ = new QSplitter(Qt::Vertical, this);
  both_->addWidget(table_);
  both_->addWidget(tabs_);
  both_->setChildrenCollapsible(false);
  connect(both_, &QSplitter::splitterMoved, this, [this] { is_split_ = true; });
  column->addWidget(both_, 1);
  fillWords();
  fillChecks();
  table_->hide();
  tabs_->hide();
}

QWidget* BenchPage::makeTop() {
  auto* top = new QWidget(this);
  auto* row = new QHBoxLayout(top);
  row->setContentsMargins(0, 0, 0, 0);
  words_ = new QLabel(top);
  words_->setWordWrap(true);
  row->addWidget(words_, 1);
  all_ = new QCheckBox(tr("&All measures"), top);
  all_->setObjectName("all");
  all_->hide();
  connect(all_, &QCheckBox::toggled, this, [this](bool all) {
    const ChosenPoints before = chosen();
    model_.setAll(all);
    fitColumns();
    for (const std::size_t point : before)
      table_->selectionModel()->select(
          sorted_.mapFromSource(model_.index(static_cast<int>(point), 0)),
          QItemSelectionModel::Select | QItemSelectionModel::Rows);
  });
  row->addWidget(all_);
  return top;
}

void BenchPage::makeTable() {
  table_ = new QTableView(this);
  table_->setObjectName("points");
  table_->setModel(&sorted_);
  table_->setAccessibleName(tr("Points"));
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setWordWrap(false);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  tidy(*table_);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    drawChosen();
  });
}

QBoxLayout* BenchPage::makeChoices(QWidget* in) {
  auto* row = new QHBoxLayout;
  const auto choice = [&](const QString& text, const char* name, QLabel** label) {
    auto* words = new QLabel(text, in);
    auto* box = new QComboBox(in);
    box->setObjectName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->setAccessibleName(text.simplified().remove('&'));
    words->setBuddy(box);
    row->addWidget(words);
    row->addWidget(box);
    if (label != nullptr) *label = words;
    return box;
  };
  measure_ = choice(tr("Meas&ure"), "measure", nullptr);
  connect(measure_, &QComboBox::currentIndexChanged, this, &BenchPage::drawMeasure);
  against_ = choice(tr("a&gainst"), "against", &against_label_);
  connect(against_, &QComboBox::currentIndexChanged, this, [this] {
    fillOthers();
    drawMeasure();
  });
  others_ = new QWidget(in);
  (new QHBoxLayout(others_))->setContentsMargins(0, 0, 0, 0);
  row->addWidget(others_);
  row->addStretch(1);
  hidden_ = new QLabel(in);
  row->addWidget(hidden_);
  row->addSpacing(12);
  log_x_ = new QCheckBox(tr("Log &x"), in);
  log_x_->setObjectName("log_x");
  log_y_ = new QCheckBox(tr("Log &y"), in);
  log_y_->setObjectName("log_y");
  for (QCheckBox* each : {log_x_, log_y_}) {
    connect(each, &QCheckBox::toggled, this, &BenchPage::drawMeasure);
    row->addWidget(each);
  }
  return row;
}

QWidget* BenchPage::makeMeasure() {
  auto* page = new QWidget(this);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 8, 0, 0);
  column->addLayout(makeChoices(page));
  chart_ = tall_chart(page, "measure_chart");
  column->addWidget(chart_, 1);
  return page;
}

QWidget* BenchPage::makeTime() {
  auto* page = new QWidget(this);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 8, 0, 0);
  chosen_words_ = new QLabel(page);
  column->addWidget(chosen_words_);
  auto* row = new QHBoxLayout;
  throughput_ = tall_chart(page, "throughput");
  availability_ = tall_chart(page, "availability");
  row->addWidget(throughput_, 1);
  row->addWidget(availability_, 1);
  column->addLayout(row, 1);
  return page;
}

QWidget* BenchPage::makeDistributions() {
  auto* page = new QWidget(this);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 8, 0, 0);
  auto* choices = new QHBoxLayout;
  binned_words_ = new QLabel(page);
  choices->addWidget(binned_words_, 1);
  cumulative_ = new QCheckBox(tr("&Cumulative"), page);
  cumulative_->setObjectName("cumulative");
  connect(cumulative_, &QCheckBox::toggled, this, &BenchPage::drawChosen);
  choices->addWidget(cumulative_);
  column->addLayout(choices);
  auto* row = new QHBoxLayout;
  commit_ = tall_chart(page, "commit");
  blocked_ = tall_chart(page, "blocked");
  row->addWidget(commit_, 1);
  row->addWidget(blocked_, 1);
  column->addLayout(row, 1);
  return page;
}

QWidget* BenchPage::makeChecks() {
  auto* page = new QWidget(this);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 8, 0, 0);
  published_ = new QLabel(page);
  published_->setWordWrap(true);
  column->addWidget(published_);
  check_table_ = new QTableView(page);
  check_table_->setObjectName("checks");
  check_table_->setModel(&checks_);
  check_table_->setItemDelegate(new CheckDelegate(check_table_));
  check_table_->setAccessibleName(tr("Checks"));
  check_table_->setWordWrap(true);
  tidy(*check_table_);
  check_table_->horizontalHeader()->setStretchLastSection(true);
  check_table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  check_table_->verticalHeader()->setMinimumSectionSize(26);
  check_table_->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  column->addWidget(check_table_, 1);
  return page;
}

void BenchPage::show(BenchPtr table) {
  table_->sortByColumn(-1, Qt::AscendingOrder);
  model_.setTable(table);
  checks_.setTable(table);
  const bool is_some = !table->points.empty();
  table_->setVisible(is_some);
  tabs_->setVisible(is_some);
  all_->setVisible(is_some);
  fitColumns();
  fillWords();
  fillChoices();
  fillChecks();
  chooseFirst();
  tabs_->setCurrentIndex(measure_tab);
  fitRows();
  table_->setFocus();
}

void BenchPage::fillWords() {
  const BenchPtr& table = model_.table();
  if (!table)
    return words_->setText(
        tr("Open what `concordat bench FILE --json` prints, or a .json that "
           "`concordat bench --out FOLDER` has written."));
  const QString name = text_of(table->name.empty() ? table->file : table->name);
  if (table->points.empty())
    return words_->setText(tr("%1: it was stopped before anything had run. Run `concordat bench` "
                              "again, and let it end.")
                               .arg(name));
  const BenchPoint& first = table->points.front();
  QString words = tr("%1: points: %2, seeds: %3, transactions in each run: %4")
                      .arg(name,
                           number_words(static_cast<std::int64_t>(table->points.size())),
                           text_of(first.seeds),
                           number_words(first.transactions));
  if (!table->complete) words += ". " + tr("It was stopped: some runs have not ended.");
  words_->setText(words);
}

void BenchPage::fitColumns() {
  table_->resizeColumnsToContents();
  constexpr int room = 14;
  constexpr int most = 360;
  for (int i = 0; i < sorted_.columnCount(); ++i)
    table_->setColumnWidth(i, std::min(table_->columnWidth(i) + room, most));
}

/// What the points do not need is the charts'.
void BenchPage::fitRows() {
  if (is_split_) return;
  constexpr int room = 24;  // for the lower scroll bar
  const int wanted = table_->horizontalHeader()->sizeHint().height() + room +
                     model_.rowCount() * table_->verticalHeader()->defaultSectionSize();
  const int at_most = both_->height() * 2 / 5;
  const int height = std::min(wanted, at_most);
  both_->setSizes({height, both_->height() - height});
}

void BenchPage::resizeEvent(QResizeEvent* event) {
  ResultsPage::resizeEvent(event);
  // Its children have their new sizes only afterwards.
  QMetaObject::invokeMethod(this, &BenchPage::fitRows, Qt::QueuedConnection);
}

/// All protocols at the first place.
void BenchPage::chooseFirst() {
  const BenchTable& table = *model_.table();
  table_->clearSelection();
  for (int row = 0; row < model_.rowCount(); ++row) {
    const BenchPoint& point = table.points[static_cast<std::size_t>(row)];
    const bool is_there =
        point.place == table.points.front().place && point.variant == table.points.front().variant;
    if (!is_there || static_cast<std::size_t>(row) >= most_lines) continue;
    table_->selectionModel()->select(sorted_.mapFromSource(model_.index(row, 0)),
                                     QItemSelectionModel::Select | QItemSelectionModel::Rows);
  }
  if (model_.rowCount() > 0)
    table_->selectionModel()->setCurrentIndex(sorted_.index(0, 0), QItemSelectionModel::NoUpdate);
  drawChosen();
}

ChosenPoints BenchPage::chosen() const {
  std::set<std::size_t> rows;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows())
    rows.insert(static_cast<std::size_t>(sorted_.mapToSource(index).row()));
  return {rows.begin(), rows.end()};
}

void BenchPage::fillChoices() {
  const BenchTable& table = *model_.table();
  const QSignalBlocker quiet(measure_);
  const QSignalBlocker still(against_);
  measure_->clear();
  const auto add = [&](std::size_t number) {
    const BenchMeasure& measure = table.measures[number];
    measure_->addItem(text_of(measure.name), static_cast<qulonglong>(number));
    measure_->setItemData(measure_->count() - 1, measure_words(measure.name), Qt::ToolTipRole);
  };
  for (const std::size_t number : table.shown)
    add(number);
  measure_->insertSeparator(measure_->count());
  for (std::size_t i = 0; i < table.measures.size(); ++i)
    if (std::ranges::find(table.shown, i) == table.shown.end()) add(i);
  against_->clear();
  const std::vector<std::string> dimensions = table.dimensions();
  for (std::size_t i = 0; i < dimensions.size(); ++i)
    against_->addItem(i == 0 && table.has_variants() ? tr("variant") : text_of(dimensions[i]));
  // A place with several values says more than one with a single value, and a number than a name.
  for (std::size_t i = dimensions.size(); i-- > 0;) {
    const std::vector<std::string> values = table.values_of(i);
    if (values.size() > 1 && place_number(values.front()))
      against_->setCurrentIndex(static_cast<int>(i));
  }
  against_->setVisible(!dimensions.empty());
  against_label_->setVisible(!dimensions.empty());
  fillOthers();
  drawMeasure();
}

/// A choice for each dimension that is not on the axis.
void BenchPage::fillOthers() {
  qDeleteAll(others_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
  other_values_.clear();
  if (!model_.table()) return;
  const BenchTable& table = *model_.table();
  const std::vector<std::string> dimensions = table.dimensions();
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    other_values_.push_back(nullptr);
    if (static_cast<int>(i) == against_->currentIndex()) continue;
    const QString name = against_->itemText(static_cast<int>(i));
    auto* label = new QLabel(tr("at %1 =").arg(name), others_);
    auto* box = new QComboBox(others_);
    box->setObjectName("other");
    box->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    for (const std::string& value : table.values_of(i))
      box->addItem(text_of(value));
    label->setBuddy(box);
    connect(box, &QComboBox::currentIndexChanged, this, &BenchPage::drawMeasure);
    others_->layout()->addWidget(label);
    others_->layout()->addWidget(box);
    other_values_.back() = box;
  }
}

MeasureChoice BenchPage::choice() const {
  MeasureChoice out;
  out.measure = static_cast<std::size_t>(measure_->currentData().toULongLong());
  out.against = static_cast<std::size_t>(std::max(against_->currentIndex(), 0));
  for (const QComboBox* box : other_values_)
    out.others.push_back(box == nullptr ? "" : box->currentText().toStdString());
  return out;
}

void BenchPage::drawMeasure() {
  if (!model_.table() || model_.table()->points.empty()) return;
  LineChart chart = measure_chart(*model_.table(), choice());
  const bool can_x = chart.categories.isEmpty() && spans_decades_x(chart);
  const bool can_y = chart.categories.isEmpty() && spans_decades_y(chart);
  const QString why = tr("Its values span less than two decades");
  log_x_->setEnabled(can_x);
  log_x_->setToolTip(can_x ? QString() : why);
  log_y_->setEnabled(can_y);
  log_y_->setToolTip(can_y ? QString() : why);
  chart.log_x = can_x && log_x_->isChecked();
  chart.log_y = can_y && log_y_->isChecked();
  const int hidden = hidden_points(chart);
  hidden_->setText(hidden > 0 ? tr("Zero is not on a logarithmic axis; left out: %1").arg(hidden)
                              : QString());
  show_lines(*chart_, chart);
}

void BenchPage::drawChosen() {
  if (!model_.table()) return;
  const BenchTable& table = *model_.table();
  const ChosenPoints points = chosen();
  QString words =
      tr("Chosen in the table: %1 of %2 points").arg(points.size()).arg(table.points.size());
  if (points.size() > most_lines) words += tr("; drawn are the first %1").arg(most_lines);
  binned_words_->setText(words);
  const bool are_several =
      std::ranges::any_of(points, [&](std::size_t point) { return table.points[point].runs > 1; });
  if (are_several)
    words += tr(". Mean of the runs; they begin and end at different times, so the ends are lower");
  chosen_words_->setText(words);
  show_lines(*throughput_, throughput_chart(table, points));
  show_lines(*availability_, availability_chart(table, points));
  show_lines(*commit_, commit_chart(table, points, cumulative_->isChecked()));
  show_lines(*blocked_, blocked_chart(table, points, cumulative_->isChecked()));
}

void BenchPage::fillChecks() {
  const BenchPtr& table = model_.table();
  const int failed = checks_.countOf(CheckModel::Verdict::failed);
  const int unknown = checks_.countOf(CheckModel::Verdict::unknown);
  const int all = checks_.rowCount();
  QString title = tr("Chec&ks");
  if (failed > 0)
    title = tr("Chec&ks: ✗ %1 of %2 failed").arg(failed).arg(all);
  else if (unknown > 0)
    title = tr("Chec&ks: ? %1 of %2 unknown").arg(unknown).arg(all);
  else if (all > 0)
    title = tr("Chec&ks: ✓ all %1 held").arg(all);
  tabs_->setTabText(check_tab, title);
  check_table_->setVisible(all > 0);
  if (!table || all == 0)
    return published_->setText(tr("The file claims nothing: its scenario has no `resembles:`."));
  published_->setText(table->published.empty()
                          ? text_of(table->says)
                          : tr("%1: %2").arg(text_of(table->published), text_of(table->says)));
  check_table_->resizeColumnToContents(CheckModel::result);
  check_table_->resizeColumnToContents(CheckModel::measure);
  check_table_->resizeColumnToContents(CheckModel::protocol);
}

QString BenchPage::csv() const {
  return model_.table() ? QString::fromStdString(to_csv(*model_.table())) : QString();
}

Drawing BenchPage::drawing() const {
  if (!model_.table() || model_.table()->points.empty()) return {};
  const QString title = text_of(model_.table()->name);
  const auto tab = static_cast<Tab>(tabs_->currentIndex());
  if (tab != measure_tab && chosen().empty()) return {};
  switch (tab) {
    case measure_tab: return draw_charts(title, {chart_});
    case time_tab: return draw_charts(title, {throughput_, availability_});
    case distribution_tab: return draw_charts(title, {commit_, blocked_});
    case check_tab: break;
  }
  return {};
}

void BenchPage::restyle() {
  drawMeasure();
  drawChosen();
}

}  // namespace concordat::gui
