#include "linnet/kernels/cpu/gemm.h"

#include <algorithm>
#include <type_traits>

#include "linnet/kernels/cpu/scratch.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/gemm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/pack-inl.h"
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

/// Where the sums of a product, or of a piece of it, begin and end.
struct Sums {
  const float* bias;  // [n] or null
  bool add;           // to what c holds
  bool relu;
};

/// One tile of c: rows x (vectors * lanes) sums in registers while p runs over all of k. a: the first row of the tile.
template <int rows, int vectors, bool partial>
HWY_INLINE void tile(std::int64_t k, const float* a, std::int64_t a_row, std::int64_t a_column, const float* b,
                     std::int64_t b_row, const Sums& sums, float* c, std::int64_t c_row, std::size_t tail) {
  const FloatTag d;
  const std::size_t lanes = hn::Lanes(d);
  auto load_columns = [&](const float* p, int v) HWY_ATTR {
    return v == vectors - 1 ? load<partial>(d, p + v * lanes, tail) : hn::LoadU(d, p + v * lanes);
  };
  FloatVector sum[rows][vectors];
  for (int v = 0; v < vectors; ++v) {
    const FloatVector start = sums.bias != nullptr ? load_columns(sums.bias, v) : hn::Zero(d);
    for (int r = 0; r < rows; ++r) sum[r][v] = sums.add ? load_columns(c + r * c_row, v) : start;
  }
  for (std::int64_t p = 0; p < k; ++p) {
    FloatVector y[vectors];
    for (int v = 0; v < vectors; ++v) y[v] = load_columns(b, v);
    for (int r = 0; r < rows; ++r) {
      const FloatVector x = hn::Set(d, a[r * a_row]);
      for (int v = 0; v < vectors; ++v) sum[r][v] = hn::MulAdd(x, y[v], sum[r][v]);
    }
    a += a_column;
    b += b_row;
  }
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) {
      FloatVector result = sum[r][v];
      if (sums.relu) result = positive_part(d, result);
      float* out = c + r * c_row + v * static_cast<std::int64_t>(lanes);
      if (partial && v == vectors - 1)
        store_masked(result, d, out, tail);
      else
        hn::StoreU(result, d, out);
    }
}

/// Calls body(rows of a tile, its first row) for m rows: as many full tiles as there are, then smaller ones. Two rows
/// alone take nearly as long as six, so where they would be left over, they and the last full tile become two of four.
template <int vectors, class Body>
HWY_INLINE void for_each_tile(std::int64_t m, Body body) {
  constexpr int full = tile_rows(vectors);
  const bool fours = full == 6 && m % full == 2;
  std::int64_t row = 0;
  auto advance = [&]<int rows>(std::integral_constant<int, rows> height, std::int64_t last) HWY_ATTR {
    for (; row + rows <= last; row += rows) body(height, row);
  };
  advance(std::integral_constant<int, full>(), fours ? m - 8 : m);
  advance(std::integral_constant<int, 4>(), m);
  advance(std::integral_constant<int, 1>(), m);
}

/// All rows of a strip of columns.
template <int vectors, bool partial>
HWY_NOINLINE void strip(const Gemm& g, std::int64_t column, std::size_t tail) {
  const Sums sums{g.bias == nullptr ? nullptr : g.bias + column, g.accumulate, g.relu};
  for_each_tile<vectors>(g.m, [&]<int rows>(std::integral_constant<int, rows>, std::int64_t row) HWY_ATTR {
    tile<rows, vectors, partial>(g.k, g.a + row * g.a_row, g.a_row, g.a_column, g.b + column, g.b_row, sums,
                                 g.c + row * g.c_row + column, g.c_row, tail);
  });
}

/// Cuts the columns [0, n) in strips and calls body(vectors of the strip, whether its last vector is partial, first
/// column, columns in the last vector).
template <class Body>
HWY_INLINE void for_each_strip(std::int64_t n, Body body) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for (std::int64_t column = 0; column < n;) {
    const std::int64_t width = std::min(n - column, most_vectors * lanes);
    const auto tail = static_cast<std::size_t>(width % lanes);
    const std::int64_t vectors = (width + lanes - 1) / lanes;
    auto call = [&]<int v>(std::integral_constant<int, v> constant) HWY_ATTR {
      if (v != vectors) return;
      tail == 0 ? body(constant, std::false_type(), column, tail) : body(constant, std::true_type(), column, tail);
    };
    call(std::integral_constant<int, 1>());
    call(std::integral_constant<int, 2>());
    if constexpr (wide) {
      call(std::integral_constant<int, 3>());
      call(std::integral_constant<int, 4>());
    }
    column += width;
  }
}

