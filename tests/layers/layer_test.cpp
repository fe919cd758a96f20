// What all layers share: names, weights, freezing, copies, building, configs.
#include "linnet/layers/layer.h"

#include <gtest/gtest.h>

#include "linnet/initializers/initializers.h"
#include "linnet/layers/layers.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/regularizers/regularizers.h"
#include "linnet/tensor/autograd.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

TEST(LayerNames, FollowKerasRule) {
  EXPECT_EQ(to_snake_case("Dense"), "dense");
  EXPECT_EQ(to_snake_case("ReLU"), "re_lu");
  EXPECT_EQ(to_snake_case("PReLU"), "p_re_lu");
  EXPECT_EQ(to_snake_case("LeakyReLU"), "leaky_re_lu");
  EXPECT_EQ(to_snake_case("ELU"), "elu");
  EXPECT_EQ(to_snake_case("LSTM"), "lstm");
  EXPECT_EQ(to_snake_case("Conv2D"), "conv2d");
  EXPECT_EQ(to_snake_case("GlobalAveragePooling2D"), "global_average_pooling2d");
  EXPECT_EQ(to_snake_case("MultiHeadAttention"), "multi_head_attention");
  EXPECT_EQ(to_snake_case("InputLayer"), "input_layer");
}

TEST(LayerNames, CountByClassAndStartAnew) {
  clear_session();
  EXPECT_EQ(Dense(1).name(), "dense");
  EXPECT_EQ(Dense(1).name(), "dense_1");
  EXPECT_EQ(ReLU().name(), "re_lu");
  EXPECT_EQ(Dense(1, {.name = "head"}).name(), "head");
  EXPECT_EQ(Dense(1).name(), "dense_2") << "a given name takes no number";
  clear_session();
  EXPECT_EQ(Dense(1).name(), "dense");
}

TEST(LayerWeights, AreSetAllOrNone) {
  Dense layer(2, {.name = "head"});
  layer.build_for({{-1, 3}});
  const std::vector<float> before = layer.kernel().value().to_vector();
  expect_error([&] { layer.set_weights({zeros({3, 2})}); }, "[Dense \"head\"] expected 2 weights, received 1");
  expect_error(
      [&] {
        layer.set_weights({zeros({3, 2}), zeros({3})});
      },
      "[Dense \"head\"] expected shape (2,) for the weight \"head/bias\", received (3,)");
  EXPECT_EQ(layer.kernel().value().to_vector(), before) << "the kernel was fine, and is untouched nevertheless";
  layer.set_weights({ones({3, 2}), ones({2})});
  EXPECT_EQ(layer(ones({1, 3})).to_vector(), (std::vector<float>{4, 4}));
}

TEST(LayerWeights, GottenOnesAreCopies) {
  Dense layer(2);
  layer.build_for({{-1, 3}});
  std::vector<Tensor> weights = layer.get_weights();
  weights[1].fill_(5);
  EXPECT_EQ(layer.bias().value().to_vector(), (std::vector<float>{0, 0}));
}

TEST(LayerWeights, BelongToAllCopies) {
  Dense layer(2);
  Dense before_build = layer;
  layer.build_for({{-1, 3}});
  EXPECT_TRUE(before_build.built());
  EXPECT_EQ(before_build.kernel(), layer.kernel());
  EXPECT_EQ(before_build.identity(), layer.identity());
  EXPECT_NE(Dense(2).identity(), layer.identity());
}

/// Two layers inside, and a weight of its own that is not trained.
class Block final : public LayerOf<Block> {
 public:
  explicit Block(LayerOptions options = {}) : LayerOf("Block", options) {}
  void build(const Shape& input) override {
    add_weight(shift_, "shift", {input.back()}, Zeros(), {.trainable = false});
  }
  Tensor call(const Tensor& x, Mode mode) override { return second_(first_(x + shift_, mode), mode); }

 private:
  Variable shift_;
  Dense first_ = track(Dense(4, {.kernel_regularizer = L2(0.5), .name = "first"}));
  Dense second_ = track(Dense(2, {.name = "second"}));
};

std::vector<std::string> paths(const Variables& weights) {
  std::vector<std::string> all;
  for (const Variable& weight : weights) all.push_back(weight.path());
  return all;
}

