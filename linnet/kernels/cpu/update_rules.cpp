// The further optimizers. Each product and sum is rounded as in the reference, as in optimizer.cpp.
#include "linnet/kernels/update_rules.h"

#include "linnet/kernels/cpu/parameters.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/update_rules.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/each_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

HWY_INLINE FloatVector all_of(double x) { return hn::Set(FloatTag(), static_cast<float>(x)); }

/// slot += (x - slot) * rest.
HWY_INLINE void approach(FloatVector& slot, FloatVector x, FloatVector rest) {
  slot = hn::Add(slot, hn::Mul(hn::Sub(x, slot), rest));
}

void nadam(const NadamRule& r, const Weights& weights) {
  const FloatVector rate = all_of(r.rate), rest_1 = all_of(1 - r.beta_1), rest_2 = all_of(1 - r.beta_2),
                    epsilon = all_of(r.epsilon), of_momentum = all_of(r.of_momentum),
                    of_gradient = all_of(r.of_gradient), correction = all_of(r.correction);
  for_each_vector<2>(weights, [&](Step& w) HWY_ATTR {
    const FloatVector g = w.gradient;
    approach(w.slots[0], g, rest_1);
    approach(w.slots[1], hn::Mul(g, g), rest_2);
    const FloatVector ahead = hn::Add(hn::Mul(of_momentum, w.slots[0]), hn::Mul(of_gradient, g));
    const FloatVector root = hn::Add(hn::Sqrt(hn::Div(w.slots[1], correction)), epsilon);
    w.value = hn::Sub(w.value, hn::Div(hn::Mul(rate, ahead), root));
  });
}

void adamax(const AdamaxRule& r, const Weights& weights) {
  const FloatVector rate = all_of(r.rate), rest_1 = all_of(1 - r.beta_1), beta_2 = all_of(r.beta_2),
                    epsilon = all_of(r.epsilon);
  for_each_vector<2>(weights, [&](Step& w) HWY_ATTR {
    approach(w.slots[0], w.gradient, rest_1);
    w.slots[1] = hn::Max(hn::Mul(beta_2, w.slots[1]), hn::Abs(w.gradient));
    w.value = hn::Sub(w.value, hn::Div(hn::Mul(rate, w.slots[0]), hn::Add(w.slots[1], epsilon)));
  });
}

void adagrad(const AdagradRule& r, const Weights& weights) {
  const FloatVector rate = all_of(r.rate), epsilon = all_of(r.epsilon);
  for_each_vector<1>(weights, [&](Step& w) HWY_ATTR {
    const FloatVector g = w.gradient;
    w.slots[0] = hn::Add(w.slots[0], hn::Mul(g, g));
    w.value = hn::Sub(w.value, hn::Div(hn::Mul(rate, g), hn::Sqrt(hn::Add(w.slots[0], epsilon))));
  });
}

void adadelta(const AdadeltaRule& r, const Weights& weights) {
  const FloatVector rate = all_of(r.rate), rho = all_of(r.rho), rest = all_of(1 - r.rho), epsilon = all_of(r.epsilon);
  for_each_vector<2>(weights, [&](Step& w) HWY_ATTR {
    const FloatVector g = w.gradient;
    w.slots[0] = hn::Add(hn::Mul(rho, w.slots[0]), hn::Mul(rest, hn::Mul(g, g)));
    const FloatVector ratio = hn::Div(hn::Sqrt(hn::Add(w.slots[1], epsilon)), hn::Sqrt(hn::Add(w.slots[0], epsilon)));
    const FloatVector s = hn::Mul(ratio, g);
    w.slots[1] = hn::Add(hn::Mul(rho, w.slots[1]), hn::Mul(rest, hn::Mul(s, s)));
    w.value = hn::Sub(w.value, hn::Mul(rate, s));
  });
}

void lion(const LionRule& r, const Weights& weights) {
  const FloatTag d;
  const FloatVector rate = all_of(r.rate), beta_1 = all_of(r.beta_1), rest_1 = all_of(1 - r.beta_1),
                    beta_2 = all_of(r.beta_2), rest_2 = all_of(1 - r.beta_2), zero = hn::Zero(d);
  for_each_vector<1>(weights, [&](Step& w) HWY_ATTR {
    const FloatVector direction = hn::Add(hn::Mul(beta_1, w.slots[0]), hn::Mul(rest_1, w.gradient));
    // rate with the sign of the direction; 0 and NaN stay what they are.
    const FloatVector s = hn::IfThenElse(hn::Gt(direction, zero), rate,
                                         hn::IfThenElse(hn::Lt(direction, zero), hn::Neg(rate), direction));
    w.value = hn::Sub(w.value, s);
    w.slots[0] = hn::Add(hn::Mul(beta_2, w.slots[0]), hn::Mul(rest_2, w.gradient));
  });
}

