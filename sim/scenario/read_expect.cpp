// `expect:` on a run, and `explore:` with the `expect:` inside it.
#include <algorithm>
#include <fmt/ranges.h>

#include "sim/base/property_names.hpp"
#include "sim/model/fault_class.hpp"
#include "sim/scenario/read_parts.hpp"

namespace concordat::scenario {

namespace {

constexpr std::array<std::string_view, 3> run_statuses{"ok", "violated", "not_reached"};
constexpr std::array<std::string_view, 3> verdicts{"holds", "violated", "unknown"};
constexpr std::array<std::string_view, 4> outcomes{"commit", "abort", "mixed", "none"};
constexpr std::array<std::string_view, 5> decisions{
    "commit", "abort", "none", "commit, then abort", "abort, then commit"};

/// `uniform_agreement: ok` or `UA: ok`; kept under the long name.
template <class T, const auto& statuses>
void property(Reader& reader, const YamlNode& node, T& out) {
  Entry<std::string> entry;
  entry.key = {std::string(property_long_name(node.key)), node.key_at};
  word<statuses>(reader, node, entry.value);
  for (const auto& earlier : out.properties)
    if (earlier.key == entry.key)
      reader.fail(node.key_at, "the property " + quote(entry.key.value) + " is repeated");
  out.properties.push_back(std::move(entry));
}

/// The given keys and, after them, each property under its name and under its code.
template <const auto& statuses, class T, std::size_t n>
constexpr auto with_properties(const std::array<Key<T>, n>& own) {
  std::array<Key<T>, n + 2 * property_names.size()> all{};
  std::size_t next = 0;
  for (const Key<T>& each : own)
    all[next++] = each;
  for (const PropertyName& each : property_names)
    all[next++] = key(each.name, property<T, statuses>);
  for (const PropertyName& each : property_names)
    all[next++] = key(each.code, property<T, statuses>);
  return all;
}

/// `{p1: commit, "t2 p1": abort}`.
void read_decisions(Reader& reader, const YamlNode& node, std::vector<Entry<std::string>>& out) {
  for_each_item(reader, node, [&](const YamlNode& item) {
    auto& entry = out.emplace_back();
    entry.key = {item.key, where_key(reader, item).at};
    word<decisions>(reader, item, entry.value);
  });
}

/// `900`, `900 held 100`.
void read_final_row(Reader& reader, const YamlNode& node, At<FinalRow>& out) {
  constexpr std::string_view joint = " held ";
  const std::size_t held = node.text.find(joint);
  YamlNode part = node;
  At<int> number_read;
  const auto read = [&](std::string text, int& into) {
    part.text = std::move(text);
    number<-max_amount, max_amount>(reader, part, number_read);
    into = number_read.value;
  };
  out.at = node.at;
  if (node.kind != YamlNode::Kind::text || held == std::string::npos) {
    number<-max_amount, max_amount>(reader, node, number_read);
    out.value.value = number_read.value;
    return;
  }
  read(node.text.substr(0, held), out.value.value);
  if (reader.ok()) read(node.text.substr(held + joint.size()), out.value.held);
}

/// `{p1: {accounts.alice: 900}}`.
template <auto read_value, class T>
void read_cells(Reader& reader,
                const YamlNode& node,
                std::vector<std::pair<Text, std::vector<Entry<T>>>>& out) {
  for_each_item(reader, node, [&](const YamlNode& process) {
    out.emplace_back().first = name_key(reader, process);
    for_each_item(reader, process, [&](const YamlNode& item) {
      auto& entry = out.back().second.emplace_back();
      entry.key = {item.key, row_key(reader, item).first.at};
      read_value(reader, item, entry.value);
    });
  });
}

/// `p1 accounts.alice`.
void read_locked_row(Reader& reader, const YamlNode& node, Text& out) {
  line(reader, node, out);
  if (!reader.ok()) return;
  const std::string_view text = node.text;
  const std::size_t blank = std::min(text.rfind(' '), text.size());
  if (!parse_where(text.substr(0, blank)) ||
      !parse_row(text.substr(std::min(blank + 1, text.size()))))
    reader.must_be(
        node, "a row at a process", "write `p1 accounts.alice`, or `t2 p1 accounts.alice`");
}

constexpr std::array expect_keys = with_properties<run_statuses>(std::array{
    key("outcome", into<&Expect::outcome, word<outcomes>>),
    key("decisions", into<&Expect::decisions, read_decisions>),
    key("blocked", into<&Expect::blocked, list_of<process>>),
    key("store", into<&Expect::store, read_cells<read_final_row, FinalRow>>),
    key("locked", into<&Expect::locked, list_of<read_locked_row>>),
    key("messages", into<&Expect::messages, number<0, max_small_count>>),
    key("forces", into<&Expect::forces, number<0, max_small_count>>),
    key("steps", into<&Expect::steps, number<0, max_small_count>>),
    key("answered_within", into<&Expect::answered_within, duration>),
    key("blocked_at_most", into<&Expect::blocked_at_most, duration>),
});

/// `expect:` inside `explore:` fills the same struct.
constexpr std::array verdict_keys = with_properties<verdicts>(std::array{
    key("states", into<&Explore::states, number<0, max_count, std::int64_t>>),
    key("transitions", into<&Explore::transitions, number<0, max_count, std::int64_t>>),
    key("depth", into<&Explore::depth, number<0, max_small_count>>),
});

void read_verdicts(Reader& reader, const YamlNode& node, Explore& out) {
  read_keys(reader, node, verdict_keys, out);
}

constexpr std::array unlimited{NumberWord{"unlimited", -1}};
constexpr std::int64_t max_budget = 255;

/// A count of faults, or `unlimited`.
constexpr auto budget = number_or<0, max_budget, unlimited>;

void from_faults(Reader& reader, const YamlNode& node, At<bool>& out) {
  static constexpr std::array<std::string_view, 1> sources{"faults"};
  word_index(reader, node, sources);
  out = {true, node.at};
}

/// The name of a class. `F8` alone would be two.
void read_fault_class(Reader& reader, const YamlNode& node, Text& out) {
  if (!reader.is_text(node)) return;
  out = {node.text, node.at};
  if (find_fault_class(node.text) != nullptr) return;
  std::string variants;
  for (const std::string& name : fault_class_names())
    if (name.starts_with(node.text + "-"))
      variants += (variants.empty() ? "write " : " or ") + quote(name);
  reader.must_be(node, fmt::format("one of {}", fmt::join(fault_class_names(), ", ")), variants);
}

constexpr std::array limit_keys{
    key("nodes", into<&NodeCrashes::nodes, list_of<name>>),
    key("crashes", into<&NodeCrashes::crashes, number<0, max_budget>>),
};

/// `[{nodes: [c], crashes: 1}]`
void read_limits(Reader& reader, const YamlNode& node, std::vector<NodeCrashes>& out) {
  if (!reader.is_list(node)) return;
  for (const YamlNode& item : node.items) {
    NodeCrashes& limit = out.emplace_back();
    read_keys(reader, item, limit_keys, limit);
    if (!reader.ok()) return;
    if (out.size() > max_crash_limits)
      return reader.fail(
          item.at, "there are at most " + std::to_string(max_crash_limits) + " limits of crashes");
    if (limit.nodes.value.empty() || !has_key(item, "crashes"))
      return reader.fail(
          item.at, "a limit needs `nodes` and `crashes`", "write `{nodes: [p1, p2], crashes: 1}`");
  }
}

void on_or_off(Reader& reader, const YamlNode& node, At<bool>& out) {
  static constexpr std::array<std::string_view, 2> words{"off", "on"};
  out = {word_index(reader, node, words) == 1, node.at};
}

constexpr std::array<std::string_view, 2> yes_or_no{"yes", "no"};

/// `[p2 blocks]` only asks, `{p2 blocks: yes, p1 commits and p2 aborts: no}` expects. What a goal
/// means is known when it meets the processes: see bind.
void read_reachable(Reader& reader, const YamlNode& node, std::vector<Entry<std::string>>& out) {
  if (node.kind == YamlNode::Kind::list) {
    std::vector<Text> texts;
    list_once(reader, node, texts, line);
    for (const Text& text : texts)
      out.push_back({text, {}});
  } else if (node.kind == YamlNode::Kind::map) {
    for_each_item(reader, node, [&](const YamlNode& item) {
      auto& entry = out.emplace_back();
      entry.key = {item.key, item.key_at};
      word<yes_or_no>(reader, item, entry.value);
    });
  } else {
    reader.must_be(node,
                   "a list of goals, or a map",
                   "`reachable: [p2 blocks]`, or what to expect: `reachable: {p2 blocks: yes}`");
  }
}

constexpr std::array explore_keys{
    key("faults", into<&Explore::faults, read_fault_class>),
    key("crashes", into<&Explore::crashes, budget>),
    key("recoveries", into<&Explore::recoveries, budget>),
    key("losses", into<&Explore::losses, budget>),
    key("duplicates", into<&Explore::duplicates, budget>),
    key("partitions", into<&Explore::partitions, budget>),
    key("pauses", into<&Explore::pauses, budget>),
    key("early_timeouts", into<&Explore::early_timeouts, budget>),
    key("heal", into<&Explore::heal, flag>),
    key("one_way", into<&Explore::one_way, flag>),
    key("operators", into<&Explore::operators, flag>),
    key("outside_writes", into<&Explore::outside_writes, read_cells<number<0, max_amount>, int>>),
    key("crash_only", into<&Explore::crash_only, list_of<name>>),
    key("crash_limits", into<&Explore::crash_limits, read_limits>),
    key("timing", into<&Explore::timing, one_of<TimingModel>>),
    key("tail", into<&Explore::tail, one_of<TailRule>>),
    key("crash_points", into<&Explore::crash_points, one_of<CrashPoints>>),
    key("from", into<&Explore::from_faults, from_faults>),
    key("max_states", into<&Explore::max_states, number<1, max_count, std::int64_t>>),
    key("max_depth", into<&Explore::max_depth, number<1, max_small_count>>),
    key("order", into<&Explore::order, word<search_orders>>),
    key("symmetry", into<&Explore::symmetry, on_or_off>),
    key("partial_order", into<&Explore::partial_order, on_or_off>),
    key("walks", into<&Explore::walks, number<1, max_count, std::int64_t>>),
    key("seed", into<&Explore::seed, number<0, max_count, std::int64_t>>),
    key("walk_steps", into<&Explore::walk_steps, number<1, max_small_count>>),
    key("changes", into<&Explore::changes, number<0, max_budget>>),
    key("reachable", into<&Explore::reachable, read_reachable>),
    key("expect", read_verdicts),
};

}  // namespace

void read_expect(Reader& reader, const YamlNode& node, Expect& out) {
  out.at = node.key_at;
  read_keys(reader, node, expect_keys, out);
}

void read_explore(Reader& reader, const YamlNode& node, Explore& out) {
  out.at = node.key_at;
  read_keys(reader, node, explore_keys, out);
  if (!reader.ok()) return;
  for (const YamlNode& item : node.items)
    if (item.key == "timing" && out.early_timeouts.value != 0 &&
        out.timing.value != TimingModel::partially_synchronous)
      return reader.fail(item.key_at,
                         "`early_timeouts` already says when timers fire",
                         "leave " + quote(item.key) + " out");
  if (!out.faults) return;
  for (const YamlNode& item : node.items)
    if (std::ranges::find(budget_keys, item.key) != budget_keys.end())
      return reader.fail(item.key_at,
                         "`faults: " + out.faults->value + "` already says " + quote(item.key),
                         "leave " + quote(item.key) + " out, or write the whole budget instead");
}

}  // namespace concordat::scenario
