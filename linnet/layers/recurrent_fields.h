// What the options of recurrent layers and of their cells share. Internal.
#pragma once

#include <algorithm>
#include <cmath>

#include "linnet/layers/fields.h"
#include "linnet/layers/rnn.h"

namespace linnet {

/// Keras's options of the walk through a sequence.
template <class Visitor, class Options>
void sequence_fields(Visitor& visit, Options& o) {
  visit("return_sequences", o.return_sequences);
  visit("return_state", o.return_state);
  visit("go_backwards", o.go_backwards);
  visit("stateful", o.stateful);
  visit("unroll", o.unroll);
  visit("zero_output_for_mask", o.zero_output_for_mask);
}

/// Keras's options of the weights of a cell, and of its dropout.
template <class Visitor, class Options>
void cell_fields(Visitor& visit, Options& o) {
  visit("use_bias", o.use_bias);
  visit("kernel_initializer", o.kernel_initializer);
  visit("recurrent_initializer", o.recurrent_initializer);
  visit("bias_initializer", o.bias_initializer);
  visit("kernel_regularizer", o.kernel_regularizer);
  visit("recurrent_regularizer", o.recurrent_regularizer);
  visit("bias_regularizer", o.bias_regularizer);
  visit("kernel_constraint", o.kernel_constraint);
  visit("recurrent_constraint", o.recurrent_constraint);
  visit("bias_constraint", o.bias_constraint);
  visit("dropout", o.dropout);
  visit("recurrent_dropout", o.recurrent_dropout);
  visit("seed", o.seed);
}

template <class Options>
RNNOptions sequence_options(const Options& o) {
  return {o.return_sequences,     o.return_state, o.go_backwards, o.stateful, o.unroll,
          o.zero_output_for_mask, o.name,         o.trainable,    o.dtype};
}

/// A rate of dropout as Keras takes it: below 0 is 0, above 1 is 1.
inline double clamped_rate(const Layer& layer, const char* option, double rate) {
  check(!std::isnan(rate), "[", layer.class_name(), " \"", layer.name(), "\"] expected ", option,
        " from 0 to 1, received ", rate);
  return std::clamp(rate, 0.0, 1.0);
}

/// Throws unless a cell can be built for steps of this shape.
inline void check_step(const Layer& layer, const Shape& input) {
  check(input.rank() == 2 && input.back() > 0, "[", layer.class_name(), " \"", layer.name(),
        "\"] expected steps of shape (batch, features) with a known number of features, received ", input);
}

inline void check_units(const Layer& layer, std::int64_t units) {
  check(units > 0, "[", layer.class_name(), " \"", layer.name(), "\"] expected units > 0, received ", units);
}

/// The config of a recurrent layer or cell without what chooses between equal computations in Keras.
inline Config without_implementation(Config config) {
  for (const char* key : {"implementation", "use_cudnn"}) config.erase(key);
  return config;
}

/// A cell or recurrent layer of so many `units`, from its config.
template <class Recurrent, class Options>
Recurrent recurrent_from_config(const Config& config, const char* who) {
  Config rest = without_implementation(config);
  rest.erase("units");
  return Recurrent(config.at("units").as_int(), read_options<Options>(rest, who));
}

}  // namespace linnet
