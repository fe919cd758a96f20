// A convolution is a sum over the cells k of its window. Each is a product of matrices over the places y where cell k
// lies inside of src: dst[y, :] += src[cell k of y, :] · weights[k, :, :]. Nothing is unfolded, and nothing outside of
// src is multiplied.
#include "linnet/kernels/cpu/convolution_cells.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

#include "linnet/base/thread_pool.h"
#include "linnet/kernels/cpu/scratch.h"
#include "linnet/kernels/cpu/targets.h"

#ifndef LINNET_KERNELS_CPU_CONVOLUTION_CELLS_ONCE
#define LINNET_KERNELS_CPU_CONVOLUTION_CELLS_ONCE
namespace linnet::kernels::cpu {

/// Places of a cell: where the rows of src and dst begin.
struct Places {
  static constexpr std::int64_t most = 192;
  std::int64_t count = 0;
  std::array<std::int64_t, most> src, dst;
};

/// The cells of a window, with three axes for any number of them. Where all windows lie inside along the last axis, its
/// cells are one, with so many more channels: they lie side by side.
class CellLoop {
 public:
  explicit CellLoop(const ConvolutionShape& s) : channels(s.in), batch_(s.batch), in_(s.in), out_(s.out) {
    const auto missing = static_cast<std::size_t>(3 - s.axes);
    for (std::size_t a = missing; a < 3; ++a) {
      const Axis given{s.src[a - missing],     s.dst[a - missing],      s.window[a - missing],
                       s.strides[a - missing], s.dilation[a - missing], s.padding[a - missing]};
      axes_[a] = given;
    }
    Axis& last = axes_[2];
    const bool inside = last.padding == 0 && (last.dst - 1) * last.stride + last.window <= last.src;
    if (last.dilation != 1 || !inside) return;
    channels = s.in * last.window;
    last.window = 1;
  }

  std::int64_t channels;  ///< of a cell
  std::int64_t cells() const { return axes_[0].window * axes_[1].window * axes_[2].window; }
  /// The windows of all images.
  std::int64_t places() const { return batch_ * axes_[0].dst * axes_[1].dst * axes_[2].dst; }

  /// Calls body(places) for all places of a cell, at most Places::most at a time.
  template <class Body>
  void for_each_place(std::int64_t cell, Body body) const {
    const std::int64_t k[3] = {cell / (axes_[1].window * axes_[2].window), cell / axes_[2].window % axes_[1].window,
                               cell % axes_[2].window};
    std::int64_t first[3], last[3], shift[3];
    for (std::size_t a = 0; a < 3; ++a) {
      const Axis& axis = axes_[a];
      shift[a] = k[a] * axis.dilation - axis.padding;
      first[a] = std::max<std::int64_t>(0, (axis.stride - 1 - shift[a]) / axis.stride);
      last[a] = shift[a] < axis.src ? std::min(axis.dst, (axis.src - 1 - shift[a]) / axis.stride + 1) : 0;
    }
    Places places;
    for (std::int64_t n = 0; n < batch_; ++n)
      for (std::int64_t y0 = first[0]; y0 < last[0]; ++y0)
        for (std::int64_t y1 = first[1]; y1 < last[1]; ++y1) {
          const std::int64_t row =
              ((n * axes_[0].src + y0 * axes_[0].stride + shift[0]) * axes_[1].src + y1 * axes_[1].stride + shift[1]) *
              axes_[2].src;
          const std::int64_t to_row = ((n * axes_[0].dst + y0) * axes_[1].dst + y1) * axes_[2].dst;
          for (std::int64_t y2 = first[2]; y2 < last[2]; ++y2) {
            places.src[static_cast<std::size_t>(places.count)] = (row + y2 * axes_[2].stride + shift[2]) * in_;
            places.dst[static_cast<std::size_t>(places.count)] = (to_row + y2) * out_;
            if (++places.count < Places::most) continue;
            body(places);
            places.count = 0;
          }
        }
    if (places.count > 0) body(places);
  }

 private:
  struct Axis {
    std::int64_t src = 1, dst = 1, window = 1, stride = 1, dilation = 1, padding = 0;
  };
  std::array<Axis, 3> axes_;
  std::int64_t batch_, in_, out_;
};

/// Elements of the packed weights of a cell.
inline std::int64_t packed_cell_size(std::int64_t channels, std::int64_t out, std::int64_t width) {
  return channels * ((out + width - 1) / width * width);
}

}  // namespace linnet::kernels::cpu
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/convolution_cells.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

