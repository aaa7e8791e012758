#include "sim/base/result.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "sim/base/utf8.hpp"

namespace concordat {

std::string Error::text() const {
  std::string out;
  if (!file.empty()) out += file + ":";
  if (at.line > 0) out += std::to_string(at.line) + ":" + std::to_string(at.column) + ":";
  if (!out.empty()) out += " ";
  out += "error: " + what;
  if (!hint.empty()) out += "\n  hint: " + hint;
  return printable(out);
}

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replace});
    }
  }
  return row.back();
}

}  // namespace concordat
