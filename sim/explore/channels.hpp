// The contents of channels, by number. A channel is an ordered pair of processes; what is in flight
// on it (a set, a bag with stale copies, or a queue) is one content. All rules about copies and
// order are those of the model: each operation is done once with its code, and remembered.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/explore/steps.hpp"

namespace concordat::explore {

class Channels {
 public:
  explicit Channels(StepTable& steps) : steps_(steps), contents_(1) {}

  /// The place of the channel of this message.
  int channel_of(std::uint32_t message);
  int channel_count() const { return static_cast<int>(channel_ids_.size()); }
  int content_count() const { return static_cast<int>(contents_.size()); }

  /// A message in a content.
  struct Entry {
    std::uint32_t message = none;
    bool fresh = false;        // a copy has not been delivered yet
    bool deliverable = false;  // under fifo only the first is
  };

  std::uint64_t hash(std::uint32_t content) const { return contents_[content].hash; }
  const std::vector<Entry>& entries(std::uint32_t content) const {
    return contents_[content].entries;
  }
  /// The content after a message was sent, and after one was taken (network::put, network::take).
  /// 0 is the empty content.
  std::uint32_t put(std::uint32_t content, std::uint32_t message) {
    return change(content, message, Change::put);
  }
  std::uint32_t take(std::uint32_t content, std::uint32_t message, bool stays) {
    return change(content, message, stays ? Change::take_copy : Change::take);
  }

  /// As StepTable::save, StepTable::load. The step table comes first.
  void save(CheckpointWriter& out) const { out.put_all(learned_); }
  bool load(CheckpointReader& in);

 private:
  struct Learned {
    std::uint32_t content = 0;
    std::uint32_t message = 0;
    std::uint32_t change = 0;
  };
  enum class Change : std::uint8_t { put, take, take_copy };
  struct Known {
    std::uint32_t message = none;
    Change change{};
    std::uint32_t after = 0;
  };
  struct Content {
    std::vector<Flight> flights;
    std::uint64_t hash = 0;
    std::vector<Entry> entries;
    std::vector<Known> known;
  };

  std::uint32_t change(std::uint32_t content, std::uint32_t message, Change change) {
    for (const Known& known : contents_[content].known)
      if (known.message == message && known.change == change) return known.after;
    return work_out(content, message, change);
  }
  std::uint32_t work_out(std::uint32_t content, std::uint32_t message, Change change);
  std::uint32_t intern(std::vector<Flight>&& flights);

  StepTable& steps_;
  std::vector<Learned> learned_;  // what was worked out, in order
  std::vector<Content> contents_;
  std::map<std::string, std::uint32_t> ids_{{std::string{}, 0}};
  std::map<std::pair<int, int>, int> channel_ids_;  // (sender, receiver)
  std::vector<int> channel_of_;                     // per message
};

}  // namespace concordat::explore
