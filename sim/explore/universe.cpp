#include "sim/explore/universe.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace concordat::explore {

namespace {

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

std::unique_ptr<const Universe> Universe::work_out(const CheckRequest& request,
                                                   std::string& why_not) {
  const ChecksThrow guard;
  std::unique_ptr<Universe> universe(new Universe(request));
  try {
    if (!universe->close()) {
      why_not = "too many steps could come up";
      return nullptr;
    }
  } catch (const CheckFailure& failure) {
    why_not = std::string("in a state that no run leads to, ") + failure.what();
    return nullptr;
  }
  universe->find_components();
  return universe;
}

/// RETURNS: false if it is too large.
bool Universe::close() {
  columns_.resize(index(steps_.node_count()));
  // Per node: so many states have met so many of its messages.
  std::vector<int> met_states(columns_.size(), 0);
  std::vector<int> met_columns(columns_.size(), 0);
  int known_messages = 0;
  const auto meet = [&](int node, std::uint32_t local, int column) {
    const std::uint32_t message = columns_[index(node)][index(column)];
    if (steps_.deliveries(node, local, false)[column] == none)
      steps_.work_out_delivery(local, message, false);
  };
  for (bool grows = true; grows;) {
    grows = false;
    for (; known_messages < steps_.message_count(); ++known_messages)
      columns_[steps_.message(static_cast<std::uint32_t>(known_messages)).to].push_back(
          static_cast<std::uint32_t>(known_messages));
    for (int node = 0; node < steps_.node_count(); ++node) {
      const int states = steps_.local_count(node);
      const int columns = static_cast<int>(columns_[index(node)].size());
      if (columns > Columns::most) return false;
      for (int id = 0; id < states; ++id) {
        const auto local = static_cast<std::uint32_t>(id);
        steps_.ensure_own(node, local);
        const int first = id < met_states[index(node)] ? met_columns[index(node)] : 0;
        for (int column = first; column < columns; ++column)
          meet(node, local, column);
        if (steps_.handler_calls() > most_steps_) return false;
      }
      met_states[index(node)] = states;
      met_columns[index(node)] = columns;
      grows = grows || steps_.local_count(node) != states;
    }
    grows = grows || steps_.message_count() != known_messages;
  }
  return true;
}

void Universe::find_components() {
  for (std::uint32_t id = 0; id < static_cast<std::uint32_t>(steps_.message_count()); ++id)
    messages_.emplace(steps_.message(id).hash, id);
  locals_.resize(columns_.size());
  for (int node = 0; node < steps_.node_count(); ++node) {
    std::vector<Components::Edge> edges;
    const auto count = static_cast<std::uint32_t>(steps_.local_count(node));
    for (std::uint32_t local = 0; local < count; ++local) {
      locals_[index(node)].emplace(steps_.facts(node, local).hash, local);
      const auto add = [&](const MoveRow& row) {
        for (std::uint32_t move = row.begin; move < row.end; ++move)
          edges.emplace_back(local, steps_.move(move).local);
      };
      const LocalInfo& info = steps_.local(node, local);
      for (std::uint32_t i = info.own; i < info.own + info.own_count; ++i)
        add(steps_.own(i).row);
      for (int column = 0; column < static_cast<int>(columns_[index(node)].size()); ++column)
        add(steps_.row(delivery(node, local, column)));
    }
    components_.emplace_back(count, edges);
  }
}

std::uint32_t Universe::local(int node, std::uint64_t hash) const {
  const auto found = locals_[index(node)].find(hash);
  return found == locals_[index(node)].end() ? none : found->second;
}

std::uint32_t Universe::message(std::uint64_t hash) const {
  const auto found = messages_.find(hash);
  return found == messages_.end() ? none : found->second;
}

}  // namespace concordat::explore
