// BatchNormalization, LayerNormalization, GroupNormalization, RMSNormalization, UnitNormalization,
// SpectralNormalization.
#include <cmath>

#include "layer_checks.h"
#include "linnet/constraints/constraints.h"
#include "linnet/layers/layers.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::testing {
namespace {

using Formula = std::function<Array(const Arrays&, const Arrays&)>;

/// Weights: gamma, beta, moving mean, moving variance, one of each for every position along `axis`.
Formula batch_normalized(int axis) {
  return [axis](const Arrays& inputs, const Arrays& w) {
    return make_array(inputs[0].shape, [&](const Shape& i) {
      const Shape f{i[axis]};
      return (inputs[0].at(i) - w[2].at(f)) / std::sqrt(w[3].at(f) + 1e-3) * w[0].at(f) + w[1].at(f);
    });
  };
}

/// Mean and variance of the elements of x that `same` says go together with element i.
std::pair<double, double> moments(const Array& x, const std::function<bool(const Shape&)>& same) {
  double count = 0, sum = 0, squares = 0;
  for (bool center : {true, false})
    static_cast<void>(make_array(x.shape, [&](const Shape& j) {
      if (!same(j)) return 0.0;
      if (center) {
        count += 1;
        sum += x.at(j);
      } else {
        squares += std::pow(x.at(j) - sum / count, 2);
      }
      return 0.0;
    }));
  return {sum / count, squares / count};
}

Array layer_normalized(const Arrays& inputs, const Arrays& weights) {
  const Array& x = inputs[0];
  return make_array(x.shape, [&](const Shape& i) {
    const auto [mean, variance] =
        moments(x, [&](const Shape& j) { return j.slice(0, j.rank() - 1) == i.slice(0, i.rank() - 1); });
    return (x.at(i) - mean) / std::sqrt(variance + 1e-3) * weights[0].at({i.back()}) + weights[1].at({i.back()});
  });
}

/// Over the axes 1 and 2 of three.
Array normalized_samples(const Arrays& inputs, const Arrays& weights) {
  const Array& x = inputs[0];
  return make_array(x.shape, [&](const Shape& i) {
    const auto [mean, variance] = moments(x, [&](const Shape& j) { return j[0] == i[0]; });
    return (x.at(i) - mean) / std::sqrt(variance + 0.1) * weights[0].at({i[1], i[2]});
  });
}

/// Without a mean: x / sqrt(variance + epsilon).
Array scaled(const Arrays& inputs, const Arrays& weights) {
  const Array& x = inputs[0];
  return make_array(x.shape, [&](const Shape& i) {
    const double variance = moments(x, [&](const Shape& j) { return j[0] == i[0]; }).second;
    return x.at(i) / std::sqrt(variance + 1e-3) * weights[0].at({i[1]});
  });
}

Formula group_normalized(int axis, std::int64_t size) {
  return [=](const Arrays& inputs, const Arrays& weights) {
    const Array& x = inputs[0];
    return make_array(x.shape, [&](const Shape& i) {
      const auto [mean, variance] =
          moments(x, [&](const Shape& j) { return j[0] == i[0] && j[axis] / size == i[axis] / size; });
      return (x.at(i) - mean) / std::sqrt(variance + 1e-3) * weights[0].at({i[axis]}) + weights[1].at({i[axis]});
    });
  };
}

double mean_of_squares(const Array& x, const Shape& i, int axis) {
  double total = 0;
  Shape j = i;
  for (j[axis] = 0; j[axis] < x.shape[axis]; ++j[axis]) total += x.at(j) * x.at(j);
  return total / static_cast<double>(x.shape[axis]);
}

Formula rms_normalized(int axis) {
  return [axis](const Arrays& inputs, const Arrays& weights) {
    const Array& x = inputs[0];
    return make_array(x.shape, [&](const Shape& i) {
      return x.at(i) / std::sqrt(mean_of_squares(x, i, axis) + 1e-6) * weights[0].at({i[axis]});
    });
  };
}

Formula unit_normalized(int axis) {
  return [axis](const Arrays& inputs, const Arrays&) {
    const Array& x = inputs[0];
    return make_array(x.shape, [&](const Shape& i) {
      return x.at(i) / std::sqrt(mean_of_squares(x, i, axis) * static_cast<double>(x.shape[axis]));
    });
  };
}

}  // namespace

