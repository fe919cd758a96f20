// Who may write over a tensor's numbers. Internal.
#pragma once

#include "linnet/tensor/node.h"

namespace linnet::detail {

/// Whether nobody but the holder of `x`, which is contiguous, can see its numbers: a rule may write its result there.
inline bool is_unshared(const Tensor& x) {
  return x.impl()->references == 1 && x.impl()->storage->references == 1 && x.is_contiguous();
}

}  // namespace linnet::detail
