// Which kernel multiplies, and how the work is cut: the measurements are in docs/notes/matmul.md.
#include <algorithm>
#include <memory>
#include <optional>
#include <type_traits>

#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/gemm.h"
#include "linnet/kernels/cpu/onednn.h"
#include "linnet/kernels/cpu/scratch.h"
#include "linnet/kernels/cpu/split.h"

namespace linnet::kernels::cpu {
namespace {

/// One product c [m, n] = activation(a [m, k] · b [k, n] + bias); c has dense rows. T: float, or BFloat16 with C the
/// same or float.
template <class T, class C = T>
struct Product {
  std::int64_t m, n, k;
  const T* a;
  std::int64_t a_row, a_column;
  const T* b;
  std::int64_t b_row, b_column;
  C* c;
  std::int64_t c_row;
  const float* bias;
  Activation activation;

  double flops() const { return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k); }
  bool relu() const { return activation == Activation::relu; }
  Product rows(std::int64_t first, std::int64_t last) const {
    Product part = *this;
    part.m = last - first;
    part.a += first * a_row;
    part.c += first * c_row;
    return part;
  }
  Product columns(std::int64_t first, std::int64_t last) const {
    Product part = *this;
    part.n = last - first;
    part.b += first * b_column;
    part.c += first;
    if (bias != nullptr) part.bias += first;
    return part;
  }
};

/// Whether oneDNN can read these rows and columns.
bool is_plain(std::int64_t row, std::int64_t column) { return row > 0 && column > 0 && (row == 1 || column == 1); }

/// b is too large to be read again for every few rows.
bool has_large_b(const Product<float>& p) { return p.n > 128 || p.k * p.n > 128 * 1024; }

/// With AVX-512, and for a few rows, oneDNN's product of large matrices is a little faster than ours; with AVX2 it is
/// slower, and loses up to half where rows of the result lie a multiple of 2 KiB apart.
bool prefers_onednn(const Product<float>& p) {
  return has_large_b(p) && (has_wide_vectors() || p.m < 16) && is_plain(p.a_row, p.a_column) &&
         is_plain(p.b_row, p.b_column);
}

template <class T, class C>
void multiply_with_onednn(const Product<T, C>& p) {
  const MatmulShape shape{p.m,           p.n,          p.k,     p.a_row,           p.a_column,
                          p.b_row,       p.b_column,   p.c_row, p.bias != nullptr, p.relu(),
                          dtype_of<T>(), dtype_of<C>()};
  onednn_matmul(shape, p.a, p.b, p.bias, p.c);
}

/// On this thread, without sigmoid and tanh.
template <class C>
void multiply(const Product<BFloat16, C>& p) {
  multiply_with_onednn(p);
}
void multiply(const Product<float>& p) {
  if (prefers_onednn(p)) return multiply_with_onednn(p);
  const Gemm problem{p.m, p.n, p.k, p.a, p.a_row, p.a_column, p.b, p.b_row, p.b_column, p.c, p.c_row, p.bias, p.relu()};
  has_large_b(p) || p.b_column != 1 ? packed_gemm(problem) : gemm(problem);
}

/// Applies sigmoid or tanh to rows that were just written and are still in the cache.
template <class T, class C>
void finish_activation(const Product<T, C>& p) {
  if (p.activation != Activation::sigmoid && p.activation != Activation::tanh) return;
  const MutableView rows(p.c, dtype_of<C>(), {p.m, p.n}, {p.c_row, 1});
  kernels::unary(p.activation == Activation::tanh ? UnaryOp::tanh : UnaryOp::sigmoid, rows, rows);
}

constexpr double grain = 0.3e6;  // operations that are worth a block

template <class T, class C>
std::int64_t block_count_of(const Product<T, C>& p) {
  return detail::worthwhile_blocks(static_cast<std::int64_t>(p.flops() / grain));
}

/// In how many blocks the sum over k is cut where the weight is larger than the activations; otherwise in one. Beyond
/// four the partial sums, which have to be added, are worth it with 256 steps each.
std::int64_t step_blocks(const Product<float>& p) {
  std::int64_t blocks = block_count_of(p);
  while (blocks > 4 && p.k < blocks * 256) blocks /= 2;
  const bool weight_is_larger = p.k >= 2 * p.m && p.k >= blocks * Split::align && p.m * p.n <= 64 * 1024;
  return weight_is_larger && !has_large_b(p) ? blocks : 1;
}

/// The sum over k is cut, so that each thread reads its own rows of the weight b and its own columns of the input a,
/// which may be cut too.
void multiply_split_k(const Product<float>& p, std::int64_t blocks, const ColumnBlocks* a = nullptr) {
  const std::int64_t size = p.m * p.n;
  float* parts = caller_scratch(size * blocks);
  parallel_blocks(blocks, [&](std::int64_t block) {
    const Split split{p.k, blocks};
    const std::int64_t first = split.first(block);
    Product<float> part = p;
    part.k = split.last(block) - first;
    part.a = a == nullptr ? p.a + first * p.a_column : a->data + block * a->stride();
    if (a != nullptr) part.a_row = part.k;
    part.b += first * p.b_row;
    part.bias = nullptr;
    part.activation = Activation::none;
    part.c = parts + block * size;
    part.c_row = p.n;
    multiply(part);
  });
  add_partial_products(parts, blocks, p.m, p.n, p.bias, p.relu(), p.c, p.c_row);
  finish_activation(p);
}

/// Blocks of rows times blocks of columns.
struct Grid {
  std::int64_t rows = 1, columns = 1;
  std::int64_t count() const { return rows * columns; }
};

template <class T, class C>
Grid grid_of(const Product<T, C>& p) {
  const std::int64_t most = block_count_of(p), few = std::min<std::int64_t>(most, 4);
  // Rows of a that lie side by side cost more to copy than b does, and are those of a weight's gradient, which a thread
  // owns: they are cut. Of dense rows so are 1024 and more, which are copied in pieces anyway; otherwise the longer
  // side.
  const bool cuts_columns = p.n >= 4 * 64 && (p.a_column == 1 ? p.n >= p.m && p.m < 4 * 256 : p.n >= 4 * p.m);
  Grid grid;
  if (cuts_columns)
    grid.columns = few;
  else if (p.m >= few * Split::align)
    grid.rows = few;
  // Every block copies its part of both operands: at least 256 rows, and 384 columns beside many rows, 1024 beside few.
  while (grid.count() < most && p.m >= grid.rows * 512) grid.rows *= 2;
  while (grid.count() < most && p.n >= grid.columns * (p.m >= 512 ? 768 : 2048)) grid.columns *= 2;
  return grid;
}

template <class T, class C>
void multiply_in_parallel(const Product<T, C>& p) {
  if constexpr (std::is_same_v<T, float>)
    if (const std::int64_t blocks = step_blocks(p); blocks > 1) return multiply_split_k(p, blocks);
  const Grid grid = grid_of(p);
  const Split rows{p.m, grid.rows}, columns{p.n, grid.columns};
  parallel_blocks(grid.count(), [&](std::int64_t block) {
    const std::int64_t row = block % grid.rows, column = block / grid.rows;
    const Product<T, C> part =
        p.rows(rows.first(row), rows.last(row)).columns(columns.first(column), columns.last(column));
    multiply(part);
    finish_activation(part);
  });
}

/// Whether the rows of all items of a batch follow each other at equal distances; that distance.
bool has_even_rows(const View& view, std::int64_t& row_stride) {
  std::int64_t expected = -1;  // of the next axis outwards; unknown while all sizes were 1
  for (int axis = view.rank() - 2; axis >= 0; --axis) {
    if (view.shape[axis] == 1) continue;
    if (expected < 0) row_stride = expected = view.strides[axis];
    if (view.strides[axis] != expected) return false;
    expected *= view.shape[axis];
  }
  return true;
}

bool is_shared_by_batch(const View& b) {
  for (int i = 0; i + 2 < b.rank(); ++i)
    if (b.shape[i] != 1 && b.strides[i] != 0) return false;
  return true;
}

std::int64_t batch_offset(const View& view, std::int64_t index) {
  std::int64_t offset = 0;
  for (int i = view.rank() - 3; i >= 0; --i) {
    offset += index % view.shape[i] * view.strides[i];
    index /= view.shape[i];
  }
  return offset;
}

/// A batch that shares b is one tall product; other batches are cut between their items. bias: float32.
template <class T, class C = T>
void multiply_batch(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst) {
  const Product<T, C> product{dst.shape[-2],   dst.shape[-1],    a.shape[-1],   a.as<T>(),     a.strides[-2],
                              a.strides[-1],   b.as<T>(),        b.strides[-2], b.strides[-1], dst.as<C>(),
                              dst.strides[-2], bias.as<float>(), activation};
  std::int64_t batch = 1;
  for (int i = 0; i + 2 < dst.rank(); ++i) batch *= dst.shape[i];
  if (batch == 1) return multiply_in_parallel(product);
  if (Product<T, C> tall = product;
      is_shared_by_batch(b) && has_even_rows(a, tall.a_row) && has_even_rows(dst, tall.c_row)) {
    tall.m *= batch;
    return multiply_in_parallel(tall);
  }
  auto item = [&](std::int64_t index) {
    Product<T, C> part = product;
    part.a += batch_offset(a, index);
    part.b += batch_offset(b, index);
    part.c += batch_offset(dst, index);
    return part;
  };
  if (batch < 4) {
    for (std::int64_t i = 0; i < batch; ++i) multiply_in_parallel(item(i));
    return;
  }
  const auto items = static_cast<std::int64_t>(grain / product.flops());
  parallel_ranges(batch, std::max<std::int64_t>(1, items), 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      multiply(item(i));
      finish_activation(item(i));
    }
  });
}

