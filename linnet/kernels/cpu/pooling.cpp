// Pooling of float32 images with channels last: the channels of a cell are a row of vectors. Other layouts are copied.
#include <algorithm>
#include <vector>

#include "linnet/base/thread_pool.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/dense.h"
#include "linnet/kernels/cpu/targets.h"
#include "linnet/kernels/windows.h"

#ifndef LINNET_KERNELS_CPU_POOLING_ONCE
#define LINNET_KERNELS_CPU_POOLING_ONCE
namespace linnet::kernels::cpu {

/// The cells of one window: where their channels begin.
struct Cells {
  const std::int64_t* offsets;
  std::int64_t count, channels;
};

}  // namespace linnet::kernels::cpu
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/pooling.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// Calls body(i, number of valid elements) for the vectors of the channels.
template <class Body>
HWY_INLINE void for_each_channel_vector(const Cells& cells, Body body) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for (std::int64_t i = 0; i < cells.channels; i += lanes)
    body(i, static_cast<std::size_t>(std::min(lanes, cells.channels - i)));
}

void largest_on_target(const float* src, const Cells& cells, float* dst) {
  const FloatTag d;
  for_each_channel_vector(cells, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    FloatVector largest = load_first(d, src + cells.offsets[0] + i, valid);
    for (std::int64_t k = 1; k < cells.count; ++k) {
      const FloatVector x = load_first(d, src + cells.offsets[k] + i, valid);
      largest = hn::IfThenElse(hn::Or(hn::Gt(x, largest), hn::IsNaN(x)), x, largest);
    }
    store_first(largest, d, dst + i, valid);
  });
}

void average_on_target(const float* src, const Cells& cells, float* dst) {
  const FloatTag d;
  const FloatVector part = hn::Set(d, 1 / static_cast<float>(cells.count));
  for_each_channel_vector(cells, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    FloatVector sum = load_first(d, src + cells.offsets[0] + i, valid);
    for (std::int64_t k = 1; k < cells.count; ++k) sum = hn::Add(sum, load_first(d, src + cells.offsets[k] + i, valid));
    store_first(hn::Mul(sum, part), d, dst + i, valid);
  });
}

/// What is still to be given away is 0 once the first of the largest has it.
void give_to_largest_on_target(const float* src, const float* dst, const float* diff_dst, const Cells& cells,
                               float* diff_src) {
  const FloatTag d;
  for_each_channel_vector(cells, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    const FloatVector largest = load_first(d, dst + i, valid);
    FloatVector rest = load_first(d, diff_dst + i, valid);
    for (std::int64_t k = 0; k < cells.count; ++k) {
      const FloatVector x = load_first(d, src + cells.offsets[k] + i, valid);
      const auto takes = hn::Or(hn::Eq(x, largest), hn::IsNaN(x));
      float* sum = diff_src + cells.offsets[k] + i;
      store_first(hn::Add(load_first(d, sum, valid), hn::IfThenElseZero(takes, rest)), d, sum, valid);
      rest = hn::IfThenZeroElse(takes, rest);
    }
  });
}

