#include "nn_ops.h"

#include <pybind11/stl.h>

#include "linnet/ops/convolution.h"
#include "linnet/ops/ctc.h"
#include "linnet/ops/images.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/normalize.h"
#include "linnet/ops/pooling.h"
#include "values.h"

namespace linnet::python {
namespace {

Padding padding_from(const std::string& padding) {
  if (padding == "same") return Padding::same;
  check(padding == "valid", "[padding] expected \"valid\" or \"same\", received \"", padding, "\"");
  return Padding::valid;
}

/// conv and depthwise_conv take the same arguments.
using Convolution = Tensor (*)(const Tensor& x, const Tensor& kernel, const Tensor& bias, const WindowOptions& options,
                               FusedActivation activation);
void bind_convolution(py::module_& ops, const char* name, Convolution operation) {
  ops.def(
      name,
      [operation](const AnyTensor& x, const AnyTensor& kernel, const Shape& strides, const std::string& padding,
                  const Shape& dilation_rate) {
        return operation(x, kernel, Tensor(),
                         {.strides = strides, .dilation_rate = dilation_rate, .padding = padding_from(padding)},
                         FusedActivation::none);
      },
      py::arg("x"), py::arg("kernel"), py::arg("strides"), py::arg("padding"), py::arg("dilation_rate"));
}

void bind_convolutions(py::module_& ops) {
  bind_convolution(ops, "conv", conv);
  bind_convolution(ops, "depthwise_conv", depthwise_conv);
  ops.def(
      "conv_transpose",
      [](const AnyTensor& x, const AnyTensor& kernel, const Shape& strides, const std::string& padding,
         const Shape& output_padding, const Shape& dilation_rate) {
        return conv_transpose(x, kernel, {},
                              {.strides = strides,
                               .dilation_rate = dilation_rate,
                               .padding = padding_from(padding),
                               .output_padding = output_padding});
      },
      py::arg("x"), py::arg("kernel"), py::arg("strides"), py::arg("padding"), py::arg("output_padding"),
      py::arg("dilation_rate"));
}

void bind_pooling(py::module_& ops) {
  auto pooling = [&](const char* name, Tensor (*function)(const Tensor&, const Shape&, const WindowOptions&)) {
    ops.def(
        name,
        [function](const AnyTensor& x, const Shape& pool_size, const Shape& strides, const std::string& padding) {
          return function(x, pool_size, {.strides = strides, .padding = padding_from(padding)});
        },
        py::arg("x"), py::arg("pool_size"), py::arg("strides"), py::arg("padding"));
  };
  pooling("max_pool", max_pool);
  pooling("average_pool", average_pool);
}

void bind_images(py::module_& ops) {
  ops.def(
      "resize",
      [](const AnyTensor& images, std::int64_t height, std::int64_t width, const std::string& interpolation,
         bool antialias) { return resize(images, height, width, interpolation, antialias); },
      py::arg("images"), py::arg("height"), py::arg("width"), py::arg("interpolation"), py::arg("antialias"));
  ops.def(
      "map_coordinates",
      [](const AnyTensor& images, const AnyTensor& coordinates, const std::string& interpolation,
         const std::string& fill_mode,
         double fill_value) { return map_coordinates(images, coordinates, interpolation, fill_mode, fill_value); },
      py::arg("images"), py::arg("coordinates"), py::arg("interpolation"), py::arg("fill_mode"), py::arg("fill_value"));
}

}  // namespace

void bind_nn_ops(py::module_& ops) {
  bind_convolutions(ops);
  bind_pooling(ops);
  bind_images(ops);
  ops.def(
      "standardize",
      [](const AnyTensor& x, const std::vector<int>& axes, double epsilon) {
        return standardize(x, Axes(axes), epsilon).values;
      },
      py::arg("x"), py::arg("axes"), py::arg("epsilon"));
  ops.def(
      "ctc_loss",
      [](const AnyTensor& labels, const AnyTensor& log_probabilities) { return ctc_loss(labels, log_probabilities); },
      py::arg("labels"), py::arg("log_probabilities"));
  ops.def(
      "dropout",
      [](const AnyTensor& x, double rate, SeedGenerator& generator, const Shape& noise_shape) {
        return dropout(x, rate, generator, noise_shape);
      },
      py::arg("x"), py::arg("rate"), py::arg("generator"), py::arg("noise_shape"));
}

}  // namespace linnet::python
