// Goal: the names of properties in files and those of the model agree. Method: each property that
// is judged has the same name and code in both lists, and no name or code stands twice.
#include "sim/base/property_names.hpp"

#include <gtest/gtest.h>
#include <set>

#include "sim/model/property.hpp"

namespace concordat {
namespace {

TEST(PropertyNames, TheModelUsesThoseOfTheFiles) {
  for (const Property& property : safety_properties()) {
    EXPECT_EQ(property_long_name(property.code), property.name);
    EXPECT_EQ(property_long_name(property.name), property.name);
    EXPECT_EQ(find_property(property.name), &property);
    EXPECT_EQ(find_property(property.code), &property);
  }
  EXPECT_EQ(property_long_name("NB"), "non_blocking");
  EXPECT_EQ(find_property("NB"), nullptr);  // judged on graphs, not on states
  EXPECT_EQ(find_property("banana"), nullptr);
}

TEST(PropertyNames, NoneStandsTwice) {
  std::set<std::string_view> words;
  for (const PropertyName& property : property_names) {
    EXPECT_TRUE(words.insert(property.name).second) << property.name;
    EXPECT_TRUE(words.insert(property.code).second) << property.code;
  }
}

}  // namespace
}  // namespace concordat