constexpr int vectors = 2;    // of a row of a tile
constexpr int tile_rows = 6;  // so that its sums, a row of the panel and one element fill 16 registers
constexpr std::int64_t width = vectors * hn::MaxLanes(FloatTag());

/// sums += Σ over p of element(r, p) · panel[p, :], for the rows r of a tile; c(r) is where row r of the sums lies. Of
/// its columns the first `valid` exist.
template <int rows, class Element, class Row>
HWY_INLINE void add_tile(std::int64_t steps, Element element, const float* panel, Row c, std::int64_t valid) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  FloatVector sum[rows][vectors];
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) sum[r][v] = hn::Zero(d);
  for (std::int64_t p = 0; p < steps; ++p) {
    FloatVector y[vectors];
    for (int v = 0; v < vectors; ++v) y[v] = hn::LoadU(d, panel + p * width + v * lanes);
    for (int r = 0; r < rows; ++r) {
      const FloatVector x = hn::Set(d, element(r, p));
      for (int v = 0; v < vectors; ++v) sum[r][v] = hn::MulAdd(x, y[v], sum[r][v]);
    }
  }
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) {
      float* out = c(r) + v * lanes;
      const std::int64_t rest = valid - v * lanes;
      if (rest >= lanes) {
        hn::StoreU(hn::Add(hn::LoadU(d, out), sum[r][v]), d, out);
      } else if (rest > 0) {
        const auto n = static_cast<std::size_t>(rest);
        store_first(hn::Add(load_first(d, out, n), sum[r][v]), d, out, n);
      }
    }
}

/// Calls body(constant number of rows, first row) for tiles that cover n rows.
template <class Body>
HWY_INLINE void for_each_tile(std::int64_t n, Body body) {
  std::int64_t row = 0;
  auto advance = [&]<int rows>(std::integral_constant<int, rows> height) HWY_ATTR {
    for (; row + rows <= n; row += rows) body(height, row);
  };
  advance(std::integral_constant<int, tile_rows>());
  advance(std::integral_constant<int, 4>());
  advance(std::integral_constant<int, 1>());
}

/// `count` rows of `valid` columns, the rest zeros: row p begins at from(p).
template <class From>
HWY_INLINE void pack_panel(std::int64_t count, From from, std::int64_t valid, float* panel) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t p = 0; p < count; ++p, panel += width) {
    const float* row = from(p);
    if (valid == width) {
      for (int v = 0; v < vectors; ++v) hn::StoreU(hn::LoadU(d, row + v * lanes), d, panel + v * lanes);
    } else {
      std::copy_n(row, valid, panel);
      std::fill(panel + valid, panel + width, 0.0f);
    }
  }
}

/// Panels of the weights [channels, out] of one cell: [out / width][channels][width].
void pack_cell_on_target(const float* weights, std::int64_t channels, std::int64_t out, float* packed) {
  for (std::int64_t o = 0; o < out; o += width, packed += channels * width)
    pack_panel(
        channels, [&](std::int64_t p) HWY_ATTR { return weights + p * out + o; }, std::min(width, out - o), packed);
}

/// dst[place, :] += src[place, :] · weights of a cell, which are packed.
void add_cell(const Places& places, const float* src, std::int64_t channels, const float* packed, std::int64_t out,
              float* dst) {
  for (std::int64_t o = 0; o < out; o += width, packed += channels * width)
    for_each_tile(places.count, [&]<int rows>(std::integral_constant<int, rows>, std::int64_t first) HWY_ATTR {
      const std::int64_t *from = places.src.data() + first, *to = places.dst.data() + first;
      const float* a[rows];
      for (int r = 0; r < rows; ++r) a[r] = src + from[r];
      add_tile<rows>(
          channels, [&](int r, std::int64_t p) HWY_ATTR { return a[r][p]; }, packed,
          [&](int r) HWY_ATTR { return dst + to[r] + o; }, std::min(width, out - o));
    });
}

void forward_on_target(const ConvolutionShape& s, const float* src, const float* packed, const float* bias,
                       float* dst) {
  const CellLoop loop(s);
  const std::int64_t size = loop.places() * s.out, cell_size = packed_cell_size(loop.channels, s.out, width);
  for (std::int64_t i = 0; i < size; i += s.out)
    for (std::int64_t o = 0; o < s.out; ++o) dst[i + o] = bias == nullptr ? 0.0f : bias[o];
  for (std::int64_t cell = 0; cell < loop.cells(); ++cell)
    loop.for_each_place(cell, [&](const Places& places) HWY_ATTR {
      add_cell(places, src, loop.channels, packed + cell * cell_size, s.out, dst);
    });
  if (!s.relu) return;
  for_each_part(size, [&](auto part, std::int64_t i)
                          HWY_ATTR { part.store(positive_part(FloatTag(), part.load(dst + i)), dst + i); });
}

