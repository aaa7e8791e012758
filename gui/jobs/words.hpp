// What jobs say to people, in the language of the viewer; may be asked in any thread.
#pragma once

#include <string>

#include <QCoreApplication>

namespace concordat::gui {

struct Jobs {
  Q_DECLARE_TR_FUNCTIONS(Jobs)
};

inline std::string plain(const QString& text) {
  return text.toStdString();
}

inline QString text_of(const std::string& text) {
  return QString::fromStdString(text);
}

}  // namespace concordat::gui
