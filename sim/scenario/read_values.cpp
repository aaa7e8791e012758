// Values of timed scenarios: distributions of durations, shares, and how wrong a clock is.
#include <charconv>
#include <fmt/core.h>
#include <numeric>

#include "sim/scenario/read_parts.hpp"

namespace concordat::scenario {

namespace {

/// Far more than any latency, and with sigma 4 its tail still fits 64 bits of microseconds.
constexpr Duration longest{std::int64_t{24} * 3'600'000'000};
constexpr std::size_t max_table = 1'000;
constexpr std::int64_t million = 1'000'000;

/// A decimal number with at most `places` digits after the point, times 10 to the `places`.
/// RETURNS: nothing for any other text, or more than 6 digits before the point.
std::optional<std::int64_t> parse_decimal(std::string_view text, std::size_t places) {
  constexpr std::size_t max_whole = 6;
  constexpr std::string_view digits = "0123456789";
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string number(text.substr(0, point));
  if (number.empty() || number.size() > max_whole) return std::nullopt;
  if (point < text.size()) {
    const std::string_view decimals = text.substr(point + 1);
    if (decimals.empty() || decimals.size() > places) return std::nullopt;
    number += decimals;
    places -= decimals.size();
  }
  number.append(places, '0');
  if (number.find_first_not_of(digits) != std::string::npos) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

// --- distributions ---

/// A distribution while it is read.
struct Draft {
  DistributionSpec spec;
  std::string kind;  // the key that gave it, or empty
};

/// A time that a distribution may have.
Duration drawn_time(Reader& reader, const YamlNode& node) {
  At<Duration> time;
  duration(reader, node, time);
  if (reader.ok() && time.value > longest)
    reader.must_be(node, fmt::format("a time of at most {}", format(longest)));
  return time.value;
}

void set_kind(Reader& reader, const YamlNode& node, Draft& draft, DistributionKind kind) {
  if (!draft.kind.empty())
    reader.fail(node.key_at,
                "a distribution has one kind, not several",
                fmt::format("it has `{}` already", draft.kind));
  draft.kind = node.key;
  draft.spec.kind = kind;
}

template <DistributionKind kind>
void one_time(Reader& reader, const YamlNode& node, Draft& draft) {
  set_kind(reader, node, draft, kind);
  draft.spec.first = drawn_time(reader, node);
}

void read_uniform(Reader& reader, const YamlNode& node, Draft& draft) {
  constexpr std::string_view example = "write `uniform: [1ms, 9ms]`";
  set_kind(reader, node, draft, DistributionKind::uniform);
  if (!reader.is_list(node)) return;
  if (node.items.size() != 2)
    return reader.fail(node.at, "`uniform` has two times, first and last", std::string(example));
  draft.spec.first = drawn_time(reader, node.items[0]);
  draft.spec.last = drawn_time(reader, node.items[1]);
  if (reader.ok() && draft.spec.last < draft.spec.first)
    reader.fail(node.items[1].at,
                fmt::format("the last time of `uniform` is less than the first, {}",
                            format(draft.spec.first)),
                std::string(example));
}

void read_median(Reader& reader, const YamlNode& node, Draft& draft) {
  draft.spec.first = drawn_time(reader, node);
}

void read_sigma(Reader& reader, const YamlNode& node, Draft& draft) {
  At<std::int64_t> sigma;
  decimal<4>(reader, node, sigma);
  draft.spec.sigma_millionths = sigma.value;
}

constexpr std::array log_normal_keys{key("median", read_median), key("sigma", read_sigma)};

void read_log_normal(Reader& reader, const YamlNode& node, Draft& draft) {
  set_kind(reader, node, draft, DistributionKind::log_normal);
  if (!reader.ok()) return;
  read_keys(reader, node, log_normal_keys, draft);
  if (reader.ok() && node.items.size() != log_normal_keys.size())
    reader.fail(node.at,
                "`log_normal` needs `median` and `sigma`",
                "write `log_normal: {median: 5ms, sigma: 0.5}`");
}

void read_table(Reader& reader, const YamlNode& node, Draft& draft) {
  set_kind(reader, node, draft, DistributionKind::table);
  if (!reader.is_list(node)) return;
  if (node.items.empty() || node.items.size() > max_table)
    return reader.fail(
        node.at, fmt::format("`table` has 1 to {} times, not {}", max_table, node.items.size()));
  for (const YamlNode& item : node.items)
    draft.spec.values.push_back(drawn_time(reader, item));
}

void read_plus(Reader& reader, const YamlNode& node, Draft& draft) {
  draft.spec.plus = drawn_time(reader, node);
}

constexpr std::array distribution_keys{
    key("constant", one_time<DistributionKind::constant>),
    key("uniform", read_uniform),
    key("exponential", one_time<DistributionKind::exponential>),
    key("log_normal", read_log_normal),
    key("table", read_table),
    key("plus", read_plus),
};

// --- clocks ---

constexpr std::string_view rate_forms = "a rate such as `200ppm` or `0.1%`, at most 50%";

/// `200ppm`, `0.1%`, in millionths. RETURNS: nothing for any other text, or more than a half.
std::optional<std::int64_t> parse_rate(std::string_view text) {
  constexpr std::size_t percent_places = 4;
  std::optional<std::int64_t> rate;
  if (text.ends_with('%')) {
    rate = parse_decimal(text.substr(0, text.size() - 1), percent_places);
  } else if (text.ends_with("ppm")) {
    rate = parse_decimal(text.substr(0, text.size() - 3), 0);
  }
  return rate && *rate <= million / 2 ? rate : std::nullopt;
}

}  // namespace

void decimal(Reader& reader, const YamlNode& node, std::int64_t most, At<std::int64_t>& out) {
  constexpr std::size_t places = 6;
  const bool plain = node.kind == YamlNode::Kind::text && !node.quoted;
  const auto value = plain ? parse_decimal(node.text, places) : std::nullopt;
  if (!value || *value > most * million)
    return reader.must_be(
        node, fmt::format("a number from 0 to {}, with at most 6 digits after the point", most));
  out = {*value, node.at};
}

void positive_duration(Reader& reader, const YamlNode& node, At<Duration>& out) {
  duration(reader, node, out);
  if (reader.ok() && out.value.us == 0) reader.must_be(node, "a time longer than 0");
}

void distribution(Reader& reader, const YamlNode& node, At<DistributionSpec>& out) {
  out.at = node.at;
  if (node.kind == YamlNode::Kind::list)
    return reader.must_be(node,
                          "a time or a distribution",
                          "write `{uniform: [1ms, 9ms]}` or `{table: [1ms, 2ms, 40ms]}`");
  if (node.kind != YamlNode::Kind::map) {
    out.value.first = drawn_time(reader, node);
    return;
  }
  Draft draft;
  read_keys(reader, node, distribution_keys, draft);
  if (reader.ok() && draft.kind.empty())
    reader.fail(node.at,
                "a distribution needs its kind",
                "one of constant, uniform, exponential, log_normal, table");
  out.value = std::move(draft.spec);
}

void ratio(Reader& reader, const YamlNode& node, At<Ratio>& out) {
  if (!reader.is_text(node)) return;
  const auto parsed = parse_ratio(node.text);
  if (!parsed) return reader.must_be(node, "a share from 0 to 1, such as `1/50` or `2%`");
  out = {*parsed, node.at};
}

void clock_rate(Reader& reader, const YamlNode& node, At<std::int64_t>& out) {
  if (!reader.is_text(node)) return;
  const bool slow = node.text.starts_with('-');
  const auto rate = parse_rate(std::string_view(node.text).substr(slow ? 1 : 0));
  if (!rate)
    return reader.must_be(
        node, rate_forms, "positive is too fast, negative too slow: `200ppm`, `-200ppm`");
  out = {slow ? -*rate : *rate, node.at};
}

void clock_error(Reader& reader, const YamlNode& node, At<Ratio>& out) {
  if (!reader.is_text(node)) return;
  out.at = node.at;
  if (const auto rate = parse_rate(node.text)) {
    const std::int64_t common = std::gcd(*rate, million);
    out.value = {static_cast<std::uint32_t>(*rate / common),
                 static_cast<std::uint32_t>(million / common)};
  } else if (const auto parsed = parse_ratio(node.text);
             parsed && parsed->part <= parsed->whole / 2) {
    out.value = *parsed;
  } else {
    reader.must_be(
        node,
        rate_forms,
        node.text.starts_with('-') ? "it counts in both directions; leave the sign out" : "");
  }
}

}  // namespace concordat::scenario
