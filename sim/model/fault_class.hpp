// The fault classes: named budgets, "this fault and no other". A verdict about F6 means the same
// for every protocol.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/setup.hpp"
#include "sim/model/world.hpp"

namespace concordat {

/// Who crashes in a class. The coordinator is the first process without a vote, or the first
/// process if all vote. The participants are those that vote, or if nobody does all others; where
/// one of them is on the coordinator's node, that node crashes as the coordinator's only.
enum class Crashing : std::uint8_t { nobody, coordinator, participants, one_of_each, anybody };

struct FaultClass {
  std::string_view name;
  std::string_view meaning;
  TimingModel timing = TimingModel::synchronous;
  Crashing who = Crashing::nobody;
  int crashes = 0;
  bool recover = false;  // all that crashed may come back, or none
  TailRule tail = TailRule::any;
  int losses = 0;
  int duplicates = 0;
  int partitions = 0;
  bool heal = true;
  int copies = 1;
};

inline constexpr std::array fault_classes{
    FaultClass{.name = "F0", .meaning = "no fault, and no delay beyond a timeout"},
    FaultClass{.name = "F1",
               .meaning = "messages take longer than timeouts, two equal ones under way",
               .timing = TimingModel::asynchronous,
               .copies = 2},
    FaultClass{.name = "F2", .meaning = "two messages are lost", .losses = 2},
    FaultClass{.name = "F3",
               .meaning = "messages arrive again, any number of times",
               .duplicates = Budget::unlimited},
    FaultClass{.name = "F4",
               .meaning = "a participant crashes and stays down",
               .who = Crashing::participants,
               .crashes = 1,
               .tail = TailRule::kept},
    FaultClass{.name = "F4-twice",
               .meaning = "the same, two participants",
               .who = Crashing::participants,
               .crashes = 2,
               .tail = TailRule::kept},
    FaultClass{.name = "F5",
               .meaning = "a participant crashes and may recover",
               .who = Crashing::participants,
               .crashes = 1,
               .recover = true,
               .tail = TailRule::kept},
    FaultClass{.name = "F5-twice",
               .meaning = "the same, two crashes of participants",
               .who = Crashing::participants,
               .crashes = 2,
               .recover = true,
               .tail = TailRule::kept},
    FaultClass{.name = "F6",
               .meaning = "the coordinator crashes and stays down",
               .who = Crashing::coordinator,
               .crashes = 1,
               .tail = TailRule::kept},
    FaultClass{.name = "F7",
               .meaning = "the coordinator crashes and may recover",
               .who = Crashing::coordinator,
               .crashes = 1,
               .recover = true,
               .tail = TailRule::kept},
    FaultClass{.name = "F7-twice",
               .meaning = "the same, two crashes",
               .who = Crashing::coordinator,
               .crashes = 2,
               .recover = true,
               .tail = TailRule::kept},
    FaultClass{.name = "F8-stop",
               .meaning = "the coordinator and one participant crash and stay down",
               .who = Crashing::one_of_each,
               .crashes = 2,
               .tail = TailRule::kept},
    FaultClass{.name = "F8-recover",
               .meaning = "the coordinator and one participant crash and may recover",
               .who = Crashing::one_of_each,
               .crashes = 2,
               .recover = true,
               .tail = TailRule::kept},
    FaultClass{.name = "F9", .meaning = "the network splits and may heal", .partitions = 1},
    FaultClass{
        .name = "F10", .meaning = "the network splits for ever", .partitions = 1, .heal = false},
    FaultClass{.name = "F11",
               .meaning = "two crashes of any nodes, which lose all that they have not forced",
               .who = Crashing::anybody,
               .crashes = 2,
               .recover = true,
               .tail = TailRule::lost},
};

std::vector<std::string> fault_class_names();

/// RETURNS: nothing for any other name.
const FaultClass* find_fault_class(std::string_view name);

/// RETURNS: nothing if nobody is there to crash: every participant is on the coordinator's node.
std::optional<Budget> budget_of(const FaultClass& fault_class, const Setup& setup);

/// `rules` with the timing, the copies and the tail of the class.
Rules rules_of(const FaultClass& fault_class, Rules rules);

}  // namespace concordat
