// Goal: the drawing is the one a person understands at once.
// Method: whole drawings of hand-made traces, to be read as pictures; then what must hold for any
// trace: no line too wide, ASCII only when asked, no escape sequence from a hostile trace.
//
// After a deliberate change of the drawing, look at the new one and paste it here.
#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <sstream>

#include "sim/trace/style.hpp"
#include "sim/trace/text.hpp"
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

TEST(TraceText, HappyCommit) {
  const std::string expected = R"(
everybody agrees
two_phase_commit, presume = nothing, termination = none

     c                        p1                       p2
     coordinator              participant              participant
  1  ● start                  │                        │
     → prepare to p1, p2      │                        │
     ◷ arm vote               │                        │
  2  ├────────prepare────────►│                        │
     │                        ■ force prepared         │
     │                        ✓ vote yes   ← yes to c  │
     │                        ◷ arm decision           │
     │                        ▪ accounts.alice 1000 →  │
     │                        ┃ 900, held by t1        │
  3  ├────────────────────────╂────────prepare────────►│
     │                        ┃                        ■ force prepared
     │                        ┃                        ✓ vote yes   ← yes to c
     │                        ┃                        ◷ arm decision
     │                        ┃                        ▪ accounts.bob 0 → 100,
     │                        ┃                        ┃ held by t1
  4  │◄─────────yes───────────┨                        ┃
  5  │◄─────────yes───────────╂────────────────────────┨
     ◷ disarm vote            ┃                        ┃
     ■ force commit           ┃                        ┃
     ◆ COMMIT                 ┃                        ┃
     » tell client commit     ┃                        ┃
     → commit to p1, p2       ┃                        ┃
  6  ├─────────commit────────►┃                        ┃
     │                        ■ force commit           ┃
     │                        ◷ disarm decision        ┃
     │                        ◆ COMMIT                 ┃
     │                        ← ack to c               ┃
     │                        ▪ accounts.alice 900,    ┃
     │                        │ held by t1 → 900       ┃
  7  ├────────────────────────┼─────────commit────────►┃
     │                        │                        ■ force commit
     │                        │                        ◷ disarm decision
     │                        │                        ◆ COMMIT
     │                        │                        ← ack to c
     │                        │                        ▪ accounts.bob 100, held
     │                        │                        │ by t1 → 100
  8  │◄─────────ack───────────┤                        │
  9  │◄─────────ack───────────┼────────────────────────┤
     □ append end             │                        │

■ on disk before the step goes on   □ written, may be lost in a crash
┃ in doubt

End after 9 steps: 8 messages, 5 forced writes

        vote  decision
  c     -     commit
  p1    yes   commit
  p2    yes   commit

  rows  p1 accounts.alice = 900, p2 accounts.bob = 100

  ✓ uniform_agreement, commit_validity, non_blocking
)";
  EXPECT_EQ("\n" + render(samples::happy_commit(), {.width = 80}), expected);
}

