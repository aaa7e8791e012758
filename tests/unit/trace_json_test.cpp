// Goal: JSON in and out loses nothing, refuses what it does not know, and survives anything.
// Method: seeded random traces there and back; one wrong file per kind of error, judged by the
// whole message; 10,000 damaged files that must give a trace or an error.
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <sstream>

#include "sim/trace/explain.hpp"
#include "sim/trace/json.hpp"
#include "sim/trace/json_tree.hpp"
#include "sim/trace/text.hpp"
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace {
namespace {

using namespace std::string_view_literals;

std::string error_of(const std::string& text) {
  const Result<Trace> trace = from_json(text, "t.json");
  return trace.ok() ? "no error" : trace.error().text();
}

/// A small valid file; the tests damage one part of it.
std::string small(const std::string& steps) {
  return R"({"format": "concordat-trace/1", "scenario": "s", "protocol": "p", "transactions": 1,
"nodes": [], "processes": [],
"steps": [)" +
         steps +
         R"(],
"counts": {"messages": 0, "local_messages": 0, "forces": 0, "records": 0}})";
}

TEST(TraceJson, RandomTracesSurviveThereAndBack) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const Trace trace = samples::random_trace(seed);
    const std::string text = to_json(trace);
    const Result<Trace> back = from_json(text, "t.json");
    ASSERT_TRUE(back.ok()) << "seed " << seed << ": " << back.error().text();
    ASSERT_EQ(*back, trace) << "seed " << seed;
    ASSERT_EQ(to_json(*back), text) << "seed " << seed;
  }
}

TEST(TraceJson, IsLaidOutForPeople) {
  samples::TraceBuilder t("tiny", 1);
  t.start().send("m", {"p1"}).effect(EffectKind::arm, "vote");
  t.trace().steps[0].effects[0].from.clear();  // keeps the line below short
  t.partition({{"c"}, {"p1"}});
  const std::string expected = R"text({
 "format": "concordat-trace/1",
 "scenario": "tiny",
 "protocol": "two_phase_commit",
 "options": {"presume": "nothing", "termination": "none"},
 "rules": {"timing": "asynchronous", "delivery": "unordered", "copies": "2"},
 "transactions": 1,
 "nodes": ["c", "p1"],
 "processes": [
  {"name": "c", "role": "coordinator", "node": "c", "decides": true},
  {"name": "p1", "role": "participant", "node": "p1", "votes": true, "decides": true}
 ],
 "steps": [
  {"index": 1, "kind": "start", "event": "start c", "tx": 1, "process": "c", "node": "c",
   "effects": [
    {"kind": "send", "tx": 1, "process": "c", "message": "m", "to": ["p1"], "ids": [1]},
    {"kind": "arm", "tx": 1, "process": "c", "text": "vote"}
   ]},
  {"index": 2, "kind": "partition", "event": "partition {c}|{p1}", "groups": [["c"], ["p1"]]}
 ],
 "in_flight": ["m(c->p1)"],
 "counts": {"messages": 1, "local_messages": 0, "forces": 0, "records": 0}
}
)text";
  EXPECT_EQ(to_json(t.done()), expected);
}

TEST(TraceJson, TheOperatorKindHasItsShortName) {
  samples::TraceBuilder t("tiny", 1);
  t.network(EventKind::operator_, "operator p1 abort");
  const std::string text = to_json(t.done());
  EXPECT_NE(text.find(R"("kind": "operator",)"), std::string::npos);
  EXPECT_EQ(from_json(text, "")->steps[0].kind, EventKind::operator_);
}

TEST(TraceJson, ATimedRunHasItsTimes) {
  samples::TraceBuilder t("tiny", 1);
  t.trace().options.clear();
  t.trace().rules.clear();
  t.tx(0).start().at(12'000).force("abort").later(14'500);
  t.effect(EffectKind::decide, "abort");
  Timed& timed = t.trace().timed.emplace();
  timed.seed = std::numeric_limits<std::uint64_t>::max();
  timed.end_us = 14'500;
  timed.ended = "quiet";
  timed.fingerprint = "a7";
  timed.transactions = {{1, 0, std::nullopt, 14'500}};
  timed.intervals = {{"down", 0, "p1", 10, std::nullopt, ""}, {"cut", 0, "", 0, 5, "{c} -> {p1}"}};
  const std::string expected = R"text({
 "format": "concordat-trace/1",
 "scenario": "tiny",
 "protocol": "two_phase_commit",
 "transactions": 1,
 "nodes": ["c", "p1"],
 "processes": [
  {"name": "c", "role": "coordinator", "node": "c", "decides": true},
  {"name": "p1", "role": "participant", "node": "p1", "votes": true, "decides": true}
 ],
 "steps": [
  {"index": 1, "time_us": 12000, "kind": "start", "event": "start c", "process": "c", "node": "c",
   "effects": [
    {"kind": "force", "process": "c", "text": "abort"},
    {"kind": "decide", "time_us": 14500, "process": "c", "text": "abort"}
   ]}
 ],
 "counts": {"messages": 0, "local_messages": 0, "forces": 1, "records": 1},
 "timed": {"seed": 18446744073709551615, "end_us": 14500, "ended": "quiet", "fingerprint": "a7",
  "transactions": [
   {"tx": 1, "started_us": 0, "decided_us": 14500}
  ],
  "intervals": [
   {"kind": "down", "who": "p1", "from_us": 10},
   {"kind": "cut", "from_us": 0, "to_us": 5, "text": "{c} -> {p1}"}
  ]}
}
)text";
  const Trace trace = t.done();
  EXPECT_EQ(to_json(trace), expected);
  EXPECT_EQ(*from_json(expected, ""), trace);
}

