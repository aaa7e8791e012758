#include "sim/base/zipf.hpp"

#include <cstddef>

#include "sim/base/check.hpp"
#include "sim/base/fixed_point.hpp"

namespace concordat {

namespace {

using fixed_point::Wide;

/// Goes through the columns. Column c begins with the first value whose product with the count is
/// c * 2^64 or more.
class Cursor {
 public:
  explicit Cursor(std::uint32_t count)
      : count_(count),
        quotient_(static_cast<std::uint64_t>((Wide{1} << 64U) / count)),
        remainder_(static_cast<std::uint64_t>((Wide{1} << 64U) % count)) {}

  std::uint32_t column() const { return column_; }
  bool at_end() const { return column_ == count_; }
  std::uint64_t begin() const { return floor_ + (rest_ != 0 ? 1 : 0); }
  /// The number of values of the column.
  std::uint64_t width() const {
    Cursor after = *this;
    after.advance();
    return after.begin() - begin();
  }
  void advance() {
    ++column_;
    floor_ += quotient_;
    rest_ += remainder_;
    if (rest_ < count_) return;
    rest_ -= count_;
    ++floor_;
  }

 private:
  std::uint32_t count_;
  std::uint64_t quotient_;
  std::uint64_t remainder_;
  std::uint32_t column_ = 0;
  std::uint64_t floor_ = 0;  // column * 2^64 = floor * count + rest
  std::uint64_t rest_ = 0;
};

unsigned width_of(Wide number) {
  unsigned width = 0;
  for (; number != 0; number >>= 1U)
    ++width;
  return width;
}

/// 2^64 * part / whole, rounded down. REQUIRES: 2 * part <= whole < 2^127.
std::uint64_t fraction(Wide part, Wide whole) {
  std::uint64_t result = 0;
  for (int i = 0; i < 64; ++i) {
    part <<= 1U;
    result <<= 1U;
    if (part < whole) continue;
    part -= whole;
    ++result;
  }
  return result;
}

}  // namespace

Zipf::Zipf(std::uint32_t count, std::int64_t exponent_millionths) : count_(count) {
  check(count > 0, "a distribution has at least one rank");
  check(exponent_millionths >= 0 && exponent_millionths <= exponent_limit_millionths,
        "an exponent of Zipf is 0 to 10");
  if (exponent_millionths == 0 || count == 1) return;
  columns_.resize(count);
  weigh(exponent_millionths);
  scale();
  fill();
}

void Zipf::weigh(std::int64_t exponent_millionths) {
  constexpr unsigned bits = 60;
  constexpr std::uint64_t million = 1'000'000;
  const auto exponent = static_cast<std::uint64_t>(
      ((static_cast<Wide>(exponent_millionths) << bits) + million / 2) / million);
  for (std::uint32_t rank = 0; rank < count_; ++rank) {
    const std::uint64_t log = fixed_point::natural_log(std::uint64_t{rank} + 1);
    const Wide product = (static_cast<Wide>(log) * exponent + (Wide{1} << (bits - 1))) >> bits;
    const bool vanishes = product > UINT64_MAX;  // exp(-64) < 2^-92
    const auto power = static_cast<std::uint64_t>(product);
    columns_[rank] = {vanishes ? 0 : fixed_point::exp_minus(power), rank};
  }
}

void Zipf::scale() {
  Wide total = 0;  // below 2^(62 + 32)
  for (const Column& column : columns_)
    total += column.limit;
  const unsigned shift = width_of(total) - 2;
  const std::uint64_t factor = fraction(Wide{1} << shift, total);  // 2^62..2^63
  std::uint64_t missing = 0;                                       // of 2^64
  for (Column& column : columns_) {
    column.limit = static_cast<std::uint64_t>(static_cast<Wide>(column.limit) * factor >> shift);
    missing -= column.limit;
  }
  // Each has been rounded down by less than five. The ranks share what is missing.
  const std::uint64_t each = missing / count_;
  const std::uint64_t more = missing % count_;
  for (std::uint32_t rank = 0; rank < count_; ++rank)
    columns_[rank].limit += each + (rank < more ? 1 : 0);
}

void Zipf::fill() {
  // A column that is filled has an alias, and a limit that is no share any more.
  const auto is_filled = [this](const Cursor& at) {
    return columns_[at.column()].alias != at.column();
  };
  const auto is_large = [this](const Cursor& at) {
    return columns_[at.column()].limit >= at.width();
  };
  Cursor giver(count_);  // a large rank
  const auto next_giver = [&] {
    while (!giver.at_end() && (is_filled(giver) || !is_large(giver)))
      giver.advance();
  };
  next_giver();
  for (Cursor small(count_); !small.at_end(); small.advance()) {
    if (is_filled(small) || is_large(small)) continue;
    for (Cursor to_fill = small;;) {
      check(!giver.at_end(), "the shares have the sum of the widths");
      Column& column = columns_[to_fill.column()];
      columns_[giver.column()].limit -= to_fill.width() - column.limit;
      column = {to_fill.begin() + column.limit, giver.column()};
      if (is_large(giver)) break;
      to_fill = giver;  // it has become small
      giver.advance();
      next_giver();
    }
  }
}

std::vector<std::uint64_t> Zipf::shares() const {
  check(count_ > 1, "the share of an only rank does not fit in 64 bits");
  std::vector<std::uint64_t> shares(count_);
  for (Cursor at(count_); !at.at_end(); at.advance()) {
    const std::uint32_t rank = at.column();
    if (columns_.empty() || columns_[rank].alias == rank) {
      shares[rank] += at.width();
      continue;
    }
    const std::uint64_t own = columns_[rank].limit - at.begin();
    shares[rank] += own;
    shares[columns_[rank].alias] += at.width() - own;
  }
  return shares;
}

}  // namespace concordat
