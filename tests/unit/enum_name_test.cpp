// Goal: names of enumerators come from the compiler and agree between compilers, wherever the enum
// is declared. Method: enums in a namespace, in a class, in a function, without a namespace name,
// with gaps, with keywords for names, and of every size up to the limit.
#include "sim/base/enum_name.hpp"

#include <gtest/gtest.h>

#include "sim/base/property_names.hpp"

namespace concordat {

enum class Named : std::uint8_t { first, second_one, delete_, x2 };
enum class Gap : std::uint8_t { zero = 0, two = 2 };
enum class Signed : std::int8_t { below = -1, zero, one };
enum class Empty : std::uint8_t {};
struct Holder {
  enum class Inner : std::uint8_t { a, b };
};
template <class T, int n>
struct Template {
  enum class Inner : std::uint8_t { left, right };
};

namespace {

enum class Unnamed : std::uint8_t { red, green, blue };
struct UnnamedHolder {
  enum class Inner : std::uint8_t { up, down, strange_ };
};

TEST(EnumName, IsTheNameAsWritten) {
  EXPECT_EQ(enum_name(Named::first), "first");
  EXPECT_EQ(enum_name(Named::second_one), "second_one");
  EXPECT_EQ(enum_name(Named::x2), "x2");
  EXPECT_EQ(enum_count<Named>(), 4);
}

TEST(EnumName, DropsTheUnderscoreThatAvoidsAKeyword) {
  EXPECT_EQ(enum_name(Named::delete_), "delete");
  EXPECT_EQ(enum_from_name<Named>("delete"), Named::delete_);
  EXPECT_EQ(enum_from_name<Named>("delete_"), std::nullopt);
}

TEST(EnumName, WorksWhereverTheEnumIsDeclared) {
  enum class Local : std::uint8_t { here, there };
  EXPECT_EQ(enum_count<Holder::Inner>(), 2);
  EXPECT_EQ(enum_name(Holder::Inner::b), "b");
  EXPECT_EQ(enum_count<Unnamed>(), 3);
  EXPECT_EQ(enum_name(Unnamed::blue), "blue");
  EXPECT_EQ(enum_count<UnnamedHolder::Inner>(), 3);
  EXPECT_EQ(enum_name(UnnamedHolder::Inner::strange_), "strange");
  EXPECT_EQ(enum_count<Local>(), 2);
  EXPECT_EQ(enum_name(Local::there), "there");
  EXPECT_EQ((enum_name(Template<Unnamed, 3>::Inner::right)), "right");
  EXPECT_EQ((enum_count<Template<Unnamed, 3>::Inner>()), 2);
}

TEST(EnumName, IsEmptyForAValueWithoutAName) {
  EXPECT_EQ(enum_name(static_cast<Named>(4)), "");
  EXPECT_EQ(enum_name(static_cast<Named>(255)), "");
  EXPECT_EQ(enum_name(static_cast<Unnamed>(3)), "");
  EXPECT_EQ(enum_name(static_cast<Signed>(-1)), "");
  EXPECT_EQ(enum_name(static_cast<Empty>(0)), "");
}

TEST(EnumName, CountsUpToTheFirstGap) {
  EXPECT_EQ(enum_count<Gap>(), 1);
  EXPECT_EQ(enum_count<Signed>(), 2);
  EXPECT_EQ(enum_count<Empty>(), 0);
}

TEST(EnumName, ReadsBackEveryNameAndNothingElse) {
  for (int i = 0; i < enum_count<Named>(); ++i)
    EXPECT_EQ(enum_from_name<Named>(enum_name(static_cast<Named>(i))), static_cast<Named>(i));
  for (const char* other : {"", "First", "first ", "second", "2", "Named::first"})
    EXPECT_EQ(enum_from_name<Named>(other), std::nullopt) << other;
}

TEST(EnumName, IsKnownToTheCompiler) {
  static_assert(enum_name(Named::first) == "first");
  static_assert(enum_count<Named>() == 4);
  static_assert(enum_from_name<Named>("x2") == Named::x2);
}

TEST(PropertyNames, AreFoundByNameAndByCode) {
  for (const PropertyName& property : property_names) {
    EXPECT_EQ(property_long_name(property.name), property.name);
    EXPECT_EQ(property_long_name(property.code), property.name);
  }
  EXPECT_EQ(property_long_name("ua"), "");
  EXPECT_EQ(property_long_name(""), "");
}

}  // namespace
}  // namespace concordat
