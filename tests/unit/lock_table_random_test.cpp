// Goal: the lock table does what a plain one does, names as victims those who must go and nobody
// else, and leaves no deadlock, whatever is asked of it in whatever order. Method: a table of maps
// and lists, with the whole wait-for graph; transactions that lock, wait for several rows at once,
// prepare, commit, give up, and end some time after they have become victims.
#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>

#include "sim/base/random.hpp"
#include "sim/bench/lock_table.hpp"

namespace concordat::bench {
namespace {

using Tx = std::uint32_t;
using Row = std::uint32_t;

struct PlainRequest {
  LockOwner owner;
  std::uint64_t age = 0;
};

/// Whether one goes before the other by age.
bool is_older(const PlainRequest& a, const PlainRequest& b) {
  return std::pair(a.age, a.owner.tx) < std::pair(b.age, b.owner.tx);
}

struct PlainRow {
  PlainRequest holder;
  bool is_hardened = false;
  bool is_wounded = false;
  std::deque<PlainRequest> queue;
};

using Graph = std::map<Tx, std::set<Tx>>;

/// Whether a way of one edge or more leads from one to the other, over `allowed` only.
bool leads(const Graph& graph, Tx from, Tx to, const std::set<Tx>& allowed) {
  std::set<Tx> met;
  std::vector<Tx> open{from};
  while (!open.empty()) {
    const auto at = graph.find(open.back());
    open.pop_back();
    if (at == graph.end()) continue;
    for (const Tx next : at->second) {
      if (!allowed.contains(next)) continue;
      if (next == to) return true;
      if (met.insert(next).second) open.push_back(next);
    }
  }
  return false;
}

class PlainTable {
 public:
  std::map<Row, PlainRow> rows;
  std::set<Tx> doomed;

  bool holds(Row row, Tx tx) const {
    const auto at = rows.find(row);
    return at != rows.end() && at->second.holder.owner.tx == tx;
  }
  bool waits(Row row, Tx tx) const {
    const auto at = rows.find(row);
    return at != rows.end() &&
           std::any_of(at->second.queue.begin(), at->second.queue.end(), [tx](const auto& request) {
             return request.owner.tx == tx;
           });
  }
  std::size_t waiting() const {
    std::size_t count = 0;
    for (const auto& [row, state] : rows)
      count += state.queue.size();
    return count;
  }
  bool has_hardened(Tx tx) const {
    return std::any_of(rows.begin(), rows.end(), [tx](const auto& entry) {
      return entry.second.holder.owner.tx == tx && entry.second.is_hardened;
    });
  }

  /// Each waits for the holder and for those before it; a victim waits for nobody.
  Graph graph() const {
    Graph graph;
    for (const auto& [row, state] : rows) {
      std::set<Tx> before{state.holder.owner.tx};
      for (const PlainRequest& request : state.queue) {
        const Tx tx = request.owner.tx;
        if (!doomed.contains(tx)) graph[tx].insert(before.begin(), before.end());
        before.insert(tx);
      }
    }
    return graph;
  }
  std::set<Tx> everybody() const {
    std::set<Tx> all;
    for (const auto& [row, state] : rows) {
      all.insert(state.holder.owner.tx);
      for (const PlainRequest& request : state.queue)
        all.insert(request.owner.tx);
    }
    return all;
  }
  std::set<Tx> in_circles() const {
    const Graph waits_for = graph();
    const std::set<Tx> all = everybody();
    std::set<Tx> in;
    for (const Tx tx : all)
      if (leads(waits_for, tx, tx, all)) in.insert(tx);
    return in;
  }

  static void enqueue(PlainRow& row, const PlainRequest& request, bool by_age) {
    auto place = row.queue.end();
    if (by_age) {
      place = std::find_if(row.queue.begin(), row.queue.end(), [&](const PlainRequest& other) {
        return is_older(request, other);
      });
    }
    row.queue.insert(place, request);
  }
  void cancel(Row row, Tx tx) {
    std::erase_if(rows.at(row).queue,
                  [tx](const PlainRequest& request) { return request.owner.tx == tx; });
  }
  std::optional<Granted> release(Row row) {
    PlainRow& state = rows.at(row);
    if (state.queue.empty()) {
      rows.erase(row);
      return std::nullopt;
    }
    // A victim that gets what it waited for is a victim still.
    state.holder = state.queue.front();
    state.is_hardened = false;
    state.is_wounded = false;
    state.queue.pop_front();
    return Granted{row, state.holder.owner};
  }
};

struct Settings {
  Policy policy{};
  Tx transactions = 0;
  Row rows = 0;
  bool hardens = false;   // transactions prepare some rows before they have all
  bool parallel = false;  // ask for several rows at once
};

struct Seen {
  int commits = 0;
  int refused = 0;
  int waited = 0;
  int victims = 0;
  int double_victims = 0;  // calls with two or more
  int deadlocks = 0;       // that nobody has prevented
};

/// Transactions that go on at random. All of a transaction's locks end at once when it aborts, and
/// one by one when it commits.
class Play {
 public:
  Play(const Settings& settings, std::uint64_t seed)
      : settings_(settings),
        random_(Random::stream(seed, "play")),
        table_(settings.policy),
        transactions_(settings.transactions) {
    for (Tx tx = 0; tx < settings.transactions; ++tx)
      begin(tx, next_age_++);
  }

