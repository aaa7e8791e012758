// test: every block of every scenario, one line each. The tool for continuous integration.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/app/exploration.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/read.hpp"

namespace concordat::app {

namespace {

namespace fs = std::filesystem;

/// One executed block.
struct Result {
  std::string file;
  std::string block;  // run | explore | file
  int code = ok;
  std::string detail;              // "12 steps", "3,548 states"
  std::vector<std::string> lines;  // what is wrong
  std::string repeat;              // the command that shows it
};

/// The scenario files below `path`, sorted by name so that the order is the same everywhere.
concordat::Result<std::vector<std::string>> files_below(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (auto it = fs::recursive_directory_iterator(path, error);
       !error && it != fs::recursive_directory_iterator();
       it.increment(error))
    if (it->is_regular_file() && it->path().extension() == ".yaml")
      files.push_back(it->path().generic_string());
  if (error) return Error{path, {}, "cannot be searched: " + error.message(), ""};
  std::sort(files.begin(), files.end());
  return files;
}

class Tester {
 public:
  Tester(const Registry& registry, Terminal& terminal) : registry_(registry), terminal_(terminal) {}

  void file(const std::string& path) {
    const auto scenario = scenario::read_file(path);
    if (!scenario) return fail(path, scenario.error());
    const auto bound = scenario::bind(*scenario, registry_);
    if (!bound) return fail(path, bound.error());
    if (scenario->expect || scenario->schedule || !scenario->explore)
      run_block(path, *scenario, *bound);
    if (scenario->explore) explore_block(path, *scenario);
  }

  int finish() {
    int code = ok;
    int failed = 0;
    for (const Result& result : results_) {
      code = worse(code, result.code);
      if (result.code != ok) ++failed;
    }
    const int passed = static_cast<int>(results_.size()) - failed;
    if (terminal_.json)
      json(passed, failed);
    else
      terminal_.out << fmt::format("{} passed, {} failed\n", passed, failed);
    return code;
  }

 private:
  void fail(const std::string& path, const Error& error) {
    add({path, "file", usage, "", {error.text()}, ""});
  }

  void run_block(const std::string& path,
                 const scenario::Scenario& scenario,
                 const scenario::Bound& bound) {
    Result result{path, "run", ok, "", {}, "concordat run " + path};
    const Run run = concordat::run(scenario, bound);
    result.detail = fmt::format("{} steps", run.trace.steps.size());
    if (run.error) {
      result.code = usage;
      result.lines.push_back(run.error->text());
    } else if (scenario.expect) {
      for (const Unmet& unmet : concordat::unmet(*scenario.expect, run.trace))
        complain(result, path, unmet);
    } else {
      for (const Unmet& violation : violations(run.trace))
        complain(result, path, violation);
    }
    add(std::move(result));
  }

  void explore_block(const std::string& path, const scenario::Scenario& scenario) {
    Result result{path, "explore", ok, "", {}, "concordat check " + path};
    const auto x = explore(registry_, scenario, terminal_.checker, [this](auto... /*counts*/) {
      return terminal_.interrupted && terminal_.interrupted();
    });
    if (!x) return fail(path, x.error());
    result.detail = fmt::format("{} states", x->result.states);
    for (const Unmet& unmet : x->unmet)
      complain(result, path, unmet);
    result.code = x->exit_code;  // a limit may have left an expectation open
    if (x->exit_code == violated && x->unmet.empty())
      for (const Finding& finding : x->findings)
        if (finding.verdict.verdict == Verdict::violated && finding.verdict.name != "non_blocking")
          result.lines.push_back(finding.verdict.name + ": " + finding.sentence);
    if (x->exit_code == unknown)
      result.lines.push_back("unknown: " + describe_limit(x->result.limit));
    add(std::move(result));
  }

  static void complain(Result& result, const std::string& path, const Unmet& unmet) {
    result.code = violated;
    result.lines.push_back(Error{path, unmet.at, unmet.text, ""}.text());
  }

  void add(Result result) {
    if (!terminal_.json) {
      const bool good = result.code == ok;
      const char* word = good ? "ok  " : "FAIL";
      if (terminal_.text.colour)
        terminal_.out << (good ? "\x1b[32m" : "\x1b[31m") << word << "\x1b[0m";
      else
        terminal_.out << word;
      terminal_.out << fmt::format("  {:8} {}{}\n",
                                   result.block,
                                   result.file,
                                   result.detail.empty() ? "" : "  (" + result.detail + ")");
      for (const std::string& line : result.lines)
        terminal_.out << "      " << line << "\n";
      if (!good && !result.repeat.empty())
        terminal_.out << "      again: " << result.repeat << "\n";
      terminal_.out << std::flush;
    }
    results_.push_back(std::move(result));
  }

  void json(int passed, int failed) const {
    nlohmann::ordered_json json;
    json["passed"] = passed;
    json["failed"] = failed;
    json["results"] = nlohmann::ordered_json::array();
    for (const Result& result : results_)
      json["results"].push_back({{"file", result.file},
                                 {"block", result.block},
                                 {"passed", result.code == ok},
                                 {"detail", result.detail},
                                 {"problems", result.lines},
                                 {"again", result.repeat}});
    terminal_.out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }

  const Registry& registry_;
  Terminal& terminal_;
  std::vector<Result> results_;
};

}  // namespace

int test_command(const Registry& registry, const TestOptions& options, Terminal& terminal) {
  Tester tester(registry, terminal);
  int count = 0;
  for (const std::string& path : options.paths) {
    const auto files = files_below(path);
    if (!files) return report(files.error(), terminal);
    for (const std::string& file : *files) {
      if (file.find(options.filter) == std::string::npos) continue;
      if (terminal.interrupted && terminal.interrupted()) {
        tester.finish();
        return interrupted;
      }
      ++count;
      tester.file(file);
    }
  }
  if (terminal.interrupted && terminal.interrupted()) {
    tester.finish();
    return interrupted;
  }
  if (count == 0)
    return report({"", {}, "no scenario to test", "name files, or folders with *.yaml files"},
                  terminal);
  return tester.finish();
}

}  // namespace concordat::app
