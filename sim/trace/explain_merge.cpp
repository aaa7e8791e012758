// Steps that say little are told together; what is told becomes sentences.
#include <algorithm>

#include "sim/trace/explain_step.hpp"
#include "sim/trace/style.hpp"

namespace concordat::trace {

namespace {

/// "c receives yes from p1" + "c receives yes from p2 and decides commit".
bool merge_receptions(Told& told, const Told& next, const Words& words) {
  const bool possible = told.only_receives && next.is_delivery && told.subjects == next.subjects &&
                        !told.received.empty() && !next.received.empty();
  if (!possible) return false;
  std::vector<Received> received = told.received;
  received.insert(received.end(), next.received.begin(), next.received.end());
  const int first_step = told.first_step;
  const std::optional<std::int64_t> first_us = told.first_us;
  told = next;
  told.first_step = first_step;
  told.first_us = first_us;
  told.verbs.front() = reception(received, words);
  told.received = std::move(received);
  told.mergeable = false;
  return true;
}

/// English begins a sentence with a capital, which goes where something stands before it.
void uncapitalise(std::string& sentence) {
  if (sentence.starts_with("The ")) sentence[0] = 't';
  if (sentence.starts_with("Each ")) sentence[0] = 'e';
}

/// "From now on p1 is in doubt: ..."
std::string doubt_words(const Told& told, const Words& words) {
  const bool one = told.in_doubt.size() == 1;
  const std::string names = words.names(told.in_doubt);
  if (!told.doubt_us) return words(one ? Phrase::doubt_now_one : Phrase::doubt_now_many, names);
  return words(
      one ? Phrase::doubt_since_one : Phrase::doubt_since_many, names, time_text(*told.doubt_us));
}

}  // namespace

std::string reception(const std::vector<Received>& received, const Words& words) {
  std::vector<std::string> senders;
  std::vector<std::string> each;
  bool same = true;
  for (const Received& one : received) {
    senders.push_back(one.from);
    each.push_back(words(Phrase::reception, one.message, one.from));
    same = same && one.message == received.front().message;
  }
  if (!same) return words(Phrase::receives, words.names(each));
  const std::string& message = received.front().message;
  return words(Phrase::receives, words(Phrase::reception, message, words.names(senders)));
}

bool merge(Told& told, const Told& next, const Words& words) {
  if (merge_receptions(told, next, words)) return true;
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

std::string when_words(const Told& told, const Words& words) {
  if (!told.first_us || !told.last_us) return "";
  const std::string first = time_text(*told.first_us);
  if (told.first_us == told.last_us) return words(Phrase::at_time, first);
  return words(Phrase::from_time_to, first, time_text(*told.last_us));
}

std::string sentences(const Told& told, const Words& words) {
  const std::string when = when_words(told, words);
  std::string out;
  if (!told.subjects.empty() && !told.verbs.empty()) {
    const bool several = told.subjects.size() > 1;
    out += words(several ? Phrase::each_subject : Phrase::subject,
                 words.names(told.subjects),
                 words.actions(told.verbs));
  }
  if (!told.in_doubt.empty()) out += words(Phrase::gap) + doubt_words(told, words);
  for (const std::string& remark : told.remarks)
    out += (out.empty() ? "" : words(Phrase::gap)) + remark;
  if (!when.empty()) uncapitalise(out);
  return when + out;
}

}  // namespace concordat::trace
