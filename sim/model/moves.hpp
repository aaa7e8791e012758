// The parts of `apply`, for code that lists many steps of one event and runs its handler by itself.
#pragma once

#include <optional>

#include "sim/model/world.hpp"

namespace concordat::moves {

/// The event as its node sees it, or nothing if it runs no handler.
std::optional<LocalEvent> local_event(const Model& model, const Event& event);

/// Whether the event makes sense in this world, its handler's own opinion aside.
bool possible(const Model& model, const Rules& rules, const World& world, const Event& event);

/// Takes the event's message, log tail or timer out of the world, before its handler runs.
/// RETURNS: false, the world untouched, if the event is not possible.
bool begin(
    const Model& model, const Rules& rules, World& world, const Event& event, StepReport& report);

/// Puts the result of a local step, `report.step`, into the world: the node's new state, its sends,
/// and what a crash inside the step does to the network.
void finish(const Model& model,
            const Rules& rules,
            World& world,
            int node,
            LocalState&& local,
            StepReport& report);

/// What the rules keep of a node's state after a step: history bits and the tail that no property
/// and no crash will ever look at are dropped, so that states which differ in them are one.
void drop_unseen(const Rules& rules, LocalState& local);

/// Cuts the connections between the sides of a partition (Event::groups). `cut`: World::cut.
void part(std::vector<std::uint32_t>& cut, const std::vector<std::uint32_t>& groups, bool one_way);

/// Whether the budget allows one more of a fault that has happened `used` times.
bool left(int budget, int used);

}  // namespace concordat::moves
