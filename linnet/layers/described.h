// A layer as errors name it. Internal.
#pragma once

#include <string>

#include "linnet/layers/layer.h"

namespace linnet {

/// `[Dense "hidden"]`.
inline std::string described(const Layer& layer) { return "[" + layer.class_name() + " \"" + layer.name() + "\"]"; }

}  // namespace linnet
