-- Two-phase commit as README.md of this folder defines it, for Rumur.
--
--   rumur --threads 1 --deadlock-detection off --symmetry-reduction off \
--     --output model.c two_phase_commit.m
--
-- Without symmetry reduction a scalarset is a plain range. The script `compare` writes its own N
-- and K into the next two lines.
const N: 2; -- participants
const K: 1; -- crashes

type
  participant: scalarset(N);
  record_type: enum { none, prepared, committed, aborted };

var
  c_up: boolean;
  c_crashed: boolean; -- ever
  c_log: record_type; -- its last record
  crashes: 0..K;
  p: array [participant] of record
    up: boolean;
    crashed: boolean;
    log: record_type;
    pending: boolean; -- c waits for its vote, after the decision for its ack
    prepare: boolean; -- in flight from c: prepare, commit, abort_
    commit: boolean;
    abort_: boolean;
    yes: boolean;     -- in flight to c: yes, no, ack, inquire
    no: boolean;
    ack: boolean;
    inquire: boolean;
  end;

function is_pending(): boolean;
begin
  return exists i: participant do p[i].pending end;
end;

function started(): boolean;
begin
  return !c_up | c_log != none | is_pending();
end;

function collecting(): boolean;
begin
  return c_log = none & is_pending();
end;

procedure tell();
begin
  for i: participant do
    p[i].pending := true;
    if c_log = committed then p[i].commit := true; else p[i].abort_ := true; end;
  end;
end;

procedure decide(outcome: record_type);
begin
  c_log := outcome;
  tell();
end;

startstate begin
  c_up := true;
  c_crashed := false;
  c_log := none;
  crashes := 0;
  for i: participant do
    p[i].up := true;
    p[i].crashed := false;
    p[i].log := none;
    p[i].pending := false;
    p[i].prepare := false;
    p[i].commit := false;
    p[i].abort_ := false;
    p[i].yes := false;
    p[i].no := false;
    p[i].ack := false;
    p[i].inquire := false;
  end;
end;

-- The coordinator.

rule "start" !started() ==> begin
  for i: participant do
    p[i].pending := true;
    p[i].prepare := true;
  end;
end;

rule "vote timer" c_up & collecting() ==> begin
  decide(aborted);
end;

rule "crash c" crashes < K & c_up & started() ==> begin
  crashes := crashes + 1;
  c_up := false;
  c_crashed := true;
  for i: participant do p[i].pending := false; end;
end;

rule "recover c" !c_up ==> begin
  c_up := true;
  if c_log = none then decide(aborted); else tell(); end;
end;

ruleset i: participant do

rule "yes" c_up & p[i].yes ==> begin
  p[i].yes := false;
  if c_log = none then
    p[i].pending := false;
    if !is_pending() then decide(committed); end;
  end;
end;

rule "no" c_up & p[i].no ==> begin
  p[i].no := false;
  if c_log = none then decide(aborted); end;
end;

rule "ack" c_up & p[i].ack ==> begin
  p[i].ack := false;
  p[i].pending := false;
end;

rule "inquire" c_up & p[i].inquire ==> begin
  p[i].inquire := false;
  if c_log = committed then p[i].commit := true; end;
  if c_log = aborted then p[i].abort_ := true; end;
end;

-- A participant.

rule "prepare, yes" p[i].up & p[i].prepare & p[i].log = none ==> begin
  p[i].prepare := false;
  p[i].log := prepared;
  p[i].yes := true;
end;

rule "prepare, no" p[i].up & p[i].prepare & p[i].log = none ==> begin
  p[i].prepare := false;
  p[i].log := aborted;
  p[i].no := true;
end;

rule "prepare, too late" p[i].up & p[i].prepare & p[i].log != none ==> begin
  p[i].prepare := false;
end;

rule "commit" p[i].up & p[i].commit ==> begin
  p[i].commit := false;
  if p[i].log = none | p[i].log = prepared then p[i].log := committed; end;
  p[i].ack := true;
end;

rule "abort" p[i].up & p[i].abort_ ==> begin
  p[i].abort_ := false;
  if p[i].log = none | p[i].log = prepared then p[i].log := aborted; end;
  p[i].ack := true;
end;

rule "inquiry timer" p[i].up & p[i].log = prepared ==> begin
  p[i].inquire := true;
end;

rule "crash p" crashes < K & p[i].up ==> begin
  crashes := crashes + 1;
  p[i].up := false;
  p[i].crashed := true;
end;

rule "recover p" !p[i].up ==> begin
  p[i].up := true;
  if p[i].log = none then p[i].log := aborted;
  elsif p[i].log = prepared then p[i].inquire := true;
  end;
end;

end;

invariant "uniform agreement"
  !((c_log = committed | exists i: participant do p[i].log = committed end) &
    (c_log = aborted | exists i: participant do p[i].log = aborted end));

invariant "agreement among correct"
  !((!c_crashed & c_log = committed |
     exists i: participant do !p[i].crashed & p[i].log = committed end) &
    (!c_crashed & c_log = aborted |
     exists i: participant do !p[i].crashed & p[i].log = aborted end));
