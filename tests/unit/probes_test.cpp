// Goal: the protocol interface carries more than two-phase commit: business transactions on a
// store, and message relays. And it carries them well enough that their known mistakes show.
// Method: each probe is explored by the naive checker with the faults that its source promises to
// survive, as it should be and with each mistake. Where data counts and not decisions, the property
// is a small one of this file.
#include <gtest/gtest.h>

#include "tests/probes/outbox_relay.hpp"
#include "tests/probes/tcc_branch.hpp"
#include "tests/unit/checks.hpp"

namespace concordat {
namespace {

/// The verdicts for properties of this file, then for those named by code.
std::string judge(const Model& model,
                  const Budget& budget,
                  std::initializer_list<const Property*> own,
                  std::initializer_list<std::string_view> codes = {}) {
  CheckRequest request = ask(model, {}, budget, codes);
  request.properties.insert(request.properties.begin(), own.begin(), own.end());
  return verdicts(toy_check(request));
}

// --- Try, confirm, cancel ------------------------------------------------------------------

constexpr int initial_stock = 1;

/// Bits of `any`: what the coordinator says, and whether a row is impossible. Bits of `all`: what
/// every branch looks like.
enum Ledger : std::uint8_t { ended_commit = 1, ended_abort = 2, impossible = 4 };
enum Branch : std::uint8_t { used_up = 1, untouched = 2 };

Observation observe_ledger(const Model& model, int node, const LocalState& local) {
  Observation out;
  const Slot& slot = model.setup().slots[static_cast<std::size_t>(node)].front();
  if (model.setup().processes[static_cast<std::size_t>(slot.process.index())].role == 0) {
    const auto log = local.slots.front().durable.as<TccBranch::Durable>();
    if (log.ended) out.any |= log.decision == Outcome::commit ? ended_commit : ended_abort;
    return out;
  }
  const Row stock = local.store.rows().at({1, 0});
  if (stock.value < 0 || stock.held < 0 || stock.value + stock.held > initial_stock)
    out.any |= impossible;
  if (stock != Row{.value = initial_stock - 1}) out.all &= ~std::uint64_t{used_up};
  if (stock != Row{.value = initial_stock}) out.all &= ~std::uint64_t{untouched};
  return out;
}

bool ledger_is_whole(const Model& /*model*/, const Observation& o, bool /*faulty*/) {
  if ((o.any & impossible) != 0) return false;
  if ((o.any & ended_commit) != 0 && (o.all & used_up) == 0) return false;
  return (o.any & ended_abort) == 0 || (o.all & untouched) != 0;
}

bool is_ended(const Observation& o) {
  return (o.any & (ended_commit | ended_abort)) != 0;
}

const Property whole_ledger{"whole_ledger",
                            "ledger",
                            "a transaction that has ended took from each stock, or from none",
                            observe_ledger,
                            ledger_is_whole,
                            is_ended,
                            {},
                            {}};

std::unique_ptr<Model> tcc(TccBranch::Fence fence, bool open_choices) {
  Setup setup = make_setup({TccBranch::roles.begin(), TccBranch::roles.end()}, {1, 2});
  setup.tables = {"fence", "stock"};
  setup.keys = {{}, {"apples"}};
  const RowKey apples{1, 0};
  for (std::size_t branch = 1; branch < setup.processes.size(); ++branch) {
    setup.rows[branch] = {{apples, Row{.value = initial_stock}}};
    setup.work[branch] = {{apples, -1}};
  }
  setup.open_choices = open_choices;
  setup.finish();
  return make_model<TccBranch>({fence}, std::move(setup));
}

TEST(TccBranchProbe, TheFenceKeepsTheLedgerWhole) {
  const auto model = tcc(TccBranch::Fence::on, true);
  const std::string good = "ledger holds, UA holds, VC holds";
  EXPECT_EQ(judge(*model, {.losses = 1, .duplicates = 1}, {&whole_ledger}, {"UA", "VC"}), good);
  EXPECT_EQ(judge(*model, {.crashes = 1, .recoveries = 1}, {&whole_ledger}, {"UA", "VC"}), good);
}

/// The coordinator loses patience, and a cancel overtakes the try that it is to undo.
TEST(TccBranchProbe, WithoutAFenceADelayIsEnough) {
  const auto model = tcc(TccBranch::Fence::off, false);
  EXPECT_EQ(judge(*model, {}, {&whole_ledger}), "ledger violated in 3");
}

/// M14. A crash between the two commits of a try leaves a row that speaks of stock not held; a
/// refusal of the business between them does the same without a crash.
TEST(TccBranchProbe, AFenceRowInATransactionOfItsOwnLies) {
  const auto model = tcc(TccBranch::Fence::split, false);
  EXPECT_EQ(judge(*model, {}, {&whole_ledger}), "ledger holds");
  EXPECT_EQ(judge(*model, {.crashes = 1, .recoveries = 1}, {&whole_ledger}),
            "ledger violated in 5");
  EXPECT_EQ(judge(*tcc(TccBranch::Fence::split, true), {}, {&whole_ledger}),
            "ledger violated in 4");
}

// --- The outbox ----------------------------------------------------------------------------

enum Effect : std::uint8_t { produced = 1, applied = 2, doubled = 4 };

/// The bits of each transaction, side by side. A transaction's effect is one in its own row of the
/// table `effects`.
Observation observe_effects(const Model& /*model*/, int node, const LocalState& local) {
  Observation out;
  for (const auto& [key, row] : local.store.rows()) {
    if (node == 0 && key.table == 0) out.any |= std::uint64_t{produced} << (4U * key.key);
    if (key.table != 2) continue;
    if (row.value >= 1) out.any |= std::uint64_t{applied} << (4U * key.key);
    if (row.value >= 2) out.any |= std::uint64_t{doubled} << (4U * key.key);
  }
  return out;
}

bool effects_are_single(const Model& model, const Observation& o, bool /*faulty*/) {
  for (int tx = 1; tx <= model.setup().transactions; ++tx) {
    const std::uint64_t bits = o.any >> (4U * static_cast<unsigned>(tx));
    if ((bits & doubled) != 0 || ((bits & applied) != 0 && (bits & produced) == 0)) return false;
  }
  return true;
}

bool some_effect(const Observation& o) {
  return o.any != 0;
}

/// At most once, and only if produced. At least once is what non_blocking says of the consumer.
const Property single_effect{"single_effect",
                             "effect",
                             "an event has its effect at most once, and only if it was produced",
                             observe_effects,
                             effects_are_single,
                             some_effect,
                             {},
                             {}};

constexpr std::uint32_t consumer_node = 2;

std::unique_ptr<Model> outbox(OutboxRelay::Mistake mistake, int transactions, bool open_choices) {
  Setup setup =
      make_setup({OutboxRelay::roles.begin(), OutboxRelay::roles.end()}, {}, transactions);
  setup.nodes = {"shop", "warehouse"};
  setup.processes[1].node = 0;
  setup.processes[2].node = 1;
  setup.tables = {"outbox", "inbox", "effects"};
  setup.keys = {{}, {}, {}};
  setup.rows = {};
  for (int tx = 1; tx <= transactions; ++tx)
    setup.work[static_cast<std::size_t>(tx * 3 - 1)] = {{{2, static_cast<std::uint16_t>(tx)}, 1}};
  setup.open_choices = open_choices;
  setup.finish();
  return make_model<OutboxRelay>({mistake}, std::move(setup));
}

TEST(OutboxProbe, AppliesEachEventOnce) {
  using enum OutboxRelay::Mistake;
  const Budget crash{.crashes = 1, .recoveries = 1, .losses = 1, .duplicates = 1};
  EXPECT_EQ(judge(*outbox(none, 1, true), crash, {&single_effect}), "effect holds");
  EXPECT_EQ(judge(*outbox(none, 2, true), {.losses = 1, .duplicates = 1}, {&single_effect}),
            "effect holds");
}

/// Every choice is yes, so an event that does not arrive is lost. A relay that is down is no loss:
/// only the consumer crashes.
std::string loss(OutboxRelay::Mistake mistake, int transactions, Budget budget) {
  budget.may_crash = consumer_node;
  return judge(*outbox(mistake, transactions, false), budget, {}, {"NB"});
}

TEST(OutboxProbe, LosesNothing) {
  using enum OutboxRelay::Mistake;
  EXPECT_EQ(loss(none, 1, {.crashes = 1, .recoveries = 1, .losses = 1}), "NB holds");
  EXPECT_EQ(loss(none, 2, {.losses = 1}), "NB holds");
}

/// M20.
TEST(OutboxProbe, AConsumerThatAcknowledgesTooEarlyLosesTheEventInACrash) {
  using enum OutboxRelay::Mistake;
  EXPECT_EQ(loss(ack_before_commit, 1, {.losses = 1}), "NB holds");
  EXPECT_EQ(loss(ack_before_commit, 1, {.crashes = 1, .recoveries = 1}), "NB violated in 5");
}

/// M21.
TEST(OutboxProbe, ARelayThatMarksTooEarlyLosesTheEventWithItsMessage) {
  using enum OutboxRelay::Mistake;
  EXPECT_EQ(loss(mark_before_ack, 1, {}), "NB holds");
  EXPECT_EQ(loss(mark_before_ack, 1, {.losses = 1}), "NB violated in 3");
}

/// Rows commit in another order than their numbers, and no fault is needed.
TEST(OutboxProbe, ACursorSkipsARowThatCommitsLate) {
  using enum OutboxRelay::Mistake;
  EXPECT_EQ(loss(cursor, 1, {.losses = 1}), "NB holds");
  EXPECT_EQ(loss(cursor, 2, {}), "NB violated in 4");
}

TEST(OutboxProbe, WithoutAnInboxASecondCopyIsASecondEffect) {
  const auto model = outbox(OutboxRelay::Mistake::no_inbox, 1, false);
  EXPECT_EQ(judge(*model, {}, {&single_effect}), "effect violated in 5");
}

}  // namespace
}  // namespace concordat
