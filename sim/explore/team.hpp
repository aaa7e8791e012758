// Many states of a level expanded together, by one thread or by several, with the result that one
// would have who takes them state by state. It is quicker for one thread too: what each pass
// touches fits into the caches better than all of it together.
//
// Three passes over slices of the level, each a meeting of all threads:
//
//   1  expand   every slice lists its transitions, in order, and sorts them by the regions of the
//               visited set that they lead to.
//   2  visit    every region takes in its fingerprints, slices in order. So among the transitions
//               to a new state the smallest (parent, event) wins.
//   3  build    the winners become states, numbered in order.
//
// What a state needs and nobody has worked out yet is worked out between 1 and 2, by one thread, in
// the order of states: so numbers of node states and messages do not depend on threads either.
#pragma once

#include <array>
#include <memory>
#include <numeric>
#include <span>

#include "sim/explore/expander.hpp"
#include "sim/explore/fingerprint_table.hpp"
#include "sim/explore/known.hpp"
#include "sim/explore/report.hpp"
#include "sim/explore/workers.hpp"

namespace concordat::explore {

template <class State, class Network>
class Team {
 public:
  static constexpr std::int64_t slice_size = 512;
  static constexpr std::int64_t most = 16 * slice_size;  // states at a time

  Team(Known& known, Network& network)
      : steps_(known.steps), workers_(known.request.search.threads) {
    for (int worker = 0; worker < workers_.count(); ++worker)
      members_.push_back(std::make_unique<Member>(known, network));
  }

  /// A part of a level: `count` states from `begin`. `first`: the number of the level's first.
  struct Part {
    const Frontier<State>* level = nullptr;
    std::int64_t first = 0;
    std::int64_t begin = 0;
    std::int64_t count = 0;
  };

  /// Pass 1. `work_out(state, place, batch)` is called, by this thread only, for states that a
  /// worker could not expand: it expands them. RETURNS: false if `work_out` does, or the number of
  /// transitions that may lead to new states.
  template <class WorkOut>
  std::optional<std::int64_t> expand(const Part& part, WorkOut&& work_out) {
    part_ = part;
    slices_.resize(static_cast<std::size_t>((part.count + slice_size - 1) / slice_size));
    for (auto& member : members_)
      member->expander.refresh();
    workers_.each(slices_.size(), [&](int worker, std::size_t slice) {
      expand_slice(*members_[static_cast<std::size_t>(worker)], slice);
    });
    std::int64_t found = 0;
    for (Slice& slice : slices_) {
      if (!slice.gaps.empty() && !fill_gaps(slice, work_out)) return std::nullopt;
      found += static_cast<std::int64_t>(slice.transitions.size);
    }
    return found;
  }

  /// Makes room for so many new states. RETURNS: false if there is no memory for them.
  bool make_room(FingerprintTable& table, std::int64_t count) {
    return table.reserve(count, [this](std::size_t regions, auto&& move_region) {
      workers_.each(regions, [&](int, std::size_t region) { move_region(region); });
    });
  }

  /// Passes 2 and 3. REQUIRES: the table has room for what `expand` returned.
  void finish(FingerprintTable& table,
              Report& report,
              Frontier<State>& next,
              std::vector<typename Frontier<State>::Block>& spare) {
    workers_.each(FingerprintTable::regions,
                  [&](int, std::size_t region) { visit(region, table); });
    std::int64_t fresh = 0;
    for (Slice& slice : slices_) {
      slice.base = fresh;
      for (const std::int64_t count : slice.fresh)
        fresh += count;
      report.add(slice.found);
    }
    table.add_size(fresh);
    const std::int64_t base = next.size();
    next.extend(fresh, spare);
    records_.resize(static_cast<std::size_t>(fresh));
    const std::int64_t states = report.states();
    workers_.each(slices_.size(), [&](int worker, std::size_t slice) {
      build(*members_[static_cast<std::size_t>(worker)], slices_[slice], states, base, next);
    });
    report.add_states(records_);
    for (auto& member : members_)
      report.merge(member->judge);
  }

 private:
  struct Member {
    Member(Known& known, Network& network)
        : expander(known, network, false), judge(known.request, known.steps) {}
    Expander<State, Network> expander;
    Judge judge;
  };
  struct Gap {
    std::size_t at = 0;  // before this transition of the slice
    std::int64_t state = 0;
  };
  struct Slice {
    Batch<State> transitions;  // in order
    // The same by regions, each in order.
    std::vector<std::uint64_t> fingerprints;
    std::vector<std::uint32_t> places;  // in `transitions`
    std::vector<std::uint8_t> is_new;   // it is the first to its state
    std::array<std::size_t, FingerprintTable::regions + 1> begins{};
    std::vector<std::uint8_t> wins;  // per transition: `is_new`
    std::array<std::int64_t, FingerprintTable::regions> fresh{};
    std::vector<Gap> gaps;
    Report::Found found;
    std::int64_t base = 0;  // new states of the slices before it
  };

