// The templates behind tensor/record.h: a node holds the op's gradient function by value, in the caching allocator.
#pragma once

#include <initializer_list>
#include <span>
#include <utility>

#include "linnet/tensor/record.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Puts `output`, which the op `who` has computed from `inputs`, on the tape, if one of them requires a gradient, and
/// returns it. `output` must be new: a result of Tensor(shape, dtype), empty_like or alias. `gradient` is callable as
/// Grads(const Tensor& dy) or Grads(const Tensor& dy, Needs needs) and returns one gradient an input.
template <class F>
Tensor record(const char* who, Tensor output, std::span<const Tensor> inputs, F gradient) {
  if (is_floating(output.dtype()) && detail::wants_tape(inputs))
    detail::attach(new detail::OpNode<F>(who, std::move(gradient)), inputs, {&output, 1});
  return output;
}
template <class F>
Tensor record(const char* who, Tensor output, std::initializer_list<Tensor> inputs, F gradient) {
  return record(who, std::move(output), std::span<const Tensor>(inputs.begin(), inputs.size()), std::move(gradient));
}
template <class F>
Tensor record(const char* who, Tensor output, const Tensors& inputs, F gradient) {
  return record(who, std::move(output), std::span<const Tensor>(inputs), std::move(gradient));
}

/// The same for an op with several floating outputs. `gradient` is callable as Grads(const Tensors& dys, Needs needs),
/// with empty tensors in `dys` where an output received no gradient.
template <class F>
Tensors record_many(const char* who, Tensors outputs, const Tensors& inputs, F gradient) {
  if (detail::wants_tape(inputs)) detail::attach(new detail::OpNode<F>(who, std::move(gradient)), inputs, outputs);
  return outputs;
}

}  // namespace linnet
#pragma GCC visibility pop
