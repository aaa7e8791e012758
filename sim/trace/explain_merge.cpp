// Steps that say little are told together; what is told becomes sentences.
#include <algorithm>
#include <string_view>

#include "sim/trace/explain_step.hpp"
#include "sim/trace/style.hpp"

namespace concordat::trace {

namespace {

constexpr std::string_view receives = "receives ";

/// "yes from p1" + "yes from p2" = "yes from p1 and p2".
std::string receptions(const std::vector<std::string>& received) {
  std::vector<std::string> senders;
  std::string message;
  for (const std::string& one : received) {
    const std::size_t from = one.find(" from ");
    const std::string sent = one.substr(0, from);
    if (from == std::string::npos || (!message.empty() && sent != message))
      return join_and(received);
    message = sent;
    senders.push_back(one.substr(from + 6));
  }
  return message + " from " + join_and(senders);
}

/// "c receives yes from p1" + "c receives yes from p2 and decides commit".
bool merge_receptions(Told& told, const Told& next) {
  const bool possible = told.only_receives && next.is_delivery && told.subjects == next.subjects &&
                        !next.verbs.empty() && next.verbs.front().starts_with(receives);
  if (!possible) return false;
  std::vector<std::string> received = told.received;
  if (received.empty()) received.push_back(told.verbs.front().substr(receives.size()));
  received.push_back(next.verbs.front().substr(receives.size()));
  const bool quiet = std::ranges::any_of(
      received, [](const std::string& one) { return one.find(',') != std::string::npos; });
  if (quiet) return false;  // "which changes nothing" stays apart
  const int first_step = told.first_step;
  const std::optional<std::int64_t> first_us = told.first_us;
  told = next;
  told.first_step = first_step;
  told.first_us = first_us;
  told.verbs.front() = std::string(receives) + receptions(received);
  told.received = std::move(received);
  told.mergeable = false;
  return true;
}

}  // namespace

bool merge(Told& told, const Told& next) {
  if (merge_receptions(told, next)) return true;
  if (!next.mergeable) return false;
  const bool same = told.mergeable && !told.subjects.empty() && told.verbs == next.verbs &&
                    told.role == next.role &&
                    std::ranges::find(told.subjects, next.subjects[0]) == told.subjects.end() &&
                    told.in_doubt.empty() == next.in_doubt.empty();
  if (!same) return false;
  told.last_step = next.last_step;
  told.last_us = next.last_us;
  if (told.doubt_us != next.doubt_us) told.doubt_us.reset();
  told.subjects.push_back(next.subjects[0]);
  told.in_doubt.insert(told.in_doubt.end(), next.in_doubt.begin(), next.in_doubt.end());
  told.only_receives = false;
  return true;
}

std::string when_words(const Told& told) {
  if (!told.first_us || !told.last_us) return "";
  if (told.first_us == told.last_us) return "At " + time_text(*told.first_us) + ", ";
  return "From " + time_text(*told.first_us) + " to " + time_text(*told.last_us) + ", ";
}

std::string sentences(const Told& told) {
  const std::string when = when_words(told);
  std::string out;
  if (!told.subjects.empty() && !told.verbs.empty()) {
    const bool several = told.subjects.size() > 1;
    out += several ? "Each of " + join_and(told.subjects) : told.subjects[0];
    out += " " + join_and(told.verbs) + ".";
    if (!when.empty() && several) out[0] = 'e';
  }
  if (!told.in_doubt.empty()) {
    const bool one = told.in_doubt.size() == 1;
    out += told.doubt_us ? " From " + time_text(*told.doubt_us) + " on " : " From now on ";
    out += join_and(told.in_doubt) + (one ? " is" : " are") +
           " in doubt: " + (one ? "it has voted yes and may" : "they have voted yes and may") +
           " not decide alone.";
  }
  for (const std::string& remark : told.remarks)
    out += (out.empty() ? "" : " ") + remark;
  if (!when.empty() && !out.empty() && out.starts_with("The ")) out[0] = 't';
  return when + out;
}

}  // namespace concordat::trace
