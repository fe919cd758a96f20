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

/// Windows side by side, each with its cells at the same places: where the channels of the first window's cells begin,
/// and how far the next window lies from it.
struct WindowRun {
  const std::int64_t* offsets;
  std::int64_t cells, windows, step, channels;
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

/// Calls body(Whole or Partial, offset in src, offset in dst) for the vectors of the channels of all windows.
template <class Body>
HWY_INLINE void for_each_channel_part(const WindowRun& run, Body body) {
  for (std::int64_t w = 0; w < run.windows; ++w)
    for_each_part(run.channels,
                  [&](auto part, std::int64_t i) HWY_ATTR { body(part, w * run.step + i, w * run.channels + i); });
}

void largest_on_target(const float* src, const WindowRun& run, float* dst) {
  for_each_channel_part(run, [&](auto part, std::int64_t from, std::int64_t to) HWY_ATTR {
    FloatVector largest = part.load(src + run.offsets[0] + from);
    for (std::int64_t k = 1; k < run.cells; ++k) {
      const FloatVector x = part.load(src + run.offsets[k] + from);
      largest = hn::IfThenElse(hn::Or(hn::Gt(x, largest), hn::IsNaN(x)), x, largest);
    }
    part.store(largest, dst + to);
  });
}

void average_on_target(const float* src, const WindowRun& run, float* dst) {
  const FloatVector share = hn::Set(FloatTag(), 1 / static_cast<float>(run.cells));
  for_each_channel_part(run, [&](auto part, std::int64_t from, std::int64_t to) HWY_ATTR {
    FloatVector sum = part.load(src + run.offsets[0] + from);
    for (std::int64_t k = 1; k < run.cells; ++k) sum = hn::Add(sum, part.load(src + run.offsets[k] + from));
    part.store(hn::Mul(sum, share), dst + to);
  });
}

/// Adds to what a cell has, or is the first and only one to write there.
template <bool adds, class Part>
HWY_INLINE void give(Part part, FloatVector share, float* cell) {
  part.store(adds ? hn::Add(part.load(cell), share) : share, cell);
}

/// What is still to be given away is 0 once the first of the largest has it.
template <bool adds>
HWY_INLINE void give_to_largest(const float* src, const float* dst, const float* diff_dst, const WindowRun& run,
                                float* diff_src) {
  for_each_channel_part(run, [&](auto part, std::int64_t from, std::int64_t to) HWY_ATTR {
    const FloatVector largest = part.load(dst + to);
    FloatVector rest = part.load(diff_dst + to);
    for (std::int64_t k = 0; k < run.cells; ++k) {
      const FloatVector x = part.load(src + run.offsets[k] + from);
      const auto takes = hn::Or(hn::Eq(x, largest), hn::IsNaN(x));
      give<adds>(part, hn::IfThenElseZero(takes, rest), diff_src + run.offsets[k] + from);
      rest = hn::IfThenZeroElse(takes, rest);
    }
  });
}

template <bool adds>
HWY_INLINE void give_to_all(const float* diff_dst, const WindowRun& run, float* diff_src) {
  const FloatVector share = hn::Set(FloatTag(), 1 / static_cast<float>(run.cells));
  for_each_channel_part(run, [&](auto part, std::int64_t from, std::int64_t to) HWY_ATTR {
    const FloatVector each = hn::Mul(part.load(diff_dst + to), share);
    for (std::int64_t k = 0; k < run.cells; ++k) give<adds>(part, each, diff_src + run.offsets[k] + from);
  });
}

/// The gradient of the largest, or, where src is null, of the average. Windows that share no cell need not add.
void give_on_target(const float* src, const float* dst, const float* diff_dst, const WindowRun& run, bool adds,
                    float* diff_src) {
  if (src == nullptr)
    adds ? give_to_all<true>(diff_dst, run, diff_src) : give_to_all<false>(diff_dst, run, diff_src);
  else
    adds ? give_to_largest<true>(src, dst, diff_dst, run, diff_src)
         : give_to_largest<false>(src, dst, diff_dst, run, diff_src);
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(largest_on_target);
HWY_EXPORT(average_on_target);
HWY_EXPORT(give_on_target);

constexpr std::int64_t grain = 16 * 1024;  // elements that are worth a block

/// Dense images: how their cells lie.
struct Images {
  Position sizes;
  std::int64_t channels;

  explicit Images(const View& volumes) : sizes(sizes_at(volumes.shape, 1)), channels(volumes.shape[4]) {}
  std::int64_t rows() const { return sizes[0] * sizes[1]; }
  std::int64_t size() const { return rows() * sizes[2] * channels; }
  std::int64_t offset(const Position& p) const { return ((p[0] * sizes[1] + p[1]) * sizes[2] + p[2]) * channels; }
};

/// The windows of an image, by rows of dst.
class WindowRows {
 public:
  WindowRows(const Images& src, const Images& dst, const Shape& window, const Windows& windows)
      : src_(src), dst_(dst), window_(sizes_at(window, 0)), windows_(windows) {
    const std::int64_t stride = windows.strides[2], padding = windows.padding[2],
                       last_cell = (window[2] - 1) * windows.dilation[2] - padding;  // of the first window
    whole_begin_ = std::max<std::int64_t>(0, (padding + stride - 1) / stride);
    whole_end_ = last_cell < src.sizes[2] ? (src.sizes[2] - 1 - last_cell) / stride + 1 : 0;
  }

  /// Calls body(run, offset in dst) for the runs of a row: along it, the windows that lie inside of src are one run,
  /// and each of the others is one.
  template <class Body>
  void for_each_run(std::int64_t row, Body body) {
    const std::int64_t end = dst_.sizes[2];
    for (Position y{row / dst_.sizes[1], row % dst_.sizes[1], 0}; y[2] < end;) {
      const bool whole = y[2] >= whole_begin_ && y[2] < whole_end_;
      const std::int64_t count = whole ? std::min(whole_end_, end) - y[2] : 1;
      offsets_.clear();
      for_each_cell(windows_, window_, src_.sizes, y,
                    [&](const Position&, const Position& x) { offsets_.push_back(src_.offset(x)); });
      body(WindowRun{offsets_.data(), static_cast<std::int64_t>(offsets_.size()), count,
                     windows_.strides[2] * src_.channels, src_.channels},
           dst_.offset(y));
      y[2] += count;
    }
  }

 private:
  const Images &src_, &dst_;
  Position window_;
  const Windows& windows_;
  std::int64_t whole_begin_, whole_end_;
  std::vector<std::int64_t> offsets_;
};

/// How often windows see a cell of src: whether some see one twice, and whether all together see each exactly once.
struct Sharing {
  bool overlaps = false, each_cell_once = true;

  Sharing(const Images& src, const Images& dst, const Shape& window, const Windows& w) {
    for (int a = 0; a < 3; ++a) {
      const auto i = static_cast<std::size_t>(a);
      const std::int64_t reach = (window[a] - 1) * w.dilation[a] + 1;
      if (dst.sizes[i] > 1 && reach > w.strides[a]) overlaps = true;
      const bool dense = w.dilation[a] == 1 && (dst.sizes[i] == 1 || window[a] == w.strides[a]);
      const std::int64_t end = (dst.sizes[i] - 1) * w.strides[a] + window[a] - w.padding[a];
      if (!dense || w.padding[a] < 0 || end < src.sizes[i]) each_cell_once = false;
    }
  }
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
  const auto run_kernel =
      op == PoolOp::maximum ? HWY_DYNAMIC_DISPATCH(largest_on_target) : HWY_DYNAMIC_DISPATCH(average_on_target);
  const std::int64_t rows = to.rows(), cost = sizes.size() * to.size() / rows;
  parallel_ranges(dst.shape[0] * rows, grain / cost + 1, 1, [&](std::int64_t first, std::int64_t last) {
    WindowRows windows_of(from, to, sizes, volumes);
    for (std::int64_t i = first; i < last; ++i) {
      const std::int64_t image = i / rows;
      windows_of.for_each_run(i % rows, [&](const WindowRun& run, std::int64_t offset) {
        run_kernel(input.data() + image * from.size(), run, output.data() + image * to.size() + offset);
      });
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
  const auto give = HWY_DYNAMIC_DISPATCH(give_on_target);
  const Sharing sharing(to, from, sizes, volumes);
  const std::int64_t cost = std::max(to.size(), from.size() * sizes.size());
  parallel_ranges(diff_src.shape[0], grain / cost + 1, 1, [&](std::int64_t first, std::int64_t last) {
    WindowRows windows_of(to, from, sizes, volumes);
    for (std::int64_t n = first; n < last; ++n) {
      float* dx = output.data() + n * to.size();
      if (!sharing.each_cell_once) std::fill_n(dx, to.size(), 0.0f);
      for (std::int64_t row = 0; row < from.rows(); ++row)
        windows_of.for_each_run(row, [&](const WindowRun& run, std::int64_t offset) {
          const std::int64_t y = n * from.size() + offset;
          const float *x = reads ? input.data() + n * to.size() : nullptr, *best = reads ? largest.data() + y : nullptr;
          give(x, best, gradient.data() + y, run, sharing.overlaps, dx);
        });
    }
  });
  output.store();
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
