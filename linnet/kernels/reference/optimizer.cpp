#include <algorithm>
#include <cmath>

#include "linnet/kernels/reference/each_weight.h"

namespace linnet::kernels::reference {

void sgd_step(std::span<const Parameter> parameters, double learning_rate, double momentum, bool nesterov) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& v, C&, C&) {
    const C step = static_cast<C>(learning_rate) * g, mu = static_cast<C>(momentum);
    if (momentum == 0) {
      w -= step;
      return;
    }
    v = mu * v - step;
    w += nesterov ? mu * v - step : v;
  });
}

void rmsprop_step(std::span<const Parameter> parameters, double learning_rate, double rho, double momentum,
                  double epsilon, bool centered) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& square, C& second, C& third) {
    const C keep = static_cast<C>(rho), take = static_cast<C>(1 - rho);
    C& average = momentum > 0 ? third : second;
    square = keep * square + take * (g * g);
    C denominator = square + static_cast<C>(epsilon);
    if (centered) {
      average = keep * average + take * g;
      denominator = square - average * average + static_cast<C>(epsilon);
    }
    const C step = static_cast<C>(learning_rate) * g / std::sqrt(denominator);
    if (momentum > 0) second = static_cast<C>(momentum) * second + step;
    w -= momentum > 0 ? second : step;
  });
}

void adam_step(std::span<const Parameter> parameters, double alpha, double beta_1, double beta_2, double epsilon,
               bool amsgrad) {
  for_each_weight(parameters, [&]<class C>(C& w, C g, C& m, C& v, C& largest) {
    m += (g - m) * static_cast<C>(1 - beta_1);
    v += (g * g - v) * static_cast<C>(1 - beta_2);
    if (amsgrad) largest = std::max(largest, v);
    w -= m * static_cast<C>(alpha) / (std::sqrt(amsgrad ? largest : v) + static_cast<C>(epsilon));
  });
}

}  // namespace linnet::kernels::reference
