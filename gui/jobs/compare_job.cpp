#include "gui/jobs/compare_job.hpp"

#include <algorithm>
#include <filesystem>

#include "sim/base/file.hpp"
#include "sim/model/registry.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/read.hpp"
#include "sim/trace/json.hpp"

namespace concordat::gui {

namespace {

constexpr std::size_t max_bytes = std::size_t{1} << 31U;

/// The text of the scenario: of a trace, the one that it carries.
Result<std::string> scenario_text(const std::string& file) {
  auto text = read_text_file(file, max_bytes);
  if (!text) return text;
  const std::size_t begin = text->find_first_not_of(" \t\r\n");
  if (begin == std::string::npos || (*text)[begin] != '{') return text;
  auto trace = trace::from_json(*text, file);
  if (!trace) return trace.error();
  return std::move(trace->scenario_text);
}

Result<scenario::Scenario> under(const RunSource& source) {
  const auto text = scenario_text(source.file);
  if (!text) return text.error();
  auto all = scenario::read_all(*text, source.file);
  if (!all) return all.error();
  auto chosen = std::ranges::find(*all, source.variant, &scenario::Scenario::variant);
  if (chosen == all->end()) chosen = all->begin();
  if (chosen->schedule)
    return Error{source.file,
                 {},
                 "it holds a schedule, whose events are those of its own protocol",
                 "take the scenario from which the schedule was saved"};
  chosen->protocol.value = source.protocol;
  chosen->options.clear();
  chosen->profile.reset();
  chosen->bounds.clear();
  chosen->expect.reset();
  chosen->explore.reset();
  return std::move(*chosen);
}

}  // namespace

Result<Loaded> load_source(const Registry& registry, const RunSource& source) {
  if (source.protocol.empty()) {
    auto loaded = load_file(registry, source.file, source.variant);
    if (loaded && !loaded->document)
      return Error{source.file, {}, "these are results, not a run", "open them by File > Open"};
    return loaded;
  }
  const auto scenario = under(source);
  if (!scenario) return scenario.error();
  const auto bound = scenario::bind(*scenario, registry);
  if (!bound) {
    Error error = bound.error();
    error.what = "this scenario does not fit " + source.protocol + ": " + error.what;
    return error;
  }
  if (scenario->load)
    return Error{source.file,
                 scenario->load->total.at,
                 "a run with a load has figures, but no trace",
                 "open a scenario without `load:`"};
  Run run = concordat::run(*scenario, *bound, scenario->seeds ? scenario->seeds->value.first : 1);
  if (run.error) return *run.error;
  Loaded out;
  out.file = source.file;
  out.variant = source.variant;
  out.document = std::make_shared<const Document>(std::move(run.trace));
  return out;
}

std::vector<SourceRun> load_sources(const Registry& registry,
                                    const std::vector<RunSource>& sources) {
  std::vector<SourceRun> out;
  for (const RunSource& source : sources)
    out.push_back({source, load_source(registry, source)});
  return out;
}

RunSource source_of(const Registry& registry, const Loaded& first, const std::string& word) {
  if (std::ranges::find(first.variants, word) != first.variants.end())
    return {first.file, word, ""};
  std::error_code ignored;
  if (!std::filesystem::exists(word, ignored) && registry.find(word) != nullptr)
    return {first.file, first.variant, word};
  return {word, "", ""};
}

}  // namespace concordat::gui
