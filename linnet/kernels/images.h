// The contract of the backend for images: a second page of kernels.h, whose rules hold here too. images.cpp chooses.
#pragma once

#include <cstdint>
#include <span>

#include "linnet/kernels/view.h"

#pragma GCC visibility push(default)
namespace linnet::kernels {

/// A sparse matrix, row by row: row i has the entries k from first[i] to first[i + 1] - 1, each a column and a weight.
struct SparseRows {
  std::span<const std::int64_t> first;    ///< one more than there are rows
  std::span<const std::int64_t> columns;  ///< of each entry
  std::span<const double> weights;        ///< of each entry
};
/// dst[n, i, c] = sum of weights[k] * src[n, columns[k], c] over the entries k of row i. src [n, columns, c], dst
/// [n, rows, c], floating.
void sparse_rows(const SparseRows& matrix, const View& src, const MutableView& dst);

/// What an image is between its pixels: that of the nearest, or weighted by the distances to four.
enum class Interpolation : std::uint8_t { nearest, bilinear };
/// What an image is outside: fill_value, the pixel at the edge, the opposite side, or its mirror image without (mirror)
/// or with the pixel at the edge (reflect).
enum class FillMode : std::uint8_t { constant, nearest, wrap, mirror, reflect };
/// dst[n, i, j, c] = src[n, v, u, c] at the place (v, u) = places[n, i, j, :], counted in pixels from the first; v is
/// the row. src and dst [n, height, width, c] of two sizes and one floating dtype; places [n, i, j, 2] float32.
void sample(const View& src, const View& places, Interpolation interpolation, FillMode fill_mode, double fill_value,
            const MutableView& dst);
/// diff_src = the sum of what each diff_dst gives to the pixels it was read from.
void sample_backward(const View& diff_dst, const View& places, Interpolation interpolation, FillMode fill_mode,
                     const MutableView& diff_src);

}  // namespace linnet::kernels
#pragma GCC visibility pop
