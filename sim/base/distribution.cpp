#include "sim/base/distribution.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "sim/base/check.hpp"
#include "sim/base/fixed_point.hpp"
#include "sim/base/normal_table.hpp"

namespace concordat {

namespace {

using fixed_point::Wide;

constexpr std::int64_t millionths = 1'000'000;
constexpr std::int64_t sigma_max_millionths = 4 * millionths;

/// a + b, at most `longest_duration`, also where the sum does not fit. REQUIRES: none is negative.
Duration sum(Duration a, Duration b) {
  const Duration room{longest_duration.us - std::min(a, longest_duration).us};
  return b < room ? Duration{a.us + b.us} : longest_duration;
}

/// The entries of median * exp(sigma * z) + plus, one for each stratum of z.
std::vector<Duration> log_normal_entries(const DistributionSpec& spec) {
  const Duration median = std::min(spec.first, longest_duration);
  std::vector<Duration> entries(normal_strata);
  for (std::size_t i = 0; i < upper_normal_values.size(); ++i) {
    constexpr unsigned shift = fixed_point::fraction_bits - normal_fraction_bits;
    const Wide product = static_cast<Wide>(upper_normal_values[i]) << shift;
    const auto exponent = static_cast<std::int64_t>(
        (product * static_cast<Wide>(spec.sigma_millionths) + millionths / 2) / millionths);
    const std::size_t middle = upper_normal_values.size();
    entries[middle + i] = sum(fixed_point::times_exp(median, exponent), spec.plus);
    entries[middle - 1 - i] = sum(fixed_point::times_exp(median, -exponent), spec.plus);
  }
  return entries;
}

std::vector<Duration> sorted_entries(const DistributionSpec& spec) {
  std::vector<Duration> entries;
  entries.reserve(spec.values.size());
  for (const Duration value : spec.values)
    entries.push_back(sum(value, spec.plus));
  std::sort(entries.begin(), entries.end());
  return entries;
}

Duration exponential(Duration mean, std::uint64_t bits) {
  // So that the product is in units of 2^-64. It is at most 100 years * 64 ln 2, which fits.
  const std::uint64_t scaled = static_cast<std::uint64_t>(mean.us)
                               << (64U - fixed_point::fraction_bits);
  constexpr Wide half = Wide{1} << 63U;
  const Wide product = static_cast<Wide>(scaled) * fixed_point::minus_log(bits);
  return {static_cast<std::int64_t>((product + half) >> 64U)};
}

/// `0.5` for 500000.
std::string decimal(std::int64_t number_millionths) {
  std::string text =
      fmt::format("{}.{:06}", number_millionths / millionths, number_millionths % millionths);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string describe_values(const std::vector<Duration>& values) {
  if (values.empty()) return "one of no values";
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  if (values.size() == 1) return format(*least);
  return fmt::format(
      "one of {} values from {} to {}", values.size(), format(*least), format(*greatest));
}

std::string describe_without_plus(const DistributionSpec& spec) {
  switch (spec.kind) {
    case DistributionKind::constant: return format(spec.first);
    case DistributionKind::uniform:
      return fmt::format("uniform {} to {}", format(spec.first), format(spec.last));
    case DistributionKind::exponential:
      return fmt::format("exponential with mean {}", format(spec.first));
    case DistributionKind::log_normal:
      return fmt::format("log-normal with median {} and sigma {}",
                         format(spec.first),
                         decimal(spec.sigma_millionths));
    case DistributionKind::table: return describe_values(spec.values);
  }
  check_failed("a distribution has one of the kinds");
}

}  // namespace

std::string describe(const DistributionSpec& spec) {
  std::string text = describe_without_plus(spec);
  if (spec.plus.us != 0) text += " plus " + format(spec.plus);
  return text;
}

Distribution::Distribution(const DistributionSpec& spec) : kind_(spec.kind) {
  constexpr auto rule = "durations of a distribution are not negative";
  check(spec.first.us >= 0, rule);
  check(spec.plus.us >= 0, rule);
  switch (kind_) {
    case DistributionKind::constant: first_ = sum(spec.first, spec.plus); return;
    case DistributionKind::uniform:
      check(spec.first <= spec.last, "a uniform distribution goes from the least to the greatest");
      first_ = sum(spec.first, spec.plus);
      span_ = static_cast<std::uint64_t>(sum(spec.last, spec.plus).us - first_.us) + 1;
      return;
    case DistributionKind::exponential:
      first_ = std::min(spec.first, longest_duration);
      plus_ = std::min(spec.plus, longest_duration);
      return;
    case DistributionKind::log_normal:
      check(spec.sigma_millionths >= 0, "sigma is not negative");
      check(spec.sigma_millionths <= sigma_max_millionths, "sigma is at most 4");
      entries_ = log_normal_entries(spec);
      return;
    case DistributionKind::table:
      check(!spec.values.empty(), "a table of values has at least one");
      for (const Duration value : spec.values)
        check(value.us >= 0, rule);
      entries_ = sorted_entries(spec);
      return;
  }
  check_failed("a distribution has one of the kinds");
}

Duration Distribution::draw_any(Random& random) const {
  switch (kind_) {
    case DistributionKind::constant: return first_;
    case DistributionKind::uniform:
      return {first_.us + static_cast<std::int64_t>(random.below(span_))};
    case DistributionKind::exponential: return sum(exponential(first_, random.bits()), plus_);
    case DistributionKind::log_normal:
    case DistributionKind::table: return entries_[random.below(entries_.size())];
  }
  check_failed("a distribution has one of the kinds");
}

Distribution::Mean Distribution::mean() const {
  switch (kind_) {
    case DistributionKind::constant: return {first_.us, 1};
    case DistributionKind::uniform:
      return {2 * first_.us + static_cast<std::int64_t>(span_ - 1), 2};
    case DistributionKind::exponential: return {sum(first_, plus_).us, 1};
    case DistributionKind::log_normal:
    case DistributionKind::table: break;
  }
  const Wide count = entries_.size();
  Wide total = 0;
  for (const Duration entry : entries_)
    total += static_cast<Wide>(entry.us);
  if (total <= static_cast<Wide>(std::numeric_limits<std::int64_t>::max()))
    return {static_cast<std::int64_t>(total), static_cast<std::int64_t>(count)};
  return {static_cast<std::int64_t>((total + count / 2) / count), 1};
}

}  // namespace concordat
