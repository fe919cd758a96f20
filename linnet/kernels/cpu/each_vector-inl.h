// The loop of all optimizers, compiled once for each instruction set: every element is read once, updated in registers
// and written once.
#include "linnet/kernels/cpu/parameters.h"
#include "linnet/kernels/cpu/simd-inl.h"

#if defined(LINNET_KERNELS_CPU_EACH_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LINNET_KERNELS_CPU_EACH_VECTOR_INL_H_
#undef LINNET_KERNELS_CPU_EACH_VECTOR_INL_H_
#else
#define LINNET_KERNELS_CPU_EACH_VECTOR_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

struct Step {
  // Not "= default", which would not be compiled for the target, and NEON's vectors need it to be.
  Step() {}  // NOLINT(modernize-use-equals-default)
  FloatVector value, gradient, slots[3];
};

/// Runs `update` on a vector of elements at a time. The number of slots is a constant, so that they stay in registers.
template <int slots, class Update>
HWY_INLINE void for_each_vector(const Weights& weights, Update update) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  Step step;
  std::int64_t i = 0;
  for (; i + lanes <= weights.size; i += lanes) {
    step.value = hn::LoadU(d, weights.value + i);
    step.gradient = hn::LoadU(d, weights.gradient + i);
    for (int s = 0; s < slots; ++s) step.slots[s] = hn::LoadU(d, weights.slots[s] + i);
    update(step);
    hn::StoreU(step.value, d, weights.value + i);
    for (int s = 0; s < slots; ++s) hn::StoreU(step.slots[s], d, weights.slots[s] + i);
  }
  if (i == weights.size) return;
  const auto rest = static_cast<std::size_t>(weights.size - i);
  step.value = load_first(d, weights.value + i, rest);
  step.gradient = load_first(d, weights.gradient + i, rest);
  for (int s = 0; s < slots; ++s) step.slots[s] = load_first(d, weights.slots[s] + i, rest);
  update(step);
  store_first(step.value, d, weights.value + i, rest);
  for (int s = 0; s < slots; ++s) store_first(step.slots[s], d, weights.slots[s] + i, rest);
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif  // LINNET_KERNELS_CPU_EACH_VECTOR_INL_H_
