#include "sim/explore/walk.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <set>

#include "sim/explore/exercised.hpp"
#include "sim/explore/fingerprint_table.hpp"
#include "sim/explore/judge.hpp"
#include "sim/explore/minimise.hpp"
#include "sim/explore/schedulers.hpp"

namespace concordat {

namespace explore {

namespace {

class Walker {
 public:
  explicit Walker(const CheckRequest& request)
      : request_(request),
        options_(request.search),
        steps_(request),
        longest_(std::max(0, std::min(options_.walk_steps, request.limits.max_depth - 1))) {
    for (const Property* property : request.properties)
      add_verdict(property->name, property->code, true);
    if (request.non_blocking) add_verdict("non_blocking", "NB", false);
    result_.goals.resize(request.goals.size());
    open_ += std::ssize(request.goals);
  }

  CheckResult run() {
    ask();
    for (; result_.walks < options_.walks && result_.limit.empty(); ++result_.walks) {
      begin();
      for (int step = 0; step < longest_ && result_.limit.empty(); ++step)
        if (!advance(step)) break;
      result_.depth = std::max(result_.depth, static_cast<int>(path_.size()) + 1);
      if (open_ == 0 && judge_.has_seen_all())
        result_.limit = judge_.any_violated() ? "violation" : "goals";
    }
    return finish();
  }

 private:
  static constexpr std::int64_t steps_between_questions = 1 << 14;
  static constexpr int most_contents = 1 << 16;  // of channels that are kept from walk to walk
  static constexpr std::size_t most_futures = blocked_futures;
  static constexpr std::size_t recent_count = std::size_t{1} << 12U;

  /// Whether the event can happen without a crash inside.
  static bool has_plain(const EnabledEvent& event) { return event.plain_end > event.begin; }

  void add_verdict(std::string_view name, std::string_view code, bool vacuous) {
    PropertyVerdict verdict;
    verdict.name = name;
    verdict.code = code;
    verdict.vacuous = vacuous;
    result_.properties.push_back(std::move(verdict));
    ++open_;
  }

  void begin() {
    if (channels_->content_count() > most_contents) channels_.emplace(steps_);
    random_ = Random::stream(options_.seed, "walk", static_cast<std::uint64_t>(result_.walks));
    state_.reset();
    path_.clear();
    changed_ = true;
    walk_salt_ = random_.bits();
    const int horizon = draw_horizon(random_, longest_);
    faults_.draw(request_.budget, random_, horizon);
    if (options_.order == SearchOrder::pct) priorities_.draw(random_, options_.changes, horizon);
    arrive(true);
  }

  // ---- One step.

  /// RETURNS: false if the walk ends here.
  bool advance(int step) {
    ordinary_.clear();
    state_.list_ordinary(ordinary_);
    const std::uint32_t past_bound = state_.past_bound();
    if (past_bound != none) past_bound_ = past_bound;
    if (past_bound != none && is_new_) ++result_.past_bound_states;
    if (ordinary_.empty() && is_new_ && is_end()) ++result_.end_states;
    const bool goes_on = std::any_of(
        ordinary_.begin(), ordinary_.end(), [](const EnabledEvent& e) { return has_plain(e); });
    const bool at_rest = (!changed_ || !goes_on) && nothing_changes();
    if (at_rest || circles_) judge_blocking();
    const EventClass kind = faults_.next(step, at_rest, random_, [&](EventClass of) {
      list_faults(of);
      return !others_.empty();
    });
    if (kind != EventClass::ordinary)
      perform_fault(kind);
    else if (!at_rest)
      perform_ordinary(step);
    return kind != EventClass::ordinary || !at_rest;
  }

  void perform_ordinary(int step) {
    std::erase_if(ordinary_, [](const EnabledEvent& event) { return !has_plain(event); });
    const bool by_priority = options_.order == SearchOrder::pct;
    const std::size_t index = by_priority ? priorities_.choose(steps_, ordinary_, step, random_)
                                          : random_.below(ordinary_.size());
    const EnabledEvent event = ordinary_[index];
    perform(draw(event.begin, event.plain_end));
    if (by_priority && circles_) priorities_.fall_behind();
  }

