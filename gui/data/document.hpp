// One opened run: its trace, and what the views need of it, made once and never changed.
#pragma once

#include <memory>

#include "gui/data/sequence.hpp"
#include "gui/data/state_history.hpp"
#include "gui/data/trace_file.hpp"

namespace concordat::gui {

struct Document {
  explicit Document(trace::Trace read);

  /// Of a long run, whose steps stay in the file. ERRORS: the file's.
  static Result<std::shared_ptr<const Document>> of_file(std::shared_ptr<const TraceFile> file);

  int step_count() const { return sequence.step_count(); }
  /// `index` from 0. Ask here, not `trace`, which has no steps if they are in the file.
  trace::Step step(int index) const;
  Fields state_after(int step) const;
  /// The trace with all its steps. COMPLEXITY: its size.
  trace::Trace whole() const;

  std::shared_ptr<const trace::Trace> trace;
  std::shared_ptr<const TraceFile> file;  // nullptr if the trace has the steps
  Sequence sequence;
  StateHistory states;

 private:
  Document(trace::Trace rest, std::shared_ptr<const TraceFile> in);
};

using DocumentPtr = std::shared_ptr<const Document>;

}  // namespace concordat::gui
