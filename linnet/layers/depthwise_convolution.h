// Convolutions that see each channel by itself, and those that mix the channels afterwards: DepthwiseConv1D and 2D,
// SeparableConv1D and 2D.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/activations/activation.h"
#include "linnet/layers/axis_sizes.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct DepthwiseConvOptions {
  AxisSizes strides = 1;                      // how far the window moves
  std::string padding = "valid";              // or "same": ceil(size / stride) outputs
  std::int64_t depth_multiplier = 1;          // outputs for each channel
  std::string data_format = "channels_last";  // or "channels_first"
  AxisSizes dilation_rate = 1;                // the distance of the window's cells
  ActivationFunction activation = {};         // linear
  bool use_bias = true;
  AnyInitializer depthwise_initializer = "glorot_uniform";
  AnyInitializer bias_initializer = "zeros";
  AnyRegularizer depthwise_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output
  AnyConstraint depthwise_constraint = {};
  AnyConstraint bias_constraint = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What DepthwiseConv1D and DepthwiseConv2D share: a convolution of each channel c by itself, whose outputs are the
/// channels c · depth_multiplier + m.
///   x [batch, spatial…, channels]   kernel [kernel_size…, channels, depth_multiplier]
///   bias [channels · depth_multiplier]
///   y [batch, spatial…, channels · depth_multiplier], as large as that of a convolution (BaseConv)
/// Throws when sizes are not above 0, when the number of channels is unknown or changes after the first call, and on
/// inputs smaller than the window with "valid".
class BaseDepthwiseConv : public Layer {
 public:
  using Layer::Layer;
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;

 protected:
  /// The rest of the constructor.
  void set_up(int axes, const AxisSizes& kernel_size, DepthwiseConvOptions options);

 private:
  int axes_ = 0;
  AxisSizes kernel_size_;
  DepthwiseConvOptions options_;
  Variable kernel_, bias_;
};

#define LINNET_DEPTHWISE_CONVOLUTION(Name)                                                 \
  class Name final : public LayerOf<Name, BaseDepthwiseConv> {                             \
   public:                                                                                 \
    explicit Name(const AxisSizes& kernel_size, const DepthwiseConvOptions& options = {}); \
    static AnyLayer from_config(const Config& config);                                     \
  }

/// A convolution of each channel c by itself, whose outputs are the channels c · depth_multiplier + m, over the steps
/// of a sequence:
///   x [batch, steps, channels]   kernel [kernel_size, channels, depth_multiplier]
///   bias [channels · depth_multiplier]   y [batch, new steps, channels · depth_multiplier], as many steps as Conv1D's
/// Keras: keras.layers.DepthwiseConv1D.
///   DepthwiseConv1D sums(2, {.depthwise_initializer = "ones"});
///   sums(tensor({{{1, 10}, {2, 20}, {3, 30}}}));  // -> {{{3, 30}, {5, 50}}}
LINNET_DEPTHWISE_CONVOLUTION(DepthwiseConv1D);
/// As DepthwiseConv1D, over height and width of images:
///   x [batch, height, width, channels]   kernel [rows, columns, channels, depth_multiplier]
///   bias [channels · depth_multiplier]   y [batch, new height, new width, channels · depth_multiplier]
/// Keras: keras.layers.DepthwiseConv2D.
///   DepthwiseConv2D(3, {.padding = "same", .depth_multiplier = 2})(zeros({1, 8, 8, 4}));  // -> [1, 8, 8, 8]
LINNET_DEPTHWISE_CONVOLUTION(DepthwiseConv2D);
#undef LINNET_DEPTHWISE_CONVOLUTION

struct SeparableConvOptions {
  AxisSizes strides = 1;                      // how far the window moves
  std::string padding = "valid";              // or "same": ceil(size / stride) outputs
  std::string data_format = "channels_last";  // or "channels_first"
  AxisSizes dilation_rate = 1;                // the distance of the window's cells
  std::int64_t depth_multiplier = 1;          // outputs of the first step for each channel
  ActivationFunction activation = {};         // linear
  bool use_bias = true;
  AnyInitializer depthwise_initializer = "glorot_uniform";
  AnyInitializer pointwise_initializer = "glorot_uniform";
  AnyInitializer bias_initializer = "zeros";
  AnyRegularizer depthwise_regularizer = {};
  AnyRegularizer pointwise_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output
  AnyConstraint depthwise_constraint = {};
  AnyConstraint pointwise_constraint = {};
  AnyConstraint bias_constraint = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What SeparableConv1D and SeparableConv2D share: a depthwise convolution, and one with windows of a single cell that
/// mixes its channels.
///   x [batch, spatial…, channels]   depthwise_kernel [kernel_size…, channels, depth_multiplier]
///   pointwise_kernel [1…, channels · depth_multiplier, filters]   bias [filters]
///   y [batch, spatial…, filters], as large as that of a convolution (BaseConv)
/// Throws as the two do.
class BaseSeparableConv : public Layer {
 public:
  using Layer::Layer;
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;

 protected:
  /// The rest of the constructor.
  void set_up(int axes, std::int64_t filters, const AxisSizes& kernel_size, SeparableConvOptions options);

 private:
  int axes_ = 0;
  std::int64_t filters_ = 0;
  AxisSizes kernel_size_;
  SeparableConvOptions options_;
  Variable depthwise_kernel_, pointwise_kernel_, bias_;
};

#define LINNET_SEPARABLE_CONVOLUTION(Name)                                                                       \
  class Name final : public LayerOf<Name, BaseSeparableConv> {                                                   \
   public:                                                                                                       \
    explicit Name(std::int64_t filters, const AxisSizes& kernel_size, const SeparableConvOptions& options = {}); \
    static AnyLayer from_config(const Config& config);                                                           \
  }

/// DepthwiseConv1D, then at each step a matrix that mixes the channels:
///   x [batch, steps, channels]   depthwise_kernel [kernel_size, channels, depth_multiplier]
///   pointwise_kernel [1, channels · depth_multiplier, filters]   bias [filters]
///   y [batch, new steps, filters], as many steps as Conv1D's
/// Keras: keras.layers.SeparableConv1D.
///   SeparableConv1D sums(1, 2, {.depthwise_initializer = "ones", .pointwise_initializer = "ones"});
///   sums(tensor({{{1, 10}, {2, 20}, {3, 30}}}));  // -> {{{33}, {55}}}
LINNET_SEPARABLE_CONVOLUTION(SeparableConv1D);
/// As SeparableConv1D, over height and width of images:
///   x [batch, height, width, channels]   depthwise_kernel [rows, columns, channels, depth_multiplier]
///   pointwise_kernel [1, 1, channels · depth_multiplier, filters]   bias [filters]
///   y [batch, new height, new width, filters]
/// Keras: keras.layers.SeparableConv2D.
///   SeparableConv2D layer(64, 3, {.padding = "same", .activation = relu});
///   layer(zeros({1, 8, 8, 4}));  // -> [1, 8, 8, 64]
///   layer.count_params();        // -> 356
LINNET_SEPARABLE_CONVOLUTION(SeparableConv2D);
#undef LINNET_SEPARABLE_CONVOLUTION

}  // namespace linnet
#pragma GCC visibility pop
