#include "linnet/layers/step_mask.h"

#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet {

Tensor step_mask(std::int64_t query_steps, std::int64_t key_steps, bool causal, std::optional<std::int64_t> window) {
  if (!causal && !window) return {};
  const Tensor i = reshape(arange(0, static_cast<double>(query_steps), 1, int64), {query_steps, 1}),
               j = arange(0, static_cast<double>(key_steps), 1, int64);
  const Tensor band = window ? less(abs(i - j), static_cast<double>(*window)) : Tensor();
  if (!causal) return band;
  const Tensor past = greater_equal(i, j);
  return band.defined() ? logical_and(past, band) : past;
}

}  // namespace linnet
