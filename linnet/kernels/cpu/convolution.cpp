// How a convolution is cut and who computes it: docs/notes/convolution.md.
#include <algorithm>

#include "linnet/base/thread_pool.h"
#include "linnet/kernels/cpu/convolution_cells.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/dense.h"
#include "linnet/kernels/cpu/onednn.h"
#include "linnet/kernels/cpu/scratch.h"

namespace linnet::kernels::cpu {
namespace {

ConvolutionShape::List list_of(const Shape& sizes, int first, int axes) {
  ConvolutionShape::List list{};
  for (int a = 0; a < axes; ++a) list[static_cast<std::size_t>(a)] = sizes[first + a];
  return list;
}

ConvolutionShape shape_of(ConvolutionPass pass, const View& src, const View& weights, const View& dst,
                          const Windows& windows) {
  const int axes = src.rank() - 2;
  const std::int64_t in = weights.shape[-2], groups = src.shape[-1] / in;
  return {.pass = pass,
          .axes = axes,
          .batch = src.shape[0],
          .groups = groups,
          .in = in,
          .out = dst.shape[-1] / groups,
          .src = list_of(src.shape, 1, axes),
          .window = list_of(weights.shape, 0, axes),
          .dst = list_of(dst.shape, 1, axes),
          .strides = list_of(windows.strides, 0, axes),
          .dilation = list_of(windows.dilation, 0, axes),
          .padding = list_of(windows.padding, 0, axes)};
}

std::int64_t product(const ConvolutionShape::List& list, int axes) {
  std::int64_t result = 1;
  for (int a = 0; a < axes; ++a) result *= list[static_cast<std::size_t>(a)];
  return result;
}

/// The samples of a batch in blocks, whose number depends on the shape alone.
class Blocks {
 public:
  explicit Blocks(const ConvolutionShape& whole) : whole_(whole) {
    constexpr double grain = 0.3e6;  // operations that are worth a block
    const double flops = 2.0 * static_cast<double>(whole.batch * whole.groups * whole.in * whole.out) *
                         static_cast<double>(product(whole.window, whole.axes)) *
                         static_cast<double>(product(whole.dst, whole.axes));
    count_ = detail::worthwhile_blocks(static_cast<std::int64_t>(flops / grain));
    if (whole.pass == ConvolutionPass::backward_weights) {  // each block has sums of its own, which have to be added
      constexpr std::int64_t enough = 1024;                 // pixels that are worth that
      while (count_ > 4 && whole.batch * product(whole.dst, whole.axes) < count_ * enough) count_ /= 2;
    }
    count_ = std::min(count_, whole.batch);
    src_step_ = product(whole.src, whole.axes) * whole.groups * whole.in;
    dst_step_ = product(whole.dst, whole.axes) * whole.groups * whole.out;
  }
  std::int64_t count() const { return count_; }
  DType dtype() const { return whole_.dtype; }
  ConvolutionShape part(std::int64_t block) const {
    ConvolutionShape shape = whole_;
    shape.batch = first(block + 1) - first(block);
    shape.layout_batch = (whole_.batch + count_ - 1) / count_;  // that of the largest
    return shape;
  }
  /// Elements of packed weights, which all blocks share; 0 if a block has no fast way.
  std::int64_t packed_size() const {
    std::int64_t size = 0;
    for (std::int64_t block = 0; block < count_; ++block) {
      size = onednn_packed_size(part(block));
      if (size == 0) break;
    }
    return size;
  }
  std::int64_t src_offset(std::int64_t block) const { return first(block) * src_step_; }
  std::int64_t dst_offset(std::int64_t block) const { return first(block) * dst_step_; }

 private:
  std::int64_t first(std::int64_t block) const { return whole_.batch * block / count_; }

  ConvolutionShape whole_;
  std::int64_t count_, src_step_, dst_step_;
};

bool is_own(const View& src, const View& weights, const View& dst) {
  const auto is_float = [](DType dtype) { return dtype == DType::float32 || dtype == DType::bfloat16; };
  return is_float(src.dtype) && src.size() > 0 && weights.size() > 0 && dst.size() > 0;
}

/// bfloat16 where both sides are and the processor multiplies it; else float32.
DType computed_in(const View& src, const View& dst) {
  const bool narrow = src.dtype == DType::bfloat16 && dst.dtype == DType::bfloat16 && onednn_multiplies_bfloat16();
  return narrow ? DType::bfloat16 : DType::float32;
}

/// The blocks, in float32 where oneDNN has no fast way for the shape's dtype.
Blocks blocks_of(ConvolutionShape shape) {
  Blocks blocks(shape);
  if (shape.dtype == DType::float32 || blocks.packed_size() > 0) return blocks;
  shape.dtype = DType::float32;
  return Blocks(shape);
}

float* packed_scratch(std::int64_t size) {
  thread_local Scratch scratch;
  return scratch.get(size);
}

/// sums[i] = parts[0][i] + parts[1][i] + …; in place on the first part allowed.
void add_parts(const float* parts, std::int64_t count, std::int64_t size, float* sums) {
  parallel_ranges(size, 16 * 1024, 16, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      float sum = parts[i];
      for (std::int64_t part = 1; part < count; ++part) sum += parts[part * size + i];
      sums[i] = sum;
    }
  });
}

}  // namespace

