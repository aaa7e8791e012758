#include "gui/views/graph_page.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "gui/models/text.hpp"
#include "gui/views/graph_view.hpp"

namespace concordat::gui {

GraphPage::GraphPage(std::vector<RowName> rows,
                     const std::vector<ClassName>& classes,
                     QWidget* parent)
    : ResultsPage(parent), rows_(std::move(rows)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(10, 8, 10, 8);
  column->addWidget(makeChoices(classes));
  view_ = new GraphView(this);
  column->addWidget(view_, 1);
  column->addWidget(new QLabel(tr("CA both are possible   C only commit   A only abort  "
                                  " – nobody ever decides   thick red: doomed   two rings: a "
                                  "property is violated   dashed: back to an earlier layer"),
                               this));
  words_ = new QLabel(this);
  words_->setWordWrap(true);
  words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  words_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  words_->setMinimumHeight(5 * fontMetrics().height());
  column->addWidget(words_);
  connect(view_, &GraphView::currentChanged, this, &GraphPage::describe);
  connect(view_, &GraphView::chosen, this, [this](int state) {
    if (!busy_) Q_EMIT pathAsked(state);
  });
  describe(-1);
}

QWidget* GraphPage::makeChoices(const std::vector<ClassName>& classes) {
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
  row_ = new QComboBox(choices);
  for (const RowName& each : rows_)
    row_->addItem(text_of(each.protocol) +
                  (each.profile.empty() ? QString() : ", " + text_of(each.profile)));
  add(tr("&Protocol"), row_);
  class_ = new QComboBox(choices);
  for (const ClassName& each : classes) {
    class_->addItem(text_of(each.name));
    class_->setItemData(class_->count() - 1, text_of(each.meaning), Qt::ToolTipRole);
  }
  add(tr("C&lass"), class_);
  participants_ = new QSpinBox(choices);
  participants_->setRange(1, 4);
  participants_->setValue(2);
  add(tr("Part&icipants"), participants_);
  row->addStretch(1);
  auto* fit = new QPushButton(tr("Fi&t all"), choices);
  connect(fit, &QPushButton::clicked, this, [this] { view_->zoomToFit(); });
  row->addWidget(fit);
  compute_ = new QPushButton(tr("E&xplore"), choices);
  connect(compute_, &QPushButton::clicked, this, [this] { Q_EMIT computeAsked(wish()); });
  row->addWidget(compute_);
  return choices;
}

GraphWish GraphPage::wish() const {
  return {.row = rows_[static_cast<std::size_t>(row_->currentIndex())],
          .fault_class = class_->currentText().toStdString(),
          .participants = participants_->value()};
}

void GraphPage::show(std::shared_ptr<const StatePicture> picture) {
  picture_ = std::move(picture);
  view_->show(picture_);
}

void GraphPage::describe(int state) {
  if (!picture_ || state < 0)
    return words_->setText(
        tr("Choose a small system, then Explore. A click or Enter on a state "
           "shows a shortest run to it as a sequence."));
  const StateNode& node = picture_->nodes[static_cast<std::size_t>(state)];
  words_->setText(tr("State %1 of %2, in layer %3: %4\n%5")
                      .arg(state)
                      .arg(picture_->nodes.size())
                      .arg(node.layer)
                      .arg(GraphView::name(node.valence), text_of(node.words)));
}

QString GraphPage::csv() const {
  if (!picture_) return {};
  QString out = "from,to,event\n";
  for (const StateEdge& edge : picture_->edges)
    out += QString("%1,%2,\"%3\"\n")
               .arg(edge.from)
               .arg(edge.to)
               .arg(text_of(edge.event).replace('"', "\"\""));
  return out;
}

Drawing GraphPage::drawing() const {
  return view_->drawing();
}

void GraphPage::restyle() {
  view_->restyle();
}

void GraphPage::setBusy(bool busy) {
  busy_ = busy;
  compute_->setEnabled(!busy);
}

}  // namespace concordat::gui