/// With the power 1/2.
void ftrl(const FtrlRule& r, const Weights& weights) {
  const FloatVector rate = all_of(r.rate), l1 = all_of(r.l1), twice_l2 = all_of(2 * r.l2),
                    twice_shrinkage = all_of(2 * r.shrinkage);
  for_each_vector<2>(weights, [&](Step& w) HWY_ATTR {
    const FloatVector g = w.gradient, n = hn::Add(w.slots[0], hn::Mul(g, g)), after = hn::Sqrt(n);
    const FloatVector growth = hn::Div(hn::Sub(after, hn::Sqrt(w.slots[0])), rate);
    const FloatVector whole = hn::Add(g, hn::Mul(twice_shrinkage, w.value));
    w.slots[1] = hn::Add(w.slots[1], hn::Sub(whole, hn::Mul(growth, w.value)));
    const FloatVector clipped = hn::Min(hn::Max(w.slots[1], hn::Neg(l1)), l1);
    w.value = hn::Div(hn::Sub(clipped, w.slots[1]), hn::Add(hn::Div(after, rate), twice_l2));
    w.slots[0] = n;
  });
}

void schedule_free(const ScheduleFreeRule& r, const Weights& weights) {
  const FloatVector rate = all_of(r.rate), beta_1 = all_of(r.beta_1), rest_1 = all_of(1 - r.beta_1),
                    rest_2 = all_of(1 - r.beta_2), epsilon = all_of(r.epsilon), correction = all_of(r.correction),
                    share = all_of(r.share), rest_share = all_of(1 - r.share);
  for_each_vector<2>(weights, [&](Step& w) HWY_ATTR {
    const FloatVector g = w.gradient;
    approach(w.slots[1], hn::Mul(g, g), rest_2);
    const FloatVector x = hn::Div(hn::Sub(w.value, hn::Mul(rest_1, w.slots[0])), beta_1);
    const FloatVector root = hn::Add(hn::Sqrt(hn::Div(w.slots[1], correction)), epsilon);
    w.slots[0] = hn::Sub(w.slots[0], hn::Div(hn::Mul(rate, g), root));
    const FloatVector average = hn::Add(hn::Mul(rest_share, x), hn::Mul(share, w.slots[0]));
    w.value = hn::Add(hn::Mul(rest_1, w.slots[0]), hn::Mul(beta_1, average));
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(nadam);
HWY_EXPORT(adamax);
HWY_EXPORT(adagrad);
HWY_EXPORT(adadelta);
HWY_EXPORT(lion);
HWY_EXPORT(ftrl);
HWY_EXPORT(schedule_free);

void step(const NadamRule& r, const Weights& weights) { HWY_DYNAMIC_DISPATCH(nadam)(r, weights); }
void step(const AdamaxRule& r, const Weights& weights) { HWY_DYNAMIC_DISPATCH(adamax)(r, weights); }
void step(const AdagradRule& r, const Weights& weights) { HWY_DYNAMIC_DISPATCH(adagrad)(r, weights); }
void step(const AdadeltaRule& r, const Weights& weights) { HWY_DYNAMIC_DISPATCH(adadelta)(r, weights); }
void step(const LionRule& r, const Weights& weights) { HWY_DYNAMIC_DISPATCH(lion)(r, weights); }
void step(const FtrlRule& r, const Weights& weights) { HWY_DYNAMIC_DISPATCH(ftrl)(r, weights); }
void step(const ScheduleFreeRule& r, const Weights& weights) { HWY_DYNAMIC_DISPATCH(schedule_free)(r, weights); }

}  // namespace

bool update_step(std::span<const Parameter> parameters, const UpdateRule& rule) {
  const auto* ftrl = std::get_if<FtrlRule>(&rule);
  if (!all_float32(parameters) || (ftrl != nullptr && ftrl->power != 0.5)) return false;
  std::visit([&](const auto& r) { for_each_range(parameters, [&](const Weights& weights) { step(r, weights); }); },
             rule);
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
