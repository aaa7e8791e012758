// Hand-made traces for the tests of sim/trace: short stories of two-phase commit, as an engine
// would record them. `TraceBuilder` keeps them readable; message copies get their ids by
// themselves.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace concordat::trace::samples {

/// Builds a Trace step by step. Effects go to the step begun last and belong to its process.
class TraceBuilder {
 public:
  /// A coordinator `c` and participants `p1`..`pN`, each on a node of its own.
  TraceBuilder(std::string scenario, int participants);

  TraceBuilder& start();
  TraceBuilder& deliver(std::string_view message, std::string_view from, std::string_view to);
  TraceBuilder& timeout(std::string_view process, std::string_view timer);
  TraceBuilder& crash(std::string_view process, std::string_view where = "");
  TraceBuilder& recover(std::string_view process, std::string_view tail = "");
  TraceBuilder& network(EventKind kind, std::string_view event);
  TraceBuilder& lose(std::string_view message, std::string_view from, std::string_view to);
  /// Delivers, and leaves a copy in flight.
  TraceBuilder& duplicate(std::string_view message, std::string_view from, std::string_view to);
  TraceBuilder& partition(std::vector<std::vector<std::string>> groups);
  TraceBuilder& node(EventKind kind, std::string_view name);  // pause or resume

  TraceBuilder& at(std::int64_t time_us);     // the time of the step begun last
  TraceBuilder& later(std::int64_t time_us);  // of the effects that follow in it
  TraceBuilder& tx(int transaction);          // of the steps that follow
  TraceBuilder& send(std::string_view message, std::vector<std::string> to);
  TraceBuilder& force(std::string_view record, std::string_view store = "");
  TraceBuilder& append(std::string_view record, std::string_view store = "");
  TraceBuilder& effect(EffectKind kind, std::string_view text, std::string_view value = "");
  TraceBuilder& lost(std::string_view message, std::string_view from, std::string_view to);
  TraceBuilder& crashed(std::string_view where);  // a crash inside this step
  TraceBuilder& suppressed();                     // marks the effect added last
  TraceBuilder& change(std::string_view where,
                       std::string_view part,
                       std::string_view field,
                       std::string_view before,
                       std::string_view after);
  TraceBuilder& violated(std::string_view code, std::string_view name, std::string_view sentence);

  /// Processes share a node: `place({"c", "p1"}, "n1")`. Messages between them are local.
  TraceBuilder& place(const std::vector<std::string>& processes, const std::string& node);

  Trace& trace() { return trace_; }
  Trace done();

 private:
  TraceBuilder& received(std::string_view message, std::string_view from, std::string_view to);
  TraceBuilder& begin(EventKind kind, std::string event, std::string_view process);
  Effect& add(EffectKind kind);
  std::string prefix() const;
  std::string node_of(std::string_view process) const;
  bool is_local(std::string_view from, std::string_view to) const;
  std::vector<std::int64_t>& copies(std::string_view message,
                                    std::string_view from,
                                    std::string_view to);

  Trace trace_;
  int tx_ = 1;
  std::int64_t next_id_ = 1;
  std::optional<std::int64_t> later_us_;
  std::map<std::string, std::vector<std::int64_t>> in_flight_;
};

Trace happy_commit();          // c, p1, p2: all yes, committed, forgotten
Trace one_no();                // p2 votes no
Trace coordinator_crash();     // c crashes after telling only p1; p2 and p3 are blocked
Trace crash_before_telling();  // c forces commit and crashes before any send; recovers; timed
Trace partition_with_loss();   // the decision for p2 is lost at a cut, sent again after it heals
Trace duplicates();            // the decision arrives twice
Trace two_transactions();      // interleaved, with rows that wait for one another
Trace split_decision();        // a wrong protocol: p1 commits, p2 aborts
Trace many_processes(int participants);
Trace shared_node();     // c and p1 share the node n1, which crashes and comes back
Trace timed_blocking();  // timed: c crashes inside its step, a pause, a one-way cut, recovery
Trace timed_load();      // timed: 14 transactions, in doubt again and again, until the limit

/// All of these, for what must hold for any of them.
std::vector<Trace> all();

/// A trace with random contents in every field, for round trips. Equal seeds give equal traces.
Trace random_trace(std::uint64_t seed);

/// The same story with hostile words for every name, message and text; who is who stays the same.
Trace disguised(Trace trace, std::uint64_t seed);

/// A story without sense: processes start, send to anybody, receive, crash in their steps and come
/// back, messages are lost and doubled, the network splits and heals.
Trace random_story(std::uint64_t seed);

}  // namespace concordat::trace::samples
