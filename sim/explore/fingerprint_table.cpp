#include "sim/explore/fingerprint_table.hpp"

#include <sys/mman.h>
#include <utility>

#include "sim/base/check.hpp"

namespace concordat::explore {

Pages::Pages(std::size_t bytes) : bytes_(bytes) {
  if (bytes == 0) return;
  data_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data_ == MAP_FAILED) {
    data_ = nullptr;
    return;
  }
  madvise(data_, bytes, MADV_HUGEPAGE);  // advice; without it the search is slower
}

Pages::Pages(Pages&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Pages& Pages::operator=(Pages&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Pages::~Pages() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

FingerprintTable::FingerprintTable(bool numbered) : numbered_(numbered) {
  constexpr unsigned first_bits = 15;
  check(allocate(first_bits), "there is memory for a small table");
}

bool FingerprintTable::allocate(unsigned bits) {
  const std::size_t capacity = std::size_t{1} << bits;
  Pages slots(capacity * sizeof(std::uint64_t));
  Pages numbers(numbered_ ? capacity * sizeof(std::uint32_t) : 0);
  if (slots.data() == nullptr || (numbered_ && numbers.data() == nullptr)) return false;
  slot_pages_ = std::move(slots);
  number_pages_ = std::move(numbers);
  slots_ = static_cast<std::uint64_t*>(slot_pages_.data());
  numbers_ = static_cast<std::uint32_t*>(number_pages_.data());
  shift_ = 64 - bits;
  mask_ = capacity - 1;
  limit_ = capacity / 4 * 3;
  return true;
}

/// Without memory for more, the table stays as it was.
void FingerprintTable::keep(Old&& old) {
  slot_pages_ = std::move(old.slot_pages);
  number_pages_ = std::move(old.number_pages);
  full_ = true;
  limit_ = old.capacity / 16 * 15;
}

void FingerprintTable::move_region(const Old& old, std::size_t region) {
  const std::size_t size = old.capacity / regions;
  for (std::size_t from = region * size; from < (region + 1) * size; ++from) {
    if (old.slots[from] == 0) continue;
    std::size_t slot = home(old.slots[from]);
    for (std::size_t tries = 0; slots_[slot] != 0;)
      slot = next(slot, ++tries);
    slots_[slot] = old.slots[from];
    if (numbered_) numbers_[slot] = old.numbers[from];
  }
}

void FingerprintTable::save(CheckpointWriter& out) const {
  out.put(size_);
  out.put(shift_);
  out.put_bytes(slots_, capacity() * sizeof(*slots_));
  if (numbered_) out.put_bytes(numbers_, capacity() * sizeof(*numbers_));
}

void FingerprintTable::load(CheckpointReader& in) {
  const auto size = in.get<std::int64_t>();
  const auto shift = in.get<unsigned>();
  constexpr unsigned most_bits = 40;
  if (in.failed() || shift < 64 - most_bits || shift >= 64 || !allocate(64 - shift))
    return in.fail();
  size_ = size;
  in.get_bytes(slots_, capacity() * sizeof(*slots_));
  if (numbered_) in.get_bytes(numbers_, capacity() * sizeof(*numbers_));
}

}  // namespace concordat::explore
