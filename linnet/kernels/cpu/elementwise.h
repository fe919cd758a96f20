// Elementwise kernels walk over rows: as many axes as possible are merged, then the last one is the row, along which
// dst has stride 1 and an input stride 1 or 0 (one value for the whole row).
#pragma once

#include <array>
#include <cstdint>

#include "linnet/kernels/cpu/split.h"
#include "linnet/kernels/view.h"

namespace linnet::kernels::cpu {

/// Views with equal shapes, the last of them dst, with axes of size 1 dropped and neighbouring axes merged where every
/// view allows it.
template <std::size_t views>
struct MergedLoop {
  Shape shape;
  std::array<Strides, views> strides;

  MergedLoop(const Shape& sizes, const std::array<Strides, views>& steps) {
    for (int axis = 0; axis < sizes.rank(); ++axis) {
      if (sizes[axis] == 1) continue;
      bool merges = shape.rank() > 0;
      for (std::size_t v = 0; v < views && merges; ++v) merges = strides[v].back() == steps[v][axis] * sizes[axis];
      if (merges) {
        shape[-1] *= sizes[axis];
        for (std::size_t v = 0; v < views; ++v) strides[v][-1] = steps[v][axis];
      } else {
        shape.push_back(sizes[axis]);
        for (std::size_t v = 0; v < views; ++v) strides[v].push_back(steps[v][axis]);
      }
    }
    if (shape.rank() == 0) {
      shape.push_back(1);
      for (std::size_t v = 0; v < views; ++v) strides[v].push_back(1);
    }
  }

  /// Whether the rows are what the vector kernels read and write, and long enough for them.
  bool has_vector_rows() const {
    for (std::size_t v = 0; v + 1 < views; ++v)
      if (strides[v].back() != 1 && strides[v].back() != 0) return false;
    return strides[views - 1].back() == 1 && (shape.rank() == 1 || shape.back() >= 4);
  }

  /// Calls row(offsets of the views, elements) for all rows, in parallel; `grain` elements are worth a block.
  template <class Row>
  void for_each_row(std::int64_t grain, Row row) const {
    const std::int64_t size = shape.size();
    if (size == 0) return;
    const std::int64_t length = shape.back(), rows = size / length;
    if (rows == 1)
      return parallel_ranges(length, grain, Split::align, [&](std::int64_t first, std::int64_t last) {
        std::array<std::int64_t, views> offsets;
        for (std::size_t v = 0; v < views; ++v) offsets[v] = first * strides[v].back();
        row(offsets, last - first);
      });
    parallel_ranges(rows, grain / length + 1, 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) row(offsets_of_row(i), length);
    });
  }

 private:
  std::array<std::int64_t, views> offsets_of_row(std::int64_t index) const {
    std::array<std::int64_t, views> offsets{};
    for (int axis = shape.rank() - 2; axis >= 0; --axis) {
      const std::int64_t position = index % shape[axis];
      index /= shape[axis];
      for (std::size_t v = 0; v < views; ++v) offsets[v] += position * strides[v][axis];
    }
    return offsets;
  }
};

}  // namespace linnet::kernels::cpu
