// Trainings of a second, and what is known of them.
#pragma once

#include <memory>

#include "linnet/data/datasets.h"
#include "linnet/initializers/initializers.h"
#include "linnet/layers/dense.h"
#include "linnet/layers/dropout.h"
#include "linnet/layers/input.h"
#include "linnet/layers/rescaling.h"
#include "linnet/layers/shape_layers.h"
#include "linnet/losses/crossentropy.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/reports/inspection.h"
#include "linnet/reports/run_recorder.h"
#include "support/temporary_folder.h"

namespace linnet {

struct Trained {
  Sequential model;
  Dataset train, validation;
  Evidence evidence;
};

/// Fits, and gathers what a report would know; an error of fit is part of it.
inline Trained trained(Sequential model, const Dataset& train, const Dataset& validation, int epochs,
                       std::int64_t batch_size) {
  auto recorder = std::make_shared<RunRecorder>();
  Trained run{model, train, validation, {}};
  try {
    model.fit(train, {.epochs = epochs,
                      .batch_size = batch_size,
                      .validation_data = validation,
                      .verbose = 0,
                      .callbacks = {recorder}});
  } catch (const Error& error) {
    run.evidence.failure = error.what();
  }
  const detail::Answers answers = detail::answers(model, validation);
  run.evidence.history = recorder->history();
  run.evidence.dead_units = answers.relu_layers;
  run.evidence.baseline_loss = baseline_loss(model, answers);
  return run;
}

struct DigitOptions {
  AnyOptimizer optimizer = Adam();
  std::int64_t samples = 2000;
  std::int64_t hidden = 64;
  double dropout = 0;
  double bias = 0;  // at the start, of the hidden layer
  int epochs = 3;
};

/// The first digits of MNIST, 500 of them for validation.
inline Trained train_digits(const DigitOptions& options) {
  clear_session();
  set_random_seed(1);
  const auto [train, test] = datasets::mnist(LINNET_SOURCE_DIR "/data/mnist");
  Sequential model({InputLayer({.batch_shape = Shape{-1, 28, 28}}), Rescaling(1.0 / 255), Flatten(),
                    Dense(options.hidden, {.activation = relu, .bias_initializer = Constant(options.bias)})});
  if (options.dropout > 0) model.add(Dropout(options.dropout));
  model.add(Dense(10));
  model.compile({.optimizer = options.optimizer,
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  Dataset few = train.slice(0, options.samples), validation = test.slice(0, 500);
  few.name = "mnist (train)";
  validation.name = "mnist (test)";
  return trained(model, few, validation, options.epochs, 64);
}

/// y = x · (1, -2, 3) + noise, by a Dense(1).
inline Trained train_line(const AnyOptimizer& optimizer) {
  clear_session();
  set_random_seed(1);
  SeedGenerator generator(5);
  const auto data = [&](std::int64_t samples) {
    const Tensor x = random_normal({samples, 3}, 0, 1, float32, &generator);
    const Tensor noise = random_normal({samples, 1}, 0, 0.3, float32, &generator);
    return Dataset(x, matmul(x, tensor({{1}, {-2}, {3}})) + noise);
  };
  Sequential model({Dense(1)});
  model.compile({.optimizer = optimizer, .loss = "mse"});
  return trained(model, data(400), data(100), 12, 16);
}

}  // namespace linnet