bool convolution(const View& src, const View& weights, const View& bias, Activation activation, const Windows& windows,
                 const MutableView& dst) {
  if (!is_own(src, weights, dst)) return false;
  ConvolutionShape shape = shape_of(ConvolutionPass::forward, src, weights, dst, windows);
  shape.dtype = computed_in(src, dst);
  shape.has_bias = bias.data != nullptr;
  shape.relu = activation == Activation::relu;
  const Blocks blocks = blocks_of(shape);
  const DType dtype = blocks.dtype();
  const bool cells = dtype == DType::float32 && prefers_cells(shape);
  const std::int64_t size = cells ? cells_packed_size(shape) : blocks.packed_size();
  if (size == 0) return false;
  const DenseInput from(src, dtype), plain(weights), added(bias);
  const DenseOutput to(dst, dtype);
  float* packed = packed_scratch(size);
  cells ? cells_pack(shape, plain.data(), packed) : onednn_pack(blocks.part(0), plain.data(), packed);
  parallel_blocks(blocks.count(), [&](std::int64_t block) {
    void *x = from.at(blocks.src_offset(block)), *y = to.at(blocks.dst_offset(block));
    cells ? cells_forward(blocks.part(block), static_cast<float*>(x), packed, added.data(), static_cast<float*>(y))
          : onednn_convolve(blocks.part(block), x, packed, added.data(), y);
  });
  if (activation == Activation::sigmoid) kernels::unary(UnaryOp::sigmoid, to.view(), to.view());
  if (activation == Activation::tanh) kernels::unary(UnaryOp::tanh, to.view(), to.view());
  to.store();
  return true;
}

bool convolution_backward_src(const View& diff_dst, const View& weights, const Windows& windows,
                              const MutableView& diff_src) {
  if (!is_own(diff_src, weights, diff_dst)) return false;
  ConvolutionShape shape = shape_of(ConvolutionPass::backward_src, diff_src, weights, diff_dst, windows);
  shape.dtype = computed_in(diff_src, diff_dst);
  const Blocks blocks = blocks_of(shape);
  const std::int64_t size = blocks.packed_size();
  if (size == 0) return false;
  const DenseInput from(diff_dst, blocks.dtype()), plain(weights);
  const DenseOutput to(diff_src, blocks.dtype());
  float* packed = packed_scratch(size);
  onednn_pack(blocks.part(0), plain.data(), packed);
  parallel_blocks(blocks.count(), [&](std::int64_t block) {
    onednn_convolve(blocks.part(block), to.at(blocks.src_offset(block)), packed, nullptr,
                    from.at(blocks.dst_offset(block)));
  });
  to.store();
  return true;
}

bool convolution_backward_weights(const View& src, const View& diff_dst, const Windows& windows,
                                  const MutableView& diff_weights) {
  if (!is_own(src, diff_weights, diff_dst)) return false;
  ConvolutionShape shape = shape_of(ConvolutionPass::backward_weights, src, diff_weights, diff_dst, windows);
  shape.dtype = computed_in(src, diff_dst);
  const Blocks blocks = blocks_of(shape);
  const bool cells = blocks.dtype() == DType::float32 && prefers_cells(shape);
  const std::int64_t size = cells ? diff_weights.size() : blocks.packed_size();
  if (size == 0) return false;
  const DenseInput from(src, blocks.dtype()), gradient(diff_dst, blocks.dtype());
  const DenseOutput to(diff_weights);
  float* parts = packed_scratch(size * blocks.count());
  parallel_blocks(blocks.count(), [&](std::int64_t block) {
    void *x = from.at(blocks.src_offset(block)), *dy = gradient.at(blocks.dst_offset(block));
    float* part = parts + block * size;
    cells ? cells_backward_weights(blocks.part(block), static_cast<float*>(x), static_cast<float*>(dy), part)
          : onednn_convolve(blocks.part(block), x, part, nullptr, dy);
  });
  add_parts(parts, blocks.count(), size, cells ? to.data() : parts);
  if (!cells) onednn_unpack(blocks.part(0), parts, to.data());
  to.store();
  return true;
}

}  // namespace linnet::kernels::cpu
