#include "linnet/data/dataset.h"

#include <utility>

#include "linnet/ops/shape.h"

namespace linnet {

namespace {

void check_samples(const Tensors& tensors, std::string_view what, std::int64_t samples) {
  for (const Tensor& tensor : tensors) {
    check(tensor.defined(), "[Dataset] expected ", what, " with numbers, received an empty tensor");
    check(tensor.rank() > 0, "[Dataset] expected ", what, " whose first axis counts the samples, received a scalar");
    check(tensor.shape()[0] == samples, "[Dataset] expected as many ", what, " as samples (", samples,
          "), received shape ", tensor.shape(), "; the first axis of every tensor counts the samples");
  }
}

Tensors slice_all(const Tensors& tensors, std::int64_t first, std::int64_t last) {
  Tensors parts;
  parts.reserve(tensors.size());
  for (const Tensor& tensor : tensors)
    parts.push_back(tensor.defined() ? linnet::slice(tensor, 0, first, last) : tensor);
  return parts;
}

Tensors list_of(Tensor tensor) {
  Tensors list;
  if (tensor.defined()) list.push_back(std::move(tensor));
  return list;
}

}  // namespace

Dataset::Dataset(const Dataset&) = default;
Dataset::Dataset(Dataset&&) noexcept = default;
Dataset& Dataset::operator=(const Dataset&) = default;
Dataset& Dataset::operator=(Dataset&&) noexcept = default;
Dataset::~Dataset() = default;

Dataset::Dataset(Tensor inputs, Tensor targets, Tensor weights)
    : Dataset(list_of(std::move(inputs)), list_of(std::move(targets)), std::move(weights)) {}

Dataset::Dataset(Tensors inputs, Tensors targets, Tensor weights)
    : x(std::move(inputs)), y(std::move(targets)), sample_weight(std::move(weights)) {
  check(!x.empty(), "[Dataset] expected at least one input tensor, received none");
  check(x[0].defined() && x[0].rank() > 0, "[Dataset] expected inputs whose first axis counts the samples, received ",
        x[0].defined() ? "a scalar" : "an empty tensor");
  check_samples(x, "inputs", size());
  check_samples(y, "targets", size());
  if (sample_weight.defined()) check_samples({sample_weight}, "sample weights", size());
}

Dataset Dataset::slice(std::int64_t first, std::int64_t last) const {
  check(first >= 0 && first <= last && last <= size(), "[Dataset] expected 0 <= first <= last <= ", size(),
        ", received first = ", first, ", last = ", last);
  Dataset part = *this;
  part.x = slice_all(x, first, last);
  part.y = slice_all(y, first, last);
  part.target_weights = slice_all(target_weights, first, last);
  if (sample_weight.defined()) part.sample_weight = linnet::slice(sample_weight, 0, first, last);
  return part;
}

}  // namespace linnet
