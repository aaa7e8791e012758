#include "sim/explore/fingerprint_table.hpp"

#include <algorithm>
#include <vector>

#include "sim/base/check.hpp"

namespace concordat::explore {

namespace {

constexpr std::size_t ahead = 32;  // fingerprints whose buckets are on their way

}  // namespace

FingerprintTable::FingerprintTable(bool numbered) : numbered_(numbered) {
  constexpr unsigned first_bits = 12;
  check(resize(first_bits), "there is memory for a small table");
}

bool FingerprintTable::resize(unsigned bits) {
  const std::size_t count = std::size_t{1} << bits;
  if (!pages_.grow(count * sizeof(Bucket))) return false;
  buckets_ = static_cast<Bucket*>(pages_.data());
  if (numbered_ && !number_pages_.grow(count * Bucket::size * sizeof(std::uint32_t))) return false;
  numbers_ = static_cast<std::uint32_t*>(number_pages_.data());
  shift_ = 64 - bits;
  mask_ = count - 1;
  limit_ = capacity() / 4 * 3;
  return true;
}

/// Without memory for more, the table stays as it was.
void FingerprintTable::keep() {
  full_ = true;
  limit_ = capacity() / 16 * 15;
}

void FingerprintTable::prefetch_first(std::span<const std::uint64_t> fingerprints) const {
  for (std::size_t i = 0; i < std::min(ahead, fingerprints.size()); ++i)
    prefetch(fingerprints[i]);
}

std::int64_t FingerprintTable::put(std::span<const std::uint64_t> fingerprints,
                                   std::uint8_t* is_new) {
  std::int64_t fresh = 0;
  for (std::size_t i = 0; i < fingerprints.size(); ++i) {
    if (i + ahead < fingerprints.size()) prefetch(fingerprints[i + ahead]);
    if (i + ahead / 4 < fingerprints.size()) prefetch_rest(fingerprints[i + ahead / 4]);
    const std::uint64_t value = stored(fingerprints[i]);
    std::size_t at = home(value);
    unsigned found = buckets_[at].places_for(value);
    while (found == 0)
      [[unlikely]] {
        at = after(at);
        found = buckets_[at].places_for(value);
      }
    Bucket& bucket = buckets_[at];
    const auto place = static_cast<std::size_t>(std::countr_zero(found));
    is_new[i] = bucket.upper[place] == 0 ? 1 : 0;
    fresh += is_new[i];
    bucket.set(place, value);
  }
  return fresh;
}

/// From where it was before the table doubled to where it is now. REQUIRES: region > 0, and nothing
/// is there.
void FingerprintTable::move_region(std::size_t region) {
  const std::size_t size = (mask_ + 1) / 2 / regions;
  for (std::size_t from = region * size; from < (region + 1) * size; ++from) {
    put_back(buckets_[from], numbers_ + (numbered_ ? from * Bucket::size : 0));
    buckets_[from] = {};
  }
}

/// The same for the region that stays where it is, but becomes twice as large.
void FingerprintTable::move_first_region() {
  const std::size_t size = (mask_ + 1) / 2 / regions;
  const std::vector<Bucket> buckets(buckets_, buckets_ + size);
  const std::vector<std::uint32_t> numbers(numbers_,
                                           numbers_ + (numbered_ ? size * Bucket::size : 0));
  std::fill_n(buckets_, size, Bucket{});
  for (std::size_t from = 0; from < size; ++from)
    put_back(buckets[from], numbers.data() + (numbered_ ? from * Bucket::size : 0));
}

/// Fingerprints that are known not to be there.
void FingerprintTable::put_back(const Bucket& bucket, const std::uint32_t* numbers) {
  for (std::size_t i = 0; i < Bucket::size && bucket.upper[i] != 0; ++i) {
    const std::uint64_t value = bucket.at(i);
    std::size_t at = home(value);
    while (buckets_[at].places_for(0) == 0)
      at = after(at);
    const auto place = static_cast<std::size_t>(std::countr_zero(buckets_[at].places_for(0)));
    buckets_[at].set(place, value);
    if (numbered_) numbers_[at * Bucket::size + place] = numbers[i];
  }
}

void FingerprintTable::save(CheckpointWriter& out) const {
  out.put(size_);
  out.put(shift_);
  out.put_bytes(buckets_, (mask_ + 1) * sizeof(Bucket));
  if (numbered_) out.put_bytes(numbers_, capacity() * sizeof(*numbers_));
}

void FingerprintTable::load(CheckpointReader& in) {
  const auto size = in.get<std::int64_t>();
  const auto shift = in.get<unsigned>();
  constexpr unsigned most_bits = 40;
  if (in.failed() || shift < 64 - most_bits || shift >= 64 || !resize(64 - shift)) return in.fail();
  size_ = size;
  in.get_bytes(buckets_, (mask_ + 1) * sizeof(Bucket));
  if (numbered_) in.get_bytes(numbers_, capacity() * sizeof(*numbers_));
}

}  // namespace concordat::explore
