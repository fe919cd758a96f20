// Conv1D, Conv2D, Conv3D; DepthwiseConv, SeparableConv; Conv1DTranspose, Conv2DTranspose, Conv3DTranspose.
#include <algorithm>
#include <cmath>

#include "layer_checks.h"
#include "linnet/constraints/constraints.h"
#include "linnet/layers/layers.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::testing {
namespace {

double same(double x) { return x; }

/// Channels last, with these sizes of the output and the same stride, dilation and padding along each axis.
struct PlainConvolution {
  Shape spatial;
  std::int64_t stride = 1, dilation = 1, before = 0;
  double (*activation)(double) = same;

  Array operator()(const Arrays& inputs, const Arrays& weights) const {
    const Array &x = inputs[0], &kernel = weights[0];
    const int axes = spatial.rank();
    const std::int64_t channels = kernel.shape[-2], group = kernel.shape[-1] / (x.shape[-1] / channels);
    Shape shape = spatial;
    shape.insert(0, x.shape[0]);
    shape.push_back(kernel.shape[-1]);
    return make_array(shape, [&](const Shape& y) {
      double total = weights.size() > 1 ? weights[1].at({y.back()}) : 0;
      static_cast<void>(make_array(kernel.shape.slice(0, axes + 1), [&](const Shape& k) {
        Shape source{y[0]}, weight = k;
        for (int a = 0; a < axes; ++a) {
          source.push_back(y[a + 1] * stride + k[a] * dilation - before);
          if (source[a + 1] < 0 || source[a + 1] >= x.shape[a + 1]) return 0.0;
        }
        source.push_back(y.back() / group * channels + k.back());
        weight.push_back(y.back());
        total += x.at(source) * kernel.at(weight);
        return 0.0;
      }));
      return activation(total);
    });
  }
};

/// The formula of channels last, for images with channels first.
Array channels_first(const PlainConvolution& formula, const Arrays& inputs, const Arrays& weights) {
  const Array& x = inputs[0];
  const Array last = make_array({x.shape[0], x.shape[2], x.shape[3], x.shape[1]}, [&](const Shape& i) {
    return x.at({i[0], i[3], i[1], i[2]});
  });
  const Array y = formula({last}, weights);
  return make_array({y.shape[0], y.shape[3], y.shape[1], y.shape[2]}, [&](const Shape& i) {
    return y.at({i[0], i[2], i[3], i[1]});
  });
}

/// kernel [window…, channels, multiplier] as the kernel of groups of one channel.
Array grouped(const Array& kernel) {
  Array result = kernel;
  result.shape[-1] *= kernel.shape[-2];
  result.shape[-2] = 1;
  return result;
}

/// Weights: depthwise kernel, pointwise kernel, perhaps a bias.
Array separable(const PlainConvolution& formula, const Arrays& inputs, const Arrays& weights) {
  const Array seen = formula(inputs, {grouped(weights[0])});
  Arrays mixing(weights.begin() + 1, weights.end());
  return PlainConvolution{.spatial = seen.shape.slice(1, seen.shape.rank() - 1)}({seen}, mixing);
}

/// Each element of x spread over a window of y, which has these spatial sizes.
struct PlainTranspose {
  Shape spatial;
  std::int64_t stride = 1, dilation = 1, before = 0;
  double (*activation)(double) = same;

  Array operator()(const Arrays& inputs, const Arrays& weights) const {
    const Array &x = inputs[0], &kernel = weights[0];
    Shape shape = spatial;
    shape.insert(0, x.shape[0]);
    shape.push_back(kernel.shape[-2]);
    Array y = make_array(shape, [&](const Shape& i) { return weights.size() > 1 ? weights[1].at({i.back()}) : 0; });
    static_cast<void>(make_array(x.shape, [&](const Shape& p) {
      static_cast<void>(make_array(kernel.shape.slice(0, kernel.shape.rank() - 1), [&](const Shape& k) {
        Shape target = p, weight = k;
        weight.push_back(p.back());
        target[-1] = k.back();
        for (int a = 0; a < spatial.rank(); ++a) {
          target[a + 1] = p[a + 1] * stride + k[a] * dilation - before;
          if (target[a + 1] < 0 || target[a + 1] >= spatial[a]) return 0.0;
        }
        y.at(target) += x.at(p) * kernel.at(weight);
        return 0.0;
      }));
      return 0.0;
    }));
    for (double& value : y.values) value = activation(value);
    return y;
  }
};

}  // namespace

