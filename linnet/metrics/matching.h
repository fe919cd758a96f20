// What metrics share.
#pragma once

#include "linnet/base/config.h"
#include "linnet/losses/targets.h"

namespace linnet::metrics {

/// Adds what every metric's config has: "dtype".
Config metric_config(Config fields_written);

}  // namespace linnet::metrics
