#include "linnet/layers/cell_dropout.h"

#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/shape.h"

namespace linnet {

const Tensor& CellDropout::mask(const Tensor& like, std::size_t gate) {
  if (!keeps_ && gate == 0) masks_.clear();
  while (masks_.size() <= gate) masks_.push_back(dropout(ones_like(like), rate_, *generator_));
  return masks_[gate];
}

Tensor CellDropout::operator()(const Tensor& x, Mode mode, std::size_t gate) {
  return acts(mode) ? x * mask(x, gate) : x;
}

Tensor CellDropout::for_all_steps(const Tensor& x, Mode mode) {
  return acts(mode) ? x * expand_dims(mask(squeeze(slice(x, 1, 0, 1), 1), 0), 1) : x;
}

Tensor CellDropout::for_each_gate(const Tensor& x, const Tensor& kernel, std::int64_t gates, Mode mode) {
  if (!acts(mode)) return matmul(x, kernel);
  const Tensors kernels = split(kernel, gates, 1);
  Tensors products;
  for (std::size_t gate = 0; gate < kernels.size(); ++gate)
    products.push_back(matmul((*this)(x, mode, gate), kernels[gate]));
  return concatenate(products, -1);
}

}  // namespace linnet
