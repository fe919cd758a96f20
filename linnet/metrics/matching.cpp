#include "linnet/metrics/matching.h"

#include "linnet/ops/shape.h"

namespace linnet::metrics {

Config metric_config(Config fields_written) {
  fields_written.set("dtype", "float32");
  return fields_written;
}

namespace {
Tensor one_class(const std::string& who, const Tensor& x, std::int64_t class_id) {
  check(x.rank() >= 1 && class_id >= 0 && class_id < x.shape().back(), "[", who, "] expected class_id below ",
        x.rank() == 0 ? 0 : x.shape().back(), ", received ", class_id);
  return squeeze(slice(x, -1, class_id, class_id + 1), -1);
}
}  // namespace

Samples read_samples(const std::string& who, const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight,
                     std::optional<std::int64_t> class_id) {
  auto [truth, prediction] = match_ranks(y_true, y_pred);
  check(truth.shape() == prediction.shape(), "[", who, "] expected y_true of y_pred's shape ", y_pred.shape(),
        ", received ", y_true.shape());
  if (class_id) {
    truth = one_class(who, truth, *class_id);
    prediction = one_class(who, prediction, *class_id);
  }
  Samples samples{truth.to_vector<float>(), prediction.to_vector<float>(), {}};
  if (!sample_weight.defined()) return samples;
  Tensor weight = sample_weight;
  while (weight.rank() < prediction.rank()) weight = expand_dims(weight, -1);
  samples.weight = broadcast_to(weight, prediction.shape()).to_vector<float>();
  return samples;
}

std::vector<double> ratio(const std::vector<double>& part, const std::vector<double>& rest) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < part.size(); ++i)
    ratios.push_back(part[i] + rest[i] == 0 ? 0 : part[i] / (part[i] + rest[i]));
  return ratios;
}

}  // namespace linnet::metrics
