// `bench:`, a benchmark, as nodes.
#include "sim/scenario/write_parts.hpp"

namespace concordat::scenario {

namespace {

YamlNode arrivals_node(const Arrivals& arrivals) {
  const Arrivals usual;
  YamlNode node = map_node();
  put_if(node, "every", arrivals.every);
  if (arrivals.is_open()) {
    put_unless(node, "at_most", arrivals.at_most, usual.at_most);
  } else {
    put(node, "clients", to_node(arrivals.clients));
    put_unless(node, "think", arrivals.think, usual.think);
  }
  return node;
}

YamlNode participants_node(const Participants& participants) {
  if (participants.first == participants.last) return to_node(participants.first);
  return to_node(std::vector{participants.first, participants.last});
}

/// `length` is its word for how long it lasts.
YamlNode outage_node(const Outage& outage, std::string_view length) {
  YamlNode node = map_node();
  put(node, "every", to_node(outage.every));
  put(node, length, to_node(outage.lasts));
  return node;
}

YamlNode failures_node(const Failures& failures) {
  const Failures usual;
  YamlNode node = map_node();
  if (failures.coordinators) put(node, "coordinators", outage_node(*failures.coordinators, "down"));
  if (failures.services) {
    YamlNode services = outage_node(*failures.services, "down");
    put_unless(services, "at_most", failures.services_at_most, usual.services_at_most);
    put(node, "services", std::move(services));
  }
  if (failures.participants) put(node, "participants", outage_node(*failures.participants, "down"));
  if (failures.partition) {
    YamlNode partition = outage_node(*failures.partition, "lasts");
    put_unless(partition, "one_way", failures.one_way, usual.one_way);
    put(node, "partition", std::move(partition));
  }
  if (failures.pause) put(node, "pause", outage_node(*failures.pause, "lasts"));
  if (failures.slow_disk) {
    YamlNode slow_disk = outage_node(*failures.slow_disk, "lasts");
    put(slow_disk, "times", to_node(failures.slow_disk_times));
    put(node, "slow_disk", std::move(slow_disk));
  }
  put_unless(node, "lose", failures.lose, usual.lose);
  put_unless(node, "duplicate", failures.duplicate, usual.duplicate);
  if (failures.delay != usual.delay || failures.delay_by != usual.delay_by) {
    YamlNode delay = map_node();
    put(delay, "chance", to_node(failures.delay));
    put(delay, "by", to_node(failures.delay_by));
    put(node, "delay", std::move(delay));
  }
  return node;
}

YamlNode check_node(const ResemblanceCheck& check) {
  const ResemblanceCheck usual;
  const Claim claim = check.is.value;
  YamlNode node = map_node();
  put(node, "measure", to_node(check.measure));
  put(node, "of", to_node(format(check.of.value)));
  put(node, "is", to_node(check.is));
  if (!check.place.value.empty())
    put(node, claim == Claim::proportional ? "to" : "with", to_node(check.place));
  if (check.factor_millionths)
    put(node, "factor", plain(decimal_of_millionths(*check.factor_millionths)));
  put_unless(node, "within", check.within, usual.within);
  if (claim == Claim::below || claim == Claim::above)
    put(node, "than", to_node(format(check.than.value)));
  put_unless(node, "by", check.by, usual.by);
  YamlNode where = to_node(check.where);
  for (YamlNode& value : where.items)
    value.quoted = false;  // numbers stay as they are
  put_filled(node, "where", std::move(where));
  return node;
}

YamlNode prose_node(const std::string& text) {
  YamlNode node = to_node(text);
  node.several_lines = true;
  return node;
}

YamlNode resembles_node(const Resemblance& resembles) {
  YamlNode checks = list_node();
  checks.several_lines = true;
  for (const ResemblanceCheck& check : resembles.checks)
    checks.items.push_back(check_node(check));
  YamlNode node = map_node();
  put(node, "source", prose_node(resembles.source));
  put(node, "says", prose_node(resembles.says));
  put(node, "checks", std::move(checks));
  return node;
}

}  // namespace

YamlNode bench_node(const Bench& bench) {
  const Bench usual;
  YamlNode node = map_node();
  put_unless(node, "transactions", bench.transactions, usual.transactions);
  put_if(node, "warm_up", bench.warm_up);
  if (bench.arrivals != usual.arrivals) put(node, "arrivals", arrivals_node(bench.arrivals));
  put_unless(node, "nodes", bench.nodes, usual.nodes);
  put_unless(node, "coordinators", bench.coordinators, usual.coordinators);
  if (bench.participants) put(node, "participants", participants_node(bench.participants->value));
  put_unless(node, "business", bench.business, usual.business);
  put_unless(node, "keys", bench.keys, usual.keys);
  put_unless(node, "rows", bench.rows, usual.rows);
  if (bench.skew != 0) put(node, "skew", plain(decimal_of_millionths(bench.skew)));
  put_unless(node, "read_only", bench.read_only, usual.read_only);
  put_unless(node, "readers", bench.readers, usual.readers);
  put_unless(node, "locks", bench.locks, usual.locks);
  put_if(node, "lock_timeout", bench.lock_timeout);
  put_unless(node, "deadline", bench.deadline, usual.deadline);
  if (bench.timeout) put(node, "timeout", to_node(*bench.timeout));
  if (!bench.sites.empty()) {
    put(node, "sites", to_node(bench.sites));
    put(node, "inside", to_node(bench.inside));
    put_filled(node, "between", between_node(bench.between));
  }
  put_if(node, "home", bench.home);
  put_filled(node, "failures", failures_node(bench.failures));
  YamlNode compare = list_node();
  for (const At<Contender>& each : bench.compare)
    compare.items.push_back(to_node(format(each.value)));
  put_filled(node, "compare", std::move(compare));
  put_filled(node, "measures", to_node(bench.measures));
  if (bench.resembles) put(node, "resembles", resembles_node(*bench.resembles));
  return node;
}

}  // namespace concordat::scenario
