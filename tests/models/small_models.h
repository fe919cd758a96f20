// Small models and data for the tests of training.
#pragma once

#include "linnet/base/random.h"
#include "linnet/layers/dense.h"
#include "linnet/layers/dropout.h"
#include "linnet/losses/crossentropy.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/optimizers/optimizers.h"

namespace linnet::testing {

/// y = x · (1, -2, 3): a line that a Dense(1) can learn exactly.
inline Dataset linear_data(std::int64_t samples) {
  SeedGenerator generator(5);
  const Tensor x = random_normal({samples, 3}, 0, 1, float32, &generator);
  return {x, matmul(x, tensor({{1}, {-2}, {3}}))};
}

/// Three classes, told apart by which of three inputs is largest.
inline Dataset class_data(std::int64_t samples) {
  SeedGenerator generator(7);
  const Tensor x = random_normal({samples, 3}, 0, 1, float32, &generator);
  return {x, argmax(x, -1).to(int32)};
}

inline Sequential classifier(double dropout = 0) {
  clear_session();
  set_random_seed(11);
  Sequential model({Dense(8, {.activation = "relu"})});
  if (dropout > 0) model.add(Dropout(dropout));
  model.add(Dense(3));
  model.compile({.optimizer = Adam({.learning_rate = 0.01}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  model.build_for({{-1, 3}});  // draws the weights now, from the seed above
  return model;
}

/// The bytes of all weights, to compare bit by bit.
inline std::vector<float> all_weights(const Model& model) {
  std::vector<float> all;
  for (const Variable& weight : model.weights())
    for (float value : weight.value().to_vector<float>()) all.push_back(value);
  return all;
}

}  // namespace linnet::testing
