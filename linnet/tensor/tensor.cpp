#include "linnet/tensor/tensor.h"

#include "linnet/kernels/kernels.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/deferred_rows.h"
#include "linnet/tensor/record.h"

namespace linnet {

using detail::Leaf;
using detail::Rare;
using detail::Storage;
using detail::TensorImpl;

void detail::add_reference(TensorImpl* impl) noexcept {
  if (impl != nullptr) impl->references.fetch_add(1, std::memory_order_relaxed);
}

void detail::release(TensorImpl* impl) noexcept {
  if (impl != nullptr && impl->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete impl;
}

namespace {

const TensorImpl& impl_of(const Tensor& x) {
  check(x.defined(), "[Tensor] expected a tensor, received an empty one (default-constructed)");
  return *x.impl();
}

/// Where the numbers are, which are there now if they were not before.
std::byte* numbers_of(const TensorImpl& impl) {
  if (impl.storage != nullptr && impl.storage->rows != nullptr && !impl.storage->rows->is_written())
    impl.storage->rows->write(*impl.storage, impl.dtype);
  return impl.data;
}

Rare& rare_of(TensorImpl& impl) {
  if (!impl.rare) impl.rare = std::make_unique<Rare>();
  return *impl.rare;
}

// A second handle on the numbers, the history and the origin of `x`.
Tensor twin(const Tensor& x) {
  const TensorImpl& from = impl_of(x);
  auto* impl = new TensorImpl;
  impl->dtype = from.dtype;
  impl->shape = from.shape;
  impl->strides = from.strides;
  impl->data = from.data;
  impl->storage = from.storage;
  if (impl->storage != nullptr) impl->storage->add_reference();
  impl->node = from.node;
  if (impl->node != nullptr) impl->node->add_reference();
  impl->output = from.output;
  if (from.rare) impl->rare = std::make_unique<Rare>(*from.rare);
  return Tensor::adopt(impl);
}

void check_writable(const char* who, const Tensor& x) {
  check_input(who, x);
  const detail::Node* node = x.impl()->node;
  check(node == nullptr || node->is_leaf(), "[", who, "] expected a tensor without history, received the result of ",
        node != nullptr ? node->who : "", "; write to a detach()ed handle or compute a new tensor");
}

}  // namespace

Tensor::Tensor(const Shape& shape, DType dtype) {
  std::int64_t bytes = 0;
  check(!__builtin_mul_overflow(shape.size(), static_cast<std::int64_t>(size_of(dtype)), &bytes),
        "[Tensor] the size in bytes of shape ", shape, " overflows");
  Storage* storage = Storage::create(static_cast<std::size_t>(bytes));
  impl_ = new TensorImpl;
  impl_->dtype = dtype;
  impl_->storage = storage;
  impl_->data = storage->data();
  impl_->shape = shape;
  impl_->strides = contiguous_strides(shape);
}

const Shape& Tensor::shape() const { return impl_of(*this).shape; }
const Strides& Tensor::strides() const { return impl_of(*this).strides; }
DType Tensor::dtype() const { return impl_of(*this).dtype; }
std::int64_t Tensor::size() const { return shape().size(); }
bool Tensor::is_contiguous() const {
  const TensorImpl& impl = impl_of(*this);
  return is_symbolic() || kernels::View(nullptr, impl.dtype, impl.shape, impl.strides).is_contiguous();
}

// ---- numbers out and in

template <class T>
T Tensor::item() const {
  check(size() == 1, "[item] expected a tensor with one element, received shape ", shape());
  check_input("item", *this);
  return dispatch(dtype(), [&](auto zero) {
    using Element = decltype(zero);
    return static_cast<T>(*reinterpret_cast<const Element*>(numbers_of(*impl_)));
  });
}

template <class T>
std::vector<T> Tensor::to_vector() const {
  check_input("to_vector", *this);
  Tensor dense = detach();
  if (dense.dtype() != dtype_of<T>() || !dense.is_contiguous()) {
    dense = Tensor(shape(), dtype_of<T>());
    kernels::copy(view(*this), mutable_view(dense));
  }
  const T* first = reinterpret_cast<const T*>(numbers_of(*dense.impl_));
  return std::vector<T>(first, first + size());
}

template <class T>
std::span<const T> Tensor::data() const {
  check_input("data", *this);
  check(dtype() == dtype_of<T>(), "[data] expected dtype ", dtype_of<T>(), ", received ", dtype(),
        "; convert with to()");
  check(is_contiguous(), "[data] expected a contiguous tensor, received strides ", strides(), "; call contiguous()");
  return {reinterpret_cast<const T*>(numbers_of(*impl_)), static_cast<std::size_t>(size())};
}

template <class T>
std::span<T> Tensor::mutable_data() {
  const std::span<const T> elements = data<T>();
  mark_changed(*this);
  return {const_cast<T*>(elements.data()), elements.size()};
}

Tensor Tensor::to(DType target) const {
  check_input("to", *this);
  if (dtype() == target) return *this;
  Tensor y(shape(), target);
  kernels::copy(view(*this), mutable_view(y));
  return record("to", y, {*this}, [](const Tensor& dy) -> Grads { return {dy}; });  // the engine converts it back
}

Tensor Tensor::contiguous() const {
  check_input("contiguous", *this);
  if (is_contiguous()) return *this;
  return record("contiguous", clone(), {*this}, [](const Tensor& dy) -> Grads { return {dy}; });
}

Tensor Tensor::clone() const {
  check_input("clone", *this);
  Tensor copy(shape(), dtype());
  kernels::copy(view(*this), mutable_view(copy));
  return copy;
}

void Tensor::copy_(const Tensor& source) {
  check_writable("copy_", *this);
  check_input("copy_", source);
  check(broadcast_shapes(source.shape(), shape(), "copy_") == shape(), "[copy_] expected a source that broadcasts to ",
        shape(), ", received shape ", source.shape());
  const bool overlaps = source.impl_->storage == impl_->storage;
  const Tensor from = overlaps ? source.clone() : source;
  kernels::copy(broadcast_view(from, shape()), mutable_view(*this));
  mark_changed(*this);
}

void Tensor::fill_(double value) {
  check_writable("fill_", *this);
  kernels::fill(value, mutable_view(*this));
  mark_changed(*this);
}

Tensor Tensor::operator[](std::int64_t i) const {
  check_input("operator[]", *this);
  check(rank() >= 1, "[operator[]] expected a tensor with at least one axis, received a scalar");
  const std::int64_t n = shape()[0], position = i < 0 ? i + n : i;
  check(position >= 0 && position < n, "[operator[]] expected a position in [", -n, ", ", n, "), received ", i);
  const Shape row = shape().slice(1, rank());
  const Tensor y = alias(*this, row, strides().slice(1, rank()), position * strides()[0]);
  return record("operator[]", y, {*this}, [shape = shape(), position](const Tensor& dy) -> Grads {
    Tensor dx = zeros(shape, dy.dtype());
    kernels::copy(view(dy), mutable_view(dx[position]));
    return {dx};
  });
}

// ---- automatic differentiation: the tape itself is in backward.cpp

bool Tensor::requires_grad() const { return impl_of(*this).node != nullptr; }

Tensor& Tensor::set_requires_grad(bool wanted) {
  check_input("set_requires_grad", *this);
  const bool leaf = impl_->node == nullptr || impl_->node->is_leaf();
  if (wanted == requires_grad()) return *this;
  check(leaf, "[set_requires_grad] expected a leaf, received the result of ", leaf ? "" : impl_->node->who,
        "; detach() gives a tensor without history");
  check(is_floating(dtype()), "[set_requires_grad] expected a floating dtype, received ", dtype(),
        "; only float32, float64 and bfloat16 tensors have gradients");
  if (!wanted) {
    std::exchange(impl_->node, nullptr)->release();
    return *this;
  }
  auto* node = new Leaf;
  node->outputs.push_back({shape(), dtype(), {}});
  impl_->node = node;
  return *this;
}

Tensor Tensor::grad() const {
  const detail::Node* node = impl_of(*this).node;
  return node != nullptr && node->is_leaf() ? static_cast<const Leaf*>(node)->grad : Tensor();
}

void Tensor::clear_grad() {
  detail::Node* node = impl_of(*this).node;
  if (node != nullptr && node->is_leaf()) static_cast<Leaf*>(node)->grad = {};
}

Tensor Tensor::detach() const {
  check_input("detach", *this);
  return alias(*this, shape(), strides());
}

// ---- masks and symbolic tensors

Tensor Tensor::mask() const {
  const TensorImpl& impl = impl_of(*this);
  return impl.rare ? impl.rare->mask : Tensor();
}

Tensor Tensor::with_mask(const Tensor& mask) const {
  Tensor result = twin(*this);
  rare_of(*result.impl_).mask = mask;
  return result;
}

Tensor Tensor::symbolic(const Shape& shape, DType dtype, std::shared_ptr<SymbolicOrigin> origin) {
  auto* impl = new TensorImpl;
  Tensor result = adopt(impl);
  impl->dtype = dtype;
  impl->shape = shape;
  rare_of(*impl).origin = std::move(origin);
  return result;
}

bool Tensor::is_symbolic() const { return impl_of(*this).storage == nullptr; }

const std::shared_ptr<SymbolicOrigin>& Tensor::origin() const {
  static const std::shared_ptr<SymbolicOrigin> none;
  const TensorImpl& impl = impl_of(*this);
  return impl.rare ? impl.rare->origin : none;
}

// ---- for ops (tensor/record.h)

void check_input(const char* who, const Tensor& x) {
  check(x.defined(), "[", who, "] expected a tensor, received an empty one (default-constructed)");
  check(x.impl()->storage != nullptr, "[", who, "] received a symbolic tensor from Input(), of shape ", x.impl()->shape,
        "; it has no numbers yet: use a layer (Add, Multiply, Reshape, Lambda, …) or write one");
}

kernels::View view(const Tensor& x) {
  const TensorImpl& impl = impl_of(x);
  return {numbers_of(impl), impl.dtype, impl.shape, impl.strides};
}

kernels::View broadcast_view(const Tensor& x, const Shape& shape) {
  const TensorImpl& impl = impl_of(x);
  if (impl.shape == shape) return {numbers_of(impl), impl.dtype, impl.shape, impl.strides};
  Strides strides = Shape::filled(shape.rank(), 0);
  for (int i = 1; i <= impl.shape.rank(); ++i)
    if (impl.shape[-i] == shape[-i]) strides[-i] = impl.strides[-i];
  return {numbers_of(impl), impl.dtype, shape, strides};
}

kernels::MutableView mutable_view(const Tensor& x) {
  const TensorImpl& impl = impl_of(x);
  return {numbers_of(impl), impl.dtype, impl.shape, impl.strides};
}

void mark_changed(const Tensor& x) { impl_of(x).storage->version.fetch_add(1, std::memory_order_relaxed); }

Tensor alias(const Tensor& x, const Shape& shape, const Strides& strides, std::int64_t offset) {
  const TensorImpl& from = impl_of(x);
  auto* impl = new TensorImpl;
  impl->dtype = from.dtype;
  impl->shape = shape;
  impl->strides = strides;
  impl->data = from.data + offset * static_cast<std::int64_t>(size_of(from.dtype));
  impl->storage = from.storage;
  impl->storage->add_reference();
  return Tensor::adopt(impl);
}

#define LINNET_INSTANTIATE(T)                        \
  template T Tensor::item<T>() const;                \
  template std::vector<T> Tensor::to_vector() const; \
  template std::span<const T> Tensor::data() const;  \
  template std::span<T> Tensor::mutable_data();
LINNET_INSTANTIATE(float)
LINNET_INSTANTIATE(double)
LINNET_INSTANTIATE(BFloat16)
LINNET_INSTANTIATE(std::int32_t)
LINNET_INSTANTIATE(std::int64_t)
LINNET_INSTANTIATE(std::uint8_t)
LINNET_INSTANTIATE(bool)
#undef LINNET_INSTANTIATE

}  // namespace linnet
