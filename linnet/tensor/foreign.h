// Tensors on memory that another library owns, such as an array of NumPy: the numbers are shared, not copied.
#pragma once

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Memory of somebody else.
struct ForeignMemory {
  void* data = nullptr;                            // the first element, aligned as its type wants it
  void* owner = nullptr;                           // what keeps the memory alive
  void (*let_go)(void* owner) noexcept = nullptr;  // called once, on any thread, when no tensor uses it any more
};

/// A tensor of these sizes and strides (in elements, none negative) on `memory`. Whoever writes to one side changes the
/// other; gradients that need numbers that were changed from outside are wrong without notice. Throws
/// `[foreign_tensor] …`, without calling let_go, for a negative size or stride, and where sizes and strides differ in
/// number.
Tensor foreign_tensor(const ForeignMemory& memory, const Shape& shape, const Strides& strides, DType dtype);

}  // namespace linnet
#pragma GCC visibility pop