TEST(TraceText, CoordinatorCrashLeavesTwoBlocked) {
  const std::string expected = R"(
the coordinator dies after telling only p1
two_phase_commit, presume = nothing, termination = none

     c                 p1                p2                p3
     coordinator       participant       participant       participant
  1  ● start           │                 │                 │
     → prepare to p1,  │                 │                 │
     │ p2, p3          │                 │                 │
     ◷ arm vote        │                 │                 │
  2  ├─────prepare────►│                 │                 │
     │                 ■ force prepared  │                 │
     │                 ✓ vote yes        │                 │
     │                 ← yes to c        │                 │
     │                 ◷ arm decision    │                 │
  3  ├─────────────────╂─────prepare────►│                 │
     │                 ┃                 ■ force prepared  │
     │                 ┃                 ✓ vote yes        │
     │                 ┃                 ← yes to c        │
     │                 ┃                 ◷ arm decision    │
  4  ├─────────────────╂─────────────────╂─────prepare────►│
     │                 ┃                 ┃                 ■ force prepared
     │                 ┃                 ┃                 ✓ vote yes
     │                 ┃                 ┃                 ← yes to c
     │                 ┃                 ┃                 ◷ arm decision
  5  │◄──────yes───────┨                 ┃                 ┃
  6  │◄──────yes───────╂─────────────────┨                 ┃
  7  │◄──────yes───────╂─────────────────╂─────────────────┨
     ◷ disarm vote     ┃                 ┃                 ┃
     ■ force commit    ┃                 ┃                 ┃
     ◆ COMMIT          ┃                 ┃                 ┃
     → commit to p1    ┃                 ┃                 ┃
     ╳ crash after     ┃                 ┃                 ┃
     ┊ send commit p1  ┃                 ┃                 ┃
     ┊ not sent:       ┃                 ┃                 ┃
     ┊ commit to p2,   ┃                 ┃                 ┃
     ┊ p3              ┃                 ┃                 ┃
  8  ┊─────commit─────►┃                 ┃                 ┃
     ┊                 ■ force commit    ┃                 ┃
     ┊                 ◷ disarm decision ┃                 ┃
     ┊                 ◆ COMMIT          ┃                 ┃
     ┊                 ← ack to c        ┃                 ┃
  9  ┊                 │                 ◷ decision        ┃
     ┊                 │                 ┃ timeout         ┃
     ┊                 │                 ← inquire to c    ┃
     ┊                 │                 ◷ arm decision    ┃
     ✗ non_blocking violated: p2 and p3 are up and undecided, and no event but a
       repair can let them decide

■ on disk before the step goes on   ┃ in doubt   ┊ down

End after 9 steps: 9 messages, 5 forced writes

        vote  decision
  c     -     commit    down
  p1    yes   commit
  p2    yes   -         BLOCKED: waits for commit or abort from c
                        holds accounts.bob
                        freed by: recover c
  p3    yes   -         BLOCKED: waits for commit or abort from c
                        holds stock.7
                        freed by: recover c

  in flight  ack(p1->c), inquire(p2->c)

  ✗ non_blocking violated: p2 and p3 are up and undecided, and no event but a
    repair can let them decide
  ✓ uniform_agreement, commit_validity
)";
  EXPECT_EQ("\n" + render(samples::coordinator_crash(), {.width = 80}), expected);
}

TEST(TraceText, CrashBeforeTellingWithTime) {
  const std::string expected = R"(
c crashes with its decision
two_phase_commit, presume = nothing, termination = none

               c                             p1
               coordinator                   participant
  1       0ms  ● start                       │
               → prepare to p1   ◷ arm vote  │
  2       5ms  ├───────────prepare──────────►│
               │                             ■ force prepared
               │                             ✓ vote yes   ← yes to c
               │                             ◷ arm decision
  3      12ms  │◄────────────yes─────────────┨
               ◷ disarm vote                 ┃
               ■ force commit                ┃
               ◆ COMMIT                      ┃
               ╳ crash after force commit    ┃
               ┊ not sent: commit to p1      ┃
  4      87ms  ┊                             ◷ decision timeout
               ┊                             ← inquire to c   ◷ arm decision
  5   10.012s  ↑ recover, log tail all       ┃
               → commit to p1   ◷ arm ack    ┃
  6   10.017s  ├───────────commit───────────►┃
               │                             ■ force commit
               │                             ◷ disarm decision
               │                             ◆ COMMIT
               │                             ← ack to c
  7  10.0245s  │◄────────────ack─────────────┤
               □ append end   ◷ disarm ack   │

■ on disk before the step goes on   □ written, may be lost in a crash
┃ in doubt   ┊ down

End after 7 steps: 5 messages, 3 forced writes

        vote  decision
  c     -     commit
  p1    yes   commit

  in flight  inquire(p1->c)

  ✓ uniform_agreement, commit_validity, non_blocking
)";
  EXPECT_EQ("\n" + render(samples::crash_before_telling(), {.width = 80}), expected);
}

