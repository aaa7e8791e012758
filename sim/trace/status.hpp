// How each process stands at one point of a trace: up or down, voted, in doubt, decided. A fold
// over the steps, which the exporters walk along.
//
// In doubt: it has voted yes and has not decided. From its vote on it may not decide alone; the
// doubt survives a crash, since the vote cannot be taken back.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// What is known of one process in one transaction. Steps count from 1; 0 = not yet.
struct Standing {
  std::string vote;      // yes | no | read | ""
  std::string decision;  // the last one
  int voted_step = 0;
  int decided_step = 0;

  bool in_doubt() const { return vote == "yes" && decision.empty(); }
};

class Status {
 public:
  /// `trace` must outlive this.
  explicit Status(const Trace& trace);

  /// Applies one effect of `step`, in order; suppressed ones change nothing.
  void apply(const Step& step, const Effect& effect);
  /// Applies what the event itself says (partition, heal, pause, resume, a crash without an
  /// effect). Call it after the effects.
  void finish(const Step& step);

  /// The process's place in `Trace::processes`, or -1.
  int index_of(std::string_view process) const;
  /// The first process on `node`, or -1.
  int first_on(std::string_view node) const;

  bool up(std::size_t process) const;
  bool paused(std::size_t process) const;
  /// In doubt in any transaction.
  bool in_doubt(std::size_t process) const;
  /// The decision, if it never decided differently; else "".
  std::string_view decision(std::size_t process) const;
  const Standing& standing(int tx, std::string_view process) const;

  /// The first process that decided in `tx` and the first that decided otherwise; "" = none.
  std::string first_decider(int tx) const;
  std::string decided_otherwise(int tx, std::string_view decision) const;

  bool partitioned() const { return partitioned_; }

 private:
  struct Node {
    bool up = true;
    bool paused = false;
  };
  struct Life {  // one process over all transactions
    int doubts = 0;
    std::string decision;
    bool mixed = false;  // it decided differently in different transactions
  };
  using Key = std::pair<int, std::string>;  // transaction, process

  void update(const Key& key, const Standing& now);

  const Trace* trace_;
  std::map<std::string, Node, std::less<>> nodes_;
  std::vector<Life> lives_;  // as Trace::processes
  std::map<Key, Standing> standings_;
  bool partitioned_ = false;
};

}  // namespace concordat::trace
