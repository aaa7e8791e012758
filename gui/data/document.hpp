// One opened run: its trace, and what the views need of it, made once and never changed.
#pragma once

#include <memory>

#include "gui/data/sequence.hpp"
#include "gui/data/state_history.hpp"

namespace concordat::gui {

struct Document {
  explicit Document(trace::Trace read)
      : trace(std::make_shared<const trace::Trace>(std::move(read))),
        sequence(sequence_of(*trace)),
        states(trace) {}

  int step_count() const { return sequence.step_count(); }
  /// `index` from 0. Ask here, not `trace`, which need not have the steps of a long run.
  trace::Step step(int index) const { return trace->steps[static_cast<std::size_t>(index)]; }

  std::shared_ptr<const trace::Trace> trace;
  Sequence sequence;
  StateHistory states;
};

using DocumentPtr = std::shared_ptr<const Document>;

}  // namespace concordat::gui
