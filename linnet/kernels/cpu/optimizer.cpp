// Optimizers: one pass over all parameters. Each product and sum is rounded as in the reference - memory is the limit,
// not arithmetic - so that training gives the same weights on every processor as far as the optimizer goes. (Of a small
// network the divider is the limit. Quotients by an approximate reciprocal, two Newton steps and the remainder have the
// same bits and take Adam half as long again, with AVX2: they share the multipliers' ports.)
#include <cmath>

#include "linnet/kernels/cpu/parameters.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/optimizer.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/each_vector-inl.h"

#ifndef LINNET_KERNELS_CPU_OPTIMIZER_ONCE
#define LINNET_KERNELS_CPU_OPTIMIZER_ONCE
namespace linnet::kernels::cpu {

struct Sgd {
  float learning_rate, momentum;
  bool nesterov;
};
struct RmsProp {
  float learning_rate, rho, one_minus_rho, momentum, epsilon;
  bool centered;
};
struct Adam {
  float alpha, one_minus_beta_1, one_minus_beta_2, epsilon;
  bool amsgrad;
};

}  // namespace linnet::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

void sgd(const Sgd& options, const Weights& weights) {
  const FloatTag d;
  const FloatVector rate = hn::Set(d, options.learning_rate), momentum = hn::Set(d, options.momentum);
  if (options.momentum == 0)
    return for_each_vector<0>(weights,
                              [&](Step& w) HWY_ATTR { w.value = hn::Sub(w.value, hn::Mul(rate, w.gradient)); });
  for_each_vector<1>(weights, [&, nesterov = options.nesterov](Step& w) HWY_ATTR {
    const FloatVector step = hn::Mul(rate, w.gradient);
    w.slots[0] = hn::Sub(hn::Mul(momentum, w.slots[0]), step);
    w.value = hn::Add(w.value, nesterov ? hn::Sub(hn::Mul(momentum, w.slots[0]), step) : w.slots[0]);
  });
}

/// `average` is the slot of the mean gradient, 0 without centering.
template <bool has_momentum, int average>
void rmsprop_of(const RmsProp& options, const Weights& weights) {
  const FloatTag d;
  const FloatVector rate = hn::Set(d, options.learning_rate), rho = hn::Set(d, options.rho),
                    rest = hn::Set(d, options.one_minus_rho), momentum = hn::Set(d, options.momentum),
                    epsilon = hn::Set(d, options.epsilon);
  constexpr int slots = 1 + has_momentum + (average > 0);
  for_each_vector<slots>(weights, [&](Step& w) HWY_ATTR {
    const FloatVector g = w.gradient;
    w.slots[0] = hn::Add(hn::Mul(rho, w.slots[0]), hn::Mul(rest, hn::Mul(g, g)));
    FloatVector denominator = w.slots[0];
    if constexpr (average > 0) {
      FloatVector& mean = w.slots[average];
      mean = hn::Add(hn::Mul(rho, mean), hn::Mul(rest, g));
      denominator = hn::Sub(denominator, hn::Mul(mean, mean));
    }
    FloatVector step = hn::Div(hn::Mul(rate, g), hn::Sqrt(hn::Add(denominator, epsilon)));
    if constexpr (has_momentum) step = w.slots[1] = hn::Add(hn::Mul(momentum, w.slots[1]), step);
    w.value = hn::Sub(w.value, step);
  });
}

void rmsprop(const RmsProp& options, const Weights& weights) {
  if (options.momentum > 0)
    return options.centered ? rmsprop_of<true, 2>(options, weights) : rmsprop_of<true, 0>(options, weights);
  options.centered ? rmsprop_of<false, 1>(options, weights) : rmsprop_of<false, 0>(options, weights);
}

template <bool amsgrad>
void adam_of(const Adam& options, const Weights& weights) {
  const FloatTag d;
  const FloatVector alpha = hn::Set(d, options.alpha), rest_1 = hn::Set(d, options.one_minus_beta_1),
                    rest_2 = hn::Set(d, options.one_minus_beta_2), epsilon = hn::Set(d, options.epsilon);
  for_each_vector<amsgrad ? 3 : 2>(weights, [&](Step& w) HWY_ATTR {
    const FloatVector g = w.gradient;
    w.slots[0] = hn::Add(w.slots[0], hn::Mul(hn::Sub(g, w.slots[0]), rest_1));
    w.slots[1] = hn::Add(w.slots[1], hn::Mul(hn::Sub(hn::Mul(g, g), w.slots[1]), rest_2));
    FloatVector square = w.slots[1];
    if constexpr (amsgrad) square = w.slots[2] = hn::Max(w.slots[2], square);
    const FloatVector step = hn::Div(hn::Mul(w.slots[0], alpha), hn::Add(hn::Sqrt(square), epsilon));
    w.value = hn::Sub(w.value, step);
  });
}

void adam(const Adam& options, const Weights& weights) {
  options.amsgrad ? adam_of<true>(options, weights) : adam_of<false>(options, weights);
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {
HWY_EXPORT(sgd);
HWY_EXPORT(rmsprop);
HWY_EXPORT(adam);
}  // namespace

bool sgd_step(std::span<const Parameter> parameters, double learning_rate, double momentum, bool nesterov) {
  if (!all_float32(parameters)) return false;
  const Sgd options{static_cast<float>(learning_rate), static_cast<float>(momentum), nesterov};
  for_each_range(parameters, [&](const Weights& weights) { HWY_DYNAMIC_DISPATCH(sgd)(options, weights); });
  return true;
}

bool rmsprop_step(std::span<const Parameter> parameters, double learning_rate, double rho, double momentum,
                  double epsilon, bool centered) {
  if (!all_float32(parameters)) return false;
  const RmsProp options{static_cast<float>(learning_rate), static_cast<float>(rho),     static_cast<float>(1 - rho),
                        static_cast<float>(momentum),      static_cast<float>(epsilon), centered};
  for_each_range(parameters, [&](const Weights& weights) { HWY_DYNAMIC_DISPATCH(rmsprop)(options, weights); });
  return true;
}

bool adam_step(std::span<const Parameter> parameters, double alpha, double beta_1, double beta_2, double epsilon,
               bool amsgrad) {
  if (!all_float32(parameters)) return false;
  const Adam options{static_cast<float>(alpha), static_cast<float>(1 - beta_1), static_cast<float>(1 - beta_2),
                     static_cast<float>(epsilon), amsgrad};
  for_each_range(parameters, [&](const Weights& weights) { HWY_DYNAMIC_DISPATCH(adam)(options, weights); });
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
