// The silent mistakes of beginners: each is caught, with a text that says what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "linnet/base/warning.h"
#include "linnet/layers/rescaling.h"
#include "linnet/models/callbacks.h"
#include "linnet/models/progress_bar.h"
#include "linnet/ops/shape.h"
#include "tests/models/small_models.h"

namespace linnet {
namespace {

using testing::all_weights;
using testing::class_data;
using testing::classifier;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Mistakes : public ::testing::Test {
 protected:
  void SetUp() override {
    set_warning_handler([this](const std::string& text) { warnings_ += text + "\n"; });
  }
  void TearDown() override { set_warning_handler({}); }
  std::string warnings_;
};

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(Mistakes, SoftmaxWithLogitsLoss) {
  Sequential model({Dense(3, {.activation = "softmax", .name = "head"})});
  model.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true})});
  model.fit(class_data(20), {.epochs = 2, .verbose = 0});
  EXPECT_THAT(warnings_, HasSubstr("from_logits = true expects logits, but the last layer \"head\" applies softmax"));
}

TEST_F(Mistakes, LogitsWithProbabilityLoss) {
  Sequential model({Dense(3, {.name = "head"})});
  model.compile({.loss = "sparse_categorical_crossentropy"});
  const std::string error = error_of([&] { model.fit(class_data(20), {.verbose = 0}); });
  EXPECT_THAT(warnings_, HasSubstr("expects probabilities, but the last layer \"head\" has no activation"));
  EXPECT_THAT(error, HasSubstr("expects probabilities in [0, 1], received -"));
  EXPECT_THAT(error, HasSubstr("from_logits = true"));
}

TEST_F(Mistakes, ShapesThatWouldBroadcast) {
  Sequential model({Dense(3)});
  model.compile({.loss = "mse"});
  EXPECT_THAT(error_of([&] { model.fit(ones({6, 2}), ones({6}), {.verbose = 0}); }), HasSubstr("(6, 3)"));
}

TEST_F(Mistakes, LabelsOutOfRange) {
  Sequential model = classifier();
  Dataset data(ones({4, 3}), tensor({0, 1, 3, 2}, int32));
  data.name = "flowers";
  const std::string error = error_of([&] { model.fit(data, {.verbose = 0}); });
  EXPECT_THAT(error, HasSubstr("data set \"flowers\": label 3 at position 2 is out of range"));
  EXPECT_THAT(error, HasSubstr("3 outputs, for labels 0 to 2"));
}

TEST_F(Mistakes, InputsThatNobodyScaled) {
  const Dataset data(full({8, 3}, 255), zeros({8}, int32));
  Sequential model = classifier();
  model.fit(data, {.verbose = 0});
  EXPECT_THAT(warnings_, HasSubstr("inputs range from 255 to 255"));
  EXPECT_THAT(warnings_, HasSubstr("Rescaling(1.0 / 255)"));
  warnings_.clear();
  set_warning_handler([this](const std::string& text) { warnings_ += text; });
  Sequential scaled({Rescaling(1.0 / 255), Dense(3)});
  scaled.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true})});
  scaled.fit(data, {.verbose = 0});
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(Mistakes, SortedLabelsUnderValidationSplit) {
  Sequential model = classifier();
  const Dataset data(ones({9, 3}), tensor({0, 0, 0, 1, 1, 1, 2, 2, 2}, int32));
  model.fit(data, {.validation_split = 0.34, .verbose = 0});
  EXPECT_THAT(warnings_, HasSubstr("their classes 2 do not occur"));
  EXPECT_THAT(warnings_, HasSubstr("shuffle the data set first"));
}

TEST_F(Mistakes, NaNNamesBatchAndPlaceAndKeepsTheWeights) {
  Sequential model = classifier();
  Tensor x = ones({8, 3});
  x.mutable_data<float>()[5 * 3 + 1] = std::numeric_limits<float>::quiet_NaN();
  model.build_for({{-1, 3}});
  const std::string error =
      error_of([&] { model.fit(x, zeros({8}, int32), {.batch_size = 4, .shuffle = false, .verbose = 0}); });
  EXPECT_THAT(error, HasSubstr("the loss became nan in epoch 1, batch 2"));
  EXPECT_THAT(error, HasSubstr("in the inputs (nan at position 4"));
  for (float weight : all_weights(model)) EXPECT_EQ(weight, weight);
}

TEST_F(Mistakes, NaNInAWeightNamesTheLayer) {
  Sequential model = classifier();
  model.build_for({{-1, 3}});
  model.weights()[2].assign(full({8, 3}, std::numeric_limits<double>::infinity()));
  EXPECT_THAT(error_of([&] { model.fit(class_data(8), {.verbose = 0}); }),
              HasSubstr("the weight \"sequential/dense_1/kernel\""));
}

TEST_F(Mistakes, InfinityInALayerOfAGraphNamesTheLayer) {
  clear_session();
  const Tensor x = Input({3});
  const Tensor h = Dense(3, {.activation = "exponential", .kernel_initializer = "ones", .name = "grows"})(x);
  Model model(x, Dense(1, {.kernel_initializer = "ones", .name = "head"})(h));
  model.compile({.loss = "mse"});
  const std::string error = error_of([&] { model.fit(full({4, 3}, 40), ones({4, 1}), {.verbose = 0}); });
  EXPECT_THAT(error, HasSubstr("the loss became inf in epoch 1, batch 1"));
  EXPECT_THAT(error, HasSubstr("in the output of the layer \"grows\" (inf at position 0"));
}

TEST_F(Mistakes, TerminateOnNaNEndsQuietly) {
  Sequential model = classifier();
  const Tensor x = full({8, 3}, std::numeric_limits<double>::quiet_NaN());
  std::string printed;
  set_console({[&](const std::string& text) { printed += text; }, {}});
  model.fit(x, zeros({8}, int32), {.epochs = 3, .verbose = 0, .callbacks = {TerminateOnNaN()}});
  set_console({});
  EXPECT_EQ(printed, "Batch 0: Invalid loss, terminating training\n");
}

}  // namespace
}  // namespace linnet
