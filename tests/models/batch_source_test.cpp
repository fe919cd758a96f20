#include "linnet/data/batch_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/base/warning.h"
#include "linnet/layers/merge.h"
#include "linnet/models/callbacks.h"
#include "linnet/models/progress_bar.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"
#include "tests/models/small_models.h"

namespace linnet {
namespace {

using testing::all_weights;
using testing::class_data;
using testing::classifier;
using ::testing::HasSubstr;

/// A data set in batches of 10.
class Pieces : public BatchSource {
 public:
  explicit Pieces(Dataset data) : data_(std::move(data)) {}
  std::optional<Dataset> next() override {
    ++calls;
    if (at_ == data_.size()) {
      at_ = 0;
      if (!endless) ended = true;
      if (!endless) return {};
    } else if (ended && once) {
      return {};
    }
    const std::int64_t first = at_;
    at_ = std::min(at_ + 10, data_.size());
    return data_.slice(first, at_);
  }
  std::optional<std::int64_t> size() const override {
    return tells_size ? std::optional((data_.size() + 9) / 10) : std::nullopt;
  }
  void on_epoch_begin() override { hooks += "("; }
  void on_epoch_end() override { hooks += ")"; }

  bool tells_size = false, endless = false, once = false, ended = false;
  int calls = 0;
  std::string hooks;

 private:
  Dataset data_;
  std::int64_t at_ = 0;
};

class BatchSourceTest : public ::testing::Test {
 protected:
  BatchSourceTest() {
    set_warning_handler([this](const std::string& text) { warnings_ += text + "\n"; });
  }
  ~BatchSourceTest() override { set_warning_handler({}); }

  static History by_dataset(int epochs) {
    Sequential model = classifier();
    return model.fit(class_data(45), {.epochs = epochs, .batch_size = 10, .shuffle = false, .verbose = 0});
  }

