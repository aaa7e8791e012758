// Every class of events, the ordinary ones first, for whoever follows them all.
#pragma once

#include <array>

#include "sim/explore/global_state.hpp"

namespace concordat::graph {

inline constexpr std::array event_classes{explore::EventClass::ordinary,
                                          explore::EventClass::operators,
                                          explore::EventClass::crash,
                                          explore::EventClass::recover,
                                          explore::EventClass::lose,
                                          explore::EventClass::duplicate,
                                          explore::EventClass::partition,
                                          explore::EventClass::heal,
                                          explore::EventClass::pause,
                                          explore::EventClass::resume,
                                          explore::EventClass::early_timeout};
static_assert(event_classes.size() == static_cast<std::size_t>(enum_count<explore::EventClass>()));

}  // namespace concordat::graph
