// Transposed convolutions, which make images larger: Conv1DTranspose, Conv2DTranspose, Conv3DTranspose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "linnet/activations/activation.h"
#include "linnet/layers/axis_sizes.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct ConvTransposeLayerOptions {
  AxisSizes strides = 1;                         // how far apart windows lie; not together with dilation_rate
  std::string padding = "valid";                 // or "same": size · strides outputs
  std::optional<AxisSizes> output_padding = {};  // of the sizes below, less than strides; none: as `padding` says
  std::string data_format = "channels_last";     // or "channels_first"
  AxisSizes dilation_rate = 1;                   // the distance of the window's cells
  ActivationFunction activation = {};            // linear
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

/// What Conv1DTranspose, Conv2DTranspose and Conv3DTranspose share: each element of x is spread over a window of y.
///   x [batch, spatial…, channels]   kernel [kernel_size…, filters, channels]   bias [filters]
///   y [batch, spatial…, filters], along each axis, with reach = (kernel_size - 1) · dilation_rate + 1:
///   without output_padding: size · strides, and max(reach - strides, 0) more with "valid" padding
///   with it: (size - 1) · strides + reach + output_padding, and 2 · ⌊reach / 2⌋ less with "same" padding
/// Throws when sizes are not above 0, when output_padding is not less than strides, when strides and dilation_rate are
/// both above 1, and when the number of channels is unknown or changes after the first call.
class BaseConvTranspose : public Layer {
 public:
  using Layer::Layer;
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;

 protected:
  /// The rest of the constructor.
  void set_up(int axes, std::int64_t filters, const AxisSizes& kernel_size, ConvTransposeLayerOptions options);

 private:
  int axes_ = 0;
  std::int64_t filters_ = 0;
  AxisSizes kernel_size_;
  ConvTransposeLayerOptions options_;
  Variable kernel_, bias_;
};

#define LINNET_TRANSPOSED_CONVOLUTION(Name)                                                                           \
  class Name final : public LayerOf<Name, BaseConvTranspose> {                                                        \
   public:                                                                                                            \
    explicit Name(std::int64_t filters, const AxisSizes& kernel_size, const ConvTransposeLayerOptions& options = {}); \
    static AnyLayer from_config(const Config& config);                                                                \
  }

/// Each step of x is multiplied by the kernel and added to a window of y, `strides` further on for each:
///   x [batch, steps, channels]   kernel [kernel_size, filters, channels]   bias [filters]
///   y [batch, new steps, filters], steps · strides, and with "valid" padding max(kernel_size - strides, 0) more
/// With dilation_rate or output_padding as in BaseConvTranspose. Keras: keras.layers.Conv1DTranspose.
///   Conv1DTranspose spread(1, 2, {.strides = 2, .kernel_initializer = "ones"});
///   spread(reshape(tensor({1, 2}), {1, 2, 1}));  // -> {{{1}, {1}, {2}, {2}}}
LINNET_TRANSPOSED_CONVOLUTION(Conv1DTranspose);
/// As Conv1DTranspose, over height and width of images:
///   x [batch, height, width, channels]   kernel [rows, columns, filters, channels]   bias [filters]
///   y [batch, new height, new width, filters]
/// Keras: keras.layers.Conv2DTranspose.
///   Conv2DTranspose larger(32, 3, {.strides = 2, .padding = "same", .activation = relu});
///   larger(zeros({1, 7, 7, 64}));  // -> [1, 14, 14, 32]
LINNET_TRANSPOSED_CONVOLUTION(Conv2DTranspose);
/// As Conv1DTranspose, over depth, height and width of volumes:
///   x [batch, depth, height, width, channels]   kernel [kernel_size…, filters, channels]   bias [filters]
///   y [batch, new depth, new height, new width, filters]
/// Keras: keras.layers.Conv3DTranspose.
///   Conv3DTranspose(8, 2, {.strides = 2})(zeros({1, 4, 4, 4, 2}));  // -> [1, 8, 8, 8, 8]
LINNET_TRANSPOSED_CONVOLUTION(Conv3DTranspose);
#undef LINNET_TRANSPOSED_CONVOLUTION

}  // namespace linnet
#pragma GCC visibility pop
