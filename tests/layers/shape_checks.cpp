// Flatten, Reshape, Permute, RepeatVector, Identity.
#include "layer_checks.h"
#include "linnet/layers/layers.h"

namespace linnet::testing {
namespace {

/// The same numbers in row-major order.
std::function<Array(const Arrays&, const Arrays&)> as_shape(const Shape& shape) {
  return [shape](const Arrays& inputs, const Arrays&) { return Array{shape, inputs[0].values}; };
}

}  // namespace

std::vector<LayerCheck> shape_checks() {
  return {
      {.name = "Flatten", .make = [] { return Flatten(); }, .inputs = {{2, 3, 4}}, .formula = as_shape({2, 12})},
      {.name = "Flatten_integers",
       .make = [] { return Flatten(); },
       .inputs = {{2, 3, 4}},
       .formula = as_shape({2, 12}),
       .input_dtype = int32},
      {.name = "Flatten_numbers", .make = [] { return Flatten(); }, .inputs = {{5}}, .formula = as_shape({5, 1})},
      {.name = "Flatten_channels_first",
       .make = [] { return Flatten({.data_format = "channels_first"}); },
       .inputs = {{2, 3, 4}},
       .formula = by_index({2, 12},
                           [](const Arrays& x, const Shape& i) {
                             return x[0].at({i[0], i[1] % 3, i[1] / 3});
                           })},
      {.name = "Reshape",
       .make =
           [] {
             return Reshape({2, 6});
           },
       .inputs = {{2, 3, 4}},
       .formula = as_shape({2, 2, 6})},
      {.name = "Reshape_open",
       .make =
           [] {
             return Reshape({-1, 2});
           },
       .inputs = {{2, 3, 4}},
       .formula = as_shape({2, 6, 2})},
      {.name = "Permute",
       .make =
           [] {
             return Permute({2, 3, 1});
           },
       .inputs = {{2, 3, 4, 5}},
       .formula = by_index({2, 4, 5, 3},
                           [](const Arrays& x, const Shape& i) {
                             return x[0].at({i[0], i[3], i[1], i[2]});
                           })},
      {.name = "RepeatVector",
       .make = [] { return RepeatVector(3); },
       .inputs = {{2, 4}},
       .formula = by_index({2, 3, 4},
                           [](const Arrays& x, const Shape& i) {
                             return x[0].at({i[0], i[2]});
                           })},
      {.name = "Identity", .make = [] { return Identity(); }, .inputs = {{2, 4}}, .formula = as_shape({2, 4})},
  };
}

}  // namespace linnet::testing
