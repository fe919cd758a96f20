// Functional models: order of the layers, shared and nested layers, inputs, penalties, configs, errors.
#include <gtest/gtest.h>

#include "linnet/layers/layers.h"
#include "linnet/layers/registry.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/regularizers/regularizers.h"
#include "linnet/saving/json.h"
#include "linnet/tensor/autograd.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

std::vector<std::string> names(const Model& model) {
  std::vector<std::string> all;
  for (const AnyLayer& layer : model.layers()) all.push_back(layer->name());
  return all;
}

std::vector<std::string> paths(const Layer& layer) {
  std::vector<std::string> all;
  for (const Variable& weight : layer.weights()) all.push_back(weight.path());
  return all;
}

using Names = std::vector<std::string>;

class Functional : public ::testing::Test {
 protected:
  void SetUp() override {
    clear_session();
    set_random_seed(3);
  }
};

TEST_F(Functional, LayersStandInTheOrderOfTheirDepth) {
  const Tensor a = Input({4, 3}), b = Input({2, 6});
  const Tensor left = Reshape({6, 2})(a), right = Permute({2, 1})(Reshape({2, 6})(b));
  const Tensor product = Dot({2, 2})({left, right});
  const Model model({a, b}, {Flatten()(product), Dense(2)(Flatten()(left)), Softmax()(product)});
  EXPECT_EQ(names(model), (Names{"input_layer_1", "input_layer", "reshape_1", "reshape", "permute", "dot", "flatten_1",
                                 "flatten", "dense", "softmax"}));
  EXPECT_EQ(model.input_names(), (Names{"input_layer", "input_layer_1"}));
  EXPECT_EQ(model.output_names(), (Names{"flatten", "dense", "softmax"}));
  EXPECT_EQ(model.name(), "functional");
}

TEST_F(Functional, ComputesWhatItsLayersCompute) {
  const Tensor a = Input({3}), b = Input({2});
  Dense hidden(4, {.activation = "tanh"}), side(4), head(1);
  Model model({a, b}, {head(Add()({hidden(a), side(b)})), hidden(a)});
  const Tensor x = random_normal({5, 3}), y = random_normal({5, 2});
  const Tensors outputs = model.apply({x, y});
  EXPECT_EQ(outputs[1].to_vector(), hidden(x).to_vector());
  EXPECT_EQ(outputs[0].to_vector(), head(hidden(x) + side(y)).to_vector());
  EXPECT_EQ(model.compute_output_shapes({{5, 3}, {5, 2}}), (Shapes{{5, 1}, {5, 4}}));
}

TEST_F(Functional, ASharedLayerIsCalledTwiceAndHasItsWeightsOnce) {
  const Tensor a = Input({3}), b = Input({3});
  Dense tower(2, {.name = "tower"});
  Model model({a, b}, {Subtract()({tower(a), tower(b)})});
  EXPECT_EQ(names(model), (Names{"input_layer", "input_layer_1", "tower", "subtract"}));
  EXPECT_EQ(model.count_params(), 3 * 2 + 2);
  EXPECT_EQ(paths(model), (Names{"tower/kernel", "tower/bias"}));
  const Tensor x = random_normal({5, 3}), y = random_normal({5, 3});
  const Tensor found = model({x, y});
  EXPECT_EQ(found.to_vector(), (tower(x) - tower(y)).to_vector());
  const Gradients all = gradients(sum(square(found)), model.trainable_weights());
  EXPECT_EQ(max(abs(all[1].value)).item(), 0) << "the bias goes away in the difference";
  EXPECT_GT(max(abs(all[0].value)).item(), 0);
}

TEST_F(Functional, ANestedModelIsALayer) {
  const Tensor inner_input = Input({3});
  Model inner(inner_input, Dense(2)(inner_input), {.name = "inner"});
  const Tensor a = Input({3}), b = Input({3});
  Sequential stack({Dense(2), Dense(2)}, {.name = "stack"});
  Model model({a, b}, {Concatenate()({inner(a), inner(b), stack(a)})});
  EXPECT_EQ(paths(model), (Names{"inner/dense/kernel", "inner/dense/bias", "stack/dense_1/kernel", "stack/dense_1/bias",
                                 "stack/dense_2/kernel", "stack/dense_2/bias"}));
  const Tensor x = random_normal({5, 3}), y = random_normal({5, 3});
  const Tensor found = model({x, y});
  EXPECT_EQ(found.shape(), (Shape{5, 6}));
  EXPECT_EQ(slice(found, 1, 2, 4).to_vector(), inner(y).to_vector());
}

