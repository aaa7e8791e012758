// Questions about the runs from a state on, answered in words.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/data/schedule.hpp"
#include "sim/app/session.hpp"
#include "sim/explore/check.hpp"

namespace concordat::gui {

/// What a question is asked about: a copy, so that the session may go on meanwhile.
struct Standpoint {
  scenario::Scenario scenario;
  std::shared_ptr<const scenario::Bound> bound;
  std::vector<int> path;      // branches, from the first to where the scheduler stands
  std::vector<World> worlds;  // after each of them
  std::vector<std::string> lines;
};

/// `what` is searched: told before each search, and its progress now and then. The latter returns
/// "stopped" to end it, else "".
struct SearchListener {
  std::function<void(const std::string& what)> begins;
  std::function<std::string_view(const SearchProgress&)> progress;
};

/// ERRORS: those of app::search_from; "stopped" alone if somebody ended it.
Result<Answer> answer(const Registry& registry,
                      const Standpoint& standpoint,
                      const Question& question,
                      const SearchListener& listener);

}  // namespace concordat::gui
