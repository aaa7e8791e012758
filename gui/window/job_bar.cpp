#include "gui/window/job_bar.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>

namespace concordat::gui {

JobBar::JobBar(JobRunner& jobs, QWidget* parent)
    : QWidget(parent),
      what_(new QLabel(this)),
      bar_(new QProgressBar(this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  bar_->setFixedWidth(120);
  bar_->setRange(0, 0);
  bar_->setAccessibleName(tr("Progress"));
  cancel_->setShortcut(QKeySequence(Qt::Key_Escape));
  row->addWidget(what_, 1);
  row->addWidget(bar_);
  row->addWidget(cancel_);
  hide();
  connect(cancel_, &QPushButton::clicked, this, [this, &jobs] {
    jobs.abandon();
    Q_EMIT cancelled();
  });
  connect(&jobs, &JobRunner::begun, this, [this](const QString& what) {
    words_ = what;
    what_->setText(what);
    show();
  });
  connect(&jobs, &JobRunner::progress, this, [this](int, int, qint64 states) {
    what_->setText(tr("%1, %2 states").arg(words_, QLocale(QLocale::English).toString(states)));
  });
  connect(&jobs, &JobRunner::ended, this, &QWidget::hide);
}

}  // namespace concordat::gui
