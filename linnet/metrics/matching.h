// What metrics share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/losses/targets.h"

namespace linnet::metrics {

/// Adds what every metric's config has: "dtype".
Config metric_config(Config fields_written);

/// Targets, predictions and weights, element by element.
struct Samples {
  std::vector<float> truth, prediction, weight;  // weight: empty for 1
  double weight_at(std::size_t i) const { return weight.empty() ? 1.0 : static_cast<double>(weight[i]); }
};
/// Of y_true and y_pred of one shape, and a weight that is given axes at its end until it has theirs. With `class_id`,
/// of that element of the last axis alone. Throws `[who] expected …` for shapes that do not fit.
Samples read_samples(const std::string& who, const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight,
                     std::optional<std::int64_t> class_id = {});

/// part / (part + rest), 0 where both are.
std::vector<double> ratio(const std::vector<double>& part, const std::vector<double>& rest);

inline std::string name_or(const std::string& given, const char* otherwise) {
  return given.empty() ? otherwise : given;
}

}  // namespace linnet::metrics
