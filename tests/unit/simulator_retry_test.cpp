// Goal: a run ends when retries lead nowhere, and only then: not while times or choices that are
// drawn may yet bring something new. Method: a judge that tries again and again, in the same
// situation each time, and gets on only with luck.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/unit/timed_play.hpp"

namespace concordat {
namespace {

/// A judge asks two bidders, or tosses a coin, every 100 ms. It is done when b2's bid is the first
/// of the two, or when the coin shows heads; else it forgets the attempt.
struct Luck {
  static constexpr std::string_view name = "luck";
  static constexpr std::string_view summary = "tries again until it is lucky";
  enum class Role : std::uint8_t { judge, bidder };
  static constexpr std::array roles{single("judge", "j"),
                                    RoleSpec{.name = "bidder", .prefix = "b", .count = 0}};
  enum class Coin : std::uint8_t { tails, heads };
  static constexpr std::array choices{ChoiceSpec{"coin", "tails heads"}};
  enum class Game : std::uint8_t {
    race,
    toss,
    toss_first,  // once, at the start; then it only waits
  };
  struct Config {
    Game game{};
    CONCORDAT_FIELDS(Config, game)
  };
  enum class Message : std::uint8_t { ask, bid };
  enum class Record : std::uint8_t { asked };
  enum class Timer : std::uint8_t { again };
  static constexpr int rank(Timer) { return retry_rank; }
  struct Durable {};
  static void redo(Durable& /*log*/, Record /*record*/) {}
  struct Volatile {
    bool has_bid = false;
    bool other_first = false;
    CONCORDAT_FIELDS(Volatile, has_bid, other_first)
  };
  using Ctx = Context<Luck>;

  static void on_start(Ctx& ctx) {
    if (!ctx.is(Role::judge)) return;
    if (ctx.config.game == Game::toss_first) toss(ctx);
    ctx.arm(Timer::again);
  }
  static void on_timer(Ctx& ctx, Timer) {
    if (ctx.config.game == Game::race) ctx.broadcast(ctx.all(Role::bidder), Message::ask);
    if (ctx.config.game == Game::toss && toss(ctx) == Coin::heads) return;
    ctx.arm(Timer::again);
  }
  static Coin toss(Ctx& ctx) { return ctx.choose("coin", {Coin::tails, Coin::heads}); }
  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (message == Message::ask) {
      ctx.force(Record::asked);
      return ctx.send(ctx.the(Role::judge), Message::bid);
    }
    Volatile& state = ctx.state();
    if (!state.has_bid) {
      state = {true, from != *ctx.all(Role::bidder).begin()};
      return;
    }
    if (state.other_first) ctx.disarm(Timer::again);
    state = {};
  }
  static void on_recover(Ctx&) {}
};

TimedPlay play(Luck::Game game) {
  auto setup = make_setup({Luck::roles.begin(), Luck::roles.end()}, {1, 2});
  setup.open_choices = true;
  TimedPlay out(make_model<Luck>({game}, std::move(setup)));
  out.timed.chances = {{"coin", {{"heads", {1, 10}}}}};
  return out;
}

DistributionSpec uniform(std::int64_t first_us, std::int64_t last_us) {
  DistributionSpec spec;
  spec.kind = DistributionKind::uniform;
  spec.first = {first_us};
  spec.last = {last_us};
  return spec;
}

/// When the runs of some seeds ended; each has to end like this.
std::vector<std::int64_t> ends_ms(TimedPlay play, Ended ended) {
  std::vector<std::int64_t> out;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(play.run(seed).summary.ended, ended) << "seed " << seed;
    out.push_back(play.ended_ms());
  }
  return out;
}

/// Nothing is drawn: the second attempt was like the first one, and so all will be. (The first ring
/// comes in a situation of its own, in which no timer has rung.)
TEST(SimulatorRetry, ARepeatedSituationIsTheEnd) {
  const auto ends = ends_ms(play(Luck::Game::race), Ended::retries);
  EXPECT_EQ(ends, std::vector<std::int64_t>(50, 300));
}

/// Half of the attempts are lucky.
void expect_luck(TimedPlay play) {
  const auto ends = ends_ms(std::move(play), Ended::quiet);
  EXPECT_LT(*std::min_element(ends.begin(), ends.end()), 200);
  EXPECT_GT(*std::max_element(ends.begin(), ends.end()), 400) << "no run was put to the test";
}

TEST(SimulatorRetry, DrawnLatenciesMayBreakATie) {
  TimedPlay race = play(Luck::Game::race);
  race.timed.latencies[1] = Distribution(uniform(1'000, 20'000));
  expect_luck(std::move(race));
}

TEST(SimulatorRetry, DrawnForcesMayBreakATie) {
  TimedPlay race = play(Luck::Game::race);
  race.timed.forces[0] = Distribution(uniform(1'000, 20'000));
  expect_luck(std::move(race));
}

/// Without this a run in which no luck helps would go on until its limit.
TEST(SimulatorRetry, WithDrawnTimesManyRepetitionsAreTheEnd) {
  TimedPlay race = play(Luck::Game::race);
  race.timed.latencies[1] = Distribution(uniform(1'000, 20'000));
  scenario::PartitionFault cut;
  cut.groups.value = {texts_of({"j", "b1"}), texts_of({"b2"})};
  cut.from = ms(0);
  add_fault(race, cut);
  const auto ends = ends_ms(std::move(race), Ended::retries);
  for (const std::int64_t end_ms : ends) {
    EXPECT_GE(end_ms, 900);
    EXPECT_LE(end_ms, 2'000);
  }
}

/// One toss in ten shows heads: a run takes ten of them in the mean.
TEST(SimulatorRetry, ADrawnChoiceMayComeOutDifferently) {
  const auto ends = ends_ms(play(Luck::Game::toss), Ended::quiet);
  EXPECT_GT(*std::max_element(ends.begin(), ends.end()), 2'000);
  std::int64_t tosses = 0;
  for (const std::int64_t end_ms : ends)
    tosses += end_ms / 100;
  EXPECT_NEAR(static_cast<double>(tosses), 500, 5 * 67);
}

/// Choices that were drawn before the retries began do not matter.
TEST(SimulatorRetry, AChoiceBeforeTheRetriesChangesNothing) {
  const auto ends = ends_ms(play(Luck::Game::toss_first), Ended::retries);
  EXPECT_EQ(ends, std::vector<std::int64_t>(50, 300));
}

}  // namespace
}  // namespace concordat
