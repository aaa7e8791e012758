// Names of enumerators, taken from the compiler's own spelling of a template argument, so that no
// protocol writes a table of names. Works for enumerators that count up from zero without a gap.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace concordat {

namespace detail {

inline constexpr int max_enumerators = 64;

template <auto value>
constexpr std::string_view enumerator_spelling() {
  // gcc:   "... [with auto value = concordat::Vote::yes; std::string_view = ...]"
  // clang: "... [value = concordat::Vote::yes]"; a value without a name prints as
  // "(concordat::Vote)9", an unnamed namespace of clang as "(anonymous namespace)::".
  std::string_view text = __PRETTY_FUNCTION__;
  const std::size_t start = text.find("value = ") + 8;
  text = text.substr(start, text.find_first_of(";]", start) - start);
  const std::size_t scope = text.find_last_of(":)");
  text = scope == std::string_view::npos ? text : text.substr(scope + 1);
  const bool number = !text.empty() && ((text[0] >= '0' && text[0] <= '9') || text[0] == '-');
  return number ? std::string_view{} : text;
}

template <class E, int... i>
constexpr auto enumerator_names(std::integer_sequence<int, i...> /*indices*/) {
  return std::array<std::string_view, sizeof...(i)>{enumerator_spelling<static_cast<E>(i)>()...};
}

template <class E>
inline constexpr auto enum_names =
    enumerator_names<E>(std::make_integer_sequence<int, max_enumerators>{});

}  // namespace detail

/// How many enumerators E has, counting up from zero.
template <class E>
requires std::is_enum_v<E>
constexpr int enum_count() {
  int count = 0;
  while (count < detail::max_enumerators &&
         !detail::enum_names<E>[static_cast<std::size_t>(count)].empty())
    ++count;
  return count;
}

/// The enumerator's name as written; a trailing underscore, which avoids a keyword, is dropped.
/// RETURNS: an empty text for a value without a name.
template <class E>
requires std::is_enum_v<E>
constexpr std::string_view enum_name(E value) {
  const auto index = static_cast<std::size_t>(value);
  if (index >= detail::enum_names<E>.size()) return {};
  std::string_view name = detail::enum_names<E>[index];
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

/// The enumerator with this name, or nothing.
template <class E>
requires std::is_enum_v<E>
constexpr std::optional<E> enum_from_name(std::string_view name) {
  for (int i = 0; i < enum_count<E>(); ++i)
    if (enum_name(static_cast<E>(i)) == name) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace concordat
