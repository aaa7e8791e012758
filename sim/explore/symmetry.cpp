#include "sim/explore/symmetry.hpp"

#include <algorithm>

#include "sim/model/key.hpp"
#include "sim/model/moves.hpp"

namespace concordat::explore {

namespace {

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

// ---- Who may be renamed.

Symmetry::Symmetry(const CheckRequest& request, StepTable& steps)
    : steps_(steps),
      model_(steps.model()),
      properties_(request.properties),
      why_off_(find_members(request)) {
  if (on()) find_exchanges();
  if (on()) why_off_ = find_differences(request);
  if (!on()) members_.clear();
  nodes_.resize(index(steps.node_count()));
  looked_at_.resize(index(steps.node_count()));
}

std::string Symmetry::describe() const {
  return on() ? roles_ : "off: " + why_off_;
}

std::string Symmetry::find_members(const CheckRequest& request) {
  const Setup& setup = model_.setup();
  if (request.search.exact) return "an exact search compares states, not orbits";
  if (request.non_blocking) return "non_blocking follows each process by its name";
  if (request.rules.copies != 1 || request.rules.delivery == Delivery::fifo)
    return "it knows networks that are sets only (copies: set, without order)";
  if (request.rules.timers_wait() &&
      (request.rules.delivery == Delivery::duplicating || request.budget.duplicates != 0))
    return "it knows networks that are sets only (synchronous: without duplicates)";
  for (int role = 0; role < static_cast<int>(model_.info().roles.size()); ++role) {
    const RoleSpec& spec = model_.info().roles[index(role)];
    if (!spec.interchangeable || setup.all(role).size() < 2) continue;
    groups_.push_back(setup.all(role));
    for (const ProcessId process : setup.all(role)) {
      const auto& slots = setup.slots[index(setup.node_of(process))];
      const auto stranger = std::ranges::find_if(
          slots, [process](const Slot& slot) { return slot.process != process; });
      if (stranger != slots.end())
        return setup.name_of(process) + " shares its node with " + setup.name_of(stranger->process);
      place_[index(process.index())] = static_cast<std::uint8_t>(members_.size());
      members_.push_back(process);
      movable_.insert(process);
    }
    roles_ += (roles_.empty() ? "" : ", ") + std::string(spec.name);
  }
  if (members_.empty()) return "no role has several interchangeable processes";
  for (const Goal& goal : request.goals)
    for (const GoalTerm& term : goal.terms)
      for (const ProcessId member : members_)
        if (term.process == member || term.node == setup.node_of(member))
          return "the goal `" + goal.text + "` names " + setup.name_of(member);
  return "";
}

void Symmetry::find_exchanges() {
  std::int64_t orders = 1;
  for (const ProcessSet group : groups_)
    for (int i = 2; i <= group.size(); ++i)
      orders = std::min(orders * i, most_orders);
  whole_orbits_ = orders <= most_tested_orders;
  Renaming nobody(index(model_.setup().process_count()));
  for (std::size_t i = 0; i < nobody.size(); ++i)
    nobody[i] = static_cast<int>(i);
  for (const ProcessSet group : groups_) {
    std::vector<ProcessId> all;
    for (const ProcessId member : group)
      all.push_back(member);
    for (std::size_t a = 0; a < all.size(); ++a)
      for (std::size_t b = a + 1; b < (whole_orbits_ ? std::min(a + 2, all.size()) : all.size());
           ++b) {
        Renaming& to = exchanges_.emplace_back(nobody);
        std::swap(to[index(all[a].index())], to[index(all[b].index())]);
      }
  }
}

/// What differs between members before anything has happened.
std::string Symmetry::find_differences(const CheckRequest& request) const {
  const Setup& setup = model_.setup();
  for (const Renaming& to : exchanges_) {
    const auto is_told_apart = [&](std::uint32_t nodes) {
      for (int node = 0; node < setup.node_count(); ++node)
        if ((nodes >> node & 1U) != (nodes >> node_after(node, to) & 1U)) return true;
      return false;
    };
    bool budget = is_told_apart(request.budget.may_crash);
    for (const CrashLimit& limit : request.budget.crash_limits)
      budget = budget || is_told_apart(limit.nodes);
    if (budget) return "the budget of crashes tells " + tells_apart(to) + " apart";
    for (const OutsideWrite& write : request.budget.outside_writes)
      if (node_after(write.node, to) != write.node)
        return "a write from outside tells " + tells_apart(to) + " apart";
    for (int node = 0; node < setup.node_count(); ++node)
      if (renamed(model_.initial(node), to) != model_.initial(node_after(node, to)))
        return tells_apart(to) + " begin differently";
  }
  return "";
}

int Symmetry::node_after(int node, const Renaming& to) const {
  const auto& slots = model_.setup().slots[index(node)];
  if (slots.empty() || !movable_.contains(slots.front().process)) return node;
  return model_.setup().node_of(ProcessId::at(to[index(slots.front().process.index())]));
}

LocalState Symmetry::renamed(LocalState local, const Renaming& to) const {
  local.node_state = model_.rename_part(StatePart::node, local.node_state, to);
  for (Unforced& unforced : local.tail) {
    unforced.durable = model_.rename_part(StatePart::log, unforced.durable, to);
    unforced.node_state = model_.rename_part(StatePart::node, unforced.node_state, to);
  }
  for (ProcessState& process : local.slots) {
    process.durable = model_.rename_part(StatePart::log, process.durable, to);
    process.state = model_.rename_part(StatePart::state, process.state, to);
  }
  return local;
}

// ---- Whether they are alike.

namespace {

std::uint64_t hash_of(int node, const LocalState& local, std::string&& key) {
  append_key(local, key);
  return hash_bytes(key, static_cast<std::uint64_t>(node));
}

}  // namespace

std::string Symmetry::tells_apart(const Renaming& to) const {
  const auto first = std::ranges::find_if(
      members_, [&](ProcessId member) { return to[index(member.index())] != member.index(); });
  const Setup& setup = model_.setup();
  return setup.name_of(*first) + " and " + setup.name_of(ProcessId::at(to[index(first->index())]));
}

std::uint64_t Symmetry::hash_of_row(const Row& row) const {
  const LocalEvent& event = row.event;
  std::string key;
  for (const int part : {row.cuts ? 1 : 0,
                         static_cast<int>(event.kind),
                         event.slot,
                         event.from.index() + 1,
                         event.timer,
                         event.code,
                         event.notice.slot,
                         static_cast<int>(event.notice.kind),
                         int{event.notice.row.table},
                         int{event.notice.row.key}})
    key::put(key, static_cast<std::uint64_t>(part));
  key::put(key, event.message);
  return hash_of(row.node, row.before, std::move(key));
}

Symmetry::Row Symmetry::renamed(const Row& row, const Renaming& to) const {
  Row out{node_after(row.node, to), renamed(row.before, to), row.event, row.cuts};
  if (row.event.from.none()) return out;
  out.event.from = ProcessId::at(to[index(row.event.from.index())]);
  out.event.message = model_.rename_message(row.event.message, to);
  return out;
}

std::string Symmetry::test_rows() {
  for (; tested_ < steps_.handled().size(); ++tested_) {
    const StepTable::Handled& handled = steps_.handled()[tested_];
    Row first{handled.node,
              steps_.contents(handled.node, handled.local),
              *moves::local_event(model_, handled.event),
              handled.cuts};
    if (handled.event.kind == EventKind::recover) lose_tail(first.before, handled.event.kept);
    if (!tested_rows_.insert(hash_of_row(first)).second) continue;
    std::vector<Row> open{std::move(first)};
    while (!open.empty()) {
      const Row row = std::move(open.back());
      open.pop_back();
      for (const Renaming& to : exchanges_) {
        Row other = renamed(row, to);
        if (results(other, nullptr) != results(row, &to))
          return tells_apart(to) + " are not interchangeable: a step of " +
                 model_.setup().nodes[index(row.node)] + " depends on which is which";
        if (whole_orbits_ && tested_rows_.insert(hash_of_row(other)).second)
          open.push_back(std::move(other));
      }
    }
  }
  return "";
}

/// What a step can come to, in any order. With `to`, in other names.
std::vector<std::string> Symmetry::results(const Row& row, const Renaming* to) const {
  std::string bound;
  std::vector<std::string> keys;
  for (const Model::Outcome& outcome :
       model_.outcomes(row.node, row.before, row.event, row.cuts, &bound)) {
    std::string key = outcome.plan.cut ? "crash" : "";
    append_key(to != nullptr ? renamed(outcome.local, *to) : outcome.local, key);
    std::vector<std::string> sends;
    for (int i = 0; i < static_cast<int>(outcome.step.effects.size()); ++i) {
      const Effect& effect = outcome.step.effects[index(i)];
      const Slot& slot = model_.setup().slots[index(row.node)][index(effect.slot)];
      for (const ProcessId receiver : outcome.step.sent_by(i)) {
        const Envelope sent{slot.tx, slot.process, receiver, effect.message};
        append_key(to != nullptr ? renamed(sent, *to) : sent, sends.emplace_back());
      }
    }
    std::ranges::sort(sends);
    for (const std::string& send : sends)
      key += send;
    keys.push_back(std::move(key));
  }
  std::ranges::sort(keys);
  keys.push_back(bound);
  return keys;
}

Envelope Symmetry::renamed(const Envelope& envelope, const Renaming& to) const {
  const auto name = [&](ProcessId process) {
    return process.none() ? process : ProcessId::at(to[index(process.index())]);
  };
  return {envelope.tx,
          name(envelope.from),
          name(envelope.to),
          model_.rename_message(envelope.message, to)};
}

/// Properties must not tell members apart either.
std::string Symmetry::test_observations() {
  for (int node = 0; node < steps_.node_count(); ++node)
    for (std::uint32_t& id = looked_at_[index(node)];
         id < static_cast<std::uint32_t>(steps_.local_count(node));
         ++id) {
      if (!tested_locals_.insert(hash_of(node, steps_.contents(node, id), "")).second) continue;
      std::vector<std::pair<int, LocalState>> open{{node, steps_.contents(node, id)}};
      while (!open.empty()) {
        const auto [at, local] = std::move(open.back());
        open.pop_back();
        for (const Renaming& to : exchanges_) {
          const int after = node_after(at, to);
          LocalState other = renamed(local, to);
          for (const Property* property : properties_)
            if (property->observe(model_, after, other) != property->observe(model_, at, local))
              return std::string(property->name) + " tells " + tells_apart(to) + " apart";
          if (whole_orbits_ && tested_locals_.insert(hash_of(after, other, "")).second)
            open.emplace_back(after, std::move(other));
        }
      }
    }
  return "";
}

// ---- Facts.

Symmetry::Unit Symmetry::facts_of(std::uint64_t seed,
                                  const std::function<void(Facts&)>& state_them) const {
  Unit unit;
  Facts facts(groups_, model_.setup().process_count(), [&](const Fact& fact) {
    CrossedFact& found = unit.emplace_back();
    found.hash = hash_bytes(fact.place, seed ^ mix64(fact.value));
    for (const int process : fact.about)
      found.about.push_back(place_[index(process)]);
  });
  state_them(facts);
  return unit;
}

namespace {

/// Whether all mentions are of one member, or there are none.
bool is_about_one(const std::vector<std::uint8_t>& about) {
  return std::ranges::all_of(about, [&](std::uint8_t member) { return member == about.front(); });
}

}  // namespace

void Symmetry::add_each(Parts& parts, const Unit& facts) const {
  const std::size_t base = parts.sums.size();
  parts.sums.resize(base + width());
  Crossed& crossed = parts.crossed.emplace_back();
  for (const CrossedFact& fact : facts) {
    if (!is_about_one(fact.about))
      crossed.push_back({fact});
    else
      parts.sums[base + (fact.about.empty() ? 0 : 1U + fact.about.front())] += fact.hash;
  }
}

void Symmetry::add_together(Parts& parts, const Unit& facts) const {
  std::vector<std::uint8_t> about;
  std::uint64_t sum = 0;
  for (const CrossedFact& fact : facts) {
    about.insert(about.end(), fact.about.begin(), fact.about.end());
    sum += mix64(fact.hash + fact.about.size());
  }
  const std::size_t base = parts.sums.size();
  parts.sums.resize(base + width());
  Crossed& crossed = parts.crossed.emplace_back();
  if (!is_about_one(about))
    crossed.push_back(facts);
  else
    parts.sums[base + (about.empty() ? 0 : 1U + about.front())] += mix64(sum);
}

void Symmetry::state_local(int node, const LocalState& local, Facts& facts) const {
  enum Place { whole_node, store, tail, slot };
  const auto& slots = model_.setup().slots[index(node)];
  const auto blob = [&](StatePart part, const StateBlob& content) {
    facts.at(static_cast<int>(part), [&] { model_.state_part(part, content, facts); });
  };
  facts.at(whole_node, [&] {
    facts.state(1U | (local.up ? 2U : 0U) | (local.paused ? 4U : 0U) |
                static_cast<unsigned>(local.renames) << 3U);
    blob(StatePart::node, local.node_state);
  });
  std::string rows;
  local.store.append_key(rows);
  for (const Unforced& unforced : local.tail)
    append_key(unforced.store, rows);
  facts.at(store, [&] { facts.state(hash_bytes(rows, 0)); });
  const auto at_slot = [&](int of, auto&& inside) {
    facts.at(slots[index(of)].tx, [&] { facts.at(slots[index(of)].process, inside); });
  };
  facts.at(tail, [&] {
    int number = 0;
    for (const Unforced& unforced : local.tail)
      facts.at(number++, [&] {
        at_slot(unforced.slot, [&] {
          facts.state(1);
          blob(StatePart::log, unforced.durable);
          blob(StatePart::node, unforced.node_state);
        });
      });
  });
  facts.at(slot, [&] {
    for (int i = 0; i < static_cast<int>(slots.size()); ++i)
      at_slot(i, [&] {
        const ProcessState& process = local.slots[index(i)];
        facts.state(engine_bits(process));
        blob(StatePart::log, process.durable);
        blob(StatePart::state, process.state);
      });
  });
}

void Symmetry::add_local(int node, std::uint32_t id) {
  constexpr std::uint64_t local_seed = 4;
  constexpr int member_place = 0x6000;
  const auto& slots = model_.setup().slots[index(node)];
  const bool is_member = !slots.empty() && movable_.contains(slots.front().process);
  add_each(nodes_[index(node)], facts_of(local_seed, [&](Facts& facts) {
             const auto inside = [&] { state_local(node, steps_.contents(node, id), facts); };
             if (!is_member) return facts.at(node, inside);
             const ProcessId self = slots.front().process;
             const int role = model_.setup().processes[index(self.index())].role;
             facts.at(member_place + role, [&] { facts.at(self, inside); });
           }));
}

void Symmetry::add_message(std::uint32_t id) {
  constexpr std::uint64_t message_seed = 5;
  const Envelope& envelope = steps_.envelope(id);
  add_together(messages_, facts_of(message_seed, [&](Facts& facts) {
                 facts.at(envelope.tx, [&] {
                   facts.at(envelope.from, [&] {
                     facts.at(envelope.to, [&] {
                       facts.state(1);
                       facts.at(0, [&] { model_.state_message(envelope.message, facts); });
                     });
                   });
                 });
               }));
}

void Symmetry::add_control(std::uint32_t id) {
  constexpr std::uint64_t control_seed = 6;
  const Control& control = steps_.controls().at(id);
  add_each(controls_, facts_of(control_seed, [&](Facts& facts) {
             std::string used;
             append_key(control.used, used);
             facts.at(0, [&] { facts.state(hash_bytes(used, control_seed)); });
             const auto at_node = [&](int node, auto&& inside) {
               const auto& slots = model_.setup().slots[index(node)];
               if (!slots.empty() && movable_.contains(slots.front().process))
                 facts.at(slots.front().process, inside);
               else
                 facts.at(node, inside);
             };
             for (int from = 0; from < steps_.node_count(); ++from)
               for (int to = 0; to < steps_.node_count(); ++to)
                 if (!control.connected(from, to))
                   at_node(from, [&] { at_node(to, [&] { facts.state(1); }); });
           }));
}

void Symmetry::add_move(std::uint32_t id) {
  const Move& move = steps_.move(id);
  const std::size_t begin = moves_.size();
  moves_.resize(begin + 2 * width());
  bool crosses = move.local != none && crossed_local(move.node, move.local) != nullptr;
  for (std::size_t i = 0; i < width(); ++i) {
    std::uint64_t sum = 0;
    if (move.local != none)
      sum += of_local(move.node, move.local)[i] - of_local(move.node, move.before)[i];
    const bool taken = move.message != none && (move.flags & move_flag::stays) == 0;
    if (taken) sum -= of_message(move.message)[i];
    moves_[begin + i] = sum;
    std::vector<std::uint32_t> sent;
    for (std::uint32_t k = 0; k < move.send_count; ++k) {
      const std::uint32_t message = steps_.send(move.sends + k);
      crosses = crosses || crossed_message(message) != nullptr;
      if (std::ranges::find(sent, message) != sent.end()) continue;
      sent.push_back(message);
      sum += of_message(message)[i];
      // What is taken and sent again is in flight afterwards, whatever else was sent.
      if (taken && message == move.message) moves_[begin + i] += of_message(message)[i];
    }
    moves_[begin + width() + i] = sum;
  }
  move_crosses_.push_back(crosses ? 1 : 0);
}

void Symmetry::learn() {
  if (!on()) return;
  for (int node = 0; node < steps_.node_count(); ++node)
    while (nodes_[index(node)].crossed.size() < index(steps_.local_count(node)))
      add_local(node, static_cast<std::uint32_t>(nodes_[index(node)].crossed.size()));
  while (messages_.crossed.size() < index(steps_.message_count()))
    add_message(static_cast<std::uint32_t>(messages_.crossed.size()));
  while (controls_.crossed.size() < index(steps_.controls().size()))
    add_control(static_cast<std::uint32_t>(controls_.crossed.size()));
  while (move_crosses_.size() < steps_.move_count())
    add_move(static_cast<std::uint32_t>(move_crosses_.size()));
  why_off_ = test_rows();
  if (on()) why_off_ = test_observations();
}

// ---- States with crossed facts.

namespace {

/// The hash of a unit when the members stand in these places.
std::uint64_t hash_of(const Symmetry::Unit& unit, const std::vector<std::uint8_t>& places) {
  std::uint64_t sum = 0;
  for (const Symmetry::CrossedFact& fact : unit) {
    std::uint64_t hash = fact.hash;
    for (const std::uint8_t member : fact.about)
      hash = mix64(hash + places[member] + 1);
    sum += mix64(hash + fact.about.size());
  }
  return mix64(sum);
}

}  // namespace

std::uint64_t Symmetry::fingerprint(const std::uint64_t* sums,
                                    const std::vector<const Crossed*>& crossed) const {
  const std::size_t count = members_.size();
  std::vector<std::uint8_t> order(count);  // members by their signatures
  for (std::size_t i = 0; i < count; ++i)
    order[i] = static_cast<std::uint8_t>(i);
  const auto by_signature = [&](std::uint8_t a, std::uint8_t b) {
    return sums[1 + a] != sums[1 + b] ? sums[1 + a] < sums[1 + b] : a < b;
  };
  std::ranges::sort(order, by_signature);
  std::vector<std::pair<std::size_t, std::size_t>> ties;  // [begin, end) in `order`
  std::int64_t orders = 1;
  for (std::size_t begin = 0, end = 0; begin < count; begin = end) {
    while (end < count && sums[1 + order[end]] == sums[1 + order[begin]])
      orders = std::min(most_orders + 1, orders * static_cast<std::int64_t>(++end - begin));
    if (end - begin > 1) ties.emplace_back(begin, end);
  }
  std::vector<std::uint8_t> places(count);
  std::uint64_t least = ~std::uint64_t{0};
  for (bool more = true; more;) {
    for (std::size_t i = 0; i < count; ++i)
      places[order[i]] = static_cast<std::uint8_t>(i);
    std::uint64_t hash = 0;
    for (const Crossed* units : crossed)
      for (const Unit& unit : *units)
        hash += hash_of(unit, places);
    least = std::min(least, hash);
    more = false;
    if (orders > most_orders) break;
    for (const auto& [begin, end] : ties) {  // as the digits of a counter
      more = std::next_permutation(order.begin() + static_cast<std::ptrdiff_t>(begin),
                                   order.begin() + static_cast<std::ptrdiff_t>(end));
      if (more) break;
    }
  }
  return fingerprint(sums) + mix64(least);
}

}  // namespace concordat::explore
