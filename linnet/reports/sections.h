// The parts of a report as data for its page. Internal.
#pragma once

#include <string>
#include <vector>

#include "linnet/reports/inspection.h"
#include "linnet/reports/report.h"

namespace linnet::detail {

/// {"classes", "counts": rows of truth by columns of answers, "samples"}; null for a regression.
Value confusion_section(const Answers& answers, const Dataset& data);
/// The samples whose true class was thought least probable, with pictures where the inputs are some.
Value mistakes_section(const Answers& answers, const Dataset& data);
/// {"points", "worst", "mae", "rmse", "r2", …}; null for a classification.
Value regression_section(const Answers& answers, const std::string& target);
/// The kernel of the first layer with one, as a picture a unit or a bar a feature; null where it is neither.
Value weights_section(const Model& model, const Dataset& data, const std::vector<std::string>& feature_names);
/// {"layers", "total" and "trainable" (parameters), "text": what summary() prints}; of a compiled model "optimizer",
/// "learning_rate" and "loss" too.
Config model_section(const Model& model);
/// What the run ran on, as a list of [key of a text, value].
List environment_section();

/// Bytes as text.
std::string base64(const std::vector<std::uint8_t>& bytes);

}  // namespace linnet::detail
