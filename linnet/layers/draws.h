// Random numbers that are not uniform or normal, one after the other. Internal.
#pragma once

#include <cstdint>

#include "linnet/base/random.h"

namespace linnet {

/// A sequence of numbers that is a function of (seed, stream, number); takes one stream of `generator`.
class Draws {
 public:
  explicit Draws(SeedGenerator& generator) : seed_(generator.seed), stream_(generator.next()) {}

  /// In [0, 1).
  double uniform();
  /// In 0 … n - 1.
  std::int64_t below(std::int64_t n);
  double normal();
  /// Gamma distribution of shape `alpha` > 0 and scale 1. Marsaglia and Tsang, "A simple method for generating gamma
  /// variables", 2000.
  double gamma(double alpha);
  /// Beta distribution with both parameters `alpha`, in [0, 1].
  double beta(double alpha);

 private:
  std::uint64_t seed_, stream_, counter_ = 0;
};

}  // namespace linnet
