#include "tests/unit/timed_play.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

#include "sim/model/event.hpp"

namespace concordat {

TimedPlay& TimedPlay::run(std::uint64_t seed) {
  Simulator simulator(*model, rules, timed, faults);
  Figures figures;
  Followed followed = follow_run(*model, rules, simulator, seed, figures);
  summary = std::move(followed.summary);
  path = std::move(followed.path);
  return *this;
}

namespace {

struct Line {
  std::int64_t time_us = 0;
  std::string text;
};

/// Empty for effects that a timeline leaves out.
std::string effect_text(const Model& model, int node, const LocalStep& step, int index) {
  const Effect& effect = step.effects[static_cast<std::size_t>(index)];
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  const std::string who =
      slots.size() == 1 ? model.setup().slot_name(slots.front()) + " " : std::string();
  switch (effect.kind) {
    case EffectKind::send: return who + format_effect(model, node, effect, step.sent_by(index));
    case EffectKind::force:
    case EffectKind::append:
    case EffectKind::answer: return who + format_effect(model, node, effect, {});
    case EffectKind::vote:
    case EffectKind::decide: {
      const Slot& slot = slots[static_cast<std::size_t>(effect.slot)];
      const auto what =
          effect.kind == EffectKind::vote ? enum_name(effect.vote) : enum_name(effect.outcome);
      return model.setup().slot_name(slot) + " " + std::string(enum_name(effect.kind)) + " " +
             std::string(what);
    }
    case EffectKind::arm:
    case EffectKind::disarm:
    case EffectKind::choose:
    case EffectKind::store: break;
  }
  return {};
}

std::vector<Line> lines_of(const Model& model,
                           const Rules& rules,
                           const std::vector<Performed>& path) {
  std::vector<Line> lines;
  World world = initial_world(model);
  for (const Performed& performed : path) {
    const auto report = apply(model, rules, world, performed.event);
    if (!report) break;
    const bool crashes = performed.event.kind == EventKind::crash && performed.crash_us >= 0;
    lines.push_back({crashes ? performed.crash_us : performed.time_us,
                     format(model, performed.event, *report)});
    if (!report->ran_handler) continue;
    const int node = node_of(model, performed.event);
    for (int i = 0; i < static_cast<int>(report->step.effects.size()); ++i) {
      const std::int64_t time_us = performed.effects_us[static_cast<std::size_t>(i)];
      const std::string text = effect_text(model, node, report->step, i);
      if (time_us >= 0 && !text.empty()) lines.push_back({time_us, "  " + text});
    }
    if (performed.crash_us >= 0)
      lines.push_back({performed.crash_us,
                       "  " + model.setup().nodes[static_cast<std::size_t>(node)] + " is down"});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return a.time_us < b.time_us;
  });
  return lines;
}

}  // namespace

std::string TimedPlay::timeline() const {
  std::string out;
  for (const Line& line : lines_of(*model, rules, path))
    out += format(Duration{line.time_us}) + " " + line.text + "\n";
  return out;
}

std::string TimedPlay::lines_with(const std::string& word) const {
  std::istringstream all(timeline());
  std::string out;
  for (std::string line; std::getline(all, line);)
    if (line.find(word) != std::string::npos) out += line + "\n";
  return out;
}

std::vector<std::string> TimedPlay::events() const {
  std::vector<std::string> out;
  World world = initial_world(*model);
  for (const Performed& performed : path)
    if (const auto report = apply(*model, rules, world, performed.event))
      out.push_back(format(*model, performed.event, *report));
  return out;
}

}  // namespace concordat
