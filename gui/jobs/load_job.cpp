#include "gui/jobs/load_job.hpp"

#include <filesystem>
#include <optional>

#include "gui/jobs/words.hpp"
#include "sim/base/file.hpp"
#include "sim/model/registry.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/read.hpp"
#include "sim/trace/json.hpp"
#include "sim/trace/json_tree.hpp"

namespace concordat::gui {

namespace {

constexpr std::size_t max_bytes = std::size_t{1} << 31U;
constexpr std::size_t long_file = std::size_t{1} << 20U;

Result<Loaded> load_trace(const std::string& file, const std::string& text) {
  auto trace = trace::from_json(text, file);
  if (!trace) return trace.error();
  Loaded out;
  out.document = std::make_shared<const Document>(std::move(*trace));
  out.file = file;
  return out;
}

/// RETURNS: nothing if the file is better read as a whole, which also tells errors better.
std::optional<Result<Loaded>> load_long_trace(const std::string& file) {
  std::error_code none;
  const auto bytes = std::filesystem::file_size(file, none);
  if (none || bytes < long_file) return std::nullopt;
  auto mapped = TraceFile::map(file);
  if (!mapped) return std::nullopt;
  auto document = Document::of_file(std::move(mapped));
  if (!document && bytes <= trace::json_bytes_max) return std::nullopt;
  if (!document) return document.error();
  Loaded out;
  out.document = *std::move(document);
  out.file = file;
  return out;
}

Result<Loaded> load_results(const std::string& file, const std::string& text) {
  auto results = read_results(text, file);
  if (!results) return results.error();
  Loaded out;
  out.results = std::make_shared<const Results>(std::move(*results));
  out.file = file;
  return out;
}

}  // namespace

Result<Loaded> load_scenario(const Registry& registry,
                             const std::string& file,
                             const std::string& text,
                             const std::string& variant) {
  auto all = scenario::read_all(text, file);
  if (!all) return all.error();
  Loaded out;
  out.file = file;
  const scenario::Scenario* chosen = &all->front();
  for (const scenario::Scenario& each : *all) {
    if (!each.variant.empty()) out.variants.push_back(each.variant);
    if (!variant.empty() && each.variant == variant) chosen = &each;
  }
  out.variant = chosen->variant;
  auto bound = scenario::bind(*chosen, registry);
  if (!bound) return bound.error();
  if (chosen->load)
    return Error{file,
                 chosen->load->total.at,
                 plain(Jobs::tr("a run with a load has figures, but no trace")),
                 plain(Jobs::tr("open a scenario without `load:`"))};
  Run run = concordat::run(*chosen, *bound, chosen->seeds ? chosen->seeds->value.first : 1);
  if (run.error) return *run.error;
  out.document = std::make_shared<const Document>(std::move(run.trace));
  return out;
}

Result<Loaded> load_file(const Registry& registry,
                         const std::string& file,
                         const std::string& variant) {
  if (auto loaded = load_long_trace(file)) return *std::move(loaded);
  const auto text = read_text_file(file, max_bytes);
  if (!text) return text.error();
  if (is_results(*text)) return load_results(file, *text);
  const std::size_t begin = text->find_first_not_of(" \t\r\n");
  const bool is_json = begin != std::string::npos && (*text)[begin] == '{';
  return is_json ? load_trace(file, *text) : load_scenario(registry, file, *text, variant);
}

}  // namespace concordat::gui
