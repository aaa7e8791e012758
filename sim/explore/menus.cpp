#include "sim/explore/menus.hpp"

namespace concordat::explore {

Menus::Menus(StepTable& steps)
    : steps_(steps), moves_(margin), own_(static_cast<std::size_t>(steps.node_count())) {
  grow();
}

void Menus::grow() {
  for (int node = 0; node < steps_.node_count(); ++node)
    own_[static_cast<std::size_t>(node)].resize(
        static_cast<std::size_t>(steps_.local_count(node)) * allow::count, unknown);
  arrivals_.resize(steps_.trays().size());
  for (std::size_t tray = 0; tray < arrivals_.size(); ++tray) {
    const auto locals = static_cast<std::size_t>(steps_.local_count(steps_.trays()[tray].node));
    constexpr std::size_t width = 2U << Tray::size;
    const std::size_t known = arrivals_[tray].size();
    arrivals_[tray].resize(locals * width, unknown);
    for (std::size_t i = known; i < arrivals_[tray].size(); i += width)
      arrivals_[tray][i] = arrivals_[tray][i + 1] = 0;  // nothing is in flight
  }
}

Menus::Menu Menus::append(const MoveRow& row, unsigned crash) {
  if (row.past_bound != none) return special;
  moves_.resize(moves_.size() - margin);
  const std::uint32_t end = crash != 0 ? row.end : row.plain_end;
  steps_.mark_followed(row, end);
  for (std::uint32_t move = row.begin; move < end; ++move)
    moves_.push_back(move);
  moves_.resize(moves_.size() + margin);
  return 0;
}

Menus::Menu Menus::close(std::size_t begin, Menu flags) {
  const std::size_t count = moves_.size() - margin - begin;
  if ((flags & special) == 0 && count <= max_count && begin < max_moves)
    return static_cast<Menu>(begin << (2 + count_bits) | count << 2U) | flags;
  moves_.resize(begin + margin);
  return flags | special;
}

void Menus::learn_own(int node, std::uint32_t local, unsigned allowed) {
  steps_.ensure_own(node, local);
  grow();
  Menu& menu = own_[static_cast<std::size_t>(node)][own_index(local, allowed)];
  if (menu != unknown) return;
  constexpr auto bit = [](OwnKind kind, bool is_set) {
    return (is_set ? 1U : 0U) << static_cast<unsigned>(kind);
  };
  const unsigned kinds = bit(OwnKind::always, true) | bit(OwnKind::operators, true) |
                         bit(OwnKind::resume, true) |
                         bit(OwnKind::timer, (allowed & allow::timers) != 0) |
                         bit(OwnKind::early_timer, (allowed & allow::early_timers) != 0) |
                         bit(OwnKind::crash, (allowed & allow::crash) != 0) |
                         bit(OwnKind::recover, (allowed & allow::recovery) != 0) |
                         bit(OwnKind::pause, (allowed & allow::pause) != 0);
  const std::size_t begin = moves_.size() - margin;
  const LocalInfo& info = steps_.local(node, local);
  Menu flags = 0;
  for (std::uint32_t i = info.own; i < info.own + info.own_count; ++i) {
    const OwnEvent& own = steps_.own(i);
    if ((kinds >> static_cast<unsigned>(own.kind) & 1U) != 0)
      flags |= append(own.row, allowed & allow::crash);
  }
  menu = close(begin, flags);
}

void Menus::learn_arrivals(std::size_t tray,
                           std::uint32_t local,
                           unsigned contents,
                           unsigned crash) {
  const Tray messages = steps_.trays()[tray];
  const std::size_t index = arrivals_index(local, contents, crash);
  if (arrivals_[tray][index] != unknown) return;
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < Tray::size; ++i) {
    if ((contents >> i & 1U) == 0) continue;
    const std::uint32_t message = messages.messages[i];
    std::uint32_t row =
        steps_.deliveries(messages.node, local, false)[steps_.message(message).column];
    if (row == none) row = steps_.work_out_delivery(local, message, false);
    if (row != StepTable::no_row) rows.push_back(row);
  }
  grow();
  const std::size_t begin = moves_.size() - margin;
  Menu flags = rows.empty() ? 0 : fresh;
  for (const std::uint32_t row : rows)
    flags |= append(steps_.row(row), crash);
  arrivals_[tray][index] = close(begin, flags);
}

}  // namespace concordat::explore