TEST(TraceText, PartitionAndLossInAscii) {
  const std::string expected = R"(
the decision meets a cut
two_phase_commit, presume = nothing, termination = none

     c                        p1                       p2
     coordinator              participant              participant
  1  o start                  |                        |
     > prepare to p1, p2      |                        |
     @ arm vote               |                        |
  2  |--------prepare-------->|                        |
     |                        # force prepared         |
     |                        + vote yes   < yes to c  |
     |                        @ arm decision           |
  3  |------------------------+--------prepare-------->|
     |                        !                        # force prepared
     |                        !                        + vote yes   < yes to c
     |                        !                        @ arm decision
  4  |<---------yes-----------!                        !
  5  .... partition {c, p1} | {p2} .............................................
     |x---------yes-----------+------------------------!
  6  @ vote timeout           !                        !
     # force abort            !                        !
     * ABORT                  !                        !
     > abort to p1, p2        !                        !
     |------------------------+---------abort---------x!
     @ arm ack                !                        !
  7  |---------abort--------->!                        !
     |                        # force abort            !
     |                        * ABORT                  !
     |                        < ack to c               !
  8  .... heal .................................................................
  9  @ ack timeout            |                        !
     > abort to p2            |                        !
     @ arm ack                |                        !
 10  |------------------------+---------abort--------->!
     |                        |                        # force abort
     |                        |                        * ABORT
     |                        |                        < ack to c
 11  |x---------ack-----------+------------------------|

# on disk before the step goes on   ! in doubt   x lost

End after 11 steps: 9 messages, 5 forced writes

        vote  decision
  c     -     abort
  p1    yes   abort
  p2    yes   abort

  in flight  ack(p1->c)

  + uniform_agreement, commit_validity, non_blocking
)";
  EXPECT_EQ("\n" + render(samples::partition_with_loss(), {.unicode = false, .width = 80}),
            expected);
}

TEST(TraceText, DuplicatesAreCopiedThenArrive) {
  const std::string expected = R"(
the decision comes twice
two_phase_commit, presume = nothing, termination = none

     c                             p1
     coordinator                   participant
  1  ● start                       │
     → prepare to p1   ◷ arm vote  │
  2  ├───────────prepare──────────►│
     │                             ■ force prepared
     │                             ✓ vote yes   ← yes to c   ◷ arm decision
  3  │◄────────────yes─────────────┨
     ◷ disarm vote                 ┃
     ■ force commit                ┃
     ◆ COMMIT                      ┃
     → commit to p1                ┃
  4  ├────────commit + copy───────►┃
     │                             ■ force commit
     │                             ◷ disarm decision
     │                             ◆ COMMIT
     │                             ← ack to c
  5  ├───────────commit───────────►│
     │                             ← ack to c
  6  │◄────────────ack─────────────┤
     □ append end                  │
  7  │◄────────────ack─────────────┤

■ on disk before the step goes on   □ written, may be lost in a crash
┃ in doubt

End after 7 steps: 5 messages, 3 forced writes

        vote  decision
  c     -     commit
  p1    yes   commit

  ✓ uniform_agreement, commit_validity, non_blocking
)";
  EXPECT_EQ("\n" + render(samples::duplicates(), {.width = 80}), expected);
}

