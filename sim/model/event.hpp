// Events as text. Every event has a one-line form, written and parsed here; a list of such lines is
// a schedule. With one transaction the `t1` is left out.
//
//   start c                          deliver yes(p2->c)            timeout p1 decision
//   lose commit(c->p2)               duplicate t2 ack(p1->c){ballot=2}
//   crash c                          recover c tail=lose           (keep | lose | a number of
//   records) partition {c,p1} | {p2}          partition {c} -> {p2}         heal pause p1 resume p1
//   operator p1 heuristic_abort client c key=2                   write p1 accounts.alice 80 amnesia
//   c       rename c granted p1 accounts.alice        wounded t2 p1 accounts.alice
//
// A step that runs a handler may say how its open choices come out, and where the node crashes
// inside it, named by the last effect that happened:
//
//   deliver prepare(c->p1) with vote=no
//   deliver yes(p2->c), crash c after force commit
//   deliver yes(p2->c), crash c after send commit p1         (a broadcast that reached only p1)
//   deliver commit(c->p1), crash p1 before everything
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/model/world.hpp"

namespace concordat {

/// `yes(p2->c)`, `ack(p1->c){ballot=2}`; with several transactions `t1 yes(p2->c)`.
std::string format(const Model& model, const Envelope& envelope);

/// The event's line. `report` is what the event did.
std::string format(const Model& model, const Event& event, const StepReport& report);

/// `force commit`, `append end`, `send commit {p1,p2}`, `answer commit`: an effect as cuts name it.
std::string format_effect(const Model& model, int node, const Effect& effect, ProcessSet to);

/// `after force commit` or `before everything`: where the step in `report` crashed.
std::string format_cut(const Model& model, int node, const LocalStep& step);

/// The lines of all events that are enabled within `budget`.
std::vector<std::string> enabled_lines(const Model& model,
                                       const Rules& rules,
                                       const Budget& budget,
                                       const World& world);

/// Reads a line in the context of a world. ERRORS: an unknown word or name, or an event that is not
/// enabled here; the hint then lists what is.
Result<Event> parse_event(const Model& model,
                          const Rules& rules,
                          const World& world,
                          std::string_view line);

}  // namespace concordat
