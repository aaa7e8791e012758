#include "tests/toy_checker/prospects.hpp"

namespace concordat {

bool is_ordinary(const Event& event) {
  const bool listed = event.kind == EventKind::start || event.kind == EventKind::deliver ||
                      event.kind == EventKind::timeout || event.kind == EventKind::store;
  return listed && !event.plan.cut;
}

namespace {

std::vector<SlotMask> blocked(const std::vector<Prospect>& states, bool decide_beyond_bound) {
  std::vector<SlotMask> masks;  // who decides here or later
  for (const Prospect& state : states)
    masks.push_back(decide_beyond_bound && state.past_bound ? ~SlotMask{0} : state.decided);
  // Most events lead forward, so going backward it takes few rounds until nothing changes.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t state = states.size(); state-- > 0;) {
      const SlotMask before = masks[state];
      for (const std::size_t next : states[state].next)
        masks[state] |= masks[next];
      changed = changed || masks[state] != before;
    }
  }
  for (std::size_t state = 0; state < states.size(); ++state)
    masks[state] = states[state].undecided & ~masks[state];
  return masks;
}

}  // namespace

Blocked who_is_blocked(const std::vector<Prospect>& states) {
  return {blocked(states, true), blocked(states, false)};
}

}  // namespace concordat
