#include "gui/views/filter_panel.hpp"

#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace concordat::gui {

namespace {

QListWidget* make_list(const QString& title, QVBoxLayout* column, QWidget* parent) {
  auto* label = new QLabel(title, parent);
  auto* list = new QListWidget(parent);
  list->setAccessibleName(QString(title).remove('&'));
  list->setStyleSheet(  // the style's own box is not to be seen on a dark background
      "QListWidget::indicator:unchecked{border:1px solid palette(text);width:11px;height:11px}");
  label->setBuddy(list);
  column->addWidget(label);
  column->addWidget(list, 1);
  return list;
}

void add(QListWidget* list, const QString& words) {
  auto* item = new QListWidgetItem(words, list);
  item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
  item->setCheckState(Qt::Checked);
}

QString words_of(const Lane& lane) {
  QString words = QString::fromStdString(lane.name);
  if (!lane.role.empty()) words += "   " + QString::fromStdString(lane.role);
  if (!lane.node.empty()) words += QObject::tr(" at %1").arg(QString::fromStdString(lane.node));
  return words;
}

}  // namespace

QString name_of(Kind kind) {
  switch (kind) {
    case Kind::messages: return QObject::tr("messages");
    case Kind::log: return QObject::tr("log writes");
    case Kind::timers: return QObject::tr("timers");
    case Kind::decisions: return QObject::tr("votes and decisions");
    case Kind::store: return QObject::tr("store and locks");
    case Kind::faults: break;
  }
  return QObject::tr("crashes and partitions");
}

QString words_of(const Selection& selection) {
  QStringList parts;
  if (selection.transaction() != 0) parts << QObject::tr("only t%1").arg(selection.transaction());
  QStringList lanes;
  const auto& document = selection.document();
  for (const int lane : selection.hiddenLanes())
    if (document && static_cast<std::size_t>(lane) < document->sequence.lanes.size())
      lanes << QString::fromStdString(
          document->sequence.lanes[static_cast<std::size_t>(lane)].name);
  lanes.sort();
  constexpr int named = 3;
  if (lanes.size() > named)
    parts << QObject::tr("without %1 processes").arg(lanes.size());
  else if (!lanes.isEmpty())
    parts << QObject::tr("without %1").arg(lanes.join(", "));
  QStringList kinds;
  for (int kind = 0; kind < kind_count; ++kind)
    if (selection.isKindHidden(static_cast<Kind>(kind))) kinds << name_of(static_cast<Kind>(kind));
  if (!kinds.isEmpty()) parts << QObject::tr("no %1").arg(kinds.join(", "));
  return parts.join("; ");
}

FilterPanel::FilterPanel(Selection& selection, QWidget* parent)
    : QWidget(parent), selection_(selection) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(6, 6, 6, 6);
  lanes_ = make_list(tr("Processes"), column, this);
  kinds_ = make_list(tr("Kinds"), column, this);
  for (int kind = 0; kind < kind_count; ++kind)
    add(kinds_, name_of(static_cast<Kind>(kind)));
  all_ = new QPushButton(tr("Show &all"), this);
  all_->setEnabled(false);
  setFocusProxy(lanes_);
  column->addWidget(all_);
  connect(all_, &QPushButton::clicked, &selection_, &Selection::showAll);
  connect(lanes_, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
    if (!filling_) selection_.setLaneHidden(lanes_->row(item), item->checkState() == Qt::Unchecked);
  });
  connect(kinds_, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
    if (!filling_)
      selection_.setKindHidden(static_cast<Kind>(kinds_->row(item)),
                               item->checkState() == Qt::Unchecked);
  });
  connect(&selection_, &Selection::documentChanged, this, &FilterPanel::fill);
  connect(&selection_, &Selection::filterChanged, this, &FilterPanel::refresh);
}

void FilterPanel::fill() {
  filling_ = true;
  lanes_->clear();
  if (const auto& document = selection_.document())
    for (const Lane& lane : document->sequence.lanes)
      add(lanes_, words_of(lane));
  lanes_->setCurrentRow(0);
  filling_ = false;
  refresh();
}

void FilterPanel::refresh() {
  filling_ = true;
  for (int lane = 0; lane < lanes_->count(); ++lane)
    lanes_->item(lane)->setCheckState(selection_.hiddenLanes().contains(lane) ? Qt::Unchecked
                                                                              : Qt::Checked);
  for (int kind = 0; kind < kind_count; ++kind)
    kinds_->item(kind)->setCheckState(
        selection_.isKindHidden(static_cast<Kind>(kind)) ? Qt::Unchecked : Qt::Checked);
  all_->setEnabled(selection_.isFiltered());
  filling_ = false;
}

}  // namespace concordat::gui
