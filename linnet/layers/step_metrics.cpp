#include "linnet/layers/step_metrics.h"

#include "linnet/base/check.h"
#include "linnet/ops/reduce.h"
#include "linnet/tensor/autograd.h"

namespace linnet {

namespace {
thread_local StepMetrics* current = nullptr;
}  // namespace

StepMetrics::StepMetrics() : outer_(std::exchange(current, this)) {}
StepMetrics::~StepMetrics() { current = outer_; }

void add_metric(const std::string& name, const Tensor& value) {
  check(!name.empty(), "[add_metric] expected a name");
  if (current == nullptr || value.is_symbolic()) return;
  const NoGrad no_grad;
  current->values_.emplace_back(name, mean(value.to(float32)).item());
}

}  // namespace linnet
