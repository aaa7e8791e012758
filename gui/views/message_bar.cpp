#include "gui/views/message_bar.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "gui/views/theme.hpp"

namespace concordat::gui {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), what_(new QLabel(this)), hint_(new QLabel(this)) {
  setObjectName("message");
  setFrameShape(QFrame::NoFrame);
  setAutoFillBackground(true);
  auto* close = new QToolButton(this);
  close->setText("×");
  close->setAutoRaise(true);
  close->setToolTip(tr("Close"));
  connect(close, &QToolButton::clicked, this, &QWidget::hide);
  for (QLabel* label : {what_, hint_}) {
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  }
  auto* words = new QVBoxLayout;
  words->setSpacing(1);
  words->addWidget(what_);
  words->addWidget(hint_);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(12, 6, 6, 6);
  layout->addLayout(words, 1);
  layout->addWidget(close, 0, Qt::AlignTop);
  hide();
}

void MessageBar::show(const QString& what, const QString& hint, bool is_error) {
  const Theme theme = Theme::current();
  QPalette colours = palette();
  QColor back = is_error ? theme.alarm : theme.commit;
  colours.setColor(QPalette::Window, back);
  colours.setColor(QPalette::WindowText, theme.background);
  setPalette(colours);
  what_->setText(what);
  hint_->setText(hint);
  hint_->setVisible(!hint.isEmpty());
  QFrame::show();
}

void MessageBar::showError(const QString& what, const QString& hint) {
  show(what, hint, true);
}

void MessageBar::showNote(const QString& what) {
  show(what, {}, false);
}

QString MessageBar::text() const {
  return what_->text();
}

}  // namespace concordat::gui
