// Copies of dense memory, conversions between dtypes, transposed copies, and filling.
#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "linnet/kernels/convert.h"
#include "linnet/kernels/cpu/bfloat16.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/elementwise.h"

namespace linnet::kernels::cpu {
namespace {

constexpr std::int64_t grain = 64 * 1024;

/// The same elements with two axes exchanged.
template <class AnyView>
AnyView swapped(AnyView view, int a, int b) {
  std::swap(view.shape[a], view.shape[b]);
  std::swap(view.strides[a], view.strides[b]);
  return view;
}

/// Elements of equal size move as they are, whatever they mean.
template <class Word>
void move_rows(const MergedLoop<2>& loop, const View& src, const MutableView& dst) {
  const std::int64_t step_in = loop.strides[0].back(), step_out = loop.strides[1].back();
  loop.for_each_row(grain, [&](const auto& at, std::int64_t n) {
    const Word* in = src.as<Word>() + at[0];
    Word* out = dst.as<Word>() + at[1];
    if (step_in == 1 && step_out == 1) {
      std::memcpy(out, in, static_cast<std::size_t>(n) * sizeof(Word));
      return;
    }
    for (std::int64_t i = 0; i < n; ++i) out[i * step_out] = in[i * step_in];
  });
}

template <class From, class To>
void convert_rows(const MergedLoop<2>& loop, const View& src, const MutableView& dst) {
  loop.for_each_row(grain, [&](const auto& at, std::int64_t n) {
    const From* in = src.as<From>() + at[0];
    To* out = dst.as<To>() + at[1];
    if constexpr (std::is_same_v<From, BFloat16> && std::is_same_v<To, float>)
      widen(in, n, out);
    else if constexpr (std::is_same_v<From, float> && std::is_same_v<To, BFloat16>)
      narrow(in, n, out);
    else
      for (std::int64_t i = 0; i < n; ++i) out[i] = convert<To>(in[i]);
  });
}

}  // namespace

bool copy(const View& src, const MutableView& dst) {
  if (dst.size() == 0) return true;
  const int last = dst.shape.rank() - 1;
  for (int axis = 0; axis < last; ++axis)  // dst is transposed: along its memory
    if (dst.strides[axis] == 1 && dst.shape[axis] != 1 && dst.strides[last] != 1)
      return cpu::copy(swapped(src, axis, last), swapped(dst, axis, last));
  const MergedLoop<2> loop(dst.shape, {src.strides, dst.strides});
  if (src.dtype == dst.dtype) {
    switch (size_of(src.dtype)) {
      case 1: move_rows<std::uint8_t>(loop, src, dst); return true;
      case 2: move_rows<std::uint16_t>(loop, src, dst); return true;
      case 4: move_rows<std::uint32_t>(loop, src, dst); return true;
      default: move_rows<std::uint64_t>(loop, src, dst); return true;
    }
  }
  if (!loop.has_vector_rows() || loop.strides[0].back() != 1) return false;
  if (src.dtype == DType::uint8 && dst.dtype == DType::float32) return cpu::rescale(src, 1, 0, dst);
  dispatch(src.dtype, [&](auto from) {
    dispatch(dst.dtype, [&](auto to) { convert_rows<decltype(from), decltype(to)>(loop, src, dst); });
  });
  return true;
}

bool fill(double value, const MutableView& dst) {
  if (dst.size() == 0) return true;
  const MergedLoop<1> loop(dst.shape, {dst.strides});
  if (loop.strides[0].back() != 1) return false;
  dispatch(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    loop.for_each_row(grain, [&, element = convert<T>(value)](const auto& at, std::int64_t n) {
      std::fill_n(dst.as<T>() + at[0], n, element);
    });
  });
  return true;
}

}  // namespace linnet::kernels::cpu
