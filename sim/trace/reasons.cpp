#include "sim/trace/reasons.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "sim/trace/style.hpp"

namespace concordat::trace {

namespace {

// The longer ones first, where one begins like another.
constexpr auto clauses = std::to_array<Sentence>({
    {"the client was told {0} in step {1}, but {2} decided {3} in step {4}",
     "客户端在第{1}步得到答复“{0}”，但{2}在第{4}步决定{3}"},
    {"{0} decided {1} in step {2}, but {3} decided {4} in step {5}",
     "{0}在第{2}步决定{1}，但{3}在第{5}步决定{4}"},
    {"{0} decided {1} in step {2}, but {3} voted no", "{0}在第{2}步决定{1}，但{3}投了反对票"},
    {"{0} decided {1} in step {2}, but {3} has not voted", "{0}在第{2}步决定{1}，但{3}还没有投票"},
    {"{0} decided {1} in step {2}, though nobody voted no and nothing failed",
     "{0}在第{2}步决定{1}，尽管没有人投反对票，也没有发生故障"},
    {"{0} decided {1} in step {2} and then {3} in step {4}",
     "{0}在第{2}步决定{1}，又在第{4}步决定{3}"},
    {"neither has crashed", "两者都没有崩溃过"},
    {"{0} is blocked and holds {1}", "{0}被阻塞，并占着{1}"},
    {"{0} is blocked", "{0}被阻塞"},
    {"`{0}` would free it, it decides in `{1}`", "`{0}` 能使它解除阻塞，它将在 `{1}` 时作出决定"},
    {"no repair in the model frees it", "模型中没有任何修复能使它解除阻塞"},
    {"what would free it was not found within the limit of the search",
     "在搜索的限制之内没有找到能使它解除阻塞的修复"},
    {"{0} held {1} in all at the start and {2} after step {3}, with every transaction over",
     "{0}的总额起初是{1}，第{3}步之后是{2}，这时所有事务都已结束"},
    {"{0} held {1} in all at the start and {2} after step {3}",
     "{0}的总额起初是{1}，第{3}步之后是{2}"},
    {"as things stand, nothing changes that", "照现在的情形，再也不会改变"},
    {"more of {0} is sold than there was (over-sell)", "{0}卖出的比原有的还多（超卖）"},
    {"what {0} did to {1} is gone (lost update)", "{0}对{1}的修改不见了（丢失更新）"},
    {"{0} has used a change of {1}, which {2} has undone (dirty read), and commits all the same, "
     "after step {3}",
     "{0}用了{1}的修改，而{2}已撤销它（脏读），却仍然提交，这是第{3}步之后的情形"},
    {"{0} has used a change of {1}, which {2} has undone (dirty write), and commits all the same, "
     "after step {3}",
     "{0}用了{1}的修改，而{2}已撤销它（脏写），却仍然提交，这是第{3}步之后的情形"},
    {"{0} has used a change of {1}, which {2} has undone, and commits all the same, after step {3}",
     "{0}用了{1}的修改，而{2}已撤销它，却仍然提交，这是第{3}步之后的情形"},
});

/// What a process has made of its work, behind "has".
constexpr auto effects = std::to_array<Sentence>({
    {"changed nothing", "什么也没有改变"},
    {"reserved", "做了预留"},
    {"reserved after it was cancelled", "在取消之后才做了预留"},
    {"done its work after it was cancelled", "在取消之后才完成了业务"},
    {"released what it had not reserved", "释放了没有预留过的东西"},
    {"released what it had reserved", "释放了预留的东西"},
    {"used up what it had reserved", "消耗了预留的东西"},
    {"done its work", "完成了业务"},
    {"undone what it had not done", "撤销了没有做过的业务"},
    {"undone its work", "撤销了业务"},
    {"changed something else", "改变了别的东西"},
});

/// What the field calls it, behind the rest.
constexpr auto anomalies = std::to_array<Sentence>({
    {" (null compensation)", "（空补偿）"},
    {" (suspension)", "（悬挂）"},
    {" (ghost message)", "（幽灵消息）"},
});

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> out;
  for (std::size_t at = text.find(separator); at != text.npos; at = text.find(separator)) {
    out.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  out.push_back(text);
  return out;
}

/// A name, "t2 p1", a figure, or several of them.
bool is_value(std::string_view text) {
  return !text.empty() && std::ranges::all_of(split(text, ", "), [](std::string_view one) {
    const bool has_tx = one.size() > 1 && one[0] == 't' && one[1] >= '0' && one[1] <= '9';
    if (has_tx) one.remove_prefix(one.find(' ') == one.npos ? 0 : one.find(' ') + 1);
    return !one.empty() && one.find(' ') == one.npos;
  });
}

/// Between ticks stands an event, of any words.
bool fits(std::string_view value, std::string_view before) {
  return before.ends_with('`') ? value.find("; ") == value.npos : is_value(value);
}

/// What stands for {0}, {1}..., which come in this order in the English pattern.
std::optional<std::vector<std::string_view>> match(std::string_view pattern,
                                                   std::string_view text) {
  std::vector<std::string_view> values;
  while (true) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    const std::string_view before = pattern.substr(0, open);
    if (!text.starts_with(before)) return std::nullopt;
    text.remove_prefix(open);
    if (open == pattern.size()) {
      if (!text.empty()) return std::nullopt;
      return values;
    }
    pattern.remove_prefix(open + 3);  // {0}
    const std::string_view behind = pattern.substr(0, pattern.find('{'));
    const std::size_t end = behind.empty() ? text.size() : text.find(behind);
    if (end == text.npos || !fits(text.substr(0, end), before)) return std::nullopt;
    values.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::optional<std::string> known_clause(std::string_view text, const Words& words) {
  for (const Sentence& clause : clauses) {
    const auto values = match(clause.english, text);
    if (!values) continue;
    std::vector<std::string> said;
    for (const std::string_view value : *values)
      said.push_back(value == "commit" || value == "abort" ? words.term(value)
                                                           : std::string(value));
    return words.fill(clause.chinese, {said.begin(), said.end()});
  }
  return std::nullopt;
}

/// "reserved", "done its work twice (ghost message)".
std::optional<std::string> effect(std::string_view text) {
  std::string name;
  for (const Sentence& anomaly : anomalies)
    if (text.ends_with(anomaly.english)) {
      name = anomaly.chinese;
      text.remove_suffix(anomaly.english.size());
    }
  std::string times;
  for (const Sentence& often : {Sentence{" twice", "两次"}, {" three times or more", "三次以上"}})
    if (text.ends_with(often.english)) {
      times = "，共" + std::string(often.chinese);
      text.remove_suffix(often.english.size());
    }
  const auto known = std::ranges::find(effects, text, &Sentence::english);
  if (known == effects.end()) return std::nullopt;
  return std::string(known->chinese) + times + name;
}

/// "p1 has done its work, p2 has reserved after step 7".
std::optional<std::string> what_was_done(std::string_view text, const Words& words) {
  constexpr std::string_view after = " after step ";
  constexpr std::string_view has = " has ";
  const std::size_t end = text.rfind(after);
  if (end == text.npos) return std::nullopt;
  std::string out = words.fill("第{0}步之后，", {std::string(text.substr(end + after.size()))});
  bool begins = true;
  for (const std::string_view part : split(text.substr(0, end), ", ")) {
    const std::size_t at = part.find(has);
    const auto done = effect(at == part.npos ? part : part.substr(at + has.size()));
    if (!done) return std::nullopt;
    if (!begins) out += "，";
    begins = false;
    out += at == part.npos ? *done : words.fill("{0}{1}", {std::string(part.substr(0, at)), *done});
  }
  return out;
}

std::optional<std::string> known(std::string_view text, const Words& words) {
  if (auto clause = known_clause(text, words)) return clause;
  if (auto done = what_was_done(text, words)) return done;
  const std::size_t in = text.rfind(" in t");  // of several transactions
  if (in == text.npos) return std::nullopt;
  auto clause = known_clause(text.substr(0, in), words);
  if (clause) *clause += words(Phrase::in_transaction, text.substr(in + 5));
  return clause;
}

}  // namespace

std::span<const Sentence> all_clauses() {
  return clauses;
}

std::string reason(std::string_view sentence, Language language) {
  if (language == Language::english) return std::string(sentence);
  const Words words(language);
  std::string out;
  for (const std::string_view clause : split(sentence, "; ")) {
    const auto said = known(clause, words);
    if (!said) return "“" + std::string(sentence) + "”";
    out += (out.empty() ? "" : words(Phrase::semicolon)) + *said;
  }
  return out;
}

}  // namespace concordat::trace
