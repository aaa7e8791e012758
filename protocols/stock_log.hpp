// An order and its stock, each in a service with a database of its own. The stock service keeps a
// table of transaction states beside its counters, stock_log: order, and occupied, deducted or
// released. No coordinator, no lock: each side can be asked again, and can find out what became of
// the other.
//
// Source: flexible transactions of web shops, weak consistency with compensation by state.
//
//   order_then_deduct (first=order)
//     order    forces `init`: the intent, which no customer sees. occupy to each stock
//     stock    one local transaction: row `occupied`, and goods move from value to held. A known
//              row changes nothing; its state is the answer
//     order    all occupied: forces `created`. The customer has paid (or `payment=at_once`):
//              forces `paid`, and sends deduct to each stock until it is done
//     stock    `occupied` -> `deducted`, and what is held is used up
//     order    not enough, no answer, or not paid in time: forces `cancelled`, and sends release
//     stock    `occupied` -> `released`, and what is held goes back. Without a row it inserts
//              `released`, so that an occupy that comes later finds it
//     job      an `init` that a crash has left: it releases, or completes
//
//   deduct_then_order (first=stock)
//     order    occupy to each stock; all occupied: inserts the order. A crash in between leaves
//              goods occupied of which it knows nothing
//     scanner  at each stock: asks after a while whether there is such an order, or else releases
//
// `creation`, how an order service that is slow finds out that the scanner was faster:
//   plain      not at all: the customer has an order without goods
//   stock_cas  it deducts first, by compare-and-set on the row of stock_log, and then creates the
//              order if that succeeded. Right for one stock service: of several, one may have
//              deducted, and another released
//   order_cas  the scanner's question inserts a cancelled order: the key is unique. Not in the
//              source
//
// Every change of an order's state is a compare-and-set as well: so payment and the job that
// cancels what is unpaid cannot both win. Timer::pay is the customer. Paid and not shipped: deduct
// is repeated, and after `alarm_after` times an operator is called instead.
//
// The customer who hears nothing asks again with the key of the order. The order service goes on
// from the order's state, so that this does what the job does, too, if there is none.
//
// Not in the source: several stock services. The order's own work is done when it is paid; this is
// also when it decides commit.
#pragma once

