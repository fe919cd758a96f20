// Losses of sequences and of sets: CTC compares a sequence of outputs with a text, Circle all samples of a batch with
// one another.
#pragma once

#include <string>

#include "linnet/losses/loss.h"

#pragma GCC visibility push(default)
namespace linnet {

struct CTCOptions {
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "ctc";
};
/// Connectionist temporal classification: -log of the probability that a sequence of outputs, one a time step, spells a
/// label, whatever the timing. y_true: symbols 1 … classes - 1, [batch, length], filled up with 0, the blank, at their
/// end; y_pred: logits [batch, time, classes]. Graves et al., 2006 (see ctc_loss). Keras: keras.losses.CTC.
///   Tensor label = tensor({{1, 0}}, int32);  // spelled by "1_", "_1" and "11": 3 of the 9 ways of 2 steps, log 3
///   CTC()(label, zeros({1, 2, 3}));          // -> 1.0986
class CTC final : public Loss {
 public:
  using Options = CTCOptions;
  static constexpr const char* class_name_of = "CTC";
  explicit CTC(Options options = {}) : Loss(options.name, options.reduction) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override { return base_config(); }
};

struct CircleOptions {
  double gamma = 80, margin = 0.4;
  bool remove_diagonal = true;  // a sample is not compared with itself
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "circle";
};
/// For embeddings of length 1: samples of one class near one another, others far. y_true: class numbers [batch] (or
/// [batch, 1]); y_pred: embeddings [batch, d]. With d the cosine distances 1 - y_pred y_predᵀ, not below 0:
/// log(1 + exp(P + N)), P = log Σ exp(-gamma (margin + d) (margin - d)) over the others of the class,
/// N = log Σ exp(gamma max(1 + margin - d, 0) (1 - margin - d)) over those of other classes. Samples without either do
/// not count in the mean. Sun et al., 2020.
///   Tensor classes = tensor({0, 0, 1}, int32);
///   Circle()(classes, tensor({{1, 0}, {1, 0}, {0, 1}}));  // -> 0
class Circle final : public Loss {
 public:
  using Options = CircleOptions;
  static constexpr const char* class_name_of = "Circle";
  explicit Circle(Options options = {}) : Loss(options.name, options.reduction), options_(std::move(options)) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  /// The values where each sample is compared with embeddings kept elsewhere, ref_embeddings [n, d] of the classes
  /// ref_labels [n]; remove_diagonal leaves out the one at the sample's own place.
  Tensor compare(const Tensor& y_true, const Tensor& y_pred, const Tensor& ref_labels,
                 const Tensor& ref_embeddings) const;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
