// Dropout inside of the cells of recurrent layers. Internal.
#pragma once

#include <memory>

#include "linnet/layers/layer.h"

namespace linnet {

/// Drops elements of what a cell multiplies with its weights, in training: the same ones in all steps of a sequence.
/// Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks", 2016.
class CellDropout {
 public:
  CellDropout() = default;  // drops nothing
  CellDropout(double rate, std::shared_ptr<SeedGenerator> generator) : rate_(rate), generator_(std::move(generator)) {}

  bool acts(Mode mode) const { return mode == Mode::train && rate_ > 0; }
  /// x (batch, …) of a step, with the mask of a gate.
  Tensor operator()(const Tensor& x, Mode mode, std::size_t gate = 0);
  /// x (batch, time, …), all steps with the first mask.
  Tensor for_all_steps(const Tensor& x, Mode mode);
  /// x · kernel for `gates` gates side by side, each with a mask of its own.
  Tensor for_each_gate(const Tensor& x, const Tensor& kernel, std::int64_t gates, Mode mode);

  /// The masks stay until end().
  void begin() { keeps_ = true; }
  void end() {
    keeps_ = false;
    masks_.clear();
  }

 private:
  const Tensor& mask(const Tensor& like, std::size_t gate);

  double rate_ = 0;
  std::shared_ptr<SeedGenerator> generator_;
  bool keeps_ = false;
  Tensors masks_;  // by gate
};

/// Of cells with gates, which Keras lets drop nothing at the rate 1.
inline std::shared_ptr<CellDropout> gate_dropout(double rate, const std::shared_ptr<SeedGenerator>& generator) {
  return std::make_shared<CellDropout>(rate < 1 ? rate : 0, generator);
}

}  // namespace linnet
