// Runs the check of every layer, and fails when a registered layer has none.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "layer_checks.h"
#include "linnet/layers/registry.h"

namespace linnet::testing {
namespace {

std::vector<LayerCheck> all_checks() {
  std::vector<LayerCheck> all;
  for (auto family : {basic_checks, activation_checks, shape_checks, merge_checks, normalization_checks,
                      convolution_checks, pooling_checks, recurrent_checks, noise_checks, einsum_dense_checks,
                      attention_checks, preprocessing_checks, augmentation_checks})
    for (LayerCheck& check : family()) all.push_back(std::move(check));
  return all;
}

/// Before any test registers a layer of its own.
const std::vector<std::string> library_layers = registered_layers();

class LayerClass : public ::testing::TestWithParam<LayerCheck> {};

TEST_P(LayerClass, IsRight) { check_layer(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, LayerClass, ::testing::ValuesIn(all_checks()),
                         [](const auto& entry) { return entry.param.name; });

/// A check of a layer checks those inside as well: the cell of an RNN.
void add_classes(const Layer& layer, std::set<std::string>& classes) {
  classes.insert(layer.class_name());
  for (const AnyLayer& inner : layer.sublayers()) add_classes(*inner, classes);
}

TEST(Layers, EveryRegisteredLayerHasACheck) {
  std::set<std::string> checked{"InputLayer"};            // computes nothing: the tests of models cover it
  checked.insert({"StringLookup", "TextVectorization"});  // read texts: text_test.cpp
  checked.insert("Operation");                            // computes in its inputs' dtype: operation_test.cpp
  checked.insert("GroupQueryAttention");                  // a second name of GroupedQueryAttention
  for (const LayerCheck& check : all_checks()) add_classes(*check.make(), checked);
  EXPECT_GE(library_layers.size(), 70U);
  for (const std::string& class_name : library_layers)
    EXPECT_TRUE(checked.contains(class_name)) << class_name << " has no entry in tests/layers/*_checks.cpp";
}

}  // namespace
}  // namespace linnet::testing
