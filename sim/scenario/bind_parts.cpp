#include "sim/scenario/bind_parts.hpp"

#include <algorithm>

namespace concordat::scenario {

std::string list(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(text) + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, ""));
    }
  }
  return words;
}

void Names::fail(Position at, std::string what, std::string hint) {
  if (!error_) error_ = Error{file_, at, std::move(what), std::move(hint)};
}

void Names::unknown(const Text& word,
                    const std::string& thing,
                    const std::vector<std::string>& known) {
  const std::string near = nearest(word.value, known);
  fail(word.at,
       "there is no " + thing + " `" + word.value + "`",
       !near.empty()   ? "did you mean `" + near + "`?"
       : known.empty() ? "there is none here"
                       : "one of: " + list(known));
}

std::optional<ProcessId> Names::process(const Text& name) {
  const auto found = setup_.find_process(name.value);
  if (!found) unknown(name, "process", setup_.process_names);
  return found;
}

std::optional<int> Names::node(const Text& name) {
  const auto found = setup_.find_node(name.value);
  if (!found) unknown(name, "node", setup_.nodes);
  return found;
}

std::optional<std::size_t> Names::index(const Text& word,
                                        const std::string& thing,
                                        const std::vector<std::string>& known) {
  const auto found = std::find(known.begin(), known.end(), word.value);
  if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
  unknown(word, thing, known);
  return std::nullopt;
}

}  // namespace concordat::scenario