TEST(TraceText, TwoTransactionsOnAWideTerminal) {
  const std::string expected = R"(
two transfers over the same account
two_phase_commit, presume = nothing, termination = none

     c                             p1                            p2
     coordinator                   participant                   participant
  1  ● t1 start                    │                             │
     → t1 prepare to p1, p2        │                             │
  2  ● t2 start                    │                             │
     → t2 prepare to p1, p2        │                             │
  3  ├─────────t1 prepare─────────►│                             │
     │                             ▪ t1 lock accounts.alice:     │
     │                             │ granted                     │
     │                             ■ t1 force prepared           │
     │                             ✓ t1 vote yes   ← t1 yes to c │
  4  ├─────────t2 prepare─────────►┃                             │
     │                             ▪ t2 lock accounts.alice:     │
     │                             ┃ refused                     │
     │                             ■ t2 force abort              │
     │                             ✗ t2 vote no                  │
     │                             ◆ t2 ABORT                    │
     │                             ← t2 no to c                  │
  5  ├─────────────────────────────╂─────────t1 prepare─────────►│
     │                             ┃                             ▪ t1 lock accounts.bob: granted
     │                             ┃                             ■ t1 force prepared
     │                             ┃                             ✓ t1 vote yes   ← t1 yes to c
  6  │◄───────────t2 no────────────┨                             ┃
     ■ t2 force abort              ┃                             ┃
     ◆ t2 ABORT                    ┃                             ┃
  7  │◄──────────t1 yes────────────┨                             ┃
  8  │◄──────────t1 yes────────────╂─────────────────────────────┨
     ■ t1 force commit             ┃                             ┃
     ◆ t1 COMMIT                   ┃                             ┃
     → t1 commit to p1, p2         ┃                             ┃

■ on disk before the step goes on   ┃ in doubt

End after 8 steps: 9 messages, 5 forced writes

         vote  decision
  t1 c   -     commit
  t1 p1  yes   -         holds accounts.alice
  t1 p2  yes   -         holds accounts.bob
  t2 c   -     abort
  t2 p1  no    abort
  t2 p2  -     -

  in flight  t1 commit(c->p1), t1 commit(c->p2), t2 prepare(c->p2)

  ✓ uniform_agreement, commit_validity, non_blocking
)";
  EXPECT_EQ("\n" + render(samples::two_transactions(), {.width = 120}), expected);
}

TEST(TraceText, ViolationInPlaceWithDetails) {
  const std::string expected = R"(
p2 gives up alone
two_phase_commit, presume = nothing, termination = none

     c                        p1                       p2
     coordinator              participant              participant
  1  ● start                  │                        │
     → prepare to p1, p2      │                        │
     ◷ arm vote               │                        │
  2  ├────────prepare────────►│                        │
     │                        ■ force prepared         │
     │                        ✓ vote yes   ← yes to c  │
     │                        ◷ arm decision           │
     │                        ┃ log: prepared none →   │
     │                        ┃ true                   │
  3  ├────────────────────────╂────────prepare────────►│
     │                        ┃                        ■ force prepared
     │                        ┃                        ✓ vote yes   ← yes to c
     │                        ┃                        ◷ arm decision
     │                        ┃                        ┃ log: prepared none →
     │                        ┃                        ┃ true
  4  │                        ┃                        ◷ decision timeout
     │                        ┃                        □ append abort
     │                        ┃                        ◆ ABORT
  5  │◄─────────yes───────────┨                        │
     │ state: yes_votes {} →  ┃                        │
     │ {p1}                   ┃                        │
  6  │◄─────────yes───────────╂────────────────────────┤
     ■ force commit           ┃                        │
     ◆ COMMIT                 ┃                        │
     → commit to p1, p2       ┃                        │
     ✗ uniform_agreement violated: c decided commit in step 6, but p2 had
       decided abort in step 4 of the same transaction
  7  ├─────────commit────────►┃                        │
     │                        ■ force commit           │
     │                        ◷ disarm decision        │
     │                        ◆ COMMIT                 │
     │                        ← ack to c               │
     │                        │ log: outcome none →    │
     │                        │ commit                 │

■ on disk before the step goes on   □ written, may be lost in a crash
┃ in doubt

End after 7 steps: 7 messages, 4 forced writes

        vote  decision
  c     -     commit
  p1    yes   commit
  p2    yes   abort

  in flight  ack(p1->c), commit(c->p2)

  ✗ uniform_agreement violated: c decided commit in step 6, but p2 had decided
    abort in step 4 of the same transaction
  ✓ commit_validity
  - not reached: eventual_termination
)";
  EXPECT_EQ("\n" + render(samples::split_decision(), {.width = 80, .details = true}), expected);
}

