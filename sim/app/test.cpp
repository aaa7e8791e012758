// test: every block of every scenario, one line each. The tool for continuous integration.
//
// First all files are read and bound, which gives the list of blocks; then the blocks run on
// several threads, and their results are printed in the order of the list.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "sim/app/app.hpp"
#include "sim/app/command_line.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/files.hpp"
#include "sim/app/junit.hpp"
#include "sim/app/parallel.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/test_result.hpp"
#include "sim/base/file.hpp"
#include "sim/base/utf8.hpp"
#include "sim/run/campaign.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/read.hpp"

namespace concordat::app {

namespace {

namespace fs = std::filesystem;

bool has_any(const std::string& text, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
    return text.find(part) != std::string::npos;
  });
}

/// Whether --filter and --exclude let it through.
bool is_wanted(const TestOptions& options, const std::string& name) {
  return (options.filters.empty() || has_any(name, options.filters)) &&
         !has_any(name, options.excludes);
}

/// The files below the paths, each once, in the order of the command line. Those that --exclude
/// names are left out; whether --filter names one of their scenarios, only reading them tells.
Result<std::vector<std::string>> files_of(const TestOptions& options) {
  std::vector<std::string> found;
  std::set<std::string> seen;
  for (const std::string& path : options.paths) {
    const auto files = files_below(path);
    if (!files) return files.error();
    for (const std::string& file : *files) {
      if (has_any(file, options.excludes)) continue;
      if (seen.insert(fs::path(file).lexically_normal().string()).second) found.push_back(file);
    }
  }
  return found;
}

/// The further lines of a text, its hint for one, below the first.
std::string indented(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at)
    text.insert(at + 1, "      ");
  return text;
}

enum class Block : std::uint8_t { run, explore, file };

/// What is to be done for one line of the output.
struct Task {
  std::string file;
  std::string variant;
  Block block = Block::file;
  std::shared_ptr<const scenario::Scenario> scenario;  // of a run or an exploration
  std::string error;                                   // why `file` cannot be tested

  std::string name() const { return name_of(file, variant); }
};

/// What is wanted of a file. An error in a file is of all its scenarios.
std::vector<Task> tasks_of(const std::string& file,
                           const TestOptions& options,
                           const Registry& registry) {
  std::vector<Task> tasks;
  auto all = scenario::read_all_file(file);
  if (!all) {
    if (is_wanted(options, file))
      tasks.push_back({file, "", Block::file, nullptr, all.error().text()});
    return tasks;
  }
  for (scenario::Scenario& read : *all) {
    const std::string variant = read.variant;
    if (!is_wanted(options, name_of(file, variant))) continue;
    if (read.bench && !read.expect && !read.schedule && !read.explore) continue;  // no story
    const auto scenario = std::make_shared<const scenario::Scenario>(std::move(read));
    const auto bound = scenario::bind(*scenario, registry);
    if (!bound) {
      tasks.push_back({file, variant, Block::file, nullptr, bound.error().text()});
      continue;
    }
    if (scenario->expect || scenario->schedule || !scenario->explore)
      tasks.push_back({file, variant, Block::run, scenario, ""});
    if (scenario->explore) tasks.push_back({file, variant, Block::explore, scenario, ""});
  }
  return tasks;
}

/// Does one task. Runs on any thread.
class Judge {
 public:
  Judge(const Registry& registry, const Checker& checker)
      : registry_(registry), checker_(checker) {}

  TestResult operator()(const Task& task, const std::stop_token& stop) const {
    const Stopwatch watch;
    TestResult result;
    result.file = task.file;
    result.variant = task.variant;
    result.block = enum_name(task.block);
    switch (task.block) {
      case Block::run: judge_run(task, stop, result); break;
      case Block::explore: judge_exploration(task, stop, result); break;
      case Block::file: fail(task.error, result); break;
    }
    result.seconds = watch.seconds();
    return result;
  }

 private:
  static std::string repeat(const Task& task, const std::string& verb) {
    Source source;
    source.file = task.file;
    return command_of(verb, pinned(source, *task.scenario));
  }

  static void fail(const std::string& error, TestResult& result) {
    result.code = usage;
    result.lines.push_back(error);
  }

  static void complain(const Unmet& unmet, TestResult& result) {
    result.code = violated;
    result.lines.push_back(Error{result.file, unmet.at, unmet.text, ""}.text());
  }

  void judge_run(const Task& task, const std::stop_token& stop, TestResult& result) const {
    result.repeat = repeat(task, "run");
    const auto bound = scenario::bind(*task.scenario, registry_);
    if (!bound) return fail(bound.error().text(), result);
    const auto& seeds = task.scenario->seeds;
    if (task.scenario->load || (seeds && seeds->value.count() > 1))
      return judge_seeds(task, *bound, stop, result);
    const Run run = concordat::run(*task.scenario, *bound, seeds ? seeds->value.first : 1);
    result.detail = fmt::format("{} steps", run.trace.steps.size());
    if (run.error) return fail(run.error->text(), result);
    const auto& expect = task.scenario->expect;
    for (const Unmet& unmet : expect ? unmet(*expect, run.trace) : violations(run.trace))
      complain(unmet, result);
  }

