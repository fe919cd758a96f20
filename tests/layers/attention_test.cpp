// What attention layers do beyond one formula: masks, causal masks, scores, the way back of ReversibleEmbedding,
// errors.
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/layers/layers.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

void expect_near(const Tensor& a, const Tensor& b, double tolerance = 2e-6) {
  ASSERT_EQ(a.shape(), b.shape());
  EXPECT_LE(max(abs(a.to(float64) - b.to(float64))).item(), tolerance);
}

/// x with other numbers from step `first` on.
Tensor with_other_future(const Tensor& x, std::int64_t first) {
  return concatenate({slice(x, 1, 0, first), random_normal({x.shape()[0], x.shape()[1] - first, x.shape()[2]})}, 1);
}

TEST(MultiHeadAttentionLayer, SeesNoFutureWithACausalMask) {
  for (bool scores : {false, true}) {  // the two ways of computing it
    MultiHeadAttention layer(2, 3);
    const Tensor x = random_normal({2, 70, 5}), other = with_other_future(x, 66);
    const AttentionArguments arguments{.use_causal_mask = true, .return_attention_scores = scores};
    const Tensor y = layer.apply({x, x}, arguments)[0], z = layer.apply({other, other}, arguments)[0];
    EXPECT_EQ(slice(y, 1, 0, 66).to_vector(), slice(z, 1, 0, 66).to_vector());
    EXPECT_NE(slice(y, 1, 66, 67).to_vector(), slice(z, 1, 66, 67).to_vector());
  }
}

TEST(MultiHeadAttentionLayer, ComputesTheSameWithAndWithoutScores) {
  const Tensor x = random_normal({2, 70, 6}).set_requires_grad(), y = random_normal({2, 90, 6}).set_requires_grad();
  const Tensor mask = greater(random_uniform({2, 70, 90}), 0.5), value_mask = greater(random_uniform({2, 90}), 0.2);
  GroupQueryAttention layer(3, 4, 2, {.sliding_window = 60});
  for (bool causal : {false, true}) {
    AttentionArguments arguments{.use_causal_mask = causal, .attention_mask = mask, .value_mask = value_mask};
    const Tensor fused = layer({x, y}, arguments);
    arguments.return_attention_scores = true;
    const Tensors both = layer.apply({x, y}, arguments);
    expect_near(fused, both[0]);
    EXPECT_EQ(both[1].shape(), (Shape{2, 4, 70, 90}));
    expect_near(sum(both[1], -1), ones({2, 4, 70}), 1e-5);
    Tensors wanted = {x, y};
    for (const Variable& weight : layer.weights()) wanted.push_back(weight.value());
    const Tensor cotangent = random_normal(fused.shape());
    const Tensors a = gradients(sum(fused * cotangent), wanted), b = gradients(sum(both[0] * cotangent), wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) expect_near(a[i], b[i], 1e-4 * (1 + max(abs(b[i])).item()));
  }
}

TEST(MultiHeadAttentionLayer, LeavesOutWhatTheEmbeddingMasks) {
  Embedding words(10, 4, {.mask_zero = true});
  MultiHeadAttention layer(2, 3);
  const Tensor padded = words(tensor({{1, 2, 3, 0, 0}}, int32)), plain = words(tensor({{1, 2, 3}}, int32));
  const Tensor y = layer({padded, padded}), z = layer({plain, plain});
  expect_near(slice(y, 1, 0, 3), z);
  EXPECT_EQ(y.mask().to_vector(), padded.mask().to_vector());
  const Tensor by_argument = layer({words(tensor({{1, 2, 3, 4, 5}}, int32)), words(tensor({{1, 2, 3, 4, 5}}, int32))},
                                   {.value_mask = tensor({{1, 1, 1, 0, 0}}).to(boolean)});
  expect_near(slice(by_argument, 1, 0, 3), z);
}

TEST(MultiHeadAttentionLayer, WeighsAllStepsTheSameWhereNoneIsSeen) {
  MultiHeadAttention layer(1, 2);
  const Tensor x = random_normal({1, 3, 2});
  const Tensors both = layer.apply({x, x}, {.return_attention_scores = true, .value_mask = zeros({1, 3}, boolean)});
  expect_near(both[1], full({1, 1, 3, 3}, 1.0 / 3));
  expect_near(layer({x, x}, {.value_mask = zeros({1, 3}, boolean)}), both[0]);
}

