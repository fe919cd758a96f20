// Dense, Dropout, Embedding, Masking, Rescaling, Normalization, ActivityRegularization.
#include <algorithm>
#include <cmath>

#include "layer_checks.h"
#include "linnet/constraints/constraints.h"
#include "linnet/layers/layers.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::testing {
namespace {

using Formula = std::function<Array(const Arrays&, const Arrays&)>;

Formula dense(std::int64_t units, double (*activation)(double)) {
  return [units, activation](const Arrays& inputs, const Arrays& weights) {
    Shape shape = inputs[0].shape;
    const std::int64_t features = shape.back();
    shape[-1] = units;
    return make_array(shape, [&](const Shape& index) {
      double sum = weights.size() > 1 ? weights[1].at({index.back()}) : 0;
      Shape source = index;
      for (std::int64_t k = 0; k < features; ++k) {
        source[-1] = k;
        sum += inputs[0].at(source) * weights[0].at({k, index.back()});
      }
      return activation(sum);
    });
  };
}

double same(double x) { return x; }

Array embedded(const Arrays& inputs, const Arrays& weights) {
  Shape shape = inputs[0].shape;
  shape.push_back(weights[0].shape[1]);
  return make_array(shape, [&](const Shape& index) {
    const auto row = static_cast<std::int64_t>(inputs[0].at(index.slice(0, index.rank() - 1)));
    return weights[0].at({row, index.back()});
  });
}

Array normalized(const Arrays& inputs, const Arrays& weights) {
  return make_array(inputs[0].shape, [&](const Shape& i) {
    return (inputs[0].at(i) - weights[0].at({i.back()})) / std::sqrt(weights[1].at({i.back()}));
  });
}

}  // namespace

std::vector<LayerCheck> basic_checks() {
  return {
      {.name = "Dense",
       .make = [] { return Dense(4); },
       .inputs = {{2, 3}},
       .weights = {"kernel", "bias"},
       .formula = dense(4, same)},
      {.name = "Dense_relu",
       .make = [] { return Dense(5, {.activation = "relu"}); },
       .inputs = {{4, 3}},
       .weights = {"kernel", "bias"},
       .formula = dense(5, [](double x) { return std::max(x, 0.0); })},
      {.name = "Dense_many_axes",
       .make =
           [] { return Dense(3, {.activation = "softplus", .use_bias = false, .kernel_initializer = "he_normal"}); },
       .inputs = {{2, 3, 4}},
       .weights = {"kernel"},
       .formula = dense(3, [](double x) { return std::log1p(std::exp(x)); })},
      {.name = "Dense_with_penalties",
       .make =
           [] {
             return Dense(2, {.activation = "tanh",
                              .kernel_regularizer = L2(0.1),
                              .bias_regularizer = L1(0.2),
                              .activity_regularizer = L2(0.3),
                              .kernel_constraint = MaxNorm({.max_value = 3})});
           },
       .inputs = {{3, 2}},
       .weights = {"kernel", "bias"},
       .formula = dense(2, [](double x) { return std::tanh(x); })},
      {.name = "Dropout",
       .make = [] { return Dropout(0.4, {.seed = 3}); },
       .inputs = {{4, 5, 2}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "Dropout_noise_shape",
       .make =
           [] {
             return Dropout(0.5, {.noise_shape = {{std::nullopt, 1}}, .seed = 3});
           },
       .inputs = {{8, 3}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "Dropout_of_nothing",
       .make = [] { return Dropout(0); },
       .inputs = {{4, 5}},
       .formula = each_element(same)},
      {.name = "Embedding",
       .make = [] { return Embedding(6, 3); },
       .inputs = {{4, 5}},
       .weights = {"embeddings"},
       .formula = embedded,
       .low = 0,
       .high = 6,
       .input_dtype = int32},
      {.name = "Embedding_mask_zero",
       .make =
           [] {
             return Embedding(6, 2,
                              {.embeddings_regularizer = L2(0.1), .activity_regularizer = L2(0.1), .mask_zero = true});
           },
       .inputs = {{3, 2}},
       .weights = {"embeddings"},
       .formula = embedded,
       .low = 0,
       .high = 6,
       .input_dtype = int32},
      {.name = "Embedding_of_bytes",
       .make = [] { return Embedding(6, 3); },
       .inputs = {{4, 5}},
       .weights = {"embeddings"},
       .formula = embedded,
       .low = 0,
       .high = 6,
       .input_dtype = uint8},
      {.name = "Embedding_of_long_integers",
       .make = [] { return Embedding(6, 3); },
       .inputs = {{4}},
       .weights = {"embeddings"},
       .formula = embedded,
       .low = 0,
       .high = 6,
       .input_dtype = int64},
      {.name = "Embedding_of_whole_floats",
       .make = [] { return Embedding(6, 3); },
       .inputs = {{4, 5}},
       .weights = {"embeddings"},
       .formula = embedded,
       .low = 0,
       .high = 6,
       .whole_numbers = true},
      {.name = "Masking",
       .make = [] { return Masking({.mask_value = 1}); },
       .inputs = {{3, 4, 2}},
       .formula = each_element(same)},
      {.name = "Rescaling",
       .make = [] { return Rescaling(0.5, {.offset = -1}); },
       .inputs = {{3, 4}},
       .formula = each_element([](double x) { return x * 0.5 - 1; })},
      {.name = "Rescaling_of_integers",
       .make = [] { return Rescaling(1.0 / 255); },
       .inputs = {{3, 4}},
       .formula = each_element([](double x) { return x / 255; }),
       .low = 0,
       .high = 256,
       .input_dtype = uint8},
      {.name = "Normalization",
       .make = [] { return Normalization(); },
       .inputs = {{5, 2, 3}},
       .weights = {"mean", "variance", "count"},
       .formula = normalized},
      {.name = "Normalization_given",
       .make =
           [] {
             return Normalization({.mean = {{1.0, 2.0}}, .variance = {{4.0, 0.25}}});
           },
       .inputs = {{5, 2}},
       .formula = by_index(
           {5, 2},
           [](const Arrays& x, const Shape& i) { return i[1] == 0 ? (x[0].at(i) - 1) / 2 : (x[0].at(i) - 2) / 0.5; })},
      {.name = "Normalization_inverted",
       .make =
           [] { return Normalization({.axis = std::nullopt, .invert = true, .mean = {{3.0}}, .variance = {{4.0}}}); },
       .inputs = {{5, 2}},
       .formula = each_element([](double x) { return x * 2 + 3; })},
      {.name = "Normalization_two_axes",
       .make =
           [] {
             return Normalization({.axis = {{1, 2}}});
           },
       .inputs = {{5, 2, 3}},
       .weights = {"mean", "variance", "count"},
       .formula =
           [](const Arrays& inputs, const Arrays& weights) {
             return make_array(inputs[0].shape, [&](const Shape& i) {
               return (inputs[0].at(i) - weights[0].at({i[1], i[2]})) / std::sqrt(weights[1].at({i[1], i[2]}));
             });
           }},
      {.name = "ActivityRegularization",
       .make = [] { return ActivityRegularization({.l1 = 0.1, .l2 = 0.2}); },
       .inputs = {{5, 2}},
       .formula = each_element(same)},
  };
}

}  // namespace linnet::testing
