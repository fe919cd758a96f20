#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>

#include "linnet/base/thread_pool.h"
#include "linnet/losses/regression.h"
#include "linnet/models/callbacks.h"
#include "linnet/models/progress_bar.h"
#include "linnet/tensor/autograd.h"
#include "support/silence.h"
#include "tests/models/small_models.h"

namespace linnet {
namespace {

using testing::all_weights;
using testing::class_data;
using testing::classifier;
using ::testing::HasSubstr;
using testing::linear_data;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Fit, LearnsALine) {
  set_random_seed(3);
  Sequential model({Dense(1)});
  model.compile({.optimizer = SGD({.learning_rate = 0.1}), .loss = "mse", .metrics = {"mae"}});
  const Dataset data = linear_data(200);
  const History history = model.fit(data, {.epochs = 20, .batch_size = 20, .verbose = 0});
  EXPECT_EQ(history.epoch.size(), 20U);
  EXPECT_LT(history["loss"].back(), 1e-6);
  EXPECT_LT(history["mae"].back(), 1e-3);
  const std::vector<float> kernel = model.weights()[0].value().to_vector<float>();
  EXPECT_NEAR(kernel[0], 1, 1e-3);
  EXPECT_NEAR(kernel[1], -2, 1e-3);
  EXPECT_NEAR(kernel[2], 3, 1e-3);
}

TEST(Fit, LossOfAnEpochWeighsBatchesBySize) {
  // One epoch without learning: the mean over 5 samples in batches of 2, 2 and 1.
  Sequential model({Dense(1, {.kernel_initializer = "zeros"})});
  model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = "mse"});
  const Dataset data(ones({5, 1}), tensor({{1}, {2}, {3}, {4}, {5}}));
  const History history = model.fit(data, {.batch_size = 2, .verbose = 0});
  EXPECT_FLOAT_EQ(static_cast<float>(history["loss"][0]), (1 + 4 + 9 + 16 + 25) / 5.0F);
}

TEST(Fit, ValidationSplitTakesTheLastSamples) {
  Sequential model({Dense(1, {.kernel_initializer = "zeros"})});
  model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = "mse"});
  const Dataset data(ones({5, 1}), tensor({{1}, {1}, {1}, {1}, {3}}));
  const History history = model.fit(data, {.validation_split = 0.2, .verbose = 0});
  EXPECT_FLOAT_EQ(static_cast<float>(history["loss"][0]), 1.0F);
  EXPECT_FLOAT_EQ(static_cast<float>(history["val_loss"][0]), 9.0F);
}

TEST(Fit, ValidationFrequency) {
  Sequential model = classifier();
  const Dataset data = class_data(30);
  const History every_second =
      model.fit(data, {.epochs = 5, .validation_data = data, .validation_freq = 2, .verbose = 0});
  EXPECT_EQ(every_second["val_loss"].size(), 2U);
  const History listed = model.fit(
      data, {.epochs = 5, .validation_data = data, .validation_freq = std::vector<int>{1, 4, 5}, .verbose = 0});
  EXPECT_EQ(listed["val_loss"].size(), 3U);
  const History never =
      model.fit(data, {.epochs = 2, .validation_data = data, .validation_freq = std::vector<int>{}, .verbose = 0});
  EXPECT_FALSE(never.history.contains("val_loss"));
}

TEST(Fit, WithoutTrainableWeightsWarnsAndGoesOn) {
  Sequential model = classifier();
  const std::vector<float> before = all_weights(model);
  for (const AnyLayer& layer : model.layers()) layer->set_trainable(false);
  const testing::Silence silence;
  EXPECT_EQ(model.fit(class_data(10), {.epochs = 2, .verbose = 0})["loss"].size(), 2U);
  EXPECT_EQ(all_weights(model), before);
}

TEST(Fit, ValidationDataComeBeforeASplit) {
  Sequential model({Dense(1, {.kernel_initializer = "zeros"})});
  model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = "mse"});
  const Dataset data(ones({4, 1}), tensor({{1}, {1}, {1}, {3}})), other(ones({1, 1}), tensor({{2}}));
  const History history = model.fit(data, {.validation_data = other, .validation_split = 0.5, .verbose = 0});
  EXPECT_EQ(history["loss"][0], 3);  // of all four
  EXPECT_EQ(history["val_loss"][0], 4);
}

