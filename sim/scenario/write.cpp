#include "sim/scenario/write.hpp"

#include <algorithm>

#include "sim/scenario/emit.hpp"
#include "sim/scenario/write_parts.hpp"

namespace concordat::scenario {

namespace {

std::string where_text(const Where& where) {
  return where.tx == 0 ? where.process : "t" + std::to_string(where.tx) + " " + where.process;
}

void put_choices(YamlNode& out, const std::vector<Choice>& choices) {
  YamlNode votes = map_node();
  YamlNode others = map_node();
  for (const Choice& choice : choices) {
    const std::string where = where_text(choice.where.value);
    if (choice.label.value == vote_label) {
      put(votes, where, to_node(choice.outcome));
    } else {
      put(last(others, where), choice.label.value, to_node(choice.outcome));
    }
  }
  put_filled(out, "votes", std::move(votes));
  put_filled(out, "choices", std::move(others));
}

YamlNode store_node(const std::vector<InitialRow>& rows) {
  YamlNode node = map_node();
  for (const InitialRow& row : rows)
    put(last(last(node, row.process.value), row.table.value), row.key.value, to_node(row.value));
  return node;
}

YamlNode work_node(const std::vector<WorkItem>& work) {
  YamlNode node = map_node();
  for (const WorkItem& item : work)
    put(last(node, where_text(item.where.value)),
        item.table.value + "." + item.key.value,
        to_node(item.add));
  return node;
}

/// A number, `set` or `bag`.
YamlNode copies_node(int copies) {
  if (copies == Network::set) return plain("set");
  if (copies == Network::bag) return plain("bag");
  return to_node(copies);
}

YamlNode network_node(const Network& network) {
  const Network usual;
  YamlNode node = map_node();
  put_unless(node, "delivery", network.delivery, usual.delivery);
  if (network.copies) put(node, "copies", copies_node(network.copies->value));
  put_unless(node, "crash", network.crash, usual.crash);
  put_unless(node, "partition", network.partition, usual.partition);
  return node;
}

YamlNode expect_node(const Expect& expect) {
  YamlNode node = to_node(expect.properties);
  put_if(node, "outcome", expect.outcome);
  put_filled(node, "decisions", to_node(expect.decisions));
  put_if(node, "blocked", expect.blocked);
  YamlNode store = map_node();
  for (const auto& [process, rows] : expect.store)
    put(store, process.value, to_node(rows));
  put_filled(node, "store", std::move(store));
  put_if(node, "locked", expect.locked);
  put_if(node, "messages", expect.messages);
  put_if(node, "forces", expect.forces);
  put_if(node, "steps", expect.steps);
  put_if(node, "answered_within", expect.answered_within);
  put_if(node, "blocked_at_most", expect.blocked_at_most);
  return node;
}

/// A count, or `unlimited`.
void put_budget(YamlNode& map, std::string_view key, const At<int>& count) {
  if (count.value < 0) {
    put(map, key, plain("unlimited"));
  } else if (count.value > 0) {
    put(map, key, to_node(count));
  }
}

YamlNode limits_node(const std::vector<NodeCrashes>& limits) {
  YamlNode node = list_node();
  for (const NodeCrashes& limit : limits) {
    YamlNode& item = node.items.emplace_back(map_node());
    put(item, "nodes", to_node(limit.nodes));
    put(item, "crashes", to_node(limit.crashes));
  }
  return node;
}

/// What a fault class says is not written beside it.
void put_budgets(YamlNode& node, const Explore& explore) {
  const Explore usual;
  put_budget(node, "crashes", explore.crashes);
  put_budget(node, "recoveries", explore.recoveries);
  put_budget(node, "losses", explore.losses);
  put_budget(node, "duplicates", explore.duplicates);
  put_budget(node, "partitions", explore.partitions);
  put_budget(node, "pauses", explore.pauses);
  put_unless(node, "heal", explore.heal, usual.heal);
  put_unless(node, "one_way", explore.one_way, usual.one_way);
  put_if(node, "crash_only", explore.crash_only);
  put_filled(node, "crash_limits", limits_node(explore.crash_limits));
  put_unless(node, "timing", explore.timing, usual.timing);
  put_unless(node, "tail", explore.tail, usual.tail);
}

/// A list if nothing is expected of any.
YamlNode reachable_node(const std::vector<Entry<std::string>>& goals) {
  YamlNode list = list_node();
  YamlNode map = map_node();
  for (const auto& [goal, expected] : goals) {
    list.items.push_back(to_node(goal));
    put(map, goal.value, plain(expected.value));
  }
  const bool asks =
      std::ranges::any_of(goals, [](const auto& goal) { return goal.value.value.empty(); });
  return asks ? list : map;
}

YamlNode explore_node(const Explore& explore) {
  YamlNode node = map_node();
  if (explore.faults)
    put(node, "faults", to_node(*explore.faults));
  else
    put_budgets(node, explore);
  put_budget(node, "early_timeouts", explore.early_timeouts);
  put_unless(node, "operators", explore.operators, Explore{}.operators);
  YamlNode outside = map_node();
  for (const auto& [process, rows] : explore.outside_writes)
    put(outside, process.value, to_node(rows));
  put_filled(node, "outside_writes", std::move(outside));
  put_unless(node, "crash_points", explore.crash_points, Explore{}.crash_points);
  if (!explore.faults && explore.from_faults.value) put(node, "from", plain("faults"));
  put_if(node, "max_states", explore.max_states);
  put_if(node, "max_depth", explore.max_depth);
  if (explore.order) put(node, "order", plain(explore.order->value));
  if (explore.symmetry.value) put(node, "symmetry", plain("on"));
  if (explore.partial_order.value) put(node, "partial_order", plain("on"));
  put_if(node, "walks", explore.walks);
  put_if(node, "seed", explore.seed);
  put_if(node, "walk_steps", explore.walk_steps);
  put_if(node, "changes", explore.changes);
  put_filled(node, "reachable", reachable_node(explore.reachable));
  YamlNode expect = to_node(explore.properties);
  put_if(expect, "states", explore.states);
  put_if(expect, "transitions", explore.transitions);
  put_if(expect, "depth", explore.depth);
  put_filled(node, "expect", std::move(expect));
  return node;
}

/// Options keep their numbers without quotes.
YamlNode options_node(const std::vector<Entry<std::string>>& options) {
  YamlNode node = to_node(options);
  for (YamlNode& option : node.items)
    option.quoted = false;
  return node;
}

void put_prose(YamlNode& map, std::string_view key, const std::string& text) {
  if (text.empty()) return;
  YamlNode node = to_node(text);
  node.several_lines = true;
  put(map, key, std::move(node));
}

}  // namespace

std::string write(const Scenario& scenario) {
  const Scenario usual;
  YamlNode root = map_node();
  put(root, "name", to_node(scenario.name));
  put_prose(root, "story", scenario.story);
  put_prose(root, "source", scenario.source);
  put(root, "protocol", to_node(scenario.protocol));
  put_if(root, "profile", scenario.profile);
  put_filled(root, "options", options_node(scenario.options));
  put_filled(root, "processes", to_node(scenario.processes));
  put_filled(root, "place", to_node(scenario.place));
  if (scenario.after) put(root, "after", to_node(*scenario.after));
  put_unless(root, "transactions", scenario.transactions, usual.transactions);
  put_choices(root, scenario.choices);
  put_filled(root, "store", store_node(scenario.store));
  put_filled(root, "work", work_node(scenario.work));
  put_filled(root, "conserve", to_node(scenario.conserve));
  put_unless(root, "locks", scenario.locks, usual.locks);
  put_filled(root, "bounds", to_node(scenario.bounds));
  put_filled(root, "network", network_node(scenario.network));
  if (scenario.timing) put(root, "timing", timing_node(*scenario.timing));
  put_filled(root, "chances", chances_node(scenario.chances));
  if (scenario.load) put(root, "load", load_node(*scenario.load));
  put_filled(root, "faults", faults_node(scenario.faults));
  if (scenario.random) put(root, "random", random_node(*scenario.random));
  if (scenario.seeds) put(root, "seeds", to_node(*scenario.seeds));
  if (scenario.schedule) {
    YamlNode schedule = to_node(*scenario.schedule);
    schedule.several_lines = true;
    put(root, "schedule", std::move(schedule));
  }
  if (scenario.expect) put(root, "expect", expect_node(*scenario.expect));
  if (scenario.explore) put(root, "explore", explore_node(*scenario.explore));
  if (scenario.bench) put(root, "bench", bench_node(*scenario.bench));
  return emit(root);
}

}  // namespace concordat::scenario
