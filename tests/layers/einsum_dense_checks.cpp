// EinsumDense.
#include <algorithm>
#include <cmath>

#include "layer_checks.h"
#include "linnet/layers/layers.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::testing {
namespace {

double of_einsum(const Array& x, const Array& kernel, const Shape& i) {  // abc,cde->abde
  double sum = 0;
  for (std::int64_t c = 0; c < x.shape[2]; ++c) sum += x.at({i[0], i[1], c}) * kernel.at({c, i[2], i[3]});
  return sum;
}

}  // namespace

std::vector<LayerCheck> einsum_dense_checks() {
  return {
      {.name = "EinsumDense",
       .make =
           [] {
             return EinsumDense("abc,cde->abde", {-1, 2, 3}, {.activation = "tanh", .bias_axes = "de"});
           },
       .inputs = {{2, 3, 4}},
       .weights = {"kernel", "bias"},
       .formula =
           [](const Arrays& x, const Arrays& w) {
             return make_array({2, 3, 2, 3}, [&](const Shape& i) {
               return std::tanh(of_einsum(x[0], w[0], i) + w[1].at({i[2], i[3]}));
             });
           }},
      {.name = "EinsumDense_bias_of_one_axis",  // more than one matrix product does
       .make =
           [] {
             return EinsumDense("abc,cde->abde", {3, 2, 3},
                                {.activation = "relu",
                                 .bias_axes = "d",
                                 .kernel_regularizer = L2(0.1),
                                 .activity_regularizer = L2(0.1)});
           },
       .inputs = {{2, 3, 4}},
       .weights = {"kernel", "bias"},
       .formula =
           [](const Arrays& x, const Arrays& w) {
             return make_array({2, 3, 2, 3}, [&](const Shape& i) {
               return std::max(0.0, of_einsum(x[0], w[0], i) + w[1].at({i[2], 0}));
             });
           }},
      {.name = "EinsumDense_other_order",
       .make =
           [] {
             return EinsumDense("abc,bd->adc", {5, -1}, {.bias_axes = "c"});
           },
       .inputs = {{2, 3, 4}},
       .weights = {"kernel", "bias"},
       .formula =
           [](const Arrays& x, const Arrays& w) {
             return make_array({2, 5, 4}, [&](const Shape& i) {
               double sum = w[1].at({i[2]});
               for (std::int64_t b = 0; b < 3; ++b) sum += x[0].at({i[0], b, i[2]}) * w[0].at({b, i[1]});
               return sum;
             });
           }},
      {.name = "EinsumDense_axes_on_the_left",
       .make = [] { return EinsumDense("...x,xy->...y", {5}, {.bias_axes = "y"}); },
       .inputs = {{2, 3, 2, 4}},
       .weights = {"kernel", "bias"},
       .formula =
           [](const Arrays& x, const Arrays& w) {
             return make_array({2, 3, 2, 5}, [&](const Shape& i) {
               double sum = w[1].at({i[3]});
               for (std::int64_t c = 0; c < 4; ++c) sum += x[0].at({i[0], i[1], i[2], c}) * w[0].at({c, i[3]});
               return sum;
             });
           }},
      {.name = "EinsumDense_axes_on_the_right",
       .make = [] { return EinsumDense("ab...,bc->ac...", {5}, {.bias_axes = "c"}); },
       .inputs = {{2, 3, 4}},
       .weights = {"kernel", "bias"},
       .formula =
           [](const Arrays& x, const Arrays& w) {
             return make_array({2, 5, 4}, [&](const Shape& i) {
               double sum = w[1].at({i[1], 0});
               for (std::int64_t b = 0; b < 3; ++b) sum += x[0].at({i[0], b, i[2]}) * w[0].at({b, i[1]});
               return sum;
             });
           }},
  };
}

}  // namespace linnet::testing
