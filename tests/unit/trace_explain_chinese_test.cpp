// Goal: a tale in Chinese says the same as the English one, in whole Chinese sentences. Method: the
// table row by row; a whole tale, to be read aloud; in the tales of hand-made runs, only what the
// trace itself names is in Latin letters; lines break where Chinese ones may.
//
// After a deliberate change of the wording, read the new tale and paste it here.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <set>
#include <string>

#include "sim/trace/explain.hpp"
#include "sim/trace/reasons.hpp"
#include "sim/trace/sentences.hpp"
#include "sim/trace/style.hpp"
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace {
namespace {

std::multiset<std::string> placeholders(std::string_view text) {
  static const std::regex one(R"(\{\d\})");
  const std::string all(text);
  std::multiset<std::string> found;
  for (std::sregex_iterator at(all.begin(), all.end(), one), end; at != end; ++at)
    found.insert(at->str());
  return found;
}

bool has_letters(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

TEST(ChineseSentences, HaveThePlaceholdersOfTheEnglishOnes) {
  for (const Sentence& sentence : all_sentences()) {
    EXPECT_EQ(placeholders(sentence.chinese), placeholders(sentence.english)) << sentence.english;
    EXPECT_EQ(sentence.chinese.empty(), sentence.english == " ") << sentence.english;
    EXPECT_FALSE(has_letters(sentence.chinese)) << sentence.chinese;
    EXPECT_EQ(sentence.chinese.ends_with("。"), sentence.english.ends_with("."))
        << sentence.english;
  }
}

TEST(ChineseReasons, HaveThePlaceholdersOfTheEnglishOnes) {
  for (const Sentence& clause : all_clauses()) {
    EXPECT_EQ(placeholders(clause.chinese), placeholders(clause.english)) << clause.english;
    EXPECT_FALSE(has_letters(clause.chinese)) << clause.chinese;
  }
}

TEST(ChineseReasons, AreTheEnginesOwn) {
  const auto chinese = [](std::string_view text) { return reason(text, Language::chinese); };
  EXPECT_EQ(chinese("c decided abort in step 9, but p1 decided commit in step 11; neither has "
                    "crashed"),
            "c 在第 9 步决定中止，但 p1 在第 11 步决定提交；两者都没有崩溃过");
  EXPECT_EQ(chinese("p1 decided commit in step 3, but p2 has not voted in t2"),
            "p1 在第 3 步决定提交，但 p2 还没有投票（事务 2）");
  EXPECT_EQ(
      chinese("p2 is blocked and holds a.1, a.2; `recover c` would free it, it decides in "
              "`deliver commit(c->p2)`"),
      "p2 被阻塞，并占着 a.1, a.2；`recover c` 能使它解除阻塞，它将在 `deliver commit(c->p2)` "
      "时作出决定");
  EXPECT_EQ(chinese("t1 s1 has done its work twice, t2 s2 has reserved, changed something else "
                    "after step 11; as things stand, nothing changes that"),
            "第 11 步之后，t1 s1 完成了业务，共两次，t2 s2 做了预留，改变了别的东西；"
            "照现在的情形，再也不会改变");
  EXPECT_EQ(chinese("r1 has released what it had not reserved twice (null compensation), r2 has "
                    "reserved after it was cancelled (suspension) after step 9; what t2 s1 did to "
                    "a.b is gone (lost update)"),
            "第 9 步之后，r1 释放了没有预留过的东西，共两次（空补偿），r2 在取消之后才做了预留"
            "（悬挂）；t2 s1 对 a.b 的修改不见了（丢失更新）");
  EXPECT_EQ(chinese("t2 s1 has used a change of t1, which t1 has undone (dirty read), and commits "
                    "all the same, after step 12"),
            "t2 s1 用了 t1 的修改，而 t1 已撤销它（脏读），却仍然提交，这是第 12 步之后的情形");
  EXPECT_EQ(chinese("t1 o is blocked; no repair in the model frees it"),
            "t1 o 被阻塞；模型中没有任何修复能使它解除阻塞");
  EXPECT_EQ(chinese("nobody knows why"), "“nobody knows why”");
  EXPECT_EQ(reason("nobody knows why", Language::english), "nobody knows why");
}

TEST(ChineseSentences, HaveOneWordForEachTerm) {
  std::set<std::string_view> seen;
  for (const Sentence& term : all_terms()) {
    EXPECT_TRUE(seen.insert(term.english).second) << term.english;
    EXPECT_FALSE(term.chinese.empty()) << term.english;
  }
  EXPECT_EQ(Words(Language::chinese).term("coordinator"), "协调者");
  EXPECT_EQ(Words(Language::chinese).term("nobody knows it"), "nobody knows it");
  EXPECT_EQ(Words(Language::english).term("coordinator"), "coordinator");
}

TEST(ChineseSentences, HaveABlankBetweenChineseAndLatin) {
  const Words words(Language::chinese);
  EXPECT_EQ(words(Phrase::sends, "prepare", words.names({"p1", "p2", "p3"})),
            "向 p1、p2 和 p3 发送 prepare");
  EXPECT_EQ(words(Phrase::sends, "准备", "甲"), "向甲发送准备");
  EXPECT_EQ(words.count(2, "participant"), "2 个参与者");
  EXPECT_EQ(words.count(2, "tm"), "2 个 tm");
  EXPECT_EQ(Words(Language::english)(Phrase::sends, "准备", "甲"), "sends 准备 to 甲");
}

TEST(ChineseSentences, TakeValuesAsTheyAre) {
  EXPECT_EQ(Words(Language::english)(Phrase::sends, "{1}{", "{0}"), "sends {1}{ to {0}");
}

TEST(ChineseTale, CoordinatorCrashLeavesTwoBlocked) {
  const std::string expected = R"(
“the coordinator dies after telling only p1”是 two_phase_commit（presume =
nothing，termination = none）的一次运行，参加者有 1 个协调者（c）和 3 个参与者
（p1、p2 和 p3）。p1、p2 和 p3 参加投票；只有每个投票者都投赞成票，才能提交。

    1. c 启动，并向 p1、p2 和 p3 发送 prepare。
  2-4. p1、p2 和 p3 各自收到 c 发来的 prepare，把 `prepared` 连同数据和锁强制写
       入日志，投赞成票，并向 c 发送 yes。从此 p1、p2 和 p3 存疑：它们已投赞成
       票，不能独自作出决定。
  5-7. c 收到 p1、p2 和 p3 发来的 yes，把 `commit` 强制写入日志，决定提交，并向
       p1 发送 commit。这是第一个决定；从此谁也不得作出不同的决定。随后 c 刚向
       p1 发送 commit 就崩溃，还没来得及向 p2 和 p3 发送 commit。
    8. p1 收到 c 发来的 commit，把 `commit` 连同数据强制写入日志，决定提交（存疑
       结束），并向 c 发送 ack。
    9. p2 遇到 decision 超时，并向 c 发送 inquire。它存疑，所以只能询问，或者等
       待。非阻塞性（non_blocking）在此被违反：“p2 and p3 are up and undecided,
       and no event but a repair can let them decide”。

最后，c 和 p1 已决定提交。c 已宕机。p2 和 p3 被阻塞：它们已投赞成票，不能独自作
出决定；它们在等待“commit or abort from c”。在此期间，p2 占着 accounts.bob，p3
占着 stock.7，别人都不能使用。能使它们解除阻塞的是：“recover c”。仍在途中：
ack(p1->c) 和 inquire(p2->c)。

非阻塞性（non_blocking）被违反：“p2 and p3 are up and undecided, and no event
but a repair can let them decide”。统一一致性（uniform_agreement）和提交有效性
（commit_validity）在这次运行中成立。
)";
  EXPECT_EQ("\n" + explain(samples::coordinator_crash(), Language::chinese), expected);
}

/// Without what stands between quotes, and without the names of the trace, and of its rows.
std::string without_names(std::string tale, const Trace& trace) {
  std::set<std::string> names{trace.protocol};
  for (const Process& p : trace.processes)
    names.insert({p.name, p.node, p.role});
  for (const NameValue& option : trace.options)
    names.insert({option.name, option.value});
  for (const PropertyStatus& p : trace.properties)
    names.insert(p.name);
  for (const Final& f : trace.finals)
    names.insert(f.holds.begin(), f.holds.end());
  names.insert(trace.in_flight.begin(), trace.in_flight.end());
  for (const Step& step : trace.steps) {
    for (const Effect& effect : step.effects)
      names.insert({effect.message, effect.text, effect.value});
    for (std::string word; const char c : step.event + " ") {
      if (c != ' ')
        word += c;
      else
        names.insert(std::exchange(word, ""));
    }
  }
  static const std::regex apart("“[^”]*”|`[^`]*`|[0-9.]+ ?m?s|[a-z]+\\.[a-z0-9]+|\\n *");
  tale = std::regex_replace(tale, apart, "");
  std::vector<std::string> longest(names.begin(), names.end());
  std::ranges::sort(longest, std::greater(), &std::string::size);
  for (const std::string& name : longest)
    for (std::size_t at = 0; !name.empty() && (at = tale.find(name)) != std::string::npos;)
      tale.erase(at, name.size());
  return tale;
}

std::vector<Trace> sample_runs() {
  return {samples::happy_commit(),
          samples::one_no(),
          samples::coordinator_crash(),
          samples::crash_before_telling(),
          samples::partition_with_loss(),
          samples::duplicates(),
          samples::two_transactions(),
          samples::split_decision(),
          samples::shared_node(),
          samples::timed_blocking(),
          samples::timed_load()};
}

TEST(ChineseTale, IsChineseButForNames) {
  for (Trace trace : sample_runs()) {
    trace.story.clear();
    const std::string rest = without_names(explain(trace, Language::chinese), trace);
    EXPECT_FALSE(has_letters(rest)) << trace.scenario << ": " << rest;
  }
}

TEST(ChineseTale, HasAsManyStepsAsTheEnglishOne) {
  static const std::regex label(R"(\n +[0-9-]+\. )");
  const auto count = [](const std::string& tale) {
    return std::distance(std::sregex_iterator(tale.begin(), tale.end(), label), {});
  };
  for (const Trace& trace : sample_runs())
    EXPECT_EQ(count(explain(trace, Language::chinese)), count(explain(trace))) << trace.scenario;
}

TEST(ChineseTale, BreaksItsLinesWhereItMay) {
  for (const Trace& trace : sample_runs()) {
    const std::string tale = explain(trace, Language::chinese);
    for (std::size_t begin = 0; begin < tale.size();) {
      const std::size_t end = tale.find('\n', begin);
      const std::u32string line = decode(std::string_view(tale).substr(begin, end - begin));
      begin = end + 1;
      EXPECT_LE(column_count(encode(line)), 80) << encode(line);
      const std::size_t first = line.find_first_not_of(U' ');
      if (first == std::u32string::npos) continue;
      EXPECT_EQ(std::u32string_view(U"，。；：、）”").find(line[first]), std::u32string::npos)
          << encode(line);
      EXPECT_EQ(std::u32string_view(U"（“").find(line.back()), std::u32string::npos)
          << encode(line);
    }
  }
}

TEST(ChineseTale, OfAnyTraceCanBeTold) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const std::string tale = explain(samples::random_trace(seed), Language::chinese);
    EXPECT_TRUE(tale.ends_with("\n")) << seed;
  }
}

TEST(Wrap, KeepsLatinWordsWholeAmongChineseOnes) {
  EXPECT_THAT(wrap("向 p1 发送 prepare，再等待", 12),
              testing::ElementsAre("向 p1 发送", "prepare，再", "等待"));
  EXPECT_THAT(wrap("甲乙丙，丁", 6), testing::ElementsAre("甲乙", "丙，丁"));
  EXPECT_THAT(wrap("甲乙（丙）", 6), testing::ElementsAre("甲乙", "（丙）"));
}

}  // namespace
}  // namespace concordat::trace
