/* Two-phase commit as README.md of this folder defines it, for SPIN.
 *
 *   spin -a -DN=3 -DK=1 two_phase_commit.pml && gcc -O3 -DNOREDUCE -DSAFETY -o pan pan.c
 *
 * N participants (at most 7), at most K crashes. A variable is a set: bit p is participant p, bit N
 * the coordinator. A message in flight is a bit too, so that equal messages are one. */

#ifndef N
#define N 2
#endif
#ifndef K
#define K 1
#endif

#define C N                    /* the coordinator */
#define ALL ((1 << N) - 1)     /* the participants */
#define HAS(set, i) ((set) & (1 << (i)))
#define ADD(set, i) set = set | (1 << (i))
#define DEL(set, i) set = set & (255 - (1 << (i)))

byte up = 2 * ALL + 1;
byte crashed;                       /* who has ever */
byte prepared, committed, aborted;  /* the logs: whose last record is that; no bit: no record */
byte pending;                       /* whose vote, after the decision whose ack, c waits for */
byte crashes;
byte prepare, commit, abort_;       /* in flight from c to p */
byte yes, no, ack, inquire;         /* in flight from p to c */

#define NO_RECORD(i) (!HAS(prepared | committed | aborted, i))
#define STARTED (pending || !HAS(up, C) || !NO_RECORD(C))
#define COLLECTING (pending && NO_RECORD(C))

#define AGREE \
  assert(!(committed && aborted)); \
  assert(!((committed & (255 - crashed)) && (aborted & (255 - crashed))))
#define CONCLUDE(i, outcome) DEL(prepared, i); ADD(outcome, i); AGREE
#define TELL \
  pending = ALL; \
  if :: HAS(committed, C) -> commit = ALL :: else -> abort_ = ALL fi
#define DECIDE(outcome) CONCLUDE(C, outcome); TELL
#define UNLESS(condition, action) if :: condition -> skip :: else -> action fi
#define WHEN(condition, action) if :: condition -> action :: else -> skip fi

#define GET(to, message, p) HAS(up, to) && HAS(message, p) -> DEL(message, p)

#define STEPS(p) \
  :: d_step { GET(C, yes, p); \
       WHEN(COLLECTING, \
            DEL(pending, p); UNLESS(pending, DECIDE(committed))) } \
  :: d_step { GET(C, no, p); WHEN(COLLECTING, DECIDE(aborted)) } \
  :: d_step { GET(C, ack, p); DEL(pending, p) } \
  :: d_step { GET(C, inquire, p); \
       if :: HAS(committed, C) -> ADD(commit, p) \
          :: HAS(aborted, C) -> ADD(abort_, p) \
          :: else -> skip fi } \
  :: d_step { NO_RECORD(p) && GET(p, prepare, p); ADD(prepared, p); ADD(yes, p) } \
  :: d_step { NO_RECORD(p) && GET(p, prepare, p); CONCLUDE(p, aborted); ADD(no, p) } \
  :: d_step { !NO_RECORD(p) && GET(p, prepare, p) } \
  :: d_step { GET(p, commit, p); \
       UNLESS(HAS(committed | aborted, p), CONCLUDE(p, committed)); ADD(ack, p) } \
  :: d_step { GET(p, abort_, p); \
       UNLESS(HAS(committed | aborted, p), CONCLUDE(p, aborted)); ADD(ack, p) } \
  :: d_step { HAS(up, p) && HAS(prepared, p) -> ADD(inquire, p) } \
  :: d_step { crashes < K && HAS(up, p) -> CRASH(p) } \
  :: d_step { !HAS(up, p) -> ADD(up, p); \
       if :: NO_RECORD(p) -> CONCLUDE(p, aborted) \
          :: HAS(prepared, p) -> ADD(inquire, p) \
          :: else -> skip fi }

#define CRASH(i) DEL(up, i); ADD(crashed, i); crashes++

active proctype Everybody() {
end:
  do
  :: d_step { !STARTED -> pending = ALL; prepare = ALL }
  :: d_step { HAS(up, C) && COLLECTING -> DECIDE(aborted) }
  :: d_step { crashes < K && HAS(up, C) && STARTED -> CRASH(C); pending = 0 }
  :: d_step { !HAS(up, C) -> ADD(up, C);
       if :: NO_RECORD(C) -> DECIDE(aborted) :: else -> TELL fi }
  STEPS(0)
#if N > 1
  STEPS(1)
#endif
#if N > 2
  STEPS(2)
#endif
#if N > 3
  STEPS(3)
#endif
#if N > 4
  STEPS(4)
#endif
#if N > 5
  STEPS(5)
#endif
#if N > 6
  STEPS(6)
#endif
  od
}
