// `bench:`, a benchmark: each value by itself, and the checks of `resembles:`.
#include <algorithm>
#include <fmt/format.h>

#include "sim/base/process_set.hpp"
#include "sim/scenario/read_parts.hpp"

namespace concordat::scenario {

namespace {

constexpr std::int64_t max_measured = 1'000'000'000'000;
constexpr std::int64_t max_at_most_down = 1'000'000;
constexpr std::int64_t max_clients = 1'000'000;
constexpr std::int64_t max_at_once = 10'000'000;
constexpr std::int64_t max_nodes = 10'000;
constexpr std::int64_t max_coordinators = 1'000;
constexpr std::int64_t max_keys = 10'000'000;
constexpr std::int64_t max_rows = 8;
constexpr std::int64_t max_skew = 4;
constexpr std::int64_t max_times = 10'000;
constexpr std::int64_t max_factor = 999'999;

/// Reads into a member that does not keep its place.
template <auto member, auto read>
void plain(Reader& reader, const YamlNode& node, decltype(detail::owner_of(member))& out) {
  At<decltype(detail::value_read_by(read))> value;
  read(reader, node, value);
  if (reader.ok()) out.*member = std::move(value.value);
}

/// Each item stands once, and there is one.
template <ReadText read>
void some_of(Reader& reader, const YamlNode& node, std::vector<Text>& out) {
  list_once(reader, node, out, read);
  if (reader.ok() && out.empty())
    reader.fail(node.at, quote(node.key) + " names one or more", "or leave it out");
}

// --- the workload ---

void read_participants(Reader& reader, const YamlNode& node, At<Participants>& out) {
  const auto count = [&](const YamlNode& each) {
    return static_cast<int>(whole_number(reader, each, 1, max_processes));
  };
  out.at = node.at;
  if (node.kind != YamlNode::Kind::list) {
    out.value.first = out.value.last = count(node);
    return;
  }
  if (node.items.size() != 2)
    return reader.fail(node.at,
                       "`participants` has two numbers in a list, least and most",
                       "write `participants: [2, 5]`");
  out.value = {count(node.items[0]), count(node.items[1])};
  if (reader.ok() && out.value.last < out.value.first)
    reader.fail(node.items[1].at,
                fmt::format("the second number of `participants` is less than the first, {}",
                            out.value.first),
                "write `participants: [2, 5]`");
}

void read_every(Reader& reader, const YamlNode& node, At<DistributionSpec>& out) {
  distribution(reader, node, out);
  if (reader.ok() && Distribution(out.value).mean().total_us == 0)
    reader.fail(node.at,
                "`every` is 0us each time, so that all transactions come at once",
                "`every: 1ms`, or `clients: 100` that begin again when they have an answer");
}

constexpr std::array arrivals_keys{
    key("every", plain<&Arrivals::every, read_every>),
    key("at_most", plain<&Arrivals::at_most, number<1, max_at_once>>),
    key("clients", plain<&Arrivals::clients, number<1, max_clients>>),
    key("think", plain<&Arrivals::think, distribution>),
};

void read_arrivals(Reader& reader, const YamlNode& node, Arrivals& out) {
  read_keys(reader, node, arrivals_keys, out);
}

// --- failures ---

template <auto outage, auto member>
void outage_time(Reader& reader, const YamlNode& node, Failures& out) {
  plain<member, positive_duration>(reader, node, *(out.*outage));
}
template <auto outage>
constexpr auto every = outage_time<outage, &Outage::every>;
template <auto outage>
constexpr auto lasts = outage_time<outage, &Outage::lasts>;

template <auto outage>
constexpr std::array crash_keys{key("every", every<outage>), key("down", lasts<outage>)};

constexpr std::array services_keys{
    key("every", every<&Failures::services>),
    key("down", lasts<&Failures::services>),
    key("at_most", plain<&Failures::services_at_most, number<1, max_at_most_down>>),
};
constexpr std::array partition_keys{
    key("every", every<&Failures::partition>),
    key("lasts", lasts<&Failures::partition>),
    key("one_way", plain<&Failures::one_way, ratio>),
};
constexpr std::array pause_keys{
    key("every", every<&Failures::pause>),
    key("lasts", lasts<&Failures::pause>),
};
constexpr std::array slow_disk_keys{
    key("every", every<&Failures::slow_disk>),
    key("lasts", lasts<&Failures::slow_disk>),
    key("times", plain<&Failures::slow_disk_times, number<2, max_times>>),
};
constexpr std::array delay_keys{
    key("chance", plain<&Failures::delay, ratio>),
    key("by", plain<&Failures::delay_by, distribution>),
};

template <auto outage, const auto& keys>
void read_outage(Reader& reader, const YamlNode& node, Failures& out) {
  (out.*outage).emplace();
  read_keys(reader, node, keys, out);
}

void read_delay(Reader& reader, const YamlNode& node, Failures& out) {
  read_keys(reader, node, delay_keys, out);
}

constexpr std::array failures_keys{
    key("coordinators", read_outage<&Failures::coordinators, crash_keys<&Failures::coordinators>>),
    key("services", read_outage<&Failures::services, services_keys>),
    key("participants", read_outage<&Failures::participants, crash_keys<&Failures::participants>>),
    key("partition", read_outage<&Failures::partition, partition_keys>),
    key("pause", read_outage<&Failures::pause, pause_keys>),
    key("slow_disk", read_outage<&Failures::slow_disk, slow_disk_keys>),
    key("lose", plain<&Failures::lose, ratio>),
    key("duplicate", plain<&Failures::duplicate, ratio>),
    key("delay", read_delay),
};

void read_failures(Reader& reader, const YamlNode& node, Failures& out) {
  read_keys(reader, node, failures_keys, out);
}

// --- what is compared, and with what ---

void contender_text(Reader& reader, const YamlNode& node, Text& out) {
  if (!reader.is_text(node)) return;
  if (!parse_contender(node.text))
    return reader.must_be(node, "a protocol, or `protocol/profile`", "`concordat list` names both");
  out = {node.text, node.at};
}

void contender(Reader& reader, const YamlNode& node, At<Contender>& out) {
  Text text;
  contender_text(reader, node, text);
  if (reader.ok()) out = {*parse_contender(text.value), text.at};
}

void read_compare(Reader& reader, const YamlNode& node, std::vector<At<Contender>>& out) {
  std::vector<Text> texts;
  some_of<contender_text>(reader, node, texts);
  if (!reader.ok()) return;
  for (const Text& text : texts)
    out.push_back({*parse_contender(text.value), text.at});
}

void read_factor(Reader& reader, const YamlNode& node, At<std::int64_t>& out) {
  decimal<max_factor>(reader, node, out);
  if (reader.ok() && out.value == 0)
    reader.fail(node.at, "`factor` is more than 0", "`is: zero` needs none");
}

/// `{bench.skew: 0.9}`; what is a place in the file, check_bench says.
void read_where(Reader& reader, const YamlNode& node, std::vector<Entry<std::string>>& out) {
  for_each_item(reader, node, [&](const YamlNode& item) {
    auto& entry = out.emplace_back();
    entry.key = {item.key, item.key_at};
    line(reader, item, entry.value);
  });
}

constexpr std::array check_keys{
    key("measure", into<&ResemblanceCheck::measure, name>),
    key("of", into<&ResemblanceCheck::of, contender>),
    key("is", into<&ResemblanceCheck::is, one_of<Claim>>),
    key("to", into<&ResemblanceCheck::place, line>),
    key("factor", plain<&ResemblanceCheck::factor_millionths, read_factor>),
    key("within", plain<&ResemblanceCheck::within, ratio>),
    key("with", into<&ResemblanceCheck::place, line>),
    key("than", into<&ResemblanceCheck::than, contender>),
    key("by", plain<&ResemblanceCheck::by, ratio>),
    key("where", into<&ResemblanceCheck::where, read_where>),
};

/// What a claim is made of, beside `measure`, `of`, `is` and `where`.
struct ClaimForm {
  std::string_view needs;  // empty: nothing
  std::vector<std::string_view> allows;
  std::string_view example;
};

ClaimForm form_of(Claim claim) {
  switch (claim) {
    case Claim::proportional:
      return {"to", {"factor", "within"}, "`is: proportional, to: timing.latency, factor: 5`"};
    case Claim::zero: return {"", {}, "`{measure: blocked_max, of: a, is: zero}`"};
    case Claim::grows: return {"with", {}, "`is: grows, with: bench.skew`"};
    case Claim::falls: return {"with", {}, "`is: falls, with: bench.skew`"};
    case Claim::flat: return {"with", {"within"}, "`is: flat, with: bench.keys, within: 5%`"};
    case Claim::below: return {"than", {"by"}, "`is: below, than: b, by: 10%`"};
    case Claim::above: return {"than", {"by"}, "`is: above, than: b, by: 10%`"};
  }
  return {};
}

/// REQUIRES: the keys were read without an error, `is` among them.
void check_claim(Reader& reader, const YamlNode& node, const ResemblanceCheck& check) {
  constexpr std::array<std::string_view, 4> of_all{"measure", "of", "is", "where"};
  const std::string word(enum_name(check.is.value));
  const ClaimForm form = form_of(check.is.value);
  for (const YamlNode& item : node.items) {
    const bool fits = item.key == form.needs ||
                      std::ranges::find(of_all, item.key) != of_all.end() ||
                      std::ranges::find(form.allows, item.key) != form.allows.end();
    if (!fits)
      reader.fail(item.key_at,
                  fmt::format("`{}` does not go with `is: {}`", item.key, word),
                  fmt::format("write {}", form.example));
  }
  if (!form.needs.empty() && !has_key(node, form.needs))
    reader.fail(check.is.at,
                fmt::format("`is: {}` needs `{}`", word, form.needs),
                fmt::format("write {}", form.example));
  if (form.needs == "than" && check.of == check.than)
    reader.fail(check.than.at,
                fmt::format("{} is not {} itself", quote(format(check.of.value)), word),
                "`than` is another one of those compared");
  for (const auto& [place, value] : check.where)
    if (place == check.place)
      reader.fail(place.at,
                  quote(place.value) + " has one value here, so that nothing can be said about it",
                  fmt::format("leave it out of `where`, or out of `{}`", form.needs));
}

void read_checks(Reader& reader, const YamlNode& node, std::vector<ResemblanceCheck>& out) {
  if (!reader.is_list(node)) return;
  if (node.items.empty())
    return reader.fail(
        node.at, "`checks` has one check or more", "`- {measure: blocked_max, of: a, is: zero}`");
  for (const YamlNode& item : node.items) {
    ResemblanceCheck& check = out.emplace_back();
    read_keys(reader, item, check_keys, check);
    for (const std::string_view needed : {"measure", "of", "is"})
      if (reader.ok() && !has_key(item, needed))
        reader.fail(item.at,
                    fmt::format("a check needs `{}`", needed),
                    "`{measure: blocked_max, of: a, is: zero}`");
    if (reader.ok()) check_claim(reader, item, check);
    if (!reader.ok()) return;
  }
}

constexpr std::array resembles_keys{
    key("source", into<&Resemblance::source, prose>),
    key("says", into<&Resemblance::says, prose>),
    key("checks", into<&Resemblance::checks, read_checks>),
};

void read_resembles(Reader& reader, const YamlNode& node, Resemblance& out) {
  read_keys(reader, node, resembles_keys, out);
}

// --- the whole ---

constexpr std::array bench_keys{
    key("transactions", plain<&Bench::transactions, number<1, max_measured, std::int64_t>>),
    key("warm_up", plain<&Bench::warm_up, number<0, max_measured, std::int64_t>>),
    key("arrivals", into<&Bench::arrivals, read_arrivals>),
    key("nodes", plain<&Bench::nodes, number<1, max_nodes>>),
    key("coordinators", plain<&Bench::coordinators, number<1, max_coordinators>>),
    key("participants", into<&Bench::participants, read_participants>),
    key("business", into<&Bench::business, one_of<Business>>),
    key("keys", plain<&Bench::keys, number<1, max_keys>>),
    key("rows", plain<&Bench::rows, number<1, max_rows>>),
    key("skew", plain<&Bench::skew, decimal<max_skew>>),
    key("read_only", plain<&Bench::read_only, ratio>),
    key("readers", plain<&Bench::readers, ratio>),
    key("locks", plain<&Bench::locks, one_of<RowLocks>>),
    key("lock_timeout", plain<&Bench::lock_timeout, positive_duration>),
    key("deadline", plain<&Bench::deadline, positive_duration>),
    key("timeout", plain<&Bench::timeout, positive_duration>),
    key("sites", into<&Bench::sites, some_of<name>>),
    key("inside", plain<&Bench::inside, distribution>),
    key("between", into<&Bench::between, read_between>),
    key("home", plain<&Bench::home, ratio>),
    key("failures", into<&Bench::failures, read_failures>),
    key("compare", into<&Bench::compare, read_compare>),
    key("measures", into<&Bench::measures, some_of<name>>),
    key("resembles", into<&Bench::resembles, read_resembles>),
};

}  // namespace

void read_bench(Reader& reader, const YamlNode& node, Bench& out) {
  out.key.at = node.key_at;
  read_keys(reader, node, bench_keys, out);
}

}  // namespace concordat::scenario
