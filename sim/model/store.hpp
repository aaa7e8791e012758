// The small transactional database of a node: rows with exclusive row locks. Each process has at
// most one local transaction per global transaction, named by its slot on the node.
//
// Invariants: (1) a row is locked by at most one local transaction; (2) only rows that a local
// transaction has locked are in its writes; (3) an open local transaction, its locks, waits and
// notices die with a crash, a prepared one keeps its locks; (4) committed rows change only through
// `commit`, whose StoreUndo restores them exactly.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/setup.hpp"

namespace concordat {

enum class LocalTxStatus : std::uint8_t { none, open, prepared };

struct LocalTx {
  LocalTxStatus status = LocalTxStatus::none;
  std::map<RowKey, std::optional<Row>> writes;  // nothing = the row is deleted
  std::vector<RowKey> locks;                    // sorted
  friend auto operator<=>(const LocalTx&, const LocalTx&) = default;
};

/// What becomes of the local transaction together with a log record. `none` leaves it as it is.
enum class StoreAction : std::uint8_t { none, prepare, commit, rollback };

enum class LockAnswer : std::uint8_t { granted, refused, waiting };
enum class InsertAnswer : std::uint8_t { inserted, exists, refused, waiting };

/// How much a read sees besides the local transaction's own writes.
enum class ReadLevel : std::uint8_t {
  committed,  // committed rows
  dirty,      // and what others wrote but have not committed
};

/// News for a process about a lock; delivered by the event `granted p1 accounts.alice`.
enum class NoticeKind : std::uint8_t { granted, wounded };
struct StoreNotice {
  int slot = 0;
  NoticeKind kind{};
  RowKey row;
  friend auto operator<=>(const StoreNotice&, const StoreNotice&) = default;
};

/// What a commit, prepare or rollback replaced, so that losing an unforced log tail can restore it.
struct StoreUndo {
  StoreAction action = StoreAction::none;
  int slot = 0;
  LocalTx before;
  std::vector<std::pair<RowKey, std::optional<Row>>> rows;  // as they were
  friend auto operator<=>(const StoreUndo&, const StoreUndo&) = default;
};

/// Appends the undo's bytes (key.hpp).
void append_key(const StoreUndo& undo, std::string& key);

class Store {
 public:
  Store() = default;
  Store(const std::vector<std::pair<RowKey, Row>>& rows, int slots);

  /// Opens the slot's local transaction unless it has one.
  void begin(int slot);
  const LocalTx& tx(int slot) const { return txs_[static_cast<std::size_t>(slot)]; }

  /// Locks `row` for the slot's local transaction, which is opened if need be. `age` orders local
  /// transactions for wait_die and wound_wait: `age[slot]`, smaller is older. A row is granted in
  /// order of arrival; under wound_wait an older request goes before younger ones, and under
  /// wait_die a request is refused unless it is older than the holder and all who wait for the row.
  LockAnswer lock(int slot, RowKey row, LockPolicy policy, const std::vector<Slot>& age);

  std::optional<Row> read(int slot, RowKey row, ReadLevel level) const;
  /// Writes or (nothing) deletes. REQUIRES: the slot holds the row's lock.
  void write(int slot, RowKey row, const std::optional<Row>& content);

  /// Ends or prepares the slot's local transaction. No local transaction: nothing happens.
  StoreUndo apply(StoreAction action, int slot);
  void undo(const StoreUndo& undo);

  /// What a crash leaves: see invariant 3.
  void crash();

  /// A writer outside the protocol: its own local transaction, committed at once. RETURNS: false,
  /// without effect, while the row is locked.
  bool outside_write(RowKey row, std::int32_t value);

  std::optional<int> holder(RowKey row) const;  // the slot that has it locked
  const std::map<RowKey, Row>& rows() const { return rows_; }
  const std::vector<StoreNotice>& notices() const { return notices_; }
  /// Removes a notice. RETURNS: its place, for `give_notice`, which puts it back.
  std::ptrdiff_t take_notice(const StoreNotice& notice);
  void give_notice(const StoreNotice& notice, std::ptrdiff_t place);
  bool waits(int slot) const;

  /// Appends the store's bytes (key.hpp).
  void append_key(std::string& key) const;
  friend auto operator<=>(const Store&, const Store&) = default;

 private:
  struct Wait {
    int slot = 0;
    RowKey row;
    friend auto operator<=>(const Wait&, const Wait&) = default;
  };
  void release(int slot);
  void forget_requests(int slot);
  void hand_over();

  std::map<RowKey, Row> rows_;
  std::vector<LocalTx> txs_;          // per slot
  std::vector<Wait> waits_;           // in order of arrival
  std::vector<StoreNotice> notices_;  // in order
};

}  // namespace concordat
