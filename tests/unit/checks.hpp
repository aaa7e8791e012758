// What the tests of checkers share: questions in one line, and answers that can be compared.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "sim/model/registry.hpp"
#include "tests/toy_checker/toy_checker.hpp"

namespace concordat {

/// How many random cases to try: half where each takes fifteen times as long.
constexpr int cases(int usual) {
#ifdef CONCORDAT_SANITIZED
  return usual / 2;
#else
  return usual;
#endif
}

/// A model of P with each process on a node of its own. `counts[role]` counts where the role leaves
/// it open.
template <class P>
std::unique_ptr<Model> model_of(const typename P::Config& config,
                                const std::vector<int>& counts,
                                bool open_choices = true) {
  Setup setup = make_setup({P::roles.begin(), P::roles.end()}, counts);
  setup.open_choices = open_choices;
  return make_model<P>(config, std::move(setup));
}

/// Asks for these properties, by code; "NB" is non-blocking.
inline CheckRequest ask(const Model& model,
                        const Rules& rules,
                        const Budget& budget,
                        std::initializer_list<std::string_view> codes) {
  CheckRequest request;
  request.model = &model;
  request.rules = rules;
  request.budget = budget;
  for (const std::string_view code : codes)
    if (code == "NB")
      request.non_blocking = true;
    else
      request.properties.push_back(find_property(code));
  return request;
}

/// `UA holds, NB violated in 7, VC holds (vacuous)`: the verdicts in order.
inline std::string verdicts(const CheckResult& result) {
  std::string out;
  for (const PropertyVerdict& verdict : result.properties) {
    out += (out.empty() ? "" : ", ") + verdict.code + " ";
    out += enum_name(verdict.verdict);
    if (verdict.verdict == Verdict::violated) out += " in " + std::to_string(verdict.path.size());
    if (verdict.vacuous) out += " (vacuous)";
  }
  return out;
}

/// `, goal reached in 7, goal unreachable`: the goals in order.
inline std::string goals(const CheckResult& result) {
  std::string out;
  for (const GoalVerdict& goal : result.goals) {
    out += ", goal ";
    out += enum_name(goal.reach);
    if (goal.reach == Reach::reached) out += " in " + std::to_string(goal.path.size());
  }
  return out;
}

}  // namespace concordat
