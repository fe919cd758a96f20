// Sums of products, written as an equation.
#pragma once

#include <string_view>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Einstein's convention: a letter names an axis; axes with the same letter run together, and those that the result
/// lacks are summed over. "..." stands for all axes without a letter, which broadcast. Without "->" the result has the
/// letters that occur once, in alphabetical order. Operands are floating, of the wider of their dtypes; integers throw,
/// as do sizes that differ under one letter. Products of two operands are matrix products; more are multiplied from the
/// left. The gradient of an einsum is one again: da of "ab,bc->ac" is "ac,bc->ab" of dy and b. NumPy: einsum. Keras:
/// keras.ops.einsum.
///   einsum("bij,bjk->bik", {zeros({8, 5, 3}), zeros({8, 3, 4})});    // -> [8, 5, 4]
///   einsum("ii->i", {tensor({{1, 2}, {3, 4}})});                     // -> {1, 4}
///   einsum("...i,...i", {tensor({{1, 2}, {3, 4}}), tensor({5, 6})});  // -> {17, 39}
///   einsum("i,j->ij", {tensor({1, 2}), tensor({3, 4})});             // -> {{3, 4}, {6, 8}}
Tensor einsum(std::string_view equation, const Tensors& operands);

}  // namespace linnet
#pragma GCC visibility pop
