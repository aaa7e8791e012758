// Formulas of the literature, such as `3N-1`, `NF+F+3N-1`, `n^2+n` or `(N-1)(2F+3)`: polynomials
// over integers and variables of one letter, multiplication written by putting factors side by
// side.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "sim/base/result.hpp"

namespace concordat {

/// What a letter stands for; nothing if there is no such variable.
using Variables = std::function<std::optional<std::int64_t>(char letter)>;

/// ERRORS: the column at which `formula` is not a formula, an unknown variable, a value beyond
/// 2^31.
Result<std::int64_t> evaluate(std::string_view formula, const Variables& variables);

}  // namespace concordat
