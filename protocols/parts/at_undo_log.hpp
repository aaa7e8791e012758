// The undo log of a branch of Seata's AT mode: images of the rows that its local transaction has
// changed. What it is all for is seata_at.hpp.
#pragma once

#include <algorithm>
#include <vector>

#include "protocols/parts/at_words.hpp"

namespace concordat {

/// P is SeataAt. One row for each row that the branch changes: the after image in `value`, the
/// before image in `held`. There is one at least, and its key is unique: the transaction. All is
/// part of the branch's local transaction, which the caller ends.
template <class P>
struct AtUndoLog {
  using Ctx = Context<P>;
  using Status = typename P::Status;
  using Table = typename P::Table;
  using Items = std::vector<WorkItem>;

  /// What the work changes, or what it only reads.
  static Items items(Ctx& ctx, bool only_read) {
    Items out;
    for (const WorkItem& item : ctx.work())
      if ((item.add == 0) == only_read) out.push_back(item);
    check(out.size() <= at::max_rows, "a branch of AT reads at most 4 rows, and changes at most 4");
    return out;
  }

  static Status status(Ctx& ctx) {
    const auto row = ctx.read(key(ctx, 0));
    return row ? row->template state_as<Status>() : Status::none;
  }

  /// RETURNS: false if its key exists.
  static bool insert(Ctx& ctx) {
    const Items changes = items(ctx, false);
    for (std::size_t i = 0; i < size(changes); ++i) {
      const int before = ctx.state().before.at(i);
      const int after = before + (changes.empty() ? 0 : changes[i].add);
      const Row images{after, before, static_cast<std::uint8_t>(Status::normal), 0};
      if (ctx.insert(key(ctx, i), images) != InsertAnswer::inserted) return false;
    }
    return true;
  }

  /// So that an insert that is still to come fails.
  static void insert_finished(Ctx& ctx) {
    ctx.insert(key(ctx, 0), Row::in(Status::global_finished));
  }

  /// From the last change to the first. RETURNS: false if a row is neither as the branch has left
  /// it nor as it has found it.
  static bool put_back(Ctx& ctx) {
    const Items changes = items(ctx, false);
    for (std::size_t i = changes.size(); i-- > 0;) {
      const Row images = ctx.read(key(ctx, i)).value_or(Row{});
      Row row = ctx.read(changes[i].row).value_or(Row{});
      const bool is_there = images.value == images.held || row.value == images.held;
      if (is_there && ctx.config.validation) continue;
      if (row.value != images.value && ctx.config.validation) return false;
      row.value = images.held;
      ctx.write(changes[i].row, row);
    }
    return true;
  }

  static void erase(Ctx& ctx) {
    for (std::size_t i = 0; i < size(items(ctx, false)); ++i) {
      ctx.lock(key(ctx, i));
      ctx.erase(key(ctx, i));
    }
  }

 private:
  static std::size_t size(const Items& changes) { return std::max<std::size_t>(1, changes.size()); }
  static RowKey key(Ctx& ctx, std::size_t i) {
    return ctx.row(Table::undo_log, 10 * ctx.transaction() + static_cast<int>(i));
  }
};

}  // namespace concordat
