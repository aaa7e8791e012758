// How one block of one scenario came out: what `test` prints, in every form.
#pragma once

#include <string>
#include <vector>

#include "sim/app/app.hpp"

namespace concordat::app {

struct TestResult {
  std::string file;
  std::string variant;  // its label, if the file has several scenarios
  std::string block;    // run | explore | file: it cannot be read or bound
  int code = ok;
  std::string detail;              // "12 steps", "3548 states"
  std::vector<std::string> lines;  // what is wrong
  std::string repeat;              // the command that shows it
  bool stopped = false;            // Ctrl-C came first: neither passed nor failed
  double seconds = 0;              // real time; not part of any output that is compared
};

}  // namespace concordat::app