TEST(TraceJson, OnlyASeedMayNeedAll64Bits) {
  const std::string valid = small("");
  const auto with = [&](const std::string& timed) {
    return valid.substr(0, valid.rfind('}')) + ",\n\"timed\": {" + timed + "}}";
  };
  const std::string rest = R"("ended": "quiet", "fingerprint": "")";
  EXPECT_EQ(error_of(with(R"("seed": 18446744073709551615, "end_us": 0, )" + rest)), "no error");
  EXPECT_EQ(error_of(with(R"("seed": -1, "end_us": 0, )" + rest)),
            "t.json:5:19: error: timed.seed: the number is negative");
  EXPECT_EQ(error_of(with(R"("seed": 18446744073709551616, "end_us": 0, )" + rest)),
            "t.json:5:19: error: a number needs more than 64 bits\n"
            "  hint: is this a trace, and is it whole?");
  EXPECT_EQ(error_of(with(R"("seed": 0, "end_us": 9223372036854775808, )" + rest)),
            "t.json:5:32: error: timed.end_us: the number is above 9223372036854775807");
  EXPECT_EQ(error_of(with(R"("seed": 0, "end_us": 0, "intervals": 9223372036854775808, )" + rest)),
            "t.json:5:48: error: timed.intervals: expected a list, found a large whole number");
  EXPECT_EQ(error_of(with(R"("seed": 0, "end_us": 0, "ended": "bored", "fingerprint": "")")),
            "t.json:5:44: error: timed.ended: 'bored' is not one of: quiet, retries, decided, "
            "limit");
  EXPECT_EQ(error_of(with(R"("seed": 0, "end_us": 0, "intervals": [{"kind": "down"}], )" + rest)),
            "t.json:5:49: error: timed.intervals[0]: the key 'from_us' is missing");
}

TEST(TraceJson, BytesThatAreNotUtf8BecomeTheReplacementSign) {
  Trace trace;
  trace.scenario = "a\xff\xc3(";
  EXPECT_EQ(from_json(to_json(trace), "")->scenario, "a\xef\xbf\xbd\xef\xbf\xbd(");
}

TEST(TraceJson, ErrorsNameThePlaceAndTheFix) {
  ASSERT_EQ(error_of(small("")), "no error");
  EXPECT_EQ(error_of(small(R"({"index": 1, "kind": "start", "evnt": "x", "event": "x"})")),
            "t.json:3:49: error: steps[0]: unknown key 'evnt'\n  hint: did you mean 'event'?");
  EXPECT_EQ(error_of(small(R"({"index": 1, "kind": "start", "event": "x",
"effects": [{"kind": "send", "tx": "1"}]})")),
            "t.json:4:36: error: steps[0].effects[0].tx: expected a whole number, found a text");
  EXPECT_EQ(error_of(small(R"({"index": 1, "kind": "strat", "event": "x"})")),
            "t.json:3:32: error: steps[0].kind: 'strat' is not a kind\n"
            "  hint: did you mean 'start'?");
  EXPECT_EQ(error_of(small(R"({"index": 1.5, "kind": "start", "event": "x"})")),
            "t.json:3:21: error: steps[0].index: expected a whole number, found a fraction");
  EXPECT_EQ(error_of(small(R"({"index": 3000000000, "kind": "start", "event": "x"})")),
            "t.json:3:21: error: steps[0].index: the number does not fit in 32 bits");
  EXPECT_EQ(error_of(small(R"({"index": 1, "kind": "start"})")),
            "t.json:3:11: error: steps[0]: the key 'event' is missing");
  EXPECT_EQ(error_of(small(R"({"index": 1, "kind": "start", "event": "x",
"properties": [{"code": "UA", "name": "n", "status": "maybe"}]})")),
            "t.json:4:54: error: steps[0].properties[0].status: 'maybe' is not one of: ok, "
            "violated, not_reached");
}

