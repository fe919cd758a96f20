#include "linnet/kernels/cpu/gemm.h"

#include <algorithm>
#include <type_traits>

#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/gemm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

constexpr bool wide = hn::MaxLanes(FloatTag()) >= 16;  // AVX-512: 32 registers instead of 16
constexpr int most_vectors = wide ? 4 : 2;             // of one row of a tile

/// Rows of a full tile that is `vectors` wide: its sums fill the registers but for one row of b and one element of a.
constexpr int tile_rows(int vectors) {
  if (wide) return vectors == 4 ? 6 : vectors == 3 ? 8 : vectors == 2 ? 12 : 16;
  return vectors == 2 ? 6 : 8;
}

/// The last vector of a row holds `tail` columns; 0 means that it is full.
template <bool partial>
HWY_INLINE FloatVector load(FloatTag d, const float* p, std::size_t tail) {
  if constexpr (partial)
    return load_first(d, p, tail);
  else
    return hn::LoadU(d, p);
}

/// One tile of c: rows x (vectors * lanes) sums in registers while p runs over all of k.
template <int rows, int vectors, bool partial>
HWY_INLINE void tile(const Gemm& g, const float* a, const float* b, const float* bias, float* c, std::size_t tail) {
  const FloatTag d;
  const std::size_t lanes = hn::Lanes(d);
  FloatVector sum[rows][vectors];
  for (int v = 0; v < vectors; ++v) {
    FloatVector start = hn::Zero(d);
    if (bias != nullptr)
      start = v == vectors - 1 ? load<partial>(d, bias + v * lanes, tail) : hn::LoadU(d, bias + v * lanes);
    for (int r = 0; r < rows; ++r) sum[r][v] = start;
  }
  for (std::int64_t p = 0; p < g.k; ++p) {
    FloatVector y[vectors];
    for (int v = 0; v < vectors; ++v)
      y[v] = v == vectors - 1 ? load<partial>(d, b + v * lanes, tail) : hn::LoadU(d, b + v * lanes);
    for (int r = 0; r < rows; ++r) {
      const FloatVector x = hn::Set(d, a[r * g.a_row]);
      for (int v = 0; v < vectors; ++v) sum[r][v] = hn::MulAdd(x, y[v], sum[r][v]);
    }
    a += g.a_column;
    b += g.b_row;
  }
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) {
      FloatVector result = sum[r][v];
      if (g.relu) result = positive_part(d, result);
      float* out = c + r * g.c_row + v * static_cast<std::int64_t>(lanes);
      if (partial && v == vectors - 1)
        store_first(result, d, out, tail);
      else
        hn::StoreU(result, d, out);
    }
}

/// All rows of a strip of columns.
template <int vectors, bool partial>
HWY_NOINLINE void strip(const Gemm& g, std::int64_t column, std::size_t tail) {
  constexpr int most = tile_rows(vectors);
  const float* bias = g.bias == nullptr ? nullptr : g.bias + column;
  std::int64_t row = 0;
  auto advance = [&]<int rows>(std::integral_constant<int, rows>) HWY_ATTR {
    for (; row + rows <= g.m; row += rows)
      tile<rows, vectors, partial>(g, g.a + row * g.a_row, g.b + column, bias, g.c + row * g.c_row + column, tail);
  };
  advance(std::integral_constant<int, most>());
  advance(std::integral_constant<int, 4>());
  advance(std::integral_constant<int, 1>());
}

template <bool partial>
void strip_of(int vectors, const Gemm& g, std::int64_t column, std::size_t tail) {
  if (vectors == 1) return strip<1, partial>(g, column, tail);
  if (vectors == 2) return strip<2, partial>(g, column, tail);
  if constexpr (wide) {
    if (vectors == 3) return strip<3, partial>(g, column, tail);
    strip<4, partial>(g, column, tail);
  }
}

void gemm_on_target(const Gemm& g) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for (std::int64_t column = 0; column < g.n;) {
    const std::int64_t width = std::min(g.n - column, most_vectors * lanes);
    const auto tail = static_cast<std::size_t>(width % lanes);
    const int vectors = static_cast<int>((width + lanes - 1) / lanes);
    tail == 0 ? strip_of<false>(vectors, g, column, tail) : strip_of<true>(vectors, g, column, tail);
    column += width;
  }
}

void add_partial_products_on_target(const float* parts, std::int64_t count, std::int64_t m, std::int64_t n,
                                    const float* bias, bool relu, float* c, std::int64_t c_row) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; j += lanes) {
      const auto valid = static_cast<std::size_t>(std::min(lanes, n - j));
      FloatVector sum = bias == nullptr ? hn::Zero(d) : load_first(d, bias + j, valid);
      for (std::int64_t part = 0; part < count; ++part)
        sum = hn::Add(sum, load_first(d, parts + (part * m + i) * n + j, valid));
      if (relu) sum = positive_part(d, sum);
      store_first(sum, d, c + i * c_row + j, valid);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {

HWY_EXPORT(gemm_on_target);
HWY_EXPORT(add_partial_products_on_target);

void gemm(const Gemm& problem) { HWY_DYNAMIC_DISPATCH(gemm_on_target)(problem); }

void add_partial_products(const float* parts, std::int64_t count, std::int64_t m, std::int64_t n, const float* bias,
                          bool relu, float* c, std::int64_t c_row) {
  HWY_DYNAMIC_DISPATCH(add_partial_products_on_target)(parts, count, m, n, bias, relu, c, c_row);
}

}  // namespace linnet::kernels::cpu
#endif
