// One disk that makes logs stable. A force waits until a flush that began after it has ended. With
// group commit one flush serves all who wait for it; without, each force is a flush of its own, in
// the order of the requests.
//
// Source: Gray and Reuter 1993, section 9.3 (group commit).
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/base/distribution.hpp"

namespace concordat {

class Disk {
 public:
  /// A force is asked for now. RETURNS: when it is stable. REQUIRES: `now_us` never goes back.
  std::int64_t force(std::int64_t now_us,
                     const Distribution& flush,
                     Random& random,
                     bool group_commit) {
    if (now_us >= busy_until_ &&
        next_until_ > busy_until_) {  // the waiting group's flush has begun
      busy_until_ = next_until_;
    }
    if (now_us >= busy_until_) {  // idle
      busy_until_ = now_us + flush.draw(random).us;
      next_until_ = busy_until_;
      return busy_until_;
    }
    if (!group_commit) return busy_until_ = next_until_ = busy_until_ + flush.draw(random).us;
    if (next_until_ <= busy_until_) next_until_ = busy_until_ + flush.draw(random).us;
    return next_until_;
  }

  /// The node has crashed: nothing is under way.
  void reset() { busy_until_ = next_until_ = 0; }

 private:
  std::int64_t busy_until_ = 0;  // the end of the flush under way, or of the last one
  std::int64_t next_until_ = 0;  // later: the end of the flush after it, for which some wait
};

}  // namespace concordat
