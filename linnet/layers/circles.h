// Layers that would hold themselves.
#pragma once

#include "linnet/layers/layer.h"

namespace linnet {

/// Is `inner` the layer `outer`, or somewhere below it?
bool holds(const Layer& outer, const Layer& inner);

}  // namespace linnet
