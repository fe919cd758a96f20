// a > b, elementwise, beside the named functions of elementwise.h. Apart from them, so that inside the library == of
// two tensors does not compile.
#pragma once

#include "linnet/ops/elementwise.h"

#pragma GCC visibility push(default)
namespace linnet {

#define LINNET_COMPARISON(symbol, function)                                                  \
  inline Tensor operator symbol(const Tensor& a, const Tensor& b) { return function(a, b); } \
  inline Tensor operator symbol(const Tensor& a, double b) { return function(a, b); }        \
  inline Tensor operator symbol(double a, const Tensor& b) { return function(a, b); }

/// equal(a, b): a boolean tensor, as in Keras and NumPy, not one answer for all. `all(a == b)` has that.
///   (tensor({1, 2}) == 2).to(int32);  // -> {0, 1}
LINNET_COMPARISON(==, equal)
/// not_equal(a, b).
LINNET_COMPARISON(!=, not_equal)
/// less(a, b).
LINNET_COMPARISON(<, less)
/// less_equal(a, b).
LINNET_COMPARISON(<=, less_equal)
/// greater(a, b).
///   Tensor x = tensor({-1, 2});
///   where(x > 0, x, 0);  // -> {0, 2}
LINNET_COMPARISON(>, greater)
/// greater_equal(a, b).
LINNET_COMPARISON(>=, greater_equal)
#undef LINNET_COMPARISON

}  // namespace linnet
#pragma GCC visibility pop
