#include "sim/run/coverage.hpp"

namespace concordat {

namespace {

void add_all(std::vector<std::int64_t>& to, const std::vector<std::int64_t>& from) {
  if (to.size() < from.size()) to.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i)
    to[i] += from[i];
}

}  // namespace

Coverage::Coverage(const Model& model)
    : message_count_(static_cast<int>(model.info().messages.size())),
      timer_count_(static_cast<int>(model.info().timers.size())) {
  const std::size_t roles = model.info().roles.size();
  messages_.resize(roles * static_cast<std::size_t>(message_count_));
  timers_.resize(roles * static_cast<std::size_t>(timer_count_));
  cuts_.resize(roles * effect_kinds);
  crashes_.resize(roles);
  recoveries_.resize(roles);
}

void Coverage::add(const Coverage& other) {
  message_count_ = other.message_count_;
  timer_count_ = other.timer_count_;
  add_all(messages_, other.messages_);
  add_all(timers_, other.timers_);
  add_all(cuts_, other.cuts_);
  add_all(crashes_, other.crashes_);
  add_all(recoveries_, other.recoveries_);
}

std::vector<Coverage::Line> Coverage::lines(const Model& model) const {
  std::vector<Line> out;
  const ProtocolInfo& info = model.info();
  for (std::size_t role = 0; role < info.roles.size(); ++role) {
    const std::string name(info.roles[role].name);
    const auto row = static_cast<int>(role);
    for (int i = 0; i < message_count_; ++i)
      out.push_back({name,
                     "message " + info.messages[static_cast<std::size_t>(i)],
                     messages_[at(row, i, message_count_)]});
    for (int i = 0; i < timer_count_; ++i)
      out.push_back({name,
                     "timer " + info.timers[static_cast<std::size_t>(i)],
                     timers_[at(row, i, timer_count_)]});
    out.push_back({name, "crash between steps", crashes_[role]});
    for (int i = 0; i < effect_kinds; ++i)
      if (const std::int64_t count = cuts_[at(row, i, effect_kinds)]; count > 0)
        out.push_back(
            {name, "crash before " + std::string(enum_name(static_cast<EffectKind>(i))), count});
    out.push_back({name, "recovery", recoveries_[role]});
  }
  return out;
}

}  // namespace concordat
