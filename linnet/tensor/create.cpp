#include <cmath>

#include "linnet/base/random.h"
#include "linnet/kernels/kernels.h"
#include "linnet/tensor/record.h"

namespace linnet {

Tensor full(const Shape& shape, double value, DType dtype) {
  Tensor x(shape, dtype);
  kernels::fill(value, mutable_view(x));
  return x;
}

Tensor zeros(const Shape& shape, DType dtype) { return full(shape, 0, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }
Tensor empty_like(const Tensor& x) { return Tensor(x.shape(), x.dtype()); }
Tensor zeros_like(const Tensor& x) { return zeros(x.shape(), x.dtype()); }
Tensor ones_like(const Tensor& x) { return ones(x.shape(), x.dtype()); }
Tensor scalar(double value, DType dtype) { return full({}, value, dtype); }

template <class T>
Tensor from_span(std::span<const T> values, const Shape& shape) {
  Tensor x(shape, dtype_of<T>());
  check(static_cast<std::int64_t>(values.size()) == x.size(), "[from_span] expected ", x.size(), " values for shape ",
        shape, ", received ", values.size());
  std::copy(values.begin(), values.end(), reinterpret_cast<T*>(x.impl()->data));
  return x;
}

template <class T>
Tensor from_vector(const std::vector<T>& values, const Shape& shape) {
  Tensor x(shape, dtype_of<T>());
  check(static_cast<std::int64_t>(values.size()) == x.size(), "[from_vector] expected ", x.size(), " values for shape ",
        shape, ", received ", values.size());
  std::copy(values.begin(), values.end(), reinterpret_cast<T*>(x.impl()->data));
  return x;
}

namespace {

Tensor from_doubles(const std::vector<double>& values, const Shape& shape, DType dtype) {
  return from_vector(values, shape).to(dtype);
}

template <class Rows>
std::int64_t common_length(const Rows& rows) {
  const std::size_t length = rows.size() > 0 ? rows.begin()->size() : 0;
  for (const auto& row : rows)
    check(row.size() == length, "[tensor] expected rows of equal length, received ", length, " and ", row.size());
  return static_cast<std::int64_t>(length);
}

}  // namespace

Tensor tensor(std::initializer_list<detail::Number> numbers, DType dtype) {
  std::vector<double> values;
  for (const detail::Number& number : numbers) values.push_back(number.value);
  return from_doubles(values, {static_cast<std::int64_t>(values.size())}, dtype);
}

Tensor tensor(std::initializer_list<std::initializer_list<double>> rows, DType dtype) {
  const std::int64_t columns = common_length(rows);
  std::vector<double> values;
  for (const auto& row : rows) values.insert(values.end(), row);
  return from_doubles(values, {static_cast<std::int64_t>(rows.size()), columns}, dtype);
}

Tensor tensor(std::initializer_list<std::initializer_list<std::initializer_list<double>>> blocks, DType dtype) {
  const std::int64_t rows = common_length(blocks);
  std::int64_t columns = 0;
  std::vector<double> values;
  for (const auto& block : blocks) {
    const std::int64_t length = common_length(block);
    check(values.empty() || length == columns, "[tensor] expected rows of equal length, received ", columns, " and ",
          length);
    columns = length;
    for (const auto& row : block) values.insert(values.end(), row);
  }
  return from_doubles(values, {static_cast<std::int64_t>(blocks.size()), rows, columns}, dtype);
}

Tensor arange(double start, double stop, double step, DType dtype) {
  check(step != 0, "[arange] expected a step other than 0");
  const double count = std::ceil((stop - start) / step);
  check(std::isfinite(count), "[arange] expected finite bounds and step");
  std::vector<double> values(static_cast<std::size_t>(std::max(count, 0.0)));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = start + static_cast<double>(i) * step;
  return from_doubles(values, {static_cast<std::int64_t>(values.size())}, dtype);
}

Tensor linspace(double start, double stop, std::int64_t count, DType dtype) {
  check(count >= 0, "[linspace] expected count >= 0, received ", count);
  const double step = count > 1 ? (stop - start) / static_cast<double>(count - 1) : 0;
  std::vector<double> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = start + static_cast<double>(i) * step;
  if (count > 1) values.back() = stop;
  return from_doubles(values, {count}, dtype);
}

Tensor eye(std::int64_t rows, std::int64_t columns, DType dtype) {
  Tensor x = zeros({rows, columns}, dtype);
  const std::int64_t n = std::min(rows, columns);
  kernels::fill(1, mutable_view(alias(x, {n}, {columns + 1})));
  return x;
}

Tensor random_uniform(const Shape& shape, double low, double high, DType dtype, SeedGenerator* generator) {
  check(is_floating(dtype), "[random_uniform] expected a floating dtype, received ", dtype);
  const std::uint64_t seed = generator != nullptr ? generator->seed : random_seed();
  const std::uint64_t stream = generator != nullptr ? generator->next() : next_random_stream();
  Tensor x(shape, dtype);
  kernels::random_uniform(seed, stream, low, high, mutable_view(x));
  return x;
}

Tensor random_normal(const Shape& shape, double mean, double stddev, DType dtype, SeedGenerator* generator) {
  check(is_floating(dtype), "[random_normal] expected a floating dtype, received ", dtype);
  const std::uint64_t seed = generator != nullptr ? generator->seed : random_seed();
  const std::uint64_t stream = generator != nullptr ? generator->next() : next_random_stream();
  Tensor x(shape, dtype);
  kernels::random_normal(seed, stream, mean, stddev, false, mutable_view(x));
  return x;
}

// What the header makes visible does not hold for instances.
#define LINNET_INSTANTIATE(T)                                                                         \
  template __attribute__((visibility("default"))) Tensor from_span(std::span<const T>, const Shape&); \
  template __attribute__((visibility("default"))) Tensor from_vector(const std::vector<T>&, const Shape&);
LINNET_INSTANTIATE(float)
LINNET_INSTANTIATE(double)
LINNET_INSTANTIATE(BFloat16)
LINNET_INSTANTIATE(std::int32_t)
LINNET_INSTANTIATE(std::int64_t)
LINNET_INSTANTIATE(std::uint8_t)
LINNET_INSTANTIATE(bool)
#undef LINNET_INSTANTIATE

}  // namespace linnet