  static void judge_seeds(const Task& task,
                          const scenario::Bound& bound,
                          const std::stop_token& stop,
                          TestResult& result) {
    const scenario::Seeds seeds =
        task.scenario->seeds.value_or(scenario::At<scenario::Seeds>{}).value;
    const Campaign campaign =
        run_seeds(*task.scenario, bound, seeds, [&stop] { return stop.stop_requested(); });
    result.detail = fmt::format("{} runs, {} events", campaign.runs, campaign.events);
    const bool whole = static_cast<std::uint64_t>(campaign.runs) == seeds.count();
    result.stopped = !whole && campaign.failed == 0;
    if (result.stopped) result.lines.emplace_back("stopped (Ctrl-C)");
    constexpr std::size_t shown = 3;
    for (std::size_t i = 0; i < campaign.failures.size() && i < shown; ++i) {
      const SeedFailure& failure = campaign.failures[i];
      for (const Unmet& unmet : failure.problems)
        complain({unmet.at, fmt::format("seed {}: {}", failure.seed, unmet.text)}, result);
      result.repeat =
          repeat(task, "run") + " --seed " + std::to_string(campaign.failures.front().seed);
    }
    if (campaign.failed > static_cast<std::int64_t>(shown))
      result.lines.push_back(fmt::format("and {} more of {} runs",
                                         campaign.failed - static_cast<std::int64_t>(shown),
                                         campaign.runs));
  }

  void judge_exploration(const Task& task, const std::stop_token& stop, TestResult& result) const {
    result.repeat = repeat(task, "check");
    const auto x = explore(registry_, *task.scenario, checker_, [&stop](const SearchProgress&) {
      return stop.stop_requested() ? "stopped" : "";
    });
    if (!x) return fail(x.error().text(), result);
    result.detail = fmt::format("{} states", x->result.states);
    result.stopped = x->ended_by() == "stopped" && x->exit_code != violated;
    if (result.stopped) {
      result.lines.emplace_back("stopped (Ctrl-C)");
      return;
    }
    for (const Unmet& unmet : x->unmet)
      complain(unmet, result);
    result.code = x->exit_code;  // a limit may have left an expectation open
    if (x->exit_code == violated && x->unmet.empty())
      for (const Finding& finding : x->findings)
        if (finding.verdict.verdict == Verdict::violated && is_promised_always(finding))
          result.lines.push_back(finding.verdict.name + ": " + finding.sentence);
    if (x->exit_code != unknown) return;
    for (const Finding& finding : x->findings)
      if (finding.verdict.verdict == Verdict::unknown) {
        result.lines.push_back("unknown: " + why_unknown(*x, finding));
        return;
      }
    result.lines.push_back("unknown: " + describe_limit(x->result.limit));
  }

  const Registry& registry_;
  const Checker& checker_;
};

class Tester {
 public:
  Tester(const Registry& registry, const TestOptions& options, Terminal& terminal)
      : registry_(registry), options_(options), terminal_(terminal), line_(terminal) {}

  int test(const std::vector<std::string>& files) {
    read(files);
    if (tasks_.empty() && !was_stopped())
      return report({"",
                     {},
                     "no scenario to test",
                     files.empty() ? "name files, or folders with *.yaml files"
                     : options_.filters.empty() && options_.excludes.empty()
                         ? "files with `bench:` alone are for `concordat bench`"
                         : "--filter and --exclude leave none; `--list` alone shows all"},
                    terminal_);
    if (options_.list) return list();
    run();
    const bool stopped = was_stopped();
    if (terminal_.json)
      print_json(stopped);
    else
      print_summary(stopped);
    int code = stopped ? interrupted : ok;
    for (const TestResult& result : results_)
      code = worse(code, result.stopped ? ok : result.code);
    if (options_.junit_file.empty()) return code;
    const auto written = write_junit();
    if (!written) terminal_.err << written.error().text() << "\n";
    return written ? code : worse(usage, code);
  }

 private:
  bool was_stopped() const { return terminal_.interrupted && terminal_.interrupted(); }

  JobOptions job_options() {
    return {.threads = options_.jobs > 0 ? options_.jobs : hardware_threads(), .go_on = [this] {
              line_.show([this](double seconds) {
                return fmt::format("{} of {} blocks, {} failed, {:.0f} s",
                                   results_.size(),
                                   tasks_.size(),
                                   count(failed),
                                   seconds);
              });
              return !was_stopped();
            }};
  }

  void read(const std::vector<std::string>& files) {
    run_jobs(
        files.size(),
        job_options(),
        [&](std::size_t index, const std::stop_token&) {
          return tasks_of(files[index], options_, registry_);
        },
        [&](std::size_t, std::vector<Task> tasks) {
          std::move(tasks.begin(), tasks.end(), std::back_inserter(tasks_));
          return true;
        });
  }