TEST(Fit, ALossWithoutReductionIsRefused) {
  Sequential model({Dense(1)});
  model.compile({.loss = MeanSquaredError({.reduction = Reduction::none})});
  EXPECT_THAT(error_of([&] { model.fit(linear_data(4), {.verbose = 0}); }), HasSubstr("a loss with a reduction"));
}

TEST(Fit, ClassWeightsAreSampleWeights) {
  const Dataset data = class_data(60);
  Sequential by_class = classifier(), by_sample = classifier();
  by_class.fit(data, {.epochs = 2, .class_weight = {{0, 2.0}, {2, 0.5}}, .verbose = 0});
  std::vector<float> weights;
  for (int label : data.y[0].to_vector<int>()) weights.push_back(label == 0 ? 2.0F : label == 2 ? 0.5F : 1.0F);
  by_sample.fit(data, {.epochs = 2, .sample_weight = from_vector(weights), .verbose = 0});
  EXPECT_EQ(all_weights(by_class), all_weights(by_sample));
}

TEST(Fit, StepsPerEpochGoOnWhereTheLastEpochStopped) {
  Sequential model = classifier();
  std::vector<std::int64_t> steps(6, 0);
  int epoch = 0;
  LambdaCallback count;
  count.epoch_begin = [&](int e) { epoch = e; };
  count.train_batch_begin = [&](std::int64_t) { ++steps[static_cast<std::size_t>(epoch)]; };
  model.fit(class_data(60), {.epochs = 6, .batch_size = 10, .steps_per_epoch = 4, .verbose = 0, .callbacks = {count}});
  EXPECT_EQ(steps, (std::vector<std::int64_t>{4, 2, 4, 2, 4, 2}));  // six batches a pass: Keras ends the epoch there
}

