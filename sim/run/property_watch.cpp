#include "sim/run/property_watch.hpp"

namespace concordat {

PropertyWatch::PropertyWatch(const Model& model) : model_(model) {
  const auto& all = safety_properties();
  statuses_.assign(all.size(), WatchStatus::not_reached);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].code == "RC" && model.setup().conserved.empty()) continue;
    properties_.push_back(&all[i]);
    places_.push_back(i);
  }
  seen_.resize(properties_.size() * model.setup().nodes.size());
}

void PropertyWatch::reset(const std::vector<LocalState>& nodes) {
  statuses_.assign(statuses_.size(), WatchStatus::not_reached);
  replaced(nodes);
}

void PropertyWatch::replaced(const std::vector<LocalState>& nodes) {
  for (std::size_t i = 0; i < properties_.size(); ++i)
    for (std::size_t node = 0; node < nodes.size(); ++node)
      seen_[i * nodes.size() + node] =
          properties_[i]->observe(model_, static_cast<int>(node), nodes[node]);
}

void PropertyWatch::changed(int node, const std::vector<LocalState>& nodes, bool faulty) {
  const auto index = static_cast<std::size_t>(node);
  for (std::size_t i = 0; i < properties_.size(); ++i)
    seen_[i * nodes.size() + index] = properties_[i]->observe(model_, node, nodes[index]);
  judge(faulty);
}

void PropertyWatch::judge(bool faulty) {
  const std::size_t nodes = model_.setup().nodes.size();
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    WatchStatus& status = statuses_[places_[i]];
    if (status == WatchStatus::violated) continue;
    Observation combined;
    for (std::size_t node = 0; node < nodes; ++node)
      combined.combine(seen_[i * nodes + node]);
    if (!properties_[i]->judge(model_, combined, faulty))
      status = WatchStatus::violated;
    else if (properties_[i]->at_stake == nullptr || properties_[i]->at_stake(combined))
      status = WatchStatus::ok;
  }
}

}  // namespace concordat
