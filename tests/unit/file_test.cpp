// Goal: files are replaced whole or not at all, and every failure is an error with the name of the
// file. Method: a temporary folder; symbolic links, permissions and folders among the targets.
#include "sim/base/file.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

namespace concordat {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t plenty = 1'000'000;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::path(testing::TempDir()) /
        ("concordat_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

 private:
  fs::path folder_;
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  const std::string text = std::string("a\0b\r\n", 5) + std::string(200'000, 'x');
  ASSERT_TRUE(write_text_file(path("a"), text).ok());
  const auto back = read_text_file(path("a"), plenty);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, text);
  ASSERT_TRUE(write_text_file(path("a"), "").ok());
  EXPECT_EQ(*read_text_file(path("a"), plenty), "");
  EXPECT_EQ(files(), 1U) << "a temporary file was left";
}

TEST_F(FileTest, RefusesWhatIsTooLarge) {
  ASSERT_TRUE(write_text_file(path("a"), "12345").ok());
  EXPECT_TRUE(read_text_file(path("a"), 5).ok());
  const auto refused = read_text_file(path("a"), 4);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().what, "the file is larger than 4 bytes");
}

TEST_F(FileTest, FailuresAreErrorsWithTheName) {
  const auto missing = read_text_file(path("missing"), plenty);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().text(),
            path("missing") + ": error: cannot open the file: No such file or directory");
  EXPECT_EQ(read_text_file(path(""), plenty).error().what, "this is a folder, not a file");
  EXPECT_EQ(write_text_file(path(""), "x").error().what, "this is a folder, not a file");
  EXPECT_EQ(write_text_file(path("no/such/folder"), "x").error().what,
            "cannot write the file: No such file or directory");
}

TEST_F(FileTest, KeepsPermissionsAndFollowsLinks) {
  ASSERT_TRUE(write_text_file(path("a"), "old").ok());
  fs::permissions(path("a"), fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("a", path("link"));
  ASSERT_TRUE(write_text_file(path("link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(*read_text_file(path("a"), plenty), "new");
  EXPECT_EQ(fs::status(path("a")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FileTest, StepsOverTheTemporaryFileOfAKilledProgram) {
  ASSERT_TRUE(write_text_file(path("a.tmp0"), "half").ok());
  ASSERT_TRUE(write_text_file(path("a"), "whole").ok());
  EXPECT_EQ(*read_text_file(path("a"), plenty), "whole");
  EXPECT_EQ(*read_text_file(path("a.tmp0"), plenty), "half");
}

TEST_F(FileTest, WritesStraightToADevice) {
  EXPECT_TRUE(write_text_file("/dev/null", "x").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  const auto full = write_text_file("/dev/full", "x");
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().what, "cannot write: No space left on device");
}

}  // namespace
}  // namespace concordat