TEST_F(Functional, AnInputThatNoOutputNeedsBelongsToTheModel) {
  const Tensor a = Input({3}), unused = Input({2});
  Model model({a, unused}, {Dense(1)(a)});
  EXPECT_EQ(names(model), (Names{"input_layer", "input_layer_1", "dense"}));
  EXPECT_EQ(model({zeros({4, 3}), zeros({4, 2})}).shape(), (Shape{4, 1}));
}

TEST_F(Functional, FeaturesOfAModelAreAModel) {
  const Tensor x = Input({3}), features = Dense(4)(x);
  const Model whole(x, Dense(1)(features));
  Model part(whole.inputs(), {features});
  EXPECT_EQ(part(zeros({2, 3})).shape(), (Shape{2, 4}));
  EXPECT_EQ(part.weights()[0], whole.weights()[0]);
}

TEST_F(Functional, InputsAreConvertedAndTheirLastAxisMayBeImplied) {
  const Tensor x = Input({4, 1});
  Model doubled(x, Add()({x, x}));
  const Tensor pixels = full({2, 4}, 200, uint8);
  const Tensor y = doubled(pixels);
  EXPECT_EQ(y.dtype(), float32);
  EXPECT_EQ(y.shape(), (Shape{2, 4, 1}));
  EXPECT_EQ(max(y).item(), 400) << "integers would wrap around";
  const Tensor z = Input({4});
  EXPECT_EQ(Model(z, Identity()(z))(zeros({2, 4, 1}, float64)).shape(), (Shape{2, 4}));
  EXPECT_EQ(Model(z, Identity()(z))(zeros({2, 4}, float64)).dtype(), float32);
}

TEST_F(Functional, LargeIndicesReachAnEmbeddingUnchanged) {
  constexpr std::int64_t rows = (1 << 24) + 1;  // float32 cannot say this number: it would become the last row
  const Tensor x = Input({1});
  Model model(x, Embedding(rows, 1, {.embeddings_initializer = "zeros"})(x));
  EXPECT_NO_THROW(model(full({1, 1}, rows - 1, int64)));
  expect_error(
      [&] {
        model(full({1, 1}, rows, int64));
      },
      "[Embedding \"embedding\"] expected numbers from 0 to 16777216, received 16777217");
}

TEST_F(Functional, PenaltiesOfAllCallsOfASharedLayerCount) {
  const Tensor a = Input({3}), b = Input({3});
  Dense shared(2, {.kernel_regularizer = L2(0.5), .activity_regularizer = L2(0.25)});
  Model model({a, b}, {Add()({shared(a), shared(b)})});
  EXPECT_EQ(model.losses().size(), 1u) << "the kernel's, before any call";
  const Tensor x = random_normal({5, 3}), y = random_normal({5, 3});
  for (int call = 0; call < 2; ++call) {  // a call starts them anew
    model({x, y});
    const Tensors losses = model.losses();
    ASSERT_EQ(losses.size(), 3u);
    const NoGrad no_grad;
    const Tensor kernel = model.weights()[0];
    EXPECT_NEAR(losses[0].item(), 0.25 * sum(square(matmul(x, kernel))).item() / 5, 1e-5);
    EXPECT_NEAR(losses[1].item(), 0.25 * sum(square(matmul(y, kernel))).item() / 5, 1e-5);
    EXPECT_NEAR(losses[2].item(), 0.5 * sum(square(kernel)).item(), 1e-5);
  }
}

