// bench: benchmarks of protocols, each scenario, protocol and seed a run of its own.
//
// First all files are read and prepared, which gives the list of runs; then the runs go to several
// threads, and what they come to is gathered in the order of the list.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/bench_report.hpp"
#include "sim/app/parallel.hpp"
#include "sim/app/progress.hpp"
#include "sim/base/file.hpp"
#include "sim/bench/cluster.hpp"

namespace concordat::app {

namespace {

/// What a run hands back.
struct Ran {
  bench::Figures figures;
  bool cut = false;  // stopped before its end
  double seconds = 0;
};

class Bench {
 public:
  Bench(const Registry& registry, const BenchOptions& options, Terminal& terminal, BenchPlan plan)
      : registry_(registry),
        options_(options),
        terminal_(terminal),
        line_(terminal),
        plan_(std::move(plan)),
        begun_(plan_.runs.size()) {
    for (const BenchRun& run : plan_.runs)
      total_ += size_of(run);
  }

  int run() {
    const int threads = options_.jobs > 0 ? options_.jobs : hardware_threads();
    threads_ = std::min(static_cast<std::size_t>(threads), plan_.runs.size());
    run_jobs(
        plan_.runs.size(),
        {.threads = threads,
         .go_on =
             [this] {
               line_.show([this](double seconds) { return progress(seconds); });
               return !was_stopped();
             }},
        [this](std::size_t index, const std::stop_token& stop) { return perform(index, stop); },
        [this](std::size_t index, Ran ran) {
          gather(index, std::move(ran));
          return true;
        });
    finish_rest();
    line_.clear();
    if (is_json()) print_json();
    if (options_.format == "csv" && !is_json() && shows_tables()) print_csv();
    return end();
  }

 private:
  bool was_stopped() const { return terminal_.interrupted && terminal_.interrupted(); }
  bool is_json() const { return terminal_.json || options_.format == "json"; }
  bool shows_tables() const { return !options_.check && !options_.quiet; }

  const BenchFile& file_of(const BenchRun& run) const { return plan_.files[run.file]; }
  const bench::Point& point_of(const BenchRun& run) const { return file_of(run).points[run.point]; }
  /// UNITS: transactions.
  std::int64_t size_of(const BenchRun& run) const {
    const auto& bench = *file_of(run).scenarios[point_of(run).scenario].bench;
    return bench.transactions + bench.warm_up_count();
  }

  Ran perform(std::size_t index, const std::stop_token& stop) {
    const Stopwatch watch;
    const BenchRun& run = plan_.runs[index];
    Ran ran;
    const auto setting = setting_of(file_of(run), point_of(run), registry_);
    check(setting.ok(), "the plan has prepared each benchmark once");
    bench::Cluster cluster(*setting);
    ran.figures = cluster.run(run.seed, stop, &begun_[index]);
    ran.cut = stop.stop_requested();
    ran.seconds = watch.seconds();
    return ran;
  }

  void gather(std::size_t index, Ran ran) {
    const BenchRun& run = plan_.runs[index];
    if (!gatherer_) gatherer_.emplace(point_of(run));
    if (ran.cut) {
      gatherer_->add_cut(ran.figures);
    } else {
      gatherer_->add(ran.figures);
      Rate& rate = rates_[format(point_of(run).contender)];
      rate.transactions += size_of(run);
      rate.seconds += ran.seconds;
    }
    gathered_ = index + 1;
    const bool is_last = gathered_ == plan_.runs.size();
    const BenchRun* const next = is_last ? nullptr : &plan_.runs[gathered_];
    if (next != nullptr && next->file == run.file && next->point == run.point) return;
    finish_point(run);
    if (next == nullptr || next->file != run.file) finish_file(plan_.files[run.file]);
  }

  void finish_point(const BenchRun& run) {
    plan_.files[run.file].points[run.point] = gatherer_->finish();
    gatherer_.reset();
  }

  /// After Ctrl-C: what a point and a file have so far.
  void finish_rest() {
    if (gathered_ == plan_.runs.size()) return;
    if (gatherer_) finish_point(plan_.runs[gathered_ - 1]);
    BenchFile& file = plan_.files[plan_.runs[gathered_].file];
    const bool some = std::ranges::any_of(
        file.points, [](const bench::Point& point) { return !point.estimates.empty(); });
    if (some) finish_file(file);
  }

  void finish_file(BenchFile& file) {
    ++files_;
    file.checks = bench::judge(file.scenarios, file.points);
    line_.clear();
    if (!options_.folder.empty() && file.complete()) write(file);
    if (is_json() || options_.format == "csv") {
      if (!is_json() && !shows_tables()) print(checks_text(file, terminal_.text, options_.quiet));
      return;
    }
    if (!shows_tables())
      print(checks_text(file, terminal_.text, options_.quiet));
    else if (options_.format == "markdown")
      print((files_ > 1 ? "\n" : "") + bench_markdown(file));
    else
      print((files_ > 1 ? "\n" : "") + bench_text(file, terminal_.text));
  }

  void print(const std::string& text) { terminal_.out << text << std::flush; }

  std::vector<const BenchFile*> begun_files() const {
    std::vector<const BenchFile*> out;
    for (std::size_t i = 0; i < files_; ++i)
      out.push_back(&plan_.files[i]);
    return out;
  }

  void print_csv() { print(bench_csv(begun_files())); }

  /// One document; a list of them if there are several files.
  void print_json() {
    if (plan_.files.size() == 1) return print(text_of(bench_json(plan_.files.front())));
    auto all = nlohmann::ordered_json::array();
    for (const BenchFile* file : begun_files())
      all.push_back(bench_json(*file));
    print(text_of(all));
  }

