// Random views for kernel tests: dense, permuted, sliced or broadcast, of any dtype, over memory that is checked for
// writes outside of the view.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "linnet/base/thread_pool.h"
#include "linnet/kernels/kernels.h"

namespace linnet::kernels {

inline void PrintTo(const View& view, std::ostream* out) {
  *out << std::string(name(view.dtype)) << to_string(view.shape) << " strides " << to_string(view.strides);
}

/// A view that owns its memory, which begins and ends with NaN: what is read there by mistake does not stay unseen.
class Array {
 public:
  static constexpr std::size_t guard = 64;  // bytes
  Array(DType dtype, const Shape& shape) : Array(dtype, shape, contiguous_strides(shape), 0) {}
  /// `strides` must not be negative; `offset` elements lie before the first one.
  Array(DType dtype, const Shape& shape, const Strides& strides, std::int64_t offset)
      : dtype_(dtype), shape_(shape), strides_(strides), offset_(offset) {
    std::int64_t last = offset;
    for (int i = 0; i < shape.rank(); ++i) last += shape[i] > 0 ? (shape[i] - 1) * strides[i] : 0;
    bytes_.resize(2 * guard + static_cast<std::size_t>(last + 1 + offset) * size_of(dtype), 0);
    std::fill_n(bytes_.begin(), guard, 0xff);
    std::fill_n(bytes_.rbegin(), guard, 0xff);
  }
  MutableView view() {
    return {bytes_.data() + guard + static_cast<std::size_t>(offset_) * size_of(dtype_), dtype_, shape_, strides_};
  }
  operator MutableView() { return view(); }
  operator View() { return view(); }
  std::vector<unsigned char>& bytes() { return bytes_; }

 private:
  DType dtype_;
  Shape shape_;
  Strides strides_;
  std::int64_t offset_;
  std::vector<unsigned char> bytes_;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}

  std::int64_t integer(std::int64_t low, std::int64_t high) {  // both included
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  double real(double low, double high) { return low + (high - low) * 0x1p-32 * static_cast<double>(engine_()); }

  Shape shape(int least_rank = 0, int most_rank = 4) {
    static constexpr std::int64_t sizes[] = {0, 1, 1, 2, 3, 5, 7, 8, 16, 17, 33};
    Shape result;
    for (std::int64_t rank = integer(least_rank, most_rank); rank > 0; --rank)
      result.push_back(sizes[integer(integer(0, 9) == 0 ? 0 : 1, 10)]);
    return result;
  }

  enum class Layout { dense, any, any_or_broadcast };
  Array array(DType dtype, const Shape& shape, Layout layout = Layout::any, double low = -4, double high = 4) {
    Array result = make(dtype, shape, layout);
    fill(result, low, high);
    return result;
  }
  void fill(Array& array, double low, double high) {
    auto& bytes = array.bytes();
    dispatch(array.view().dtype, [&](auto zero) {
      using T = decltype(zero);
      for (std::size_t i = Array::guard; i + Array::guard + sizeof(T) <= bytes.size(); i += sizeof(T)) {
        constexpr bool small = std::is_same_v<T, std::uint8_t>;
        const double drawn = real(small ? std::max(low, 0.0) : low, small ? std::min(high, 255.0) : high);
        const T value = std::is_same_v<T, bool> ? static_cast<T>(drawn > 0) : static_cast<T>(static_cast<float>(drawn));
        std::memcpy(bytes.data() + i, &value, sizeof value);
      }
    });
  }

 private:
  Array make(DType dtype, const Shape& shape, Layout layout) {
    if (layout == Layout::dense || integer(0, 1) == 0) return Array(dtype, shape);
    std::vector<int> order(static_cast<std::size_t>(shape.rank()));  // from the innermost axis in memory
    std::iota(order.rbegin(), order.rend(), 0);
    if (integer(0, 1) == 0) std::shuffle(order.begin(), order.end(), engine_);
    Strides strides = shape;
    std::int64_t step = integer(0, 3) == 0 ? 2 : 1;
    for (int axis : order) {
      strides[axis] = step;
      step *= std::max<std::int64_t>(shape[axis], 1) + (integer(0, 2) == 0 ? 3 : 0);
    }
    if (layout == Layout::any_or_broadcast)
      for (int axis = 0; axis < shape.rank(); ++axis)
        if (integer(0, 3) == 0) strides[axis] = 0;
    return Array(dtype, shape, strides, integer(0, 3));
  }

  std::mt19937 engine_;
};

/// All elements as float64, in row-major order.
inline std::vector<double> elements(const View& view) {
  std::vector<double> result;
  dispatch(view.dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t i = 0; i < view.size(); ++i) {
      std::int64_t rest = i, offset = 0;
      for (int axis = view.rank() - 1; axis >= 0; --axis) {
        offset += rest % view.shape[axis] * view.strides[axis];
        rest /= view.shape[axis];
      }
      result.push_back(static_cast<double>(view.as<T>()[offset]));
    }
  });
  return result;
}

/// Runs `fast` and `slow` on copies of `start`. Their elements agree to `relative` or `absolute`, whichever is larger,
/// and nothing but the elements was written.
template <class Fast, class Slow>
void expect_same_result(const Array& start, Fast fast, Slow slow, double relative = 2e-6, double absolute = 2e-6) {
  Array actual = start, expected = start;
  fast(actual.view());
  slow(expected.view());
  const std::vector<double> a = elements(actual), e = elements(expected);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == e[i] || (std::isnan(a[i]) && std::isnan(e[i]))) continue;
    ASSERT_LE(std::abs(a[i] - e[i]), std::max(absolute, relative * std::abs(e[i])))
        << "element " << i << ": " << a[i] << " instead of " << e[i] << " of "
        << ::testing::PrintToString(View(actual));
  }
  // After writing the expected elements over the actual ones the memory must be equal.
  Array repaired = actual;
  kernels::copy(expected, repaired.view());
  ASSERT_EQ(repaired.bytes(), expected.bytes()) << "writes outside of " << ::testing::PrintToString(View(actual));
}

/// Runs `compute` with 1, 2, 3, 4 and 16 threads and expects the same bits.
template <class Compute>
void expect_same_bits(const Array& start, Compute compute) {
  const int before = num_threads();
  set_num_threads(1);
  Array expected = start;
  compute(expected.view());
  for (int threads : {2, 3, 4, 16}) {
    set_num_threads(threads);
    for (int repetition = 0; repetition < 3; ++repetition) {
      Array actual = start;
      compute(actual.view());
      ASSERT_EQ(actual.bytes(), expected.bytes()) << threads << " threads";
    }
  }
  set_num_threads(before);
}

}  // namespace linnet::kernels