  void go(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) {
      std::vector<Tx> able;
      for (Tx tx = 0; tx < settings_.transactions; ++tx)
        if (is_able(tx)) able.push_back(tx);
      if (able.empty()) {
        give_one_up();
        continue;
      }
      step(able[random_.below(able.size())]);
      compare();
    }
  }
  const Seen& seen() const { return seen_; }

 private:
  enum class Phase { works, ends };  // an ending one releases what it has left

  struct State {
    std::uint64_t age = 0;
    Phase phase = Phase::works;
    std::vector<Row> to_ask;
    std::set<Row> waits;
    std::set<Row> holds;
    bool is_victim = false;
  };

  void begin(Tx tx, std::uint64_t age) {
    State& state = transactions_[tx];
    state = {};
    state.age = age;
    plain_.doomed.erase(tx);
    std::erase_if(victim_waits_, [tx](const auto& wait) { return std::get<0>(wait) == tx; });
    std::set<Row> rows;
    const std::uint64_t count = 1 + random_.below(4);
    while (rows.size() < count)
      rows.insert(static_cast<Row>(random_.below(settings_.rows)) * 1'000);
    state.to_ask.assign(rows.begin(), rows.end());
    for (std::size_t i = state.to_ask.size(); i > 1; --i)
      std::swap(state.to_ask[i - 1], state.to_ask[random_.below(i)]);
  }

  bool is_able(Tx tx) const {
    const State& state = transactions_[tx];
    if (state.is_victim || state.phase == Phase::ends || state.waits.empty()) return true;
    return settings_.parallel && !state.to_ask.empty();
  }

  void step(Tx tx) {
    State& state = transactions_[tx];
    if (state.is_victim && random_.below(3) == 0) return abort(tx);
    if (state.phase == Phase::ends) return end_one(tx);
    if (settings_.hardens && !state.holds.empty() && random_.below(4) == 0) return harden(tx);
    if (!state.waits.empty() && random_.below(8) == 0) return cancel_one(tx);
    if (!state.to_ask.empty() && (state.waits.empty() || settings_.parallel)) return ask(tx);
    if (state.to_ask.empty() && state.waits.empty() && !state.is_victim) {
      state.phase = Phase::ends;
      ++seen_.commits;
    }
  }

  void harden(Tx tx) {
    const std::set<Row>& holds = transactions_[tx].holds;
    const Row row =
        *std::next(holds.begin(), static_cast<std::ptrdiff_t>(random_.below(holds.size())));
    PlainRow& state = plain_.rows.at(row);
    const bool done = table_.harden(row, tx);
    // A victim may have hardened the row earlier, and may harden those it was not a victim for.
    ASSERT_TRUE(done || plain_.doomed.contains(tx));
    ASSERT_FALSE(done && state.is_wounded);
    state.is_hardened = done;
  }

  /// Takes one wait back, to ask again.
  void cancel_one(Tx tx) {
    State& state = transactions_[tx];
    if (state.is_victim) return;
    const Row row = *state.waits.begin();
    state.waits.erase(row);
    state.to_ask.push_back(row);
    table_.cancel(row, tx);
    plain_.cancel(row, tx);
  }

  void release(Row row, Tx tx) {
    transactions_[tx].holds.erase(row);
    std::vector<Granted> granted;
    table_.release(row, tx, granted);
    const std::optional<Granted> expected = plain_.release(row);
    ASSERT_EQ(granted.size(), expected ? 1U : 0U);
    if (!expected) return;
    ASSERT_EQ(granted[0], *expected);
    State& next = transactions_[expected->owner.tx];
    next.waits.erase(row);
    next.holds.insert(row);
  }

  void end_one(Tx tx) {
    State& state = transactions_[tx];
    if (!state.holds.empty()) release(*state.holds.rbegin(), tx);
    if (state.holds.empty()) begin(tx, next_age_++);
  }

  void abort(Tx tx) {
    State& state = transactions_[tx];
    for (const Row row : state.waits) {
      table_.cancel(row, tx);
      plain_.cancel(row, tx);
    }
    while (!state.holds.empty())
      release(*state.holds.begin(), tx);
    begin(tx, state.age);
  }

  /// Nobody can go on. Only the policy without a remedy leaves it at that.
  void give_one_up() {
    ASSERT_EQ(settings_.policy, Policy::wait) << "a deadlock";
    const std::set<Tx> in = plain_.in_circles();
    ASSERT_FALSE(in.empty());
    ++seen_.deadlocks;
    abort(*std::next(in.begin(), static_cast<std::ptrdiff_t>(random_.below(in.size()))));
  }

  void ask(Tx tx) {
    State& state = transactions_[tx];
    const Row row = state.to_ask.back();
    state.to_ask.pop_back();
    const PlainRequest request{{tx, tag_of(tx, row)}, state.age};
    std::vector<LockOwner> victims{{99, 99}};  // what is there stays there
    const Answer answer = table_.lock(row, request.owner, request.age, victims);
    ASSERT_EQ(victims.front(), (LockOwner{99, 99}));
    victims.erase(victims.begin());
    judge(row, request, answer, victims);
    if (::testing::Test::HasFatalFailure()) return;
    if (answer == Answer::granted) state.holds.insert(row);
    if (answer == Answer::waiting) state.waits.insert(row);
    seen_.waited += answer == Answer::waiting ? 1 : 0;
    seen_.refused += answer == Answer::refused ? 1 : 0;
    seen_.victims += static_cast<int>(victims.size());
    seen_.double_victims += victims.size() > 1 ? 1 : 0;
    for (const LockOwner& victim : victims)
      transactions_[victim.tx].is_victim = true;
    if (answer == Answer::refused) abort(tx);
  }

  static std::uint16_t tag_of(Tx tx, Row row) {
    return static_cast<std::uint16_t>(row / 1'000 * 100 + tx);
  }

  /// Does the same to the plain table, and says whether the answer is right.
  void judge(Row row,
             const PlainRequest& request,
             Answer answer,
             const std::vector<LockOwner>& victims) {
    const auto at = plain_.rows.find(row);
    if (at == plain_.rows.end()) {
      ASSERT_EQ(answer, Answer::granted);
      ASSERT_TRUE(victims.empty());
      plain_.rows[row] = {request, false, false, {}};
      return;
    }
    PlainRow& held = at->second;
    if (settings_.policy == Policy::no_wait) return refused_without_victims(answer, victims);
    if (settings_.policy == Policy::wait_die) {
      const auto older = [&](const PlainRequest& other) { return is_older(request, other); };
      if (!older(held.holder) || !std::all_of(held.queue.begin(), held.queue.end(), older))
        return refused_without_victims(answer, victims);
    }
    const PlainRow before = held;
    const std::set<Tx> doomed_before = plain_.doomed;
    plain_.enqueue(held, request, settings_.policy == Policy::wound_wait);
    std::vector<LockOwner> others = victims;
    if (settings_.policy == Policy::wound_wait) judge_wound(held, request, answer, others);
    if (settings_.policy == Policy::wound_wait || settings_.policy == Policy::detect) {
      judge_circles(request.owner.tx, answer, others);
    } else {
      ASSERT_EQ(answer, Answer::waiting);
      ASSERT_TRUE(victims.empty());
    }
    if (answer != Answer::refused) return;
    held = before;
    plain_.doomed = doomed_before;
  }

  static void refused_without_victims(Answer answer, const std::vector<LockOwner>& victims) {
    ASSERT_EQ(answer, Answer::refused);
    ASSERT_TRUE(victims.empty());
  }

  /// Takes a wounded holder out of the victims.
  void judge_wound(PlainRow& held,
                   const PlainRequest& request,
                   Answer answer,
                   std::vector<LockOwner>& victims) {
    const bool must_wound = is_older(request, held.holder) && !held.is_hardened &&
                            !held.is_wounded && !granted_as_victim(held);
    if (!must_wound) return;
    held.is_wounded = true;
    plain_.doomed.insert(held.holder.owner.tx);
    const auto found = std::find(victims.begin(), victims.end(), held.holder.owner);
    ASSERT_EQ(found != victims.end(), answer == Answer::waiting);
    if (found != victims.end()) victims.erase(found);
  }

  /// Whether the holder waited for this row when it became a victim: it is named only once.
  bool granted_as_victim(const PlainRow& held) const {
    return victim_waits_.contains({held.holder.owner.tx, held.holder.owner.tag, held.holder.age});
  }

  /// Whether the transaction is in a circle of such as it is right to spare for it.
  void expect_youngest_of_a_circle(Tx tx) {
    const auto rank = [this](Tx of) {
      return std::tuple(!plain_.has_hardened(of), transactions_[of].age, of);
    };
    std::set<Tx> spared;
    for (const Tx other : plain_.everybody())
      if (rank(other) <= rank(tx)) spared.insert(other);
    EXPECT_TRUE(leads(plain_.graph(), tx, tx, spared)) << tx;
  }

  void judge_circles(Tx requester, Answer answer, const std::vector<LockOwner>& victims) {
    if (plain_.in_circles().empty()) {
      ASSERT_EQ(answer, Answer::waiting);
      ASSERT_TRUE(victims.empty());
      return;
    }
    if (answer == Answer::refused) {
      ASSERT_TRUE(victims.empty());
      return expect_youngest_of_a_circle(requester);
    }
    ASSERT_EQ(answer, Answer::waiting);
    for (const LockOwner& victim : victims) {
      ASSERT_NE(victim.tx, requester);
      expect_youngest_of_a_circle(victim.tx);
      const Row row = victim.tag / 100U * 1'000U;
      ASSERT_EQ(victim.tag, tag_of(victim.tx, row));
      ASSERT_TRUE(plain_.waits(row, victim.tx));
    }
    for (const LockOwner& victim : victims) {
      plain_.doomed.insert(victim.tx);
      victim_waits_.insert({victim.tx, victim.tag, transactions_[victim.tx].age});
    }
    ASSERT_TRUE(plain_.in_circles().empty()) << "a circle is left";
    for (const LockOwner& victim : victims) {
      plain_.doomed.erase(victim.tx);
      ASSERT_FALSE(plain_.in_circles().empty()) << "a victim too many";
      plain_.doomed.insert(victim.tx);
    }
  }

  void compare() {
    ASSERT_EQ(table_.size(), plain_.rows.size());
    ASSERT_EQ(table_.waiting(), plain_.waiting());
    for (Row row = 0; row < settings_.rows * 1'000; row += 1'000)
      for (Tx tx = 0; tx < settings_.transactions; ++tx) {
        ASSERT_EQ(table_.holds(row, tx), plain_.holds(row, tx));
        ASSERT_EQ(table_.waits(row, tx), plain_.waits(row, tx));
      }
  }

  Settings settings_;
  Random random_;
  LockTable table_;
  PlainTable plain_;
  std::vector<State> transactions_;
  std::uint64_t next_age_ = 0;
  std::set<std::tuple<Tx, std::uint32_t, std::uint64_t>> victim_waits_;
  Seen seen_;
};

/// Plays all mixtures of sizes. RETURNS: the sum of what was seen.
Seen play(Policy policy) {
  Seen sum;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random = Random::stream(seed, "settings");
    Settings settings;
    settings.policy = policy;
    settings.transactions = static_cast<Tx>(2 + random.below(9));
    settings.rows = static_cast<Row>(4 + random.below(9));
    settings.hardens = seed % 2 != 0;
    settings.parallel = seed / 2 % 2 != 0;
    Play one(settings, seed);
    one.go(2'000);
    const Seen& seen = one.seen();
    EXPECT_GT(seen.commits, 20) << "seed " << seed;
    sum.commits += seen.commits;
    sum.refused += seen.refused;
    sum.waited += seen.waited;
    sum.victims += seen.victims;
    sum.double_victims += seen.double_victims;
    sum.deadlocks += seen.deadlocks;
    if (::testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << seed;
      break;
    }
  }
  const auto text =
      fmt::format("{} commits, {} refused, {} waited, {} victims, {} double, {} stuck",
                  sum.commits,
                  sum.refused,
                  sum.waited,
                  sum.victims,
                  sum.double_victims,
                  sum.deadlocks);
  ::testing::Test::RecordProperty("seen", text);
  return sum;
}

TEST(LockTableRandom, NoWait) {
  const Seen seen = play(Policy::no_wait);
  EXPECT_GT(seen.refused, 1'000);
  EXPECT_EQ(seen.waited, 0);
}

TEST(LockTableRandom, WaitLeavesDeadlocks) {
  const Seen seen = play(Policy::wait);
  EXPECT_EQ(seen.refused, 0);
  EXPECT_GT(seen.waited, 1'000);
  EXPECT_GT(seen.deadlocks, 100);
}

TEST(LockTableRandom, WaitDie) {
  const Seen seen = play(Policy::wait_die);
  EXPECT_GT(seen.refused, 1'000);
  EXPECT_GT(seen.waited, 1'000);
  EXPECT_EQ(seen.victims, 0);
}

TEST(LockTableRandom, WoundWait) {
  const Seen seen = play(Policy::wound_wait);
  EXPECT_GT(seen.refused, 10);  // deadlocks of hardened holders
  EXPECT_GT(seen.waited, 1'000);
  EXPECT_GT(seen.victims, 1'000);
}

TEST(LockTableRandom, Detect) {
  const Seen seen = play(Policy::detect);
  EXPECT_GT(seen.refused, 500);
  EXPECT_GT(seen.waited, 1'000);
  EXPECT_GT(seen.victims, 500);
  EXPECT_GT(seen.double_victims, 10);
}

}  // namespace
}  // namespace concordat::bench
