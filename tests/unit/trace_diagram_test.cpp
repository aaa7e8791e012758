// Goal: Mermaid and PlantUML accept what is exported, and it says what the trace says.
// Method: neither program is at hand, so checkers written from their grammars (diagram_checks.hpp)
// judge the export of every sample and of random, hostile traces; the checkers are shown broken
// texts first. Arrows, participants and doubt are compared with the trace; two whole texts are here
// to be read.
#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "sim/trace/export.hpp"
#include "tests/unit/diagram_checks.hpp"
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace {
namespace {

using checks::Checked;
using checks::DrawnArrow;

struct Language {
  std::string name;
  std::string (*write)(const Trace&);
  Checked (*check)(const std::string&);
};

const std::vector<Language>& languages() {
  static const std::vector<Language> all = {{"mermaid", to_mermaid, checks::check_mermaid},
                                            {"plantuml", to_plantuml, checks::check_plantuml}};
  return all;
}

std::string first_problem(const Checked& checked) {
  return checked.problems.empty() ? "" : checked.problems.front();
}

TEST(TraceDiagram, TheMermaidCheckerRefusesBrokenText) {
  const auto problem = [](const std::string& text) {
    return first_problem(checks::check_mermaid("sequenceDiagram\n  participant a as A\n" + text));
  };
  EXPECT_EQ(problem("  a->>a: x\n"), "");
  EXPECT_EQ(problem("  a->>b: x\n"), "line 3: participant b is not declared");
  EXPECT_EQ(problem("  a->>a: x; y\n"), "line 3: no statement:   a->>a: x; y");
  EXPECT_EQ(problem("  a->>a: x # y\n"), "line 3: no statement:   a->>a: x # y");
  EXPECT_EQ(problem("  a->>a: x %% y\n"), "line 3: no statement:   a->>a: x %% y");
  EXPECT_EQ(problem("  a->>a: x\nfree\n"), "line 4: no statement: free");
  EXPECT_EQ(problem("  deactivate a\n"), "line 3: a is deactivated, but not active");
  EXPECT_EQ(problem("  activate a\n"), "line 3: a stays active");
  EXPECT_EQ(problem("  rect rgb(1, 2, 3)\n"), "line 3: the block rect stays open");
  EXPECT_EQ(problem("  end\n"), "line 3: no statement:   end");
  EXPECT_EQ(problem("  participant end as x\n"), "line 3: end is a keyword");
  EXPECT_EQ(problem("  box transparent b\n  a->>a: x\n  end\n"),
            "line 4: no statement:   a->>a: x");
  EXPECT_EQ(first_problem(checks::check_mermaid("graph TD\n")),
            "line 1: the first line is no diagram type");
}

TEST(TraceDiagram, ThePlantumlCheckerRefusesBrokenText) {
  const auto problem = [](const std::string& text) {
    return first_problem(
        checks::check_plantuml("@startuml\nparticipant \"A\" as a\n" + text + "@enduml\n"));
  };
  EXPECT_EQ(problem("a -> a : x\n== y ==\n...5ms...\n"), "");
  EXPECT_EQ(problem("a -> b : x\n"), "line 3: participant b is not declared");
  EXPECT_EQ(problem("a -> a : x **bold**\n"), "line 3: no statement: a -> a : x **bold**");
  EXPECT_EQ(problem("a -> a : 50%n()\n"), "line 3: no statement: a -> a : 50%n()");
  EXPECT_EQ(problem("note over a\n! x\nend note\n"), "line 4: no statement: ! x");
  EXPECT_EQ(problem("note over a\nx\n"), "line 5: the block note stays open");
  EXPECT_EQ(problem("note over a\nx\nEnd  Note\ny\nend note\n"), "line 6: no statement: y");
  EXPECT_EQ(problem("end note\n"), "line 3: no statement: end note");
  EXPECT_EQ(problem("activate a\n"), "line 4: a stays active");
  EXPECT_EQ(problem("participant \"x\" as note\n"), "line 3: note is a keyword");
  EXPECT_EQ(first_problem(checks::check_plantuml("@startuml\n")),
            "line 0: the last line is not @enduml");
}

TEST(TraceDiagram, EverySampleIsWellFormed) {
  for (const Language& language : languages()) {
    for (const Trace& trace : samples::all()) {
      const std::string text = language.write(trace);
      EXPECT_EQ(first_problem(language.check(text)), "") << language.name << "\n" << text;
      EXPECT_TRUE(text.ends_with('\n'));
    }
  }
}

TEST(TraceDiagram, AnyTraceIsWellFormed) {
  for (const Language& language : languages()) {
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
      const std::string text = language.write(samples::random_trace(seed));
      ASSERT_EQ(first_problem(language.check(text)), "")
          << language.name << ", seed " << seed << "\n"
          << text;
      ASSERT_EQ(text.find('\x1b'), std::string::npos) << "seed " << seed;
    }
  }
}

TEST(TraceDiagram, AnyStoryIsWellFormed) {
  for (const Language& language : languages()) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      const std::string text = language.write(samples::random_story(seed));
      ASSERT_EQ(first_problem(language.check(text)), "") << language.name << ", seed " << seed;
    }
  }
}

