// Which array of a Keras file belongs to which weight; whole files are in keras_file_test.cpp and the reference cases.
#include "linnet/models/keras_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/layers/layers.h"
#include "linnet/layers/registry.h"
#include "linnet/models/sequential.h"

namespace linnet {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::string who = "[load_model] \"model.keras\"";

/// What is at `path` below `root`, made if it is not there.
Hdf5Object& at(Hdf5Object& root, const std::string& path) {
  const std::size_t end = path.find('/');
  Hdf5Object& child = root.children[path.substr(0, end)];
  return end == std::string::npos ? child : at(child, path.substr(end + 1));
}

void add_array(Hdf5Object& root, const std::string& path, const Shape& shape) {
  Hdf5Array array;
  array.shape = shape;
  at(root, path).array = array;
}

/// The places of the arrays, in the order of the weights.
std::vector<std::string> places(const Model& model, const Hdf5Object& root) {
  const Config object = layer_to_config(model);
  const WeightArrays pairs = keras_weights(who, model, object.at("config").as_config(), root);
  std::vector<std::string> result;
  const std::function<std::string(const Hdf5Object&, const Hdf5Object*)> place =
      [&](const Hdf5Object& group, const Hdf5Object* wanted) -> std::string {
    for (const auto& [name, child] : group.children) {
      if (&child == wanted) return name;
      if (const std::string below = place(child, wanted); !below.empty()) return name + "/" + below;
    }
    return "";
  };
  const Variables weights = model.weights();
  EXPECT_EQ(pairs.size(), weights.size());
  for (const Variable& weight : weights)
    for (const auto& [variable, array] : pairs)
      if (variable == weight) result.push_back(place(root, array));
  return result;
}

TEST(KerasWeights, LayersAreCountedByTheirClass) {
  Sequential model({Dense(3, {.name = "zz"}), Dropout(0.5), Dense(4, {.name = "aa"}), PReLU()});
  model.build_for({{-1, 2}});
  Hdf5Object root;
  add_array(root, "layers/dense/vars/0", {2, 3});
  add_array(root, "layers/dense/vars/1", {3});
  add_array(root, "layers/dense_1/vars/0", {3, 4});
  add_array(root, "layers/dense_1/vars/1", {4});
  add_array(root, "layers/p_re_lu/vars/0", {4});
  at(root, "layers/dropout/seed_generator/vars");
  EXPECT_EQ(places(model, root),
            (std::vector<std::string>{"layers/dense/vars/0", "layers/dense/vars/1", "layers/dense_1/vars/0",
                                      "layers/dense_1/vars/1", "layers/p_re_lu/vars/0"}));
}

TEST(KerasWeights, WrappersNameTheirLayersByTheirPurpose) {
  Sequential model({Bidirectional(GRU(2, {.return_sequences = true})), TimeDistributed(Dense(3, {.use_bias = false})),
                    RNN(std::vector<AnyLayer>{LSTMCell(2), LSTMCell(3)})});
  model.build_for({{-1, 5, 4}});
  Hdf5Object root;
  const std::string both = "layers/bidirectional/", cells = "layers/rnn/cell/cells/";
  std::vector<std::string> expected;
  auto add = [&](const std::string& path, const Shape& shape) {
    add_array(root, path, shape);
    expected.push_back(path);
  };
  for (const char* direction : {"forward_layer", "backward_layer"}) {
    add(both + direction + "/cell/vars/0", {4, 6});
    add(both + direction + "/cell/vars/1", {2, 6});
    add(both + direction + "/cell/vars/2", {2, 6});
  }
  add("layers/time_distributed/layer/vars/0", {4, 3});
  add(cells + "lstm_cell/vars/0", {3, 8});
  add(cells + "lstm_cell/vars/1", {2, 8});
  add(cells + "lstm_cell/vars/2", {8});
  add(cells + "lstm_cell_1/vars/0", {2, 12});
  add(cells + "lstm_cell_1/vars/1", {3, 12});
  add(cells + "lstm_cell_1/vars/2", {12});
  EXPECT_EQ(places(model, root), expected);
}

TEST(KerasWeights, ModelsInModelsAndLayersThatAreShared) {
  const AnyLayer shared = Dense(2, {.name = "shared"});
  const Tensor a = Input({2}), b = Input({2});
  Sequential inner({Dense(3), BatchNormalization()}, {.name = "inner"});
  const Tensor y = Add().apply({(*shared)(a), (*shared)(b)})[0];
  const Model model({a, b}, {inner(y)});
  Hdf5Object root;
  std::vector<std::string> expected;
  auto add = [&](const std::string& path, const Shape& shape) {
    add_array(root, path, shape);
    expected.push_back(path);
  };
  const std::string in = "layers/sequential/layers/";
  add("layers/dense/vars/0", {2, 2});
  add("layers/dense/vars/1", {2});
  add(in + "dense/vars/0", {2, 3});
  add(in + "dense/vars/1", {3});
  for (int i = 0; i < 4; ++i) add(concat(in, "batch_normalization/vars/", i), {3});
  EXPECT_EQ(places(model, root), expected);
}

TEST(KerasWeights, SaysWhatDoesNotFit) {
  Sequential model({Dense(3, {.name = "only"})});
  model.build_for({{-1, 2}});
  Hdf5Object root;
  EXPECT_THAT([&] { places(model, root); }, ThrowsMessage<FileError>(HasSubstr("has no weights of layers")));
  at(root, "layers/conv2d");
  EXPECT_THAT([&] { places(model, root); },
              ThrowsMessage<FileError>(HasSubstr("has no \"layers/dense\", the weights of \"only\"")));
  add_array(root, "layers/dense/vars/0", {2, 4});
  EXPECT_THAT([&] { places(model, root); },
              ThrowsMessage<FileError>(HasSubstr("Dense \"only\" has 2 weights, the file 1 for it")));
  add_array(root, "layers/dense/vars/1", {3});
  EXPECT_THAT([&] { places(model, root); },
              ThrowsMessage<FileError>(HasSubstr("kernel\" expected shape (2, 3), received (2, 4)")));
  root.children["layers"].children["dense"].children["vars"].children["0"] = Hdf5Object();
  EXPECT_THAT([&] { places(model, root); }, ThrowsMessage<FileError>(HasSubstr("received a group")));
}

// ---- the older kind

void add_layer(Hdf5Object& group, const std::string& name, const std::vector<std::pair<std::string, Shape>>& weights) {
  for (const auto& [weight, shape] : weights) {
    add_array(group, name + "/" + weight, shape);
    at(group, name).attributes["weight_names"].push_back(weight);
  }
}

TEST(KerasWeights, OfTheOlderKindByNameOrByOrder) {
  for (const bool are_named : {true, false}) {
    Sequential model(
        {Dense(2, {.name = are_named ? "b" : "first"}), ReLU(), Dense(2, {.name = are_named ? "a" : "last"})});
    model.build_for({{-1, 2}});
    Hdf5Object root;
    add_layer(root, "a", {{"a/kernel:0", {2, 2}}, {"a/bias:0", {2}}});
    add_layer(root, "b", {{"b/kernel:0", {2, 2}}, {"b/bias:0", {2}}});
    at(root, "re_lu").attributes["weight_names"] = {};
    root.attributes["layer_names0"] = {"a", "re_lu"};  // a list that is too long for one attribute
    root.attributes["layer_names1"] = {"b"};
    const std::vector<std::string> found = places(model, root);
    EXPECT_EQ(found[0], are_named ? "b/b/kernel:0" : "a/a/kernel:0");
    EXPECT_EQ(found[3], are_named ? "a/a/bias:0" : "b/b/bias:0");
  }
}

TEST(KerasWeights, OfTheOlderKindTheTrainableOnesComeFirst) {
  Sequential inner({BatchNormalization(), BatchNormalization()}, {.name = "inner"});
  Sequential model;  // ({inner}) would be a copy of it to some compilers
  model.add(inner);
  model.build_for({{-1, 3}});
  Hdf5Object root;
  std::vector<std::pair<std::string, Shape>> weights;
  for (const char* name : {"gamma", "beta", "gamma_1", "beta_1", "mean", "variance", "mean_1", "variance_1"})
    weights.emplace_back(name, Shape{3});
  add_layer(at(root, "model_weights"), "inner", weights);
  at(root, "model_weights").attributes["layer_names"] = {"inner"};
  const std::string in = "model_weights/inner/";
  EXPECT_EQ(places(model, root),
            (std::vector<std::string>{in + "gamma", in + "beta", in + "mean", in + "variance", in + "gamma_1",
                                      in + "beta_1", in + "mean_1", in + "variance_1"}));
  at(root, "model_weights").attributes["layer_names"] = {};
  EXPECT_THAT([&] { places(model, root); },
              ThrowsMessage<FileError>(HasSubstr("has weights of 0 layers, the model \"")));
}

}  // namespace
}  // namespace linnet
