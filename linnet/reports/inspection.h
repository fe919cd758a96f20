// What a trained model does with data, for its report: answers, and units that never answer. Internal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "linnet/models/model.h"
#include "linnet/reports/diagnosis.h"

namespace linnet::detail {

enum class Task : std::uint8_t { classification, regression };

/// What the output of a model is for, by its loss: a class for each sample, or numbers (also where there is no loss).
Task task_of(const Model& model);
/// "SparseCategoricalCrossentropy"; empty where there is none.
std::string loss_name(const Model& model);

/// The answers of a model with one input and one output to the samples of a data set.
struct Answers {
  Task task = Task::classification;
  std::int64_t samples = 0, outputs = 0;    // outputs: classes, or numbers a sample
  std::vector<float> values = {};           // (samples, outputs): probabilities, or numbers
  std::vector<float> truth = {};            // (samples,) labels, or (samples, outputs) numbers
  std::vector<DeadUnits> relu_layers = {};  // where the layers are known: not in models with a call() of their own

  float value(std::int64_t sample, std::int64_t output) const {
    return values[static_cast<std::size_t>(sample * outputs + output)];
  }
  std::int64_t label(std::int64_t sample) const {
    return static_cast<std::int64_t>(truth[static_cast<std::size_t>(sample)]);
  }
  /// The class with the highest probability.
  std::int64_t guess(std::int64_t sample) const;
};

/// Runs the model over the data, in inference mode, 1000 samples at a time. Empty (no samples) where the model or the
/// data have several inputs or outputs, or an answer is not finite.
Answers answers(Model& model, const Dataset& data);

/// The loss of the best constant answer, from the truth alone; nothing for losses where that is not known.
std::optional<double> baseline_loss(const Model& model, const Answers& answers);

}  // namespace linnet::detail
