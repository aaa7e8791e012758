#include "sim/model/store.hpp"

#include <algorithm>

#include "sim/model/key.hpp"

namespace concordat {

Store::Store(const std::vector<std::pair<RowKey, Row>>& rows, int slots)
    : rows_(rows.begin(), rows.end()), txs_(static_cast<std::size_t>(slots)) {}

void Store::begin(int slot) {
  LocalTx& tx = txs_[static_cast<std::size_t>(slot)];
  check(tx.status != LocalTxStatus::prepared, "a prepared local transaction does no more work");
  tx.status = LocalTxStatus::open;
}

std::optional<int> Store::holder(RowKey row) const {
  for (std::size_t slot = 0; slot < txs_.size(); ++slot)
    if (std::binary_search(txs_[slot].locks.begin(), txs_[slot].locks.end(), row))
      return static_cast<int>(slot);
  return std::nullopt;
}

bool Store::waits(int slot) const {
  return std::any_of(waits_.begin(), waits_.end(), [&](const Wait& w) { return w.slot == slot; });
}

LockAnswer Store::lock(int slot, RowKey row, LockPolicy policy, const std::vector<Slot>& age) {
  begin(slot);
  const std::optional<int> other = holder(row);
  if (other == slot) return LockAnswer::granted;
  if (!other) {
    auto& locks = txs_[static_cast<std::size_t>(slot)].locks;
    locks.insert(std::lower_bound(locks.begin(), locks.end(), row), row);
    return LockAnswer::granted;
  }
  const Wait request{slot, row};
  const bool waits = std::find(waits_.begin(), waits_.end(), request) != waits_.end();
  const auto older_than = [&](int than) {
    return age[static_cast<std::size_t>(slot)].tx < age[static_cast<std::size_t>(than)].tx;
  };
  const auto same_row = [&](const Wait& wait) { return wait.row == row; };
  if (policy == LockPolicy::no_wait) return LockAnswer::refused;
  // Who waits for a row also waits for those before it in the row's queue, so that the order of
  // ages, which excludes deadlocks, has to hold along the queue too.
  if (policy == LockPolicy::wait_die && !waits) {
    const bool oldest = std::all_of(waits_.begin(), waits_.end(), [&](const Wait& wait) {
      return !same_row(wait) || older_than(wait.slot);
    });
    if (!oldest || !older_than(*other)) return LockAnswer::refused;
  }
  if (!waits) {
    const auto place = std::find_if(waits_.begin(), waits_.end(), [&](const Wait& wait) {
      return policy == LockPolicy::wound_wait && same_row(wait) && older_than(wait.slot);
    });
    waits_.insert(place, request);
  }
  const bool wounds = policy == LockPolicy::wound_wait && older_than(*other) &&
                      tx(*other).status == LocalTxStatus::open;
  if (!wounds) return LockAnswer::waiting;
  release(*other);
  notices_.push_back({*other, NoticeKind::wounded, row});
  return LockAnswer::waiting;
}

std::optional<Row> Store::read(int slot, RowKey row, ReadLevel level) const {
  const LocalTx& own = tx(slot);
  if (const auto it = own.writes.find(row); it != own.writes.end()) return it->second;
  if (level == ReadLevel::dirty)
    for (const LocalTx& other : txs_)
      if (const auto it = other.writes.find(row); it != other.writes.end()) return it->second;
  const auto it = rows_.find(row);
  return it == rows_.end() ? std::nullopt : std::optional(it->second);
}

void Store::write(int slot, RowKey row, const std::optional<Row>& content) {
  LocalTx& own = txs_[static_cast<std::size_t>(slot)];
  check(own.status == LocalTxStatus::open, "a row is written inside an open local transaction");
  check(std::binary_search(own.locks.begin(), own.locks.end(), row),
        "a row is locked before it is written");
  own.writes[row] = content;
}

StoreUndo Store::apply(StoreAction action, int slot) {
  LocalTx& own = txs_[static_cast<std::size_t>(slot)];
  if (action == StoreAction::none || own.status == LocalTxStatus::none) return {};
  StoreUndo undo{action, slot, own, {}};
  if (action == StoreAction::prepare) {
    own.status = LocalTxStatus::prepared;
    forget_requests(slot);
    return undo;
  }
  if (action == StoreAction::commit) {
    for (const auto& [row, content] : own.writes) {
      const auto it = rows_.find(row);
      undo.rows.emplace_back(row, it == rows_.end() ? std::nullopt : std::optional(it->second));
      if (content)
        rows_[row] = *content;
      else
        rows_.erase(row);
    }
  }
  release(slot);
  return undo;
}

void Store::undo(const StoreUndo& undo) {
  if (undo.action == StoreAction::none) return;
  for (const auto& [row, content] : undo.rows) {
    if (content)
      rows_[row] = *content;
    else
      rows_.erase(row);
  }
  // The crash that loses the tail has already ended every open local transaction.
  const bool survives = undo.before.status == LocalTxStatus::prepared;
  txs_[static_cast<std::size_t>(undo.slot)] = survives ? undo.before : LocalTx{};
}

void Store::crash() {
  for (LocalTx& tx : txs_)
    if (tx.status == LocalTxStatus::open) tx = {};
  waits_.clear();
  notices_.clear();
}

bool Store::outside_write(RowKey row, std::int32_t value) {
  if (holder(row)) return false;
  rows_[row].value = value;
  return true;
}

std::ptrdiff_t Store::take_notice(const StoreNotice& notice) {
  const auto it = std::find(notices_.begin(), notices_.end(), notice);
  check(it != notices_.end(), "a notice is taken once");
  const std::ptrdiff_t place = it - notices_.begin();
  notices_.erase(it);
  return place;
}

void Store::give_notice(const StoreNotice& notice, std::ptrdiff_t place) {
  notices_.insert(notices_.begin() + place, notice);
}

void Store::release(int slot) {
  txs_[static_cast<std::size_t>(slot)] = {};
  forget_requests(slot);
  hand_over();
}

void Store::forget_requests(int slot) {
  std::erase_if(waits_, [&](const Wait& wait) { return wait.slot == slot; });
  std::erase_if(notices_, [&](const StoreNotice& notice) { return notice.slot == slot; });
}

void Store::hand_over() {
  for (auto it = waits_.begin(); it != waits_.end();) {
    if (holder(it->row)) {
      ++it;
      continue;
    }
    const Wait granted = *it;
    it = waits_.erase(it);
    auto& locks = txs_[static_cast<std::size_t>(granted.slot)].locks;
    locks.insert(std::lower_bound(locks.begin(), locks.end(), granted.row), granted.row);
    notices_.push_back({granted.slot, NoticeKind::granted, granted.row});
  }
}

namespace {

using key::put;

void put_row(std::string& key, RowKey row) {
  put(key, row.table);
  put(key, row.key);
}

void put_content(std::string& key, const std::optional<Row>& row) {
  put(key, row ? 1U : 0U);
  if (!row) return;
  put(key, static_cast<std::uint32_t>(row->value));
  put(key, static_cast<std::uint32_t>(row->held));
  put(key, row->state);
  put(key, row->owner);
}

void put_tx(std::string& key, const LocalTx& tx) {
  put(key, static_cast<std::uint64_t>(tx.status));
  put(key, tx.writes.size());
  for (const auto& [row, content] : tx.writes) {
    put_row(key, row);
    put_content(key, content);
  }
  put(key, tx.locks.size());
  for (const RowKey row : tx.locks)
    put_row(key, row);
}

}  // namespace

void append_key(const StoreUndo& undo, std::string& key) {
  put(key, static_cast<std::uint64_t>(undo.action));
  put(key, static_cast<std::uint64_t>(undo.slot));
  put_tx(key, undo.before);
  put(key, undo.rows.size());
  for (const auto& [row, content] : undo.rows) {
    put_row(key, row);
    put_content(key, content);
  }
}

void Store::append_key(std::string& key) const {
  put(key, rows_.size());
  for (const auto& [row, content] : rows_) {
    put_row(key, row);
    put_content(key, content);
  }
  for (const LocalTx& tx : txs_)
    put_tx(key, tx);
  put(key, waits_.size());
  for (const Wait& wait : waits_) {
    put(key, static_cast<std::uint64_t>(wait.slot));
    put_row(key, wait.row);
  }
  put(key, notices_.size());
  for (const StoreNotice& notice : notices_) {
    put(key, static_cast<std::uint64_t>(notice.slot));
    put(key, static_cast<std::uint64_t>(notice.kind));
    put_row(key, notice.row);
  }
}

}  // namespace concordat