TEST(TraceDiagram, DisguisedStoriesKeepTheirShape) {
  for (const Language& language : languages()) {
    for (const Trace& trace : samples::all()) {
      const Checked plain = language.check(language.write(trace));
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const std::string text = language.write(samples::disguised(trace, seed));
        const Checked checked = language.check(text);
        ASSERT_EQ(first_problem(checked), "") << language.name << ", seed " << seed << "\n" << text;
        ASSERT_EQ(checked.arrows.size(), plain.arrows.size());
        ASSERT_EQ(checked.ids.size(), plain.ids.size());
        ASSERT_EQ(checked.activations, plain.activations);
      }
    }
  }
}

/// The arrows that a trace asks for.
std::vector<DrawnArrow> arrows_of(const Trace& trace) {
  std::vector<DrawnArrow> out;
  for (const Step& step : trace.steps) {
    for (const Effect& effect : step.effects) {
      const bool lost = effect.kind == EffectKind::lost;
      if (!lost && effect.kind != EffectKind::receive) continue;
      for (const std::string& to : effect.to)
        out.push_back({effect.from, to, effect.message, lost, effect.local});
    }
  }
  return out;
}

TEST(TraceDiagram, EveryMessageIsOneArrow) {
  for (const Language& language : languages()) {
    for (const Trace& trace : samples::all()) {
      const std::vector<DrawnArrow> drawn = language.check(language.write(trace)).arrows;
      const std::vector<DrawnArrow> wanted = arrows_of(trace);
      ASSERT_EQ(drawn.size(), wanted.size()) << trace.scenario;
      for (std::size_t i = 0; i < drawn.size(); ++i) {
        EXPECT_EQ(drawn[i].from, wanted[i].from);
        EXPECT_EQ(drawn[i].to, wanted[i].to);
        EXPECT_EQ(drawn[i].lost, wanted[i].lost);
        EXPECT_EQ(drawn[i].local, wanted[i].local && !wanted[i].lost);
        EXPECT_NE(drawn[i].label.find(wanted[i].label), std::string::npos) << drawn[i].label;
        EXPECT_EQ(drawn[i].label.find("(lost)") != std::string::npos, wanted[i].lost);
      }
    }
  }
}

TEST(TraceDiagram, EveryDoubtIsOneActivation) {
  for (const Language& language : languages()) {
    EXPECT_EQ(language.check(language.write(samples::happy_commit())).activations, 2);
    EXPECT_EQ(language.check(language.write(samples::coordinator_crash())).activations, 3);
    EXPECT_EQ(language.check(language.write(samples::one_no())).activations, 1);
    EXPECT_EQ(language.check(language.write(samples::timed_load())).activations, 14);
  }
}

TEST(TraceDiagram, NotesSayWhatHappened) {
  for (const Language& language : languages()) {
    const Checked checked = language.check(language.write(samples::coordinator_crash()));
    const std::set<std::string> notes(checked.notes.begin(), checked.notes.end());
    for (const char* line : {"1. start",
                             "send prepare to p1, p2, p3",
                             "force prepared",
                             "vote yes",
                             "COMMIT",
                             "crash after send commit p1",
                             "not sent: commit to p2, p3",
                             "9. decision timeout",
                             "BLOCKED: waits for commit or abort from c",
                             "holds accounts.bob",
                             "freed by: recover c",
                             "End after 9 steps: 9 messages, 5 forced writes"})
      EXPECT_TRUE(notes.contains(line)) << language.name << ": " << line;
    const bool violation = std::ranges::any_of(checked.notes, [](const std::string& line) {
      return line.starts_with("non_blocking violated: p2 and p3 are up");
    });
    EXPECT_TRUE(violation) << language.name;
  }
}

TEST(TraceDiagram, TimesStandInTheTexts) {
  for (const Language& language : languages()) {
    const Checked checked = language.check(language.write(samples::timed_blocking()));
    EXPECT_EQ(checked.arrows[3].label, "6. yes, 12ms");
    EXPECT_EQ(checked.arrows[5].label, "9. ack (lost), 1.017s");
    const std::set<std::string> notes(checked.notes.begin(), checked.notes.end());
    for (const char* line : {"1. start, 0ms",
                             "+2ms COMMIT",
                             "4. pause p1, 10ms",
                             "12. partition {c} -> {p2}, 9s",
                             "client told after 14ms, last decision after 12.021s"})
      EXPECT_TRUE(notes.contains(line)) << language.name << ": " << line;
  }
}

TEST(TraceDiagram, ProcessesOfANodeStandInOneBox) {
  Trace trace = samples::shared_node();
  std::swap(trace.processes[1], trace.processes[2]);  // c and p1 are no longer neighbours
  for (const Language& language : languages()) {
    const Checked checked = language.check(language.write(trace));
    EXPECT_EQ(checked.boxes, 1);
    EXPECT_EQ(checked.ids, (std::vector<std::string>{"c", "p1", "p2"}));
  }
}