TEST(TraceText, TimedRun) {
  const std::string expected = R"(
c crashes inside its step, and a one-way cut makes p2 wait longer
two_phase_commit, presume = nothing, termination = none

c crashes when only p1 has been told, and is back after ten seconds; but its messages to p2 are cut
for another second. All that time p2 is in doubt.

              c                           p1                          p2
              coordinator                 participant                 participant
  1      0ms  ● start                     │                           │
              → prepare to p1, p2         │                           │
              ◷ arm vote                  │                           │
  2      5ms  ├──────────prepare─────────►│                           │
              │                           ■ force prepared            │
        +2ms  │                           ✓ vote yes   ← yes to c     │
              │                           ◷ arm decision              │
  3      5ms  ├───────────────────────────╂──────────prepare─────────►│
              │                           ┃                           ■ force prepared
        +2ms  │                           ┃                           ✓ vote yes   ← yes to c
              │                           ┃                           ◷ arm decision
  4     10ms  │                           ● pause p1                  ┃
  5     12ms  │◄───────────yes────────────║                           ┃
  6     12ms  │◄───────────yes────────────║───────────────────────────┨
              ◷ disarm vote               ║                           ┃
              ■ force commit              ║                           ┃
        +2ms  ◆ COMMIT                    ║                           ┃
              » tell client commit        ║                           ┃
              → commit to p1              ║                           ┃
              ╳ crash after send commit   ║                           ┃
              ┊ p1                        ║                           ┃
              ┊ not sent: commit to p2    ║                           ┃
              ✗ non_blocking violated: p2 is blocked and holds accounts.bob; `recover c` would free
                it, it decides in `deliver commit(c->p2)`
  7    1.01s  ┊                           ● resume p1                 ┃
  8    1.01s  ┊──────────commit──────────►┃                           ┃
              ┊                           ■ force commit              ┃
        +2ms  ┊                           ◷ disarm decision           ┃
              ┊                           ◆ COMMIT                    ┃
              ┊                           ← ack to c                  ┃
  9   1.017s  ┊×───────────ack────────────┤                           ┃
 10   5.007s  ┊                           │                           ◷ decision timeout
              ┊                           │                           ← inquire to c
              ┊                           │                           ◷ arm decision
 11   5.012s  ┊×─────────inquire──────────┼───────────────────────────┨
 12       9s  ┄┄┄┄ partition {c} -> {p2} ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
 13  10.007s  ┊                           │                           ◷ decision timeout
              ┊                           │                           ← inquire to c
              ┊                           │                           ◷ arm decision
 14  10.012s  ┊×─────────inquire──────────┼───────────────────────────┨
 15  10.014s  ↑ recover                   │                           ┃
              → commit to p1, p2          │                           ┃
              ├───────────────────────────┼──────────commit──────────×┃
              ◷ arm ack                   │                           ┃
 16  10.019s  ├──────────commit──────────►│                           ┃
              │                           ← ack to c                  ┃
 17  10.024s  │◄───────────ack────────────┤                           ┃
 18      11s  ┄┄┄┄ heal ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
 19  12.014s  ◷ ack timeout               │                           ┃
              → commit to p2   ◷ arm ack  │                           ┃
 20  12.019s  ├───────────────────────────┼──────────commit──────────►┃
              │                           │                           ■ force commit
        +2ms  │                           │                           ◷ disarm decision
              │                           │                           ◆ COMMIT
              │                           │                           ← ack to c
 21  12.026s  │◄───────────ack────────────┼───────────────────────────┤
              ◷ disarm ack   □ append end │                           │

■ on disk before the step goes on   □ written, may be lost in a crash   ┃ in doubt   ┊ down
║ paused   × lost   +2ms after the step began

End at 12.026s after 21 steps: 13 messages, 5 forced writes
nothing more could happen; seed 11400714819323198485, fingerprint 8c1f0a3be45d7692

        vote  decision
  c     -     commit
  p1    yes   commit
  p2    yes   commit

  client told after 14ms, last decision after 12.021s

        0         2s        4s        6s        8s        10s       12s
        ├─────────┼─────────┼─────────┼─────────┼─────────┼─────────┼┤
  c     ◆░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░──────────
  p1    ═════◆───────────────────────────────────────────────────────
  p2    ███████████████████████████████████████████████████████▒▒▒▒▒◆
  cut   ─────────────────────────────────────────────××××××××××──────
        ◆ decides   ░ down   ═ paused   █ blocked   ▒ in doubt   × cut

                from       to      for
  in doubt  p1   7ms   1.012s   1.005s
            p2   7ms  12.021s  12.014s
  blocked   p2  14ms      11s  10.986s  waits for deliver commit(c->p2)
  down      c   14ms  10.014s      10s
  paused    p1  10ms    1.01s       1s
  cut             9s      11s       2s  {c} -> {p2}

  ✗ non_blocking violated: p2 is blocked and holds accounts.bob; `recover c` would free it, it
    decides in `deliver commit(c->p2)`
  ✓ uniform_agreement, commit_validity
)";
  EXPECT_EQ("\n" + render(samples::timed_blocking(), {.width = 100}), expected);
}

