// Goal: sets and maps of processes do set algebra and nothing more. Method: every operation against
// std::set over random masks; misuse ends the program with exit code 70.
#include "sim/base/process_set.hpp"

#include <gtest/gtest.h>
#include <set>
#include <vector>

#include "tests/unit/model_samples.hpp"

namespace concordat {
namespace {

constexpr std::uint32_t full = (1U << max_processes) - 1;

std::set<int> indices(ProcessSet set) {
  std::set<int> out;
  for (const ProcessId process : set)
    out.insert(process.index());
  return out;
}

ProcessSet set_of(const std::set<int>& indices) {
  ProcessSet out;
  for (const int index : indices)
    out.insert(ProcessId::at(index));
  return out;
}

TEST(ProcessId, DefaultIsNoProcess) {
  EXPECT_TRUE(ProcessId{}.none());
  EXPECT_FALSE(ProcessId::at(0).none());
  EXPECT_NE(ProcessId{}, ProcessId::at(0));
  for (int i = 0; i < max_processes; ++i)
    EXPECT_EQ(ProcessId::at(i).index(), i);
}

TEST(ProcessSet, DoesSetAlgebra) {
  SampleRandom random(1);
  for (int round = 0; round < 2'000; ++round) {
    const ProcessSet a(static_cast<std::uint32_t>(random.next()) & full);
    const ProcessSet b(static_cast<std::uint32_t>(random.next()) & full);
    std::set<int> both;
    std::set<int> either = indices(a);
    std::set<int> only_a;
    for (const int i : indices(a))
      (indices(b).contains(i) ? both : only_a).insert(i);
    for (const int i : indices(b))
      either.insert(i);
    EXPECT_EQ(indices(a & b), both);
    EXPECT_EQ(indices(a | b), either);
    EXPECT_EQ(indices(a - b), only_a);
    EXPECT_EQ(a == b, indices(a) == indices(b));
    EXPECT_EQ(a.size(), static_cast<int>(indices(a).size()));
    EXPECT_EQ(set_of(indices(a)), a);
    EXPECT_EQ(ProcessSet(a.mask()), a);
  }
}

TEST(ProcessSet, VisitsEachMemberOnce) {
  std::vector<int> seen;
  for (const ProcessId process : ProcessSet(full))
    seen.push_back(process.index());
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(max_processes));
  EXPECT_EQ(std::set<int>(seen.begin(), seen.end()).size(), seen.size());
  EXPECT_EQ(ProcessSet{}.begin(), ProcessSet{}.end());
}

TEST(ProcessSet, InsertsAndErases) {
  ProcessSet set;
  EXPECT_TRUE(set.empty());
  for (const int i : {0, 7, 8, 15, 16, 23}) {
    const ProcessId process = ProcessId::at(i);
    EXPECT_FALSE(set.contains(process));
    set.insert(process);
    set.insert(process);
    EXPECT_TRUE(set.contains(process));
  }
  EXPECT_EQ(set.size(), 6);
  set.erase(ProcessId::at(8));
  set.erase(ProcessId::at(8));
  EXPECT_EQ(indices(set), (std::set<int>{0, 7, 15, 16, 23}));
  EXPECT_FALSE(set.contains(ProcessId{}));
}

TEST(ProcessSetDeath, HoldsNoDefaultId) {
  ProcessSet set;
  EXPECT_EXIT(set.insert(ProcessId{}), ::testing::ExitedWithCode(70), "a set holds processes");
}

TEST(PerProcess, KeepsOneValueForEach) {
  PerProcess<int> values;
  for (int i = 0; i < max_processes; ++i)
    values[ProcessId::at(i)] = i * i;
  const PerProcess<int> copy = values;
  for (int i = 0; i < max_processes; ++i)
    EXPECT_EQ(copy[ProcessId::at(i)], i * i);
  EXPECT_EQ(copy, values);
  values[ProcessId::at(23)] = 0;
  EXPECT_NE(copy, values);
}

TEST(PerProcessDeath, IsIndexedByAProcess) {
  PerProcess<int> values;
  EXPECT_EXIT(values[ProcessId{}] = 1, ::testing::ExitedWithCode(70), "indexed by a process");
  EXPECT_EXIT(values[ProcessId::at(24)] = 1, ::testing::ExitedWithCode(70), "indexed by");
}

TEST(Sizes, LeaveNoPadding) {
  static_assert(sizeof(ProcessId) == 1 && sizeof(ProcessSet) == 3 && sizeof(Bounded<9>) == 1);
  static_assert(std::has_unique_object_representations_v<ProcessSet>);
  static_assert(Bounded<9>{3} < Bounded<9>{4} && Bounded<9>::max == 9);
}

}  // namespace
}  // namespace concordat
