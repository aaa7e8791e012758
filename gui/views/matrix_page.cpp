#include "gui/views/matrix_page.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/models/text.hpp"
#include "gui/views/heat_map.hpp"

namespace concordat::gui {

namespace {

constexpr int narrow = 40;  // a column, in pixels

/// Enter on a cell, which a table otherwise takes for the wish to edit it.
class CellTable : public QTableView {
 public:
  using QTableView::QTableView;

 protected:
  void keyPressEvent(QKeyEvent* event) override {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && currentIndex().isValid()) return Q_EMIT activated(currentIndex());
    QTableView::keyPressEvent(event);
  }
};

}  // namespace

MatrixPage::MatrixPage(const std::vector<std::string>& protocols,
                       const std::vector<ClassName>& classes,
                       QWidget* parent)
    : ResultsPage(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(10, 8, 10, 8);
  column->addWidget(makeChoices(protocols, classes));
  makeTable();
  column->addWidget(table_, 1);
  legend_ = new HeatLegend(this);
  column->addWidget(legend_);
  words_ = new QLabel(this);
  words_->setWordWrap(true);
  words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  words_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  words_->setMinimumHeight(5 * fontMetrics().height());
  show_run_ = new QPushButton(tr("Show the &counterexample"), this);
  show_run_->setEnabled(false);
  connect(show_run_, &QPushButton::clicked, this, [this] { askForRun(table_->currentIndex()); });
  auto* row = new QHBoxLayout;
  row->addWidget(words_, 1);
  row->addWidget(show_run_, 0, Qt::AlignTop);
  column->addLayout(row);
  describe({});
}

QWidget* MatrixPage::makeChoices(const std::vector<std::string>& protocols,
                                 const std::vector<ClassName>& classes) {
  auto* choices = new QWidget(this);
  auto* row = new QHBoxLayout(choices);
  row->setContentsMargins(0, 0, 0, 0);
  const auto add = [&](const QString& name, QWidget* widget) {
    auto* label = new QLabel(name, choices);
    label->setBuddy(widget);
    widget->setAccessibleName(QString(name).remove('&'));
    row->addWidget(label);
    row->addWidget(widget);
  };
  property_ = new QComboBox(choices);
  property_->addItem(tr("all"));
  property_->setMinimumContentsLength(5);
  connect(property_, &QComboBox::currentIndexChanged, this, [this](int chosen) {
    model_.setProperty(chosen - 1);
    fitColumns();
    describe({});
  });
  add(tr("Show p&roperty"), property_);
  row->addStretch(1);
  protocol_ = new QComboBox(choices);
  protocol_->addItem(tr("every protocol"));
  for (const std::string& name : protocols)
    protocol_->addItem(text_of(name), text_of(name));
  add(tr("&Protocol"), protocol_);
  class_ = new QComboBox(choices);
  class_->addItem(tr("every class"));
  for (const ClassName& each : classes) {
    class_->addItem(text_of(each.name), text_of(each.name));
    class_->setItemData(class_->count() - 1, text_of(each.meaning), Qt::ToolTipRole);
  }
  add(tr("C&lass"), class_);
  participants_ = new QSpinBox(choices);
  participants_->setRange(1, 6);
  participants_->setValue(2);
  add(tr("Part&icipants"), participants_);
  seconds_ = new QSpinBox(choices);
  seconds_->setRange(1, 600);
  seconds_->setValue(6);
  seconds_->setSuffix(tr(" s"));
  seconds_->setToolTip(tr("How long each search may take; what it leaves open is unknown"));
  add(tr("&At most"), seconds_);
  compute_ = new QPushButton(tr("Co&mpute"), choices);
  connect(compute_, &QPushButton::clicked, this, [this] { Q_EMIT computeAsked(wish()); });
  row->addWidget(compute_);
  return choices;
}

void MatrixPage::makeTable() {
  table_ = new CellTable(this);
  table_->setModel(&model_);
  table_->setItemDelegate(new CellDelegate(table_));
  table_->setAccessibleName(tr("Verdict matrix"));
  table_->setShowGrid(false);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->setCornerButtonEnabled(false);
  table_->setTabKeyNavigation(false);
  table_->verticalHeader()->setDefaultSectionSize(22);
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->horizontalHeader()->setMinimumSectionSize(narrow);
  table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->horizontalHeader()->setDefaultSectionSize(narrow);
  table_->horizontalHeader()->setHighlightSections(false);
  connect(table_->selectionModel(),
          &QItemSelectionModel::currentChanged,
          this,
          [this](const QModelIndex& now) { describe(now); });
  connect(table_, &QTableView::clicked, this, &MatrixPage::askForRun);
  connect(table_, &QTableView::activated, this, &MatrixPage::askForRun);
}

void MatrixPage::show(MatrixPtr table) {
  const QString before = property_->currentText();
  const QSignalBlocker quiet(property_);
  property_->clear();
  property_->addItem(tr("all"));
  for (const std::string& code : table->codes)
    property_->addItem(text_of(code));
  property_->setCurrentIndex(std::max(property_->findText(before), 0));
  participants_->setValue(table->scale.participants);
  model_.setTable(std::move(table));
  model_.setProperty(property_->currentIndex() - 1);
  fitColumns();
  describe({});
  table_->setFocus();
}

/// With one property there is room for more.
void MatrixPage::fitColumns() {
  table_->horizontalHeader()->setDefaultSectionSize(model_.property() < 0 ? narrow : 48);
}

MatrixWish MatrixPage::wish() const {
  MatrixWish out;
  if (protocol_->currentIndex() > 0)
    out.protocols = {protocol_->currentData().toString().toStdString()};
  if (class_->currentIndex() > 0) out.classes = {class_->currentData().toString().toStdString()};
  out.scale.participants = participants_->value();
  out.scale.max_time = std::to_string(seconds_->value()) + "s";
  return out;
}

void MatrixPage::askForRun(const QModelIndex& index) {
  if (busy_ || !index.isValid()) return;
  if (model_.entry(index).kind != CellKind::violated) return;
  const MatrixLine& line = model_.line(index.row());
  CellWish wish{line.protocol,
                line.profile,
                model_.classOf(index.column()),
                model_.codeOf(index.column()),
                model_.table()->scale};
  Q_EMIT runAsked(wish);
}

void MatrixPage::describe(const QModelIndex& index) {
  const bool violated = index.isValid() && model_.entry(index).kind == CellKind::violated;
  show_run_->setEnabled(violated && !busy_);
  if (index.isValid()) return words_->setText(model_.describe(index));
  words_->setText(model_.table() ? tr("Choose a cell. A click or Enter on a violated one computes "
                                      "its counterexample and shows it as a sequence.")
                                 : tr("Open a matrix, as CSV or JSON, or compute one: choose a "
                                      "protocol and a class, then Compute."));
}

QString MatrixPage::csv() const {
  return model_.table() ? QString::fromStdString(to_csv(*model_.table())) : QString();
}

Drawing MatrixPage::drawing() const {
  return draw_matrix(model_);
}

void MatrixPage::restyle() {
  table_->viewport()->update();
  legend_->update();
}

void MatrixPage::setBusy(bool busy) {
  busy_ = busy;
  compute_->setEnabled(!busy);
  const QModelIndex now = table_->currentIndex();
  show_run_->setEnabled(!busy && now.isValid() && model_.entry(now).kind == CellKind::violated);
}

}  // namespace concordat::gui
