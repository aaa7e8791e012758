// The checks of `resembles:`: whether the results look like what was published.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/bench/results.hpp"

namespace concordat::bench {

struct Judgement {
  scenario::ResemblanceCheck check;
  std::optional<bool> holds;  // nothing: unknown
  std::string sentence;       // what the results say
};

/// What can be told before anything runs, of the scenarios of one file.
/// ERRORS: an unknown measure; a protocol that is not compared, unless a flag has replaced
/// `compare`; a place that has one value only, or values that are no numbers; a `where` that fits
/// no scenario.
std::optional<Error> check_claims(std::span<const scenario::Scenario> file);

/// Each check of the file once, in its order. A check speaks of the scenarios that have it (a
/// variant may have others) and that its `where` lets through.
///
/// Numbers are means over the seeds. `grows` and `falls` go from one value of the place to the
/// next, with all else equal: against the claim it may go by no more than the half width of the
/// difference's 95 % confidence interval, and from the first value to the last it must go by more.
/// `flat`: each value is that near the mean of all.
std::vector<Judgement> judge(std::span<const scenario::Scenario> file,
                             std::span<const Point> points);

/// What a place's value is as a number: a time (UNITS: milliseconds), a share, a decimal number.
std::optional<double> number_of(std::string_view text);

/// `12.35 ms`, `3.1 %`, `210 per second`, `14`.
std::string value_text(const Measure& measure, double value);

}  // namespace concordat::bench
