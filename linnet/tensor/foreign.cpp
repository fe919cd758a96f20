#include "linnet/tensor/foreign.h"

#include "linnet/tensor/node.h"

namespace linnet {

Tensor foreign_tensor(const ForeignMemory& memory, const Shape& shape, const Strides& strides, DType dtype) {
  check(shape.rank() == strides.rank(), "[foreign_tensor] expected a stride for each axis of shape ", shape,
        ", received ", strides.rank());
  for (int axis = 0; axis < shape.rank(); ++axis)
    check(shape[axis] >= 0 && strides[axis] >= 0, "[foreign_tensor] expected no negative sizes and strides, received ",
          shape, " and ", strides);
  auto* impl = new detail::TensorImpl;
  Tensor tensor = Tensor::adopt(impl);
  impl->dtype = dtype;
  impl->shape = shape;
  impl->strides = strides;
  impl->storage = detail::Storage::create(0);
  impl->storage->let_go = memory.let_go;
  impl->storage->owner = memory.owner;
  impl->data = static_cast<std::byte*>(memory.data);
  return tensor;
}

}  // namespace linnet
