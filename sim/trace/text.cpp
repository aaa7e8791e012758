#include "sim/trace/text.hpp"

#include <algorithm>

#include "sim/trace/style.hpp"
#include "sim/trace/text_parts.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

std::string draw_title(const Trace& trace, const TextOptions& options) {
  std::string words = trace.protocol;
  for (const NameValue& option : trace.options)
    words += ", " + option.name + " = " + option.value;
  std::string out;
  for (const std::string& line : wrap(trace.scenario, options.width))
    out += paint(line, Style::bold, options.colour) + "\n";
  for (const std::string& line : wrap(words, options.width))
    out += paint(line, Style::dim, options.colour) + "\n";
  if (trace.story.empty()) return out + "\n";
  out += "\n";
  for (const std::string& line : wrap(trace.story, std::min(options.width, 100)))
    out += line + "\n";
  return out + "\n";
}

/// What the less obvious signs of this drawing mean.
std::string draw_legend(const Trace& trace, const TextOptions& options) {
  bool forced = false;
  bool appended = false;
  bool doubted = false;
  bool crashed = false;
  bool lost = false;
  bool paused = false;
  for (const Step& step : trace.steps) {
    paused = paused || (trace.timed && step.kind == EventKind::pause);
    for (const Effect& effect : step.effects) {
      forced = forced || effect.kind == EffectKind::force;
      appended = appended || effect.kind == EffectKind::append;
      doubted = doubted || (effect.kind == EffectKind::vote && effect.text == "yes");
      crashed = crashed || effect.kind == EffectKind::crash;
      lost = lost || effect.kind == EffectKind::lost;
    }
  }
  const Signs& sign = signs(options.unicode);
  std::vector<std::string> parts;
  const auto add = [&](bool used, char32_t code, std::string_view meaning) {
    if (used) parts.push_back(encode(std::u32string(1, code)) + " " + std::string(meaning));
  };
  add(forced, sign.force, "on disk before the step goes on");
  add(appended, sign.append, "written, may be lost in a crash");
  add(doubted, sign.lane_doubt, "in doubt");
  add(crashed, sign.lane_down, "down");
  add(paused, sign.lane_paused, "paused");
  add(lost, sign.lost, "lost");
  if (has_offsets(trace)) parts.emplace_back("+2ms after the step began");
  std::string out;
  for (const std::string& line : flow(parts, 3, options.width))
    out += paint(line, Style::dim, options.colour) + "\n";
  return out.empty() ? "" : "\n" + out;
}

}  // namespace

std::string render(const Trace& trace, const TextOptions& options) {
  TextOptions used = options;
  used.width = std::max(options.width, 40);
  const bool lanes = lanes_fit(trace, used);
  return draw_title(trace, used) + (lanes ? draw_lanes(trace, used) : draw_list(trace, used)) +
         draw_legend(trace, used) + "\n" + draw_summary(trace, used);
}

}  // namespace concordat::trace
