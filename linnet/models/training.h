// What compile() makes and fit() keeps: the training half of a Model. Internal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/step_metrics.h"
#include "linnet/models/model.h"

namespace linnet {

/// Keras's Mean tracker: values weighted by the number of samples they stand for, added up in float32.
struct WeightedMean {
  float sum = 0, weight = 0;
  void add(double value, double samples) {
    sum += static_cast<float>(value) * static_cast<float>(samples);
    weight += static_cast<float>(samples);
  }
  double result() const { return weight == 0 ? 0 : sum / weight; }
  void reset() { sum = weight = 0; }
};

/// The loss and the metrics of one output of the model.
struct OutputTraining {
  std::string name;  // of the output layer; prefixes metric names where a model has several outputs
  AnyLoss loss;      // none: this output is not trained
  std::optional<double> loss_weight;
  std::vector<AnyMetric> metrics, weighted_metrics;
  WeightedMean loss_tracker;
};

/// Where the fit that is running stands: what a backup holds besides the model, and a resumed fit begins with.
struct FitProgress {
  int epoch = 0;
  std::int64_t step = 0;  // batches of the epoch that are done
  History history = {};
  bool interrupted = false;  // Ctrl-C: this batch is the last
  std::int64_t samples = 0, batch_size = 0;
  std::vector<AnyCallback> callbacks = {};  // as given to fit
};

struct Model::Training {
  CompileOptions options;
  AnyOptimizer optimizer;
  std::vector<OutputTraining> outputs;  // empty until the first batch is seen: "accuracy" depends on its shapes
  WeightedMean loss_tracker;
  std::map<std::string, WeightedMean> reported;  // by layers, with add_metric()
  Variables trainable_weights;                   // of the fit that is running
  Tensors predictions;                           // of the step that is running, as the gradients: kept for their memory
  Gradients gradients;
  bool stop = false;
  bool reports_non_finite = true;  // a callback (TerminateOnNaN) takes care of a loss that is not finite otherwise
  FitProgress progress;

  // The order of the samples is a function of (shuffle_seed, passes): both are saved, so training goes on after a load
  // with the order it would have had.
  std::optional<std::uint64_t> shuffle_seed;
  std::uint64_t passes = 0;
  std::int64_t position = 0;  // samples of the present pass that fit has taken

  void resolve(const Model& model, const Tensors& y_true, const Tensors& y_pred);
  /// Then each is shown beside their sum.
  bool has_several_losses() const;
};

/// y = model(x); what y held goes first, its memory stays.
void forward(Model& model, const Tensors& x, Mode mode, Tensors& y);
/// Adds what the layers have reported in this step; several reports of one name are one, their mean.
void update_reported(Model& model, const Batch& batch, const StepMetrics& reported);
/// Reorders a data set with names by the names of the model's inputs and outputs; throws naming what is missing.
Dataset match_names(const Model& model, Dataset data);
/// Builds the model for this data set, if it is not built, and learns the names of its outputs, if targets have them.
void build_for_data(Model& model, const Dataset& data);
/// Names the weights as the model did when it was made. Its layers may since have become part of another model, whose
/// paths they have then: an encoder's, of an autoencoder.
void set_own_paths(const Model& model);

class Feed;
/// Runs evaluation batches with the test hooks of `callbacks`; what evaluate() and validation share. To be called after
/// feed.begin_epoch().
Logs run_test(Model& model, Feed& feed, std::optional<std::int64_t> steps, const std::vector<AnyCallback>& callbacks);

}  // namespace linnet
