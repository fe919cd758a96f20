// ConvLSTM: an LSTM whose inputs and states are images.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "linnet/activations/activation.h"
#include "linnet/layers/axis_sizes.h"
#include "linnet/layers/rnn.h"

#pragma GCC visibility push(default)
namespace linnet {

struct ConvLSTMOptions {
  AxisSizes strides = 1;                                // of the inputs' convolution; not together with dilation_rate
  std::string padding = "valid";                        // or "same": of the inputs' convolution
  std::string data_format = "channels_last";            // or "channels_first"
  AxisSizes dilation_rate = 1;                          // of the inputs' convolution
  ActivationFunction activation = "tanh";               // of the output
  ActivationFunction recurrent_activation = "sigmoid";  // of the gates
  bool use_bias = true;
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer recurrent_initializer = "orthogonal";
  AnyInitializer bias_initializer = "zeros";
  bool unit_forget_bias = true;  // the bias of the forget gate starts from 1
  AnyRegularizer kernel_regularizer = {};
  AnyRegularizer recurrent_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output, and of the states with return_state
  AnyConstraint kernel_constraint = {};
  AnyConstraint recurrent_constraint = {};
  AnyConstraint bias_constraint = {};
  double dropout = 0;            // of the inputs; the same elements in all steps
  double recurrent_dropout = 0;  // of the state that is multiplied with the recurrent kernel
  std::optional<std::int64_t> seed = {};
  bool return_sequences = false;      // the outputs of all steps instead of the last one
  bool return_state = false;          // after the output, the states behind the last step
  bool go_backwards = false;          // from the last step to the first
  bool stateful = false;              // a sample begins where the one at its place in the batch before ended
  bool unroll = false;                // kept for Keras's sake: there is no graph to unroll
  bool zero_output_for_mask = false;  // the output of a step that a mask hides is 0, not the one before
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What ConvLSTM1D, ConvLSTM2D and ConvLSTM3D share: LSTMCell with convolutions (*) in place of products,
///   a = x * kernel + bias + h₋₁ * recurrent_kernel
/// the first with strides, padding and dilation_rate, the second with "same" padding, so that states have the size of
/// its result.
///   x (batch, time, spatial…, channels)   kernel [kernel_size…, channels, 4 filters]
///   recurrent_kernel [kernel_size…, filters, 4 filters]   bias [4 filters]   h, c (batch, spatial…, filters)
/// States and outputs as in BaseRNN. Throws for filters and sizes that are not above 0, for strides and dilation_rate
/// both above 1, and on inputs whose spatial sizes or channels are unknown. Shi et al., "Convolutional LSTM network",
/// 2015.
class ConvLSTM : public BaseRNN {
 public:
  using BaseRNN::BaseRNN;
  Config config() const override { return config_with_cell_options(); }

 protected:
  /// The rest of the constructor.
  void set_up_convolution(int axes, std::int64_t filters, const AxisSizes& kernel_size, const ConvLSTMOptions& options);
};

#define LINNET_CONV_LSTM(Name)                                                                              \
  class Name final : public LayerOf<Name, ConvLSTM> {                                                       \
   public:                                                                                                  \
    explicit Name(std::int64_t filters, const AxisSizes& kernel_size, const ConvLSTMOptions& options = {}); \
    static AnyLayer from_config(const Config& config);                                                      \
  }

/// LSTMCell over the steps of x, with convolutions in place of products (see ConvLSTM):
///   x [batch, time, steps, channels] -> y [batch, new steps, filters], or [batch, time, new steps, filters] with
///   return_sequences
/// Keras: keras.layers.ConvLSTM1D.
///   ConvLSTM1D(16, 3)(zeros({2, 5, 8, 4}));  // -> [2, 6, 16]
LINNET_CONV_LSTM(ConvLSTM1D);
/// As ConvLSTM1D, for images:
///   x [batch, time, height, width, channels] -> y [batch, new height, new width, filters], or
///   [batch, time, new height, new width, filters] with return_sequences
/// Keras: keras.layers.ConvLSTM2D.
///   ConvLSTM2D layer(4, {3, 3}, {.padding = "same", .return_sequences = true});
///   layer(zeros({1, 3, 6, 6, 2}));  // -> [1, 3, 6, 6, 4]
LINNET_CONV_LSTM(ConvLSTM2D);
/// As ConvLSTM1D, for volumes:
///   x [batch, time, depth, height, width, channels] -> y [batch, new depth, new height, new width, filters], or
///   [batch, time, new depth, new height, new width, filters] with return_sequences
/// Keras: keras.layers.ConvLSTM3D.
///   ConvLSTM3D(2, 3)(zeros({1, 2, 4, 4, 4, 1}));  // -> [1, 2, 2, 2, 2]
LINNET_CONV_LSTM(ConvLSTM3D);
#undef LINNET_CONV_LSTM

}  // namespace linnet
#pragma GCC visibility pop
