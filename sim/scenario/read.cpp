#include "sim/scenario/read.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "sim/base/file.hpp"
#include "sim/base/process_set.hpp"
#include "sim/scenario/read_parts.hpp"
#include "sim/scenario/variants.hpp"

namespace concordat::scenario {

namespace {

constexpr std::int64_t max_transactions = 1'000'000;
constexpr std::int64_t max_copies = 8;
constexpr std::int64_t max_bound = 255;

/// `{p1: no, "t2 p1": any}`
void read_votes(Reader& reader, const YamlNode& node, std::vector<Choice>& out) {
  for_each_item(reader, node, [&](const YamlNode& item) {
    Choice& vote = out.emplace_back();
    vote.where = where_key(reader, item);
    vote.label = {std::string(vote_label), item.key_at};
    name(reader, item, vote.outcome);
  });
}

/// `{p1: {label: outcome}}`
void read_choices(Reader& reader, const YamlNode& node, std::vector<Choice>& out) {
  for_each_item(reader, node, [&](const YamlNode& process) {
    const At<Where> where = where_key(reader, process);
    for_each_item(reader, process, [&](const YamlNode& item) {
      Choice& choice = out.emplace_back();
      choice.where = where;
      choice.label = name_key(reader, item);
      name(reader, item, choice.outcome);
      if (choice.label.value == vote_label)
        reader.fail(item.key_at, "a vote belongs under `votes`", "`votes: {p1: no}`");
    });
  });
}

/// `{p1: {accounts: {alice: 1000}}}`
void read_store(Reader& reader, const YamlNode& node, std::vector<InitialRow>& out) {
  for_each_item(reader, node, [&](const YamlNode& process) {
    for_each_item(reader, process, [&](const YamlNode& table) {
      for_each_item(reader, table, [&](const YamlNode& item) {
        InitialRow& row = out.emplace_back();
        row.process = name_key(reader, process);
        row.table = name_key(reader, table);
        row.key = {item.key, item.key_at};
        if (!is_row_key(item.key))
          reader.fail(item.key_at, quote(item.key) + " cannot be the key of a row");
        number<0, max_amount>(reader, item, row.value);
      });
    });
  });
}

/// `{p1: {accounts.alice: -100}}`
void read_work(Reader& reader, const YamlNode& node, std::vector<WorkItem>& out) {
  for_each_item(reader, node, [&](const YamlNode& process) {
    const At<Where> where = where_key(reader, process);
    for_each_item(reader, process, [&](const YamlNode& item) {
      WorkItem& work = out.emplace_back();
      work.where = where;
      std::tie(work.table, work.key) = row_key(reader, item);
      number<-max_amount, max_amount>(reader, item, work.add);
    });
  });
}

/// `{n1: [c, p1], n2: [p2]}`; a process has one place.
void read_place(Reader& reader, const YamlNode& node, std::vector<Entry<std::vector<Text>>>& out) {
  entries<list_of<name>>(reader, node, out);
  std::map<std::string, Position> placed;
  for (const auto& place : out)
    for (const Text& process : place.value.value)
      if (!placed.emplace(process.value, process.at).second)
        reader.fail(process.at, quote(process.value) + " is placed on two nodes");
}

constexpr std::array copies_words{NumberWord{"set", Network::set}, NumberWord{"bag", Network::bag}};

void read_conserve(Reader& reader, const YamlNode& node, std::vector<Text>& out) {
  list_once(reader, node, out, name);
}

void read_schedule(Reader& reader, const YamlNode& node, std::vector<Text>& out) {
  if (!reader.is_list(node)) return;
  for (const YamlNode& item : node.items) {
    line(reader, item, out.emplace_back());
    if (!reader.ok()) return;
  }
}

void read_seeds(Reader& reader, const YamlNode& node, At<Seeds>& out) {
  if (!reader.is_text(node)) return;
  if (const auto seeds = parse_seeds(node.text)) {
    out = {*seeds, node.at};
    return;
  }
  reader.must_be(
      node, "a seed or a range of seeds", "`seeds: 7`, or the first and the last: `1..1000`");
}

constexpr std::array network_keys{
    key("delivery", into<&Network::delivery, one_of<Delivery>>),
    key("copies", into<&Network::copies, number_or<1, max_copies, copies_words>>),
    key("crash", into<&Network::crash, one_of<InFlight>>),
    key("partition", into<&Network::partition, one_of<AcrossCut>>),
};

/// A map that is a struct of its own.
template <const auto& keys, class T>
void group(Reader& reader, const YamlNode& node, T& out) {
  read_keys(reader, node, keys, out);
}

/// These keys are gone when a scenario is read, unless they stand where they cannot.
void refuse_in_variant(Reader& reader, const YamlNode& node, Scenario& /*out*/) {
  reader.fail(node.key_at,
              "a variant cannot have " + quote(node.key),
              "`sweep` beside `variants` sweeps each of them");
}

constexpr std::array scenario_keys{
    key("name", into<&Scenario::name, line>),
    key("story", into<&Scenario::story, prose>),
    key("source", into<&Scenario::source, prose>),
    key("protocol", into<&Scenario::protocol, name>),
    key("profile", into<&Scenario::profile, name>),
    key("options", into<&Scenario::options, entries<line>>),
    key("processes", into<&Scenario::processes, entries<number<0, max_processes>>>),
    key("place", into<&Scenario::place, read_place>),
    key("after", into<&Scenario::after, entries<list_of<name>>>),
    key("transactions", into<&Scenario::transactions, number<1, max_transactions>>),
    key("votes", into<&Scenario::choices, read_votes>),
    key("choices", into<&Scenario::choices, read_choices>),
    key("store", into<&Scenario::store, read_store>),
    key("work", into<&Scenario::work, read_work>),
    key("conserve", into<&Scenario::conserve, read_conserve>),
    key("locks", into<&Scenario::locks, one_of<LockPolicy>>),
    key("bounds", into<&Scenario::bounds, entries<number<0, max_bound>>>),
    key("network", into<&Scenario::network, group<network_keys, Network>>),
    key("timing", into<&Scenario::timing, read_timing>),
    key("chances", into<&Scenario::chances, read_chances>),
    key("load", into<&Scenario::load, read_load>),
    key("faults", into<&Scenario::faults, read_faults>),
    key("random", into<&Scenario::random, read_random>),
    key("seeds", into<&Scenario::seeds, read_seeds>),
    key("schedule", into<&Scenario::schedule, read_schedule>),
    key("expect", into<&Scenario::expect, read_expect>),
    key("explore", into<&Scenario::explore, read_explore>),
    key("bench", into<&Scenario::bench, read_bench>),
    key("variants", refuse_in_variant),
    key("sweep", refuse_in_variant),
};

constexpr auto scenario_key_names = [] {
  std::array<std::string_view, scenario_keys.size()> names;
  std::ranges::transform(scenario_keys, names.begin(), &Key<Scenario>::name);
  return names;
}();

/// What no single value can tell.
void check_whole(Reader& reader, const YamlNode& root, const Scenario& scenario) {
  if (scenario.name.value.empty())
    reader.fail(root.at, "a scenario needs `name`", "`name: coordinator dies after telling p1`");
  if (scenario.protocol.value.empty())
    reader.fail(root.at, "a scenario needs `protocol`", "`concordat list` names them");
  check_times(reader, root, scenario);
  check_bench(reader, root, scenario, scenario_key_names);
}

/// REQUIRES: the tree has neither `variants` nor `sweep`.
Result<Scenario> read_one(Reader reader, const YamlNode& tree, const std::string& file_name) {
  Scenario scenario;
  scenario.file = file_name;
  if (tree.kind == YamlNode::Kind::none)
    reader.fail({1, 1}, "the file is empty", "a scenario needs `name` and `protocol`");
  if (reader.ok()) read_keys(reader, tree, scenario_keys, scenario);
  if (reader.ok()) check_whole(reader, tree, scenario);
  if (!reader.ok()) return reader.error();
  // Votes first, wherever `votes` stands in the file, as the writer puts them.
  std::stable_partition(scenario.choices.begin(), scenario.choices.end(), [](const Choice& choice) {
    return choice.label.value == vote_label;
  });
  return scenario;
}

/// Places that `resembles` names, and that are not swept: variants may differ there.
void note_places(Scenario& scenario, const YamlNode& tree) {
  if (!scenario.bench || !scenario.bench->resembles) return;
  const auto note = [&](const std::string& place) {
    const auto same = [&](const auto& each) { return each.first == place; };
    if (place.empty() || std::ranges::any_of(scenario.places, same) ||
        std::ranges::any_of(scenario.named, same))
      return;
    if (const std::string* const text = text_at(tree, place))
      scenario.named.emplace_back(place, *text);
  };
  for (const ResemblanceCheck& check : scenario.bench->resembles->checks) {
    note(check.place.value);
    for (const auto& entry : check.where)
      note(entry.key.value);
  }
}

/// One of several. An error names it.
Result<Scenario> read_variant(const YamlNode& tree,
                              const Variant& variant,
                              const std::string& file_name) {
  Reader reader(file_name);
  const YamlNode laid_out = laid_over(reader, tree, variant);
  auto scenario = read_one(std::move(reader), laid_out, file_name);
  if (!scenario) {
    Error error = scenario.error();
    error.what += " (variant `" + variant.label + "`)";
    return error;
  }
  scenario->variant = variant.label;
  scenario->overlay = variant.name;
  for (const Setting& setting : variant.settings)
    scenario->places.emplace_back(setting.place, setting.value.text);
  note_places(*scenario, laid_out);
  scenario->name.value += ", " + variant.label;
  return scenario;
}

/// What the variants have in common must be right even where each of them says something else. As a
/// whole it is no scenario: what is missing, or does not go together, may be so in no variant.
void check_common(Reader& reader, const YamlNode& tree) {
  const YamlNode common = laid_over(reader, tree, {});
  Scenario unused;
  read_keys(reader, common, scenario_keys, unused);
}

}  // namespace

Result<std::vector<Scenario>> read_all(std::string_view yaml_text,
                                       const std::string& file_name,
                                       std::span<const std::string> settings) {
  Result<YamlNode> tree = parse_yaml(yaml_text, file_name);
  if (!tree.ok()) return tree.error();
  const std::size_t most =
      std::min(max_variants, max_variant_bytes / std::max<std::size_t>(yaml_text.size(), 1));
  Reader reader(file_name);
  add_settings(reader, *tree, settings);
  const std::vector<Variant> variants = variants_of(reader, *tree, scenario_key_names, most);
  if (reader.ok() && !variants.empty()) check_common(reader, *tree);
  if (!reader.ok()) return reader.error();
  std::vector<Scenario> all;
  if (variants.empty()) {
    auto scenario = read_one(std::move(reader), *tree, file_name);
    if (!scenario) return scenario.error();
    note_places(*scenario, *tree);
    all.push_back(std::move(*scenario));
  }
  for (const Variant& variant : variants) {
    auto scenario = read_variant(*tree, variant, file_name);
    if (!scenario) return scenario.error();
    all.push_back(std::move(*scenario));
  }
  return all;
}

Result<Scenario> read(std::string_view yaml_text, const std::string& file_name) {
  auto all = read_all(yaml_text, file_name);
  if (!all) return all.error();
  if (!all->front().variant.empty())
    return Error{file_name,
                 {1, 1},
                 "one scenario is wanted here, without `variants` and `sweep`",
                 "write out which one"};
  return std::move(all->front());
}

Result<std::vector<Scenario>> read_all_file(const std::string& path,
                                            std::span<const std::string> settings) {
  const Result<std::string> text = read_text_file(path, max_file_bytes);
  if (!text.ok()) return text.error();
  return read_all(*text, path, settings);
}

}  // namespace concordat::scenario
