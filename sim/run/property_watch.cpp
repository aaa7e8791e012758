#include "sim/run/property_watch.hpp"

#include <algorithm>

namespace concordat {

PropertyWatch::PropertyWatch(const Model& model) : model_(model) {
  const auto& all = safety_properties();
  statuses_.assign(all.size(), WatchStatus::not_reached);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_judged(all[i], model)) continue;
    watches_data_ = watches_data_ || all[i].applies != nullptr;
    auto it = std::find(observers_.begin(), observers_.end(), all[i].observe);
    if (it == observers_.end()) it = observers_.insert(it, all[i].observe);
    properties_.push_back({&all[i], i, static_cast<std::size_t>(it - observers_.begin())});
  }
  seen_.resize(observers_.size() * model.setup().nodes.size());
  combined_.resize(observers_.size());
}

void PropertyWatch::reset(const Nodes& nodes) {
  statuses_.assign(statuses_.size(), WatchStatus::not_reached);
  log_.clear();
  touched_ = ~0U;
  first_fault_ = ~std::uint64_t{0};
  if (!watches_data_) return;  // nothing is decided yet
  refresh(nodes);
  judge(nodes.size(), false);
}

void PropertyWatch::look(const Look& look, const Nodes& nodes) {
  if (log_.empty() && !look.open) {
    touched_ |= 1U << static_cast<unsigned>(look.node);
    if (!look.judged) return;
    refresh(nodes);
    return judge(nodes.size(), first_fault_ <= look.position);
  }
  refresh(nodes);
  Remembered& remembered = log_.emplace_back();
  remembered.look = look;
  const LocalState& local = nodes[static_cast<std::size_t>(look.node)];
  for (const ProcessState& process : local.slots)
    remembered.histories.push_back(process.history);
  observe_all(look.node, local, remembered.seen);
}

void PropertyWatch::amend(const Look& look, const Nodes& nodes, int slot) {
  auto it = std::find_if(log_.begin(), log_.end(), [&](const Remembered& remembered) {
    return remembered.look.position == look.position;
  });
  check(it != log_.end(), "a step that becomes another one was open");
  it->look = look;
  for (; it != log_.end(); ++it) {
    if (it->look.node != look.node) continue;
    LocalState local = nodes[static_cast<std::size_t>(look.node)];
    for (std::size_t i = 0; slot >= 0 && i < local.slots.size(); ++i) {
      History& history = local.slots[i].history;
      const bool crashed = history.crashed;
      if (static_cast<int>(i) != slot) history = it->histories[i];
      history.crashed = history.crashed || crashed;
    }
    observe_all(look.node, local, it->seen);
  }
}

void PropertyWatch::settle(std::uint64_t position, const Nodes& nodes) {
  for (; !log_.empty() && log_.front().look.position < position; log_.pop_front()) {
    const Remembered& first = log_.front();
    const auto node = static_cast<std::size_t>(first.look.node);
    std::copy(first.seen.begin(),
              first.seen.end(),
              seen_.begin() + static_cast<std::ptrdiff_t>(node * observers_.size()));
    if (first.look.judged) judge(nodes.size(), first_fault_ <= first.look.position);
  }
}

void PropertyWatch::observe_all(int node,
                                const LocalState& local,
                                std::vector<Observation>& out) const {
  out.clear();
  for (const Observe observe : observers_)
    out.push_back(observe(model_, node, local));
}

/// Looks at the nodes that were touched.
void PropertyWatch::refresh(const Nodes& nodes) {
  for (std::size_t node = 0; touched_ != 0 && node < nodes.size(); ++node)
    for (std::size_t i = 0; (touched_ >> node & 1U) != 0 && i < observers_.size(); ++i)
      seen_[node * observers_.size() + i] =
          observers_[i](model_, static_cast<int>(node), nodes[node]);
  touched_ = 0;
}

void PropertyWatch::judge(std::size_t node_count, bool faulty) {
  for (std::size_t i = 0; i < observers_.size(); ++i) {
    combined_[i] = {};
    for (std::size_t node = 0; node < node_count; ++node)
      combined_[i].combine(seen_[node * observers_.size() + i]);
  }
  for (const Watched& watched : properties_) {
    WatchStatus& status = statuses_[watched.place];
    if (status == WatchStatus::violated) continue;
    const Observation& seen = combined_[watched.observer];
    if (!watched.property->judge(model_, seen, faulty))
      status = WatchStatus::violated;
    else if (watched.property->at_stake == nullptr || watched.property->at_stake(seen))
      status = WatchStatus::ok;
  }
}

}  // namespace concordat
