#include "sim/bench/claims.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "sim/base/time.hpp"

namespace concordat::bench {

namespace {

using scenario::At;
using scenario::Claim;
using scenario::Contender;
using scenario::ResemblanceCheck;
using scenario::Scenario;

double as_number(Ratio ratio) {
  return static_cast<double>(ratio.part) / static_cast<double>(ratio.whole);
}

/// What the scenario has at the place, if anything is known of it.
const std::string* value_at(const Scenario& scenario, std::string_view place) {
  for (const auto* list : {&scenario.places, &scenario.named})
    for (const auto& [path, value] : *list)
      if (path == place) return &value;
  return nullptr;
}

bool is_same(const std::string& a, const std::string& b) {
  const auto x = number_of(a);
  return a == b || (x && x == number_of(b));
}

bool fits(const Scenario& scenario, const ResemblanceCheck& check) {
  return std::ranges::all_of(check.where, [&](const auto& entry) {
    const std::string* const value = value_at(scenario, entry.key.value);
    return value != nullptr && is_same(*value, entry.value.value);
  });
}

/// The contender that a check means: a name without profile is any profile's if there is one only.
std::optional<Contender> meant(const Scenario& scenario, const Contender& wanted) {
  std::vector<Contender> near;
  for (const At<Contender>& each : scenario::contenders(scenario)) {
    if (each.value == wanted) return wanted;
    if (wanted.profile.empty() && each.value.protocol == wanted.protocol)
      near.push_back(each.value);
  }
  if (near.size() == 1) return near.front();
  return std::nullopt;
}

/// A check and the scenarios that have it.
struct Claimed {
  const ResemblanceCheck* check = nullptr;
  std::vector<std::size_t> scenarios;  // `where` lets through
  std::vector<std::size_t> all;        // with those that it does not
};

std::vector<Claimed> claims_of(std::span<const Scenario> file) {
  std::vector<Claimed> out;
  for (std::size_t i = 0; i < file.size(); ++i) {
    if (!file[i].bench || !file[i].bench->resembles) continue;
    for (const ResemblanceCheck& check : file[i].bench->resembles->checks) {
      auto found = std::ranges::find_if(out, [&](const Claimed& each) {
        return *each.check == check && each.check->measure.at == check.measure.at;
      });
      if (found == out.end()) found = out.insert(out.end(), {&check, {}, {}});
      found->all.push_back(i);
      if (fits(file[i], check)) found->scenarios.push_back(i);
    }
  }
  return out;
}

// ---- Before anything runs.

class Inspection {
 public:
  Inspection(std::span<const Scenario> file, const Claimed& claimed)
      : file_(file), claimed_(claimed), check_(*claimed.check) {}

  std::optional<Error> run() {
    if (find_measure(check_.measure.value) == nullptr) {
      std::vector<std::string_view> names;
      for (const Measure& measure : measures())
        names.push_back(measure.name);
      const std::string near = nearest(check_.measure.value, names);
      fail(check_.measure.at,
           "there is no measure `" + check_.measure.value + "`",
           near.empty() ? "`concordat bench --list-measures` names them"
                        : "did you mean `" + near + "`?");
    }
    for (const auto& entry : check_.where)
      known_value(entry);
    const bool reduced = std::ranges::any_of(
        check_.where, [&](const auto& entry) { return was_set(entry.key.value); });
    if (claimed_.scenarios.empty() && !reduced)
      fail(check_.where.front().key.at, "no scenario of the file is like this `where`", "");
    compared(check_.of);
    if (check_.is.value == Claim::below || check_.is.value == Claim::above) compared(check_.than);
    if (!check_.place.value.empty()) axis();
    return error_;
  }

 private:
  void fail(Position at, std::string what, std::string hint) {
    if (!error_) error_ = Error{file_.front().file, at, std::move(what), std::move(hint)};
  }

  void known_value(const scenario::Entry<std::string>& entry) {
    const bool known = std::ranges::any_of(claimed_.all, [&](std::size_t i) {
      const std::string* const value = value_at(file_[i], entry.key.value);
      return value != nullptr && is_same(*value, entry.value.value);
    });
    if (!known && !was_set(entry.key.value))
      fail(entry.value.at,
           fmt::format("no scenario of the file has `{}: {}`", entry.key.value, entry.value.value),
           "`sweep` gives a place several values");
  }

  /// A sweep that has one value here: a flag may have taken the others away.
  bool was_set(const std::string& place) const {
    const bool swept = std::ranges::any_of(claimed_.all, [&](std::size_t i) {
      return std::ranges::any_of(file_[i].places,
                                 [&](const auto& each) { return each.first == place; });
    });
    return swept && values(place).size() < 2;
  }

