// The tour: nine scenarios that tell, one after the other, what atomic commit is and how it fails.
#pragma once

#include <vector>

#include <QCoreApplication>
#include <QString>

namespace concordat::gui {

struct Lesson {
  QString title;
  QString file;         // in the folder of scenarios
  QString variant;      // of the file; empty: it has none
  QString text;         // what to look at
  bool at_end = false;  // it begins at the last step, where that is to be seen
};

const std::vector<Lesson>& lessons();

/// Where the scenarios are: beside the installed program, in the tree that it was built in, or
/// where the environment variable CONCORDAT_SCENARIOS says. Empty if they are nowhere.
QString scenario_folder();

}  // namespace concordat::gui