TEST(TraceText, TimedRunAsAListInAscii) {
  const std::string text = render(samples::timed_blocking(), {.unicode = false, .width = 44});
  EXPECT_NE(text.find(R"(
  6     12ms  c   > yes from p2
                  @ disarm vote
                  # force commit
        +2ms      * COMMIT
                  $ tell client commit
                  > commit to p1
                  X crash after send commit
                    p1
                  not sent: commit to p2
)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(
        0         5s        10s
        |---------+---------+----|
  c     *::::::::::::::::::::----
  p1    ==*----------------------
  p2    ######################!!*
  cut   ------------------xxxx---
        * decides   : down   = paused
        # blocked   ! in doubt   x cut

  in doubt p1 7ms to 1.012s: 1.005s
  in doubt p2 7ms to 12.021s: 12.014s
  blocked p2 14ms to 11s: 10.986s
  down c 14ms to 10.014s: 10s
  paused p1 10ms to 1.01s: 1s
  cut 9s to 11s: 2s
)"),
            std::string::npos)
      << text;
}

TEST(TraceText, ManyTransactionsAreSummedUp) {
  const std::string text = render(samples::timed_load(), {.width = 80});
  EXPECT_NE(text.find(R"(
End at 280.5ms after 55 steps: 55 messages, 27 forced writes
the time limit had come; seed 42, fingerprint 00000000000000a7
)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(
  14 transactions      count  least  median  most
  client told after       14   12ms    12ms  12ms
  last decision after     13   19ms    20ms  21ms
)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(
                from       to      for
  in doubt  p1   7ms  280.5ms  182.5ms  14 times, at most 14ms
)"),
            std::string::npos)
      << text;
}

TEST(TraceText, ANarrowTerminalGetsSentencesForTables) {
  Trace trace = samples::timed_load();
  EXPECT_NE(render(trace, {.width = 40}).find(R"(
  14 transactions
  client told after 12ms to 12ms, median
  12ms, 14 times
  last decision after 19ms to 21ms,
  median 20ms, 13 times
)"),
            std::string::npos);
  trace.timed->transactions.resize(2);
  EXPECT_NE(render(trace, {.width = 40}).find(R"(
  t1 client told after 12ms, last
  decision after 20ms
  t2 started at 20ms, client told after
  12ms, last decision after 21ms
)"),
            std::string::npos);
}

TEST(TraceText, FewTransactionsAreListedAndOpenEndsSaid) {
  Trace trace = samples::timed_load();
  trace.timed->transactions.resize(2);
  trace.timed->transactions[1].answered_us.reset();
  trace.timed->intervals = {trace.timed->intervals.back(),
                            {"cut", 0, "", 1000, 3500, "{c} | {p1}"},
                            {"cut", 0, "", 5000, std::nullopt, "{c} -> {p1}"}};
  const std::string text = render(trace, {.width = 80});
  EXPECT_NE(text.find(R"(
      started  client told after  last decision after
  t1      0ms               12ms                 20ms
  t2     20ms                  -                 21ms

        0         50ms      100ms     150ms     200ms     250ms
        ├─────────┼─────────┼─────────┼─────────┼─────────┼──────┤
  c     ─────────────────────────────────────────────────────────
  p1    ─────────────────────────────────────────────────────▒▒▒▒
  cut   ×××××××××××××××××××××××××××××××××××××××××××××××××××××××××
        ▒ in doubt   × cut

                     from       to      for
  in doubt  t14 p1  267ms  the end   13.5ms
  cut                 1ms    3.5ms    2.5ms  {c} | {p1}
                      5ms  the end  275.5ms  {c} -> {p1}
)"),
            std::string::npos)
      << text;
}