std::vector<LayerCheck> convolution_checks() {
  const std::vector<std::string> both = {"kernel", "bias"};
  return {
      {.name = "Conv1D",
       .make = [] { return Conv1D(4, 3); },
       .inputs = {{2, 7, 3}},
       .weights = both,
       .formula = PlainConvolution{.spatial = {5}}},
      {.name = "Conv1D_causal",
       .make =
           [] { return Conv1D(4, 3, {.padding = "causal", .dilation_rate = 2, .groups = 2, .activation = "tanh"}); },
       .inputs = {{2, 6, 4}},
       .weights = both,
       .formula = PlainConvolution{.spatial = {6}, .dilation = 2, .before = 4, .activation = std::tanh}},
      {.name = "Conv2D",
       .make =
           [] {
             return Conv2D(3, {3, 2}, {.activation = relu});
           },
       .inputs = {{2, 5, 4, 3}},
       .weights = both,
       .formula = PlainConvolution{.spatial = {3, 3}, .activation = [](double x) { return std::max(x, 0.0); }}},
      {.name = "Conv2D_same",
       .make =
           [] {
             return Conv2D(2, 3,
                           {.strides = 2, .padding = "same", .use_bias = false, .kernel_initializer = "he_normal"});
           },
       .inputs = {{2, 5, 7, 2}},
       .weights = {"kernel"},
       .formula = PlainConvolution{.spatial = {3, 4}, .stride = 2, .before = 1}},
      {.name = "Conv2D_with_penalties",
       .make =
           [] {
             return Conv2D(2, 2,
                           {.activation = "softplus",
                            .kernel_regularizer = L2(0.1),
                            .bias_regularizer = L1(0.2),
                            .activity_regularizer = L2(0.3),
                            .kernel_constraint = MaxNorm({.max_value = 3})});
           },
       .inputs = {{2, 3, 3, 1}},
       .weights = both,
       .formula = PlainConvolution{.spatial = {2, 2}, .activation = [](double x) { return std::log1p(std::exp(x)); }}},
      {.name = "Conv2D_channels_first",
       .make = [] { return Conv2D(3, 2, {.data_format = "channels_first"}); },
       .inputs = {{2, 2, 4, 3}},
       .weights = both,
       .formula =
           [](const Arrays& inputs, const Arrays& weights) {
             return channels_first({.spatial = {3, 2}}, inputs, weights);
           }},
      {.name = "Conv3D",
       .make =
           [] {
             return Conv3D(2, {2, 3, 1}, {.padding = "same"});
           },
       .inputs = {{2, 2, 1, 4, 2}},
       .weights = both,
       .formula =
           [](const Arrays& inputs, const Arrays& weights) {  // of the middle row of windows three high, one is seen
             const Array& kernel = weights[0];
             const Array seen = make_array({2, 1, 1, 2, 2}, [&](const Shape& k) {
               return kernel.at({k[0], 1, 0, k[3], k[4]});
             });
             return PlainConvolution{.spatial = {2, 1, 4}}(inputs, {seen, weights[1]});
           }},
      {.name = "DepthwiseConv1D",
       .make = [] { return DepthwiseConv1D(3, {.depth_multiplier = 2, .activation = "tanh"}); },
       .inputs = {{2, 6, 3}},
       .weights = both,
       .formula =
           [](const Arrays& inputs, const Arrays& weights) {
             return PlainConvolution{.spatial = {4}, .activation = std::tanh}(inputs,
                                                                              {grouped(weights[0]), weights[1]});
           }},
      {.name = "DepthwiseConv2D",
       .make =
           [] {
             return DepthwiseConv2D(
                 {3, 3}, {.strides = 2, .padding = "same", .use_bias = false, .depthwise_regularizer = L2(0.1)});
           },
       .inputs = {{2, 5, 3, 2}},
       .weights = {"kernel"},
       .formula =
           [](const Arrays& inputs, const Arrays& weights) {
             return PlainConvolution{.spatial = {3, 2}, .stride = 2, .before = 1}(inputs, {grouped(weights[0])});
           }},
      {.name = "DepthwiseConv2D_channels_first",
       .make = [] { return DepthwiseConv2D(2, {.depth_multiplier = 2, .data_format = "channels_first"}); },
       .inputs = {{2, 2, 4, 3}},
       .weights = both,
       .formula =
           [](const Arrays& inputs, const Arrays& weights) {
             return channels_first({.spatial = {3, 2}}, inputs, {grouped(weights[0]), weights[1]});
           }},
      {.name = "SeparableConv1D",
       .make = [] { return SeparableConv1D(4, 3, {.padding = "same", .depth_multiplier = 2}); },
       .inputs = {{2, 5, 3}},
       .weights = {"depthwise_kernel", "pointwise_kernel", "bias"},
       .formula = [](const Arrays& inputs,
                     const Arrays& weights) { return separable({.spatial = {5}, .before = 1}, inputs, weights); }},
      {.name = "SeparableConv2D",
       .make =
           [] {
             return SeparableConv2D(3, {2, 1},
                                    {.dilation_rate = 2, .use_bias = false, .pointwise_regularizer = L1(0.1)});
           },
       .inputs = {{2, 5, 3, 2}},
       .weights = {"depthwise_kernel", "pointwise_kernel"},
       .formula =
           [](const Arrays& inputs, const Arrays& weights) {
             return separable({.spatial = {3, 3}, .dilation = 2}, inputs, weights);
           }},
      {.name = "Conv1DTranspose",
       .make = [] { return Conv1DTranspose(4, 3, {.dilation_rate = 2}); },
       .inputs = {{2, 4, 3}},
       .weights = both,
       .formula = PlainTranspose{.spatial = {8}, .dilation = 2}},
      {.name = "Conv2DTranspose",
       .make = [] { return Conv2DTranspose(2, 3, {.strides = 2, .padding = "same", .activation = "tanh"}); },
       .inputs = {{2, 3, 2, 3}},
       .weights = both,
       .formula = PlainTranspose{.spatial = {6, 4}, .stride = 2, .activation = std::tanh}},
      {.name = "Conv2DTranspose_output_padding",
       .make =
           [] {
             return Conv2DTranspose(2, {3, 3},
                                    {.strides = 2, .padding = "same", .output_padding = 0, .use_bias = false});
           },
       .inputs = {{2, 3, 2, 3}},
       .weights = {"kernel"},
       .formula = PlainTranspose{.spatial = {5, 3}, .stride = 2, .before = 1}},
      {.name = "Conv3DTranspose",
       .make = [] { return Conv3DTranspose(2, 1, {.strides = 2, .output_padding = 1}); },
       .inputs = {{2, 1, 2, 3, 2}},
       .weights = both,
       .formula = PlainTranspose{.spatial = {2, 4, 6}, .stride = 2}},
  };
}

}  // namespace linnet::testing
