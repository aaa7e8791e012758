// Field tables: each struct of a protocol lists its members once, and printing, differences,
// renaming and parsing of options are derived from the list by type. A protocol writes no
// serialiser.
//
//   struct Durable {
//     bool prepared = false;
//     Outcome decision{};
//     CONCORDAT_FIELDS(Durable, prepared, decision)
//   };
//
// which stands for
//
//     static constexpr std::tuple fields{Field{"prepared", &Durable::prepared},
//                                        Field{"decision", &Durable::decision}};
//
// A table is complete iff the sizes of its distinct members add up to the size of the struct, which
// also has no padding; `has_complete_table` decides that at compile time.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/enum_name.hpp"
#include "sim/base/process_set.hpp"

namespace concordat {

/// One line of a field table. SOURCE: the idea of a scalarset, which is permuted by type wherever
/// it occurs (Ip and Dill, "Better verification through symmetry", 1996).
template <class Struct, class Member>
struct Field {
  std::string_view name;
  Member Struct::*member;
};
template <class Struct, class Member>
Field(const char*, Member Struct::*) -> Field<Struct, Member>;

// The one macro of a protocol file: it keeps a member's name and its line in the table together.
// The nesting of CONCORDAT_EXPAND bounds a table at 27 members.
#define CONCORDAT_FIELDS(Struct, ...) \
  static constexpr std::tuple fields{CONCORDAT_EXPAND(CONCORDAT_FIELD_1(Struct, __VA_ARGS__))};
#define CONCORDAT_FIELD_1(Struct, member, ...)             \
  ::concordat::Field{#member, &Struct::member} __VA_OPT__( \
      , CONCORDAT_FIELD_AGAIN CONCORDAT_PARENS(Struct, __VA_ARGS__))
#define CONCORDAT_FIELD_AGAIN() CONCORDAT_FIELD_1
#define CONCORDAT_PARENS ()
#define CONCORDAT_EXPAND(...) CONCORDAT_EXPAND3(CONCORDAT_EXPAND3(CONCORDAT_EXPAND3(__VA_ARGS__)))
#define CONCORDAT_EXPAND3(...) CONCORDAT_EXPAND2(CONCORDAT_EXPAND2(CONCORDAT_EXPAND2(__VA_ARGS__)))
#define CONCORDAT_EXPAND2(...) CONCORDAT_EXPAND1(CONCORDAT_EXPAND1(CONCORDAT_EXPAND1(__VA_ARGS__)))
#define CONCORDAT_EXPAND1(...) __VA_ARGS__

namespace detail {

template <class T>
inline constexpr bool is_per_process = false;
template <class T>
inline constexpr bool is_per_process<PerProcess<T>> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t n>
inline constexpr bool is_array<std::array<T, n>> = true;
template <class T>
inline constexpr bool is_bounded = false;
template <std::uint8_t limit>
inline constexpr bool is_bounded<Bounded<limit>> = true;

template <class A, class B>
constexpr bool same_member(A a, B b) {
  if constexpr (std::is_same_v<A, B>) return a == b;
  return false;
}

}  // namespace detail

template <class T>
concept HasFieldTable = requires {
  std::tuple_size<std::remove_cvref_t<decltype(T::fields)>>::value;
};

/// Calls `visit(name, member_pointer)` for each line of T's table.
template <HasFieldTable T, class Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field.name, field.member), ...); }, T::fields);
}

/// Whether the table lists every byte of T, each member once.
template <HasFieldTable T>
constexpr bool table_lists_every_member() {
  std::size_t listed = 0;
  bool distinct = true;
  for_each_field<T>([&](std::string_view, auto member) {
    listed += sizeof(std::declval<T&>().*member);
    int seen = 0;
    for_each_field<T>(
        [&](std::string_view, auto other) { seen += detail::same_member(member, other) ? 1 : 0; });
    distinct = distinct && seen == 1;
  });
  return distinct && listed == sizeof(T);
}

/// Whether engines can print, compare and rename values of T.
template <class T>
constexpr bool is_plain() {
  if constexpr (!std::is_trivially_copyable_v<T>) {
    return false;
  } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T> || std::is_same_v<T, ProcessId> ||
                       std::is_same_v<T, ProcessSet> || detail::is_bounded<T> ||
                       std::is_empty_v<T>) {
    return true;
  } else if constexpr (detail::is_per_process<T>) {
    return is_plain<std::remove_cvref_t<decltype(std::declval<T&>()[ProcessId{}])>>();
  } else if constexpr (detail::is_array<T>) {
    return is_plain<typename T::value_type>();
  } else if constexpr (HasFieldTable<T>) {
    bool members = std::has_unique_object_representations_v<T> && table_lists_every_member<T>();
    for_each_field<T>([&]<class Member>(std::string_view, Member T::*) {
      members = members && is_plain<Member>();
    });
    return members;
  } else {  // NOLINT(bugprone-branch-clone): two different reasons
    return false;
  }
}