TEST(TraceText, TheTimelineKeepsRoundTicksAtAnyScale) {
  Trace trace = samples::timed_blocking();
  const std::int64_t ends[] = {
      1, 9, 88, 1000, 12'345'678, std::numeric_limits<std::int64_t>::max()};
  for (const std::int64_t end_us : ends) {
    trace.timed->end_us = end_us;
    const std::vector<std::string> lines = lines_of(render(trace, {.unicode = false}));
    const auto axis = std::ranges::find_if(lines, [](const std::string& line) {
      return line.find("|--") == 8 || line == "        ||";
    });
    ASSERT_NE(axis, lines.end()) << end_us;
    EXPECT_EQ((axis + 1)->size() + 1, axis->size()) << end_us;  // each lane is as long as the axis
  }
}

TEST(TraceText, ManyProcessesComeAsAList) {
  const std::string text = render(samples::many_processes(7), {.width = 80});
  EXPECT_NE(text.find(R"(
  2  p1  ► prepare from c
         ■ force prepared
         ✓ vote yes   ← yes to c   ◷ arm decision
)"),
            std::string::npos);
  EXPECT_NE(text.find("→ prepare to p1..p7"), std::string::npos);
  EXPECT_NE(render(samples::many_processes(7), {.width = 120}).find("├"), std::string::npos);
}

TEST(TraceText, NoLineIsWiderThanAsked) {
  for (const Trace& trace : samples::all()) {
    for (const int width : {40, 60, 80, 100, 120, 200}) {
      for (const std::string& line : lines_of(render(trace, {.width = width, .details = true})))
        EXPECT_LE(column_count(line), width) << trace.scenario << "\n" << line;
    }
  }
}

TEST(TraceText, LinesEndWithoutBlanks) {
  for (const Trace& trace : samples::all())
    for (const std::string& line : lines_of(render(trace)))
      EXPECT_FALSE(line.ends_with(' ')) << line;
}

TEST(TraceText, AsciiIsAscii) {
  for (const Trace& trace : samples::all()) {
    const std::string text = render(trace, {.unicode = false, .details = true});
    EXPECT_TRUE(
        std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  }
}

TEST(TraceText, ColourChangesNothingElse) {
  for (const Trace& trace : samples::all()) {
    std::string coloured = render(trace, {.colour = true});
    EXPECT_NE(coloured.find("\x1b[1;3"), std::string::npos);
    for (std::size_t at = 0; (at = coloured.find('\x1b')) != std::string::npos;)
      coloured.erase(at, coloured.find('m', at) - at + 1);
    EXPECT_EQ(coloured, render(trace));
  }
}

TEST(TraceText, AnyTraceCanBeDrawnAndSendsNoEscapes) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const Trace trace = samples::random_trace(seed);
    for (const int width : {1, 80, 200}) {
      const std::string text = render(trace, {.width = width, .details = true});
      EXPECT_EQ(text.find('\x1b'), std::string::npos) << "seed " << seed;
    }
  }
}

TEST(TraceText, TimeIsShort) {
  EXPECT_EQ(time_text(0), "0ms");
  EXPECT_EQ(time_text(12'500), "12.5ms");
  EXPECT_EQ(time_text(7), "0.007ms");
  EXPECT_EQ(time_text(10'012'000), "10.012s");
  EXPECT_EQ(time_text(-500), "-0.5ms");
}

TEST(TraceText, WrapBreaksAtBlanksAndCutsLongWords) {
  const std::vector<std::string> expected = {"one two", "three", "abcdefg", "hij"};
  EXPECT_EQ(wrap("one two three abcdefghij", 7), expected);
  EXPECT_EQ(wrap("", 7), std::vector<std::string>{""});
  EXPECT_EQ(column_count("\u4e8b\u52a1"), 4);
}

}  // namespace
}  // namespace concordat::trace