TEST_F(Functional, MasksRideAlong) {
  const Tensor x = Input({4}, {.dtype = int32});
  Model model(x, Dense(2)(Embedding(9, 3, {.mask_zero = true})(x)));
  const Tensor y = model(tensor({{1, 2, 0, 0}}, int32));
  ASSERT_TRUE(y.mask().defined());
  EXPECT_EQ(y.mask().to_vector<int>(), (std::vector<int>{1, 1, 0, 0}));
}

void expect_same_after_json(Model& model, const Tensors& inputs) {
  const std::string text = to_json(layer_to_config(model));
  const std::shared_ptr<Model> again = model_from_config(parse_json(text).as_config());
  EXPECT_EQ(to_json(layer_to_config(*again)), text);
  EXPECT_EQ(names(*again), names(model));
  EXPECT_EQ(paths(*again), paths(model));
  again->set_weights(model.get_weights());
  const Tensors wanted = model.apply(inputs), found = again->apply(inputs);
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].to_vector(), wanted[i].to_vector());
}

TEST_F(Functional, ConfigMakesTheSameModel) {
  const Tensor a = Input({3}, {.name = "left"}), b = Input({3});
  const Tensor inner_input = Input({2});
  Model inner(inner_input, Dense(2)(inner_input));
  Sequential stack({Dense(2, {.activation = "relu"}), Dropout(0.5)});
  Dense tower(2);
  tower(Input({3}));  // a call outside the model: Keras counts those inside only
  const Tensor first = tower(a), second = tower(b);
  Model model({a, b}, {inner(Add()({first, second})), stack(second), Dot(1)({first, second})}, {.name = "whole"});
  expect_same_after_json(model, {random_normal({5, 3}), random_normal({5, 3})});

  const Config config = model.config();
  EXPECT_EQ(to_string(config.at("input_layers")), R"([["left", 0, 0], ["input_layer", 0, 0]])");
  EXPECT_EQ(to_string(config.at("output_layers")), R"([["functional", 1, 0], ["sequential", 0, 0], ["dot", 0, 0]])");
}

TEST_F(Functional, ReadsKerasConfigs) {
  const char* text = R"({"module": "keras.src.models.functional", "class_name": "Functional", "config": {
    "name": "functional", "trainable": true, "layers": [
      {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 3], "dtype": "float32",
       "sparse": false, "ragged": false, "name": "x", "optional": false}, "registered_name": null, "name": "x",
       "inbound_nodes": []},
      {"module": "keras.layers", "class_name": "Masking", "config": {"name": "masking", "trainable": true, "dtype":
       {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null},
       "mask_value": 0.0}, "registered_name": null, "name": "masking", "inbound_nodes": [{"args": [{"class_name":
       "__keras_tensor__", "config": {"shape": [null, 3], "dtype": "float32", "keras_history": ["x", 0, 0]}}],
       "kwargs": {}}]},
      {"module": "keras.src.ops.numpy", "class_name": "NotEqual", "config": {"name": "not_equal"}, "registered_name":
       "NotEqual", "name": "not_equal", "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
       {"shape": [null, 3], "dtype": "float32", "keras_history": ["x", 0, 0]}}, 0.0], "kwargs": {}}]},
      {"module": "keras.layers", "class_name": "Softmax", "config": {"name": "softmax", "trainable": true, "dtype":
       "float32", "axis": -1}, "registered_name": null, "name": "softmax", "inbound_nodes": [{"args": [{"class_name":
       "__keras_tensor__", "config": {"shape": [null, 3], "dtype": "float32", "keras_history": ["masking", 0, 0]}}],
       "kwargs": {"mask": {"class_name": "__keras_tensor__", "config": {"shape": [null, 3], "dtype": "bool",
       "keras_history": ["not_equal", 0, 0]}}}}]}],
    "input_layers": ["x", 0, 0], "output_layers": {"kind": ["softmax", 0, 0]}},
    "registered_name": "Functional", "build_config": {"input_shape": null}, "compile_config": {}})";
  const std::shared_ptr<Model> model = model_from_config(parse_json(text).as_config());
  EXPECT_EQ(names(*model), (Names{"x", "masking", "softmax"}));
  EXPECT_NEAR((*model)(tensor({{1, 1, 1}}))[0].to_vector()[0], 1.0 / 3, 1e-6);
}

