// Metrics that layers report while they compute.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// In the call() of a layer or model: a number that training and evaluation show beside the loss, as the mean over the
/// batches, weighted by their sizes. Several reports of one name in a step add up to their mean. Outside of fit(),
/// evaluate() and their kind nothing happens. Keras: add_metric.
///   class Sparse final : public LayerOf<Sparse> {
///    public:
///     Sparse() : LayerOf("Sparse", {}) {}
///     Tensor call(const Tensor& x, Mode) override {
///       const Tensor y = relu(x);
///       add_metric("sparsity", mean(equal(y, 0).to(float32)));
///       return y;
///     }
///   };
///   Sequential model({Sparse(), Dense(1)});
///   model.compile({.loss = "mse"});
///   model.fit(tensor({{-1, 2}, {-3, -4}}), ones({2, 1}), {.verbose = 0})["sparsity"];  // -> {0.75}
void add_metric(const std::string& name, const Tensor& value);

/// While it lives, what add_metric() says on this thread is collected here.
class StepMetrics {
 public:
  StepMetrics();
  ~StepMetrics();
  StepMetrics(const StepMetrics&) = delete;
  StepMetrics& operator=(const StepMetrics&) = delete;
  const std::vector<std::pair<std::string, double>>& values() const { return values_; }

 private:
  friend void add_metric(const std::string& name, const Tensor& value);
  std::vector<std::pair<std::string, double>> values_;
  StepMetrics* outer_;
};

}  // namespace linnet
#pragma GCC visibility pop
