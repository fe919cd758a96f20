// How an op takes part in differentiation: it computes its output, then calls record() with its inputs and a function
// from the output's gradient to the inputs' gradients. Forward, saved values and gradient stand in one function.
//
//   Tensor exp(const Tensor& x) {
//     Tensor y = empty_like(x);
//     kernels::unary(kernels::UnaryOp::exp, view(x), mutable_view(y));
//     return record("exp", y, {x}, [y = save(y)](const Tensor& dy) -> Grads { return {dy * *y}; });   // dx = dy · y
//   }
//
// The engine sums a gradient back to the shape of a broadcast input and converts it to the input's dtype: rules need
// not. Gradient functions run without recording.
#pragma once

#include "linnet/base/inline_vector.h"
#include "linnet/kernels/view.h"
#include "linnet/tensor/tensor.h"

namespace linnet {

kernels::View view(const Tensor& x);
/// For writing a new tensor; does not count as a change in place.
kernels::MutableView mutable_view(const Tensor& x);

/// One gradient an input, in order; an empty Tensor where none flows.
using Grads = InlineVector<Tensor, 3>;
/// needs[i]: is the gradient of input i wanted at all?
class Needs {
 public:
  explicit Needs(std::uint64_t bits) : bits_(bits) {}
  bool operator[](std::size_t i) const { return i >= 64 || ((bits_ >> i) & 1) != 0; }

 private:
  std::uint64_t bits_;
};

/// A value kept for the gradient: same numbers, no history (so no cycle). Reading it throws
/// `[op] a tensor saved for its gradient was changed in place` if somebody wrote to it meanwhile.
class Saved {
 public:
  explicit Saved(const Tensor& x);
  const Tensor& operator*() const;

 private:
  Tensor tensor_;
  std::uint32_t version_ = 0;
};
inline Saved save(const Tensor& x) { return Saved(x); }

namespace detail {
/// A step on the tape. Created only when an input requires a gradient and recording is on.
struct Node;
}  // namespace detail

}  // namespace linnet

#include "linnet/tensor/record-inl.h"  // the record() templates
