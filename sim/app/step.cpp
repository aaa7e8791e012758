// step: a person is the scheduler. Plain lines in and out, so that it works over ssh and in a pipe.
#include <charconv>
#include <fmt/format.h>
#include <istream>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/app/session.hpp"
#include "sim/base/file.hpp"
#include "sim/model/event.hpp"
#include "sim/run/blocking.hpp"
#include "sim/run/state_text.hpp"
#include "sim/scenario/write.hpp"
#include "sim/trace/explain.hpp"

namespace concordat::app {

namespace {

constexpr const char* help_text =
    "  NUMBER        take that step\n"
    "  EVENT         take a step by its line, e.g. `crash c` (any event, listed or not)\n"
    "  f             list faults too, or only what happens by itself\n"
    "  c             list crashes inside steps too\n"
    "  u             undo the last step\n"
    "  t             the trace so far        e   the same, told in words\n"
    "  v             every field of every process\n"
    "  b             who is blocked here, and what would free them\n"
    "  s FILE        save as a scenario with this schedule\n"
    "  h             this help               q   quit\n";

class Stepper {
 public:
  Stepper(scenario::Scenario scenario, scenario::Bound bound, Terminal& terminal)
      : scenario_(std::move(scenario)),
        session_(scenario_, std::move(bound)),
        terminal_(terminal) {}

  int loop() {
    terminal_.out << fmt::format(
        "{}: {}\n`h` lists the commands\n", scenario_.name.value, model().info().summary);
    if (scenario_.schedule)
      for (const scenario::Text& line : *scenario_.schedule)
        if (const auto problem = take(line.value)) {
          Error error = *problem;
          error.file = scenario_.file;
          error.at = line.at;
          return report(error, terminal_);
        }
    show();
    std::string line;
    while (prompt() && std::getline(terminal_.in, line)) {
      if (terminal_.interrupted && terminal_.interrupted()) return interrupted;
      while (!line.empty() && (line.back() == ' ' || line.back() == '\r'))
        line.pop_back();
      if (line == "q") return ok;
      command(line);
    }
    return ok;
  }

 private:
  const Model& model() const { return session_.model(); }
  const World& world() const { return session_.world(); }

  bool prompt() {
    if (terminal_.prompts) terminal_.out << "> " << std::flush;
    return true;
  }

  void command(const std::string& line) {
    if (line.empty()) return show();
    if (line == "h") return void(terminal_.out << help_text);
    if (line == "f" || line == "c") return toggle(line == "f" ? faults_ : cuts_);
    if (line == "u") return undo();
    if (line == "t") return void(terminal_.out << trace::render(session_.trace(), terminal_.text));
    if (line == "e") return void(terminal_.out << trace::explain(session_.trace()));
    if (line == "v") return state();
    if (line == "b") return blocked();
    if (line.starts_with("s ")) return save(line.substr(2));
    int number = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error == std::errc{} && end == line.data() + line.size()) {
      if (number < 1 || number > static_cast<int>(shown_.size()))
        return void(
            terminal_.out << fmt::format("there is no step {}; `h` lists the commands\n", number));
      return take_and_show(shown_[static_cast<std::size_t>(number) - 1]);
    }
    take_and_show(line);
  }

  void take_and_show(const std::string& line) {
    if (const auto problem = take(line))
      terminal_.out << problem->text() << "\n";
    else
      show();
  }

  void toggle(bool& flag) {
    flag = !flag;
    show();
  }

  /// RETURNS: why the step cannot be taken, or nothing.
  std::optional<Error> take(const std::string& line) {
    const auto taken = session_.take(line);
    if (!taken) return taken.error();
    const Session::Node& node = session_.node(session_.current());
    terminal_.out << fmt::format("{:3}  {}\n", node.depth, node.line);
    for (int i = 0; i < static_cast<int>(taken->report.step.effects.size()); ++i)
      effect(taken->event, taken->report, i);
    for (const std::string& name : node.violated)
      terminal_.out << fmt::format("     {} is violated: {}\n", name, sentence(name));
    return std::nullopt;
  }

  void effect(const Event& event, const StepReport& report, int index) {
    const Effect& effect = report.step.effects[static_cast<std::size_t>(index)];
    const int node = node_of(model(), event);
    std::string text;
    if (effect.is_crash_point())
      text = format_effect(model(),
                           node,
                           effect,
                           report.step.happened(index) ? report.step.sent_by(index) : effect.to);
    else if (effect.kind == EffectKind::decide)
      text = "decide " + std::string(enum_name(effect.outcome));
    else if (effect.kind == EffectKind::vote)
      text = "vote " + std::string(enum_name(effect.vote));
    else if (effect.kind == EffectKind::store)
      text = report.step.texts[static_cast<std::size_t>(effect.text)].what + ": " +
             report.step.texts[static_cast<std::size_t>(effect.text)].value;
    else
      return;
    terminal_.out << "       " << text
                  << (report.step.happened(index) ? "" : "   (not done: the crash came first)")
                  << "\n";
  }

  std::string sentence(const std::string& property) {
    for (const trace::PropertyStatus& status : session_.trace().properties)
      if (status.name == property) return status.sentence;
    return "";
  }

  void show() {
    shown_.clear();
    for (EnabledLine& each : session_.enabled({.faults = faults_, .cuts = cuts_}))
      shown_.push_back(std::move(each.line));
    terminal_.out << "\n";
    int number = 1;
    for (const std::string& line : shown_)
      terminal_.out << fmt::format("  {:2}  {}\n", number++, line);
    if (shown_.empty())
      terminal_.out
          << "  nothing can happen by itself; `f` lists faults, `b` says who is blocked\n";
  }

  void undo() {
    const std::string undone = session_.node(session_.current()).line;
    if (!session_.undo()) return void(terminal_.out << "there is nothing to undo\n");
    terminal_.out << "undone: " << undone << "\n";
    show();
  }

  void state() {
    for (int node = 0; node < model().setup().node_count(); ++node)
      for (const StateText& text :
           state_texts(model(), node, world().nodes[static_cast<std::size_t>(node)]))
        if (!text.is_zero)
          terminal_.out << fmt::format(
              "  {:6} {:7} {} = {}\n", text.where, text.part, text.field, text.value);
    for (const Flight& flight : world().network)
      terminal_.out << fmt::format("  in flight: {}\n", format(model(), flight.envelope));
  }

  void blocked() {
    const BlockingReport report = find_blocked(model(), session_.bound()->run_rules, world());
    if (!report.complete) terminal_.out << "the search was cut short; this list may be too long\n";
    if (report.blocked.empty()) terminal_.out << "nobody is blocked\n";
    for (const BlockedProcess& one : report.blocked)
      terminal_.out << describe(model(), one) << "\n";
  }

  void save(const std::string& file) {
    const auto written = write_text_file(file, scenario::write(session_.to_save()));
    terminal_.out << (written ? fmt::format("saved; `concordat run {}` replays it", file)
                              : written.error().text())
                  << "\n";
  }

  scenario::Scenario scenario_;
  Session session_;
  Terminal& terminal_;
  std::vector<std::string> shown_;  // the numbered lines
  bool faults_ = false;
  bool cuts_ = false;
};

}  // namespace

int step_command(const Registry& registry, const Source& source, Terminal& terminal) {
  auto scenario = load(source, registry, &terminal.err);
  if (!scenario) return report(scenario.error(), terminal);
  auto bound = scenario::bind(*scenario, registry);
  if (!bound) return report(bound.error(), terminal);
  return Stepper(std::move(*scenario), std::move(*bound), terminal).loop();
}

}  // namespace concordat::app
