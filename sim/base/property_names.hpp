// The names under which scenario files, reports and the command line know the properties. What each
// one means is in the model (sim/model/property.hpp); the letters are those of the literature.
#pragma once

#include <array>
#include <string_view>

namespace concordat {

struct PropertyName {
  std::string_view name;
  std::string_view code;
};

inline constexpr std::array property_names{
    PropertyName{"uniform_agreement", "UA"},
    PropertyName{"agreement_among_correct", "CA"},
    PropertyName{"commit_validity", "VC"},
    PropertyName{"abort_validity", "VAs"},
    PropertyName{"abort_validity_weak", "VAw"},
    PropertyName{"irrevocability", "IR"},
    PropertyName{"non_blocking", "NB"},
    PropertyName{"eventual_termination", "ET"},
    PropertyName{"resource_conservation", "RC"},
    PropertyName{"no_dangling_hold", "ND"},
    PropertyName{"idempotence", "ID"},
    PropertyName{"compensation", "CO"},
    PropertyName{"message_effect", "LD"},
    PropertyName{"isolation", "IS"},
    PropertyName{"answer_true", "AT"},
};

/// The long name for a long name or a code. RETURNS: an empty text for any other word.
constexpr std::string_view property_long_name(std::string_view name_or_code) {
  for (const PropertyName& property : property_names)
    if (property.name == name_or_code || property.code == name_or_code) return property.name;
  return {};
}

/// The code for a long name or a code.
constexpr std::string_view property_code(std::string_view name_or_code) {
  for (const PropertyName& property : property_names)
    if (property.name == name_or_code || property.code == name_or_code) return property.code;
  return {};
}

}  // namespace concordat
