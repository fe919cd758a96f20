// What a report learns from a model by asking it: answers, units that never answer, and what guessing would give.
#include "linnet/reports/inspection.h"

#include <gmock/gmock.h>

#include <cmath>

#include "linnet/initializers/initializers.h"
#include "linnet/layers/layers.h"
#include "linnet/losses/crossentropy.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/elementwise.h"
#include "linnet/optimizers/optimizers.h"

namespace linnet {
namespace {

using detail::Answers;
using detail::answers;
using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::IsEmpty;

std::vector<std::string> paths(const Model& model) {
  std::vector<std::string> all;
  for (const Variable& weight : model.weights()) all.push_back(weight.path());
  return all;
}

class Inspection : public ::testing::Test {
 protected:
  void SetUp() override {
    clear_session();
    set_random_seed(4);
  }

  static void expect_predictions(Model& model, const Dataset& data) {
    model.compile({.loss = "mse"});
    const Answers found = answers(model, data);
    EXPECT_EQ(found.samples, data.size());
    EXPECT_EQ(found.values, model.predict(data.x[0], {.verbose = 0}).to_vector<float>());
  }
};

TEST_F(Inspection, AUnitIsDeadIfNoSampleWakesIt) {
  Sequential model({InputLayer({.batch_shape = Shape{-1, 2}}), Dense(3, {.name = "hidden"}), ReLU({.name = "relu"}),
                    LeakyReLU({.name = "leaky"}), Dense(1, {.activation = relu, .name = "answer"})});
  model.set_weights({tensor({{1, 0, -1}, {0, 1, -1}}), zeros({3}), full({3, 1}, 1), zeros({1})});
  model.compile({.loss = "mse"});
  const Dataset data(tensor({{1, -1}, {-1, 1}, {2, 2}}), zeros({3, 1}));
  const std::vector<std::string> before = paths(model);
  EXPECT_THAT(answers(model, data).relu_layers, ElementsAre(FieldsAre("relu", 1, 3), FieldsAre("answer", 0, 1)));
  EXPECT_THAT(answers(model, data.slice(0, 1)).relu_layers,
              ElementsAre(FieldsAre("relu", 2, 3), FieldsAre("answer", 0, 1)));
  EXPECT_EQ(paths(model), before);
}

TEST_F(Inspection, ASharedLayerLivesInAnyOfItsCalls) {
  const Tensor x = Input({1});
  Dense shared(3, {.activation = relu, .name = "shared"});
  const Tensor both = Add()({shared(x), shared(Rescaling(-1)(x))});
  Model model(x, Dense(1, {.name = "answer"})(both));
  shared.set_weights({tensor({{1, -1, 0}}), tensor({0, 0, -1})});
  model.compile({.loss = "mse"});
  const Dataset data(tensor({{1}, {2}}), zeros({2, 1}));
  EXPECT_THAT(answers(model, data).relu_layers, ElementsAre(FieldsAre("shared", 1, 3)));
}

TEST_F(Inspection, AnswersAreThePredictions) {
  const Dataset data(random_normal({1500, 2}), zeros({1500, 1}));  // more than are asked at once
  Sequential unbuilt({Dense(4, {.activation = relu}), Dropout(0.5), Dense(1)});
  expect_predictions(unbuilt, data);
  const Tensor x = Input({2});
  Model nested(x, Add()({Dense(1)(x), unbuilt(x)}));
  expect_predictions(nested, data);
}

TEST_F(Inspection, AMissingLastAxisOfSizeOneIsAdded) {
  Sequential model({InputLayer({.batch_shape = Shape{-1, 2, 2, 1}}), Flatten(), Dense(1)});
  expect_predictions(model, {random_normal({5, 2, 2}), zeros({5, 1})});
}

class Doubled final : public LayerOf<Doubled, Model> {
 public:
  Doubled() : LayerOf("Doubled", LayerOptions()) {}
  Tensor call(const Tensor& x, Mode) override { return 2 * hidden_(x); }

