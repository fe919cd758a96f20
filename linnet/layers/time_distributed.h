// TimeDistributed: one layer for each step of a sequence.
#pragma once

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// y[:, t] = layer(x[:, t]) for all steps t:
///   x [batch, time, …] -> y [batch, time, …]
/// The layer sees one batch of all steps at once; only where training changes weights of its own (BatchNormalization),
/// it sees one step after the other, as in Keras. A mask of x, [batch, time, …], is passed on, and the layer sees that
/// of its step. Throws on inputs with fewer than three axes, and for layers with several outputs. Keras:
/// keras.layers.TimeDistributed.
///   TimeDistributed(Dense(4))(zeros({2, 5, 8}));                 // -> [2, 5, 4]
///   TimeDistributed(Conv2D(16, 3))(zeros({2, 5, 8, 8, 1}));      // -> [2, 5, 6, 6, 16]
class TimeDistributed final : public LayerOf<TimeDistributed> {
 public:
  explicit TimeDistributed(const AnyLayer& layer, const LayerOptions& options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  DType compute_output_dtype(DType input) const override { return layer_->compute_output_dtype(input); }
  IntegerInput integer_input() const override { return layer_->integer_input(); }
  bool autocasts() const override { return layer_->autocasts(); }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

  const AnyLayer& layer() const { return layer_; }

 private:
  Shape step_shape(const Shape& input) const;

  AnyLayer layer_;
};

}  // namespace linnet
#pragma GCC visibility pop