  void expand_slice(Member& member, std::size_t index) {
    Slice& slice = slices_[index];
    slice.transitions.size = 0;
    slice.gaps.clear();
    slice.found = {};
    const std::int64_t begin = part_.begin + static_cast<std::int64_t>(index) * slice_size;
    const std::int64_t end = std::min(begin + slice_size, part_.begin + part_.count);
    for (std::int64_t i = begin; i < end; ++i) {
      const auto number = static_cast<std::uint32_t>(part_.first + i);
      if (member.expander.expand(part_.level->at(i), number, slice.transitions))
        count(slice, member.expander);
      else
        slice.gaps.push_back({slice.transitions.size, i});
    }
    if (slice.gaps.empty()) sort_by_region(slice);
  }
  static void count(Slice& slice, const Expander<State, Network>& expander) {
    slice.found.transitions += static_cast<std::int64_t>(expander.count());
    slice.found.end_states += expander.count() == 0 ? 1 : 0;
    if (expander.past_bound() == none) return;
    ++slice.found.past_bound_states;
    slice.found.past_bound = std::min(slice.found.past_bound, expander.past_bound());
  }
  static void sort_by_region(Slice& slice) {
    const std::size_t count = slice.transitions.size;
    std::array<std::size_t, FingerprintTable::regions + 1> ends{};
    for (std::size_t i = 0; i < count; ++i)
      ++ends[FingerprintTable::region_of(slice.transitions.items[i].fingerprint) + 1];
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    slice.begins = ends;
    if (slice.fingerprints.size() < count) {
      slice.fingerprints.resize(2 * count);
      slice.places.resize(2 * count);
      slice.is_new.resize(2 * count);
      slice.wins.resize(2 * count);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t fingerprint = slice.transitions.items[i].fingerprint;
      const std::size_t at = ends[FingerprintTable::region_of(fingerprint)]++;
      slice.fingerprints[at] = fingerprint;
      slice.places[at] = static_cast<std::uint32_t>(i);
    }
  }

  template <class WorkOut>
  bool fill_gaps(Slice& slice, WorkOut&& work_out) {
    Batch<State> whole_list;
    std::size_t done = 0;
    const auto copy_until = [&](std::size_t end) {
      whole_list.items.resize(whole_list.size + end - done);
      std::copy(slice.transitions.items.begin() + static_cast<std::ptrdiff_t>(done),
                slice.transitions.items.begin() + static_cast<std::ptrdiff_t>(end),
                whole_list.items.begin() + static_cast<std::ptrdiff_t>(whole_list.size));
      whole_list.size += end - done;
      done = end;
    };
    for (const Gap& gap : slice.gaps) {
      copy_until(gap.at);
      const auto number = static_cast<std::uint32_t>(part_.first + gap.state);
      const Expander<State, Network>* expander =
          work_out(part_.level->at(gap.state), number, whole_list);
      if (expander == nullptr) return false;
      count(slice, *expander);
    }
    copy_until(slice.transitions.size);
    slice.transitions = std::move(whole_list);
    sort_by_region(slice);
    return true;
  }

  void visit(std::size_t region, FingerprintTable& table) {
    for (std::size_t i = 0; i < slices_.size(); ++i) {
      if (i + 1 < slices_.size()) table.prefetch_first(of_region(slices_[i + 1], region));
      Slice& slice = slices_[i];
      slice.fresh[region] =
          table.put(of_region(slice, region), slice.is_new.data() + slice.begins[region]);
    }
  }
  static std::span<const std::uint64_t> of_region(const Slice& slice, std::size_t region) {
    return {slice.fingerprints.data() + slice.begins[region],
            slice.begins[region + 1] - slice.begins[region]};
  }

  void build(
      Member& member, Slice& slice, std::int64_t states, std::int64_t base, Frontier<State>& next) {
    for (std::size_t i = 0; i < slice.transitions.size; ++i)
      slice.wins[slice.places[i]] = slice.is_new[i];
    std::int64_t at = slice.base;
    std::array<std::uint32_t, Expander<State, Network>::max_nodes> locals{};
    for (std::size_t i = 0; i < slice.transitions.size; ++i) {
      if (slice.wins[i] == 0) continue;
      const Candidate<State>& candidate = slice.transitions.items[i];
      const std::uint32_t id = candidate.move & ~whole;
      const Waiting<State>& parent = part_.level->at(candidate.number - part_.first);
      Waiting<State>& place = next.at(base + at);
      place = {member.expander.build(parent.state, candidate.move), candidate.fingerprint};
      records_[static_cast<std::size_t>(at)] = {candidate.number, id};
      const Move& move = steps_.move(id);
      if ((move.flags & move_flag::facts) != 0 || move.change != 0) {
        for (int node = 0; node < steps_.node_count(); ++node)
          locals[static_cast<std::size_t>(node)] = place.state.cell(1 + node);
        member.judge.look(locals.data(), place.state.cell(0), states + at);
      }
      ++at;
    }
  }

  const StepTable& steps_;
  Workers workers_;
  std::vector<std::unique_ptr<Member>> members_;
  Part part_;
  std::vector<Slice> slices_;
  std::vector<Parents::Record> records_;
};

}  // namespace concordat::explore
