#include <cstddef>
#include <functional>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

Shape row_shape(const Shape& sizes) { return sizes.slice(1, sizes.rank()); }

}  // namespace

void gather_rows(const View& src, const View& indices, double scale, double offset, const MutableView& dst) {
  dispatch_indices(indices, [&](auto index) {
    for (std::int64_t i = 0; i < dst.shape[0]; ++i) {
      const std::int64_t from = index(i * indices.strides[0]) * src.strides[0], to = i * dst.strides[0];
      auto row = [](auto* data, DType dtype, std::int64_t first) {
        return data + first * static_cast<std::int64_t>(size_of(dtype));
      };
      const View in(row(src.as<std::byte>(), src.dtype, from), src.dtype, row_shape(src.shape), row_shape(src.strides));
      const MutableView out(row(dst.as<std::byte>(), dst.dtype, to), dst.dtype, row_shape(dst.shape),
                            row_shape(dst.strides));
      if (src.dtype == dst.dtype)
        reference::copy(in, out);
      else
        reference::rescale(in, scale, offset, out);
    }
  });
}

void scatter_add_rows(const View& src, const View& indices, const MutableView& dst) {
  dispatch(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = Compute<T>;
    dispatch_indices(indices, [&](auto index) {
      for (std::int64_t i = 0; i < src.shape[0]; ++i) {
        const T* in = src.as<T>() + i * src.strides[0];
        T* out = dst.as<T>() + index(i * indices.strides[0]) * dst.strides[0];
        for_each_element(
            row_shape(src.shape),
            [&](std::int64_t s, std::int64_t d) {
              out[d] = store<T>(wrapping(static_cast<C>(out[d]), static_cast<C>(in[s]), std::plus<>()));
            },
            row_shape(src.strides), row_shape(dst.strides));
      }
    });
  });
}

void take_along_axis(const View& src, const View& indices, int axis, const MutableView& dst) {
  Strides lanes = src.strides;  // the index replaces the step along the axis
  const std::int64_t step = lanes[axis];
  lanes[axis] = 0;
  dispatch(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    dispatch_indices(indices, [&](auto index) {
      for_each_element(
          dst.shape,
          [&](std::int64_t s, std::int64_t i, std::int64_t d) { dst.as<T>()[d] = src.as<T>()[s + index(i) * step]; },
          lanes, indices.strides, dst.strides);
    });
  });
}

void add_along_axis(const View& src, const View& indices, int axis, const MutableView& dst) {
  Strides lanes = dst.strides;
  const std::int64_t step = lanes[axis];
  lanes[axis] = 0;
  dispatch(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = Compute<T>;
    dispatch_indices(indices, [&](auto index) {
      for_each_element(
          src.shape,
          [&](std::int64_t s, std::int64_t i, std::int64_t d) {
            T& out = dst.as<T>()[d + index(i) * step];
            out = store<T>(wrapping(static_cast<C>(out), static_cast<C>(src.as<T>()[s]), std::plus<>()));
          },
          src.strides, indices.strides, lanes);
    });
  });
}

void one_hot(const View& indices, const MutableView& dst) {
  const int axis = dst.rank() - 1;
  dispatch(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    dispatch_indices(indices, [&](auto index) {
      for_each_element(
          indices.shape,
          [&](std::int64_t i, std::int64_t d) {
            for (std::int64_t c = 0; c < dst.shape[axis]; ++c)
              dst.as<T>()[d + c * dst.strides[axis]] = convert<T>(static_cast<std::int32_t>(index(i) == c));
          },
          indices.strides, without_axis(dst.strides, axis));
    });
  });
}

}  // namespace linnet::kernels::reference
