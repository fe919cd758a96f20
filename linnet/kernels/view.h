// View: what a kernel sees of a tensor - a pointer, a dtype, sizes and strides. It owns nothing.
#pragma once

#include <type_traits>

#include "linnet/base/dtype.h"
#include "linnet/base/shape.h"

#pragma GCC visibility push(default)
namespace linnet::kernels {

template <class Void>
struct BasicView {
  Void* data = nullptr;
  DType dtype = float32;
  Shape shape;
  Strides strides;  // in elements

  int rank() const { return shape.rank(); }
  std::int64_t size() const {
    std::int64_t product = 1;
    for (std::int64_t n : shape) product *= n;
    return product;
  }
  bool is_contiguous() const {
    std::int64_t step = 1;
    for (int i = rank() - 1; i >= 0; --i) {
      if (shape[i] != 1 && strides[i] != step) return size() == 0;
      step *= shape[i];
    }
    return true;
  }
  template <class T>
  auto as() const {
    if constexpr (std::is_const_v<Void>)
      return static_cast<const T*>(data);
    else
      return static_cast<T*>(data);
  }
};

struct View : BasicView<const void> {
  View() = default;
  View(const void* first, DType type, const Shape& sizes, const Strides& steps)
      : BasicView<const void>{first, type, sizes, steps} {}
};
struct MutableView : BasicView<void> {
  MutableView() = default;
  MutableView(void* first, DType type, const Shape& sizes, const Strides& steps)
      : BasicView<void>{first, type, sizes, steps} {}
  operator View() const { return {data, dtype, shape, strides}; }
};

}  // namespace linnet::kernels
#pragma GCC visibility pop
