// Views as dense memory, of float32 unless said otherwise, for kernels that want nothing else.
#pragma once

#include <cstddef>
#include <memory>

#include "linnet/kernels/kernels.h"

namespace linnet::kernels::cpu {

/// The elements of a view in row-major order: in place where they lie so, else a copy.
class DenseInput {
 public:
  explicit DenseInput(const View& view, DType dtype = DType::float32) : dense_(view) {
    if (view.is_contiguous() && view.dtype == dtype) return;
    copy_ = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(view.size()) * size_of(dtype));
    const MutableView copy{copy_.get(), dtype, view.shape, contiguous_strides(view.shape)};
    kernels::copy(view, copy);
    dense_ = copy;
  }
  const View& view() const { return dense_; }
  float* data() const { return const_cast<float*>(dense_.as<float>()); }
  /// From this element on.
  void* at(std::int64_t element) const {
    return static_cast<std::byte*>(const_cast<void*>(dense_.data)) +
           static_cast<std::size_t>(element) * size_of(dense_.dtype);
  }

 private:
  View dense_;
  std::unique_ptr<std::byte[]> copy_;
};

/// Room for the elements of a view in row-major order; store() puts them into the view if they are elsewhere.
class DenseOutput {
 public:
  explicit DenseOutput(const MutableView& view, DType dtype = DType::float32) : view_(view), dense_(view) {
    if (view.is_contiguous() && view.dtype == dtype) return;
    copy_ = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(view.size()) * size_of(dtype));
    dense_ = {copy_.get(), dtype, view.shape, contiguous_strides(view.shape)};
  }
  const MutableView& view() const { return dense_; }
  float* data() const { return dense_.as<float>(); }
  /// From this element on.
  void* at(std::int64_t element) const {
    return static_cast<std::byte*>(dense_.data) + static_cast<std::size_t>(element) * size_of(dense_.dtype);
  }
  void store() const {
    if (copy_ != nullptr) kernels::copy(dense_, view_);
  }

 private:
  const MutableView& view_;
  MutableView dense_;
  std::unique_ptr<std::byte[]> copy_;
};

/// Runs a kernel of float32, compute(srcs…, dst), on what is bfloat16: widened before, and rounded once.
template <class Compute, class... Views>
bool in_float32(Compute compute, const MutableView& dst, const Views&... srcs) {
  const DenseOutput to(dst);
  if (!compute(DenseInput(srcs).view()..., to.view())) return false;
  to.store();
  return true;
}

}  // namespace linnet::kernels::cpu
