#include "linnet/base/shape.h"

namespace linnet {

std::int64_t Shape::size() const {
  std::int64_t product = 1;
  for (std::int64_t n : *this) {
    check(n >= 0, "[Shape] expected known sizes, received ", *this);
    check(!__builtin_mul_overflow(product, n, &product), "[Shape] the number of elements of ", *this, " overflows");
  }
  return product;
}

void Shape::insert(int axis, std::int64_t size) {
  push_back(0);
  std::copy_backward(begin() + axis, end() - 1, end());
  sizes_[axis] = size;
}

void Shape::erase(int axis) {
  std::copy(begin() + axis + 1, end(), begin() + axis);
  --rank_;
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (int i = 0; i < shape.rank(); ++i) {
    if (i > 0) text += ", ";
    text += shape[i] < 0 ? "None" : std::to_string(shape[i]);
  }
  return text + (shape.rank() == 1 ? ",)" : ")");
}

Strides contiguous_strides(const Shape& shape) {
  Strides strides = shape;
  std::int64_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

Shape broadcast_shapes(const Shape& a, const Shape& b, std::string_view who) {
  const int rank = std::max(a.rank(), b.rank());
  Shape result = Shape::filled(rank, 1);
  for (int i = 1; i <= rank; ++i) {
    const std::int64_t m = i <= a.rank() ? a[-i] : 1, n = i <= b.rank() ? b[-i] : 1;
    check(m == n || m == 1 || n == 1, "[", who, "] expected shapes that broadcast together, received ", a, " and ", b,
          "; axis ", -i, " has ", m, " and ", n);
    result[-i] = m == 1 ? n : m;
  }
  return result;
}

int normalize_axis(int axis, int rank, std::string_view who) {
  check(axis >= -rank && axis < rank, "[", who, "] expected an axis in [", -rank, ", ", rank, "), received ", axis);
  return axis < 0 ? axis + rank : axis;
}

}  // namespace linnet