 private:
  Dense hidden_ = track(Dense(1, {.activation = relu}));
};

TEST_F(Inspection, ACallOfItsOwnIsNotLookedInto) {
  Doubled model;
  const Dataset data(random_normal({5, 2}), zeros({5, 1}));
  expect_predictions(model, data);
  EXPECT_THAT(answers(model, data).relu_layers, IsEmpty());
}

TEST_F(Inspection, WhatHasNoSingleFiniteAnswerHasNone) {
  const Tensor x = Input({2}), y = Input({2});
  const Tensor numbers = ones({3, 2}), targets = zeros({3, 1});
  Model two_inputs({x, y}, {Dense(1)(Add()({x, y}))}), two_outputs({x}, {Dense(1)(x), Dense(1)(x)});
  Sequential broken({Dense(1, {.bias_initializer = Constant(INFINITY)})});
  EXPECT_EQ(answers(two_inputs, {Tensors{numbers, numbers}, Tensors{targets}}).samples, 0);
  EXPECT_EQ(answers(two_outputs, {Tensors{numbers}, Tensors{targets, targets}}).samples, 0);
  EXPECT_EQ(answers(two_outputs, {numbers, targets}).samples, 0);
  EXPECT_EQ(answers(broken, {numbers, targets}).samples, 0);
}

// ---- probabilities and what guessing would give

TEST_F(Inspection, ScoresAreProbabilitiesOfAllClasses) {
  Sequential yes_or_no({Dense(1)});
  yes_or_no.build_for({{-1, 1}});
  yes_or_no.set_weights({ones({1, 1}), zeros({1})});
  yes_or_no.compile({.loss = BinaryCrossentropy({.from_logits = true})});
  const Dataset scores(tensor({{std::log(3.0)}, {-std::log(3.0)}, {0.1}, {-0.1}}), tensor({{1}, {0}, {0}, {1}}));
  const Answers two = answers(yes_or_no, scores);
  EXPECT_EQ(two.outputs, 2);
  EXPECT_FLOAT_EQ(two.value(0, 1), 0.75F);
  EXPECT_FLOAT_EQ(two.value(1, 1), 0.25F);
  EXPECT_FLOAT_EQ(two.value(1, 0), 0.75F);
  EXPECT_EQ(two.guess(2), 1);
  EXPECT_EQ(two.label(2), 0);

  Sequential one_of_three({Softmax()});
  one_of_three.compile({.loss = "categorical_crossentropy"});
  const Answers three = answers(one_of_three, {tensor({{std::log(2.0), 0.0, 0.0}}), tensor({{0, 0, 1}})});
  EXPECT_FLOAT_EQ(three.value(0, 0), 0.5F);
  EXPECT_EQ(three.guess(0), 0);
  EXPECT_EQ(three.label(0), 2);
}

std::optional<double> baseline(Sequential model, const AnyLoss& loss, const Dataset& data) {
  model.compile({.loss = loss});
  return baseline_loss(model, answers(model, data));
}

TEST_F(Inspection, GuessingCostsTheEntropyOrTheSpread) {
  const Tensor x = zeros({4, 1});
  const double entropy = -0.75 * std::log(0.75) - 0.25 * std::log(0.25);
  EXPECT_DOUBLE_EQ(
      *baseline({Dense(2)}, SparseCategoricalCrossentropy({.from_logits = true}), {x, tensor({0, 1, 0, 0}).to(int32)}),
      entropy);
  EXPECT_DOUBLE_EQ(*baseline({Dense(1)}, BinaryCrossentropy({.from_logits = true}), {x, tensor({{0}, {1}, {0}, {0}})}),
                   entropy);
  const Tensor y = tensor({{0}, {0}, {2}, {6}});  // mean 2, median 0 to 2
  EXPECT_DOUBLE_EQ(*baseline({Dense(1)}, "mse", {x, y}), (4 + 4 + 0 + 16) / 4.0);
  EXPECT_DOUBLE_EQ(*baseline({Dense(1)}, "mae", {x, y}), (0 + 0 + 2 + 6) / 4.0);
  EXPECT_EQ(baseline({Dense(1)}, "huber", {x, y}), std::nullopt);
}

}  // namespace
}  // namespace linnet
