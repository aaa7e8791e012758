// What a person may ask the engines to compute for the results: plain values, made by the views and
// read by the jobs.
#pragma once

#include <string>
#include <vector>

#include "gui/data/results.hpp"

namespace concordat::gui {

/// A fault class with what it means.
struct ClassName {
  std::string name;
  std::string meaning;
};

/// A protocol with one of its profiles, "" if it names none.
struct RowName {
  std::string protocol;
  std::string profile;
};

/// Which part of the matrix; empty = all.
struct MatrixWish {
  std::vector<std::string> protocols;
  std::vector<std::string> classes;
  MatrixScale scale;
};

/// The run behind one cell.
struct CellWish {
  std::string protocol;
  std::string profile;
  std::string fault_class;
  std::string code;
  MatrixScale scale;
};

/// The graph of all states.
struct GraphWish {
  RowName row;
  std::string fault_class;
  int participants = 2;
  int states_max = 600;  // a larger drawing would help nobody
};

}  // namespace concordat::gui
