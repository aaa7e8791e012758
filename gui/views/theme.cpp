#include "gui/views/theme.hpp"

#include <array>

#include <QGuiApplication>
#include <QPalette>

namespace concordat::gui {

Theme Theme::light() {
  return {.background = QColor(0xff, 0xff, 0xff),
          .header = QColor(0xf4, 0xf5, 0xf7),
          .text = QColor(0x1f, 0x23, 0x28),
          .faint = QColor(0x6b, 0x72, 0x80),
          .grid = QColor(0xd5, 0xd9, 0xe0),
          .selected = QColor(0x00, 0x72, 0xb2, 28),
          .message = QColor(0x37, 0x41, 0x51),
          .local = QColor(0x9c, 0xa3, 0xaf),
          .commit = QColor(0x00, 0x72, 0xb2),
          .abort = QColor(0xc2, 0x5a, 0x00),
          .doubt = QColor(0xe6, 0x9f, 0x00),
          .down = QColor(0x6b, 0x72, 0x80),
          .lock = QColor(0xcc, 0x79, 0xa7),
          .alarm = QColor(0xc0, 0x1c, 0x28),
          .cut = QColor(0x6b, 0x72, 0x80, 30)};
}

Theme Theme::dark() {
  return {.background = QColor(0x1b, 0x1e, 0x24),
          .header = QColor(0x24, 0x28, 0x30),
          .text = QColor(0xe6, 0xe8, 0xec),
          .faint = QColor(0x9a, 0xa2, 0xb0),
          .grid = QColor(0x3c, 0x42, 0x4d),
          .selected = QColor(0x56, 0xb4, 0xe9, 38),
          .message = QColor(0xc9, 0xce, 0xd6),
          .local = QColor(0x6d, 0x75, 0x82),
          .commit = QColor(0x56, 0xb4, 0xe9),
          .abort = QColor(0xf0, 0x8a, 0x3c),
          .doubt = QColor(0xf0, 0xc3, 0x42),
          .down = QColor(0x8a, 0x92, 0xa0),
          .lock = QColor(0xd9, 0x96, 0xbd),
          .alarm = QColor(0xff, 0x6b, 0x6b),
          .cut = QColor(0xc9, 0xce, 0xd6, 26)};
}

Theme Theme::current() {
  return QGuiApplication::palette().color(QPalette::Base).lightness() < 128 ? dark() : light();
}

QColor Theme::line(int number) const {
  // Blue, orange, green, purple, grey, sky, yellow, black or white.
  static constexpr std::array<QRgb, 8> on_white{
      0x0072b2, 0xc25a00, 0x00805e, 0xb5508a, 0x6b7280, 0x2f93d1, 0xa87400, 0x1f2328};
  static constexpr std::array<QRgb, 8> on_black{
      0x56b4e9, 0xf08a3c, 0x2fc79a, 0xe39cc6, 0x9aa2b0, 0x9bd3f7, 0xf0c342, 0xe6e8ec};
  const auto& all = background.lightness() < 128 ? on_black : on_white;
  return QColor::fromRgb(all[static_cast<std::size_t>(number) % all.size()]);
}

QColor Theme::of(MarkKind kind) const {
  switch (kind) {
    case MarkKind::vote_yes:
    case MarkKind::commit: return commit;
    case MarkKind::vote_no:
    case MarkKind::abort: return abort;
    case MarkKind::crash: return alarm;
    case MarkKind::timer: return doubt;
    case MarkKind::store: return lock;
    case MarkKind::start:
    case MarkKind::force:
    case MarkKind::append:
    case MarkKind::vote_read:
    case MarkKind::answer:
    case MarkKind::choice:
    case MarkKind::recover:
    case MarkKind::other: break;
  }
  return text;
}

QColor Theme::of(BarKind kind) const {
  switch (kind) {
    case BarKind::in_doubt: return doubt;
    case BarKind::locked: return lock;
    case BarKind::down:
    case BarKind::paused: break;
  }
  return down;
}

QColor Theme::of(Valence valence) const {
  switch (valence) {
    case Valence::commit: return commit;
    case Valence::abort: return abort;
    case Valence::both: return faint;
    case Valence::nothing: return alarm;
    case Valence::unknown: break;
  }
  return Qt::transparent;
}

}  // namespace concordat::gui
