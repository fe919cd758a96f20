#include "linnet/kernels/update_rules.h"

#include <algorithm>
#include <cmath>

#include "linnet/kernels/reference/each_weight.h"

namespace linnet::kernels::reference {
namespace {

using Parameters = std::span<const Parameter>;

void step(Parameters parameters, const NadamRule& r) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& m, C& v, C&) {
    m += (g - m) * static_cast<C>(1 - r.beta_1);
    v += (g * g - v) * static_cast<C>(1 - r.beta_2);
    const C ahead = static_cast<C>(r.of_momentum) * m + static_cast<C>(r.of_gradient) * g;
    w -= static_cast<C>(r.rate) * ahead / (std::sqrt(v / static_cast<C>(r.correction)) + static_cast<C>(r.epsilon));
  });
}

void step(Parameters parameters, const AdamaxRule& r) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& m, C& u, C&) {
    m += (g - m) * static_cast<C>(1 - r.beta_1);
    u = std::max(static_cast<C>(r.beta_2) * u, std::abs(g));
    w -= static_cast<C>(r.rate) * m / (u + static_cast<C>(r.epsilon));
  });
}

void step(Parameters parameters, const AdagradRule& r) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& a, C&, C&) {
    a += g * g;
    w -= static_cast<C>(r.rate) * g / std::sqrt(a + static_cast<C>(r.epsilon));
  });
}

void step(Parameters parameters, const AdadeltaRule& r) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& a, C& d, C&) {
    const C rho = static_cast<C>(r.rho), rest = static_cast<C>(1 - r.rho), epsilon = static_cast<C>(r.epsilon);
    a = rho * a + rest * (g * g);
    const C s = std::sqrt(d + epsilon) / std::sqrt(a + epsilon) * g;
    d = rho * d + rest * (s * s);
    w -= static_cast<C>(r.rate) * s;
  });
}

void step(Parameters parameters, const LionRule& r) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& m, C&, C&) {
    const C direction = static_cast<C>(r.beta_1) * m + static_cast<C>(1 - r.beta_1) * g;
    if (direction > 0)
      w -= static_cast<C>(r.rate);
    else if (direction < 0)
      w += static_cast<C>(r.rate);
    else
      w -= direction;  // 0, or NaN
    m = static_cast<C>(r.beta_2) * m + static_cast<C>(1 - r.beta_2) * g;
  });
}

void step(Parameters parameters, const FtrlRule& r) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& a, C& z, C&) {
    const C rate = static_cast<C>(r.rate), l1 = static_cast<C>(r.l1);
    auto raised = [&](C x) { return r.power == 0.5 ? std::sqrt(x) : std::pow(x, static_cast<C>(r.power)); };
    const C n = a + g * g, before = raised(a), after = raised(n);
    z += g + static_cast<C>(2 * r.shrinkage) * w - (after - before) / rate * w;
    w = (std::clamp(z, -l1, l1) - z) / (after / rate + static_cast<C>(2 * r.l2));
    a = n;
  });
}

void step(Parameters parameters, const ScheduleFreeRule& r) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& z, C& v, C&) {
    const C b1 = static_cast<C>(r.beta_1), rest = static_cast<C>(1 - r.beta_1), share = static_cast<C>(r.share);
    v += (g * g - v) * static_cast<C>(1 - r.beta_2);
    const C x = (w - rest * z) / b1;
    z -= static_cast<C>(r.rate) * g / (std::sqrt(v / static_cast<C>(r.correction)) + static_cast<C>(r.epsilon));
    w = rest * z + b1 * (static_cast<C>(1 - r.share) * x + share * z);
  });
}

}  // namespace

void update_step(Parameters parameters, const UpdateRule& rule) {
  std::visit([&](const auto& r) { step(parameters, r); }, rule);
}

}  // namespace linnet::kernels::reference
