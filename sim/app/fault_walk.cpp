#include "sim/app/fault_walk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "sim/base/property_names.hpp"

namespace concordat::app {

namespace {

/// What is beyond takes too long to print, and far too long to search.
constexpr std::size_t max_combinations = 10'000;

/// Every combination within the budget, fewest faults first. ERRORS: more than the limit.
Result<std::vector<FaultSet>> combinations(const FaultWalk& walk) {
  const Error too_many{
      walk.scenario.file,
      {},
      fmt::format("the budget has more than {} combinations of faults", max_combinations),
      "a smaller budget, or a smaller --most for what it does not limit"};
  const FaultKinds kinds = walk.kinds();
  std::vector<FaultSet> all(1);
  for (int kind = 0; kind < fault_kinds; ++kind) {
    const std::vector<int> levels = kinds.levels(static_cast<Fault>(kind), walk.most);
    if (all.size() * levels.size() > 10 * max_combinations) return too_many;
    std::vector<FaultSet> wider;
    for (const FaultSet& set : all)
      for (const int count : levels) {
        wider.push_back(set);
        wider.back()[static_cast<Fault>(kind)] = count;
      }
    all = std::move(wider);
  }
  std::erase_if(all, [&](const FaultSet& set) { return !kinds.is_one(set); });
  if (all.size() > max_combinations) return too_many;
  std::ranges::stable_sort(all, {}, [&walk](const FaultSet& set) { return walk.size_of(set); });
  return all;
}

class Walker {
 public:
  Walker(FaultWalk& walk,
         const Registry& registry,
         const Checker& checker,
         const std::function<std::string_view(const SearchProgress&)>& progress,
         const Means& means)
      : walk_(walk),
        kinds_(walk.kinds()),
        registry_(registry),
        checker_(checker),
        progress_(progress),
        means_(means) {}

  /// Explores one combination for all properties that nothing within it breaks. RETURNS: false
  /// when the walk is to end. ERRORS: those of binding.
  Result<bool> visit(const FaultSet& set, int number, const WalkProgress& begin) {
    const std::vector<std::size_t> asked = properties_to_ask(set);
    if (asked.empty()) {
      ++walk_.spared;
      return true;
    }
    begin(number, walk_, set);
    const std::string_view word = progress_({});  // a small search may end without asking
    if (word == "stopped" || word == "time") return end(std::string(word), set);
    auto x = explore(registry_, question(set, asked), checker_, progress_, means_);
    if (!x) return x.error();
    ++walk_.explored;
    walk_.states += x->result.states;
    walk_.transitions += x->result.transitions;
    walk_.expected_misses += x->result.expected_misses;
    if (!x->result.symmetry.empty()) walk_.symmetry.insert(x->result.symmetry);
    if (!x->result.partial_order.empty()) walk_.partial_order.insert(x->result.partial_order);
    for (const std::size_t index : asked)
      take(*x, set, walk_.properties[index]);
    const std::string ended = x->ended_by();
    return ended.empty() ? true : end(ended, set);
  }

 private:
  bool end(const std::string& limit, const FaultSet& set) {
    walk_.limit = limit;
    walk_.ended_at = set;
    return false;
  }

  std::vector<std::size_t> properties_to_ask(const FaultSet& set) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < walk_.properties.size(); ++i)
      if (std::ranges::none_of(walk_.properties[i].breaking, [&set](const BreakingSet& known) {
            return is_within(known.set, set);
          }))
        out.push_back(i);
    return out;
  }

  scenario::Scenario question(const FaultSet& set, const std::vector<std::size_t>& asked) const {
    scenario::Scenario out = exploring(
        walk_.scenario, walk_.bound.model->setup(), kinds_.budget(set), kinds_.rules(set));
    out.name.value += ", " + kinds_.words(set);
    for (const std::size_t index : asked)
      out.explore->properties.push_back({{walk_.properties[index].name, {}}, {"", {}}});
    return out;
  }

  void take(const Exploration& x, const FaultSet& set, PropertyFaults& property) {
    const auto found = std::ranges::find_if(x.findings, [&property](const Finding& finding) {
      return finding.verdict.name == property.name;
    });
    check(found != x.findings.end(), "every property that is asked gets a verdict");
    property.vacuous = property.vacuous && found->verdict.vacuous;
    if (found->verdict.verdict == Verdict::unknown)
      property.open.push_back({set, why_unknown(x, *found)});
    if (found->verdict.verdict != Verdict::violated) return;
    BreakingSet breaking{set, *found, {}};
    breaking.finding.file_name =
        fresh_name(kebab(walk_.scenario.name.value + " " + property.code + " " + kinds_.words(set)),
                   file_names_);
    for (const OpenSet& open : property.open)
      if (is_within(open.set, set)) breaking.open.push_back(open.set);
    property.breaking.push_back(std::move(breaking));
  }

  FaultWalk& walk_;
  const FaultKinds kinds_;
  const Registry& registry_;
  const Checker& checker_;
  const std::function<std::string_view(const SearchProgress&)>& progress_;
  const Means& means_;
  std::set<std::string> file_names_;
};

}  // namespace

int FaultWalk::size_of(const FaultSet& set) const {
  int size = 0;
  for (const int count : set.counts)
    size += count == Budget::unlimited ? most + 1 : count;
  return size;
}

bool FaultWalk::complete() const {
  return limit.empty() && std::ranges::all_of(properties, [](const PropertyFaults& property) {
           return property.open.empty();
         });
}

Robustness FaultWalk::robustness(const PropertyFaults& property) const {
  Robustness out;
  std::optional<int> end;  // the smallest number of faults that is not known to be harmless
  const auto ends_by = [&end](int size) { end = end ? std::min(*end, size) : size; };
  if (ended_at) ends_by(size_of(*ended_at));
  for (const OpenSet& open : property.open)
    ends_by(size_of(open.set));
  for (const BreakingSet& breaking : property.breaking) {
    const int size = size_of(breaking.set);
    ends_by(size);
    const bool counted =
        std::ranges::find(breaking.set.counts, Budget::unlimited) == breaking.set.counts.end();
    if (counted) out.below = out.below ? std::min(*out.below, size) : size;
  }
  out.whole_budget = !end;
  if (end) out.at_least = *end - 1;
  return out;
}

Result<FaultWalk> walk_faults(
    const Registry& registry,
    scenario::Scenario scenario,
    int most,
    const Checker& checker,
    const WalkProgress& begin,
    const std::function<std::string_view(const SearchProgress&)>& progress,
    const Means& means) {
  if (scenario.explore) scenario.explore->order.reset();
  auto bound = scenario::bind(scenario, registry);
  if (!bound) return bound.error();
  FaultWalk walk;
  walk.scenario = std::move(scenario);
  walk.bound = std::move(*bound);
  walk.most = most;
  for (const std::string& name : judged_properties(walk.scenario, *walk.bound.model))
    walk.properties.push_back({name, std::string(property_code(name)), {}, {}, true});
  const auto all = combinations(walk);
  if (!all) return all.error();
  walk.combinations = static_cast<int>(all->size());
  Walker walker(walk, registry, checker, progress, means);
  int number = 0;
  for (const FaultSet& set : *all) {
    const auto goes_on = walker.visit(set, ++number, begin);
    if (!goes_on) return goes_on.error();
    if (!*goes_on) break;
  }
  return walk;
}

}  // namespace concordat::app