void give_to_all_on_target(const float* diff_dst, const Cells& cells, float* diff_src) {
  const FloatTag d;
  const FloatVector part = hn::Set(d, 1 / static_cast<float>(cells.count));
  for_each_channel_vector(cells, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    const FloatVector share = hn::Mul(load_first(d, diff_dst + i, valid), part);
    for (std::int64_t k = 0; k < cells.count; ++k) {
      float* sum = diff_src + cells.offsets[k] + i;
      store_first(hn::Add(load_first(d, sum, valid), share), d, sum, valid);
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(largest_on_target);
HWY_EXPORT(average_on_target);
HWY_EXPORT(give_to_largest_on_target);
HWY_EXPORT(give_to_all_on_target);

constexpr std::int64_t grain = 16 * 1024;  // elements that are worth a block

/// Where dense images begin and their cells lie.
struct Images {
  Position sizes;
  std::int64_t channels;

  explicit Images(const View& volumes) : sizes(sizes_at(volumes.shape, 1)), channels(volumes.shape[4]) {}
  std::int64_t positions() const { return sizes[0] * sizes[1] * sizes[2]; }
  std::int64_t offset(const Position& p) const { return ((p[0] * sizes[1] + p[1]) * sizes[2] + p[2]) * channels; }
  Position position(std::int64_t index) const {
    return {index / (sizes[1] * sizes[2]), index / sizes[2] % sizes[1], index % sizes[2]};
  }
};

/// The windows of one block, one after the other.
class WindowWalk {
 public:
  WindowWalk(const Images& src, const Images& dst, const Shape& window, const Windows& windows)
      : src_(src), dst_(dst), window_(sizes_at(window, 0)), windows_(windows) {}

  /// The cells of window `index` of an image.
  Cells at(std::int64_t index) {
    offsets_.clear();
    for_each_cell(windows_, window_, src_.sizes, dst_.position(index),
                  [&](const Position&, const Position& x) { offsets_.push_back(src_.offset(x)); });
    return {offsets_.data(), static_cast<std::int64_t>(offsets_.size()), src_.channels};
  }

 private:
  const Images &src_, &dst_;
  Position window_;
  const Windows& windows_;
  std::vector<std::int64_t> offsets_;
};

bool is_own(const View& src, const View& dst) {
  const bool is_computed_in_float32 = dst.dtype == DType::float32 || dst.dtype == DType::bfloat16;
  return is_computed_in_float32 && dst.size() > 0 && src.size() > 0;
}

}  // namespace

bool pool(PoolOp op, const View& src, const Shape& window, const Windows& windows, const MutableView& dst) {
  if (!is_own(src, dst)) return false;
  const DenseInput input(src);
  const DenseOutput output(dst);
  const Images from(as_volumes(src)), to(as_volumes(View(dst)));
  const Shape sizes = as_volumes(window);
  const Windows volumes = as_volumes(windows);
  const std::int64_t positions = to.positions(), channels = to.channels, image = from.positions() * channels;
  const std::int64_t cost = sizes.size() * channels;
  parallel_ranges(dst.shape[0] * positions, grain / cost + 1, 1, [&](std::int64_t first, std::int64_t last) {
    WindowWalk walk(from, to, sizes, volumes);
    for (std::int64_t i = first; i < last; ++i) {
      const Cells cells = walk.at(i % positions);
      const float* x = input.data() + i / positions * image;
      float* y = output.data() + i * channels;
      op == PoolOp::maximum ? HWY_DYNAMIC_DISPATCH(largest_on_target)(x, cells, y)
                            : HWY_DYNAMIC_DISPATCH(average_on_target)(x, cells, y);
    }
  });
  output.store();
  return true;
}

bool pool_backward(PoolOp op, const View& src, const View& dst, const View& diff_dst, const Shape& window,
                   const Windows& windows, const MutableView& diff_src) {
  if (!is_own(diff_src, diff_dst)) return false;
  const bool reads = op == PoolOp::maximum;
  const DenseInput input(reads ? src : View()), largest(reads ? dst : View()), gradient(diff_dst);
  const DenseOutput output(diff_src);
  const Images to(as_volumes(View(diff_src))), from(as_volumes(diff_dst));
  const Shape sizes = as_volumes(window);
  const Windows volumes = as_volumes(windows);
  const std::int64_t positions = from.positions(), channels = to.channels, image = to.positions() * channels;
  const std::int64_t cost = std::max(image, positions * channels * sizes.size());
  parallel_ranges(diff_src.shape[0], grain / cost + 1, 1, [&](std::int64_t first, std::int64_t last) {
    WindowWalk walk(to, from, sizes, volumes);
    for (std::int64_t n = first; n < last; ++n) {
      float* dx = output.data() + n * image;
      std::fill_n(dx, image, 0.0f);
      for (std::int64_t i = 0; i < positions; ++i) {
        const Cells cells = walk.at(i);
        const std::int64_t y = (n * positions + i) * channels;
        if (reads) HWY_DYNAMIC_DISPATCH(give_to_largest_on_target)
        (input.data() + n * image, largest.data() + y, gradient.data() + y, cells, dx);
        else HWY_DYNAMIC_DISPATCH(give_to_all_on_target)(gradient.data() + y, cells, dx);
      }
    }
  });
  output.store();
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
