// Equality of scenarios, and the text of small values. The bindings name every member, so that a
// member that is added to a struct and forgotten here does not compile.
#include "sim/scenario/scenario.hpp"

#include <charconv>
#include <tuple>

#include "sim/scenario/reader.hpp"

namespace concordat::scenario {

namespace {

auto compared(const Explore& explore) {
  const auto& [faults,
               crashes,
               recoveries,
               losses,
               duplicates,
               partitions,
               pauses,
               early_timeouts,
               heal,
               one_way,
               operators,
               outside_writes,
               crash_only,
               crash_limits,
               timing,
               tail,
               crash_points,
               from_faults,
               max_states,
               max_depth,
               order,
               symmetry,
               partial_order,
               walks,
               seed,
               walk_steps,
               changes,
               reachable,
               properties,
               states,
               transitions,
               depth,
               at] = explore;
  static_cast<void>(at);  // the place in the file
  return std::tie(faults,
                  crashes,
                  recoveries,
                  losses,
                  duplicates,
                  partitions,
                  pauses,
                  early_timeouts,
                  heal,
                  one_way,
                  operators,
                  outside_writes,
                  crash_only,
                  crash_limits,
                  timing,
                  tail,
                  crash_points,
                  from_faults,
                  max_states,
                  max_depth,
                  order,
                  symmetry,
                  partial_order,
                  walks,
                  seed,
                  walk_steps,
                  changes,
                  reachable,
                  properties,
                  states,
                  transitions,
                  depth);
}

auto compared(const Scenario& scenario) {
  const auto& [file,
               variant,
               overlay,
               places,
               named,
               name,
               story,
               source,
               protocol,
               profile,
               options,
               processes,
               place,
               after,
               transactions,
               choices,
               store,
               work,
               conserve,
               locks,
               bounds,
               network,
               timing,
               chances,
               load,
               faults,
               random,
               seeds,
               schedule,
               expect,
               explore,
               bench] = scenario;
  static_cast<void>(file);  // where it was read from
  static_cast<void>(variant);
  static_cast<void>(overlay);
  static_cast<void>(places);
  static_cast<void>(named);
  return std::tie(name,
                  story,
                  source,
                  protocol,
                  profile,
                  options,
                  processes,
                  place,
                  after,
                  transactions,
                  choices,
                  store,
                  work,
                  conserve,
                  locks,
                  bounds,
                  network,
                  timing,
                  chances,
                  load,
                  faults,
                  random,
                  seeds,
                  schedule,
                  expect,
                  explore,
                  bench);
}

}  // namespace

std::optional<Seeds> parse_seeds(std::string_view text) {
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return value;
  };
  const std::size_t dots = text.find("..");
  const auto first = number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : number(text.substr(dots + 2));
  if (!first || !last || *last < *first || *last - *first >= Seeds::runs_max) return std::nullopt;
  return Seeds{*first, *last};
}

std::string format(const Seeds& seeds) {
  const std::string first = std::to_string(seeds.first);
  return seeds.first == seeds.last ? first : first + ".." + std::to_string(seeds.last);
}

int participants_of(Business business) {
  switch (business) {
    case Business::plain: break;
    case Business::bank: return 2;
    case Business::shop: return 3;
  }
  return 0;
}

std::optional<Contender> parse_contender(std::string_view text) {
  const std::size_t slash = text.find('/');
  Contender out{std::string(text.substr(0, slash)), ""};
  if (slash != std::string_view::npos) {
    out.profile = text.substr(slash + 1);
    if (!is_name(out.profile)) return std::nullopt;
  }
  if (!is_name(out.protocol)) return std::nullopt;
  return out;
}

std::string format(const Contender& contender) {
  return contender.profile.empty() ? contender.protocol
                                   : contender.protocol + "/" + contender.profile;
}

std::vector<At<Contender>> contenders(const Scenario& scenario) {
  const std::string profile = scenario.profile ? scenario.profile->value : "";
  std::vector<At<Contender>> out{{{scenario.protocol.value, profile}, scenario.protocol.at}};
  for (const At<Contender>& each : scenario.bench->compare)
    if (each != out.front()) out.push_back(each);
  return out;
}

bool operator==(const Explore& a, const Explore& b) {
  return compared(a) == compared(b);
}
bool operator==(const Scenario& a, const Scenario& b) {
  return compared(a) == compared(b);
}

}  // namespace concordat::scenario
