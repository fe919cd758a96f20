// Convolutions: Conv1D of sequences, Conv2D of images, Conv3D of volumes.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/activations/activation.h"
#include "linnet/layers/axis_sizes.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct ConvOptions {
  AxisSizes strides = 1;          // how far the window moves; not together with dilation_rate
  std::string padding = "valid";  // or "same": ceil(size / stride) outputs; Conv1D also "causal": nothing ahead is seen
  std::string data_format = "channels_last";  // or "channels_first"
  AxisSizes dilation_rate = 1;                // the distance of the window's cells
  std::int64_t groups = 1;                    // that channels and filters are cut into
  ActivationFunction activation = {};         // linear
  bool use_bias = true;
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer bias_initializer = "zeros";
  AnyRegularizer kernel_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output
  AnyConstraint kernel_constraint = {};
  AnyConstraint bias_constraint = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What Conv1D, Conv2D and Conv3D share.
///   y[n, p, o] = activation(bias[o] + Σ x[n, p · strides + k · dilation_rate - padding, i] · kernel[k, i, o])
///   x [batch, spatial…, channels]   kernel [kernel_size…, channels / groups, filters]   bias [filters]
///   y [batch, spatial…, filters]: size / strides along each axis with "same" padding, rounded up, and
///   (size - (kernel_size - 1) · dilation_rate - 1) / strides + 1, rounded down, with "valid"
/// relu, sigmoid and tanh are applied in the same pass. Throws when sizes are not above 0, when `groups` divides not
/// both filters and channels, when strides and dilation_rate are both above 1, when the number of channels is unknown
/// or changes after the first call, and on inputs smaller than the window with "valid".
class BaseConv : public Layer {
 public:
  using Layer::Layer;
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;

  const Variable& kernel() const { return kernel_; }
  const Variable& bias() const { return bias_; }

 protected:
  /// The rest of the constructor.
  void set_up(int axes, std::int64_t filters, const AxisSizes& kernel_size, ConvOptions options);

 private:
  int axes_ = 0;
  std::int64_t filters_ = 0;
  AxisSizes kernel_size_ = 1;
  ConvOptions options_;
  Variable kernel_, bias_;
};

#define LINNET_CONVOLUTION(Name)                                                                        \
  class Name final : public LayerOf<Name, BaseConv> {                                                   \
   public:                                                                                              \
    explicit Name(std::int64_t filters, const AxisSizes& kernel_size, const ConvOptions& options = {}); \
    static AnyLayer from_config(const Config& config);                                                  \
  }

/// y[n, p, o] = activation(bias[o] + Σ x[n, p · strides + k · dilation_rate - padding, i] · kernel[k, i, o]), a window
/// that moves over the steps of a sequence:
///   x [batch, steps, channels]   kernel [kernel_size, channels / groups, filters]   bias [filters]
///   y [batch, new steps, filters], with "same" and "causal" padding steps / strides, rounded up, and with "valid"
///   (steps - (kernel_size - 1) · dilation_rate - 1) / strides + 1, rounded down
/// Throws as BaseConv. Keras: keras.layers.Conv1D.
///   Conv1D sums(1, 3, {.padding = "causal", .kernel_initializer = "ones"});
///   sums(reshape(tensor({1, 2, 3, 4}), {1, 4, 1}));  // -> {{{1}, {3}, {6}, {9}}}
LINNET_CONVOLUTION(Conv1D);
/// y[n, p, q, o] = activation(bias[o] + Σ x[n, p + k, q + l, i] · kernel[k, l, i, o]), a window that moves over height
/// and width of images; strides, dilation_rate and padding as in Conv1D along each axis:
///   x [batch, height, width, channels]   kernel [rows, columns, channels / groups, filters]   bias [filters]
///   y [batch, new height, new width, filters], the sizes as in Conv1D
/// Throws as BaseConv. Keras: keras.layers.Conv2D.
///   Conv2D sums(1, 2, {.kernel_initializer = "ones"});
///   sums(reshape(arange(0, 9), {1, 3, 3, 1}));  // -> {{{{8}, {12}}, {{20}, {24}}}}
///   Conv2D(64, {3, 3}, {.strides = 2, .padding = "same", .activation = relu})(zeros({8, 28, 28, 1}));
///   // -> [8, 14, 14, 64]
LINNET_CONVOLUTION(Conv2D);
/// As Conv2D, over depth, height and width of volumes:
///   x [batch, depth, height, width, channels]   kernel [kernel_size…, channels / groups, filters]   bias [filters]
///   y [batch, new depth, new height, new width, filters], the sizes as in Conv1D
/// Throws as BaseConv. Keras: keras.layers.Conv3D.
///   Conv3D(16, 3)(zeros({1, 8, 8, 8, 2}));  // -> [1, 6, 6, 6, 16]
LINNET_CONVOLUTION(Conv3D);
#undef LINNET_CONVOLUTION

}  // namespace linnet
#pragma GCC visibility pop
