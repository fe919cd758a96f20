// check_layer for every layer.
#include <gtest/gtest.h>

#include <set>

#include "linnet/layers/layers.h"
#include "linnet/layers/registry.h"
#include "linnet/regularizers/regularizers.h"
#include "support/check_layer.h"

namespace linnet::testing {
namespace {

std::set<std::string>& checked() {
  static std::set<std::string> names;
  return names;
}

void check_one(const LayerCheck& check) {
  checked().insert(check.layer->class_name());
  check_layer(check);
}

TEST(AllLayers, Dense) {
  check_one({.layer = Dense(4, {.dtype = float64}),
             .inputs = {{5, 3}},
             .output = {5, 4},
             .weights = {"kernel (3, 4)", "bias (4,)"}});
  for (const char* activation : {"relu", "tanh", "sigmoid", "gelu", "softmax"})
    check_one({.layer = Dense(4, {.activation = activation, .use_bias = false, .dtype = float64}),
               .inputs = {{2, 5, 3}},
               .output = {2, 5, 4},
               .weights = {"kernel (3, 4)"}});
  check_one({.layer = Dense(2, {.kernel_regularizer = L2(0.1),
                                .bias_regularizer = "l1",
                                .activity_regularizer = L1(0.2),
                                .kernel_constraint = "non_neg",
                                .dtype = float64}),
             .inputs = {{5, 3}},
             .output = {5, 2},
             .weights = {"kernel (3, 2)", "bias (2,)"}});
}

TEST(AllLayers, ShapeLayers) {
  check_one({.layer = Flatten({.dtype = float64}), .inputs = {{5, 2, 3, 4}}, .output = {5, 24}});
  check_one({.layer = Flatten({.dtype = float64}), .inputs = {{5}}, .output = {5, 1}});
  check_one({.layer = Flatten({.data_format = "channels_first", .dtype = float64}),
             .inputs = {{5, 2, 3, 4}},
             .output = {5, 24}});
  check_one({.layer = Reshape({2, 6}, {.dtype = float64}), .inputs = {{5, 3, 4}}, .output = {5, 2, 6}});
  check_one({.layer = Reshape({-1, 6}, {.dtype = float64}), .inputs = {{5, 3, 4}}, .output = {5, 2, 6}});
  check_one({.layer = Permute({2, 1}, {.dtype = float64}), .inputs = {{5, 3, 4}}, .output = {5, 4, 3}});
  check_one({.layer = Permute({3, 1, 2}, {.dtype = float64}), .inputs = {{5, 2, 3, 4}}, .output = {5, 4, 2, 3}});
  check_one({.layer = RepeatVector(3, {.dtype = float64}), .inputs = {{5, 4}}, .output = {5, 3, 4}});
  check_one({.layer = Identity({.dtype = float64}), .inputs = {{5, 4, 2}}, .output = {5, 4, 2}});
}

TEST(AllLayers, Activations) {
  const Shape shape{4, 5, 6};
  check_one({.layer = Activation("tanh", {.dtype = float64}), .inputs = {shape}, .output = shape});
  check_one({.layer = ReLU({.dtype = float64}), .inputs = {shape}, .output = shape});
  check_one({.layer = ReLU({.max_value = 1, .negative_slope = 0.1, .threshold = 0.2, .dtype = float64}),
             .inputs = {shape},
             .output = shape});
  check_one({.layer = LeakyReLU({.dtype = float64}), .inputs = {shape}, .output = shape});
  check_one({.layer = PReLU({.dtype = float64}), .inputs = {shape}, .output = shape, .weights = {"alpha (5, 6)"}});
  check_one({.layer = PReLU({.shared_axes = std::vector<int>{1}, .dtype = float64}),
             .inputs = {shape},
             .output = shape,
             .weights = {"alpha (1, 6)"}});
  check_one({.layer = ELU({.alpha = 0.5, .dtype = float64}), .inputs = {shape}, .output = shape});
  check_one({.layer = Softmax({.dtype = float64}), .inputs = {{4, 6}}, .output = {4, 6}});
  check_one({.layer = Softmax({.axis = {1, 2}, .dtype = float64}), .inputs = {{4, 6, 2}}, .output = {4, 6, 2}});
}

TEST(AllLayers, Regularization) {
  const Shape shape{8, 5, 6};
  check_one({.layer = Dropout(0.5, {.seed = 3, .dtype = float64}),
             .inputs = {shape},
             .output = shape,
             .random_in_training = true});
  check_one({.layer = Dropout(0, {.dtype = float64}), .inputs = {shape}, .output = shape});
  check_one(
      {.layer = ActivityRegularization({.l1 = 0.1, .l2 = 0.2, .dtype = float64}), .inputs = {shape}, .output = shape});
}

TEST(AllLayers, Preprocessing) {
  const Shape shape{8, 5, 3};
  check_one({.layer = Rescaling(2, {.offset = -1, .dtype = float64}), .inputs = {shape}, .output = shape});
  check_one({.layer = Rescaling(1.0 / 255, {.dtype = float64}),
             .inputs = {shape},
             .output = shape,
             .input_dtype = uint8,
             .low = 0,
             .high = 256});
  check_one({.layer = Normalization({.dtype = float64}),
             .inputs = {shape},
             .output = shape,
             .weights = {"mean (3,)", "variance (3,)", "count ()"}});
  check_one({.layer = Normalization({.axis = std::vector<int>{1, 2}, .invert = true, .dtype = float64}),
             .inputs = {shape},
             .output = shape,
             .weights = {"mean (5, 3)", "variance (5, 3)", "count ()"}});
  check_one({.layer = Normalization({.mean = {{1, 2, 3}}, .variance = {{1, 4, 0.5}}, .dtype = float64}),
             .inputs = {shape},
             .output = shape});
}

TEST(AllLayers, Embedding) {
  for (const DType dtype : {int32, int64, uint8, float32})
    check_one({.layer = Embedding(9, 4, {.embeddings_regularizer = L2(0.1), .mask_zero = true, .dtype = float64}),
               .inputs = {{5, 3}},
               .output = {5, 3, 4},
               .weights = {"embeddings (9, 4)"},
               .input_dtype = dtype,
               .low = 0,
               .high = 9,
               .differentiable = false,
               .passes_mask = true});
  check_one({.layer = Masking({.dtype = float64}), .inputs = {{5, 3, 2}}, .output = {5, 3, 2}, .passes_mask = true});
}

TEST(AllLayers, Merges) {
  const Shapes two{{5, 3, 4}, {5, 3, 4}}, three{{5, 3, 4}, {5, 1, 4}, {5, 4}};
  const Shape output{5, 3, 4};
  check_one({.layer = Add({.dtype = float64}), .inputs = three, .output = output});
  check_one({.layer = Subtract({.dtype = float64}), .inputs = two, .output = output});
  check_one({.layer = Multiply({.dtype = float64}), .inputs = three, .output = output});
  check_one({.layer = Average({.dtype = float64}), .inputs = three, .output = output});
  check_one({.layer = Maximum({.dtype = float64}), .inputs = two, .output = output});
  check_one({.layer = Minimum({.dtype = float64}), .inputs = three, .output = output});
  check_one({.layer = Concatenate({.dtype = float64}), .inputs = two, .output = {5, 3, 8}});
  check_one(
      {.layer = Concatenate({.axis = 1, .dtype = float64}), .inputs = {{5, 3, 4}, {5, 1, 4}}, .output = {5, 4, 4}});
  check_one({.layer = Dot(1, {.dtype = float64}), .inputs = {{5, 3}, {5, 3}}, .output = {5, 1}});
  check_one({.layer = Dot({2, 1}, {.dtype = float64}), .inputs = {{5, 2, 3}, {5, 3, 4}}, .output = {5, 2, 4}});
  check_one({.layer = Dot(-1, {.normalize = true, .dtype = float64}), .inputs = {{5, 2, 3}, {5, 3}}, .output = {5, 2}});
}

/// Runs last: GoogleTest keeps the order of a file.
TEST(AllLayers, NoneIsLeftOut) {
  if (checked().empty()) GTEST_SKIP() << "run together with the checks";
  for (const std::string& name : registered_layers())
    EXPECT_TRUE(name == "InputLayer" || checked().contains(name)) << name << " has no check_layer";
}

}  // namespace
}  // namespace linnet::testing
