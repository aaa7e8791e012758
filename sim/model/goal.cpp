#include "sim/model/goal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "sim/model/property.hpp"

namespace concordat {

namespace {

constexpr std::array<std::pair<std::string_view, Condition>, 5> endings{
    std::pair{std::string_view{"commits"}, Condition::commits},
    {"aborts", Condition::aborts},
    {"in doubt", Condition::in_doubt},
    {"blocks", Condition::blocks},
    {"down", Condition::down}};

constexpr std::string_view usual_hint =
    "write `p1 commits`, `p1 aborts`, `p1 in doubt`, `p1 blocks` or `p1 down`, and join several "
    "with `and`";

Error goal_error(std::string what, std::string hint = std::string(usual_hint)) {
  return Error{"", {}, std::move(what), std::move(hint)};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return words;
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

/// `t2` -> 2. RETURNS: 0 for any other word.
int transaction(std::string_view word) {
  int tx = 0;
  if (word.size() < 2 || word[0] != 't') return 0;
  const char* end = word.data() + word.size();
  const auto read = std::from_chars(word.data() + 1, end, tx);
  return read.ec == std::errc{} && read.ptr == end && tx > 0 ? tx : 0;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words)
    out += (out.empty() ? "" : " ") + std::string(word);
  return out;
}

Error unknown_name(std::string_view name,
                   const std::string& thing,
                   std::vector<std::string> known) {
  known.emplace_back("anybody");
  const std::string near = nearest(std::string(name), known);
  std::string all;
  for (const std::string& each : known)
    all += (all.empty() ? "one of: " : ", ") + each;
  return goal_error("there is no " + thing + " `" + std::string(name) + "`",
                    near.empty() ? all : "did you mean `" + near + "`?");
}

/// Reads `t2 p1 commits`; `words` are changed.
Result<GoalTerm> parse_term(const Setup& setup, std::vector<std::string_view> words) {
  const std::string text = joined(words);
  GoalTerm term;
  const auto expand = [&words](std::string_view brief, std::string_view ending) {
    if (words.empty() || words.back() != brief) return;
    words.back() = "anybody";
    words.push_back(ending);
  };
  expand("commit", "commits");
  expand("abort", "aborts");
  const auto ending = std::find_if(endings.begin(), endings.end(), [&](const auto& each) {
    const std::string all = joined(words);
    return all == each.first || all.ends_with(" " + std::string(each.first));
  });
  if (ending == endings.end()) return goal_error("`" + text + "` is no condition");
  term.condition = ending->second;
  words.resize(words.size() - words_of(ending->first).size());
  if (!words.empty() && !setup.find_node(words[0])) term.tx = transaction(words[0]);
  if (term.tx > 0) words.erase(words.begin());
  if (words.size() != 1) return goal_error("`" + text + "` does not name one process");
  if (term.tx > setup.transactions)
    return goal_error("there is no transaction t" + std::to_string(term.tx),
                      setup.transactions == 1
                          ? "there is one: leave `t" + std::to_string(term.tx) + "` out"
                          : "there are " + std::to_string(setup.transactions));
  const std::string_view name = words[0];
  const bool anybody = name == "anybody";
  if (term.condition == Condition::down) {
    if (term.tx > 0)
      return goal_error("`" + text + "`: a node is down in all transactions", "leave out `t`");
    if (anybody) return term;
    const auto node = setup.find_node(name);
    if (!node) return unknown_name(name, "node", setup.nodes);
    term.node = *node;
    return term;
  }
  if (anybody) return term;
  const auto process = setup.find_process(name);
  if (!process) return unknown_name(name, "process", setup.process_names);
  term.process = *process;
  if (setup.transactions == 1) term.tx = 1;
  if (term.tx == 0)
    return goal_error("`" + text + "`: in which transaction?", "write `t1 " + text + "`");
  return term;
}

}  // namespace

Result<Goal> parse_goal(const Setup& setup, std::string_view text) {
  Goal goal{std::string(text), {}};
  std::vector<std::string_view> words = words_of(text);
  words.emplace_back("and");  // ends the last term
  std::vector<std::string_view> term_words;
  for (const std::string_view word : words) {
    if (word != "and") {
      term_words.push_back(word);
      continue;
    }
    if (term_words.empty()) return goal_error("`" + goal.text + "` lacks a condition");
    const auto term = parse_term(setup, std::exchange(term_words, {}));
    if (!term) return term.error();
    goal.terms.push_back(*term);
  }
  return goal;
}

bool is_met(const GoalTerm& term, const Model& model, int node, const LocalState& local) {
  if (term.condition == Condition::down) return !local.up && (term.node < 0 || term.node == node);
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (term.tx > 0 && slots[i].tx != term.tx) continue;
    if (!term.process.none() && slots[i].process != term.process) continue;
    const History& history = local.slots[i].history;
    if (term.condition == Condition::commits && history.committed) return true;
    if (term.condition == Condition::aborts && history.aborted) return true;
    if (term.condition == Condition::in_doubt && history.vote == Vote::yes && !history.decided())
      return true;
  }
  return false;
}

bool is_met(const Goal& goal, const Model& model, const World& world) {
  return std::all_of(goal.terms.begin(), goal.terms.end(), [&](const GoalTerm& term) {
    if (term.condition == Condition::blocks) return true;
    for (int node = 0; node < model.setup().node_count(); ++node)
      if (is_met(term, model, node, world.nodes[static_cast<std::size_t>(node)])) return true;
    return false;
  });
}

std::vector<GoalTerm> conditions_of(const std::vector<Goal>& goals) {
  std::vector<GoalTerm> out;
  for (const Goal& goal : goals)
    for (const GoalTerm& term : goal.terms)
      if (term.condition != Condition::blocks &&
          std::find(out.begin(), out.end(), term) == out.end())
        out.push_back(term);
  return out;
}

std::uint64_t conditions_of(const Goal& goal, const std::vector<GoalTerm>& conditions) {
  std::uint64_t mask = 0;
  for (const GoalTerm& term : goal.terms) {
    const auto found = std::find(conditions.begin(), conditions.end(), term);
    if (found != conditions.end())
      mask |= std::uint64_t{1} << static_cast<unsigned>(found - conditions.begin());
  }
  return mask;
}

std::vector<std::uint64_t> blocked_of(const Goal& goal, const Model& model) {
  const std::vector<Slot> slots = all_slots(model);
  std::vector<std::uint64_t> out;
  for (const GoalTerm& term : goal.terms) {
    if (term.condition != Condition::blocks) continue;
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < slots.size(); ++i)
      if ((term.tx == 0 || slots[i].tx == term.tx) &&
          (term.process.none() || slots[i].process == term.process))
        mask |= std::uint64_t{1} << i;
    out.push_back(mask);
  }
  return out;
}

}  // namespace concordat
