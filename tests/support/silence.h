#pragma once

#include "linnet/base/warning.h"

namespace linnet::testing {

/// Warnings of mixed precision on processors without products of bfloat16 do not belong to a test's output.
struct Silence {
  Silence() {
    set_warning_handler([](const std::string&) {});
  }
  ~Silence() { set_warning_handler({}); }
};

}  // namespace linnet::testing