  std::string warnings_;
};

TEST_F(BatchSourceTest, TrainsAsTheDatasetDoes) {
  const History expected = by_dataset(3);
  for (const bool tells_size : {false, true}) {
    Pieces pieces(class_data(45));
    pieces.tells_size = tells_size;
    Sequential model = classifier();
    const History history = model.fit(pieces, {.epochs = 3, .verbose = 0});
    EXPECT_EQ(history["loss"], expected["loss"]);
    EXPECT_EQ(history["accuracy"], expected["accuracy"]);
    EXPECT_EQ(pieces.hooks, "()()()");
    EXPECT_EQ(pieces.calls, 3 * 6);  // five batches and the end
  }
  EXPECT_EQ(warnings_, "");
}

TEST_F(BatchSourceTest, StepsPerEpoch) {
  const History expected = by_dataset(3);
  Pieces pieces(class_data(45));
  pieces.endless = true;
  Sequential model = classifier();
  EXPECT_EQ(model.fit(pieces, {.epochs = 3, .steps_per_epoch = 5, .verbose = 0})["loss"], expected["loss"]);
  EXPECT_EQ(pieces.calls, 15);
  EXPECT_EQ(warnings_, "");
}

TEST_F(BatchSourceTest, EvaluatePredictAndValidate) {
  const Dataset data = class_data(45);
  Sequential model = classifier();
  Pieces pieces(data);
  const Logs expected = model.evaluate(data, {.batch_size = 10, .verbose = 0}),
             logs = model.evaluate(pieces, {.verbose = 0});
  EXPECT_EQ(logs["loss"], expected["loss"]);
  EXPECT_EQ(logs["accuracy"], expected["accuracy"]);
  EXPECT_EQ(model.predict(pieces, {.verbose = 0}).at(0).to_vector<float>(),
            model.predict(data.x[0], {.batch_size = 10, .verbose = 0}).to_vector<float>());
  EXPECT_EQ(model.predict(pieces, {.verbose = 0, .steps = 2}).at(0).shape(), Shape({20, 3}));

  Sequential other = classifier();
  const History by_pieces =
      other.fit(data, {.epochs = 2, .validation_batches = std::make_shared<Pieces>(data), .verbose = 0});
  const History by_data = model.fit(data, {.epochs = 2, .validation_data = data, .verbose = 0});
  EXPECT_EQ(by_pieces["val_loss"].size(), 2U);
}

TEST_F(BatchSourceTest, ClassWeights) {
  Sequential by_source = classifier(), by_data = classifier();
  Pieces pieces(class_data(45));
  const std::map<int, double> weights{{0, 2.0}, {2, 0.5}};
  EXPECT_EQ(
      by_source.fit(pieces, {.class_weight = weights, .verbose = 0})["loss"],
      by_data.fit(class_data(45), {.batch_size = 10, .shuffle = false, .class_weight = weights, .verbose = 0})["loss"]);
}

TEST_F(BatchSourceTest, RunsOutOfData) {
  Pieces once(class_data(45));
  once.once = true;
  Sequential model = classifier();
  EXPECT_EQ(model.fit(once, {.epochs = 3, .verbose = 0}).epoch.size(), 1U);
  EXPECT_THAT(warnings_, HasSubstr("training ends after epoch 1 of 3"));
  warnings_.clear();
  try {
    model.fit(once, {.verbose = 0});
    ADD_FAILURE();
  } catch (const InvalidArgument& error) {
    EXPECT_THAT(error.what(), HasSubstr("[fit] expected batches, received none"));
  }
  Pieces pieces(class_data(45));
  model.fit(pieces, {.steps_per_epoch = 7, .verbose = 0});
  EXPECT_THAT(warnings_, HasSubstr("the data ended after 5 of the 7 batches of epoch 1"));
}

TEST_F(BatchSourceTest, OptionsThatDoNotGoWithIt) {
  Sequential model = classifier();
  Pieces pieces(class_data(45));
  EXPECT_THROW(model.fit(pieces, {.validation_split = 0.2, .verbose = 0}), InvalidArgument);
  EXPECT_THROW(model.fit(pieces, {.sample_weight = ones({45}), .verbose = 0}), InvalidArgument);
  EXPECT_THROW(model.evaluate(pieces, {.verbose = 0, .sample_weight = ones({45})}), InvalidArgument);
}

TEST_F(BatchSourceTest, InputsByName) {
  struct Named : BatchSource {
    std::optional<Dataset> next() override {
      if (given++ > 0) return {};
      Dataset data({zeros({4, 2}), ones({4, 1})}, {ones({4, 1})});
      data.x_names = {"second", "first"};
      return data;
    }
    int given = 0;
  } named;
  const Tensor first = Input({1}, {.name = "first"}), second = Input({2}, {.name = "second"});
  Model model({first, second}, {Dense(1, {.kernel_initializer = "ones"})(Concatenate()({first, second}))});
  EXPECT_EQ(model.predict(named, {.verbose = 0}).at(0).to_vector<float>(), (std::vector<float>{1, 1, 1, 1}));
}

TEST_F(BatchSourceTest, UnknownLengthOnTheProgressBar) {
  std::string printed;
  double now = 0;
  set_console({[&](const std::string& text) { printed += text; }, [&] { return now += 1; }});
  Pieces pieces(class_data(45));
  Sequential model = classifier();
  model.fit(pieces, {.epochs = 2});
  set_console({});
  const std::size_t second = printed.find("Epoch 2/2");
  EXPECT_THAT(printed.substr(0, second), HasSubstr("      1/Unknown"));
  EXPECT_THAT(printed.substr(0, second), HasSubstr("5/5"));
  EXPECT_EQ(printed.substr(second).find("Unknown"), std::string::npos);
}

/// A model that is trained to give the opposite of what it is asked for.
class Opposite : public LayerOf<Opposite, Model> {
 public:
  Opposite() : LayerOf("Opposite", {}) {}
  Tensor call(const Tensor& x, Mode mode) override { return dense_(x, mode); }
  Tensor compute_loss(const Batch& batch, const Tensors& y_pred) override {
    return mean(square(y_pred[0] + batch.y[0]));
  }
  void compute_metrics(const Batch&, const Tensors&) override { ++batches; }
  Tensors predict_step(const Batch& batch) override { return {-1.0 * apply(batch.x)[0]}; }
  Logs metrics_result() const override {
    Logs logs = Model::metrics_result();
    logs.set("batches", batches);
    return logs;
  }
  void reset_metrics() override {
    Model::reset_metrics();
    batches = 0;
  }
  int batches = 0;

 private:
  Dense dense_ = track(Dense(1));
};

TEST_F(BatchSourceTest, StepsThatAreOverridden) {
  set_random_seed(3);
  Opposite model;
  model.compile({.optimizer = SGD({.learning_rate = 0.1})});
  const Dataset data = testing::linear_data(100);
  const History history = model.fit(data, {.epochs = 20, .batch_size = 10, .verbose = 0});
  EXPECT_LT(history["loss"].back(), 1e-6);
  EXPECT_EQ(history["batches"].back(), 10);
  const Tensor error = model.predict(data.x[0], {.verbose = 0}) - data.y[0];
  EXPECT_LT(max(abs(error)).item(), 1e-2);
}

TEST_F(BatchSourceTest, OneBatchWithSeveralInputs) {
  const Tensor a = Input({1}), b = Input({1});
  Model model({a, b}, {Dense(1, {.kernel_initializer = "ones"})(Add()({a, b}))});
  model.compile({.optimizer = SGD(), .loss = "mse"});
  const Batch batch{{ones({4, 1}), ones({4, 1})}, {zeros({4, 1})}, {}};
  EXPECT_EQ(model.test_on_batch(batch)["loss"], 4);
  EXPECT_EQ(model.train_on_batch(batch)["loss"], 4);
  EXPECT_LT(model.test_on_batch(batch)["loss"], 4);
}

}  // namespace
}  // namespace linnet
