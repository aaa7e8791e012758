// Values of a scenario with their places in the file, and what several of its parts are made of.
#pragma once

#include <string>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/result.hpp"

namespace concordat::scenario {

/// A value with its place in the file. Equality ignores the place.
template <class T>
struct At {
  T value{};
  Position at{};
  friend bool operator==(const At& a, const At& b) { return a.value == b.value; }
};

using Text = At<std::string>;

/// `key: value` of a mapping whose keys the protocol decides.
template <class T>
struct Entry {
  Text key;
  At<T> value;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// `timing: between: [{sites: [east, west], latency: 70ms}]`, in both directions; `[east, east]`
/// is inside a site.
struct SiteLatency {
  At<std::vector<Text>> sites;  // two
  At<DistributionSpec> latency;
  friend bool operator==(const SiteLatency&, const SiteLatency&) = default;
};

}  // namespace concordat::scenario
