// Sequential: when it is built, what it refuses, its config, and that it computes what its layers compute.
#include <gtest/gtest.h>

#include "linnet/layers/layers.h"
#include "linnet/layers/registry.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/saving/json.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

std::vector<std::string> paths(const Layer& layer) {
  std::vector<std::string> all;
  for (const Variable& weight : layer.weights()) all.push_back(weight.path());
  return all;
}

class SequentialModel : public ::testing::Test {
 protected:
  void SetUp() override {
    clear_session();
    set_random_seed(3);
  }
};

TEST_F(SequentialModel, IsBuiltByItsFirstCall) {
  Dense first(4, {.activation = "relu"}), second(2);
  Sequential model({Flatten(), first, second});
  EXPECT_FALSE(model.built());
  EXPECT_TRUE(model.weights().empty());
  EXPECT_TRUE(model.inputs().empty());
  const Tensor x = random_normal({5, 3, 2});
  EXPECT_EQ(model(x).to_vector(), second(first(reshape(x, {5, 6}))).to_vector());
  EXPECT_TRUE(model.built());
  EXPECT_EQ(paths(model), (std::vector<std::string>{"sequential/dense/kernel", "sequential/dense/bias",
                                                    "sequential/dense_1/kernel", "sequential/dense_1/bias"}));
  EXPECT_EQ(model.inputs()[0].shape(), (Shape{-1, 3, 2}));
  EXPECT_EQ(model.outputs()[0].shape(), (Shape{-1, 2}));
  EXPECT_EQ(model.output_names(), (std::vector<std::string>{"dense_1"}));
  EXPECT_EQ(model(random_normal({7, 3, 2})).shape(), (Shape{7, 2})) << "any batch size";
}

TEST_F(SequentialModel, IsBuiltAtOnceBehindAnInputLayer) {
  Sequential model({InputLayer({.batch_shape = {-1, 3}}), Dense(4)});
  EXPECT_TRUE(model.built());
  EXPECT_EQ(model.layers().size(), 1u) << "the InputLayer is not one of its layers, as in Keras";
  model.add(Dense(2));
  EXPECT_EQ(model.outputs()[0].shape(), (Shape{-1, 2}));
  EXPECT_EQ(model.count_params(), 3 * 4 + 4 + 4 * 2 + 2);
  model.pop();
  EXPECT_EQ(model.outputs()[0].shape(), (Shape{-1, 4}));
  EXPECT_EQ(model(zeros({5, 3})).shape(), (Shape{5, 4}));
}

TEST_F(SequentialModel, IntegersAreConvertedOnceAndOnlyWhereTheyMust) {
  const Tensor pixels = full({2, 4}, 200, uint8);
  EXPECT_FLOAT_EQ(max(Sequential({Rescaling(1.0 / 255)})(pixels)).item<float>(), 200.0f / 255);
  EXPECT_EQ(max(Sequential({Reshape({2, 2}), Flatten(), Rescaling(2)})(pixels)).item(), 400);
  const Tensor relu = Sequential({ReLU({.negative_slope = 0.5})})(pixels);
  EXPECT_EQ(relu.dtype(), float32);
  EXPECT_EQ(max(relu).item(), 200);
  const Tensor flat = Sequential({Flatten()})(pixels);
  EXPECT_EQ(flat.dtype(), float32) << "what a model gives has its dtype";
}

TEST_F(SequentialModel, ALayerMayStandInItTwice) {
  Dense square_layer(3);
  Sequential model({square_layer, square_layer});
  const Tensor x = random_normal({4, 3});
  EXPECT_EQ(model(x).to_vector(), square_layer(square_layer(x)).to_vector());
  EXPECT_EQ(model.count_params(), 12);
}

TEST_F(SequentialModel, NestsAndSharesItsLayers) {
  Sequential inner({Dense(3), ReLU()}, {.name = "inner"});
  Sequential outer({inner, Dense(2)}, {.name = "outer"});
  const Tensor x = random_normal({4, 3});
  const Tensor y = outer(x);
  EXPECT_EQ(paths(outer)[0], "outer/inner/dense/kernel");
  EXPECT_EQ(inner.weights()[0], outer.weights()[0]);
  EXPECT_EQ(y.to_vector(), outer.layers()[1]->operator()(inner(x)).to_vector());
}

TEST_F(SequentialModel, DropoutActsInTrainingOnly) {
  Sequential model({Dropout(0.5, {.seed = 1})});
  const Tensor x = ones({4, 8});
  EXPECT_EQ(model(x).to_vector(), x.to_vector());
  EXPECT_EQ(min(model(x, Mode::train)).item(), 0);
  EXPECT_EQ(model.seed_generators().size(), 1u);
}

TEST_F(SequentialModel, ConfigMakesTheSameModel) {
  for (const bool built : {false, true}) {
    Sequential model({Flatten(), Dense(4, {.activation = "relu"}), Dropout(0.25, {.seed = 1}), Dense(2)});
    if (built) model.build_for({{-1, 3, 2}});
    const std::string text = to_json(layer_to_config(model));
    const std::shared_ptr<Model> again = model_from_config(parse_json(text).as_config());
    EXPECT_EQ(to_json(layer_to_config(*again)), text);
    EXPECT_EQ(again->built(), built);
    EXPECT_EQ(again->name(), model.name());
    EXPECT_EQ(paths(*again), paths(model));
    const Tensor x = random_normal({5, 3, 2});
    model(x);
    (*again)(x);
    again->set_weights(model.get_weights());
    EXPECT_EQ((*again)(x).to_vector(), model(x).to_vector());
  }
}

TEST_F(SequentialModel, ErrorsNameLayersAndShapes) {
  Sequential model({Dense(4), Dense(2, {.name = "head"})});
  expect_error([&] { model.add(Dense(3, {.name = "head"})); }, "expected layers with different names");
  EXPECT_EQ(model.layers().size(), 2u) << "nothing has changed";
  expect_error([&] { model.add(AnyLayer()); }, "expected a layer, received none");
  expect_error([&] { model(Tensor()); }, "expected a tensor, received an empty one");
  expect_error([&] { model(scalar(1)); }, "expected an input with a batch axis");
  EXPECT_FALSE(model.built());
  model(zeros({5, 3}));
  expect_error(
      [&] {
        model(zeros({5, 4}));
      },
      "[Sequential \"sequential\"] expected inputs of shape (None, 3) for its input \"input_layer\", received "
      "shape (5, 4)");
  expect_error([&] { model.add(InputLayer({.batch_shape = {-1, 3}})); }, "an InputLayer in the first place only");
  expect_error([&] { model.set_weights({zeros({3, 4})}); }, "expected 4 weights, received 1");
  expect_error([&] { model.add(Permute({2, 1})); }, "[Permute \"permute\"] expected 2 axes after the batch axis");
  EXPECT_EQ(model.layers().size(), 2u);
  Sequential empty;
  expect_error([&] { empty.pop(); }, "has no layer to take away");
}

TEST_F(SequentialModel, AFailedFirstCallLeavesItUnbuilt) {
  Sequential model({Dense(4), Permute({2, 1})});
  expect_error([&] { model(zeros({5, 3})); }, "[Permute \"permute\"] expected 2 axes after the batch axis");
  EXPECT_FALSE(model.built());
  EXPECT_TRUE(model.inputs().empty());
}

}  // namespace
}  // namespace linnet::testing
