// Goal: a force is done when a flush that began after it has ended. Method: goldens for each rule,
// and random requests against a disk that is simulated flush by flush.
#include "sim/run/disk.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace concordat {
namespace {

Distribution constant(std::int64_t us) {
  DistributionSpec spec;
  spec.first = {us};
  return Distribution(spec);
}

/// When forces that are asked for at these times are done.
std::vector<std::int64_t> done(const std::vector<std::int64_t>& asked_us, bool group_commit) {
  const Distribution flush = constant(10);
  Random random(1);
  Disk disk;
  std::vector<std::int64_t> out;
  for (const std::int64_t time_us : asked_us)
    out.push_back(disk.force(time_us, flush, random, group_commit));
  return out;
}

using Times = std::vector<std::int64_t>;

TEST(Disk, AForceOnAnIdleDiskTakesOneFlush) {
  EXPECT_EQ(done({0}, true), (Times{10}));
  EXPECT_EQ(done({7, 17, 100}, true), (Times{17, 27, 110}));
  EXPECT_EQ(done({7, 17, 100}, false), (Times{17, 27, 110}));
}

TEST(Disk, WhoComesDuringAFlushSharesTheNext) {
  EXPECT_EQ(done({0, 1, 5, 9}, true), (Times{10, 20, 20, 20}));
  EXPECT_EQ(done({0, 1, 10, 19, 20, 45}, true), (Times{10, 20, 30, 30, 40, 55}));
}

TEST(Disk, WithoutGroupCommitEachWaitsForThoseBefore) {
  EXPECT_EQ(done({0, 1, 5, 9}, false), (Times{10, 20, 30, 40}));
  EXPECT_EQ(done({0, 1, 35}, false), (Times{10, 20, 45}));
}

TEST(Disk, ForcesAtTheSameTime) {
  EXPECT_EQ(done({3, 3, 3}, true), (Times{13, 23, 23}));
  EXPECT_EQ(done({3, 3, 3}, false), (Times{13, 23, 33}));
}

TEST(Disk, AfterACrashNothingIsUnderWay) {
  const Distribution flush = constant(10);
  Random random(1);
  Disk disk;
  disk.force(0, flush, random, true);
  disk.force(1, flush, random, true);
  disk.reset();
  EXPECT_EQ(disk.force(2, flush, random, true), 12);
}

TEST(Disk, AFlushMayTakeNoTime) {
  const Distribution flush = constant(0);
  Random random(1);
  for (const bool group_commit : {true, false}) {
    Disk disk;
    for (const std::int64_t time_us : {5, 5, 6})
      EXPECT_EQ(disk.force(time_us, flush, random, group_commit), time_us);
  }
}

/// Every request, and every flush as (begin, end): a force belongs to the first flush that begins
/// after it was asked for, or at once on an idle disk.
class SlowDisk {
 public:
  std::int64_t force(std::int64_t now, const Distribution& flush, Random& random, bool group) {
    if (flushes_.empty() || flushes_.back().second <= now) {
      flushes_.emplace_back(now, now + flush.draw(random).us);
    } else if (!group || flushes_.back().first <= now) {
      const std::int64_t begin = flushes_.back().second;
      flushes_.emplace_back(begin, begin + flush.draw(random).us);
    }
    return flushes_.back().second;
  }

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> flushes_;
};

TEST(Disk, IsTheDiskThatIsSimulatedFlushByFlush) {
  DistributionSpec spec;
  spec.kind = DistributionKind::uniform;
  spec.first = {1};
  spec.last = {20};
  const Distribution flush(spec);
  for (const bool group_commit : {true, false})
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      Random times = Random::stream(seed, "times");
      Random one = Random::stream(seed, "flush");
      Random other = one;
      Disk disk;
      SlowDisk slow;
      std::int64_t now = 0;
      for (int i = 0; i < 200; ++i) {
        now += static_cast<std::int64_t>(times.below(15)) * (times.below(3) == 0 ? 0 : 1);
        ASSERT_EQ(disk.force(now, flush, one, group_commit),
                  slow.force(now, flush, other, group_commit))
            << "seed " << seed << ", request " << i;
      }
    }
}

}  // namespace
}  // namespace concordat
