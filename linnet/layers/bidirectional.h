// Bidirectional: a recurrent layer from the first step to the last, and one from the last to the first.
#pragma once

#include <optional>
#include <string>

#include "linnet/layers/rnn.h"

#pragma GCC visibility push(default)
namespace linnet {

struct BidirectionalOptions {
  std::optional<std::string> merge_mode = "concat";  // or "sum", "mul", "ave"; none: both outputs, one after the other
  AnyLayer backward_layer = {};                      // one of your own; default: as `layer`, going backwards
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Two recurrent layers over the same x, in opposite directions, and their outputs merged:
///   x [batch, time, …] -> y [batch, 2 units], or [batch, time, 2 units] with return_sequences; units with "sum", "mul"
///   and "ave"
/// With return_sequences the backward outputs are put back into the order of x first, and hidden steps give 0. The mask
/// of x ends here. The forward layer, and the backward one unless it is given, are new ones with the options of
/// `layer`. Outputs are as the layers' own: with return_state the forward states follow, then the backward ones. Inputs
/// after the first are initial states, first those of the forward layer. Throws for layers that are not recurrent, for
/// two of the same direction, and when they differ in return_sequences, return_state or stateful. Schuster and Paliwal,
/// "Bidirectional recurrent neural networks", 1997. Keras: keras.layers.Bidirectional.
///   Tensor x = zeros({2, 5, 8});
///   Bidirectional(LSTM(64, {.return_sequences = true}))(x);  // -> [2, 5, 128]
///   Bidirectional(GRU(32), {.merge_mode = "sum"})(x);        // -> [2, 32]
class Bidirectional final : public LayerOf<Bidirectional>, public ListArgument {
 public:
  explicit Bidirectional(const AnyLayer& layer, const BidirectionalOptions& options = {});
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  std::string_view list_argument() const override { return "initial_state"; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

  const AnyLayer& forward_layer() const { return forward_layer_; }
  const AnyLayer& backward_layer() const { return backward_layer_; }

 private:
  const BaseRNN& forward() const { return static_cast<const BaseRNN&>(*forward_layer_); }
  const BaseRNN& backward() const { return static_cast<const BaseRNN&>(*backward_layer_); }
  void check_layers() const;
  Tensor merged(const Tensor& y, const Tensor& reverse) const;

  AnyLayer forward_layer_, backward_layer_;
  std::optional<std::string> merge_mode_;
};

}  // namespace linnet
#pragma GCC visibility pop
