// RNNCell: one step of a recurrence. RNN (layers/rnn.h) walks with a cell through a sequence.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "linnet/layers/layer.h"
#include "linnet/layers/list_argument.h"

#pragma GCC visibility push(default)
namespace linnet {

/// A whole sequence in a cell's hands.
struct SequenceResult {
  Tensor outputs;  // of all steps, (batch, time, …); where a mask hides a step, what was there before
  Tensors states;  // after the last step
};

/// What computes one step of a sequence: a layer whose inputs are x [batch, …] and its states [batch, …], and whose
/// outputs are the step's output and the new states. Keras's cells are SimpleRNNCell, LSTMCell and GRUCell; one of your
/// own says what its states look like and what a step is:
///   class Sums final : public LayerOf<Sums, RNNCell> {  // h = x · kernel + h₋₁
///    public:
///     explicit Sums(std::int64_t units) : LayerOf("Sums", {}), units_(units) {}
///     std::vector<Shape> state_shapes() const override { return {{units_}}; }
///     void build(const Shape& x) override { add_weight(kernel_, "kernel", {x.back(), units_}, "ones"); }
///     Tensors step(const Tensor& x, const Tensors& states, Mode) override {
///       const Tensor h = matmul(x, kernel_) + states[0];
///       return {h, h};
///     }
///
///    private:
///     std::int64_t units_;
///     Variable kernel_;
///   };
///   RNN(Sums(1))(tensor({{{1, 2}, {3, 4}}}));  // -> {{10}}
class RNNCell : public Layer, public ListArgument {
 public:
  using Layer::Layer;

  /// Shapes of the states, without the batch axis; asked for when the cell is built. Keras: state_size.
  virtual std::vector<Shape> state_shapes() const = 0;
  /// Shape of a step's output, without the batch axis; here that of the first state. Keras: output_size.
  virtual Shape output_shape() const { return state_shapes().at(0); }
  /// {output, new states…} from x (batch, …) and the states.
  virtual Tensors step(const Tensor& x, const Tensors& states, Mode mode) = 0;
  /// The states before the first step, here zeros. Keras: get_initial_state().
  virtual Tensors initial_states(std::int64_t batch_size) const;

  // ---- what RNN calls around the steps of a sequence
  /// All steps of x (batch, time, …) at once, where the cell has a faster way than step after step; steps that `mask`
  /// (batch, time; empty: none) hides leave the states as they are.
  virtual std::optional<SequenceResult> whole_sequence(const Tensor& x, const Tensors& states, const Tensor& mask,
                                                       Mode mode);
  /// Until end_sequence(), steps belong together: a cell with dropout drops the same elements in all of them.
  virtual void begin_sequence() {}
  virtual void end_sequence() {}

  // ---- as a layer
  /// Builds for the shape of x; the states' shapes follow from it.
  void build_many(const Shapes& inputs) override;
  /// step(xs[0], the others).
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  std::string_view list_argument() const override { return "states"; }
};

/// `layer` as a cell. Throws `[RNN "rnn"] expected a cell …` if it is none; `who` is the layer around it.
RNNCell& as_cell(const AnyLayer& layer, const Layer& who);

}  // namespace linnet
#pragma GCC visibility pop
