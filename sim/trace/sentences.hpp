// All that a tale is made of, in each language: sentences and parts of sentences, with {0}, {1}...
// where names and figures stand, and the terms of the field. What a scenario or a protocol calls
// by a name of its own stays as it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace concordat::trace {

enum class Language : std::uint8_t { english, chinese };

/// In the order of the table in sentences.cpp, which shows what each one says.
enum class Phrase : std::uint8_t {
  // between words, and between sentences
  gap,
  comma,
  semicolon,
  stop,
  name_comma,
  name_and,
  action_and,
  fact_and,
  in_brackets,
  pair,
  // who takes part
  introduction,
  vote_one,
  vote_many,
  there_are,
  share_node,
  timed_seed,
  no_process,
  // when
  at_time,
  from_time_to,
  later,
  in_transaction,
  // who does what
  subject,
  each_subject,
  starts,
  starts_work,
  timeout,
  sends,
  receives,
  reception,
  changes_nothing,
  forces_log,
  forces_store,
  forces,
  forces_prepared,
  forces_data,
  forces_undone,
  appends,
  votes,
  decides,
  doubt_over,
  doubt_over_after,
  tells_client,
  draws,
  asks_store,
  // a crash, and the return
  crashes,
  right_after,
  just_sending,
  just_forcing,
  just_writing,
  just_telling,
  just_receiving,
  before_sending,
  before_it,
  then_node,
  then_node_at,
  down_until,
  goes_down_in_doubt,
  only_one_knows,
  comes_back,
  after_time,
  log_tail,
  // doubt and decisions
  doubt_now_one,
  doubt_now_many,
  doubt_since_one,
  doubt_since_many,
  in_doubt,
  in_doubt_for,
  only_asks,
  reverses,
  split,
  first_decision,
  first_decision_no,
  // what happens around
  copy_stays,
  network_splits,
  network_splits_event,
  two_sides,
  lasts_until,
  end_of_run,
  heals,
  pauses,
  for_time,
  goes_on,
  client_acts,
  operator_acts,
  outside_write,
  forgets,
  then_event,
  loses,
  at_the_cut,
  receiver_down,
  violated_here,
  // the end
  in_the_end,
  end_of_first,
  end_of_next,
  nothing_known,
  under_way,
  decided_one,
  decided_many,
  undecided_one,
  undecided_many,
  down_one,
  down_many,
  bound_one,
  bound_many,
  stuck_one,
  stuck_many,
  waits_one,
  waits_many,
  holds,
  meanwhile,
  frees_one,
  frees_many,
  is_violated,
  held,
  not_reached_one,
  not_reached_many,
  // times
  run_ended,
  told_after,
  never_told,
  last_decision_after,
  not_all_decided,
  latency_in,
  told_of,
  decided_everywhere,
  took,
  took_between,
  span,
  open_span,
  span_in,
  the_network,
  was,
  again,
  many_times,
  waiting_for,
  namely,
};

/// How a phrase or a term is said in each language.
struct Sentence {
  std::string_view english;
  std::string_view chinese;
};

/// By Phrase.
std::span<const Sentence> all_sentences();

/// The words that the terms of the field have in other languages.
std::span<const Sentence> all_terms();

/// Puts values into phrases. Between a Chinese sign and a Latin one it leaves a blank.
class Words {
 public:
  explicit Words(Language language) : language_(language) {}

  template <class... Values>
  std::string operator()(Phrase phrase, const Values&... values) const {
    const std::array<std::string_view, sizeof...(Values)> all{std::string_view(values)...};
    return fill(phrase, all);
  }

  /// The same of any text with {0}, {1}...
  std::string fill(std::string_view text, const std::vector<std::string>& values) const;

  Language language() const { return language_; }

  /// A term of the field in this language; what is none stays as it is.
  std::string term(std::string_view word) const;
  std::vector<std::string> terms(const std::vector<std::string>& words) const;

  /// "two participants".
  std::string count(std::size_t n, std::string_view thing) const;

  /// "p1, p2 and p3"; what somebody does, one thing after the other; what is so, all at once.
  std::string names(const std::vector<std::string>& items) const;
  std::string actions(const std::vector<std::string>& items) const;
  std::string facts(const std::vector<std::string>& items) const;

 private:
  std::string fill(Phrase phrase, std::span<const std::string_view> values) const;
  std::string put(std::string_view text, std::span<const std::string_view> values) const;
  std::string listed(const std::vector<std::string>& items, Phrase comma, Phrase last) const;

  Language language_;
};

}  // namespace concordat::trace
