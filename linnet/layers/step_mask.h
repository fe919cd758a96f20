// Masks that depend on the places of steps alone. Internal.
#pragma once

#include <cstdint>
#include <optional>

#include "linnet/tensor/tensor.h"

namespace linnet {

/// [T, S] booleans: query step i sees key step j where j <= i, if `causal`, and where |i - j| < window, if there is
/// one. An empty tensor if there is neither.
Tensor step_mask(std::int64_t query_steps, std::int64_t key_steps, bool causal, std::optional<std::int64_t> window);

}  // namespace linnet
