// Goal: a blob is the value's bytes and nothing else, so that equal values give equal blobs and
// unequal ones unequal blobs. Method: round trips of random values; empty and full-size types.
#include "sim/base/blob.hpp"

#include <gtest/gtest.h>

#include "tests/unit/model_samples.hpp"

namespace concordat {
namespace {

struct Four {
  std::uint8_t a = 0;
  std::uint8_t b = 0;
  std::uint16_t c = 0;
  friend bool operator==(const Four&, const Four&) = default;
};
struct Full {
  std::array<std::uint8_t, 8> bytes{};
  friend bool operator==(const Full&, const Full&) = default;
};
struct Nothing {};

TEST(Blob, GivesTheValueBack) {
  SampleRandom random(1);
  for (int i = 0; i < 1'000; ++i) {
    const std::uint64_t bits = random.next();
    const Four four{static_cast<std::uint8_t>(bits),
                    static_cast<std::uint8_t>(bits >> 8U),
                    static_cast<std::uint16_t>(bits >> 16U)};
    EXPECT_EQ(Blob<8>::of(four).as<Four>(), four);
    Full full;
    for (std::size_t k = 0; k < 8; ++k)
      full.bytes[k] = static_cast<std::uint8_t>(bits >> (8 * k));
    EXPECT_EQ(Blob<8>::of(full).as<Full>(), full);
  }
}

TEST(Blob, IsEqualIffTheValueIs) {
  SampleRandom random(2);
  for (int i = 0; i < 1'000; ++i) {
    const Four a{static_cast<std::uint8_t>(random.below(3)), 0, 1};
    const Four b{static_cast<std::uint8_t>(random.below(3)), 0, 1};
    EXPECT_EQ(Blob<16>::of(a) == Blob<16>::of(b), a == b);
    EXPECT_EQ(Blob<16>::of(a) <=> Blob<16>::of(b) == 0, a == b);
  }
}

TEST(Blob, OfAnEmptyTypeIsTheEmptyBlob) {
  EXPECT_EQ(Blob<4>::of(Nothing{}), Blob<4>{});
  static_cast<void>(Blob<4>{}.as<Nothing>());
}

TEST(Blob, HasZerosAfterTheValue) {
  const auto blob = Blob<8>::of(std::uint8_t{255});
  for (std::size_t i = 1; i < 8; ++i)
    EXPECT_EQ(blob.data()[i], std::byte{0});
}

}  // namespace
}  // namespace concordat