TEST(LayersInside, GiveTheirWeightsAndPaths) {
  Block block({.name = "block"});
  block.build_for({{-1, 3}});
  EXPECT_EQ(paths(block.weights()), (std::vector<std::string>{"block/shift", "block/first/kernel", "block/first/bias",
                                                              "block/second/kernel", "block/second/bias"}));
  EXPECT_EQ(paths(block.non_trainable_weights()), (std::vector<std::string>{"block/shift"}));
  EXPECT_EQ(block.count_params(), 3 + (3 * 4 + 4) + (4 * 2 + 2));
  EXPECT_EQ(block.losses().size(), 1U);
}

TEST(LayersInside, AreFrozenTogether) {
  Block block;
  block.build_for({{-1, 3}});
  block.set_trainable(false);
  EXPECT_TRUE(block.trainable_weights().empty());
  EXPECT_EQ(block.non_trainable_weights().size(), 5U);
  EXPECT_TRUE(block.losses().empty()) << "a frozen weight needs no penalty, as in Keras";
  EXPECT_FALSE(block(ones({2, 3})).requires_grad());
  block.set_trainable(true);
  EXPECT_EQ(block.trainable_weights().size(), 4U);
  Layer& second = *block.sublayers()[1];
  second.set_trainable(false);
  EXPECT_EQ(paths(block.trainable_weights()),
            (std::vector<std::string>{block.name() + "/first/kernel", block.name() + "/first/bias"}));
}

TEST(LayerBuild, CanBeTriedAgainAfterAFailure) {
  Dense layer(2);
  expect_error([&] { layer(ones({3})); }, "expected inputs of shape (batch, …, features)");
  EXPECT_FALSE(layer.built());
  EXPECT_TRUE(layer.weights().empty());
  EXPECT_EQ(layer(ones({3, 4})).shape(), (Shape{3, 2}));
  EXPECT_EQ(layer.input_shapes(), (Shapes{{-1, 4}}));
  EXPECT_EQ(layer.output_shapes(), (Shapes{{-1, 2}}));
}

TEST(LayerBuild, OnceFrozenStaysFrozen) {
  Dense layer(2, {.trainable = false});
  EXPECT_FALSE(layer(ones({3, 4})).requires_grad());
  EXPECT_TRUE(layer.trainable_weights().empty());
}

TEST(LayerOutputShape, IsFoundByRunningTheLayer) {
  class Halves final : public LayerOf<Halves> {
   public:
    Halves() : LayerOf("Halves", {}) {}
    Tensor call(const Tensor& x, Mode) override { return reshape(x, {x.shape()[0] * 2, -1}); }
  };
  EXPECT_EQ(Halves().compute_output_shape({4, 6}), (Shape{8, 3}));
  EXPECT_EQ(Halves().compute_output_shape({-1, 6}), (Shape{-1, 3}));
}

TEST(LayerOutputShape, NeedsACall) {
  class Nothing final : public LayerOf<Nothing> {
   public:
    Nothing() : LayerOf("Nothing", {.name = "nothing"}) {}
  };
  expect_error(
      [] {
        Nothing()(ones({2, 2}));
      },
      "[Nothing \"nothing\"] expected call() or call_many() to be overridden");
}

TEST(LayerDtype, InputsAndWeightsTakeIt) {
  Dense layer(2, {.dtype = float64});
  EXPECT_EQ(layer(ones({3, 4})).dtype(), float64);
  EXPECT_EQ(layer.kernel().dtype(), float64);
  EXPECT_EQ(Dense(2)(ones({3, 4}, float64)).dtype(), float32);
}

TEST(LayerConfig, TakesKerasDtypePolicyAndRefusesOthers) {
  auto dense_of = [](const Value& dtype) {
    return layer_from_config(object_config("Dense", {{"units", 2}, {"name", "d"}, {"dtype", dtype}}));
  };
  EXPECT_EQ(dense_of("float64")->dtype(), float64);
  EXPECT_EQ(dense_of(object_config("DTypePolicy", {{"name", "float64"}}))->dtype(), float64);
  EXPECT_THROW(dense_of("mixed_float16"), InvalidArgument);
  expect_error([] { layer_from_config(object_config("Dense", {{"units", 2}, {"unit", 3}})); }, "unit");
}

