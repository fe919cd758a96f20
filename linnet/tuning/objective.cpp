#include "linnet/tuning/objective.h"

#include <array>
#include <limits>
#include <string_view>

#include "linnet/base/check.h"
#include "linnet/losses/loss.h"
#include "linnet/metrics/metric.h"

namespace linnet {

namespace {

// Keras's metrics that are better when larger, as names of the logs and of the classes.
constexpr std::array rising = {"acc",
                               "accuracy",
                               "binary_accuracy",
                               "categorical_accuracy",
                               "sparse_categorical_accuracy",
                               "top_k_categorical_accuracy",
                               "sparse_top_k_categorical_accuracy",
                               "true_positives",
                               "true_negatives",
                               "precision",
                               "recall",
                               "auc",
                               "sensitivity_at_specificity",
                               "specificity_at_sensitivity"};

bool is_known(const std::string& name) {
  try {
    return Metric::get(name) != nullptr;
  } catch (const Error&) {
  }
  try {
    return Loss::get(name) != nullptr;
  } catch (const Error&) {
    return false;
  }
}

std::string direction_of(const std::string& name) {
  std::string metric = name;
  for (const std::string_view prefix : {"val_", "weighted_"})
    if (metric.starts_with(prefix)) metric.erase(0, prefix.size());
  for (const char* each : rising)
    if (metric == each) return "max";
  if (metric == "AUC") return "max";
  if (metric == "loss" || metric == "crossentropy" || metric == "ce" || is_known(metric)) return "min";
  fail("[Objective] could not infer the direction (\"min\" or \"max\") for the unknown metric \"", name,
       "\"; please specify it: Objective(\"", name, "\", \"min\")");
}

}  // namespace

Objective::Objective(const std::string& name) : Objective(name, direction_of(name)) {}

Objective::Objective(std::string name, std::string direction)
    : name_(std::move(name)), direction_(std::move(direction)) {
  check(!name_.empty(), "[Objective] expected the name of a loss or metric, received an empty one");
  check(direction_ == "min" || direction_ == "max", "[Objective] expected direction \"min\" or \"max\", received \"",
        direction_, "\"");
}

double Objective::worst() const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return direction_ == "max" ? -infinity : infinity;
}

}  // namespace linnet