  void run() {
    const Judge judge(registry_, terminal_.checker);
    run_jobs(
        tasks_.size(),
        job_options(),
        [&](std::size_t index, const std::stop_token& stop) { return judge(tasks_[index], stop); },
        [&](std::size_t, TestResult result) {
          line_.clear();
          if (!terminal_.json) print(result);
          results_.push_back(std::move(result));
          return true;
        });
    line_.clear();
  }

  static bool failed(const TestResult& result) { return !result.stopped && result.code != ok; }
  static bool passed(const TestResult& result) { return !result.stopped && result.code == ok; }
  std::ptrdiff_t count(bool (*is_one)(const TestResult&)) const {
    return std::count_if(results_.begin(), results_.end(), is_one);
  }

  void print(const TestResult& result) {
    const char* word = result.stopped ? "stop" : result.code == ok ? "ok  " : "FAIL";
    const char* colour = result.stopped ? "33" : result.code == ok ? "32" : "31";
    terminal_.out << (terminal_.text.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, word) : word)
                  << fmt::format("  {:8} {}{}\n",
                                 result.block,
                                 printable(name_of(result.file, result.variant)),
                                 result.detail.empty() ? "" : "  (" + result.detail + ")");
    if (failed(result))
      for (const std::string& line : result.lines)
        terminal_.out << "      " << indented(line) << "\n";
    if (failed(result) && !result.repeat.empty())
      terminal_.out << "      again: " << printable(result.repeat) << "\n";
    terminal_.out << std::flush;
  }

  void print_summary(bool stopped) {
    terminal_.out << fmt::format("{} passed, {} failed", count(passed), count(failed));
    if (stopped)
      terminal_.out << fmt::format(", {} stopped, {} not begun (Ctrl-C)",
                                   results_.size() - count_judged(),
                                   tasks_.size() - results_.size());
    terminal_.out << "\n";
  }

  std::size_t count_judged() const {
    return static_cast<std::size_t>(count(passed) + count(failed));
  }

  /// Only what was judged; `not_judged` is there only after Ctrl-C.
  void print_json(bool stopped) {
    nlohmann::ordered_json json;
    json["passed"] = count(passed);
    json["failed"] = count(failed);
    if (stopped) json["not_judged"] = tasks_.size() - count_judged();
    json["results"] = nlohmann::ordered_json::array();
    for (const TestResult& result : results_) {
      if (result.stopped) continue;
      auto each = json_of(result.file, result.variant, result.block);
      each["passed"] = result.code == ok;
      each["detail"] = result.detail;
      each["problems"] = result.lines;
      each["again"] = result.repeat;
      json["results"].push_back(std::move(each));
    }
    print(json);
  }

  /// `variant` is there only where a file has several scenarios.
  static nlohmann::ordered_json json_of(const std::string& file,
                                        const std::string& variant,
                                        std::string_view block) {
    nlohmann::ordered_json json{{"file", file}};
    if (!variant.empty()) json["variant"] = variant;
    json["block"] = block;
    return json;
  }

  void print(const nlohmann::ordered_json& json) {
    terminal_.out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }

  /// What Ctrl-C kept from its end, or from its beginning, is there too.
  Result<bool> write_junit() const {
    std::vector<TestResult> all = results_;
    for (std::size_t i = results_.size(); i < tasks_.size(); ++i)
      all.push_back({tasks_[i].file,
                     tasks_[i].variant,
                     std::string(enum_name(tasks_[i].block)),
                     ok,
                     "",
                     {"not begun (Ctrl-C)"},
                     "",
                     true,
                     0});
    return write_text_file(options_.junit_file, junit_xml(all, line_.seconds()));
  }

  int list() {
    line_.clear();
    int code = was_stopped() ? interrupted : ok;
    auto json = nlohmann::ordered_json::array();
    for (const Task& task : tasks_) {
      const std::string_view block = enum_name(task.block);
      if (terminal_.json)
        json.push_back(json_of(task.file, task.variant, block));
      else
        terminal_.out << fmt::format("{:8} {}\n", block, printable(task.name()));
      if (task.scenario) continue;
      terminal_.err << task.error << "\n";
      code = worse(code, usage);
    }
    if (terminal_.json) print(nlohmann::ordered_json{{"blocks", json}});
    return code;
  }

  const Registry& registry_;
  const TestOptions& options_;
  Terminal& terminal_;
  StatusLine line_;
  std::vector<Task> tasks_;
  std::vector<TestResult> results_;  // of the first so many tasks
};

/// A report that cannot be written is better known now than after the tests.
std::optional<Error> missing_folder(const std::string& file) {
  const fs::path folder = fs::path(file).parent_path();
  std::error_code ignored;
  if (file.empty() || folder.empty() || fs::is_directory(folder, ignored)) return std::nullopt;
  return Error{file, {}, "cannot be written: there is no folder " + folder.string(), ""};
}

}  // namespace

int test_command(const Registry& registry, const TestOptions& options, Terminal& terminal) {
  if (const auto error = missing_folder(options.junit_file)) return report(*error, terminal);
  const auto files = files_of(options);
  if (!files) return report(files.error(), terminal);
  return Tester(registry, options, terminal).test(*files);
}

}  // namespace concordat::app
