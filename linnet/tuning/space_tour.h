// SpaceTour: sees all of a search space, its conditional scopes too, before a search begins. Internal.
#pragma once

#include <vector>

#include "linnet/tuning/hyper_parameters.h"

namespace linnet::detail {

/// A model asks only for what the values so far lead to. So it is built once, and once more for each conditional scope
/// that was not entered:
///   SpaceTour tour(hp);
///   do build(hp); while (tour.next());
class SpaceTour {
 public:
  explicit SpaceTour(HyperParameters& hp) : hp_(hp) { hp_.forget_scopes(); }
  /// Gives parents the values that enter a scope not seen so far. False when there is none.
  bool next();

 private:
  using Scope = std::vector<Condition>;

  HyperParameters& hp_;
  std::vector<Scope> seen_;
};

}  // namespace linnet::detail