TEST(MultiHeadAttentionLayer, DropsWeightsInTraining) {
  MultiHeadAttention layer(2, 3, {.dropout = 0.5, .seed = 1});
  const Tensor x = random_normal({1, 8, 4});
  EXPECT_EQ(layer({x, x}).to_vector(), layer({x, x}).to_vector());
  EXPECT_NE(layer({x, x}, Mode::train).to_vector(), layer({x, x}, Mode::train).to_vector());
  EXPECT_EQ(layer.seed_generators().size(), 1U);
}

TEST(MultiHeadAttentionLayer, NamesItsWeightsAsKerasDoes) {
  MultiHeadAttention layer(2, 3, {.use_gate = true, .name = "mha"});
  layer.build_for({{-1, 4, 5}, {-1, 4, 6}});
  std::vector<std::string> paths;
  for (const Variable& weight : layer.weights()) paths.push_back(weight.path());
  EXPECT_EQ(paths, (std::vector<std::string>{"mha/query/kernel", "mha/query/bias", "mha/key/kernel", "mha/key/bias",
                                             "mha/gate/kernel", "mha/gate/bias", "mha/value/kernel", "mha/value/bias",
                                             "mha/attention_output/kernel", "mha/attention_output/bias"}));
  EXPECT_EQ(layer.weights()[2].shape(), (Shape{6, 2, 3}));
}

TEST(AttentionLayer, MasksTheQueryAndTheValue) {
  const Tensor query = random_normal({1, 3, 2}), value = random_normal({1, 4, 2});
  const Tensor some = tensor({{1, 0, 1}}).to(boolean), few = tensor({{1, 1, 0, 0}}).to(boolean);
  Attention layer;
  const Tensor y = layer({query.with_mask(some), value.with_mask(few)});
  const Tensor short_value = slice(value, 1, 0, 2);
  const Tensor expected = matmul(softmax(matmul(query, transpose(short_value))), short_value);
  expect_near(y, expected * expand_dims(some, -1).to(float32));
  EXPECT_EQ(y.mask().to_vector(), some.to_vector());
  const Tensors both = layer.apply({query, value}, {.use_causal_mask = true, .return_attention_scores = true});
  EXPECT_EQ(both[1].shape(), (Shape{1, 3, 4}));
  EXPECT_EQ(slice(both[1], 1, 0, 1).to_vector(), (std::vector<float>{1, 0, 0, 0}));
}

TEST(ReversibleEmbeddingLayer, GoesBack) {
  ReversibleEmbedding tied(7, 3), capped(7, 3, {.logit_soft_cap = 2}), free(7, 3, {.tie_weights = false});
  const Tensor ids = tensor({{1, 0, 6}}, int32), x = random_normal({1, 3, 3}, 0, 10);
  for (ReversibleEmbedding layer : {tied, capped, free}) EXPECT_EQ(layer(ids).shape(), (Shape{1, 3, 3}));
  const Tensor scores = tied.reverse(x);
  expect_near(scores, matmul(x, transpose(tied.weights()[0].value())));
  capped.set_weights(tied.get_weights());
  expect_near(capped.reverse(x), tanh(scores / 2.0) * 2.0);
  EXPECT_EQ(free.weights()[1].name(), "reverse_embeddings");
  expect_near(free.reverse(x), matmul(x, free.weights()[1].value()));
  EXPECT_EQ(ReversibleEmbedding(7, 3, {.mask_zero = true})(ids).mask().to_vector(), (std::vector<float>{1, 0, 1}));
  const Tensors found = gradients(sum(tied.reverse(tied(ids))), {tied.weights()[0].value()});
  EXPECT_EQ(found[0].shape(), (Shape{7, 3}));
}

TEST(SpatialDropoutLayers, DropWholeMaps) {
  const Tensor y = SpatialDropout2D(0.5, {.seed = 1})(ones({20, 3, 4, 10}), Mode::train);
  EXPECT_EQ(min(y, {1, 2}).to_vector(), max(y, {1, 2}).to_vector());
  EXPECT_NE(min(y).item(), max(y).item());
  EXPECT_EQ(max(y).item(), 2);
}

TEST(NoiseLayers, KeepTheMoments) {
  const Tensor x = random_normal({400, 100});
  const Tensor dropped = AlphaDropout(0.3, {.seed = 1})(x, Mode::train);
  EXPECT_NEAR(mean(dropped).item(), 0, 0.03);
  EXPECT_NEAR(variance(dropped).item(), 1, 0.05);
  const Tensor noise = GaussianNoise(0.5, {.seed = 1})(zeros({400, 100}), Mode::train);
  EXPECT_NEAR(mean(noise).item(), 0, 0.015);
  EXPECT_NEAR(stddev(noise).item(), 0.5, 0.01);
  const Tensor factors = GaussianDropout(0.2, {.seed = 1})(ones({400, 100}), Mode::train);
  EXPECT_NEAR(mean(factors).item(), 1, 0.015);
  EXPECT_NEAR(stddev(factors).item(), 0.5, 0.01);
}

