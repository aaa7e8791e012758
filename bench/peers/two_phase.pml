/* Module TwoPhase of Gray and Lamport, "Consensus on transaction commit", ACM TODS 31(1), 2006, for
 * SPIN. N resource managers (at most 8). A variable is a set: bit r is resource manager r. A
 * message is never taken from the network, so a set of senders says which are there.
 *
 *   spin -a -DN=3 two_phase.pml && gcc -O3 -DNOREDUCE -DSAFETY -o pan pan.c */

#ifndef N
#define N 3
#endif

#define ALL ((1 << N) - 1)
#define HAS(set, r) ((set) & (1 << (r)))
#define ADD(set, r) set = set | (1 << (r))
#define DEL(set, r) set = set & (255 - (1 << (r)))

byte working = ALL, prepared, committed, aborted;  /* the states of the RMs */
bit tm_done;
byte tm_prepared;                                  /* whom the TM has heard */
byte msg_prepared;                                 /* sent */
bit msg_commit, msg_abort;                         /* sent to everybody */

#define CONSISTENT assert(!(committed && aborted))
#define BECOME(set, r) DEL(working, r); DEL(prepared, r); DEL(committed, r); DEL(aborted, r); \
  ADD(set, r); CONSISTENT

#define STEPS(r) \
  :: d_step { HAS(working, r) -> BECOME(prepared, r); ADD(msg_prepared, r) } \
  :: d_step { HAS(working, r) -> BECOME(aborted, r) } \
  :: d_step { !tm_done && HAS(msg_prepared, r) -> ADD(tm_prepared, r) } \
  :: d_step { msg_commit -> BECOME(committed, r) } \
  :: d_step { msg_abort -> BECOME(aborted, r) }

active proctype Everybody() {
end:
  do
  :: d_step { !tm_done && tm_prepared == ALL -> tm_done = 1; msg_commit = 1 }
  :: d_step { !tm_done -> tm_done = 1; msg_abort = 1 }
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
#if N > 7
  STEPS(7)
#endif
  od
}
