// Samples for spaces that are too large: many runs from the initial state, each drawn at random.
// A sample can find a violation; it cannot show that there is none.
#pragma once

#include "sim/explore/check.hpp"

namespace concordat {

/// Walks `search.walks` times from the initial state, each time until nothing changes any more, or
/// for `search.walk_steps` steps. Faults have places that are drawn before the walk, within the
/// budget (explore::FaultPlan); where the budget sets no limit, a walk has at most four of a kind.
/// A crash falls between steps or inside one: each node that runs, and each enabled event that can
/// be cut, is as likely, and so is each crash inside that event. Choices are drawn, all alike.
///
/// `random_walk`: of the events that happen by themselves each is as likely as any other; of an
/// event, not of an outcome, or an event with many outcomes would happen more often than others.
/// `pct`: explore::Priorities, with `search.changes` changes.
///
/// The verdicts say `violated`, with a path that `minimise` has shortened, or `unknown`. Where a
/// walk goes round in circles or cannot go on, it looks for somebody who is blocked; whoever is
/// blocked with more than `blocked_futures` states before him is not seen. `states` are the
/// different ones that were met, `transitions` the steps taken, `depth` the states of the longest
/// walk; `limit` is "sample", or what ended the sample before: "violation" (nothing was left to
/// ask), "states", "memory" or what `progress` said.
///
/// The result depends on the question and the seed alone. One thread, whatever `search.threads`
/// says.
CheckResult walk(const CheckRequest& request);

}  // namespace concordat