template <class T>
concept Plain = is_plain<T>();

/// Names of the processes, for printing; index = ProcessId::index().
using ProcessNames = std::vector<std::string>;

/// The value as people read it: an enumerator's name, `true`, `3`, `p1`, `{p1,p2}`,
/// `{p1=yes,p3=no}` (values that differ from the default), `{ballot=2,value=abort}`.
template <Plain T>
std::string print(const T& value, const ProcessNames& names);

/// `{a=1,b=yes}` without braces, members that equal the default left out; empty if all do.
template <Plain T>
std::string print_members(const T& value, const ProcessNames& names) {
  std::string out;
  const T zero{};
  if constexpr (HasFieldTable<T>) {
    for_each_field<T>([&]<class Member>(std::string_view name, Member T::*member) {
      const std::string text = print(value.*member, names);
      if (text == print(zero.*member, names)) return;
      if (!out.empty()) out += ",";
      out += std::string(name) + "=" + text;
    });
  }
  return out;
}

template <Plain T>  // NOLINTNEXTLINE(readability-function-cognitive-complexity): one case per kind
std::string print(const T& value, const ProcessNames& names) {
  if constexpr (std::is_enum_v<T>) {
    return std::string(enum_name(value));
  } else if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (detail::is_bounded<T>) {
    return std::to_string(value.value);
  } else if constexpr (std::is_same_v<T, ProcessId>) {
    return value.none() ? "-" : names.at(static_cast<std::size_t>(value.index()));
  } else if constexpr (std::is_same_v<T, ProcessSet>) {
    std::string out;
    for (const ProcessId process : value)
      out += (out.empty() ? "" : ",") + print(process, names);
    return "{" + out + "}";
  } else if constexpr (detail::is_per_process<T>) {
    std::string out;
    const T zero{};
    for (int i = 0; i < static_cast<int>(names.size()); ++i) {
      const ProcessId process = ProcessId::at(i);
      const std::string text = print(value[process], names);
      if (text == print(zero[process], names)) continue;
      out += (out.empty() ? "" : ",") + print(process, names) + "=" + text;
    }
    return "{" + out + "}";
  } else if constexpr (detail::is_array<T>) {
    std::string out;
    for (const auto& element : value)
      out += (out.empty() ? "" : ",") + print(element, names);
    return "[" + out + "]";
  } else {
    return "{" + print_members(value, names) + "}";
  }
}

/// Where each process goes under a renaming: `to[i]` is the new index of process i.
using Renaming = std::vector<int>;

/// The value with every process in it replaced, wherever its type mentions one.
template <Plain T>
T rename(const T& value, const Renaming& to) {
  if constexpr (std::is_same_v<T, ProcessId>) {
    return value.none() ? value : ProcessId::at(to.at(static_cast<std::size_t>(value.index())));
  } else if constexpr (std::is_same_v<T, ProcessSet>) {
    ProcessSet out;
    for (const ProcessId process : value)
      out.insert(rename(process, to));
    return out;
  } else if constexpr (detail::is_per_process<T>) {
    T out{};
    for (int i = 0; i < static_cast<int>(to.size()); ++i)
      out[ProcessId::at(to[static_cast<std::size_t>(i)])] = rename(value[ProcessId::at(i)], to);
    return out;
  } else if constexpr (detail::is_array<T>) {
    T out{};
    for (std::size_t i = 0; i < value.size(); ++i)
      out[i] = rename(value[i], to);
    return out;
  } else if constexpr (HasFieldTable<T>) {
    T out = value;
    for_each_field<T>([&]<class Member>(std::string_view, Member T::*member) {
      out.*member = rename(value.*member, to);
    });
    return out;
  } else {
    return value;
  }
}

/// One thing that a value states: `value` (never 0) at a place of its type. `about`: the movable
/// processes that it mentions, as indices, in the order of the place; a place is the same for all
/// of them. `place` is valid during the visit only.
struct Fact {
  std::string_view place;
  std::vector<int> about;
  std::uint64_t value = 0;
};

/// Takes a value apart. Two values are equal if they state the same facts; renaming movable
/// processes in a value renames them in its facts, and changes nothing else in these.
class Facts {
 public:
  using Visit = std::function<void(const Fact&)>;
  /// `movable`: groups of processes that may be renamed, each among itself. `process_count`: of the
  /// transaction. `visit` is called once for each fact.
  Facts(const std::vector<ProcessSet>& movable, int process_count, Visit visit)
      : groups_(movable), process_count_(process_count), visit_(std::move(visit)) {
    for (const ProcessSet group : groups_)
      movable_ = movable_ | group;
  }

