// Goal: ShiViz reads the log, and its clocks are exactly who could know of what.
// Method: the log is parsed with the expression in its own first line. The happened-before relation
// (Lamport 1978) is computed from the trace alone, as paths over the order of each process and the
// messages, and compared with the vector clocks for every pair of events: of every sample, and of
// random stories with losses, copies, crashes inside steps and shared nodes.
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <regex>

#include "sim/trace/export.hpp"
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace {
namespace {

/// One event of a log. Clocks are by host; an entry that is absent is 0.
struct LogEvent {
  std::string host;
  std::map<std::string, int> clock;
  std::map<std::string, std::string> fields;
};

std::map<std::string, int> parse_clock(const std::string& json) {
  static const std::regex form(R"re(\{"[^"\\]+":[0-9]+(,"[^"\\]+":[0-9]+)*\})re");
  static const std::regex entry(R"re("([^"\\]+)":([0-9]+))re");
  std::map<std::string, int> clock;
  EXPECT_TRUE(std::regex_match(json, form)) << json;
  for (std::sregex_iterator at(json.begin(), json.end(), entry); at != std::sregex_iterator(); ++at)
    EXPECT_TRUE(clock.emplace((*at)[1], std::stoi((*at)[2])).second) << "twice in " << json;
  return clock;
}

/// Parses as ShiViz does: every match of the expression is an event. Whatever it does not match
/// would be overlooked, so it must match all.
std::vector<LogEvent> parse(const std::string& text) {
  const std::size_t first = text.find('\n');
  const std::size_t second = text.find('\n', first + 1);
  EXPECT_EQ(second, first + 1) << "the second line is the delimiter of executions: none";
  const std::string named = text.substr(0, first);
  const std::string log = text.substr(second + 1);
  static const std::regex group(R"(\(\?<(\w+)>)");
  std::vector<std::string> names;
  for (std::sregex_iterator at(named.begin(), named.end(), group); at != std::sregex_iterator();
       ++at)
    names.push_back((*at)[1]);
  const std::regex form(std::regex_replace(named, group, "("));  // C++ knows no names
  std::vector<LogEvent> events;
  std::size_t end = 0;
  for (std::sregex_iterator at(log.begin(), log.end(), form); at != std::sregex_iterator(); ++at) {
    EXPECT_EQ(static_cast<std::size_t>(at->position()), end) << "not matched";
    end = static_cast<std::size_t>(at->position() + at->length()) + 1;  // the newline
    LogEvent event;
    for (std::size_t i = 0; i < names.size(); ++i)
      event.fields[names[i]] = (*at)[i + 1];
    event.host = event.fields["host"];
    event.clock = parse_clock(event.fields["clock"]);
    events.push_back(std::move(event));
  }
  EXPECT_EQ(end, log.size()) << "not matched";
  return events;
}

/// What a trace says of one event: where it was and which copies it sent or consumed.
struct Happening {
  std::string host;
  std::vector<std::int64_t> sent;
  std::vector<std::int64_t> consumed;
};

class Oracle {
 public:
  explicit Oracle(const Trace& trace) : trace_(trace) {
    for (const Step& step : trace.steps)
      add(step);
  }

  const std::vector<Happening>& all() const { return all_; }

  /// before[a][b]: a path of steps and messages leads from a to b.
  std::vector<std::vector<bool>> before() const {
    const std::size_t n = all_.size();
    std::vector<std::vector<bool>> out(n, std::vector<bool>(n));
    std::map<std::int64_t, std::size_t> senders;
    std::map<std::string, std::size_t> last;
    for (std::size_t b = 0; b < n; ++b) {
      std::vector<std::size_t> causes;
      if (last.contains(all_[b].host)) causes.push_back(last[all_[b].host]);
      for (const std::int64_t id : all_[b].consumed)
        if (senders.contains(id)) causes.push_back(senders[id]);
      for (const std::size_t cause : causes) {
        out[cause][b] = true;
        for (std::size_t a = 0; a < n; ++a)
          if (out[a][cause]) out[a][b] = true;
      }
      for (const std::int64_t id : all_[b].sent)
        senders[id] = b;
      last[all_[b].host] = b;
    }
    return out;
  }

 private:
  void add(const Step& step) {
    const bool told = step.kind == EventKind::deliver || step.kind == EventKind::duplicate ||
                      step.kind == EventKind::lose || step.kind == EventKind::crash ||
                      step.kind == EventKind::recover;
    if (!told && !step.process.empty()) all_.push_back({step.process, {}, {}});
    if (!told && step.process.empty()) add_node(step.node);
    for (const Effect& effect : step.effects) {
      if (effect.suppressed) continue;
      const EffectKind kind = effect.kind;
      if (kind == EffectKind::arm || kind == EffectKind::disarm) continue;
      if (kind == EffectKind::crash || kind == EffectKind::recover) {
        add_node(step.node);
      } else if (kind == EffectKind::send) {
        all_.push_back({effect.process, effect.ids, {}});
      } else if (kind == EffectKind::receive) {
        all_.push_back({effect.to[0], {}, effect.ids});
      } else {
        const bool lost = kind == EffectKind::lost;
        all_.push_back({lost ? "network" : effect.process, {}, effect.ids});
      }
    }
  }

  void add_node(const std::string& node) {
    if (node.empty()) all_.push_back({"network", {}, {}});
    for (const Process& p : trace_.processes)
      if (p.node == node) all_.push_back({p.name, {}, {}});
  }

  const Trace& trace_;
  std::vector<Happening> all_;
};

bool less(const std::map<std::string, int>& a, const std::map<std::string, int>& b) {
  const auto at = [](const std::map<std::string, int>& clock, const std::string& host) {
    const auto entry = clock.find(host);
    return entry == clock.end() ? 0 : entry->second;
  };
  return a != b && std::ranges::all_of(
                       a, [&](const auto& entry) { return entry.second <= at(b, entry.first); });
}

/// RETURNS: what is wrong, or "".
std::string compare(const Trace& trace) {
  const std::vector<LogEvent> events = parse(to_shiviz(trace));
  const Oracle oracle(trace);
  if (events.size() != oracle.all().size())
    return std::to_string(events.size()) + " events instead of " +
           std::to_string(oracle.all().size());
  const std::vector<std::vector<bool>> before = oracle.before();
  for (std::size_t a = 0; a < events.size(); ++a) {
    if (events[a].host != oracle.all()[a].host) return "event " + std::to_string(a) + ": host";
    for (std::size_t b = 0; b < events.size(); ++b)
      if (less(events[a].clock, events[b].clock) != before[a][b])
        return "events " + std::to_string(a) + " and " + std::to_string(b);
  }
  return "";
}

/// A host's own entry counts its events from 1.
void expect_own_entries(const std::vector<LogEvent>& events) {
  std::map<std::string, int> counts;
  for (const LogEvent& event : events) {
    ASSERT_TRUE(event.clock.contains(event.host)) << event.host;
    ASSERT_EQ(event.clock.at(event.host), ++counts[event.host]);
  }
}

TEST(TraceShiviz, ClocksAreHappenedBeforeInEverySample) {
  for (const Trace& trace : samples::all())
    EXPECT_EQ(compare(trace), "") << trace.scenario << "\n" << to_shiviz(trace);
}

TEST(TraceShiviz, ClocksAreHappenedBeforeInRandomStories) {
  std::size_t events = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Trace trace = samples::random_story(seed);
    ASSERT_EQ(compare(trace), "") << "seed " << seed << "\n" << to_shiviz(trace);
    events += Oracle(trace).all().size();
  }
  EXPECT_GT(events, 10'000U);
}

TEST(TraceShiviz, OwnEntriesCountFromOne) {
  for (const Trace& trace : samples::all())
    expect_own_entries(parse(to_shiviz(trace)));
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    expect_own_entries(parse(to_shiviz(samples::random_story(seed))));
}

TEST(TraceShiviz, AnyTraceCanBeParsed) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const std::string text = to_shiviz(samples::random_trace(seed));
    ASSERT_EQ(text.find('\x1b'), std::string::npos) << "seed " << seed;
    expect_own_entries(parse(text));
  }
}

TEST(TraceShiviz, DisguisedStoriesKeepTheirClocks) {
  for (const Trace& trace : samples::all()) {
    const std::vector<LogEvent> plain = parse(to_shiviz(trace));
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const std::vector<LogEvent> other = parse(to_shiviz(samples::disguised(trace, seed)));
      ASSERT_EQ(other.size(), plain.size());
      expect_own_entries(other);
      for (std::size_t i = 0; i < plain.size(); ++i)
        ASSERT_EQ(other[i].clock.size(), plain[i].clock.size()) << "seed " << seed;
    }
  }
}

TEST(TraceShiviz, Log) {
  const std::string expected = R"text(
(?<host>\S*) (?<clock>\{.*\}) step (?<step>\S*) at (?<time>\S*)\n(?<event>.*)

c {"c":1} step 1 at 0ms
start
c {"c":2} step 1 at 0ms
send prepare to p1, p2
p1 {"c":2,"p1":1} step 2 at 5ms
receive prepare from c
p1 {"c":2,"p1":2} step 2 at 5ms
force prepared
p1 {"c":2,"p1":3} step 2 at 7ms
vote yes
p1 {"c":2,"p1":4} step 2 at 7ms
send yes to c
p2 {"c":2,"p2":1} step 3 at 5ms
receive prepare from c
p2 {"c":2,"p2":2} step 3 at 5ms
force prepared
p2 {"c":2,"p2":3} step 3 at 7ms
vote yes
p2 {"c":2,"p2":4} step 3 at 7ms
send yes to c
p1 {"c":2,"p1":5} step 4 at 10ms
pause p1
c {"c":3,"p1":4} step 5 at 12ms
receive yes from p1
)text";
  EXPECT_EQ("\n" + to_shiviz(samples::timed_blocking()).substr(0, expected.size() - 1), expected);
}

TEST(TraceShiviz, AStepWithoutTimeHasNone) {
  const std::string text = to_shiviz(samples::happy_commit());
  EXPECT_TRUE(text.starts_with(R"text((?<host>\S*) (?<clock>\{.*\}) step (?<step>\S*)\n(?<event>.*)

c {"c":1} step 1
start
)text"))
      << text;
}

TEST(TraceShiviz, EventsOfANodeConcernAllItsProcesses) {
  const std::vector<LogEvent> events = parse(to_shiviz(samples::shared_node()));
  std::vector<std::string> crashed;
  for (const LogEvent& event : events)
    if (event.fields.at("event").starts_with("crash")) crashed.push_back(event.host);
  EXPECT_EQ(crashed, (std::vector<std::string>{"c", "p1"}));
}

}  // namespace
}  // namespace concordat::trace
