// The registry: the protocols that a program knows, by name, each able to make a Model. It is an
// ordinary value that is passed to the application, so that a program outside this repository can
// bring its own protocols.
#pragma once

#include <charconv>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/model/model.hpp"

namespace concordat {

/// Options as text: (name, value).
using OptionTexts = std::vector<std::pair<std::string, std::string>>;

struct ProtocolEntry {
  std::shared_ptr<const ProtocolInfo> info;
  /// ERRORS: an unknown option, or a value that it does not take.
  std::function<Result<std::unique_ptr<Model>>(const OptionTexts&, Setup)> make;
  /// Why the processes do not fit the options, which are known to be good; or nothing.
  std::function<Objection(const OptionTexts&, const Setup&)> objection;
};

class Registry {
 public:
  explicit Registry(std::vector<ProtocolEntry> entries) : entries_(std::move(entries)) {}
  const std::vector<ProtocolEntry>& entries() const { return entries_; }
  const ProtocolEntry* find(std::string_view name) const {
    for (const ProtocolEntry& entry : entries_)
      if (entry.info->name == name) return &entry;
    return nullptr;
  }

 private:
  std::vector<ProtocolEntry> entries_;
};

namespace detail {

/// The values that an option of type T takes, or nothing for a number.
template <class T>
std::vector<std::string> option_values() {
  std::vector<std::string> values;
  if constexpr (std::is_same_v<T, bool>) {
    values = {"false", "true"};
  } else if constexpr (std::is_enum_v<T>) {
    for (int i = 0; i < enum_count<T>(); ++i)
      values.emplace_back(enum_name(static_cast<T>(i)));
  }
  return values;
}

template <class T>
bool parse_option(std::string_view text, T& value) {
  static_assert(std::is_enum_v<T> || std::is_integral_v<T>,
                "an option is an enum, a bool or a number");
  if constexpr (std::is_same_v<T, bool>) {
    value = text == "true";
    return text == "true" || text == "false";
  } else if constexpr (std::is_enum_v<T>) {
    const auto parsed = enum_from_name<T>(text);
    value = parsed.value_or(T{});
    return parsed.has_value();
  } else {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
  }
}

/// Which numbers an option takes: `a number from 0 to 255`.
template <class Config>
std::string numbers_for(std::string_view option) {
  std::string out;
  if constexpr (HasFieldTable<Config>) {
    for_each_field<Config>([&]<class Member>(std::string_view field, Member Config::*) {
      if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>) {
        using Limits = std::numeric_limits<Member>;
        if (field == option)
          out = fmt::format("a number from {} to {}", +Limits::min(), +Limits::max());
      }
    });
  }
  return out;
}

template <class Config>
Result<Config> parse_options(const OptionTexts& options) {
  Config config{};
  for (const auto& option : options) {
    const std::string& name = option.first;  // clang 14 lets no lambda capture a binding
    const std::string& text = option.second;
    bool known = false;
    bool good = false;
    if constexpr (HasFieldTable<Config>) {
      for_each_field<Config>([&]<class Member>(std::string_view field, Member Config::*member) {
        if (field != name) return;
        known = true;
        good = parse_option(text, config.*member);
      });
    }
    if (!known) return Error{"", {}, fmt::format("this protocol has no option `{}`", name), ""};
    if (!good)
      return Error{"",
                   {},
                   fmt::format("option `{}` does not take `{}`", name, text),
                   numbers_for<Config>(name)};
  }
  return config;
}

template <class Message>
std::vector<std::string> message_kinds() {
  std::vector<std::string> names;
  if constexpr (std::is_enum_v<Message>) {
    for (int i = 0; i < enum_count<Message>(); ++i)
      names.emplace_back(enum_name(static_cast<Message>(i)));
  } else {
    using Type = decltype(Message::type);
    for (int i = 0; i < enum_count<Type>(); ++i)
      names.emplace_back(enum_name(static_cast<Type>(i)));
  }
  return names;
}

template <class P>
ProtocolInfo describe() {
  ProtocolInfo info;
  info.name = P::name;
  info.summary = P::summary;
  if constexpr (requires { P::source; }) info.source = P::source;
  info.roles.assign(P::roles.begin(), P::roles.end());
  if constexpr (HasFieldTable<typename P::Config>) {
    const typename P::Config initial{};
    for_each_field<typename P::Config>(
        [&]<class Member>(std::string_view name, Member P::Config::*member) {
          info.options.push_back(
              {std::string(name), print(initial.*member, {}), option_values<Member>()});
        });
  }
  info.messages = message_kinds<typename P::Message>();
  for (int i = 0; i < enum_count<typename P::Timer>(); ++i)
    info.timers.emplace_back(enum_name(static_cast<typename P::Timer>(i)));
  if constexpr (requires { &P::is_round; })
    for (int i = 0; i < enum_count<typename P::Timer>(); ++i)
      if (P::is_round(static_cast<typename P::Timer>(i)))
        info.rounds.push_back(info.timers[static_cast<std::size_t>(i)]);
  if constexpr (requires { typename P::Operator; })
    for (int i = 0; i < enum_count<typename P::Operator>(); ++i)
      info.operators.emplace_back(enum_name(static_cast<typename P::Operator>(i)));
  if constexpr (requires { typename P::Table; })
    for (int i = 0; i < enum_count<typename P::Table>(); ++i)
      info.tables.emplace_back(enum_name(static_cast<typename P::Table>(i)));
  info.row_states.resize(info.tables.size());
  if constexpr (requires { typename P::RowStates; })
    std::apply(
        [&info]<class... Each>(Each...) {
          ((info.row_states[Each::in] = option_values<typename Each::Type>()), ...);
        },
        typename P::RowStates{});
  if constexpr (requires { P::bounds; }) info.bounds.assign(P::bounds.begin(), P::bounds.end());
  if constexpr (requires { P::choices; }) info.choices.assign(P::choices.begin(), P::choices.end());
  if constexpr (requires { P::profiles; })
    info.profiles.assign(P::profiles.begin(), P::profiles.end());
  if constexpr (requires { P::costs; }) info.costs.assign(P::costs.begin(), P::costs.end());
  if constexpr (requires { P::judged; }) info.judged.assign(P::judged.begin(), P::judged.end());
  info.has_client = requires(Context<P> & ctx) {
    P::on_client(ctx, 0);
  };
  return info;
}

}  // namespace detail

/// The entry of protocol P. A malformed P does not compile, and the message says what it lacks.
template <class P>
ProtocolEntry protocol_entry() {
  static_assert(explain_protocol<P>());
  const auto info = std::make_shared<const ProtocolInfo>(detail::describe<P>());
  const auto make = [info](const OptionTexts& options,
                           Setup setup) -> Result<std::unique_ptr<Model>> {
    auto config = detail::parse_options<typename P::Config>(options);
    if (!config) return config.error();
    return std::unique_ptr<Model>(std::make_unique<ModelOf<P>>(info, std::move(setup), *config));
  };
  const auto objection = [](const OptionTexts& options, const Setup& setup) -> Objection {
    const auto config = detail::parse_options<typename P::Config>(options);
    if constexpr (requires { &P::objection; })
      if (config) return P::objection(*config, setup);
    return {};
  };
  return {info, make, objection};
}

/// A Model for tests: processes on nodes of their own, options as values.
template <class P>
std::unique_ptr<Model> make_model(const typename P::Config& config, Setup setup) {
  return std::make_unique<ModelOf<P>>(
      std::make_shared<const ProtocolInfo>(detail::describe<P>()), std::move(setup), config);
}

}  // namespace concordat