  /// Runs `inside` one level deeper, at this place.
  template <class Inside>
  void at(int step, Inside&& inside) {
    const std::size_t size = place_.size();
    place_.append({static_cast<char>(step & 0xff), static_cast<char>(step >> 8)});
    inside();
    place_.resize(size);
  }
  /// Runs `inside` one level deeper, at the place that belongs to a process.
  template <class Inside>
  void at(ProcessId process, Inside&& inside) {
    constexpr int movable = 0x7fff;
    const bool moves = movable_.contains(process);
    if (moves) about_.push_back(process.index());
    at(moves ? movable : process.index(), inside);
    if (moves) about_.pop_back();
  }
  void state(std::uint64_t value) {
    if (value != 0) visit_({place_, about_, value});
  }

  template <Plain T>
  void state_all(const T& value) {
    if constexpr (std::is_same_v<T, ProcessId>) {
      if (!value.none()) at(value, [&] { state(1); });
    } else if constexpr (std::is_same_v<T, ProcessSet>) {
      state_set(value);
    } else if constexpr (detail::is_per_process<T>) {
      for (int i = 0; i < process_count_; ++i)
        at(ProcessId::at(i), [&] { state_all(value[ProcessId::at(i)]); });
    } else if constexpr (detail::is_array<T>) {
      for (std::size_t i = 0; i < value.size(); ++i)
        at(static_cast<int>(i), [&] { state_all(value[i]); });
    } else if constexpr (HasFieldTable<T>) {
      int number = 0;
      for_each_field<T>([&]<class Member>(std::string_view, Member T::*member) {
        at(number++, [&] { state_all(value.*member); });
      });
    } else if constexpr (detail::is_bounded<T>) {
      state(value.value);
    } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      state(static_cast<std::uint64_t>(value));
    }
  }

 private:
  /// A set that holds most of a group is told by those that it lacks, so that `everybody` and
  /// `everybody but me` mention nobody else.
  void state_set(ProcessSet set) {
    enum Place { holds, lacks };
    ProcessSet rest = set;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const ProcessSet in = set & groups_[i];
      const ProcessSet out = groups_[i] - set;
      rest = rest - in;
      const bool half_is_other = in.size() == out.size() && about_.size() == 1 &&
                                 out == ProcessSet::of(ProcessId::at(about_.front()));
      const bool inverse = in.size() > out.size() || half_is_other;
      at(static_cast<int>(i), [&] {
        at(inverse ? lacks : holds, [&] {
          if (inverse) state(1);
          for (const ProcessId process : inverse ? out : in)
            at(process, [&] { state(1); });
        });
      });
    }
    constexpr int fixed = 0x7ffe;
    at(fixed, [&] {
      for (const ProcessId process : rest)
        at(process, [&] { state(1); });
    });
  }

  const std::vector<ProcessSet> groups_;
  ProcessSet movable_;
  const int process_count_;
  const Visit visit_;
  std::string place_;
  std::vector<int> about_;
};

/// A struct's members as (name, printed value) in table order; for a plain value that is no struct,
/// one pair named `whole`.
struct FieldText {
  std::string name;
  std::string value;
  friend bool operator==(const FieldText&, const FieldText&) = default;
};

/// `prepared,decision=commit`: the members that are enums or bools, those that equal the default
/// left out. What a person would call the state of a process, without its counters and sets.
template <Plain T>
std::string print_words(const T& value, const ProcessNames& names) {
  std::string out;
  if constexpr (HasFieldTable<T>) {
    const T zero{};
    for_each_field<T>([&]<class Member>(std::string_view name, Member T::*member) {
      if constexpr (std::is_enum_v<Member> || std::is_same_v<Member, bool>) {
        if (value.*member == zero.*member) return;
        out += (out.empty() ? "" : ",") + std::string(name);
        if constexpr (std::is_enum_v<Member>) out += "=" + print(value.*member, names);
      }
    });
  } else if constexpr (std::is_enum_v<T>) {
    if (value != T{}) out = print(value, names);
  }
  return out;
}

template <Plain T>
std::vector<FieldText> field_texts(const T& value, const ProcessNames& names, const char* whole) {
  std::vector<FieldText> out;
  if constexpr (HasFieldTable<T>) {
    for_each_field<T>([&]<class Member>(std::string_view name, Member T::*member) {
      out.push_back({std::string(name), print(value.*member, names)});
    });
  } else if constexpr (!std::is_empty_v<T>) {
    out.push_back({whole, print(value, names)});
  }
  return out;
}

}  // namespace concordat
