#include "sim/explore/state_text.hpp"

namespace concordat::explore {

std::string state_text(const Model& model, const LocalState& local, int place) {
  const ProcessState& process = local.slots[static_cast<std::size_t>(place)];
  if (!process.started) return "not started";
  std::string out = local.up ? model.words(StatePart::state, process.state) : "down";
  const std::string log = model.words(StatePart::log, process.durable);
  if (!log.empty()) out += (out.empty() ? "log " : "; log ") + log;
  return out.empty() ? "initial" : out;
}

}  // namespace concordat::explore
