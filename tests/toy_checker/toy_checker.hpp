// The naive checker: every run of a model within a budget of faults, by breadth-first search. It
// says exactly what a verdict means: the place to start reading, and the measure of faster ones.
//
// It numbers every world when it is first reached, so the run that led there is a shortest one, and
// judges it then. The search goes on behind a violation, so that every verdict is as if it had been
// asked for alone; it ends early only when nothing is left to ask.
#pragma once

#include "sim/explore/check.hpp"

namespace concordat {

CheckResult toy_check(const CheckRequest& request);

}  // namespace concordat
