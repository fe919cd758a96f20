#include "linnet/kernels/reference/images.h"

#include <algorithm>
#include <vector>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/sampling.h"

namespace linnet::kernels::reference {
namespace {

template <class T>
void sparse_rows_of(const SparseRows& matrix, const View& src, const MutableView& dst) {
  for (std::int64_t n = 0; n < dst.shape[0]; ++n)
    for (std::int64_t i = 0; i < dst.shape[1]; ++i)
      for (std::int64_t c = 0; c < dst.shape[2]; ++c) {
        const auto row = static_cast<std::size_t>(i);
        double sum = 0;
        for (auto k = static_cast<std::size_t>(matrix.first[row]); k < static_cast<std::size_t>(matrix.first[row + 1]);
             ++k)
          sum += matrix.weights[k] *
                 static_cast<double>(
                     src.as<T>()[n * src.strides[0] + matrix.columns[k] * src.strides[1] + c * src.strides[2]]);
        dst.as<T>()[n * dst.strides[0] + i * dst.strides[1] + c * dst.strides[2]] = store<T>(sum);
      }
}

/// Calls body(offset in the image or -1 for the fill value, weight) for the pixels that `place` is read from.
template <class Body>
void for_each_neighbour(const Shape& shape, const Strides& strides, const float* place, std::int64_t step,
                        Interpolation interpolation, FillMode fill_mode, Body body) {
  const Neighbours rows = neighbours_of(place[0], shape[1], interpolation, fill_mode),
                   columns = neighbours_of(place[step], shape[2], interpolation, fill_mode);
  for (std::size_t v = 0; v < rows.count; ++v)
    for (std::size_t u = 0; u < columns.count; ++u) {
      const bool inside = rows.pixels[v] >= 0 && columns.pixels[u] >= 0;
      body(inside ? rows.pixels[v] * strides[1] + columns.pixels[u] * strides[2] : -1,
           rows.weights[v] * columns.weights[u]);
    }
}

const float* place_at(const View& places, std::int64_t n, std::int64_t i, std::int64_t j) {
  return places.as<float>() + n * places.strides[0] + i * places.strides[1] + j * places.strides[2];
}

template <class T>
void sample_of(const View& src, const View& places, Interpolation interpolation, FillMode fill_mode, double fill_value,
               const MutableView& dst) {
  for (std::int64_t n = 0; n < dst.shape[0]; ++n)
    for (std::int64_t i = 0; i < dst.shape[1]; ++i)
      for (std::int64_t j = 0; j < dst.shape[2]; ++j)
        for (std::int64_t c = 0; c < dst.shape[3]; ++c) {
          const T* image = src.as<T>() + n * src.strides[0] + c * src.strides[3];
          double sum = 0;
          for_each_neighbour(src.shape, src.strides, place_at(places, n, i, j), places.strides[3], interpolation,
                             fill_mode, [&](std::int64_t offset, double weight) {
                               sum += weight * (offset < 0 ? fill_value : static_cast<double>(image[offset]));
                             });
          dst.as<T>()[n * dst.strides[0] + i * dst.strides[1] + j * dst.strides[2] + c * dst.strides[3]] =
              store<T>(sum);
        }
}

template <class T>
void sample_backward_of(const View& diff_dst, const View& places, Interpolation interpolation, FillMode fill_mode,
                        const MutableView& diff_src) {
  const std::int64_t height = diff_src.shape[1], width = diff_src.shape[2];
  const Strides dense{0, width, 1, 0};
  std::vector<double> total(static_cast<std::size_t>(height * width));
  for (std::int64_t n = 0; n < diff_src.shape[0]; ++n)
    for (std::int64_t c = 0; c < diff_src.shape[3]; ++c) {
      std::fill(total.begin(), total.end(), 0.0);
      for (std::int64_t i = 0; i < diff_dst.shape[1]; ++i)
        for (std::int64_t j = 0; j < diff_dst.shape[2]; ++j) {
          const auto d = static_cast<double>(diff_dst.as<T>()[n * diff_dst.strides[0] + i * diff_dst.strides[1] +
                                                              j * diff_dst.strides[2] + c * diff_dst.strides[3]]);
          for_each_neighbour(diff_src.shape, dense, place_at(places, n, i, j), places.strides[3], interpolation,
                             fill_mode, [&](std::int64_t offset, double weight) {
                               if (offset >= 0) total[static_cast<std::size_t>(offset)] += weight * d;
                             });
        }
      for (std::int64_t v = 0; v < height; ++v)
        for (std::int64_t u = 0; u < width; ++u)
          diff_src.as<T>()[n * diff_src.strides[0] + v * diff_src.strides[1] + u * diff_src.strides[2] +
                           c * diff_src.strides[3]] = store<T>(total[static_cast<std::size_t>(v * width + u)]);
    }
}

}  // namespace

void sparse_rows(const SparseRows& matrix, const View& src, const MutableView& dst) {
  dispatch_floating(dst.dtype, [&](auto zero) { sparse_rows_of<decltype(zero)>(matrix, src, dst); });
}

void sample(const View& src, const View& places, Interpolation interpolation, FillMode fill_mode, double fill_value,
            const MutableView& dst) {
  dispatch_floating(
      dst.dtype, [&](auto zero) { sample_of<decltype(zero)>(src, places, interpolation, fill_mode, fill_value, dst); });
}

void sample_backward(const View& diff_dst, const View& places, Interpolation interpolation, FillMode fill_mode,
                     const MutableView& diff_src) {
  dispatch_floating(diff_src.dtype, [&](auto zero) {
    sample_backward_of<decltype(zero)>(diff_dst, places, interpolation, fill_mode, diff_src);
  });
}

}  // namespace linnet::kernels::reference
