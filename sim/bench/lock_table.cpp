#include "sim/bench/lock_table.hpp"

#include <algorithm>
#include <bit>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <utility>

namespace concordat::bench {

LockTable::LockTable(Policy policy) : policy_(policy) {
  grow();
}

void LockTable::grow() {
  constexpr std::size_t least = 16;
  const std::vector<Entry> old =
      std::exchange(entries_, std::vector<Entry>(std::max(least, 2 * entries_.size())));
  mask_ = entries_.size() - 1;
  shift_ = static_cast<unsigned>(std::countl_zero(mask_));
  for (const Entry& entry : old)
    if (entry.state != free_state) entries_[find(entry.row)] = entry;
}

// --- requests -----------------------------------------------------------------------------------

Answer LockTable::contend(Entry& entry,
                          LockOwner owner,
                          std::uint64_t age,
                          std::vector<LockOwner>& victims) {
  check(entry.tx != owner.tx && !waits(entry.row, owner.tx), "a transaction asks once for a row");
  if (policy_ == Policy::no_wait) return Answer::refused;
  if (policy_ == Policy::wait_die) {
    // Each in the queue is older than the one before it.
    const std::uint32_t waiter = last_of(entry);
    const std::uint64_t last_age = waiter == none ? ages_[entry.tx] : waiters_[waiter].age;
    const std::uint32_t last = waiter == none ? entry.tx : waiters_[waiter].owner.tx;
    if (!is_older(age, owner.tx, last_age, last)) return Answer::refused;
  }
  const bool wounds = policy_ == Policy::wound_wait && entry.state == held_state &&
                      is_older(age, owner.tx, ages_[entry.tx], entry.tx);
  if (wounds) {
    set_flag(entry, doomed_flag, true);
    ++transaction(entry.tx).doomed;
    victims.push_back(entry.holder());
  }
  const std::uint32_t waiter = enqueue(entry, owner, age);
  const bool may_close_circle =
      policy_ == Policy::detect || (policy_ == Policy::wound_wait && stuck_ != 0);
  if (!may_close_circle || break_circles(owner.tx, victims)) return Answer::waiting;
  dequeue(entry, waiter);
  if (wounds) {
    set_flag(entry, doomed_flag, false);
    --transaction(entry.tx).doomed;
    victims.pop_back();
  }
  return Answer::refused;
}

bool LockTable::harden(std::uint32_t row, std::uint32_t tx) {
  Entry& entry = entries_[held_by(row, tx)];
  if ((entry.state & doomed_flag) != 0) return false;
  if ((entry.state & hardened_flag) != 0) return true;
  set_flag(entry, hardened_flag, true);
  ++transaction(tx).hardened;
  check(!is_stuck(entry), "an older transaction wounds the holder before it waits");
  return true;
}

bool LockTable::pass_on(Entry& entry, std::vector<Granted>& granted) {
  stuck_ -= is_stuck(entry) ? 1 : 0;
  if ((entry.state & hardened_flag) != 0) --transaction(entry.tx).hardened;
  if ((entry.state & doomed_flag) != 0) --transaction(entry.tx).doomed;
  entry.state = held_state;
  if (entry.first == none) return false;
  const Waiter next = dequeue(entry, entry.first);
  entry.tx = next.owner.tx;
  entry.tag = next.owner.tag;
  if (entry.tx >= ages_.size()) ages_.resize(std::size_t{entry.tx} + 1);
  ages_[entry.tx] = next.age;
  if (next.is_doomed) {
    set_flag(entry, doomed_flag, true);
    ++transaction(next.owner.tx).doomed;
  }
  granted.push_back({entry.row, entry.holder()});
  return true;
}

void LockTable::cancel(std::uint32_t row, std::uint32_t tx) {
  const std::uint32_t waiter = wait_of(row, tx);
  check(waiter != none, "who cancels a wait is waiting");
  dequeue(entries_[find(row)], waiter);
}

// --- queues -------------------------------------------------------------------------------------

bool LockTable::is_stuck(const Entry& entry) const {
  if (policy_ != Policy::wound_wait || (entry.state & hardened_flag) == 0) return false;
  if (entry.first == none) return false;
  const Waiter& oldest = waiters_[entry.first];
  return is_older(oldest.age, oldest.owner.tx, ages_[entry.tx], entry.tx);
}

LockTable::Transaction& LockTable::transaction(std::uint32_t tx) {
  if (tx >= transactions_.size()) transactions_.resize(std::size_t{tx} + 1);
  return transactions_[tx];
}

std::uint32_t LockTable::wait_of(std::uint32_t row, std::uint32_t tx) const {
  if (tx >= transactions_.size()) return none;
  std::uint32_t waiter = transactions_[tx].first_wait;
  while (waiter != none && waiters_[waiter].row != row)
    waiter = waiters_[waiter].next_of;
  return waiter;
}

std::uint32_t LockTable::enqueue(Entry& entry, LockOwner owner, std::uint64_t age) {
  stuck_ -= is_stuck(entry) ? 1 : 0;
  const std::uint32_t last = last_of(entry);
  std::uint32_t before = last;
  if (policy_ == Policy::wound_wait)
    while (before != none &&
           is_older(age, owner.tx, waiters_[before].age, waiters_[before].owner.tx))
      before = waiters_[before].before;
  const std::uint32_t after = before == none ? entry.first : waiters_[before].after;

  std::uint32_t waiter = free_waiter_;
  if (waiter == none) {
    waiter = static_cast<std::uint32_t>(waiters_.size());
    waiters_.emplace_back();
  } else {
    free_waiter_ = waiters_[waiter].after;
  }
  Transaction& of = transaction(owner.tx);
  waiters_[waiter] = {owner, age, entry.row, false, before, after, of.first_wait, none};
  of.first_wait = waiter;
  if (++of.waits == 2) ++wait_twice_;
  (before == none ? entry.first : waiters_[before].after) = waiter;
  if (after != none) waiters_[after].before = waiter;
  waiters_[entry.first].last = after == none ? waiter : last;
  ++waiting_;
  stuck_ += is_stuck(entry) ? 1 : 0;
  return waiter;
}

LockTable::Waiter LockTable::dequeue(Entry& entry, std::uint32_t waiter) {
  stuck_ -= is_stuck(entry) ? 1 : 0;
  const Waiter was = waiters_[waiter];
  const std::uint32_t last = last_of(entry);
  (was.before == none ? entry.first : waiters_[was.before].after) = was.after;
  if (was.after != none) waiters_[was.after].before = was.before;
  if (entry.first != none) waiters_[entry.first].last = was.after == none ? was.before : last;
  Transaction& of = transactions_[was.owner.tx];
  std::uint32_t* link = &of.first_wait;
  while (*link != waiter)
    link = &waiters_[*link].next_of;
  *link = was.next_of;
  if (of.waits-- == 2) --wait_twice_;
  if (was.is_doomed) --of.doomed;
  waiters_[waiter].after = free_waiter_;
  free_waiter_ = waiter;
  --waiting_;
  stuck_ += is_stuck(entry) ? 1 : 0;
  return was;
}

// --- deadlocks ----------------------------------------------------------------------------------

bool LockTable::break_circles(std::uint32_t requester, std::vector<LockOwner>& victims) {
  chosen_.clear();
  while (follow_waits(requester)) {
    const std::uint32_t waiter = youngest(circle());
    if (waiters_[waiter].owner.tx == requester) {
      for (const std::uint32_t other : chosen_)
        set_doomed(other, false);
      return false;
    }
    set_doomed(waiter, true);
    chosen_.push_back(waiter);
  }
  for (const std::uint32_t waiter : chosen_) {
    // Later victims may have broken its circle, too.
    if (chosen_.size() > 1) {
      set_doomed(waiter, false);
      if (!follow_waits(requester)) continue;
      set_doomed(waiter, true);
    }
    victims.push_back(waiters_[waiter].owner);
  }
  return true;
}

bool LockTable::follow_waits(std::uint32_t tx) {
  ++search_;
  comes_back_ = false;
  met_.assign(1, tx);
  waits_.clear();
  Transaction& start = transaction(tx);
  start.search = search_;
  start.vertex = 0;
  for (std::uint32_t vertex = 0; vertex < met_.size(); ++vertex) {
    const Transaction& from = transaction(met_[vertex]);
    if (from.doomed != 0) continue;  // ends without what it waits for
    for (std::uint32_t waiter = from.first_wait; waiter != none; waiter = waiters_[waiter].next_of)
      follow(vertex, waiter);
    // `from` is used no more: meeting others may move it.
  }
  return comes_back_;
}

/// Each waits for the holder and for those before it in the queue. Of these, who waits for nothing
/// else waits only for what the waiter waits for, too, so that no circle needs it.
void LockTable::follow(std::uint32_t from, std::uint32_t waiter) {
  const Entry& entry = entries_[find(waiters_[waiter].row)];
  add_wait(from, entry.tx, waiter);
  if (wait_twice_ == 0) return;
  for (std::uint32_t other = waiters_[waiter].before; other != none;
       other = waiters_[other].before) {
    const std::uint32_t tx = waiters_[other].owner.tx;
    if (transactions_[tx].waits > 1) add_wait(from, tx, waiter);
  }
}

void LockTable::add_wait(std::uint32_t from, std::uint32_t to_tx, std::uint32_t waiter) {
  Transaction& to = transaction(to_tx);
  if (to.search != search_) {
    to.search = search_;
    to.vertex = static_cast<std::uint32_t>(met_.size());
    met_.push_back(to_tx);
  }
  comes_back_ = comes_back_ || to.vertex == 0;
  waits_.push_back({from, to.vertex, waiter});
}

namespace {

struct Link {
  std::uint32_t waiter = 0;
};

using WaitForGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Link>;

/// Remembers the way to each vertex, and the first edge that closes a circle through the root.
class CircleFinder : public boost::default_dfs_visitor {
 public:
  struct Found {
    std::vector<WaitForGraph::edge_descriptor> edge_to;
    WaitForGraph::edge_descriptor last;
    bool done = false;
  };

