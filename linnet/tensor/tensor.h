// Tensor: an n-dimensional array. A value handle: copying one copies a pointer, the numbers are shared.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "linnet/base/dtype.h"
#include "linnet/base/shape.h"

#pragma GCC visibility push(default)
namespace linnet {

class Tensor;
using Tensors = std::vector<Tensor>;

namespace detail {
struct TensorImpl;
void add_reference(TensorImpl* impl) noexcept;
void release(TensorImpl* impl) noexcept;
}  // namespace detail

/// Where a symbolic tensor of a functional graph comes from; the graph derives from it (layers/graph.h).
struct SymbolicOrigin {
  virtual ~SymbolicOrigin() = default;
};

/// dtype, shape, strides, an offset into shared storage, and, where gradients are wanted, a place on the tape.
/// Views (reshape, permute, slice, expand, …) share storage. A default-constructed Tensor is empty: `!defined()`.
class Tensor {
 public:
  Tensor() = default;
  /// A new tensor whose elements are not initialized.
  explicit Tensor(const Shape& shape, DType dtype = float32);
  Tensor(const Tensor& other) noexcept : impl_(other.impl_) { detail::add_reference(impl_); }
  Tensor(Tensor&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
  Tensor& operator=(Tensor other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
  }
  ~Tensor() { detail::release(impl_); }

  bool defined() const { return impl_ != nullptr; }
  const Shape& shape() const;
  const Strides& strides() const;  // in elements
  DType dtype() const;
  int rank() const { return shape().rank(); }
  std::int64_t size() const;  // number of elements
  bool is_contiguous() const;

  // ---- numbers out and in
  /// The only element of a tensor of size 1, converted. Throws otherwise.
  template <class T = double>
  T item() const;
  /// All elements in row-major order, converted to T.
  template <class T = float>
  std::vector<T> to_vector() const;
  /// The elements in place: throws unless contiguous and of dtype dtype_of<T>().
  template <class T>
  std::span<const T> data() const;
  /// The same for writing; counts as a change in place.
  template <class T>
  std::span<T> mutable_data();

  /// Same values in another dtype (itself if it has that dtype already). Differentiable between floating dtypes.
  Tensor to(DType dtype) const;
  /// Row-major and dense (itself if it is already).
  Tensor contiguous() const;
  /// A copy with storage of its own, without history.
  Tensor clone() const;
  /// Copies `source` (broadcast, converted) into this tensor's storage. Throws on a tensor that has history.
  void copy_(const Tensor& source);  // NOLINT(readability-identifier-naming): the field marks changes in place so
  void fill_(double value);          // NOLINT(readability-identifier-naming)

  /// Row(s) `i` of the first axis: x[i] == slice(x, 0, i, i + 1) without that axis. Negative counts from the end.
  Tensor operator[](std::int64_t i) const;

  // ---- automatic differentiation (tensor/autograd.h)
  bool requires_grad() const;
  /// Marks a floating leaf whose gradient is wanted. Returns itself.
  Tensor& set_requires_grad(bool wanted = true);
  /// The gradient that backward() has added up; empty before.
  Tensor grad() const;
  void clear_grad();
  /// Adds d(this)/d(leaf) to grad() of every leaf that requires it. This must be a scalar (size 1), or give `seed`, the
  /// cotangent of this tensor's shape. The tape is freed on the way: a second call throws, as PyTorch's does.
  void backward() const;
  void backward(const Tensor& seed) const;
  /// Same storage, no history.
  Tensor detach() const;

  // ---- Keras's mask: a boolean tensor [batch, time] that rides along with activations; empty if none
  Tensor mask() const;
  /// A handle on the same numbers and history that carries `mask`.
  Tensor with_mask(const Tensor& mask) const;

  // ---- functional graphs (layers/graph.h): a tensor without numbers, shape with unknown sizes
  static Tensor symbolic(const Shape& shape, DType dtype, std::shared_ptr<SymbolicOrigin> origin);
  bool is_symbolic() const;
  const std::shared_ptr<SymbolicOrigin>& origin() const;

  detail::TensorImpl* impl() const { return impl_; }
  /// Takes over one reference.
  static Tensor adopt(detail::TensorImpl* impl) {
    Tensor tensor;
    tensor.impl_ = impl;
    return tensor;
  }

 private:
  detail::TensorImpl* impl_ = nullptr;
};

/// NumPy's text: `[[1. 2.]\n [3. 4.]]`, summarized with "..." above 1000 elements, 8 digits of precision.
std::string to_string(const Tensor& tensor);
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

// ---- creation (tensor/create.cpp)
Tensor zeros(const Shape& shape, DType dtype = float32);
Tensor ones(const Shape& shape, DType dtype = float32);
Tensor full(const Shape& shape, double value, DType dtype = float32);
Tensor empty_like(const Tensor& x);
Tensor zeros_like(const Tensor& x);
Tensor ones_like(const Tensor& x);
Tensor scalar(double value, DType dtype = float32);
namespace detail {
// A list element of any arithmetic type. Being a class, it loses against a list: tensor({{1}, {2}}) is a column.
struct Number {
  template <class T>
  requires std::is_arithmetic_v<T> Number(T number) : value(static_cast<double>(number)) {}
  double value;
};
}  // namespace detail
/// tensor({{1, 2}, {3, 4}}) has shape (2, 2), tensor({{1}, {2}}) shape (2, 1). Throws on ragged rows.
Tensor tensor(std::initializer_list<detail::Number> values, DType dtype = float32);
Tensor tensor(std::initializer_list<std::initializer_list<double>> rows, DType dtype = float32);
Tensor tensor(std::initializer_list<std::initializer_list<std::initializer_list<double>>> blocks,
              DType dtype = float32);
/// Copies `values` into a tensor of dtype dtype_of<T>() and of `shape`; throws unless the sizes agree.
template <class T>
Tensor from_span(std::span<const T> values, const Shape& shape);
template <class T>
Tensor from_vector(const std::vector<T>& values, const Shape& shape);
template <class T>
Tensor from_vector(const std::vector<T>& values) {
  return from_vector(values, {static_cast<std::int64_t>(values.size())});
}
/// start, start + step, … below stop.
Tensor arange(double start, double stop, double step = 1, DType dtype = float32);
Tensor linspace(double start, double stop, std::int64_t count, DType dtype = float32);
Tensor eye(std::int64_t rows, std::int64_t columns, DType dtype = float32);
/// Random tensors under (seed, stream) of `generator`, or the global seed (base/random.h).
struct SeedGenerator;
Tensor random_uniform(const Shape& shape, double low = 0, double high = 1, DType dtype = float32,
                      SeedGenerator* generator = nullptr);
Tensor random_normal(const Shape& shape, double mean = 0, double stddev = 1, DType dtype = float32,
                     SeedGenerator* generator = nullptr);

}  // namespace linnet
#pragma GCC visibility pop
