// Goal: a field table is accepted iff it lists every byte of a struct once, and printing and
// renaming derive from it by type. Method: one struct for each reason to refuse; renamings checked
// as a group acts: the identity changes nothing, and two in a row equal their composition.
#include "sim/model/fields.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>

#include "tests/unit/model_samples.hpp"

namespace concordat {
namespace {

enum class Colour : std::uint8_t { none, red, green };

struct Good {
  std::uint16_t count = 0;
  bool flag = false;
  Colour colour{};
  CONCORDAT_FIELDS(Good, count, flag, colour)
};
struct ByHand {
  std::uint8_t x = 0;
  static constexpr std::tuple fields{Field{"x", &ByHand::x}};
};
struct NoTable {
  std::uint8_t x = 0;
};
struct MissingMember {
  std::uint8_t x = 0;
  std::uint8_t y = 0;
  CONCORDAT_FIELDS(MissingMember, x)
};
struct ListedTwice {
  std::uint8_t x = 0;
  std::uint8_t y = 0;
  CONCORDAT_FIELDS(ListedTwice, x, x)
};
struct Padded {
  std::uint8_t x = 0;
  std::uint32_t y = 0;
  CONCORDAT_FIELDS(Padded, x, y)
};
struct PaddedInside {
  Padded part;
  CONCORDAT_FIELDS(PaddedInside, part)
};
struct Floating {
  double x = 0;
  CONCORDAT_FIELDS(Floating, x)
};
struct Pointing {
  int* x = nullptr;
  CONCORDAT_FIELDS(Pointing, x)
};
struct NotTrivial {
  std::vector<int> x;
};
struct WithoutTableInside {
  NoTable part;
  CONCORDAT_FIELDS(WithoutTableInside, part)
};
struct Nothing {};

struct Ballot {
  ProcessId leader;
  Bounded<9> round;
  friend bool operator==(const Ballot&, const Ballot&) = default;
  CONCORDAT_FIELDS(Ballot, leader, round)
};
struct Deep {
  Ballot ballot;
  ProcessSet quorum;
  PerProcess<Colour> votes;
  PerProcess<Ballot> seen;
  std::array<ProcessId, 2> pair{};
  std::uint8_t plain = 0;
  friend bool operator==(const Deep&, const Deep&) = default;
  CONCORDAT_FIELDS(Deep, ballot, quorum, votes, seen, pair, plain)
};
struct Many {
  std::uint8_t a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{}, i{}, j{}, k{}, l{}, m{}, n{};
  std::uint8_t o{}, p{}, q{}, r{}, s{}, t{}, u{}, v{}, w{}, x{}, y{}, z{}, z2{};
  CONCORDAT_FIELDS(
      Many, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, z2)
};

const ProcessNames names{"c", "p1", "p2", "p3"};
ProcessId at(int index) {
  return ProcessId::at(index);
}

TEST(Plain, AcceptsWhatEnginesCanPrintAndRename) {
  static_assert(Plain<Good> && Plain<ByHand> && Plain<Deep> && Plain<Nothing> && Plain<Many>);
  static_assert(Plain<Colour> && Plain<bool> && Plain<int> && Plain<ProcessId>);
  static_assert(Plain<ProcessSet> && Plain<PerProcess<Ballot>> && Plain<Bounded<3>>);
  static_assert(std::tuple_size_v<decltype(Many::fields)> == 27);
}

TEST(Plain, RefusesEverythingElse) {
  static_assert(!Plain<NoTable> && !Plain<WithoutTableInside>, "no field table");
  static_assert(!Plain<MissingMember>, "a member is not in the table");
  static_assert(!Plain<ListedTwice>, "a member is in the table twice");
  static_assert(!Plain<Padded> && !Plain<PaddedInside>, "padding");
  static_assert(!Plain<Floating> && !Plain<float>, "a float has no canonical bytes");
  static_assert(!Plain<Pointing> && !Plain<NotTrivial>, "not a plain value");
  static_assert(!Plain<PerProcess<Padded>> && !Plain<std::array<Floating, 2>>, "as an element");
}

TEST(Print, ShowsEachTypeAsPeopleReadIt) {
  EXPECT_EQ(print(Colour::red, names), "red");
  EXPECT_EQ(print(true, names), "true");
  EXPECT_EQ(print(std::uint8_t{7}, names), "7");
  EXPECT_EQ(print(std::int8_t{-7}, names), "-7");
  EXPECT_EQ(print(at(2), names), "p2");
  EXPECT_EQ(print(ProcessId{}, names), "-");
  EXPECT_EQ(print(ProcessSet{}, names), "{}");
  EXPECT_EQ(print(ProcessSet(0b1011), names), "{c,p1,p3}");
  EXPECT_EQ(print(Bounded<9>{4}, names), "4");
  EXPECT_EQ(print(std::array{at(1), ProcessId{}}, names), "[p1,-]");
  PerProcess<Colour> votes;
  EXPECT_EQ(print(votes, names), "{}");
  votes[at(1)] = Colour::green;
  votes[at(3)] = Colour::red;
  EXPECT_EQ(print(votes, names), "{p1=green,p3=red}");
}

TEST(Print, LeavesMembersOutThatEqualTheDefault) {
  EXPECT_EQ(print(Good{}, names), "{}");
  EXPECT_EQ(print_members(Good{}, names), "");
  EXPECT_EQ(print_members(Good{3, false, Colour::red}, names), "count=3,colour=red");
  EXPECT_EQ(print_words(Good{}, names), "");
  EXPECT_EQ(print_words(Good{3, true, Colour::red}, names), "flag,colour=red");
  EXPECT_EQ(print(Good{0, true, {}}, names), "{flag=true}");
  Deep deep;
  deep.ballot = {at(1), {2}};
  deep.seen[at(2)] = {at(3), {}};
  EXPECT_EQ(print(deep, names), "{ballot={leader=p1,round=2},seen={p2={leader=p3}}}");
}

TEST(FieldTexts, ListEveryMemberInOrder) {
  const auto texts = field_texts(Good{3, false, Colour::none}, names, "whole");
  EXPECT_THAT(
      texts,
      ::testing::ElementsAre(
          FieldText{"count", "3"}, FieldText{"flag", "false"}, FieldText{"colour", "none"}));
  EXPECT_THAT(field_texts(Colour::red, names, "whole"),
              ::testing::ElementsAre(FieldText{"whole", "red"}));
  EXPECT_THAT(field_texts(Nothing{}, names, "whole"), ::testing::IsEmpty());
}

// ---- Renaming.

ProcessId any_process(SampleRandom& random) {
  return random.chance(20) ? ProcessId{} : at(random.below(4));
}

Ballot any_ballot(SampleRandom& random) {
  return {any_process(random), {static_cast<std::uint8_t>(random.below(5))}};
}

Deep any_deep(SampleRandom& random) {
  Deep deep;
  deep.ballot = any_ballot(random);
  deep.quorum = ProcessSet(static_cast<std::uint32_t>(random.below(16)));
  for (int i = 0; i < 4; ++i) {
    deep.votes[at(i)] = static_cast<Colour>(random.below(3));
    deep.seen[at(i)] = any_ballot(random);
  }
  deep.pair = {any_process(random), any_process(random)};
  deep.plain = static_cast<std::uint8_t>(random.below(4));
  return deep;
}

Renaming any_renaming(SampleRandom& random) {
  Renaming to(4);
  std::iota(to.begin(), to.end(), 0);
  for (int i = 3; i > 0; --i)
    std::swap(to[static_cast<std::size_t>(i)], to[static_cast<std::size_t>(random.below(i + 1))]);
  return to;
}

TEST(Rename, MovesAProcessWhereverItsTypeStands) {
  const Renaming swap{0, 2, 1, 3};
  Deep deep;
  deep.ballot = {at(1), {4}};
  deep.quorum = ProcessSet(0b0011);
  deep.votes[at(2)] = Colour::red;
  deep.seen[at(1)] = {at(2), {1}};
  deep.pair = {at(1), at(3)};
  deep.plain = 1;
  Deep renamed;
  renamed.ballot = {at(2), {4}};
  renamed.quorum = ProcessSet(0b0101);
  renamed.votes[at(1)] = Colour::red;
  renamed.seen[at(2)] = {at(1), {1}};
  renamed.pair = {at(2), at(3)};
  renamed.plain = 1;
  EXPECT_EQ(rename(deep, swap), renamed);
}

TEST(Rename, IsAGroupAction) {
  SampleRandom random(4);
  const Renaming identity{0, 1, 2, 3};
  for (int i = 0; i < 1'000; ++i) {
    const Deep deep = any_deep(random);
    EXPECT_EQ(rename(deep, identity), deep);
    const Renaming f = any_renaming(random);
    const Renaming g = any_renaming(random);
    Renaming both(4);
    Renaming back(4);
    for (std::size_t k = 0; k < 4; ++k) {
      both[k] = g[static_cast<std::size_t>(f[k])];
      back[static_cast<std::size_t>(f[k])] = static_cast<int>(k);
    }
    EXPECT_EQ(rename(rename(deep, f), g), rename(deep, both));
    EXPECT_EQ(rename(rename(deep, f), back), deep);
  }
}

TEST(Rename, PrintsAsTheRenamedNames) {
  SampleRandom random(5);
  for (int i = 0; i < 200; ++i) {
    const ProcessId process = any_process(random);
    const Renaming to = any_renaming(random);
    ProcessNames moved(4);
    for (std::size_t k = 0; k < 4; ++k)
      moved[static_cast<std::size_t>(to[k])] = names[k];
    EXPECT_EQ(print(rename(process, to), moved), print(process, names));
  }
}

}  // namespace
}  // namespace concordat