void gemm_on_target(const Gemm& g) {
  for_each_strip(g.n, [&]<int vectors, bool partial>(std::integral_constant<int, vectors>, std::bool_constant<partial>,
                                                     std::int64_t column, std::size_t tail)
                          HWY_ATTR { strip<vectors, partial>(g, column, tail); });
}

/// All rows of a strip of columns. `a` holds the rows of each tile together, [k][rows], or is null where g.a is read in
/// place; `panel` holds the strip [k][width]. Meanwhile `next`, what will be packed after it, comes into the cache.
template <int vectors, bool partial>
HWY_NOINLINE void packed_strip(const Gemm& g, const float* a, const float* panel, const Lines& next, const Sums& sums,
                               float* c, std::size_t tail) {
  const auto width = static_cast<std::int64_t>(vectors * hn::Lanes(FloatTag()));
  Prefetch prefetch(next, (g.m + tile_rows(most_vectors) - 1) / tile_rows(most_vectors));
  for_each_tile<most_vectors>(g.m, [&]<int rows>(std::integral_constant<int, rows>, std::int64_t row) HWY_ATTR {
    prefetch.advance();
    float* const out = c + row * g.c_row;
    if (a == nullptr)
      tile<rows, vectors, partial>(g.k, g.a + row * g.a_row, g.a_row, g.a_column, panel, width, sums, out, g.c_row,
                                   tail);
    else
      tile<rows, vectors, partial>(g.k, a + row * g.k, 1, rows, panel, width, sums, out, g.c_row, tail);
  });
}

/// The rows of each tile together, [k][rows]. Rows that lie side by side share cache lines, so of these a few steps of
/// all tiles at a time.
void pack_tiles(const Gemm& g, float* memory) {
  const std::int64_t steps = g.a_column == 1 ? g.k : 8;
  for (std::int64_t p = 0; p < g.k; p += steps)
    for_each_tile<most_vectors>(g.m, [&]<int rows>(std::integral_constant<int, rows>, std::int64_t row) HWY_ATTR {
      pack({g.a + row * g.a_row + p * g.a_column, g.a_row, g.a_column, rows, std::min(steps, g.k - p)}, rows,
           memory + row * g.k + p * rows);
    });
}

/// A piece of a product: some of its rows, and some steps of its sums, of which it may be the first or the last. Dense
/// rows of a are read in place, each a stream of its own, where the columns are too few to be worth a copy.
void multiply_piece(const Gemm& g, bool first, bool last, float* memory) {
  constexpr std::int64_t few_columns = 256;
  const float* a = g.a_column == 1 && g.n < few_columns ? nullptr : memory;
  if (a != nullptr) pack_tiles(g, memory);
  float* panel = memory + (g.m * g.k + 15) / 16 * 16;
  auto columns = [&](std::int64_t column, std::int64_t width) {
    return Lines{g.b + column * g.b_column, g.b_column, g.b_row, std::min(width, g.n - column), g.k};
  };
  for_each_strip(g.n, [&]<int vectors, bool partial>(std::integral_constant<int, vectors>, std::bool_constant<partial>,
                                                     std::int64_t column, std::size_t tail) HWY_ATTR {
    const auto width = static_cast<std::int64_t>(vectors * hn::Lanes(FloatTag()));
    pack(columns(column, width), width, panel);
    const Sums sums{first && g.bias != nullptr ? g.bias + column : nullptr, !first || g.accumulate, last && g.relu};
    packed_strip<vectors, partial>(g, a, panel, columns(std::min(column + width, g.n), width), sums, g.c + column,
                                   tail);
  });
}

