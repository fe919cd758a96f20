// What fit, evaluate and predict print.
#pragma once

#include "case.h"

namespace golden {

void run_progress(Case& c);

}  // namespace golden
