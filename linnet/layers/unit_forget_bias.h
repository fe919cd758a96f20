// The first bias of an LSTM. Internal.
#pragma once

#include "linnet/initializers/initializer.h"

namespace linnet {

/// What `others` gives for the gates i, c and o, and ones for f, the second quarter: at first nothing is forgotten.
AnyInitializer unit_forget_bias(const AnyInitializer& others);

}  // namespace linnet