/// Pieces of at most 384 rows and 256 steps: what is packed of a fills less than half of the second-level cache, and a
/// panel of b most of the first.
void packed_gemm_on_target(const Gemm& g) {
  constexpr std::int64_t most_rows = 384, most_steps = 256;
  auto even = [](std::int64_t n, std::int64_t most) {
    const std::int64_t pieces = (n + most - 1) / most;
    return ((n + pieces - 1) / pieces + 11) / 12 * 12;  // whole tiles of 4, 6 or 12 rows
  };
  const std::int64_t rows = even(g.m, most_rows), steps = even(g.k, most_steps);
  float* memory =
      thread_scratch((std::min(rows, g.m) + most_vectors * hn::MaxLanes(FloatTag()) + 1) * std::min(steps, g.k) + 16);
  for (std::int64_t step = 0; step < g.k; step += steps)
    for (std::int64_t row = 0; row < g.m; row += rows) {
      Gemm piece = g;
      piece.m = std::min(rows, g.m - row);
      piece.k = std::min(steps, g.k - step);
      piece.a += row * g.a_row + step * g.a_column;
      piece.b += step * g.b_row;
      piece.c += row * g.c_row;
      multiply_piece(piece, step == 0, step + steps >= g.k, memory);
    }
}

// ---- few rows or few steps: each number of a large matrix is used few times, so it is read or written once, in the
// order of memory

/// c = relu?(bias + sums), whose rows are `row` apart.
void finish_sums(const Gemm& g, const float* sums, std::int64_t row) {
  const FloatTag d;
  for (std::int64_t i = 0; i < g.m; ++i)
    for_each_part(g.n, [&](auto part, std::int64_t j) HWY_ATTR {
      FloatVector sum = part.load(sums + i * row + j);
      if (g.bias != nullptr) sum = hn::Add(sum, part.load(g.bias + j));
      part.store(g.relu ? positive_part(d, sum) : sum, g.c + i * g.c_row + j);
    });
}

/// Few rows, and b with dense rows, which are read in place: eight at a time, as many as a set of the first-level cache
/// holds where rows lie whole pages apart; meanwhile the next eight are asked for. The sums wait in memory of their
/// own.
void few_rows_gemm_on_target(const Gemm& g) {
  constexpr std::int64_t most_steps = 8;
  const std::int64_t row_length = g.n + 16;  // no whole page either
  float* sums = thread_scratch(g.m * (row_length + most_steps));
  float* tiles = sums + g.m * row_length;
  for (std::int64_t step = 0; step < g.k; step += most_steps) {
    Gemm piece = g;
    piece.k = std::min(most_steps, g.k - step);
    piece.a += step * g.a_column;
    piece.b += step * g.b_row;
    pack_tiles(piece, tiles);
    const Sums begin{nullptr, step > 0, false};
    for_each_strip(
        g.n, [&]<int vectors, bool partial>(std::integral_constant<int, vectors>, std::bool_constant<partial>,
                                            std::int64_t column, std::size_t tail) HWY_ATTR {
          const float* next = piece.b + piece.k * g.b_row + column;
          for (std::int64_t p = 0; p < std::min(most_steps, g.k - step - piece.k); ++p)
            __builtin_prefetch(next + p * g.b_row);
          for_each_tile<most_vectors>(g.m, [&]<int rows>(std::integral_constant<int, rows>, std::int64_t row) HWY_ATTR {
            tile<rows, vectors, partial>(piece.k, tiles + row * piece.k, 1, rows, piece.b + column, g.b_row, begin,
                                         sums + row * row_length + column, row_length, tail);
          });
        });
  }
  finish_sums(g, sums, row_length);
}

