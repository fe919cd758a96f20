#include "cli/network.h"

#include <cmath>

#include "cli/arguments.h"
#include "cli/language.h"
#include "linnet/layers/layers.h"
#include "linnet/losses/losses.h"
#include "linnet/metrics/metrics.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/optimizers/schedules.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::cli {

namespace {

// An optimizer by Keras's name, with the learning rate, if one was given, which may fall to 0 over all steps.
AnyOptimizer make_optimizer(const NetworkOptions& options, const Dataset& train) {
  AnyOptimizer optimizer(options.optimizer);
  if (options.learning_rate) optimizer->set_learning_rate(*options.learning_rate);
  if (options.decay == "none") return optimizer;
  const std::int64_t steps = *options.epochs * ((train.size() + *options.batch_size - 1) / *options.batch_size);
  Config config = optimizer->config();
  config.set(
      "learning_rate",
      to_value(LearningRate(CosineDecay({.initial_learning_rate = optimizer->learning_rate(), .decay_steps = steps}))));
  return Optimizer::from_config(Config{{"class_name", optimizer->class_name()}, {"config", config}});
}

bool is_convolutional(const NetworkOptions& options) { return options.model == "cnn"; }

void check_model(const NetworkOptions& options, const TrainingData& data) {
  if (options.model != "dense" && !is_convolutional(options))
    throw UsageError(words({"--model: expected dense or cnn, received {}", "--model：应为 dense 或 cnn，收到的是 {}"},
                           options.model));
  if (options.decay != "none" && options.decay != "cosine")
    throw UsageError(words(
        {"--decay: expected none or cosine, received {}", "--decay：应为 none 或 cosine，收到的是 {}"}, options.decay));
  if (is_convolutional(options) && data.description.is_table)
    throw UsageError(words({"--model cnn is for pictures; {} is a table", "--model cnn 用于图片；{} 是表格"},
                           data.description.data));
}

// Each looks at squares of 3 x 3; pooling halves the picture. The second has twice the filters.
void add_convolutions(Sequential& model, const Shape& picture, const DTypePolicy& policy) {
  if (picture.rank() == 2) model.add(Reshape({picture[0], picture[1], 1}, {.dtype = policy}));  // grey: one channel
  for (std::int64_t filters : {32, 64}) {
    model.add(Conv2D(filters, 3, {.activation = relu, .dtype = policy}));
    model.add(MaxPooling2D(2, {.dtype = policy}));
  }
}

void add_input(Sequential& model, const NetworkOptions& options, const TrainingData& data) {
  const Dataset& train = data.train;
  Shape batch = train.x[0].shape();
  batch[0] = -1;
  model.add(InputLayer({.batch_shape = batch}));
  if (data.description.is_table) {
    Normalization standardize;
    standardize.adapt(train.x[0]);
    model.add(standardize);
    return;
  }
  const DTypePolicy policy = options.dtype;
  model.add(Rescaling(1.0 / 255, {.dtype = policy}));
  if (is_convolutional(options)) add_convolutions(model, batch.slice(1, batch.rank()), policy);
  model.add(Flatten({.dtype = policy}));
  if (is_convolutional(options) && *options.dropout > 0) model.add(Dropout(*options.dropout, {.dtype = policy}));
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
  const bool small = (table || folder) && data.train.size() < 10000, cnn = is_convolutional(asked);
  if (!asked.hidden) asked.hidden = cnn ? std::vector<std::int64_t>{} : std::vector<std::int64_t>{table ? 32 : 64};
  if (!asked.batch_size) asked.batch_size = small ? 16 : cnn ? 32 : 64;
  if (!asked.patience) asked.patience = table && !asked.epochs ? 30 : 0;
  const bool digits = data.description.data == "mnist";  // the easiest pictures that there are
  if (!asked.epochs) asked.epochs = table ? (small ? 500 : 100) : small ? 50 : cnn && digits ? 5 : 10;
  if (asked.decay.empty()) asked.decay = cnn && !small && !asked.learning_rate ? "cosine" : "none";
  if (!asked.learning_rate && asked.decay == "cosine" && asked.optimizer == "adam") asked.learning_rate = 0.003;
  if (!asked.dropout) asked.dropout = !cnn ? 0 : digits ? 0.4 : 0.25;
  if (!asked.l2) asked.l2 = table ? 1e-3 : 0;
  return asked;
}

Sequential make_network(const NetworkOptions& options, const TrainingData& data) {
  check_model(options, data);
  Sequential model;
  const DTypePolicy policy = options.dtype;
  check(is_floating(policy.compute_dtype()),
        "[linnet] expected float32, float64, bfloat16 or mixed_bfloat16 for --dtype, received \"", options.dtype, "\"");
  add_input(model, options, data);
  for (std::int64_t units : *options.hidden) {
    model.add(Dense(units, {.activation = options.activation,
                            .kernel_regularizer = *options.l2 > 0 ? AnyRegularizer(L2(*options.l2)) : AnyRegularizer(),
                            .dtype = policy}));
    if (*options.dropout > 0) model.add(Dropout(*options.dropout, {.dtype = policy}));
  }
  if (data.description.classification) {
    // Scores stay float32: their small differences decide, and they cost next to nothing.
    model.add(Dense(static_cast<std::int64_t>(data.description.classes.size())));
    model.compile({.optimizer = make_optimizer(options, data.train),
                   .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy"}});
  } else {
    model.add(Dense(1));
    model.add(to_units_of(data.train));
    model.compile({.optimizer = make_optimizer(options, data.train), .loss = "mse", .metrics = {"mae"}});
  }
  return model;
}

}  // namespace linnet::cli
