// The table of all layer checks: one entry or more for every registered layer.
#pragma once

#include <vector>

#include "support/check_layer.h"

namespace linnet::testing {

std::vector<LayerCheck> basic_checks();
std::vector<LayerCheck> activation_checks();
std::vector<LayerCheck> shape_checks();
std::vector<LayerCheck> merge_checks();
std::vector<LayerCheck> normalization_checks();
std::vector<LayerCheck> convolution_checks();
std::vector<LayerCheck> pooling_checks();
std::vector<LayerCheck> recurrent_checks();
std::vector<LayerCheck> noise_checks();
std::vector<LayerCheck> einsum_dense_checks();
std::vector<LayerCheck> attention_checks();
std::vector<LayerCheck> preprocessing_checks();
std::vector<LayerCheck> augmentation_checks();

/// A formula for layers without weights that act on each element alone.
inline std::function<Array(const Arrays&, const Arrays&)> each_element(double (*f)(double)) {
  return [f](const Arrays& inputs, const Arrays&) {
    Array y = inputs[0];
    for (double& value : y.values) value = f(value);
    return y;
  };
}
/// A formula that reads elements by their index: y[index] = f(inputs, index).
inline std::function<Array(const Arrays&, const Arrays&)> by_index(const Shape& shape,
                                                                   double (*f)(const Arrays& inputs, const Shape& i)) {
  return [shape, f](const Arrays& inputs, const Arrays&) {
    return make_array(shape, [&](const Shape& index) { return f(inputs, index); });
  };
}

}  // namespace linnet::testing
