// Activation, ReLU, LeakyReLU, PReLU, ELU, Softmax.
#include <algorithm>
#include <cmath>

#include "layer_checks.h"
#include "linnet/layers/layers.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::testing {
namespace {

/// exp(x) over the sum of exp over the axes for which `summed` is true.
std::function<Array(const Arrays&, const Arrays&)> softmax_over(const std::vector<bool>& summed) {
  return [summed](const Arrays& inputs, const Arrays&) {
    const Array& x = inputs[0];
    Shape rest = x.shape;
    for (int axis = 0; axis < rest.rank(); ++axis)
      if (summed[static_cast<std::size_t>(axis)]) rest[axis] = 1;
    Array total = make_array(rest, [](const Shape&) { return 0.0; });
    make_array(x.shape, [&](const Shape& i) { return total.at(i) += std::exp(x.at(i)); });
    return make_array(x.shape, [&](const Shape& i) { return std::exp(x.at(i)) / total.at(i); });
  };
}

Array parametric_relu(const Arrays& inputs, const Arrays& weights) {
  return make_array(inputs[0].shape, [&](const Shape& i) {
    const double x = inputs[0].at(i);
    return x > 0 ? x : x * weights[0].at(i.slice(1, i.rank()));
  });
}

}  // namespace

std::vector<LayerCheck> activation_checks() {
  return {
      {.name = "Activation",
       .make = [] { return Activation("tanh"); },
       .inputs = {{2, 3}},
       .formula = each_element([](double x) { return std::tanh(x); })},
      {.name = "Activation_of_a_function",
       .make = [] { return Activation(sigmoid); },
       .inputs = {{2, 3, 4}},
       .formula = each_element([](double x) { return 1 / (1 + std::exp(-x)); })},
      {.name = "ReLU", .make = [] { return ReLU(); }, .inputs = {{4, 3}}, .formula = each_element([](double x) {
                                                                            return std::max(x, 0.0);
                                                                          })},
      {.name = "ReLU_bounded",
       .make = [] { return ReLU({.max_value = 1.0, .negative_slope = 0.1, .threshold = 0.5}); },
       .inputs = {{6, 7}},
       .formula = each_element([](double x) { return x >= 1     ? 1
                                                     : x >= 0.5 ? x
                                                                : 0.1 * (x - 0.5); })},
      {.name = "LeakyReLU",
       .make = [] { return LeakyReLU(); },
       .inputs = {{4, 3}},
       .formula = each_element([](double x) { return x > 0 ? x : 0.3 * x; })},
      {.name = "PReLU",
       .make = [] { return PReLU({.alpha_initializer = "he_normal", .alpha_regularizer = L2(0.1)}); },
       .inputs = {{4, 3, 2}},
       .weights = {"alpha"},
       .formula = parametric_relu},
      {.name = "PReLU_shared",
       .make = [] { return PReLU({.shared_axes = {{1}}}); },
       .inputs = {{4, 3, 2}},
       .weights = {"alpha"},
       .formula = parametric_relu},
      {.name = "ELU",
       .make = [] { return ELU({.alpha = 0.7}); },
       .inputs = {{4, 3}},
       .formula = each_element([](double x) { return x > 0 ? x : 0.7 * std::expm1(x); })},
      {.name = "Softmax", .make = [] { return Softmax(); }, .inputs = {{4, 3}}, .formula = softmax_over({false, true})},
      {.name = "Softmax_two_axes",
       .make =
           [] {
             return Softmax({.axis = {1, 2}});
           },
       .inputs = {{3, 4, 4}},
       .formula = softmax_over({false, true, true})},
  };
}

}  // namespace linnet::testing