TEST(AttentionErrors, SayWhatIsWrong) {
  const Tensor x = ones({2, 3, 4}), y = ones({2, 5, 4});
  expect_error([] { MultiHeadAttention(0, 3, {.name = "m"}); },
               "[MultiHeadAttention \"m\"] expected num_heads, key_dim and value_dim > 0, received 0, 3 and 3");
  expect_error([] { MultiHeadAttention(2, 3, {.dropout = 1.5}); }, "expected 0 <= dropout <= 1, received 1.5");
  expect_error([] { MultiHeadAttention(2, 3, {.dropout = 0.5, .flash_attention = true}); },
               "expected dropout 0 for flash_attention");
  expect_error([] { MultiHeadAttention(2, 3, {.sliding_window = 0}); }, "expected sliding_window > 0, received 0");
  expect_error(
      [&] { MultiHeadAttention(2, 3, {.name = "m"})(x); },
      "[MultiHeadAttention \"m\"] expected the inputs {query, value} or {query, value, key}, received 1 input");
  expect_error([&] { MultiHeadAttention(2, 3)({x, ones({3, 5, 4})}); }, "received (2, 3, 4), (3, 5, 4)");
  expect_error([&] { MultiHeadAttention(2, 3)({x, y, x}); }, "(2, 5, 4) and (2, 3, 4)");
  expect_error(
      [&] {
        MultiHeadAttention(2, 3, {.attention_axes = {{2}}})({x, y});
      },
      "expected different attention_axes between batch and features of (2, 3, 4), received 2");
  expect_error(
      [&] {
        MultiHeadAttention(2, 3, {.flash_attention = true}).apply({x, y}, {.return_attention_scores = true});
      },
      "expected return_attention_scores = false for flash_attention");
  expect_error(
      [&] {
        MultiHeadAttention(2, 3)({x, y}, {.attention_mask = ones({2, 3, 4}, boolean)});
      },
      "expected masks that fit scores of shape (2, 2, 3, 5) (batch, heads, T, S), received (2, 3, 4)");
  expect_error([] { GroupQueryAttention(3, 4, 3, {.name = "g"}); },
               "expected num_query_heads to be a multiple of num_key_value_heads, received 4 and 3");
  expect_error([] { Attention({.score_mode = "sum"}); }, "expected score_mode \"dot\" or \"concat\", received \"sum\"");
  expect_error(
      [&] {
        Attention()({x, ones({2, 5, 3})});
      },
      "expected query (batch, T, dim), value (batch, S, features) and key (batch, S, dim)");
  expect_error(
      [&] {
        Dense(2, {.name = "d"}).apply({x}, {.values = {{"use_causal_mask", true}}, .tensors = {}});
      },
      "[Dense \"d\"] does not support the call argument \"use_causal_mask\"");
  expect_error(
      [] {
        ReversibleEmbedding(5, 3, {.name = "r"})(tensor({{1, 5}}, int32));
      },
      "[ReversibleEmbedding \"r\"] expected numbers from 0 to 4, received 5");
  expect_error([&] { ReversibleEmbedding(5, 3, {.name = "r"}).reverse(x); },
               "expected vectors of 3 numbers in reverse");
  expect_error([] { EinsumDense("ab,bc", {2}); }, "received \"ab,bc\": not two tensors and a result");
  expect_error([] { EinsumDense("ab,bcd->ac", {2}); }, "the kernel has a letter of its own");
  expect_error([] { EinsumDense("ab,bc->ac", {2}, {.bias_axes = "d"}); }, "expected bias_axes of \"ac\"");
  expect_error([&] { EinsumDense("abc,cd->abd", {2})(x); }, "expected an output_shape of 2 sizes");
  expect_error([&] { EinsumDense("abc,cd->abd", {7, 2})(x); }, "expected the size 3 of the input for b");
  expect_error([] { AlphaDropout(1); }, "expected 0 <= rate < 1, received 1");
  expect_error([] { GaussianNoise(-1); }, "expected stddev >= 0, received -1");
  expect_error([] { SpatialDropout1D(0.5)(ones({2, 3})); }, "expected inputs of shape");
}

}  // namespace
}  // namespace linnet::testing
