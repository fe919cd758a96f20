// What layers compute in and keep their weights in, and mixed precision.
#include "linnet/layers/dtype_policy.h"

#include <gtest/gtest.h>

#include <cmath>

#include "linnet/initializers/initializers.h"
#include "linnet/kernels/kernels.h"
#include "linnet/layers/layers.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"
#include "support/check_op.h"
#include "support/silence.h"

namespace linnet::testing {
namespace {

void expect_close(const Tensor& actual, const Tensor& expected, double relative) {
  ASSERT_EQ(actual.shape(), expected.shape());
  const auto a = actual.to_vector<double>(), e = expected.to_vector<double>();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], e[i], relative * std::abs(e[i]) + 1e-6) << "at " << i;
}

TEST(DTypePolicy, HasNames) {
  const Silence silence;
  EXPECT_EQ(DTypePolicy("float64").compute_dtype(), float64);
  EXPECT_EQ(DTypePolicy("float64").variable_dtype(), float64);
  EXPECT_EQ(DTypePolicy("mixed_bfloat16").compute_dtype(), bfloat16);
  EXPECT_EQ(DTypePolicy("mixed_bfloat16").variable_dtype(), float32);
  for (const char* name : {"float32", "float64", "bfloat16", "mixed_bfloat16", "int32"})
    EXPECT_EQ(DTypePolicy(name).name(), name);
  expect_error([] { DTypePolicy("mixed_float16"); }, "Linnet has no float16");
  expect_error([] { DTypePolicy("float8"); },
               "[DTypePolicy] expected float32, float64, bfloat16 or mixed_bfloat16, received \"float8\"");
  expect_error([] { set_dtype_policy(int32); }, "[set_dtype_policy] expected a floating dtype, received \"int32\"");
}

TEST(DTypePolicy, SaysWhereItFallsBack) {
  std::vector<std::string> warnings;
  set_warning_handler([&](const std::string& text) { warnings.push_back(text); });
  DTypePolicy("float32");
  DTypePolicy("mixed_bfloat16");
  set_warning_handler({});
  EXPECT_EQ(warnings.size(), kernels::multiplies_bfloat16() ? 0u : 1u);
}

TEST(DTypePolicy, OfTheProgramIsThatOfNewLayers) {
  const Silence silence;
  const Dense before(2);
  set_dtype_policy("mixed_bfloat16");
  const Dense mixed(2);
  const Dense own(2, {.dtype = float64});
  EXPECT_EQ(dtype_policy().name(), "mixed_bfloat16");
  set_dtype_policy(float32);
  EXPECT_EQ(before.compute_dtype(), float32);
  EXPECT_EQ(mixed.compute_dtype(), bfloat16);
  EXPECT_EQ(mixed.dtype(), float32);
  EXPECT_EQ(own.compute_dtype(), float64);
  EXPECT_EQ(Dense(2).compute_dtype(), float32);
}

TEST(DTypePolicy, MixedKeepsWeightsAndTheirGradientsInFloat32) {
  const Silence silence;
  Dense layer(3, {.activation = relu, .dtype = "mixed_bfloat16"});
  const Tensor x = random_uniform({5, 4});
  const Tensor y = layer(x);
  EXPECT_EQ(y.dtype(), bfloat16);
  EXPECT_EQ(layer.kernel().dtype(), float32);
  EXPECT_EQ(layer.bias().dtype(), float32);

  // What it computes: operands rounded to bfloat16, everything else in float32, the result rounded.
  const Tensor rounded = matmul(x.to(bfloat16).to(float32), layer.kernel().value().to(bfloat16).to(float32));
  expect_close(y.to(float32), relu(rounded), 1.0 / 128);

  const Gradients found = gradients(sum(y), layer.trainable_weights());
  const Tensor dz = greater(y, 0.0).to(float32);
  const Tensor expected = matmul(transpose(x.to(bfloat16).to(float32)), dz);
  EXPECT_EQ(found[0].value.dtype(), float32);
  expect_close(found[0].value, expected, 1e-6);
  expect_close(found[1].value, sum(dz, 0), 1e-6);
}

TEST(DTypePolicy, MixedConvertsWeightsOfALayerOfOnesOwn) {
  const Silence silence;
  class Scale final : public LayerOf<Scale> {
   public:
    explicit Scale(LayerOptions options) : LayerOf("Scale", options) {}
    void build(const Shape& input) override { add_weight(factor_, "factor", {input.back()}, Ones()); }
    Tensor call(const Tensor& x, Mode) override { return x * factor_; }
    const Variable& factor() const { return factor_; }

   private:
    Variable factor_;
  };
  Scale layer({.dtype = "mixed_bfloat16"});
  const Tensor y = layer(ones({2, 3}));
  EXPECT_EQ(y.dtype(), bfloat16);
  EXPECT_EQ(layer.factor().dtype(), float32);
  EXPECT_EQ(layer.factor().value().dtype(), float32);  // outside of the call
  const Gradients found = gradients(sum(y), layer.trainable_weights());
  EXPECT_EQ(found[0].value.dtype(), float32);
  EXPECT_EQ(found[0].value.to_vector<float>(), (std::vector<float>{2, 2, 2}));
}

TEST(DTypePolicy, IsReadAndWrittenByName) {
  const Silence silence;
  for (const Value& dtype :
       {Value("mixed_bfloat16"), Value(object_config("DTypePolicy", {{"name", "mixed_bfloat16"}}))}) {
    const AnyLayer mixed = layer_from_config(object_config("Dense", {{"units", 2}, {"name", "d"}, {"dtype", dtype}}));
    EXPECT_EQ(mixed->compute_dtype(), bfloat16);
    EXPECT_EQ(mixed->config().at("dtype").as_string(), "mixed_bfloat16");
  }
}

}  // namespace
}  // namespace linnet::testing
