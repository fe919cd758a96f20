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
///   Tensor call(const Tensor& x, Mode) override { Tensor y = …; add_metric("sparsity", mean(equal(y, 0))); return y; }
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
