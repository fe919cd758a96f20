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

#include <cstdint>

#include "linnet/base/inline_vector.h"
#include "linnet/kernels/view.h"
#include "linnet/tensor/node.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Throws `[who] …` if `x` is empty (default-constructed) or symbolic: every op calls it for each of its inputs.
void check_input(const char* who, const Tensor& x);

kernels::View view(const Tensor& x);
/// The same numbers read as `shape`, repeated (stride 0) along broadcast axes; `shape` must be broadcast_shapes'
/// result.
kernels::View broadcast_view(const Tensor& x, const Shape& shape);
/// For writing a new tensor; does not count as a change in place.
kernels::MutableView mutable_view(const Tensor& x);
/// Counts a change in place, for code that writes to a tensor in use through mutable_view (optimizers): a gradient that
/// has saved the tensor will throw instead of being silently wrong.
void mark_changed(const Tensor& x);
/// A tensor without history on the storage of `x`: other sizes and strides, `offset` elements further on.
Tensor alias(const Tensor& x, const Shape& shape, const Strides& strides, std::int64_t offset = 0);

/// A value kept for the gradient: same numbers, no history (so no cycle). Reading it throws
/// `[op] a tensor saved for its gradient was changed in place` if somebody wrote to it meanwhile.
class Saved {
 public:
  explicit Saved(const Tensor& x);
  const Tensor& operator*() const;
  const Tensor* operator->() const { return &**this; }

 private:
  Tensor tensor_;
  std::uint32_t version_ = 0;
};
inline Saved save(const Tensor& x) { return Saved(x); }

}  // namespace linnet
#pragma GCC visibility pop

#include "linnet/tensor/record-inl.h"  // the record() templates
