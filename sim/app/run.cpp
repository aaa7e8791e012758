// run, explain, replay: one path.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/app/command_line.hpp"
#include "sim/app/seeds.hpp"
#include "sim/base/file.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/read.hpp"
#include "sim/scenario/write.hpp"
#include "sim/trace/explain.hpp"
#include "sim/trace/export.hpp"
#include "sim/trace/json.hpp"

namespace concordat::app {

int worse(int a, int b) {
  for (const int code : {internal, interrupted, usage, violated, unknown})
    if (a == code || b == code) return code;
  return ok;
}

int report(const Error& error, Terminal& terminal) {
  if (terminal.json) {
    nlohmann::ordered_json json;
    json["error"] = {{"file", error.file},
                     {"line", error.at.line},
                     {"column", error.at.column},
                     {"what", error.what},
                     {"hint", error.hint}};
    terminal.out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }
  terminal.err << error.text() << "\n";
  return usage;
}

namespace {

constexpr std::size_t max_trace_bytes = 1U << 30U;

struct Ran {
  Source source;
  scenario::Scenario scenario;
  Run run;
};

/// A trace is that of one run.
std::uint64_t first_seed(const scenario::Scenario& scenario) {
  return scenario.seeds ? scenario.seeds->value.first : scenario::Seeds{}.first;
}

Result<Ran> load_and_run(const Registry& registry,
                         const Source& source,
                         std::ostream* notes = nullptr) {
  auto scenario = load(source, registry, notes);
  if (!scenario) return scenario.error();
  auto bound = scenario::bind(*scenario, registry);
  if (!bound) return bound.error();
  if (scenario->load)
    return Error{scenario->file,
                 scenario->load->total.at,
                 "a run with a load has figures, but no trace",
                 "use `concordat run` without --trace, --save and --format"};
  Run run = concordat::run(*scenario, *bound, first_seed(*scenario));
  return Ran{pinned(source, *scenario), std::move(*scenario), std::move(run)};
}

/// 1 if an expectation is not met or, where nothing is expected, a safety property is violated.
/// `says_so`: also prints that all is well.
int judge(const Ran& ran, bool says_so, Terminal& terminal) {
  const auto failures =
      ran.scenario.expect ? unmet(*ran.scenario.expect, ran.run.trace) : violations(ran.run.trace);
  for (const Unmet& failure : failures)
    terminal.err << Error{ran.scenario.file, failure.at, failure.text, ""}.text() << "\n";
  if (!ran.scenario.expect) return failures.empty() ? ok : violated;
  if (failures.empty()) {
    if (says_so) terminal.out << "expectations: met\n";
    return ok;
  }
  terminal.err << fmt::format("expectations: {} not met; see it told with `{}`\n",
                              failures.size(),
                              command_of("explain", ran.source));
  return violated;
}

std::string first_difference(const std::string& a, const std::string& b) {
  std::size_t line = 1;
  std::size_t start = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i] != b[i]) break;
    if (a[i] == '\n') {
      ++line;
      start = i + 1;
    }
  }
  const auto text = [&](const std::string& s) {
    return s.substr(std::min(start, s.size()), s.find('\n', start) - start);
  };
  return fmt::format("line {}:\n  recorded: {}\n  replayed: {}", line, text(a), text(b));
}

/// Runs a trace's own scenario again, with the trace's seed. What `analyse` has added, no run
/// knows: it is taken over.
Result<std::string> rerun(const Registry& registry,
                          const trace::Trace& trace,
                          const std::string& file) {
  auto scenario = scenario::read(trace.scenario_text, file);
  if (!scenario) return scenario.error();
  auto bound = scenario::bind(*scenario, registry);
  if (!bound) return bound.error();
  Run run = concordat::run(*scenario, *bound, trace.timed ? trace.timed->seed : 1);
  if (run.error) return *run.error;
  for (std::size_t i = 0; i < std::min(trace.steps.size(), run.trace.steps.size()); ++i) {
    run.trace.steps[i].still_possible = trace.steps[i].still_possible;
    run.trace.steps[i].doomed = trace.steps[i].doomed;
  }
  return trace::to_json(run.trace);
}

int compare(const std::string& recorded,
            const Result<std::string>& replayed,
            const std::string& file,
            Terminal& terminal) {
  if (!replayed) return report(replayed.error(), terminal);
  const bool same = recorded == *replayed;
  if (terminal.json)
    terminal.out << nlohmann::ordered_json{{"file", file},
                                           {"identical", same},
                                           {"bytes", recorded.size()}}
                        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                 << "\n";
  else if (same)
    terminal.out << fmt::format("{}: identical, {} bytes\n", file, recorded.size());
  if (!same)
    terminal.err << fmt::format(
        "{}: the replay differs, first in {}\n", file, first_difference(recorded, *replayed));
  return same ? ok : violated;
}

/// What --format and --json ask for together.
Result<trace::Format> trace_format(const RunOptions& options, const Terminal& terminal) {
  const auto format = trace::format_named(options.format);
  if (!format) return Error{"", {}, "--format: there is no format `" + options.format + "`", ""};
  if (terminal.json && *format != trace::Format::json && *format != trace::Format::text)
    return Error{"", {}, "--json and --format " + options.format + " exclude each other", ""};
  return terminal.json ? trace::Format::json : *format;
}