  /// What a fault of this kind can be now. A crash inside a step is one, too.
  void list_faults(EventClass kind) {
    others_.clear();
    state_.list_others(kind, others_);
    if (kind != EventClass::crash) return;
    for (EnabledEvent event : ordinary_) {
      event.begin = event.plain_end;
      if (event.end > event.begin) others_.push_back(event);
    }
  }

  /// Performs one of the faults that were listed last.
  void perform_fault(EventClass kind) {
    const EnabledEvent fault = others_[random_.below(others_.size())];
    const bool cuts = kind != EventClass::crash && fault.end > fault.plain_end;
    const bool plain = has_plain(fault);
    if (kind == EventClass::crash)
      perform(draw(fault.begin, fault.end));
    else if (cuts && (!plain || random_.chance({1, 4})) && faults_.take_crash())
      perform(draw(fault.plain_end, fault.end));
    else if (plain)
      perform(draw(fault.begin, fault.plain_end));
    priorities_.interrupt();
  }

  std::uint32_t draw(std::uint32_t begin, std::uint32_t end) {
    return begin + static_cast<std::uint32_t>(random_.below(end - begin));
  }

  void perform(std::uint32_t move) {
    const std::uint64_t before = state_.fingerprint();
    state_.perform(move);
    steps_.mark_followed(move);
    changed_ = state_.fingerprint() != before;
    path_.push_back(move);
    if (++result_.transitions % steps_between_questions == 0) ask();
    const Move& done = steps_.move(move);
    arrive((done.flags & move_flag::facts) != 0 || done.change != 0);
  }

  /// Whether no outcome of an ordinary event leads to another state.
  bool nothing_changes() {
    for (const EnabledEvent& event : ordinary_)
      for (std::uint32_t move = event.begin; move < event.plain_end; ++move) {
        probe_ = state_;
        probe_.perform(move);
        if (probe_.fingerprint() != state_.fingerprint()) return false;
      }
    return true;
  }

  bool is_end() {
    others_.clear();
    for (const EventClass kind : {EventClass::crash,
                                  EventClass::recover,
                                  EventClass::lose,
                                  EventClass::duplicate,
                                  EventClass::partition,
                                  EventClass::heal,
                                  EventClass::pause,
                                  EventClass::resume,
                                  EventClass::operators,
                                  EventClass::early_timeout})
      state_.list_others(kind, others_);
    return others_.empty();
  }

  // ---- Verdicts.

  /// The walk has come to a state. A state that some walk has met before was judged then; so was
  /// one that properties cannot tell from the one before it.
  void arrive(bool news) {
    std::uint64_t& recent = recent_[state_.fingerprint() % recent_count];
    const std::uint64_t here = state_.fingerprint() ^ walk_salt_;
    circles_ = recent == here;
    recent = here;
    is_new_ = visited_.insert(state_.fingerprint()).is_new;
    if (!is_new_) return;
    if (++result_.states > request_.limits.max_states) result_.limit = "states";
    if (visited_.full()) result_.limit = "memory";
    if (news) judge();
  }

  void judge() {
    std::array<std::uint32_t, 32> locals{};
    for (int node = 0; node < steps_.node_count(); ++node)
      locals[static_cast<std::size_t>(node)] = state_.local(node);
    const std::int64_t number = result_.states;
    judge_.look(locals.data(), state_.control(), number);
    for (std::size_t i = 0; i < request_.properties.size(); ++i) {
      PropertyVerdict& verdict = result_.properties[i];
      verdict.vacuous = !judge_.at_stake(i);
      if (judge_.first_violation()[i] == number) mark_violated(verdict);
    }
    for (std::size_t i = 0; i < result_.goals.size(); ++i)
      if (judge_.first_reached()[i] == number) {
        result_.goals[i] = {Reach::reached, path()};
        --open_;
      }
  }

  /// The walk goes round in circles, or nothing changes any more: whether somebody is blocked here.
  void judge_blocking() {
    if (!request_.non_blocking || result_.properties.back().verdict == Verdict::violated) return;
    if (undecided_at(state_) == 0) return;
    if (!looked_into_.insert(state_.fingerprint()).is_new) return;
    const std::uint64_t blocked = blocked_here();
    if (blocked == 0) return;
    PropertyVerdict& verdict = result_.properties.back();
    verdict.blocked =
        all_slots(steps_.model())[static_cast<std::size_t>(std::countr_zero(blocked))];
    mark_violated(verdict);
  }

