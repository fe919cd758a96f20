// Keras's operations in functional graphs, as its files have them.
#include "linnet/models/keras_operation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/layers/registry.h"
#include "linnet/models/model.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/saving/json.h"

namespace linnet {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::string tensor_of(const std::string& layer, const char* shape = "[null, 3]", const char* dtype = "float32") {
  return R"({"class_name": "__keras_tensor__", "config": {"shape": )" + std::string(shape) + R"(, "dtype": ")" + dtype +
         R"(", "keras_history": [")" + layer + R"(", 0, 0]}})";
}

std::string input_layer(const std::string& name, const char* shape = "[null, 3]") {
  return R"({"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": )" + std::string(shape) +
         R"(, "dtype": "float32", "name": ")" + name + R"("}, "registered_name": null, "name": ")" + name +
         R"(", "inbound_nodes": []})";
}

std::string node(const std::string& module, const std::string& class_name, const std::string& name,
                 const std::string& config, const std::string& args, const std::string& kwargs = "{}") {
  return R"({"module": ")" + module + R"(", "class_name": ")" + class_name + R"(", "config": )" + config +
         R"(, "registered_name": ")" + class_name + R"(", "name": ")" + name + R"(", "inbound_nodes": [{"args": )" +
         args + R"(, "kwargs": )" + kwargs + "}]}";
}

AnyLayer loaded(const std::string& layers, const std::string& input, const std::string& output) {
  const std::string text =
      R"({"class_name": "Functional", "config": {"name": "functional", "trainable": true, "layers": [)" + layers +
      R"(], "input_layers": [[")" + input + R"(", 0, 0]], "output_layers": [[")" + output + R"(", 0, 0]]}})";
  return layer_from_config(parse_json(text).as_config());
}

const Tensor x = tensor({{1, -2, 3}, {4, 5, -6}});

TEST(KerasOperation, BecomesALayerOfItsGraph) {
  const auto model = loaded(
      input_layer("x") + "," +
          node("keras.src.ops.numpy", "Add", "add", R"({"name": "add"})", "[" + tensor_of("x") + ", 1.0]") + "," +
          node(
              "keras.src.ops.numpy", "GetItem", "get_item", R"({"name": "get_item"})",
              "[" + tensor_of("add") +
                  R"(, {"class_name": "__tuple__", "items": [{"class_name": "__slice__", "config": {"start": null, "stop": null, "step": null}}, {"class_name": "__slice__", "config": {"start": 1, "stop": null, "step": null}}]}])") +
          "," +
          node("keras.src.ops.numpy", "Mean", "mean", R"({"name": "mean", "axis": 1, "keepdims": true})",
               "[" + tensor_of("get_item", "[null, 2]") + "]"),
      "x", "mean");
  EXPECT_EQ((*model)(x).to_vector(), (std::vector<float>{1.5f, 0.5f}));
  // And again, as Linnet writes it.
  EXPECT_EQ((*layer_from_config(layer_to_config(*model)))(x).to_vector(), (*model)(x).to_vector());
}

TEST(KerasOperation, TakesArraysAndListsOfTensors) {
  const auto model = loaded(
      input_layer("x") + "," +
          node("keras.src.ops.numpy", "Multiply", "multiply", "{}",
               "[" + tensor_of("x") +
                   R"(, {"class_name": "__numpy__", "config": {"value": [[1.0, 2.0, 3.0]], "dtype": "float32"}}])") +
          "," +
          node("keras.src.ops.numpy", "Concatenate", "concatenate", R"({"axis": -1})",
               "[[" + tensor_of("multiply") + "," + tensor_of("x") + "]]") +
          "," +
          node("keras.src.ops.numpy", "Einsum", "einsum", R"({"subscripts": "ab,ab->a"})",
               "[" + tensor_of("concatenate", "[null, 6]") + "," + tensor_of("concatenate", "[null, 6]") + "]"),
      "x", "einsum");
  const Tensor scaled = x * tensor({{1, 2, 3}});
  EXPECT_EQ((*model)(x).to_vector(), (sum(scaled * scaled, 1) + sum(x * x, 1)).to_vector());
}

TEST(KerasOperation, ThatOnlyComputesAMaskIsLeftOut) {
  // As Keras writes Masking before a layer that takes masks: the mask of "masking", computed once more.
  const std::string layers =
      input_layer("x", "[null, 2, 3]") + "," +
      node("keras.layers", "Masking", "masking", R"({"name": "masking", "mask_value": 0.0})",
           "[" + tensor_of("x", "[null, 2, 3]") + "]") +
      "," +
      node("keras.src.ops.numpy", "NotEqual", "not_equal", "{}", "[" + tensor_of("x", "[null, 2, 3]") + ", 0.0]") +
      "," +
      node("keras.src.ops.numpy", "AnyThingNew", "any_thing_new", "{}",
           "[" + tensor_of("not_equal", "[null, 2, 3]", "bool") + "]") +
      "," +
      node("keras.layers", "GlobalAveragePooling1D", "pooling", R"({"name": "pooling"})",
           "[" + tensor_of("masking", "[null, 2, 3]") + "]",
           R"({"mask": )" + tensor_of("any_thing_new", "[null, 2]", "bool") + "}");
  const auto model = loaded(layers, "x", "pooling");
  EXPECT_EQ((*model)(tensor({{{2, 4, 6}, {0, 0, 0}}})).to_vector(), (std::vector<float>{2, 4, 6}));
  EXPECT_THAT([&] { loaded(layers, "x", "any_thing_new"); },
              ThrowsMessage<Error>(HasSubstr("unknown name \"any_thing_new\"")));
}

TEST(KerasOperation, CalledTwiceBecomesTwoLayers) {
  const std::string twice =
      R"({"module": "keras.src.ops.numpy", "class_name": "Negative", "config": {}, "registered_name": "Negative", "name": "negative", "inbound_nodes": [)"
      R"({"args": [)" +
      tensor_of("x") +
      R"(], "kwargs": {}}, {"args": [{"class_name": "__keras_tensor__", "config": {"shape": [null, 3], )"
      R"("dtype": "float32", "keras_history": ["negative", 0, 0]}}], "kwargs": {}}]})";
  const std::string text = R"({"class_name": "Functional", "config": {"name": "m", "trainable": true, "layers": [)" +
                           input_layer("x") + "," + twice +
                           R"(], "input_layers": [["x", 0, 0]], "output_layers": [["negative", 1, 0]]}})";
  EXPECT_EQ((*layer_from_config(parse_json(text).as_config()))(x).to_vector(), x.to_vector());
}

TEST(KerasOperation, SaysWhatItCannotRead) {
  EXPECT_THAT(
      [] {
        loaded(input_layer("x") + "," +
                   node("keras.src.ops.numpy", "Add", "add", "{}",
                        "[" + tensor_of("x") + R"(, {"class_name": "__lambda__", "config": {}}])"),
               "x", "add");
      },
      ThrowsMessage<Error>(HasSubstr("[load] expected an argument that Linnet can read")));
}

}  // namespace
}  // namespace linnet
