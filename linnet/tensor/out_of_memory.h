// The error of a tensor that is larger than memory.
#pragma once

#include "linnet/base/check.h"

#pragma GCC visibility push(default)
namespace linnet {

/// There is not as much memory as a tensor needs (Python: MemoryError).
class OutOfMemory : public Error {
 public:
  using Error::Error;
};

}  // namespace linnet
#pragma GCC visibility pop