/// A dense copy of an operand in another dtype, with memory of its own; a transposed one stays transposed.
class Converted {
 public:
  Converted(DType dtype, const Shape& shape, bool transposed = false)
      : memory_(std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(shape.size()) * size_of(dtype))),
        view_(memory_.get(), dtype, shape, contiguous_strides(shape)) {
    if (!transposed) return;
    view_.strides[-1] = shape[-2];
    view_.strides[-2] = 1;
  }
  Converted(DType dtype, const View& src)
      : Converted(dtype, src.shape, src.rank() > 1 && src.strides[-1] != 1 && src.strides[-2] == 1) {
    kernels::copy(src, view_);
  }
  const MutableView& view() const { return view_; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  MutableView view_;
};

/// `src`, or a converted copy of it that `memory` holds.
View as_dtype(DType dtype, const View& src, std::optional<Converted>& memory) {
  if (src.data == nullptr || src.dtype == dtype) return src;
  return memory.emplace(dtype, src).view();
}

/// For processors that multiply float32 only, and operands that oneDNN does not read.
void multiply_float_copies(const View& a, const View& b, const View& bias, Activation activation,
                           const MutableView& dst) {
  std::optional<Converted> float_a, float_b, float_dst;
  const View wide_a = as_dtype(DType::float32, a, float_a), wide_b = as_dtype(DType::float32, b, float_b);
  if (dst.dtype == DType::float32 && dst.strides[-1] == 1)
    return multiply_batch<float>(wide_a, wide_b, bias, activation, dst);
  float_dst.emplace(DType::float32, dst.shape);
  multiply_batch<float>(wide_a, wide_b, bias, activation, float_dst->view());
  kernels::copy(float_dst->view(), dst);
}