TEST(TraceJson, AnotherVersionIsSaidFirst) {
  EXPECT_EQ(error_of(R"({"format": "concordat-trace/2", "surprise": 1})"),
            "t.json:1:12: error: format: expected 'concordat-trace/1', found 'concordat-trace/2'\n"
            "  hint: this program reads traces of version 1 only");
  EXPECT_EQ(error_of("[]"),
            "t.json:1:1: error: the document: the key 'format' is missing\n"
            "  hint: a trace begins with \"format\": \"concordat-trace/1\"");
}

TEST(TraceJson, SyntaxErrorsHaveLineAndColumn) {
  const std::string error = error_of("{\n  \"format\": oops\n}");
  EXPECT_TRUE(error.starts_with("t.json:2:13: error: not valid JSON: ")) << error;
  EXPECT_NE(error_of("").find("the file is empty"), std::string::npos);
  EXPECT_NE(error_of(R"({"a": 1, "a": 2})").find("the key 'a' is there twice"), std::string::npos);
  EXPECT_NE(error_of("{} {}").find("not valid JSON"), std::string::npos);
}

TEST(TraceJson, HostileFilesCostAnErrorOnly) {
  const std::string deep(1'000'000, '[');
  EXPECT_NE(error_of(deep).find("nests too deeply"), std::string::npos);
  std::string deep_objects;
  for (int i = 0; i < 100'000; ++i)
    deep_objects += "{\"a\":";
  EXPECT_NE(error_of(deep_objects).find("nests too deeply"), std::string::npos);
  EXPECT_NE(error_of("[99999999999999999999]").find("64 bits"), std::string::npos);
  EXPECT_NE(error_of("[1e999]").find("not valid JSON"), std::string::npos);
  EXPECT_NE(error_of("[\"\xff\"]").find("not valid JSON"), std::string::npos);
  std::string many_keys = "{";
  for (int i = 0; i < 50'000; ++i)
    many_keys += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_NE(error_of(many_keys + "\"k7\":0}").find("the key 'k7' is there twice"),
            std::string::npos);
}

TEST(TraceJson, DamagedFilesNeverCrash) {
  const std::vector<std::string> bases = {to_json(samples::coordinator_crash()),
                                          to_json(samples::two_transactions()),
                                          to_json(samples::timed_blocking()),
                                          to_json(samples::random_trace(7))};
  constexpr std::string_view pieces = "{}[]\",:0-9eE.\\u\nntf \x00\xff\x80"sv;
  std::mt19937_64 dice(20240601);
  int accepted = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::string text = bases[dice() % bases.size()];
    for (std::uint64_t edits = 1 + dice() % 4; edits > 0 && !text.empty(); --edits) {
      const std::size_t at = dice() % text.size();
      const std::size_t length = 1 + dice() % 20;
      switch (dice() % 4) {
        case 0: text[at] = pieces[dice() % pieces.size()]; break;
        case 1: text.erase(at, length); break;
        case 2: text.insert(at, text.substr(dice() % text.size(), length)); break;
        default: text.resize(at + 1); break;
      }
    }
    const Result<Trace> trace = from_json(text, "t.json");
    if (!trace.ok()) {
      ASSERT_FALSE(trace.error().what.empty());
      continue;
    }
    ++accepted;
    ASSERT_EQ(*from_json(to_json(*trace), "t.json"), *trace) << "round " << round;
    if (round % 10 == 0) {
      ASSERT_FALSE(render(*trace).empty());
      ASSERT_FALSE(explain(*trace).empty());
    }
  }
  EXPECT_GT(accepted, 100);  // the damage is small enough to reach the deeper checks
}

std::string data_file(const std::string& name) {
  std::ifstream file(CONCORDAT_SOURCE_DIR "/tests/data/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(TraceJson, TheSampleFileIsWhatTheSampleIs) {
  const std::string text = data_file("sample.trace.json");
  const Result<Trace> trace = from_json(text, "sample.trace.json");
  ASSERT_TRUE(trace.ok()) << trace.error().text();
  EXPECT_EQ(to_json(*trace), text);
}

TEST(TraceJson, TheTimedSampleFileIsWhatTheStoryIs) {
  EXPECT_EQ(data_file("timed.trace.json"), to_json(samples::timed_blocking()));
}

}  // namespace
}  // namespace concordat::trace
