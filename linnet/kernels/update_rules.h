// Optimizers beyond those in kernels.h, each as the numbers of its formula: one pass over all parameters, element by
// element. w is a weight, g its gradient, the other letters are its slots, in their order. Internal.
#pragma once

#include <span>
#include <variant>

#include "linnet/kernels/kernels.h"

#pragma GCC visibility push(default)
namespace linnet::kernels {

/// m += (g - m)(1-b1);  v += (g² - v)(1-b2);  w -= rate (of_m m + of_g g) / (sqrt(v / correction) + epsilon).
struct NadamRule {
  double rate = 0, beta_1 = 0, beta_2 = 0, epsilon = 0;
  double of_momentum = 0, of_gradient = 0, correction = 1;
};
/// m += (g - m)(1-b1);  u = max(b2 u, |g|);  w -= rate m / (u + epsilon).
struct AdamaxRule {
  double rate = 0, beta_1 = 0, beta_2 = 0, epsilon = 0;
};
/// a += g²;  w -= rate g / sqrt(a + epsilon).
struct AdagradRule {
  double rate = 0, epsilon = 0;
};
/// a = rho a + (1-rho) g²;  s = sqrt(d + epsilon) / sqrt(a + epsilon) g;  d = rho d + (1-rho) s²;  w -= rate s.
struct AdadeltaRule {
  double rate = 0, rho = 0, epsilon = 0;
};
/// w -= rate sign(b1 m + (1-b1) g);  m = b2 m + (1-b2) g.
struct LionRule {
  double rate = 0, beta_1 = 0, beta_2 = 0;
};
/// n = a + g²;  z += g + 2 shrinkage w - (n^power - a^power) / rate w;  a = n;
/// w = (clip(z, -l1, l1) - z) / (a^power / rate + 2 l2).   Slots: a, z.
struct FtrlRule {
  double rate = 0, power = 0.5, l1 = 0, l2 = 0, shrinkage = 0;
};
/// v += (g² - v)(1-b2);  x = (w - (1-b1) z) / b1;  z -= rate g / (sqrt(v / correction) + epsilon);
/// w = (1-b1) z + b1 ((1-share) x + share z).   Slots: z, v.
struct ScheduleFreeRule {
  double rate = 0, beta_1 = 0, beta_2 = 0, epsilon = 0, correction = 1, share = 1;
};

using UpdateRule = std::variant<NadamRule, AdamaxRule, AdagradRule, AdadeltaRule, LionRule, FtrlRule, ScheduleFreeRule>;
/// One step of `rule` for all parameters.
void update_step(std::span<const Parameter> parameters, const UpdateRule& rule);

}  // namespace linnet::kernels
#pragma GCC visibility pop

namespace linnet::kernels {
namespace reference {
void update_step(std::span<const Parameter> parameters, const UpdateRule& rule);
}
namespace cpu {
/// False for what it does not do, having done nothing: other dtypes than float32, Ftrl with another power than 1/2.
bool update_step(std::span<const Parameter> parameters, const UpdateRule& rule);
}  // namespace cpu

}  // namespace linnet::kernels
