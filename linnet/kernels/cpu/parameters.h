// How optimizers cut their parameters: ranges of elements, by thread.
#pragma once

#include <algorithm>

#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/split.h"

namespace linnet::kernels::cpu {

/// A range of one parameter. A slot that does not exist is null.
struct Weights {
  float* value;
  const float* gradient;
  float* slots[3];
  std::int64_t size;
};
inline bool all_float32(std::span<const Parameter> parameters) {
  return std::all_of(parameters.begin(), parameters.end(),
                     [](const Parameter& p) { return p.value.dtype == DType::float32; });
}

/// Elements [first, last).
inline Weights range_of(const Parameter& p, std::int64_t first, std::int64_t last) {
  auto from = [first](float* data) { return data == nullptr ? nullptr : data + first; };
  return {p.value.as<float>() + first,
          p.gradient.as<float>() + first,
          {from(p.slots[0].as<float>()), from(p.slots[1].as<float>()), from(p.slots[2].as<float>())},
          last - first};
}

/// Calls step(weights) for ranges that cover all parameters, in parallel. A large weight is cut by rows where matmul
/// cuts its gradient; the small ones stay on the calling thread, which has just computed their gradients.
template <class Function>
void for_each_range(std::span<const Parameter> parameters, Function step) {
  constexpr std::int64_t grain = 4 * 1024, large = 4 * grain;  // elements
  std::int64_t total = 0;
  for (const Parameter& p : parameters) total += p.value.size();
  const std::int64_t blocks = total >= large ? detail::worthwhile_blocks(total / grain) : 1;
  parallel_blocks(blocks, [&](std::int64_t block) {
    for (const Parameter& p : parameters) {
      const std::int64_t size = p.value.size();
      if (blocks == 1 || size < large) {
        if (block == 0 && size > 0) step(range_of(p, 0, size));
        continue;
      }
      const bool by_row = p.value.rank() > 1 && p.value.shape[0] >= blocks * Split::align;
      const Split split{by_row ? p.value.shape[0] : size, blocks};
      const std::int64_t row = by_row ? size / p.value.shape[0] : 1;
      if (split.first(block) < split.last(block)) step(range_of(p, split.first(block) * row, split.last(block) * row));
    }
  });
}

}  // namespace linnet::kernels::cpu
