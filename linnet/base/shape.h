// Shape: the sizes of a tensor's axes, held inline (no allocation), rank at most 8. Strides use the same type.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "linnet/base/check.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Sizes of the axes, outermost first. -1 stands for a size that is not known yet (the batch of a symbolic tensor).
///   Shape shape{64, 28, 28};
///   shape.rank();      // -> 3
///   shape[-1];         // -> 28
///   shape.size();      // -> 50176
///   to_string(shape);  // -> "(64, 28, 28)"
class Shape {
 public:
  static constexpr int max_rank = 8;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> sizes) : Shape(sizes.begin(), sizes.end()) {}
  explicit Shape(const std::vector<std::int64_t>& sizes) : Shape(sizes.begin(), sizes.end()) {}
  template <class Iterator>
  Shape(Iterator first, Iterator last) {
    for (; first != last; ++first) push_back(*first);
  }
  /// `rank` axes, all of the same size.
  static Shape filled(int rank, std::int64_t size) {
    Shape shape;
    for (int i = 0; i < rank; ++i) shape.push_back(size);
    return shape;
  }

  int rank() const { return rank_; }
  bool empty() const { return rank_ == 0; }
  /// Number of elements: the product of all sizes, 1 for rank 0. Throws if a size is unknown or the product overflows.
  std::int64_t size() const;
  bool is_known() const {
    return std::all_of(begin(), end(), [](std::int64_t n) { return n >= 0; });
  }

  /// Axis `i`; negative values count from the end. Unchecked.
  std::int64_t operator[](int i) const { return sizes_[i < 0 ? i + rank_ : i]; }
  std::int64_t& operator[](int i) { return sizes_[i < 0 ? i + rank_ : i]; }
  std::int64_t back() const { return sizes_[rank_ - 1]; }
  std::int64_t front() const { return sizes_[0]; }

  void push_back(std::int64_t size) {
    check(rank_ < max_rank, "[Shape] expected at most ", max_rank, " axes, received more");
    sizes_[rank_++] = size;
  }
  void pop_back() { --rank_; }
  void insert(int axis, std::int64_t size);
  void erase(int axis);
  /// Axes [first, last).
  Shape slice(int first, int last) const { return Shape(begin() + first, begin() + last); }

  const std::int64_t* begin() const { return sizes_; }
  const std::int64_t* end() const { return sizes_ + rank_; }
  std::int64_t* begin() { return sizes_; }
  std::int64_t* end() { return sizes_ + rank_; }
  std::vector<std::int64_t> to_vector() const { return {begin(), end()}; }

  friend bool operator==(const Shape& a, const Shape& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

 private:
  std::int64_t sizes_[max_rank] = {};
  int rank_ = 0;
};

using Strides = Shape;  // in elements, not bytes; 0 repeats an axis (broadcasting)

/// "(2, 3)", "(4,)", "()": NumPy's text. Unknown sizes print as None.
std::string to_string(const Shape& shape);
inline void append_text(std::string& text, const Shape& shape) { text += to_string(shape); }

/// Row-major strides of a dense tensor.
Strides contiguous_strides(const Shape& shape);
/// NumPy's broadcasting of two shapes; throws `[who] …` naming both shapes when they do not fit.
Shape broadcast_shapes(const Shape& a, const Shape& b, std::string_view who);
/// Axis in [0, rank); throws `[who] expected an axis in [-rank, rank), received …`.
int normalize_axis(int axis, int rank, std::string_view who);

}  // namespace linnet
#pragma GCC visibility pop