/// weights[i, o] += Σ over the places of src[place, i] · diff_dst[place, o]. Tiles of src and a panel of diff_dst are
/// packed: the place is the step of the sum.
void add_weight_products(const Places& places, const float* src, std::int64_t channels, const float* diff_dst,
                         std::int64_t out, float* weights, float* memory) {
  const std::int64_t steps = places.count;
  float* panel = memory + channels * Places::most;
  for_each_tile(channels, [&]<int rows>(std::integral_constant<int, rows>, std::int64_t row) HWY_ATTR {
    float* tile = memory + row * steps;
    for (std::int64_t p = 0; p < steps; ++p)
      std::memcpy(tile + p * rows, src + places.src[static_cast<std::size_t>(p)] + row, rows * sizeof(float));
  });
  for (std::int64_t o = 0; o < out; o += width) {
    const std::int64_t valid = std::min(width, out - o);
    pack_panel(
        steps, [&](std::int64_t p) HWY_ATTR { return diff_dst + places.dst[static_cast<std::size_t>(p)] + o; }, valid,
        panel);
    for_each_tile(channels, [&]<int rows>(std::integral_constant<int, rows>, std::int64_t row) HWY_ATTR {
      const float* tile = memory + row * steps;
      add_tile<rows>(
          steps, [&](int r, std::int64_t p) HWY_ATTR { return tile[p * rows + r]; }, panel,
          [&](int r) HWY_ATTR { return weights + (row + r) * out + o; }, valid);
    });
  }
}

void backward_weights_on_target(const ConvolutionShape& s, const float* src, const float* diff_dst,
                                float* diff_weights) {
  const CellLoop loop(s);
  const std::int64_t size = loop.channels * s.out;
  std::fill_n(diff_weights, loop.cells() * size, 0.0f);
  float* memory = thread_scratch((loop.channels + width) * Places::most);
  for (std::int64_t cell = 0; cell < loop.cells(); ++cell)
    loop.for_each_place(cell, [&](const Places& places) HWY_ATTR {
      add_weight_products(places, src, loop.channels, diff_dst, s.out, diff_weights + cell * size, memory);
    });
}

std::int64_t width_on_target() { return width; }

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {

HWY_EXPORT(pack_cell_on_target);
HWY_EXPORT(forward_on_target);
HWY_EXPORT(backward_weights_on_target);
HWY_EXPORT(width_on_target);

bool prefers_cells(const ConvolutionShape& s) {
  constexpr std::int64_t avx2_width = 16, enough = 96;
  if (s.pass == ConvolutionPass::backward_src || s.groups > 1 || s.out < 2 * avx2_width) return false;
  const CellLoop loop(s);
  return loop.cells() > 1 && loop.channels >= enough && HWY_DYNAMIC_DISPATCH(width_on_target)() == avx2_width;
}

std::int64_t cells_packed_size(const ConvolutionShape& s) {
  const CellLoop loop(s);
  return loop.cells() * packed_cell_size(loop.channels, s.out, HWY_DYNAMIC_DISPATCH(width_on_target)());
}
void cells_pack(const ConvolutionShape& s, const float* weights, float* packed) {
  const CellLoop loop(s);
  const std::int64_t size = loop.channels * s.out,
                     packed_size = packed_cell_size(loop.channels, s.out, HWY_DYNAMIC_DISPATCH(width_on_target)());
  parallel_ranges(loop.cells(), 1, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t cell = first; cell < last; ++cell) HWY_DYNAMIC_DISPATCH(pack_cell_on_target)
    (weights + cell * size, loop.channels, s.out, packed + cell * packed_size);
  });
}
void cells_forward(const ConvolutionShape& shape, const float* src, const float* packed, const float* bias,
                   float* dst) {
  HWY_DYNAMIC_DISPATCH(forward_on_target)(shape, src, packed, bias, dst);
}
void cells_backward_weights(const ConvolutionShape& shape, const float* src, const float* diff_dst,
                            float* diff_weights) {
  HWY_DYNAMIC_DISPATCH(backward_weights_on_target)(shape, src, diff_dst, diff_weights);
}

}  // namespace linnet::kernels::cpu
#endif
