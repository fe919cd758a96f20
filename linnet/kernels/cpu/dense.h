// float32 views as dense memory, for kernels that want nothing else.
#pragma once

#include <cstddef>
#include <memory>

#include "linnet/kernels/kernels.h"

namespace linnet::kernels::cpu {

/// The elements of a view in row-major order: in place where they lie so, else a copy.
class DenseInput {
 public:
  explicit DenseInput(const View& view) : data_(const_cast<float*>(view.as<float>())) {
    if (view.is_contiguous() && view.dtype == DType::float32) return;
    copy_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(view.size()));
    data_ = copy_.get();
    kernels::copy(view, {data_, DType::float32, view.shape, contiguous_strides(view.shape)});
  }
  float* data() const { return data_; }

 private:
  float* data_;
  std::unique_ptr<float[]> copy_;
};

/// Room for the elements of a view in row-major order; store() puts them into the view if they are elsewhere.
class DenseOutput {
 public:
  explicit DenseOutput(const MutableView& view) : view_(view), dense_(view) {
    if (view.is_contiguous() && view.dtype == DType::float32) return;
    copy_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(view.size()));
    dense_ = {copy_.get(), DType::float32, view.shape, contiguous_strides(view.shape)};
  }
  const MutableView& view() const { return dense_; }
  float* data() const { return dense_.as<float>(); }
  void store() const {
    if (copy_ != nullptr) kernels::copy(dense_, view_);
  }

 private:
  const MutableView& view_;
  MutableView dense_;
  std::unique_ptr<float[]> copy_;
};

}  // namespace linnet::kernels::cpu