TEST(LayerConfig, RefusesOptionsThatTheLayerDoesNotHave) {
  for (const char* class_name : {"Identity", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Softmax"})
    expect_error(
        [=] {
          layer_from_config(object_config(class_name, {{"rate", 0.5}}));
        },
        concat("[", class_name, "] does not support the option \"rate\" = 0.5"));
  expect_error(
      [] {
        layer_from_config(object_config("Reshape", {{"target_shape", List{4}}, {"rate", 0.5}}));
      },
      "[Reshape] does not support the option \"rate\" = 0.5");
  expect_error(
      [] {
        layer_from_config(object_config("BatchNormalization", {{"axis", std::int64_t{1} << 40}}));
      },
      "expected a smaller whole number, received 1099511627776; in the option axis");
}

TEST(LayerPenalty, OfOutputsIsForEveryLayer) {
  const Config l2 = object_config("L2", {{"l2", 0.5}});
  const Tensor x = tensor({{1, -2}, {3, 4}});
  const double expected = 0.5 * (1 + 4 + 9 + 16) / 2;
  for (const char* class_name : {"Flatten", "Dropout", "Identity", "ReLU", "Dense"}) {
    Config config{{"activity_regularizer", l2}};
    if (std::string(class_name) == "Dropout") config.set("rate", 0.5);
    if (std::string(class_name) == "Dense") config.set("units", 2);
    const AnyLayer layer = layer_from_config(object_config(class_name, config));
    const Tensor y = (*layer)(x);
    ASSERT_EQ(layer->losses().size(), 1U) << class_name;
    EXPECT_NEAR(layer->losses()[0].item(), 0.25 * sum(square(y)).item(), 1e-5) << class_name;
    EXPECT_TRUE(layer->config().at("activity_regularizer") == Value(l2)) << class_name;
    const AnyLayer copy = layer_from_config(layer_to_config(*layer));
    (*copy)(x);
    EXPECT_EQ(copy->losses().size(), 1U) << class_name;
  }
  Activation activation("linear", {.activity_regularizer = L2(0.5)});
  activation(x);
  EXPECT_NEAR(activation.losses()[0].item(), expected, 1e-5);
  EXPECT_FALSE(Flatten().config().contains("activity_regularizer"));
}

TEST(LayerConfig, KnowsAnEarlierName) {
  const AnyLayer layer = layer_from_config(object_config("LeakyReLU", {{"name", "l"}, {"alpha", 0.5}}));
  EXPECT_EQ((*layer)(tensor({-2, 2})).to_vector(), (std::vector<float>{-1, 2}));
}

// check_layer leaves it out: a step has no derivative that differences could show. d(sum y) / dkernel is xT 1, also
// where the kernel counts as 0.
TEST(TernaryDense, GradientsGoStraightThroughToTheKernel) {
  TernaryDense layer(2, {.threshold = 0.5, .use_bias = false});
  layer.build_for({{1, 2}});
  layer.set_weights({from_vector(std::vector<float>{0.75F, 0.25F, -2, 0}, {2, 2})});
  const Tensor y = layer(from_vector(std::vector<float>{3, 5}, {1, 2}));
  EXPECT_EQ(y.to_vector(), (std::vector<float>{3 - 5, 0}));
  EXPECT_EQ(gradients(sum(y), layer.trainable_weights())[0].value.to_vector(), (std::vector<float>{3, 3, 5, 5}));
}

TEST(LayerConfig, IsWhatKerasWrites) {
  EXPECT_EQ(to_string(Value(Dropout(0.25, {.seed = 3, .name = "d"}).config())),
            R"({"name": "d", "trainable": true, "dtype": "float32", "rate": 0.25, "seed": 3, "noise_shape": null})");
  EXPECT_EQ(
      to_string(Value(layer_to_config(Permute({2, 1}, {.name = "p"})))),
      R"({"class_name": "Permute", "config": {"name": "p", "trainable": true, "dtype": "float32", "dims": [2, 1]}})");
}

}  // namespace
}  // namespace linnet::testing
