#include "cli/network.h"

#include <cmath>

#include "linnet/layers/layers.h"
#include "linnet/losses/losses.h"
#include "linnet/metrics/metrics.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::cli {

namespace {

// An optimizer by Keras's name, with the learning rate, if one was given.
AnyOptimizer make_optimizer(const NetworkOptions& options) {
  AnyOptimizer optimizer(options.optimizer);
  if (options.learning_rate) optimizer->set_learning_rate(*options.learning_rate);
  return optimizer;
}

void add_input(Sequential& model, const Dataset& train, bool is_table, const DTypePolicy& policy) {
  Shape batch = train.x[0].shape();
  batch[0] = -1;
  model.add(InputLayer({.batch_shape = batch}));
  if (is_table) {
    Normalization standardize;
    standardize.adapt(train.x[0]);
    model.add(standardize);
  } else {
    model.add(Rescaling(1.0 / 255, {.dtype = policy}));
    model.add(Flatten({.dtype = policy}));
  }
}

// The last layer gives numbers of the size of 1; the targets may be prices.
Rescaling to_units_of(const Dataset& train) {
  const auto targets = train.y[0].to_vector<double>();
  const auto n = static_cast<double>(targets.size());
  double mean = 0, variance = 0;
  for (double value : targets) mean += value / n;
  for (double value : targets) variance += (value - mean) * (value - mean) / n;
  return Rescaling(variance > 0 ? std::sqrt(variance) : 1, {.offset = mean});
}

}  // namespace

NetworkOptions network_defaults(const TrainingData& data, NetworkOptions asked) {
  const bool table = data.description.is_table, folder = !table && data.description.placement == "resize";
  const bool small = (table || folder) && data.train.size() < 10000;
  if (!asked.hidden) asked.hidden = table ? std::vector<std::int64_t>{32} : std::vector<std::int64_t>{64};
  if (!asked.batch_size) asked.batch_size = small ? 16 : 64;
  if (!asked.patience) asked.patience = table && !asked.epochs ? 30 : 0;
  if (!asked.epochs) asked.epochs = table ? (small ? 500 : 100) : small ? 50 : 10;
  if (!asked.dropout) asked.dropout = 0;
  if (!asked.l2) asked.l2 = table ? 1e-3 : 0;
  return asked;
}

Sequential make_network(const NetworkOptions& options, const TrainingData& data) {
  Sequential model;
  const DTypePolicy policy = options.dtype;
  check(is_floating(policy.compute_dtype()),
        "[linnet] expected float32, float64, bfloat16 or mixed_bfloat16 for --dtype, received \"", options.dtype, "\"");
  add_input(model, data.train, data.description.is_table, policy);
  for (std::int64_t units : *options.hidden) {
    model.add(Dense(units, {.activation = relu,
                            .kernel_regularizer = *options.l2 > 0 ? AnyRegularizer(L2(*options.l2)) : AnyRegularizer(),
                            .dtype = policy}));
    if (*options.dropout > 0) model.add(Dropout(*options.dropout, {.dtype = policy}));
  }
  if (data.description.classification) {
    // Scores stay float32: their small differences decide, and they cost next to nothing.
    model.add(Dense(static_cast<std::int64_t>(data.description.classes.size())));
    model.compile({.optimizer = make_optimizer(options),
                   .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy"}});
  } else {
    model.add(Dense(1));
    model.add(to_units_of(data.train));
    model.compile({.optimizer = make_optimizer(options), .loss = "mse", .metrics = {"mae"}});
  }
  return model;
}

}  // namespace linnet::cli