  static std::string text_of(const nlohmann::ordered_json& json) {
    return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }

  void write(const BenchFile& file) {
    namespace fs = std::filesystem;
    std::error_code ignored;  // a folder that cannot be made is reported by the write below
    fs::create_directories(options_.folder, ignored);
    const auto put = [&](const char* extension, const std::string& text) {
      const auto path = fs::path(options_.folder) / (file.stem + extension);
      const auto written = write_text_file(path.string(), text);
      if (!written && !unwritten_) unwritten_ = written.error();
    };
    put(".csv", bench_csv({&file}));
    put(".json", text_of(bench_json(file)));
    put(".md", bench_markdown(file));
  }

  int end() {
    int code = ok;
    for (const BenchFile* file : begun_files())
      for (const bench::Judgement& check : file->checks)
        code = worse(code, !check.holds ? unknown : *check.holds ? ok : violated);
    if (unwritten_) {
      terminal_.err << unwritten_->text() << "\n";
      code = worse(code, usage);
    }
    if (gathered_ == plan_.runs.size()) return code;
    terminal_.err << fmt::format(
        "stopped (Ctrl-C): {} of {} runs\n", grouped(whole_runs()), grouped(runs()));
    return worse(code, interrupted);
  }

  std::int64_t runs() const { return static_cast<std::int64_t>(plan_.runs.size()); }
  std::int64_t whole_runs() const {
    std::size_t out = 0;
    for (const BenchFile& file : plan_.files)
      for (const bench::Point& point : file.points)
        out += point.runs;
    return static_cast<std::int64_t>(out);
  }

  // --- how far it has come ---

  struct Rate {
    std::int64_t transactions = 0;
    double seconds = 0;
  };

  /// The time that is left counts each protocol at its own speed, once one of its runs has ended.
  std::string progress(double seconds) const {
    std::int64_t done = 0;
    for (std::size_t i = 0; i < plan_.runs.size(); ++i)
      done += i < gathered_ ? size_of(plan_.runs[i]) : begun_[i].load(std::memory_order_relaxed);
    const double rate = static_cast<double>(done) / std::max(seconds, 0.001);
    std::string out = fmt::format("{} of {} transactions, {} of {} runs, {} transactions/s",
                                  grouped(done),
                                  grouped(total_),
                                  grouped(static_cast<std::int64_t>(gathered_)),
                                  grouped(runs()),
                                  grouped(static_cast<std::int64_t>(rate)));
    if (done > 0) out += ", about " + time_text(left(done, seconds)) + " left";
    return out;
  }

  /// UNITS: seconds.
  double left(std::int64_t done, double seconds) const {
    const auto threads = static_cast<double>(threads_);
    const double usual = threads * seconds / static_cast<double>(done);
    double work = 0;
    std::size_t open = 0;
    for (std::size_t i = gathered_; i < plan_.runs.size(); ++i) {
      const auto rate = rates_.find(format(point_of(plan_.runs[i]).contender));
      const double each = rate == rates_.end() ? usual
                                               : rate->second.seconds /
                                                     static_cast<double>(rate->second.transactions);
      const std::int64_t rest = size_of(plan_.runs[i]) - begun_[i].load(std::memory_order_relaxed);
      if (rest > 0) ++open;
      work += each * static_cast<double>(rest);
    }
    return work / static_cast<double>(std::clamp<std::size_t>(open, 1, threads_));
  }

  static std::string time_text(double seconds) {
    constexpr double minute = 60;
    constexpr double hour = 3'600;
    if (seconds < 2 * minute) return fmt::format("{:.0f} s", seconds);
    if (seconds < 2 * hour) return fmt::format("{:.0f} min", seconds / minute);
    return fmt::format("{:.1f} h", seconds / hour);
  }

  const Registry& registry_;
  const BenchOptions& options_;
  Terminal& terminal_;
  StatusLine line_;
  BenchPlan plan_;
  std::vector<std::atomic<std::int64_t>> begun_;  // transactions, of each run
  std::int64_t total_ = 0;                        // transactions
  std::size_t threads_ = 1;
  std::size_t gathered_ = 0;  // runs
  std::size_t files_ = 0;     // that are finished, or were when it was stopped
  std::optional<bench::Gatherer> gatherer_;
  std::map<std::string, Rate> rates_;
  std::optional<Error> unwritten_;
};

int list_measures(Terminal& terminal) {
  auto json = nlohmann::ordered_json::array();
  for (const bench::Measure& measure : bench::measures()) {
    if (terminal.json)
      json.push_back({{"name", std::string(measure.name)},
                      {"unit", std::string(measure.unit)},
                      {"summary", std::string(measure.summary)}});
    else
      terminal.out << fmt::format("{:20} {:6} {}\n", measure.name, measure.unit, measure.summary);
  }
  if (terminal.json) terminal.out << json.dump(1) << "\n";
  return ok;
}

}  // namespace

int bench_command(const Registry& registry, const BenchOptions& options, Terminal& terminal) {
  if (options.list_measures) return list_measures(terminal);
  if (!options.paths.empty() && !options.source.protocol.empty())
    return report({"",
                   {},
                   "--protocol: the files say which protocol it is",
                   "`--compare` names others, `--set protocol=NAME` another one"},
                  terminal);
  auto plan = plan_benchmarks(registry, options);
  if (!plan) return report(plan.error(), terminal);
  return Bench(registry, options, terminal, std::move(*plan)).run();
}

}  // namespace concordat::app