TEST_F(Functional, ErrorsNameWhatIsWrong) {
  const Tensor a = Input({3}, {.name = "a"}), b = Input({3}, {.name = "b"});
  const Tensor y = Add()({a, b});
  expect_error([&] { Model(a, y); }, "graph disconnected: an output depends on the Input \"b\"");
  expect_error([&] { Model(Tensors{}, {y}); }, "expected inputs and outputs");
  expect_error([&] { Model(Dense(2)(a), Dense(1)(a)); }, "expected inputs made by Input()");
  expect_error([&] { Model(zeros({2, 3}), zeros({2, 3})); }, "expected a symbolic tensor");
  expect_error([&] { Model(a, Dense(3, {.name = "twin"})(Dense(3, {.name = "twin"})(a))); },
               "expected layers with different names, received two named \"twin\"");
  expect_error([&] { Add()({a, zeros({2, 3})}); }, "expected symbolic inputs or tensors with values, received both");
  Model model({a, b}, {y}, {.name = "sum"});
  expect_error([&] { model(zeros({2, 3})); }, "[Model \"sum\"] expected 2 inputs, received 1");
  expect_error(
      [&] {
        model({zeros({2, 3}), zeros({2, 4})});
      },
      "expected inputs of shape (None, 3) for its input \"b\", received shape (2, 4)");
  expect_error([&] { model.layer("dense"); }, "expected one of the layers \"a\", \"b\", \"add\"; received \"dense\"");
}

TEST_F(Functional, UnreadableConfigsAreRefused) {
  expect_error([] { model_from_config(object_config("Transformer", {})); },
               "[load] unknown layer class \"Transformer\"");
  const Tensor x = Input({3});
  Model model(x, Dense(1)(x));
  Config config = model.config();
  List layers = config.at("layers").as_list();
  layers.erase(layers.begin());  // the Input
  config.set("layers", layers);
  expect_error([&] { model_from_config(object_config("Functional", config)); }, "\"dense\" never gets its inputs");
}

TEST_F(Functional, PredictTakesNamedInputsInAnyOrder) {
  const Tensor a = Input({1}, {.name = "a"}), b = Input({2}, {.name = "b"});
  Model model({a, b}, {Concatenate()({a, b})});
  Dataset data(Tensors{tensor({{1, 2}}), tensor({{3}})}, Tensors{});
  data.x_names = {"b", "a"};
  EXPECT_EQ(model.predict(data, {.verbose = 0})[0].to_vector(), (std::vector<float>{3, 1, 2}));
}

/// A model with its own call: two layers and a shortcut.
class Residual final : public LayerOf<Residual, Model> {
 public:
  explicit Residual(LayerOptions options = {}) : LayerOf("Residual", options) {}
  Tensor call(const Tensor& x, Mode mode) override { return head_(x + hidden_(x, mode), mode); }

 private:
  Dense hidden_ = track(Dense(3, {.activation = "relu"}));
  Dense head_ = track(Dense(1));
};

TEST_F(Functional, ASubclassedModelBuildsItsLayersOnTheFirstCall) {
  Residual net;
  EXPECT_FALSE(net.built());
  EXPECT_EQ(net(zeros({2, 3})).shape(), (Shape{2, 1}));
  EXPECT_EQ(paths(net), (Names{"residual/dense/kernel", "residual/dense/bias", "residual/dense_1/kernel",
                               "residual/dense_1/bias"}));
  EXPECT_EQ(net.output_shapes(), (Shapes{{-1, 1}}));

  Residual other;
  other.build_for({{-1, 3}});
  EXPECT_EQ(paths(other)[0], "residual_1/dense_2/kernel");
  other.set_weights(net.get_weights());
  const Tensor x = random_normal({4, 3});
  EXPECT_EQ(other(x).to_vector(), net(x).to_vector());

  const Tensor input = Input({3});
  Model around(input, Activation("sigmoid")(net(input)));
  EXPECT_EQ(around(x).to_vector(), sigmoid(net(x)).to_vector());
  expect_error([&] { net.config(); }, "expected config() to be overridden");
}

}  // namespace
}  // namespace linnet::testing