  explicit CircleFinder(Found& found) : found_(&found) {}

  void tree_edge(WaitForGraph::edge_descriptor edge, const WaitForGraph& graph) {
    found_->edge_to[target(edge, graph)] = edge;
  }
  void back_edge(WaitForGraph::edge_descriptor edge, const WaitForGraph& graph) {
    if (found_->done || target(edge, graph) != 0) return;
    found_->last = edge;
    found_->done = true;
  }

 private:
  Found* found_;
};

}  // namespace

std::vector<std::uint32_t> LockTable::circle() const {
  WaitForGraph graph(met_.size());
  for (const Wait& wait : waits_)
    add_edge(wait.from, wait.to, Link{wait.waiter}, graph);
  CircleFinder::Found found;
  found.edge_to.resize(met_.size());
  std::vector<boost::default_color_type> colors(met_.size());
  boost::depth_first_visit(
      graph,
      0,
      CircleFinder(found),
      boost::make_iterator_property_map(colors.begin(), get(boost::vertex_index, graph)),
      [&found](std::size_t, const WaitForGraph&) { return found.done; });
  std::vector<std::uint32_t> waiters{graph[found.last].waiter};
  for (auto vertex = source(found.last, graph); vertex != 0;) {
    const auto edge = found.edge_to[vertex];
    waiters.push_back(graph[edge].waiter);
    vertex = source(edge, graph);
  }
  return waiters;
}

std::uint32_t LockTable::youngest(const std::vector<std::uint32_t>& waiters) const {
  const auto goes_first = [this](std::uint32_t a, std::uint32_t b) {
    const Waiter& one = waiters_[a];
    const Waiter& other = waiters_[b];
    const bool one_is_hardened = transactions_[one.owner.tx].hardened != 0;
    const bool other_is_hardened = transactions_[other.owner.tx].hardened != 0;
    if (one_is_hardened != other_is_hardened) return other_is_hardened;
    return is_older(other.age, other.owner.tx, one.age, one.owner.tx);
  };
  return *std::min_element(waiters.begin(), waiters.end(), goes_first);
}

void LockTable::set_doomed(std::uint32_t waiter, bool is_doomed) {
  Waiter& of = waiters_[waiter];
  of.is_doomed = is_doomed;
  std::uint32_t& count = transactions_[of.owner.tx].doomed;
  is_doomed ? ++count : --count;
}

}  // namespace concordat::bench
