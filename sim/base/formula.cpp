#include "sim/base/formula.hpp"

#include <fmt/format.h>
#include <string>

namespace concordat {

namespace {

constexpr std::int64_t value_max = std::int64_t{1} << 31;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Recursive descent: sum = [-] product {(+|-) product}, product = power {power},
/// power = atom [^ digits], atom = digits | letter | ( sum ).
class Evaluator {
 public:
  Evaluator(std::string_view text, const Variables& variables)
      : text_(text), variables_(variables) {}

  Result<std::int64_t> run() {
    const std::int64_t value = sum(0);
    if (!error_ && at_ < text_.size()) fail(fmt::format("`{}` does not fit here", text_[at_]));
    if (error_) return *error_;
    return value;
  }

 private:
  void fail(const std::string& why) {
    if (!error_)
      error_ = Error{"", {}, fmt::format("formula `{}`, column {}: {}", text_, at_ + 1, why), ""};
  }
  char next() {
    while (at_ < text_.size() && text_[at_] == ' ')
      ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  std::int64_t checked(std::int64_t value) {
    if (value > value_max || value < -value_max) fail("the value is too large");
    return error_ ? 0 : value;
  }

  std::int64_t sum(int depth) {
    std::int64_t value = take('-') ? -product(depth) : product(depth);
    while (!error_ && (next() == '+' || next() == '-'))
      value = checked(take('+') ? value + product(depth) : (take('-'), value - product(depth)));
    return value;
  }
  std::int64_t product(int depth) {
    std::int64_t value = power(depth);
    while (!error_ && (is_digit(next()) || is_letter(next()) || next() == '('))
      value = checked(value * power(depth));
    return value;
  }
  std::int64_t power(int depth) {
    const std::int64_t base = atom(depth);
    if (!take('^')) return base;
    if (!is_digit(next())) fail("an exponent is a number");
    std::int64_t value = 1;
    const std::int64_t exponent = error_ ? 0 : number();
    for (std::int64_t i = 0; i < exponent && !error_ && base != 0 && base != 1; ++i)
      value = checked(value * base);
    return base == 0 && exponent > 0 ? 0 : value;
  }
  std::int64_t atom(int depth) {
    constexpr int depth_max = 32;
    if (depth > depth_max) fail("too many parentheses");
    if (error_) return 0;
    if (is_digit(next())) return number();
    if (is_letter(next())) {
      const auto value = variables_(text_[at_]);
      if (!value) fail(fmt::format("there is no variable `{}`", text_[at_]));
      ++at_;
      return value.value_or(0);
    }
    if (!take('(')) {
      fail("a number, a letter or `(` is missing");
      return 0;
    }
    const std::int64_t value = sum(depth + 1);
    if (!take(')')) fail("`)` is missing");
    return value;
  }
  std::int64_t number() {
    std::int64_t value = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]) && !error_; ++at_)
      value = checked(value * 10 + (text_[at_] - '0'));
    return value;
  }

  const std::string_view text_;
  const Variables& variables_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::int64_t> evaluate(std::string_view formula, const Variables& variables) {
  return Evaluator(formula, variables).run();
}

}  // namespace concordat