/// a: bfloat16; b, bias and dst: bfloat16 or float32.
void multiply_bfloat16(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst) {
  std::optional<Converted> rounded, float_bias;
  const View narrow_b = as_dtype(DType::bfloat16, b, rounded);
  View wide_bias = as_dtype(DType::float32, bias, float_bias);
  if (wide_bias.data != nullptr && wide_bias.shape[0] > 1 && wide_bias.strides[0] != 1)
    wide_bias = float_bias.emplace(DType::float32, bias).view();
  const bool readable = is_plain(a.strides[-2], a.strides[-1]) &&
                        is_plain(narrow_b.strides[-2], narrow_b.strides[-1]) &&
                        (dst.shape[-1] == 1 || dst.strides[-1] == 1);
  if (!multiplies_bfloat16() || !readable)
    multiply_float_copies(a, narrow_b, wide_bias, activation, dst);
  else if (dst.dtype == DType::float32)
    multiply_batch<BFloat16, float>(a, narrow_b, wide_bias, activation, dst);
  else
    multiply_batch<BFloat16>(a, narrow_b, wide_bias, activation, dst);
}

}  // namespace

bool multiplies_bfloat16() { return onednn_multiplies_bfloat16(); }

std::int64_t column_blocks(std::int64_t m, std::int64_t k, std::int64_t n) {
  Product<float> product{};
  product.m = m;
  product.k = k;
  product.n = n;
  const std::int64_t blocks = step_blocks(product);
  return blocks > 1 ? blocks : 0;
}

void matmul(const ColumnBlocks& a, const View& b, const View& bias, Activation activation, const MutableView& dst) {
  const Product<float> product{
      a.rows,        dst.shape[-1],   a.columns,       nullptr,          0,         1, b.as<float>(), b.strides[-2],
      b.strides[-1], dst.as<float>(), dst.strides[-2], bias.as<float>(), activation};
  multiply_split_k(product, a.blocks, &a);
}

void matmul_transposed(const ColumnBlocks& a, const View& b, const MutableView& dst) {
  parallel_blocks(a.blocks, [&](std::int64_t block) {
    const Split split{a.columns, a.blocks};
    const std::int64_t first = split.first(block), width = split.last(block) - first;
    multiply({width, dst.shape[-1], a.rows, a.data + block * a.stride(), 1, width, b.as<float>(), b.strides[-2],
              b.strides[-1], dst.as<float>() + first * dst.strides[-2], dst.strides[-2], nullptr, Activation::none});
  });
}

bool matmul(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst) {
  if (dst.size() == 0 || a.shape[-1] == 0) return false;
  const bool dense_rows = dst.shape[-1] == 1 || dst.strides[-1] == 1,
             dense_bias = bias.data == nullptr || bias.shape[0] == 1 || bias.strides[0] == 1;
  if (a.dtype == DType::bfloat16) {
    multiply_bfloat16(a, b, bias, activation, dst);
    return true;
  }
  if (dst.dtype != DType::float32 || !dense_rows || !dense_bias) return false;
  multiply_batch<float>(a, b, bias, activation, dst);
  return true;
}

}  // namespace linnet::kernels::cpu