TEST(TraceDiagram, HostileNamesAndMessagesAreEscaped) {
  samples::TraceBuilder t("100% \"sure\"; #1 <b>&amp; $x$ // ** -- \\n 'end\nnote", 2);
  t.trace().processes[0].name = "end";
  t.trace().processes[1].name = "two words";
  t.trace().processes[2].name = "Note";
  const auto send = [&](const std::string& message) {
    Effect receive;
    receive.kind = EffectKind::receive;
    receive.message = message;
    receive.from = "end";
    receive.to = {"two words"};
    Effect force;
    force.kind = EffectKind::force;
    force.process = "Note";
    force.text = message;
    Step step;
    step.index = static_cast<int>(t.trace().steps.size()) + 1;
    step.kind = EventKind::deliver;
    step.effects = {receive, force};
    t.trace().steps.push_back(step);
  };
  send("commit; end");
  send("#x%%{init}");
  send("**bold** //x// __y__ [[u]] 'c' /' a '/");
  send("line\nbreak");
  for (const Language& language : languages()) {
    const std::string text = language.write(t.trace());
    const Checked checked = language.check(text);
    ASSERT_EQ(first_problem(checked), "") << text;
    EXPECT_EQ(checked.ids, (std::vector<std::string>{"process1", "process2", "process3"}));
    EXPECT_EQ(checked.labels[1], "two words (participant)");
    EXPECT_EQ(checked.arrows[0].label, "1. commit; end");
    EXPECT_EQ(checked.arrows[1].label, "2. #x%%{init}");
    EXPECT_EQ(checked.arrows[2].label, "3. **bold** //x// __y__ [[u]] 'c' /' a '/");
    EXPECT_EQ(checked.arrows[3].label, "4. line\uFFFDbreak");
  }
}

TEST(TraceDiagram, Mermaid) {
  const std::string expected = R"(
sequenceDiagram
  title the coordinator and p1 share a node
  box transparent node n1
    participant c as c (coordinator)
    participant p1 as p1 (participant)
  end
  participant p2 as p2 (participant)
  Note over c: 1. start<br/>send prepare to p1, p2
  c-->>p1: 2. prepare
  Note over p1: force prepared<br/>vote yes<br/>send yes to c
  activate p1
  c->>p2: 3. prepare
  Note over p2: force prepared<br/>vote yes<br/>send yes to c
  activate p2
  p1-->>c: 4. yes
  p2->>c: 5. yes
  Note over c: force commit<br/>COMMIT
  rect rgb(255, 228, 225)
  Note over c,p1: crash after force commit
  end
  rect rgb(255, 228, 225)
  Note over c: not sent: commit to p1, p2
  end
  Note over c,p1: 6. recover
  Note over c: send commit to p1<br/>send commit to p2
  c-->>p1: 7. commit
  Note over p1: force commit<br/>COMMIT<br/>send ack to c
  deactivate p1
  c->>p2: 8. commit
  Note over p2: force commit<br/>COMMIT<br/>send ack to c
  deactivate p2
  p1-->>c: 9. ack
  p2->>c: 10. ack
  Note over c: append end
  Note over c,p2: End after 10 steps: 4 messages, 5 forced writes, 4 messages within a<br/>node
)";
  EXPECT_EQ("\n" + to_mermaid(samples::shared_node()), expected);
}

TEST(TraceDiagram, Plantuml) {
  const std::string expected = R"text(
@startuml
title
c crashes with its decision
end title
participant "c (coordinator)" as c
participant "p1 (participant)" as p1
note over c
1. start, 0ms
send prepare to p1
end note
...5ms later, at 5ms...
c -> p1 : 2. prepare, 5ms
note over p1
force prepared
vote yes
send yes to c
end note
activate p1 #FFE9A8
...7ms later, at 12ms...
p1 -> c : 3. yes, 12ms
note over c
force commit
COMMIT
end note
note over c #FFD6D6
crash after force commit
not sent: commit to p1
end note
...75ms later, at 87ms...
note over p1
4. decision timeout, 87ms
send inquire to c
end note
...9.925s later, at 10.012s...
note over c
5. recover, log tail all, 10.012s
send commit to p1
end note
...5ms later, at 10.017s...
c -> p1 : 6. commit, 10.017s
note over p1
force commit
COMMIT
send ack to c
end note
deactivate p1
...7.5ms later, at 10.0245s...
p1 -> c : 7. ack, 10.0245s
note over c
append end
end note
note over c, p1
End after 7 steps: 5 messages, 3 forced writes
end note
@enduml
)text";
  EXPECT_EQ("\n" + to_plantuml(samples::crash_before_telling()), expected);
}

TEST(TraceDiagram, PlantumlDividesAtACut) {
  const std::string text = to_plantuml(samples::partition_with_loss());
  EXPECT_NE(text.find("\n== 5. partition {c, p1} | {p2} ==\np2 ->x c : yes (lost)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n== 8. heal ==\n"), std::string::npos);
}

}  // namespace
}  // namespace concordat::trace
