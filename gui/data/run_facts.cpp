#include "gui/data/run_facts.hpp"

#include <algorithm>
#include <map>

namespace concordat::gui {

namespace {

using Outcome = RunFacts::Outcome;

Outcome outcome_of(const trace::Trace& trace) {
  std::map<int, std::pair<bool, bool>> decided;  // by transaction: somebody commits, aborts
  for (const trace::Final& final : trace.finals) {
    if (final.decision.find("commit") != std::string::npos) decided[final.tx].first = true;
    if (final.decision.find("abort") != std::string::npos) decided[final.tx].second = true;
  }
  bool commits = false;
  bool aborts = false;
  for (const auto& [tx, words] : decided) {
    if (words.first && words.second) return Outcome::mixed;
    commits = commits || words.first;
    aborts = aborts || words.second;
  }
  if (commits) return Outcome::commit;  // of several transactions at least one
  return aborts ? Outcome::abort : Outcome::none;
}

std::string setting_of(const trace::Trace& trace) {
  std::string out = trace.protocol;
  std::ranges::replace(out, '_', ' ');
  for (const trace::NameValue& option : trace.options)
    out += (&option == trace.options.data() ? ": " : ", ") + option.name + " " + option.value;
  return out;
}

}  // namespace

RunFacts facts_of(const Document& document) {
  const trace::Trace& trace = *document.trace;
  RunFacts out;
  out.name = trace.scenario;
  out.setting = setting_of(trace);
  out.outcome = outcome_of(trace);
  out.messages = trace.counts.messages;
  out.forces = trace.counts.forces;
  for (const Mark& mark : document.sequence.marks)
    if (mark.kind == MarkKind::commit || mark.kind == MarkKind::abort)
      out.decided_after = mark.at.step + 1;
  const auto& times = document.sequence.times_us;
  const auto after = static_cast<std::size_t>(out.decided_after);
  if (after > 0 && after <= times.size()) out.decided_us = times[after - 1];
  for (const trace::Final& final : trace.finals)
    if (final.blocked && std::ranges::find(out.blocked, final.process) == out.blocked.end())
      out.blocked.push_back(final.process);
  for (const trace::PropertyStatus& property : trace.properties)
    if (property.status == "violated") out.violated.push_back(property.code);
  return out;
}

}  // namespace concordat::gui