/// Whether there are many transactions or runs, of which only figures are wanted.
bool is_many(const Registry& registry, const RunOptions& options) {
  if (!options.trace_file.empty() || !options.save_file.empty() || options.format != "text")
    return false;
  const auto scenario = load(options.source, registry);
  if (!scenario) return false;
  return scenario->load || (scenario->seeds && scenario->seeds->value.count() > 1);
}

/// --trace and --save.
Result<bool> write_files(const Ran& ran, const RunOptions& options) {
  if (!options.trace_file.empty()) {
    auto written = write_text_file(options.trace_file, trace::to_json(ran.run.trace));
    if (!written) return written;
  }
  if (!options.save_file.empty())
    return write_text_file(options.save_file,
                           scenario::write(as_schedule(ran.scenario, ran.run.trace)));
  return true;
}

/// --verify-determinism: everything once more, from reading the scenario on.
int verify(const Registry& registry,
           const RunOptions& options,
           const Ran& first,
           Terminal& terminal) {
  const auto second = load_and_run(registry, options.source);
  if (!second) return report(second.error(), terminal);
  const std::string a = trace::to_json(first.run.trace);
  const std::string b = trace::to_json(second->run.trace);
  if (a != b) {
    terminal.err << "the run is not deterministic, first in " << first_difference(a, b) << "\n";
    return internal;
  }
  if (options.format == "text" && !terminal.json)
    terminal.out << fmt::format("deterministic: the same {} bytes of trace, twice\n", a.size());
  return ok;
}

bool is_trace(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string::npos && text[first] == '{';
}

Error no_variants(const Source& source) {
  return {source.file, {}, "a trace is of one run, and has no variants", "leave --variant out"};
}

}  // namespace

int run_command(const Registry& registry, const RunOptions& options, Terminal& terminal) {
  if (is_many(registry, options)) return seeds_command(registry, options, terminal);
  const auto format = trace_format(options, terminal);
  if (!format) return report(format.error(), terminal);
  auto ran = load_and_run(registry, options.source, &terminal.err);
  if (!ran) return report(ran.error(), terminal);
  const trace::Trace& trace = ran->run.trace;
  if (terminal.json && ran->run.error) return report(*ran->run.error, terminal);
  if (!ran->run.error) {
    const auto written = write_files(*ran, options);
    if (!written) return report(written.error(), terminal);
  }
  terminal.json = *format == trace::Format::json;
  if (!options.quiet || terminal.json)
    terminal.out << trace::exported(trace, *format, terminal.text);
  if (ran->run.error) return report(*ran->run.error, terminal);
  const bool plain = *format == trace::Format::text;
  int code = judge(*ran, plain, terminal);
  if (options.verify_determinism) code = worse(code, verify(registry, options, *ran, terminal));
  return code;
}

Error untimed(const scenario::Scenario& scenario) {
  return {scenario.file,
          scenario.protocol.at,
          "this scenario orders events without time, so that a seed means nothing",
          scenario.schedule ? "it has a schedule: `concordat replay` follows it"
                            : "`--latency 5ms`, or `timing: {latency: 5ms}`, lets it run in time"};
}

int explain_command(const Registry& registry,
                    const Source& source,
                    trace::Language language,
                    Terminal& terminal) {
  const auto text = source.file.empty() ? Result<std::string>(std::string{})
                                        : read_text_file(source.file, max_trace_bytes);
  if (!text) return report(text.error(), terminal);
  trace::Trace trace;
  std::optional<Error> error;
  if (is_trace(*text)) {
    auto read = trace::from_json(*text, source.file);
    if (!read) return report(read.error(), terminal);
    if (source.variant) return report(no_variants(source), terminal);
    trace = std::move(*read);
  } else {
    auto ran = load_and_run(registry, source, &terminal.err);
    if (!ran) return report(ran.error(), terminal);
    trace = std::move(ran->run.trace);
    error = ran->run.error;
    if (terminal.json && error) return report(*error, terminal);
  }
  const std::string tale = trace::explain(trace, language);
  if (terminal.json)
    terminal.out << nlohmann::ordered_json{{"scenario", trace.scenario}, {"text", tale}}.dump(
                        1, ' ', false, nlohmann::json::error_handler_t::replace)
                 << "\n";
  else
    terminal.out << tale;
  return error ? report(*error, terminal) : ok;
}

int replay_command(const Registry& registry, const Source& source, Terminal& terminal) {
  const std::string& file = source.file;
  const auto text = read_text_file(file, max_trace_bytes);
  if (!text) return report(text.error(), terminal);
  if (is_trace(*text)) {
    const auto trace = trace::from_json(*text, file);
    if (!trace) return report(trace.error(), terminal);
    if (source.variant) return report(no_variants(source), terminal);
    return compare(*text, rerun(registry, *trace, file), file, terminal);
  }
  const auto ran = load_and_run(registry, source, &terminal.err);
  if (!ran) return report(ran.error(), terminal);
  if (ran->run.error) return report(*ran->run.error, terminal);
  const int judged = judge(*ran, !terminal.json, terminal);
  return worse(
      judged,
      compare(
          trace::to_json(ran->run.trace), rerun(registry, ran->run.trace, file), file, terminal));
}

}  // namespace concordat::app
