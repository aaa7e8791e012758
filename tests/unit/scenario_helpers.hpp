// What the tests of reading share: the whole text of an error, and a scenario from its body.
#pragma once

#include <gtest/gtest.h>
#include <initializer_list>
#include <string>
#include <string_view>

#include "sim/scenario/read.hpp"

namespace concordat::scenario {

/// The message for a whole file, without the name of the file.
inline std::string error_of(std::string_view yaml) {
  const Result<Scenario> scenario = read(yaml, "a.yaml");
  if (scenario.ok()) return "no error";
  Error error = scenario.error();
  EXPECT_EQ(error.file, "a.yaml");
  error.file.clear();
  return error.text();
}

struct Case {
  std::string body;  // begins in line 3, after a name and a protocol
  std::string error;
};

inline void expect_errors(std::initializer_list<Case> cases) {
  for (const Case& each : cases)
    EXPECT_EQ(error_of("name: n\nprotocol: p\n" + std::string(each.body)), each.error) << each.body;
}

/// REQUIRES: the file is right.
inline Scenario good(std::string_view body) {
  const Result<Scenario> scenario = read("name: n\nprotocol: p\n" + std::string(body), "a.yaml");
  if (!scenario.ok()) {
    ADD_FAILURE() << scenario.error().text();
    return {};
  }
  return *scenario;
}

}  // namespace concordat::scenario