TEST(Fit, SameSeedSameBitsForAnyNumberOfThreads) {
  const Dataset data = class_data(100);
  std::vector<std::vector<float>> results;
  for (int threads : {1, 2, 3}) {
    set_num_threads(threads);
    Sequential model = classifier(0.3);
    model.fit(data, {.epochs = 3, .verbose = 0});
    results.push_back(all_weights(model));
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(Fit, TrainOnBatchEqualsAFitOfOneBatch) {
  const Dataset data = class_data(16);
  Sequential a = classifier(), b = classifier();
  a.fit(data, {.batch_size = 16, .shuffle = false, .verbose = 0});
  const Logs logs = b.train_on_batch(data.x[0], data.y[0]);
  EXPECT_EQ(all_weights(a), all_weights(b));
  EXPECT_TRUE(logs.contains("loss") && logs.contains("accuracy"));
}

TEST(Fit, AUsersOwnLoopEqualsFit) {
  const Dataset data = class_data(50);
  Sequential a = classifier(), b = classifier();
  a.fit(data, {.batch_size = 8, .shuffle = false, .verbose = 0});
  const SparseCategoricalCrossentropy loss_fn({.from_logits = true});
  Adam optimizer({.learning_rate = 0.01});
  b.build_for({{-1, 3}});
  for (auto [x, y] : batches(data, {.batch_size = 8}))
    optimizer.apply(gradients(loss_fn(y, b(x, Mode::train)), b.trainable_weights()));
  EXPECT_EQ(all_weights(a), all_weights(b));
}

TEST(Fit, EvaluateAndPredictAgree) {
  Sequential model = classifier();
  const Dataset data = class_data(50);
  model.fit(data, {.epochs = 3, .verbose = 0});
  const Logs results = model.evaluate(data, {.verbose = 0});
  const Tensor predicted = argmax(model.predict(data.x[0], {.batch_size = 7, .verbose = 0}), -1);
  EXPECT_NEAR(mean(equal(predicted, data.y[0].to(int64)).to(float32)).item(), results["accuracy"], 1e-6);
  EXPECT_THAT(error_of([&] { results["acuracy"]; }), HasSubstr("accuracy, loss; received \"acuracy\""));
}

TEST(Fit, UnderMixedBfloat16LearnsAsInFloat32) {
  const testing::Silence silence;
  const Dataset data = class_data(300);
  auto trained = [&](const DTypePolicy& policy) {
    set_dtype_policy(policy);
    Sequential model = classifier(0.1);
    set_dtype_policy(float32);
    return std::pair(model.fit(data, {.epochs = 15, .batch_size = 16, .verbose = 0}), model);
  };
  auto [history, model] = trained("mixed_bfloat16");
  EXPECT_NEAR(history["accuracy"].back(), trained(float32).first["accuracy"].back(), 0.03);
  EXPECT_GT(history["accuracy"].back(), 0.9);
  EXPECT_EQ(model.predict(data.x[0], {.verbose = 0}).dtype(), bfloat16);
  for (const Variable& weight : model.weights()) EXPECT_EQ(weight.dtype(), float32) << weight.path();
  // Small steps are not lost, as they would be in weights of 8 significant bits.
  const std::vector<float> weights = all_weights(model);
  EXPECT_TRUE(
      std::any_of(weights.begin(), weights.end(), [](float w) { return static_cast<float>(BFloat16(w)) != w; }));
}

TEST(Fit, CtrlCKeepsWeightsAndHistory) {
  Sequential model = classifier();
  LambdaCallback interrupt;
  interrupt.epoch_begin = [](int epoch) {
    if (epoch == 2) std::raise(SIGINT);
  };
  std::string printed;
  set_console({[&](const std::string& text) { printed += text; }, {}});
  const History history = model.fit(class_data(30), {.epochs = 9, .verbose = 0, .callbacks = {interrupt}});
  set_console({});
  EXPECT_EQ(history.epoch.size(), 2U);
  EXPECT_THAT(printed, HasSubstr("Stopped by Ctrl-C in epoch 3 after batch 1"));
}

TEST(Fit, PrintsKerasLines) {
  Sequential model = classifier();
  const Dataset data = class_data(64);
  std::string printed;
  double clock = 0;
  set_console({[&](const std::string& text) { printed += text; }, [&] { return clock += 0.06; }});
  model.fit(data, {.epochs = 2, .verbose = 2, .callbacks = {}});
  set_console({});
  EXPECT_THAT(printed, ::testing::MatchesRegex("Epoch 1/2\n2/2 - [0-9]+s - [0-9]+ms/step - accuracy: [0-9.e+]+ - loss: "
                                               "[0-9.]+\nEpoch 2/2\n2/2 - .*\n"));
}

TEST(Fit, RefusesBadOptions) {
  Sequential model = classifier();
  const Dataset data = class_data(10);
  EXPECT_THAT(error_of([&] { model.fit(data, {.epochs = 0, .verbose = 0}); }), HasSubstr("epochs >= 1, received 0"));
  EXPECT_THAT(error_of([&] { model.fit(data, {.batch_size = 0, .verbose = 0}); }), HasSubstr("batch_size >= 1"));
  EXPECT_THAT(error_of([&] { model.fit(data, {.validation_freq = 0, .verbose = 0}); }),
              HasSubstr("validation_freq >= 1"));
  EXPECT_THAT(error_of([&] { model.fit(data, {.validation_data = data, .validation_batch_size = 0, .verbose = 0}); }),
              HasSubstr("validation_batch_size >= 1, received 0"));
  EXPECT_THAT(error_of([&] { model.fit(data, {.validation_data = data, .validation_steps = 0, .verbose = 0}); }),
              HasSubstr("validation_steps >= 1"));
  EXPECT_THAT(error_of([&] { model.evaluate(data, {.verbose = 0, .steps = 0}); }),
              HasSubstr("[evaluate] expected steps"));
  EXPECT_THAT(error_of([&] { model.predict(data, {.verbose = 0, .steps = -1}); }),
              HasSubstr("[predict] expected steps"));
  EXPECT_THAT(error_of([&] { model.evaluate(data, {.verbose = 7}); }), HasSubstr("verbose 0, 1 or 2"));
  EXPECT_THAT(error_of([&] { model.fit(data, {.validation_split = 1.0, .verbose = 0}); }), HasSubstr("[0, 1)"));
  EXPECT_THAT(error_of([&] { model.fit(Dataset(), {.verbose = 0}); }), HasSubstr("received none"));
  EXPECT_THAT(error_of([&] {
                model.fit(data, {.class_weight = {{0, 1.0}}, .sample_weight = ones({10}), .verbose = 0});
              }),
              HasSubstr("received both"));
  Sequential fresh({Dense(1)});
  EXPECT_THAT(error_of([&] { fresh.fit(data); }), HasSubstr("compile()"));
  EXPECT_THAT(error_of([&] { Dataset(ones({3, 2}), ones({4})); }), HasSubstr("4"));
}

}  // namespace
}  // namespace linnet