/// Few steps and a large c, which is written by rows. Some columns of b at a time are packed, and stay in the
/// second-level cache.
void few_steps_gemm_on_target(const Gemm& g) {
  constexpr std::int64_t most_columns = 1024, most_rows = 16;
  float* tile_of_a = thread_scratch((most_columns + 2 * most_rows) * g.k);
  float* panels = tile_of_a + most_rows * g.k;
  for (std::int64_t first = 0; first < g.n; first += most_columns) {
    const std::int64_t columns = std::min(most_columns, g.n - first);
    for_each_strip(
        columns, [&]<int vectors, bool partial>(std::integral_constant<int, vectors>, std::bool_constant<partial>,
                                                std::int64_t column, std::size_t) HWY_ATTR {
          const auto width = static_cast<std::int64_t>(vectors * hn::Lanes(FloatTag()));
          pack({g.b + (first + column) * g.b_column, g.b_column, g.b_row, std::min(width, columns - column), g.k},
               width, panels + column * g.k);
        });
    for_each_tile<most_vectors>(g.m, [&]<int rows>(std::integral_constant<int, rows>, std::int64_t row) HWY_ATTR {
      pack({g.a + row * g.a_row, g.a_row, g.a_column, rows, g.k}, rows, tile_of_a);
      for_each_strip(columns,
                     [&]<int vectors, bool partial>(std::integral_constant<int, vectors>, std::bool_constant<partial>,
                                                    std::int64_t column, std::size_t tail) HWY_ATTR {
                       const auto width = static_cast<std::int64_t>(vectors * hn::Lanes(FloatTag()));
                       const Sums begin{g.bias == nullptr ? nullptr : g.bias + first + column, false, g.relu};
                       tile<rows, vectors, partial>(g.k, tile_of_a, 1, rows, panels + column * g.k, width, begin,
                                                    g.c + row * g.c_row + first + column, g.c_row, tail);
                     });
    });
  }
}

/// Few rows, and b with dense columns: computed as bᵀ · aᵀ, which reads these in place.
void few_rows_transposed_gemm_on_target(const Gemm& g) {
  thread_local Scratch scratch;
  float* transposed = scratch.get(g.m * g.n);
  packed_gemm_on_target({g.n, g.m, g.k, g.b, g.b_column, g.b_row, g.a, g.a_column, g.a_row, transposed, g.m});
  for (std::int64_t i = 0; i < g.m; ++i)
    for (std::int64_t j = 0; j < g.n; ++j) g.c[i * g.c_row + j] = transposed[j * g.m + i];
  if (g.bias != nullptr || g.relu) finish_sums(g, g.c, g.c_row);
}

bool wide_on_target() { return wide; }

void add_partial_products_on_target(const float* parts, std::int64_t count, std::int64_t m, std::int64_t n,
                                    const float* bias, bool relu, float* c, std::int64_t c_row) {
  const FloatTag d;
  for (std::int64_t i = 0; i < m; ++i)
    for_each_part(n, [&](auto part, std::int64_t j) HWY_ATTR {
      const float* summand = parts + i * n + j;
      FloatVector sum = bias == nullptr ? hn::Zero(d) : part.load(bias + j);
      for (std::int64_t p = 0; p < count; ++p, summand += m * n) sum = hn::Add(sum, part.load(summand));
      part.store(relu ? positive_part(d, sum) : sum, c + i * c_row + j);
    });
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {

HWY_EXPORT(gemm_on_target);
HWY_EXPORT(packed_gemm_on_target);
HWY_EXPORT(few_rows_gemm_on_target);
HWY_EXPORT(few_rows_transposed_gemm_on_target);
HWY_EXPORT(few_steps_gemm_on_target);
HWY_EXPORT(wide_on_target);
HWY_EXPORT(add_partial_products_on_target);

void gemm(const Gemm& problem) { HWY_DYNAMIC_DISPATCH(gemm_on_target)(problem); }
void packed_gemm(const Gemm& g) {
  constexpr std::int64_t few = 64, large = 1024 * 1024;  // elements of a matrix that the second-level cache cannot hold
  if (g.m <= few && g.k * g.n >= large && g.b_column == 1 && !g.accumulate)
    HWY_DYNAMIC_DISPATCH(few_rows_gemm_on_target)(g);
  else if (g.m <= few && g.k * g.n >= large && g.b_row == 1 && !g.accumulate)
    HWY_DYNAMIC_DISPATCH(few_rows_transposed_gemm_on_target)(g);
  else if (g.k <= few && g.m * g.n >= large && !g.accumulate)
    HWY_DYNAMIC_DISPATCH(few_steps_gemm_on_target)(g);
  else
    HWY_DYNAMIC_DISPATCH(packed_gemm_on_target)(g);
}
bool has_wide_vectors() { return HWY_DYNAMIC_DISPATCH(wide_on_target)(); }

void add_partial_products(const float* parts, std::int64_t count, std::int64_t m, std::int64_t n, const float* bias,
                          bool relu, float* c, std::int64_t c_row) {
  HWY_DYNAMIC_DISPATCH(add_partial_products_on_target)(parts, count, m, n, bias, relu, c, c_row);
}

}  // namespace linnet::kernels::cpu
#endif
