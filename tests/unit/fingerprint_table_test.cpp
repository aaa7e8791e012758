// Goal: the visited set is a set, through every growth, whichever way fingerprints go in. Method:
// compared with std::set and std::map, on drawn fingerprints that crowd into a few buckets, wrap
// around their region, come twice, or have a half of zero.
#include "sim/explore/fingerprint_table.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/base/random.hpp"

namespace concordat::explore {
namespace {

/// Fingerprints of every kind, some of them several times; a few crowd where a region begins or
/// ends, or have a half of zero.
std::vector<std::uint64_t> drawn(std::uint64_t seed, std::size_t count) {
  Random random = Random::stream(seed, "fingerprints");
  std::vector<std::uint64_t> out;
  while (out.size() < count) {
    const std::uint64_t any = random.bits();
    const std::uint64_t kind = random.below(1000);
    if (kind < 2)
      out.push_back(any >> 32U);
    else if (kind < 4)
      out.push_back(any | 0x0FFF'FF00'0000'0000U);
    else if (kind < 300)
      out.push_back(any >> 32U << 32U);
    else if (kind < 600 && !out.empty())
      out.push_back(out[random.below(out.size())]);
    else
      out.push_back(any);
  }
  return out;
}

/// What the table keeps of a fingerprint.
std::uint64_t kept(std::uint64_t fingerprint) {
  return fingerprint >> 32U == 0 ? fingerprint | 1ULL << 32U : fingerprint;
}

TEST(FingerprintTable, OneByOne) {
  FingerprintTable table(false);
  std::set<std::uint64_t> known;
  for (const std::uint64_t fingerprint : drawn(1, 200'000)) {
    ASSERT_EQ(table.insert(fingerprint).is_new, known.insert(kept(fingerprint)).second);
    ASSERT_EQ(table.size(), static_cast<std::int64_t>(known.size()));
  }
}

TEST(FingerprintTable, NumbersFollowTheirFingerprints) {
  FingerprintTable table(true);
  std::map<std::uint64_t, std::uint32_t> known;
  std::uint32_t next = 0;
  for (const std::uint64_t fingerprint : drawn(2, 150'000)) {
    const auto place = table.insert(fingerprint);
    const auto [entry, is_new] = known.emplace(kept(fingerprint), next);
    ASSERT_EQ(place.is_new, is_new);
    if (is_new) table.number(place.slot) = next++;
    ASSERT_EQ(table.number(place.slot), entry->second);
  }
  for (const auto& [fingerprint, number] : known)
    ASSERT_EQ(table.number(table.insert(fingerprint).slot), number);
}

/// What an exact search does: fingerprints with several owners stand there once for each.
TEST(FingerprintTable, OneFingerprintOfSeveralStates) {
  FingerprintTable table(true);
  constexpr std::uint32_t owners = 40;  // some buckets full
  const std::vector<std::uint64_t> fingerprints = drawn(3, 300);
  const std::set<std::uint64_t> different(fingerprints.begin(), fingerprints.end());
  const auto find = [&](std::uint64_t fingerprint, std::uint32_t owner) {
    return table.insert(fingerprint, [&](std::uint32_t number) { return number == owner; });
  };
  for (std::uint32_t owner = 0; owner < owners; ++owner)
    for (const std::uint64_t fingerprint : different) {
      const auto place = find(fingerprint, owner);
      ASSERT_TRUE(place.is_new);
      table.number(place.slot) = owner;
    }
  for (const std::uint64_t fingerprint : drawn(4, 60'000))  // grows
    if (const auto place = table.insert(fingerprint); place.is_new)
      table.number(place.slot) = owners;
  for (std::uint32_t owner = 0; owner < owners; ++owner)
    for (const std::uint64_t fingerprint : different)
      ASSERT_FALSE(find(fingerprint, owner).is_new);
}

TEST(FingerprintTable, ManyAtOnce) {
  FingerprintTable table(false);
  std::set<std::uint64_t> known;
  const auto one_by_one = [](std::size_t count, auto&& work) {
    for (std::size_t i = 0; i < count; ++i)
      work(i);
  };
  for (std::uint64_t round = 0; round < 40; ++round) {
    const std::vector<std::uint64_t> fingerprints = drawn(10 + round, 7'000);
    std::vector<std::uint8_t> is_new(fingerprints.size(), 7);
    ASSERT_TRUE(table.reserve(static_cast<std::int64_t>(fingerprints.size()), one_by_one));
    table.prefetch_first(fingerprints);
    const std::int64_t fresh = table.put(fingerprints, is_new.data());
    table.add_size(fresh);
    for (std::size_t i = 0; i < fingerprints.size(); ++i)
      ASSERT_EQ(is_new[i] == 1, known.insert(kept(fingerprints[i])).second);
    ASSERT_EQ(table.size(), static_cast<std::int64_t>(known.size()));
  }
}

TEST(FingerprintTable, PlacesOfABucket) {
  Bucket bucket;
  EXPECT_EQ(bucket.places_for(5ULL << 32U), 0b1111'1111U);
  bucket.set(0, 5ULL << 32U | 6);
  bucket.set(1, 6ULL << 32U | 6);
  bucket.set(2, 5ULL << 32U | 7);
  EXPECT_EQ(bucket.at(2), 5ULL << 32U | 7);
  EXPECT_EQ(bucket.places_for(5ULL << 32U | 6), 0b1111'1001U);
  EXPECT_EQ(bucket.places_for(6ULL << 32U | 6), 0b1111'1010U);
  EXPECT_EQ(bucket.places_for(6ULL << 32U | 7), 0b1111'1000U);
  EXPECT_EQ(bucket.places_for(0), 0b1111'1000U);
}

}  // namespace
}  // namespace concordat::explore
