// Expectations on a run, compared with its trace.
#include <algorithm>

#include "sim/run/runner.hpp"

namespace concordat {

namespace {

std::string join(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "nobody" : out;
}

std::string name_of(const trace::Trace& trace, const trace::Final& final) {
  return trace.transactions == 1 ? final.process
                                 : "t" + std::to_string(final.tx) + " " + final.process;
}

/// What was decided by anybody: commit | abort | mixed | none.
std::string outcome_of(const trace::Trace& trace) {
  bool commit = false;
  bool abort = false;
  for (const trace::Final& final : trace.finals) {
    if (final.vote == "read") continue;
    commit = commit || final.decision.find("commit") != std::string::npos;
    abort = abort || final.decision.find("abort") != std::string::npos;
  }
  return commit && abort ? "mixed" : commit ? "commit" : abort ? "abort" : "none";
}

class Judge {
 public:
  Judge(const scenario::Expect& expect, const trace::Trace& trace)
      : expect_(expect), trace_(trace) {}

  std::vector<Unmet> unmet() {
    for (const auto& entry : expect_.properties)
      property(entry);
    if (expect_.outcome)
      same(expect_.outcome->at, "outcome", expect_.outcome->value, outcome_of(trace_));
    for (const auto& entry : expect_.decisions)
      decision(entry);
    if (expect_.blocked) blocked();
    for (const auto& [process, rows] : expect_.store)
      for (const auto& row : rows)
        this->row(process, row);
    if (expect_.locked) locked();
    number(expect_.messages, "messages", trace_.counts.messages);
    number(expect_.forces, "forces", trace_.counts.forces);
    number(expect_.steps, "steps", static_cast<int>(trace_.steps.size()));
    if (trace_.timed) times(*trace_.timed);
    return std::move(unmet_);
  }

 private:
  void same(Position at,
            const std::string& what,
            const std::string& expected,
            const std::string& got) {
    if (expected != got) unmet_.push_back({at, what + ": expected " + expected + ", got " + got});
  }

  void number(const std::optional<scenario::At<int>>& expected, const std::string& what, int got) {
    if (expected) same(expected->at, what, std::to_string(expected->value), std::to_string(got));
  }

  void property(const scenario::Entry<std::string>& entry) {
    for (const trace::PropertyStatus& status : trace_.properties) {
      if (status.name != entry.key.value) continue;
      std::string got = status.status;
      if (!status.sentence.empty()) got += " (" + status.sentence + ")";
      if (status.status != entry.value.value)
        unmet_.push_back(
            {entry.key.at, status.name + ": expected " + entry.value.value + ", got " + got});
      return;
    }
    unmet_.push_back({entry.key.at, entry.key.value + ": was not judged"});
  }

  void decision(const scenario::Entry<std::string>& entry) {
    for (const trace::Final& final : trace_.finals)
      if (name_of(trace_, final) == entry.key.value)
        same(entry.key.at,
             entry.key.value + " decides",
             entry.value.value,
             final.decision.empty() ? "none" : final.decision);
  }

  void blocked() {
    std::vector<std::string> expected;
    for (const scenario::Text& name : expect_.blocked->value)
      expected.push_back(name.value);
    std::vector<std::string> got;
    for (const trace::Final& final : trace_.finals)
      if (final.blocked) got.push_back(name_of(trace_, final));
    same(expect_.blocked->at, "blocked", join(expected), join(got));
  }

  void row(const scenario::Text& process, const scenario::Entry<scenario::FinalRow>& row) {
    const auto node = std::find_if(
        trace_.processes.begin(), trace_.processes.end(), [&](const trace::Process& p) {
          return p.name == process.value;
        });
    const std::string name =
        (node == trace_.processes.end() ? process.value : node->node) + " " + row.key.value;
    std::string got = "no such row";
    for (const trace::NameValue& pair : trace_.rows)
      if (pair.name == name) got = pair.value;
    const scenario::FinalRow& wanted = row.value.value;
    same(row.key.at, name, print_row(Row{wanted.value, wanted.held, 0, 0}), got);
  }

  /// Of a timed run.
  void times(const trace::Timed& timed) {
    if (const auto& within = expect_.answered_within)
      for (const trace::TxTimes& tx : timed.transactions) {
        const std::string who = "the client of t" + std::to_string(tx.tx);
        if (!tx.answered_us)
          unmet_.push_back({within->at, "answered_within: " + who + " was never told"});
        else if (*tx.answered_us - tx.started_us > within->value.us)
          unmet_.push_back({within->at,
                            "answered_within: expected at most " + format(within->value) + ", " +
                                who + " was told after " +
                                format(Duration{*tx.answered_us - tx.started_us})});
      }
    if (const auto& most = expect_.blocked_at_most)
      for (const trace::Interval& interval : timed.intervals) {
        const std::int64_t length = interval.to_us.value_or(timed.end_us) - interval.from_us;
        if (interval.kind == "blocked" && (length > most->value.us || !interval.to_us))
          unmet_.push_back({most->at,
                            "blocked_at_most: expected " + format(most->value) + ", " +
                                interval.who + " was blocked for " + format(Duration{length}) +
                                (interval.to_us ? "" : ", and still is")});
      }
  }

  void locked() {
    std::vector<std::string> expected;
    for (const scenario::Text& name : expect_.locked->value)
      expected.push_back(name.value);
    std::vector<std::string> got;
    for (const trace::Final& final : trace_.finals)
      for (const std::string& row : final.holds)
        got.push_back(name_of(trace_, final) + " " + row);
    same(expect_.locked->at, "locked", join(expected), join(got));
  }

  const scenario::Expect& expect_;
  const trace::Trace& trace_;
  std::vector<Unmet> unmet_;
};

}  // namespace

std::vector<Unmet> unmet(const scenario::Expect& expect, const trace::Trace& trace) {
  return Judge(expect, trace).unmet();
}

std::vector<Unmet> violations(const trace::Trace& trace) {
  std::vector<Unmet> out;
  for (const trace::PropertyStatus& status : trace.properties)
    if (status.status == "violated" && status.code != "NB" && status.code != "VAs")
      out.push_back({{}, status.name + " is violated: " + status.sentence});
  return out;
}

}  // namespace concordat