  std::uint64_t undecided_at(const GlobalState& state) const {
    std::uint64_t undecided = 0;
    for (int node = 0; node < steps_.node_count(); ++node)
      undecided |= steps_.facts(node, state.local(node)).undecided;
    return undecided;
  }

  /// Looks at every state that ordinary events lead to, if they are few. RETURNS: who is undecided
  /// here and decides in none of them, as bits in all_slots; nobody if there are more.
  std::uint64_t blocked_here() {
    std::uint64_t blocked = undecided_at(state_);
    std::set<std::uint64_t> seen{state_.fingerprint()};
    std::vector<GlobalState> futures{state_};
    std::vector<EnabledEvent> events;
    for (std::size_t i = 0; i < futures.size() && blocked != 0; ++i) {
      events.clear();
      futures[i].list_ordinary(events);
      if (futures[i].past_bound() != none) return 0;
      for (const EnabledEvent& event : events)
        for (std::uint32_t move = event.begin; move < event.plain_end; ++move) {
          probe_ = futures[i];
          probe_.perform(move);
          if (!seen.insert(probe_.fingerprint()).second) continue;
          if (futures.size() == most_futures) return 0;
          futures.push_back(probe_);
          for (int node = 0; node < steps_.node_count(); ++node)
            blocked &= ~steps_.facts(node, probe_.local(node)).settled;
        }
    }
    return blocked;
  }

  void mark_violated(PropertyVerdict& verdict) {
    verdict.verdict = Verdict::violated;
    verdict.vacuous = false;
    verdict.path = path();
    --open_;
  }
  std::vector<Event> path() const {
    std::vector<Event> events;
    for (const std::uint32_t move : path_)
      events.push_back(steps_.event(move));
    return events;
  }

  void ask() {
    const std::int64_t bytes = visited_.memory();
    if (request_.limits.max_bytes > 0 && bytes > request_.limits.max_bytes)
      result_.limit = "memory";
    if (!request_.progress || !result_.limit.empty()) return;
    result_.limit =
        request_.progress({result_.states, result_.transitions, result_.depth, 0, bytes});
  }

  CheckResult finish() {
    if (result_.limit.empty()) result_.limit = "sample";
    if (past_bound_ != none) result_.past_bound = steps_.bound(past_bound_);
    result_.table_bytes = visited_.memory();
    const auto states = static_cast<double>(result_.states);
    result_.expected_misses = std::ldexp(states * states, -65);  // states that were not judged
    result_.committed = judge_.committed();
    result_.aborted = judge_.aborted();
    result_.exercised = exercised_in(steps_, request_.budget);
    result_.local_states = steps_.local_count();
    result_.messages = steps_.message_count();
    result_.steps = steps_.row_count();
    minimise_paths(request_, result_);
    return std::move(result_);
  }

  const CheckRequest& request_;
  const SearchOptions& options_;
  StepTable steps_;
  std::optional<Channels> channels_{std::in_place, steps_};
  FingerprintTable visited_{false};
  FingerprintTable looked_into_{false};  // for somebody who is blocked
  CheckResult result_;
  Judge judge_{request_, steps_};
  const int longest_;      // walk, in steps
  std::int64_t open_ = 0;  // properties that no walk has violated yet, and goals
  std::uint32_t past_bound_ = none;

  // The walk.
  Random random_;
  FaultPlan faults_;
  Priorities priorities_;
  GlobalState state_{steps_, *channels_};
  GlobalState probe_ = state_;
  std::vector<std::uint32_t> path_;  // moves
  bool is_new_ = false;              // no walk has met this state before
  bool changed_ = true;              // the last step led to another state
  bool circles_ = false;             // this walk has met this state before
  std::vector<EnabledEvent> ordinary_;
  std::vector<EnabledEvent> others_;
  // The states that this walk has met last, each at a place of its fingerprint.
  std::vector<std::uint64_t> recent_ = std::vector<std::uint64_t>(recent_count);
  std::uint64_t walk_salt_ = 0;  // tells the states of one walk from those of others
};

}  // namespace

}  // namespace explore

CheckResult walk(const CheckRequest& request) {
  return explore::Walker(request).run();
}

}  // namespace concordat
