// Goal: a field table is accepted iff it lists every byte of a struct once, and printing and
// renaming derive from it by type. Method: one struct for each reason to refuse; renamings checked
// as a group acts: the identity changes nothing, and two in a row equal their composition; facts
// checked to tell any two values apart, and to be renamed as values are.
#include "sim/model/fields.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
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

// ---- Facts.

struct Nested {
  std::array<std::array<ProcessId, 2>, 2> pairs{};
  std::array<ProcessSet, 2> sets{};
  PerProcess<ProcessSet> knows;
  PerProcess<PerProcess<bool>> asked;
  std::int8_t offset = 0;
  friend bool operator==(const Nested&, const Nested&) = default;
  CONCORDAT_FIELDS(Nested, pairs, sets, knows, asked, offset)
};

Nested any_nested(SampleRandom& random) {
  const auto any_set = [&] { return ProcessSet(static_cast<std::uint32_t>(random.below(16))); };
  Nested nested;
  for (auto& pair : nested.pairs)
    pair = {any_process(random), any_process(random)};
  nested.sets = {any_set(), any_set()};
  for (int i = 0; i < 4; ++i) {
    nested.knows[at(i)] = any_set();
    for (int k = 0; k < 4; ++k)
      nested.asked[at(i)][at(k)] = random.chance(30);
  }
  nested.offset = static_cast<std::int8_t>(random.below(5) - 2);
  return nested;
}

struct StatedFact {
  std::string place;
  std::vector<int> about;
  std::uint64_t value = 0;
  friend auto operator<=>(const StatedFact&, const StatedFact&) = default;
};
using Groups = std::vector<ProcessSet>;

/// In any order.
template <class T>
std::vector<StatedFact> facts_of(const T& value, const Groups& groups) {
  std::vector<StatedFact> out;
  Facts facts(groups, 4, [&](const Fact& fact) {
    out.push_back({std::string(fact.place), fact.about, fact.value});
  });
  facts.state_all(value);
  std::sort(out.begin(), out.end());
  return out;
}

/// Changes nothing but the order within each group.
Renaming any_renaming_within(const Groups& groups, SampleRandom& random) {
  Renaming to{0, 1, 2, 3};
  for (const ProcessSet group : groups)
    for (const ProcessId a : group)
      for (const ProcessId b : group)
        if (random.chance(50))
          std::swap(to[static_cast<std::size_t>(a.index())],
                    to[static_cast<std::size_t>(b.index())]);
  return to;
}

const std::vector<Groups> all_groups{{},
                                     {ProcessSet(0b0110)},
                                     {ProcessSet(0b1110)},
                                     {ProcessSet(0b1111)},
                                     {ProcessSet(0b0011), ProcessSet(0b1100)}};

template <class T>
void expect_facts_renamed(const T& value, const Groups& groups, SampleRandom& random) {
  const auto facts = facts_of(value, groups);
  const Renaming to = any_renaming_within(groups, random);
  std::vector<StatedFact> moved = facts;
  for (StatedFact& fact : moved) {
    EXPECT_NE(fact.value, 0U);
    for (int& process : fact.about)
      process = to[static_cast<std::size_t>(process)];
  }
  std::sort(moved.begin(), moved.end());
  EXPECT_EQ(facts_of(rename(value, to), groups) == moved, true) << print(value, names);
  for (std::size_t i = 1; i < facts.size(); ++i)
    EXPECT_FALSE(facts[i].place == facts[i - 1].place && facts[i].about == facts[i - 1].about)
        << "stated twice: " << print(value, names);
}

TEST(Facts, AreRenamedAsTheValue) {
  SampleRandom random(6);
  for (const Groups& groups : all_groups)
    for (int i = 0; i < 300; ++i) {
      expect_facts_renamed(any_deep(random), groups, random);
      expect_facts_renamed(any_nested(random), groups, random);
    }
}

/// Values that state the same are equal: among `values`, and each and its neighbours.
template <class T>
void expect_told_apart(const std::vector<T>& values, const Groups& groups) {
  std::map<std::vector<StatedFact>, T> by_facts;
  for (const T& value : values) {
    const auto [found, is_new] = by_facts.try_emplace(facts_of(value, groups), value);
    EXPECT_TRUE(found->second == value)
        << print(value, names) << " and " << print(found->second, names);
  }
}

