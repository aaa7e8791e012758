// Goal: whoever waits sees how far a search has come, and a limit of time ends it. Method: a search
// that is only played, on a terminal of strings, in real time.
#include "sim/app/progress.hpp"

#include <gmock/gmock.h>
#include <sstream>
#include <thread>

namespace concordat::app {
namespace {

using testing::HasSubstr;

struct Screen {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{in, out, err, {}, false, true, false, {}, {}, ""};
};

TEST(Progress, TellsEverySecondWhatIsKnown) {
  Screen screen;
  Progress progress(screen.terminal);
  SearchProgress at{1'000'000, 30'000'000, 7, 2'500, std::int64_t{5} << 20};
  EXPECT_EQ(progress(at), "");
  EXPECT_EQ(screen.err.str(), "") << "nothing within the first second";
  std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
  EXPECT_EQ(progress(at), "");
  EXPECT_THAT(screen.err.str(),
              HasSubstr("1,000,000 states, 30,000,000 transitions, depth 7, frontier 2,500, "));
  EXPECT_THAT(screen.err.str(), HasSubstr(" M transitions/s, 5.0 MiB"));
  progress.clear();
  EXPECT_THAT(screen.err.str(), testing::EndsWith("\r\x1b[K"));
}

TEST(Progress, EndsASearchForTimeOrCtrlC) {
  Screen screen;
  bool pressed = false;
  screen.terminal.interrupted = [&pressed] { return pressed; };
  Progress progress(screen.terminal, Duration{1'000});
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_EQ(progress({}), "time");
  pressed = true;
  EXPECT_EQ(progress({}), "stopped");
}

}  // namespace
}  // namespace concordat::app
