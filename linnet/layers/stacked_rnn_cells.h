// StackedRNNCells: several cells as one.
#pragma once

#include <vector>

#include "linnet/layers/rnn_cell.h"

#pragma GCC visibility push(default)
namespace linnet {

/// One cell above the other: each one's output is the next one's input, the last one's output the output of all:
///   x [batch, features] and states [batch, …] -> y [batch, units of the last] and the new states
/// States are those of the first cell, then those of the second, … Throws unless there is a cell, and all are cells.
/// Keras: keras.layers.StackedRNNCells.
///   RNN(StackedRNNCells({LSTMCell(64), LSTMCell(32)}))(zeros({2, 5, 8}));  // -> [2, 32]
class StackedRNNCells final : public LayerOf<StackedRNNCells, RNNCell> {
 public:
  explicit StackedRNNCells(const std::vector<AnyLayer>& cells, const LayerOptions& options = {});
  std::vector<Shape> state_shapes() const override;
  Shape output_shape() const override;
  Tensors initial_states(std::int64_t batch_size) const override;
  void build(const Shape& input) override;
  Tensors step(const Tensor& x, const Tensors& states, Mode mode) override;
  void begin_sequence() override;
  void end_sequence() override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

  const std::vector<AnyLayer>& cells() const { return sublayers(); }

 private:
  RNNCell& cell(std::size_t i) const { return as_cell(cells()[i], *this); }
};

}  // namespace linnet
#pragma GCC visibility pop
