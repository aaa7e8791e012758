// The results of `test` as JUnit XML, which continuous integration reads.
//
// There is no standard. What is written is valid against the strictest schema in wide use, that of
// Jenkins (junit-10.xsd), and read by GitLab, GitHub actions and the rest:
//
//     <testsuites name="concordat test" tests="3" failures="1" errors="1" time="0.052">
//      <testsuite name="scenarios/my_commit" tests="3" failures="1" errors="1" skipped="0"
//      time="...">
//       <testcase classname="scenarios.my_commit.happy-path" name="run" time="0.002"/>
//       <testcase classname="scenarios.my_commit.crash" name="explore" time="0.050">
//        <failure type="violated" message="the first line">every line</failure>
//        <system-out>again: concordat check scenarios/my_commit/crash.yaml</system-out>
//       </testcase>
//       ...
//
// One suite for each folder, one case for each block, which is called `run [with M6]` where a file
// has several scenarios. A block whose expectations are not met, or
// were left open by a limit (type "unknown"), is a failure; a file that cannot be read an error; a
// block that Ctrl-C kept from its end is skipped. What XML cannot hold (control characters, bytes
// that are not UTF-8, the noncharacters U+FFFE and U+FFFF) becomes U+FFFD.
#pragma once

#include <string>
#include <vector>

#include "sim/app/test_result.hpp"

namespace concordat::app {

/// RETURNS: the document. `seconds` is how long it all took, less than the sum of the results when
/// several threads ran.
std::string junit_xml(const std::vector<TestResult>& results, double seconds);

}  // namespace concordat::app
