#include "linnet/layers/circles.h"

#include <algorithm>

namespace linnet {

bool holds(const Layer& outer, const Layer& inner) {
  const auto& below = outer.sublayers();
  return outer.identity() == inner.identity() ||
         std::any_of(below.begin(), below.end(), [&](const AnyLayer& layer) { return holds(*layer, inner); });
}

}  // namespace linnet
