#include "sim/base/distribution.hpp"

namespace concordat {

std::string describe(const DistributionSpec& spec) {
  return format(spec.first);
}

Distribution::Distribution(const DistributionSpec& spec)
    : kind_(spec.kind), first_(spec.first), plus_(spec.plus) {}

Duration Distribution::draw(Random& /*random*/) const {
  return {first_.us + plus_.us};
}

Distribution::Mean Distribution::mean() const {
  return {first_.us + plus_.us, 1};
}

}  // namespace concordat
