// Texts of the engines, which are UTF-8, as Qt has them.
#pragma once

#include <string_view>

#include <QString>

namespace concordat::gui {

inline QString text_of(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

}  // namespace concordat::gui
