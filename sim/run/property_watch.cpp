#include "sim/run/property_watch.hpp"

#include <algorithm>

namespace concordat {

PropertyWatch::PropertyWatch(const Model& model) : model_(model) {
  const auto& all = safety_properties();
  statuses_.assign(all.size(), WatchStatus::not_reached);
  watches_data_ = !model.setup().conserved.empty();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].code == "RC" && !watches_data_) continue;
    auto it = std::find(observers_.begin(), observers_.end(), all[i].observe);
    if (it == observers_.end()) it = observers_.insert(it, all[i].observe);
    properties_.push_back({&all[i], i, static_cast<std::size_t>(it - observers_.begin())});
  }
  seen_.resize(observers_.size() * model.setup().nodes.size());
  combined_.resize(observers_.size());
}

void PropertyWatch::reset() {
  statuses_.assign(statuses_.size(), WatchStatus::not_reached);
  touch_all();
}

void PropertyWatch::judge(const std::vector<LocalState>& nodes, bool faulty) {
  for (std::size_t i = 0; i < observers_.size(); ++i) {
    Observation combined;
    for (std::size_t node = 0; node < nodes.size(); ++node) {
      Observation& seen = seen_[i * nodes.size() + node];
      if ((touched_ >> node & 1U) != 0)
        seen = observers_[i](model_, static_cast<int>(node), nodes[node]);
      combined.combine(seen);
    }
    combined_[i] = combined;
  }
  touched_ = 0;
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
