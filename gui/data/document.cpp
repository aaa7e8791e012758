#include "gui/data/document.hpp"

namespace concordat::gui {

Document::Document(trace::Trace read) : Document(std::move(read), nullptr) {
  sequence = sequence_of(*trace);
  for (const trace::Step& step : trace->steps)
    states.add(step);
}

Document::Document(trace::Trace rest, std::shared_ptr<const TraceFile> in)
    : trace(std::make_shared<const trace::Trace>(std::move(rest))),
      file(std::move(in)),
      states(*trace) {}

Result<std::shared_ptr<const Document>> Document::of_file(std::shared_ptr<const TraceFile> file) {
  auto rest = file->rest();
  if (!rest) return rest.error();
  const std::shared_ptr<Document> out(new Document(std::move(*rest), std::move(file)));
  SequenceBuilder builder(*out->trace);
  const auto read = out->file->each([&](const trace::Step& step) {
    builder.add(step);
    out->states.add(step);
  });
  if (!read) return read.error();
  out->sequence = std::move(builder).finish();
  return std::shared_ptr<const Document>(out);
}

trace::Step Document::step(int index) const {
  return file ? file->step(index) : trace->steps[static_cast<std::size_t>(index)];
}

trace::Trace Document::whole() const {
  trace::Trace out = *trace;
  if (!file) return out;
  const auto read = file->each([&out](const trace::Step& step) { out.steps.push_back(step); });
  check(read.ok(), "steps that have been read can be read again");
  return out;
}

Fields Document::state_after(int step) const {
  return states.after(step, [this](int index) { return this->step(index); });
}

}  // namespace concordat::gui
