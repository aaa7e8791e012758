// Qt's Fusion style, whose check boxes can be seen on a dark window, too.
#pragma once

#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>

namespace concordat::gui {

/// The style draws the frames of boxes darker than their window, which on a dark one nobody sees.
class BoxStyle : public QProxyStyle {
 public:
  BoxStyle() : QProxyStyle("Fusion") {}
  void drawPrimitive(PrimitiveElement element,
                     const QStyleOption* option,
                     QPainter* painter,
                     const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool is_box = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
    const QPalette& palette = option->palette;
    if (!is_box || palette.color(QPalette::Window).lightness() > 127) return;
    painter->save();
    painter->setPen(palette.color(QPalette::PlaceholderText));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
    painter->restore();
  }
};

}  // namespace concordat::gui
