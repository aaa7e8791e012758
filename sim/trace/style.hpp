// What the terminal exporters share: colours, signs, rows of cells, wrapping. All text that goes to
// a terminal passes `decode`, so that a hostile trace cannot send escape sequences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace concordat::trace {

/// How a piece of text looks; `paint` knows the colours.
enum class Style : std::uint8_t { plain, dim, bold, good, bad, warn, title };

/// `text` between the escape sequences of `style`; just `text` without colour.
std::string paint(std::string_view text, Style style, bool colour);

/// UTF-8 as code points. Control characters and bytes that are no UTF-8 become U+FFFD.
std::u32string decode(std::string_view text);

/// Code points as UTF-8.
std::string encode(std::u32string_view text);

/// Columns a code point takes on a terminal: 0 (combining), 1 or 2 (East Asian wide).
int column_count(char32_t code);
int column_count(std::string_view text);

/// Breaks `text` at spaces, and between East Asian signs, into lines of at most `width` columns;
/// longer words are cut. At least one line. REQUIRES: width >= 2.
std::vector<std::string> wrap(std::string_view text, int width);

/// Puts `items` on lines of at most `width` columns, with `gap` blanks between two; no item is
/// broken. No line for no item.
std::vector<std::string> flow(const std::vector<std::string>& items, int gap, int width);

/// "p1", "p1 and p2", "p1, p2 and p3".
std::string join_and(const std::vector<std::string>& items);

/// "p1, p2, p3".
std::string join(const std::vector<std::string>& items, std::string_view separator = ", ");

/// Virtual time for people: "0ms", "12.5ms", "10.012s".
std::string time_text(std::int64_t time_us);

/// The signs of the drawing, in Unicode or in ASCII. All are one column wide in every terminal.
struct Signs {
  char32_t lane, lane_doubt, lane_down, lane_paused;   // the life of a process
  char32_t from_right, from_right_doubt;               // an arrow leaves the lane to the right
  char32_t from_left, from_left_doubt;                 // an arrow leaves the lane to the left
  char32_t cross, cross_doubt;                         // an arrow passes the lane
  char32_t line, dashes, head_right, head_left, lost;  // the arrow
  char32_t begin, force, append, yes, no, decide, timer, store, client, choose;
  char32_t crash, recover, violated, ok;
  char32_t bar_down, bar_paused, bar_blocked, bar_doubt;  // of the timeline
  std::u32string_view send_right, send_left, send_both, changes_to;
};

const Signs& signs(bool unicode);

/// One line of a drawing: cells that can be written in any order. Cells outside are ignored.
class Row {
 public:
  /// SHAPE: `width` cells, all blank. `unicode` false replaces what is not ASCII by '?'.
  Row(int width, bool unicode);

  void put(int column, char32_t code, Style style);
  /// RETURNS: the column after the text.
  int put(int column, std::u32string_view text, Style style);
  int put(int column, std::string_view text, Style style);

  /// The line without blanks at its end and without a newline.
  std::string text(bool colour) const;

 private:
  struct Cell {
    char32_t code = U' ';  // 0: the second half of a wide character
    Style style = Style::plain;
  };
  std::vector<Cell> cells_;
  bool unicode_;
};

}  // namespace concordat::trace