  std::set<std::string> values(const std::string& place) const {
    std::set<std::string> out;
    for (const Scenario& scenario : file_)
      if (const std::string* const value = value_at(scenario, place)) out.insert(*value);
    return out;
  }

  void compared(const At<Contender>& wanted) {
    for (const std::size_t i : claimed_.scenarios.empty() ? claimed_.all : claimed_.scenarios) {
      const auto& compare = file_[i].bench->compare;
      const bool by_flag = !compare.empty() && compare.front().at.line == 0;
      if (by_flag || meant(file_[i], wanted.value)) return;
    }
    fail(wanted.at,
         "`" + format(wanted.value) + "` is not compared",
         "the protocol of the file is, and what `compare` names");
  }

  void axis() {
    const std::string& place = check_.place.value;
    const auto all = values(place);
    if (all.size() < 2 && !was_set(place))
      fail(check_.place.at,
           "`" + place + "` has one value only",
           "`sweep: {" + place + ": [...]}` gives it several");
    for (const std::string& value : all)
      if (!number_of(value))
        fail(check_.place.at,
             fmt::format("`{}` is no number, nor a time or a share", value),
             "what grows with a place needs numbers there");
  }

  std::span<const Scenario> file_;
  const Claimed& claimed_;
  const ResemblanceCheck& check_;
  std::optional<Error> error_;
};

// ---- After the runs.

std::string digits(double value) {
  const double size = std::abs(value);
  if (size >= 1'000) return fmt::format("{:.0f}", value);
  return fmt::format("{:.4g}", value);
}

std::string factor_text(double factor) {
  if (factor >= 100) return fmt::format("{:.0f}", factor);
  if (factor >= 10) return fmt::format("{:.1f}", factor);
  if (factor >= 1) return fmt::format("{:.2f}", factor);
  return fmt::format("{:.3g}", factor);
}

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

/// A value of the measure at one point.
struct Sample {
  double value = 0;
  double half_width = 0;
  double x = 0;       // what the place is there
  std::string where;  // `at bench.skew=0.9`; empty in a file of one scenario
  std::string rest;   // the point without the place: samples with the same are one row
  std::size_t scenario = 0;
};

class Judge {
 public:
  Judge(std::span<const Scenario> file, std::span<const Point> points, const Claimed& claimed)
      : file_(file),
        points_(points),
        claimed_(claimed),
        check_(*claimed.check),
        measure_(*find_measure(check_.measure.value)),
        subject_(check_.measure.value + " of " + format(check_.of.value)) {}

  Judgement run() {
    Judgement out{check_, std::nullopt, ""};
    const auto samples = samples_of(check_.of.value);
    if (claimed_.scenarios.empty()) unknown("no run is like its `where`");
    if (sentence_.empty()) judge(samples);
    out.holds = holds_;
    out.sentence = sentence_;
    return out;
  }

 private:
  void say(bool holds, const std::string& sentence) {
    holds_ = holds;
    sentence_ = subject_ + " " + sentence;
  }
  void unknown(const std::string& why) {
    holds_.reset();
    sentence_ = subject_ + " cannot be judged: " + why;
  }

  static std::string rest_of(const Point& point, const std::string& place, bool swept) {
    std::string out = swept ? point.variant : "";
    for (const auto& [path, value] : point.place)
      if (path != place) out += (out.empty() ? "" : ", ") + path + "=" + value;
    return out;
  }

  std::vector<Sample> samples_of(const Contender& wanted) {
    std::vector<Sample> out;
    for (const std::size_t i : claimed_.scenarios) {
      const auto contender = meant(file_[i], wanted);
      if (!contender) continue;
      const auto found = std::ranges::find_if(points_, [&](const Point& point) {
        return point.scenario == i && point.contender == *contender;
      });
      if (found == points_.end() || !found->complete()) {
        unknown("not all runs have ended");
        return {};
      }
      if (!add(*found, out)) return {};
    }
    if (out.empty()) unknown(format(wanted) + " is not compared");
    return out;
  }

  bool add(const Point& point, std::vector<Sample>& out) {
    const Estimate& estimate = point.estimates[index_of(measure_)];
    const std::string label = point.label();
    Sample sample;
    sample.where = label.empty() ? "" : " at " + label;
    if (!estimate.mean && !measure_.none_is_zero) {
      unknown("there is no value" + sample.where);
      return false;
    }
    sample.value = estimate.mean.value_or(0);
    sample.half_width = estimate.half_width.value_or(0);
    sample.scenario = point.scenario;
    if (const std::string& place = check_.place.value; !place.empty()) {
      const std::string* const text = value_at(file_[point.scenario], place);
      const auto x = text == nullptr ? std::nullopt : number_of(*text);
      if (!x) {
        unknown("`" + place + "` has no value" + sample.where);
        return false;
      }
      sample.x = *x;
      const bool swept =
          std::ranges::any_of(point.place, [&](const auto& each) { return each.first == place; });
      sample.rest = rest_of(point, place, swept);
    }
    out.push_back(std::move(sample));
    return true;
  }

  std::string text(double value) const { return value_text(measure_, value); }
  std::string text(const Sample& sample) const { return text(sample.value) + sample.where; }

  void judge(const std::vector<Sample>& samples) {
    switch (check_.is.value) {
      case Claim::proportional: return proportional(samples);
      case Claim::zero: return zero(samples);
      case Claim::grows: return along(samples, 1);
      case Claim::falls: return along(samples, -1);
      case Claim::flat: return flat(samples);
      case Claim::below: return beside(samples, -1);
      case Claim::above: return beside(samples, 1);
    }
  }

  void proportional(const std::vector<Sample>& samples) {
    constexpr double millionth = 1e-6;
    double factor = static_cast<double>(check_.factor_millionths.value_or(0)) * millionth;
    if (!check_.factor_millionths) {
      double values = 0;
      double places = 0;
      for (const Sample& sample : samples) {
        values += sample.value;
        places += sample.x;
      }
      if (several(samples) == nullptr) return;
      if (places <= 0) return unknown("`" + check_.place.value + "` is zero");
      factor = values / places;
    }
    double most = 0;
    const Sample* worst = &samples.front();
    for (const Sample& sample : samples) {
      const double wanted = factor * sample.x;
      const double off = std::abs(sample.value - wanted);
      const double share = off == 0 ? 0 : wanted == 0 ? HUGE_VAL : off / wanted;
      if (share > most) worst = &sample;
      most = std::max(most, share);
    }
    const std::string claim = factor_text(factor) + " times " + check_.place.value;
    if (is_within(most))
      return say(true, fmt::format("is {} (at most {} off)", claim, percent(most)));
    say(false,
        fmt::format("is not {}: {}{}",
                    claim,
                    text(*worst),
                    std::isinf(most) ? "" : ", " + percent(most) + " off"));
  }

  /// Rounding of the arithmetic is no difference.
  static constexpr double rounding = 1e-9;
  bool is_within(double share) const { return share <= as_number(check_.within) + rounding; }

  void zero(const std::vector<Sample>& samples) {
    for (const Sample& sample : samples)
      if (sample.value != 0) return say(false, "is not zero: " + text(sample));
    say(true, "is zero");
  }

  /// RETURNS: null, and says so, if the place has one value only.
  const Sample* several(const std::vector<Sample>& samples) {
    for (const Sample& sample : samples)
      if (sample.x != samples.front().x) return &sample;
    unknown("`" + check_.place.value + "` has one value only");
    return nullptr;
  }

  /// The rows along the axis, in its order.
  static std::map<std::string, std::vector<Sample>> rows_of(const std::vector<Sample>& samples) {
    std::map<std::string, std::vector<Sample>> rows;
    for (const Sample& sample : samples)
      rows[sample.rest].push_back(sample);
    for (auto& [rest, row] : rows)
      std::ranges::stable_sort(row, {}, &Sample::x);
    return rows;
  }

  /// Half the width of the interval of a difference.
  static double tolerance(const Sample& a, const Sample& b) {
    return std::hypot(a.half_width, b.half_width);
  }

  void along(const std::vector<Sample>& samples, int direction) {
    if (several(samples) == nullptr) return;
    const bool grows = direction > 0;
    const std::string with = " with " + check_.place.value;
    const auto rows = rows_of(samples);
    const auto deny = [&](const Sample& from, const Sample& to) {
      say(false,
          fmt::format(
              "does not {}{}: {}, then {}", grows ? "grow" : "fall", with, text(from), text(to)));
    };
    for (const auto& [rest, row] : rows) {
      for (std::size_t i = 1; i < row.size(); ++i) {
        const double step = direction * (row[i].value - row[i - 1].value);
        if (row[i].x != row[i - 1].x && step < -tolerance(row[i], row[i - 1]))
          return deny(row[i - 1], row[i]);
      }
      const double whole = direction * (row.back().value - row.front().value);
      if (whole <= tolerance(row.front(), row.back())) return deny(row.front(), row.back());
    }
    const auto& row = rows.begin()->second;
    say(true,
        fmt::format("{}{}: {}, {}{}",
                    grows ? "grows" : "falls",
                    with,
                    text(row.front()),
                    text(row.back()),
                    rows.size() == 1 ? "" : fmt::format("; so in all {} rows", rows.size())));
  }

  void flat(const std::vector<Sample>& samples) {
    if (several(samples) == nullptr) return;
    double most = 0;
    const Sample* worst = &samples.front();
    double mean_there = worst->value;
    for (const auto& [rest, row] : rows_of(samples)) {
      double mean = 0;
      for (const Sample& sample : row)
        mean += sample.value / static_cast<double>(row.size());
      for (const Sample& sample : row) {
        const double off = mean == 0 ? 0 : std::abs(sample.value - mean) / std::abs(mean);
        if (off <= most) continue;
        most = off;
        mean_there = mean;
        worst = &*std::ranges::find_if(samples, [&](const Sample& other) {
          return other.scenario == sample.scenario && other.rest == sample.rest;
        });
      }
    }
    const bool holds = is_within(most);
    say(holds,
        fmt::format("{} flat with {}: {} off its mean, {}{}",
                    holds ? "is" : "is not",
                    check_.place.value,
                    (holds ? "at most " : "") + percent(most),
                    text(mean_there),
                    holds ? "" : "; " + text(*worst)));
  }

  /// Below or above another protocol, in each scenario.
  void beside(const std::vector<Sample>& samples, int direction) {
    const auto others = samples_of(check_.than.value);
    if (others.empty()) return;
    const std::string than = format(check_.than.value);
    const char* const word = direction > 0 ? "above" : "below";
    const Sample* nearest = nullptr;
    const Sample* nearest_other = nullptr;
    double least = HUGE_VAL;
    for (const Sample& sample : samples) {
      const auto other = std::ranges::find(others, sample.scenario, &Sample::scenario);
      if (other == others.end()) continue;
      const double more = direction * (sample.value - other->value);
      const double share = other->value == 0 ? (more > 0   ? HUGE_VAL
                                                : more < 0 ? -HUGE_VAL
                                                           : 0)
                                             : more / std::abs(other->value);
      if (nearest != nullptr && share >= least) continue;
      least = share;
      nearest = &sample;
      nearest_other = &*other;
    }
    if (nearest == nullptr) return unknown("it never stands beside " + than);
    const double by = as_number(check_.by);
    const bool holds = least > 0 && least >= by - rounding;
    const std::string share =
        std::isinf(least) ? "" : fmt::format(", {} {}", percent(std::abs(least)), less_or_more());
    if (holds)
      return say(true,
                 fmt::format("is {} that of {}: {} and {}{}{}",
                             word,
                             than,
                             text(nearest->value),
                             text(nearest_other->value),
                             share,
                             samples.size() == 1 ? "" : " where they are nearest"));
    say(false,
        fmt::format("is not {}{} that of {}: {} and {}{}",
                    by > 0 ? percent(by) + " " : "",
                    word,
                    than,
                    text(nearest->value),
                    text(nearest_other->value),
                    nearest->where));
  }

  std::string less_or_more() const { return check_.is.value == Claim::below ? "less" : "more"; }

  std::span<const Scenario> file_;
  std::span<const Point> points_;
  const Claimed& claimed_;
  const ResemblanceCheck& check_;
  const Measure& measure_;
  std::string subject_;
  std::optional<bool> holds_;
  std::string sentence_;
};

}  // namespace

std::optional<Error> check_claims(std::span<const Scenario> file) {
  for (const Claimed& claimed : claims_of(file))
    if (auto error = Inspection(file, claimed).run()) return error;
  return std::nullopt;
}

std::vector<Judgement> judge(std::span<const Scenario> file, std::span<const Point> points) {
  std::vector<Judgement> out;
  for (const Claimed& claimed : claims_of(file))
    out.push_back(Judge(file, points, claimed).run());
  return out;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (read.ec == std::errc{} && read.ptr == end && std::isfinite(value)) return value;
  constexpr double us_per_ms = 1'000;
  if (const auto time = parse_duration(text)) return static_cast<double>(time->us) / us_per_ms;
  if (const auto share = parse_ratio(text)) return as_number(*share);
  return std::nullopt;
}

std::string value_text(const Measure& measure, double value) {
  if (measure.unit == "ms") return digits(value) + " ms";
  if (measure.unit == "share") return digits(100 * value) + " %";
  if (measure.unit == "1/s") return digits(value) + " per second";
  return digits(value);
}

}  // namespace concordat::bench