TEST(Facts, TellValuesApart) {
  SampleRandom random(7);
  for (const Groups& groups : all_groups) {
    std::vector<Deep> deep;
    std::vector<Nested> nested;
    for (int i = 0; i < 200; ++i) {
      deep.push_back(any_deep(random));
      nested.push_back(any_nested(random));
      for (int k = 0; k < 8; ++k) {  // and values that differ a little
        Deep other = deep.back();
        const Deep source = any_deep(random);
        if (k == 0) other.ballot.leader = source.ballot.leader;
        if (k == 1) other.ballot.round = source.ballot.round;
        if (k == 2) other.quorum = source.quorum;
        if (k == 3) other.votes[at(random.below(4))] = source.votes[at(0)];
        if (k == 4) other.seen[at(random.below(4))].leader = source.seen[at(0)].leader;
        if (k == 5) std::swap(other.pair[0], other.pair[1]);
        if (k == 6) other.plain = source.plain;
        if (k == 7) std::swap(other.votes[at(0)], other.votes[at(1)]);
        deep.push_back(other);
        Nested near = nested.back();
        const Nested far = any_nested(random);
        if (k == 0) std::swap(near.pairs[0], near.pairs[1]);
        if (k == 1) std::swap(near.pairs[1][0], near.pairs[1][1]);
        if (k == 2) near.sets[1] = far.sets[1];
        if (k == 3) std::swap(near.sets[0], near.sets[1]);
        if (k == 4) near.knows[at(random.below(4))] = far.knows[at(0)];
        if (k == 5) near.offset = far.offset;
        if (k == 6) near.asked[at(1)][at(2)] = !near.asked[at(1)][at(2)];
        if (k == 7) std::swap(near.asked[at(2)][at(1)], near.asked[at(1)][at(2)]);
        nested.push_back(near);
      }
    }
    expect_told_apart(deep, groups);
    expect_told_apart(nested, groups);
  }
}

TEST(Facts, TellAllSetsApart) {
  for (const Groups& groups : all_groups) {
    std::vector<ProcessSet> sets;
    std::vector<PerProcess<ProcessSet>> knows;
    for (std::uint32_t mask = 0; mask < 16; ++mask) {
      sets.push_back(ProcessSet(mask));
      for (std::uint32_t other = 0; other < 16; ++other) {
        knows.emplace_back();
        knows.back()[at(1)] = ProcessSet(mask);
        knows.back()[at(2)] = ProcessSet(other);
      }
    }
    expect_told_apart(sets, groups);
    expect_told_apart(knows, groups);
  }
}

TEST(Facts, MentionNobodyMoreThanNeeded) {
  const Groups groups{ProcessSet(0b1110)};
  using Mentions = std::vector<std::vector<int>>;
  const auto mentions = [&](const auto& value) {
    Mentions out;
    for (const StatedFact& fact : facts_of(value, groups))
      out.push_back(fact.about);
    return out;
  };
  EXPECT_EQ(mentions(ProcessSet{}), Mentions{});
  EXPECT_EQ(mentions(ProcessSet(0b1110)), Mentions{{}}) << "everybody";
  EXPECT_EQ(mentions(ProcessSet(0b1111)), (Mentions{{}, {}})) << "everybody, and one that is fixed";
  EXPECT_EQ(mentions(ProcessSet(0b0100)), Mentions{{2}});
  EXPECT_EQ(mentions(ProcessSet(0b1010)), (Mentions{{}, {2}})) << "everybody but p2";
  PerProcess<ProcessSet> knows;
  knows[at(1)] = ProcessSet(0b1100);
  EXPECT_EQ(mentions(knows), (Mentions{{1}, {1, 1}})) << "everybody but me";
  const Groups two{ProcessSet(0b0110)};
  knows[at(1)] = ProcessSet(0b0100);
  for (const StatedFact& fact : facts_of(knows, two))
    for (const int process : fact.about)
      EXPECT_EQ(process, 1) << "of two, the other is everybody but me";
}

}  // namespace
}  // namespace concordat