#include "protocols/parts/order_service.hpp"
#include "protocols/parts/stock_service.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct StockLog {
  using Ctx = Context<StockLog>;
  using Order = OrderService<StockLog>;
  using Stock = StockService<StockLog>;
  static constexpr std::string_view name = "stock_log";
  static constexpr std::string_view summary = "order and stock, and a table of transaction states";
  static constexpr std::string_view source = "web shops: compensation by state, stock_log";
  enum class Role : std::uint8_t { order, stock };
  static constexpr std::array roles{
      RoleSpec{.name = "order", .prefix = "order", .votes = true, .must_decide = true},
      RoleSpec{.name = "stock",
               .prefix = "s",
               .count = 0,
               .votes = true,
               .must_decide = true,
               .once_yes = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 1> bounds{"resends"};
  static constexpr std::array<std::string_view, 6> judged{"RC", "ND", "ID", "CO", "NB", "ET"};
  enum class Table : std::uint8_t { stock_log };

  enum class First : std::uint8_t { order, stock };
  enum class Creation : std::uint8_t { plain, stock_cas, order_cas };  // with first=stock
  enum class Job : std::uint8_t { releases, completes, off };  // of orders that a crash has left
  enum class Payment : std::uint8_t { at_once, later };
  enum class Mistake : std::uint8_t {
    none,
    plain_counters,  // no stock_log: each request is taken for the first of its kind
    no_tombstone,    // a release without a row leaves none
    pay_unchecked,   // a payment is booked whatever has become of the order
  };
  struct Config {
    First first{};
    Creation creation{};
    Job job{};
    bool scanner = true;  // with first=stock
    Payment payment{};
    std::uint8_t alarm_after = 0;  // at most 8; 0: never
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, first, creation, job, scanner, payment, alarm_after, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"order_then_deduct", "", "the order is the intent; a job releases"},
      ProfileSpec{"order_then_complete", "job=completes", "the job completes"},
      ProfileSpec{"deduct_then_order", "first=stock", "a scanner releases goods without an order"},
      ProfileSpec{"deduct_then_order_stock_cas",
                  "first=stock creation=stock_cas",
                  "deducted, by compare-and-set, before the order is created"},
      ProfileSpec{"deduct_then_order_order_cas",
                  "first=stock creation=order_cas",
                  "the scanner's question prevents the order"}};
  static constexpr std::array costs{
      PublishedCost{
          "order_then_deduct", "commit", "", source, "messages 4N; order.forces 2; s.forces 2N"},
      PublishedCost{
          "deduct_then_order", "commit", "", source, "messages 4N; order.forces 1; s.forces 2N"}};

  enum class Message : std::uint8_t {
    occupy,  // order
    deduct,
    release,
    no_order,
    occupied,  // stock: the state of its row
    deducted,
    released,
    refused,  // not enough
    orphan,   // the scanner: whether there is such an order
  };
  enum class Record : std::uint8_t {
    init,
    created,
    paying,
    paid,
    cancelled,
    ended,
    alarm,
    resumed
  };
  enum class State : std::uint8_t { none, init, created, paying, paid, cancelled };
  struct Durable {  // order
    State state{};
    bool ended = false;  // every stock knows
    bool alarm = false;  // paid, not shipped, and waiting for an operator
    CONCORDAT_FIELDS(Durable, state, ended, alarm)
  };
  static void redo(Durable& log, Record record) {
    switch (record) {
      case Record::init: log.state = State::init; return;
      case Record::created: log.state = State::created; return;
      case Record::paying: log.state = State::paying; return;
      case Record::paid: log.state = State::paid; return;
      case Record::cancelled: log.state = State::cancelled; return;
      case Record::ended: log.ended = true; return;
      case Record::alarm: log.alarm = true; return;
      case Record::resumed: log.alarm = false; return;
    }
  }
  enum class Timer : std::uint8_t { call, pay, unpaid, scan, again };  // the last two only repeat
  static constexpr int rank(Timer timer) {
    return timer < Timer::scan ? static_cast<int>(timer) : retry_rank;
  }
  struct Volatile {  // order
    bool calling = false;
    ProcessSet answered;  // the request under way
    Bounded<8> resends{};
    CONCORDAT_FIELDS(Volatile, calling, answered, resends)
  };
  enum class Operator : std::uint8_t { resend };
  /// Row::state of a row of stock_log.
  enum class Status : std::uint8_t { none, occupied, deducted, released };
  using RowStates = std::tuple<StatesOf<Table::stock_log, Status>>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::order)) Order::begin(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::occupy: return Stock::on_occupy(ctx);
      case Message::deduct: return Stock::finish(ctx, Status::deducted);
      case Message::release: return Stock::finish(ctx, Status::released);
      case Message::no_order: return Stock::on_no_order(ctx);
      case Message::occupied: return Order::on_occupied(ctx, from);
      case Message::deducted: return Order::on_deducted(ctx, from);
      case Message::released: return Order::on_released(ctx, from);
      case Message::refused: return Order::on_refused(ctx);
      case Message::orphan: return Order::on_orphan(ctx, from);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::call: return Order::cancel(ctx);
      case Timer::pay: return Order::on_payment(ctx);
      case Timer::unpaid: return Order::on_unpaid(ctx);
      case Timer::scan: return Stock::scan(ctx);
      case Timer::again: return Order::repeat(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    ctx.is(Role::order) ? Order::recover(ctx) : Stock::recover(ctx);
  }

  static void on_client(Ctx& ctx, int /*key*/) {
    ctx.is(Role::order) ? Order::on_client(ctx) : ctx.decline();
  }

  static void on_operator(Ctx& ctx, Operator /*resend*/) {
    ctx.is(Role::order) ? Order::on_operator(ctx) : ctx.decline();
  }
};

}  // namespace concordat
