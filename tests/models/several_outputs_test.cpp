// Models with several outputs: what belongs to which of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/metrics/f_score.h"
#include "linnet/models/callback_support.h"
#include "support/temporary_folder.h"
#include "tests/models/small_models.h"

namespace linnet {
namespace {

using ::testing::HasSubstr;

/// Outputs "a" and "b", both the sum of the input's three numbers, that no training changes.
Model sums(const CompileOptions& options, std::vector<std::string> names = {}) {
  const Tensor x = Input({3});
  const DenseOptions ones{.kernel_initializer = "ones"};
  DenseOptions a = ones, b = ones;
  a.name = "a";
  b.name = "b";
  Model model({x}, {Dense(1, a)(x), Dense(1, b)(x)});
  model.name_outputs(std::move(names));
  CompileOptions compile = options;
  compile.optimizer = SGD({.learning_rate = 0.0});
  model.compile(compile);
  return model;
}

/// Errors of 1, 2, 3 and 4 at "a", of 1 at "b".
Dataset data() { return {Tensors{ones({4, 3})}, Tensors{tensor({{4}, {5}, {6}, {7}}), full({4, 1}, 4)}}; }

TEST(SeveralOutputs, HaveWeightsOfTheirOwn) {
  Model model = sums({.loss = "mse", .weighted_metrics = std::vector<MetricChoice>{"mae", "mae"}});
  Dataset weighted = data();
  weighted.target_weights = {tensor({0, 0, 0, 1}), Tensor()};
  const Logs logs = model.evaluate(weighted, {.batch_size = 3, .verbose = 0});
  EXPECT_DOUBLE_EQ(logs["a_loss"], 4);  // 16 / 4
  EXPECT_DOUBLE_EQ(logs["b_loss"], 1);
  EXPECT_DOUBLE_EQ(logs["a_mae"], 4);
  EXPECT_DOUBLE_EQ(logs["b_mae"], 1);
  const History history = model.fit(weighted, {.shuffle = true, .validation_split = 0.25, .verbose = 0});
  EXPECT_DOUBLE_EQ(history["a_loss"][0], 0);
  EXPECT_DOUBLE_EQ(history["val_a_loss"][0], 16);
  EXPECT_DOUBLE_EQ(model.train_on_batch({weighted.x, weighted.y, {}, weighted.target_weights})["loss"], 5);
}

// One loss is all there is: it has no second name.
TEST(SeveralOutputs, WithOneLoss) {
  Model model = sums({.loss = std::vector<AnyLoss>{"mse", nullptr}});
  const Logs logs = model.evaluate(data(), {.verbose = 0});
  EXPECT_DOUBLE_EQ(logs["loss"], 7.5);
  EXPECT_FALSE(logs.contains("a_loss"));
}

TEST(SeveralOutputs, WeightsMustFit) {
  Model model = sums({.loss = "mse"});
  Dataset wrong = data();
  wrong.target_weights = {ones({4})};
  EXPECT_THAT(message_of<Error>([&] { model.evaluate(wrong, {.verbose = 0}); }),
              HasSubstr("each of the 2 targets, received 1"));
  wrong.target_weights = {ones({4}), ones({3})};
  EXPECT_THAT(message_of<Error>([&] { model.fit(wrong, {.verbose = 0}); }),
              HasSubstr("one sample weight a sample (4)"));
  EXPECT_THAT(message_of<Error>([&] {
                model.fit(data(), {.sample_weight = ones({4, 3}), .verbose = 0});
              }),
              HasSubstr("a list of weights with an array for each"));
  EXPECT_THAT(message_of<Error>([&] { model.evaluate(data(), {.verbose = 0, .sample_weight = ones({3})}); }),
              HasSubstr("one sample weight a sample (4)"));
}

TEST(SeveralOutputs, HaveNames) {
  Model model = sums({.loss = {{"left", "mse"}, {"right", "mae"}}, .metrics = {{"left", {"mae"}}}}, {"left", "right"});
  Dataset named = data();
  std::swap(named.y[0], named.y[1]);
  named.y_names = {"right", "left"};
  const Logs logs = model.evaluate(named, {.verbose = 0});
  EXPECT_DOUBLE_EQ(logs["left_loss"], 7.5);
  EXPECT_DOUBLE_EQ(logs["left_mae"], 2.5);
  EXPECT_DOUBLE_EQ(logs["right_loss"], 1);

  const TemporaryFolder folder;
  model.save(folder / "model.safetensors");
  const std::shared_ptr<Model> loaded = load_model(folder / "model.safetensors");
  EXPECT_EQ(loaded->output_names(), (std::vector<std::string>{"left", "right"}));
  EXPECT_DOUBLE_EQ(loaded->evaluate(named, {.verbose = 0})["loss"], logs["loss"]);
  EXPECT_THAT(message_of<Error>([&] { model.name_outputs({"one"}); }), HasSubstr("names for 2 outputs, received 1"));
  EXPECT_THAT(message_of<Error>([&] { model.name_outputs({"one", "one"}); }), HasSubstr("a different name"));
}

TEST(SeveralOutputs, MetricsOfEach) {
  auto keys = [](const MetricPlan& metrics) {
    std::vector<std::string> names;
    Model model = sums({.loss = "mse", .metrics = metrics});
    for (const auto& entry : model.evaluate(data(), {.verbose = 0})) names.push_back(entry.first);
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(keys({"mae", "mse"}), (Names{"a_loss", "a_mae", "b_loss", "b_mse", "loss"}));
  EXPECT_EQ(keys({nullptr, "mae"}), (Names{"a_loss", "b_loss", "b_mae", "loss"}));
  EXPECT_EQ(keys(std::vector<std::vector<MetricChoice>>{{"mae", "mse"}, {}}),
            (Names{"a_loss", "a_mae", "a_mse", "b_loss", "loss"}));
  EXPECT_THAT(message_of<Error>([&] { keys({"mae"}); }),
              HasSubstr("metrics for each of the model's outputs \"a\", \"b\""));
  EXPECT_THAT(message_of<Error>([&] { keys({{"typo", {"mae"}}}); }), HasSubstr("\"typo\""));
}

TEST(SeveralOutputs, PlansThatDoNotFitAreRefused) {
  auto text = [](const CompileOptions& options) { return message_of<Error>([&] { sums(options); }); };
  EXPECT_EQ(text({.loss = "mse", .loss_weights = 2.0}), "");
  EXPECT_EQ(text({.loss = {{"a", "mse"}, {"b", nullptr}}, .loss_weights = {{"a", 2.0}}}), "");
  EXPECT_THAT(text({.loss = "mse", .loss_weights = std::vector{1.0}}), HasSubstr("received 1"));
  EXPECT_THAT(text({.loss = "mse", .loss_weights = {{"a", 1.0}, {"typo", 100.0}}}), HasSubstr("\"typo\""));
  EXPECT_THAT(text({.loss = "mse", .loss_weights = {{"a", 1.0}}}), HasSubstr("received none for \"b\""));
  EXPECT_THAT(text({.loss = {{"a", "mse"}}}), HasSubstr("received none for \"b\""));
  EXPECT_THAT(text({.loss = std::vector<AnyLoss>{"mse"}}), HasSubstr("a loss for each of the model's outputs"));
}

TEST(SeveralOutputs, PlansOfUnbuiltModelsAreCheckedInFit) {
  Sequential model({Dense(1)});
  model.compile({.loss = "mse", .metrics = {{"typo", {"mae"}}}});
  EXPECT_THAT(message_of<Error>([&] { model.fit(ones({2, 3}), ones({2, 1}), {.verbose = 0}); }), HasSubstr("\"typo\""));
}

/// A model of one's own with two outputs.
class Pair final : public LayerOf<Pair, Model> {
 public:
  Pair() : LayerOf("Pair", LayerOptions()) {}
  Tensors call_many(const Tensors& xs, Mode mode) override { return {first_(xs[0], mode), second_(xs[0], mode)}; }

 private:
  Dense first_ = track(Dense(1)), second_ = track(Dense(1));
};

TEST(SeveralOutputs, OfAModelOfOnesOwn) {
  Pair model;
  model.compile({.loss = "mse", .metrics = {"mae", "mse"}});
  const History history = model.fit(data(), {.verbose = 0});
  EXPECT_TRUE(history.history.contains("output_0_mae") && history.history.contains("output_1_mse"));
  EXPECT_EQ(model.predict(data(), {.verbose = 0}).size(), 2U);
}

TEST(SeveralResults, OfAMetricAreKept) {
  Sequential model({Dense(2, {.kernel_initializer = "ones"})});
  model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = "mse", .metrics = {metrics::F1Score()}});
  const Dataset two(ones({2, 1}), tensor({{1, 0}, {1, 0}}));
  const History history = model.fit(two, {.epochs = 2, .validation_data = two, .verbose = 0});
  EXPECT_DOUBLE_EQ(history["f1_score"][1], 0.5 * history.arrays.at("f1_score")[1].to_vector<double>()[0]);
  EXPECT_EQ(history.arrays.at("val_f1_score").size(), 2U);
  const Logs logs = model.evaluate(two, {.verbose = 0});
  EXPECT_EQ(logs.array("f1_score")->shape(), (Shape{2}));
  EXPECT_EQ(logs.array("loss"), nullptr);
}

TEST(SeveralResults, SurviveABackup) {
  History history;
  Logs logs;
  logs.set("recall", tensor({0.25, 0.75}));
  history.append(0, logs);
  const History again = history_from_config(history_to_config(history));
  EXPECT_EQ(again["recall"], std::vector<double>{0.5});
  EXPECT_EQ(again.arrays.at("recall")[0].to_vector<double>(), (std::vector<double>{0.25, 0.75}));
}

}  // namespace
}  // namespace linnet
