// What the literature says that a run of two-phase commit without failures costs, N participants
// beside the coordinator. One line for each row of the published tables, and what follows from
// their text: delays, and `one_no`, where only one refuses and all others are prepared.
//
// Sources: Mohan, Lindsay and Obermarck 1986 and Lampson and Lomet 1993 count messages, records and
// forced records; Bernstein, Hadzilacos and Goodman 1987, chapter 7, messages and rounds, without
// acks.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat::two_phase {

inline constexpr std::string_view rstar = "Mohan, Lindsay, Obermarck 1986; Lampson, Lomet 1993";
inline constexpr std::string_view bhg = "Bernstein, Hadzilacos, Goodman 1987, chapter 7";

constexpr PublishedCost row(std::string_view profile,
                            std::string_view run,
                            std::string_view costs,
                            std::string_view derived = "") {
  return {profile, run, costs, rstar, derived};
}

// clang-format off
inline constexpr std::array published_costs{
    row("presumed_nothing", "commit",
        "messages 4N; c.records 2; c.forces 1; p.records 2N; p.forces 2N",
        "delays 3; answer 2"),
    row("presumed_nothing", "client_abort",
        "messages 4N; c.records 2; c.forces 1; p.records 2N; p.forces 2N",
        "delays 3; answer 2"),
    row("presumed_nothing", "one_no", "",
        "messages 4N-2; answer 2; c.records 2; c.forces 1; p.records 2N-1; p.forces 2N-1"),
    row("presumed_nothing", "all_read", "messages 2N; c.records 0; p.records 0"),
    row("presumed_abort", "commit",
        "messages 4N; c.records 2; c.forces 1; p.records 2N; p.forces 2N",
        "delays 3; answer 2"),
    row("presumed_abort", "client_abort",
        "messages 3N; c.records 0; c.forces 0; p.records 2N; p.forces N",
        "delays 3; answer 2"),
    row("presumed_abort", "one_no", "",
        "messages 3N-1; answer 2; c.records 0; c.forces 0; p.records 2N-1; p.forces N-1"),
    row("presumed_abort", "all_read", "messages 2N; c.records 0; p.records 0"),
    row("presumed_commit", "commit",
        "messages 3N; c.records 2; c.forces 2; p.records 2N; p.forces N",
        "delays 3; answer 2"),
    row("presumed_commit", "client_abort",
        "messages 4N; c.records 2; c.forces 1; p.records 2N; p.forces 2N",
        "delays 3; answer 2"),
    row("presumed_commit", "one_no", "",
        "messages 4N-2; answer 2; c.records 2; c.forces 1; p.records 2N-1; p.forces 2N-2"),
    row("presumed_commit", "all_read", "messages 2N; c.records 2; c.forces 1; p.records 0"),
    PublishedCost{"bhg", "commit", "messages 3N; delays 3", bhg, "answer 2"},
};
// clang-format on

}  // namespace concordat::two_phase
