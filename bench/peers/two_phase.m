-- Module TwoPhase of Gray and Lamport, "Consensus on transaction commit", ACM TODS 31(1), 2006, for
-- Rumur. A message is never taken from the network.
--
--   rumur --threads 1 --deadlock-detection off --symmetry-reduction off \
--     --output model.c two_phase.m
--
-- Without symmetry reduction a scalarset is a plain range. The script `compare` writes its own N
-- into the next line.
const N: 3; -- resource managers (RMs)

type
  rm_type: scalarset(N);
  rm_state: enum { working, prepared, committed, aborted };

var
  tm_done: boolean;
  msg_commit: boolean; -- sent to everybody
  msg_abort: boolean;
  rm: array [rm_type] of record
    state: rm_state;
    msg_prepared: boolean; -- sent
    tm_prepared: boolean;  -- the TM has heard it
  end;

startstate begin
  tm_done := false;
  msg_commit := false;
  msg_abort := false;
  for r: rm_type do
    rm[r].state := working;
    rm[r].msg_prepared := false;
    rm[r].tm_prepared := false;
  end;
end;

rule "TMCommit" !tm_done & forall r: rm_type do rm[r].tm_prepared end ==> begin
  tm_done := true;
  msg_commit := true;
end;

rule "TMAbort" !tm_done ==> begin
  tm_done := true;
  msg_abort := true;
end;

ruleset r: rm_type do

rule "TMRcvPrepared" !tm_done & rm[r].msg_prepared ==> begin
  rm[r].tm_prepared := true;
end;

rule "RMPrepare" rm[r].state = working ==> begin
  rm[r].state := prepared;
  rm[r].msg_prepared := true;
end;

rule "RMChooseToAbort" rm[r].state = working ==> begin
  rm[r].state := aborted;
end;

rule "RMRcvCommitMsg" msg_commit ==> begin
  rm[r].state := committed;
end;

rule "RMRcvAbortMsg" msg_abort ==> begin
  rm[r].state := aborted;
end;

end;

invariant "TCConsistent"
  !(exists r: rm_type do rm[r].state = committed end &
    exists r: rm_type do rm[r].state = aborted end);