std::vector<LayerCheck> normalization_checks() {
  const std::vector<std::string> moving = {"gamma", "beta", "moving_mean", "moving_variance"}, both = {"gamma", "beta"};
  return {
      {.name = "BatchNormalization",
       .make = [] { return BatchNormalization(); },
       .inputs = {{6, 3}},
       .weights = moving,
       .formula = batch_normalized(1),
       .differs_in_training = true},
      {.name = "BatchNormalization_of_images",
       .make = [] { return BatchNormalization({.momentum = 0.9, .gamma_regularizer = L2(0.1)}); },
       .inputs = {{2, 3, 4, 5}},
       .weights = moving,
       .formula = batch_normalized(3),
       .differs_in_training = true},
      {.name = "BatchNormalization_channels_first",
       .make = [] { return BatchNormalization({.axis = 1, .beta_constraint = NonNeg()}); },
       .inputs = {{4, 3, 5}},
       .weights = moving,
       .formula = batch_normalized(1),
       .differs_in_training = true},
      {.name = "BatchNormalization_bare",
       .make = [] { return BatchNormalization({.epsilon = 0.1, .center = false, .scale = false}); },
       .inputs = {{5, 3}},
       .weights = {"moving_mean", "moving_variance"},
       .formula =
           [](const Arrays& inputs, const Arrays& w) {
             return make_array(inputs[0].shape, [&](const Shape& i) {
               return (inputs[0].at(i) - w[0].at({i[1]})) / std::sqrt(w[1].at({i[1]}) + 0.1);
             });
           },
       .differs_in_training = true},
      {.name = "LayerNormalization",
       .make = [] { return LayerNormalization(); },
       .inputs = {{3, 4, 5}},
       .weights = both,
       .formula = layer_normalized},
      {.name = "LayerNormalization_of_samples",
       .make =
           [] {
             return LayerNormalization({.axis = {1, 2}, .epsilon = 0.1, .center = false});
           },
       .inputs = {{3, 4, 5}},
       .weights = {"gamma"},
       .formula = normalized_samples},
      {.name = "LayerNormalization_rms_scaling",
       .make = [] { return LayerNormalization({.rms_scaling = true}); },
       .inputs = {{3, 4}},
       .weights = {"gamma"},
       .formula = scaled},
      {.name = "GroupNormalization",
       .make = [] { return GroupNormalization({.groups = 2}); },
       .inputs = {{2, 3, 6}},
       .weights = both,
       .formula = group_normalized(2, 3)},
      {.name = "GroupNormalization_channels_first",
       .make = [] { return GroupNormalization({.groups = -1, .axis = 1}); },
       .inputs = {{2, 3, 4, 2}},
       .weights = both,
       .formula = group_normalized(1, 1)},
      {.name = "RMSNormalization",
       .make = [] { return RMSNormalization(); },
       .inputs = {{3, 2, 4}},
       .weights = {"scale"},
       .formula = rms_normalized(2)},
      {.name = "RMSNormalization_inner_axis",
       .make = [] { return RMSNormalization({.axis = {1}}); },
       .inputs = {{3, 2, 4}},
       .weights = {"scale"},
       .formula = rms_normalized(1)},
      {.name = "UnitNormalization",
       .make = [] { return UnitNormalization(); },
       .inputs = {{3, 2, 4}},
       .formula = unit_normalized(2)},
      {.name = "UnitNormalization_inner_axis",
       .make = [] { return UnitNormalization({.axis = {1}}); },
       .inputs = {{3, 2, 4}},
       .formula = unit_normalized(1)},
      {.name = "SpectralNormalization",
       .make = [] { return SpectralNormalization(Dense(4, {.kernel_regularizer = L2(0.1)}), {.power_iterations = 3}); },
       .inputs = {{5, 3}},
       .weights = {"kernel", "vector_u", "bias"},
       .formula =
           [](const Arrays& inputs, const Arrays& weights) {
             return make_array({5, 4}, [&](const Shape& i) {
               double total = weights[2].at({i[1]});
               for (std::int64_t k = 0; k < 3; ++k) total += inputs[0].at({i[0], k}) * weights[0].at({k, i[1]});
               return total;
             });
           },
       .differs_in_training = true,
       .rewrites_weights_in_training = true},
  };
}

}  // namespace linnet::testing
