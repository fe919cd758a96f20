// Resizing and warping float32 images with channels last. Other layouts are copied.
#include <algorithm>

#include "linnet/base/thread_pool.h"
#include "linnet/kernels/cpu/dense.h"
#include "linnet/kernels/cpu/images.h"
#include "linnet/kernels/cpu/targets.h"
#include "linnet/kernels/kernels.h"
#include "linnet/kernels/sampling.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/images.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// dst[0 … n) = the sum of weights[k] * src[columns[k] * n …] over `count` entries.
void weighted_sum_on_target(const float* src, const std::int64_t* columns, const double* weights, std::int64_t count,
                            std::int64_t n, float* dst) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t i = 0; i < n; i += lanes) {
    const auto valid = static_cast<std::size_t>(std::min(lanes, n - i));
    FloatVector sum = hn::Zero(d);
    for (std::int64_t k = 0; k < count; ++k)
      sum = hn::Add(
          sum, hn::Mul(hn::Set(d, static_cast<float>(weights[k])), load_first(d, src + columns[k] * n + i, valid)));
    store_first(sum, d, dst + i, valid);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(weighted_sum_on_target);

constexpr std::int64_t grain = 16 * 1024;  // elements that are worth a block

bool is_own(DType dtype) { return dtype == DType::float32 || dtype == DType::bfloat16; }

/// Few channels: vectors would be mostly empty.
void weighted_sum_of_few(const float* src, const std::int64_t* columns, const double* weights, std::int64_t count,
                         std::int64_t n, float* dst) {
  for (std::int64_t i = 0; i < n; ++i) {
    float sum = 0;
    for (std::int64_t k = 0; k < count; ++k) sum += static_cast<float>(weights[k]) * src[columns[k] * n + i];
    dst[i] = sum;
  }
}

/// The channels of one place: at most four pixels, each with its weight.
void sample_place(const float* image, const Neighbours& rows, const Neighbours& columns, std::int64_t width,
                  std::int64_t channels, float fill_value, float* dst) {
  std::fill_n(dst, channels, 0.0f);
  for (std::size_t v = 0; v < rows.count; ++v)
    for (std::size_t u = 0; u < columns.count; ++u) {
      const auto weight = static_cast<float>(rows.weights[v] * columns.weights[u]);
      if (rows.pixels[v] < 0 || columns.pixels[u] < 0) {
        for (std::int64_t c = 0; c < channels; ++c) dst[c] += weight * fill_value;
        continue;
      }
      const float* pixel = image + (rows.pixels[v] * width + columns.pixels[u]) * channels;
      for (std::int64_t c = 0; c < channels; ++c) dst[c] += weight * pixel[c];
    }
}

}  // namespace

bool sparse_rows(const SparseRows& matrix, const View& src, const MutableView& dst) {
  if (!is_own(dst.dtype) || dst.size() == 0 || src.size() == 0) return false;
  constexpr std::int64_t few = 4;
  const DenseInput input(src);
  const DenseOutput output(dst);
  const std::int64_t from = src.shape[1], rows = dst.shape[1], n = dst.shape[2];
  const auto entries = static_cast<std::int64_t>(matrix.columns.size());
  parallel_ranges(dst.shape[0] * rows, grain / (n * (entries / rows + 1)) + 1, 1,
                  [&](std::int64_t first, std::int64_t last) {
                    for (std::int64_t i = first; i < last; ++i) {
                      const std::int64_t row = i % rows, begin = matrix.first[static_cast<std::size_t>(row)];
                      const std::int64_t count = matrix.first[static_cast<std::size_t>(row) + 1] - begin;
                      const float* x = input.data() + i / rows * from * n;
                      const std::int64_t* columns = matrix.columns.data() + begin;
                      const double* weights = matrix.weights.data() + begin;
                      float* y = output.data() + i * n;
                      if (n <= few)
                        weighted_sum_of_few(x, columns, weights, count, n, y);
                      else
                        HWY_DYNAMIC_DISPATCH(weighted_sum_on_target)(x, columns, weights, count, n, y);
                    }
                  });
  output.store();
  return true;
}

bool sample(const View& src, const View& places, Interpolation interpolation, FillMode fill_mode, double fill_value,
            const MutableView& dst) {
  if (!is_own(dst.dtype) || dst.size() == 0 || src.size() == 0) return false;
  const DenseInput input(src), coordinates(places);
  const DenseOutput output(dst);
  const std::int64_t height = src.shape[1], width = src.shape[2], channels = src.shape[3];
  const std::int64_t pixels = dst.shape[1] * dst.shape[2];
  parallel_ranges(dst.shape[0] * pixels, grain / (8 + channels), 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      const float* place = coordinates.data() + 2 * i;
      sample_place(input.data() + i / pixels * height * width * channels,
                   neighbours_of(place[0], height, interpolation, fill_mode),
                   neighbours_of(place[1], width, interpolation, fill_mode), width, channels,
                   static_cast<float>(fill_value), output.data() + i * channels);
    }
  });
  output.store();
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
