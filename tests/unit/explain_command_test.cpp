// Goal: `explain` tells a run in the language that is asked for, and in English unless one is: what
// it prints depends on no locale. Method: the real program as a subprocess.
#include <cstdlib>
#include <gmock/gmock.h>

#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExplainCommand : public ProgramFixture {
 protected:
  void SetUp() override {
    ProgramFixture::SetUp();
    write("a.yaml", header);
  }
};

TEST_F(ExplainCommand, SpeaksChinese) {
  const Ended ended = run({"explain", "a.yaml", "--language", "zh"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("个协调者（c）"));
  EXPECT_THAT(ended.out, Not(HasSubstr(" is a run of ")));
}

TEST_F(ExplainCommand, SpeaksEnglishWhateverTheLocale) {
  const std::string english = run({"explain", "a.yaml"}).out;
  EXPECT_THAT(english, HasSubstr(" is a run of "));
  EXPECT_EQ(run({"explain", "a.yaml", "--language", "en"}).out, english);
  for (const char* name : {"LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"})
    setenv(name, "zh_CN.UTF-8", 1);
  EXPECT_EQ(run({"explain", "a.yaml"}).out, english);
  for (const char* name : {"LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"})
    unsetenv(name);
}

TEST_F(ExplainCommand, SaysWhichLanguagesThereAre) {
  const Ended ended = run({"explain", "a.yaml", "--language", "fr"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("en"));
  EXPECT_THAT(ended.err, HasSubstr("zh"));
}

}  // namespace
}  // namespace concordat
