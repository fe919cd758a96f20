// Calls with arguments in functional models: they run, are saved and are loaded.
#include <gtest/gtest.h>

#include "linnet/layers/layers.h"
#include "linnet/models/saving.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/shape.h"
#include "linnet/saving/json.h"
#include "support/check_op.h"
#include "support/temporary_folder.h"

namespace linnet::testing {
namespace {

AnyLayer remade(const Model& model) {
  const AnyLayer copy = layer_from_config(parse_json(to_json(layer_to_config(model))).as_config());
  copy->set_weights(model.get_weights());
  return copy;
}

TEST(CallArgumentsInGraphs, FlagsAreKept) {
  const Tensor ids = Input({6}, {.dtype = int32});
  ReversibleEmbedding words(9, 4);
  const Tensor x = words(ids);
  MultiHeadAttention attention(2, 3);
  const Tensors found =
      attention.apply({x, x}, AttentionArguments{.use_causal_mask = true, .return_attention_scores = true});
  EXPECT_EQ(found[1].shape(), (Shape{-1, 2, 6, 6}));
  const Model model({ids}, {words.reverse(found[0]), found[1]});
  EXPECT_EQ(model.outputs()[0].shape(), (Shape{-1, 6, 9}));
  const Tensor input = tensor({{1, 2, 3, 4, 5, 6}}, int32), other = tensor({{1, 2, 3, 4, 5, 8}}, int32);
  const Tensors outputs = Model(model).apply({input});
  EXPECT_EQ(slice(outputs[0], 1, 0, 5).to_vector(), slice(Model(model).apply({other})[0], 1, 0, 5).to_vector());
  const AnyLayer copy = remade(model);
  EXPECT_EQ(copy->apply({input})[0].to_vector(), outputs[0].to_vector());
  EXPECT_EQ(copy->apply({input})[1].to_vector(), outputs[1].to_vector());
}

/// Keras: the mode of a call in the graph holds where the caller of the model specifies none.
TEST(CallArgumentsInGraphs, TrainingIsKept) {
  const Tensor x = Input({64});
  const Model model({x}, {Dropout(0.5)(x, Mode::train)}), plain({x}, {Dropout(0.5)(x)});
  const Tensor input = ones({2, 64});
  const auto drops = [&](Layer& layer, Mode mode) { return layer(input, mode).to_vector() != input.to_vector(); };
  Model same = model, other = plain;
  EXPECT_TRUE(drops(same, Mode::unspecified));
  EXPECT_TRUE(drops(same, Mode::train));
  EXPECT_FALSE(drops(same, Mode::inference));
  EXPECT_FALSE(drops(other, Mode::unspecified));
  EXPECT_EQ(same.predict(input).to_vector(), input.to_vector());
  const AnyLayer copy = remade(model);
  EXPECT_TRUE(drops(*copy, Mode::unspecified));
  Model outer({x}, {same(x)});
  EXPECT_TRUE(drops(outer, Mode::unspecified));
  const Tensor frozen = Dropout(0.5)(x, Mode::inference);
  EXPECT_TRUE(drops(*remade(Model({x}, {frozen})), Mode::train));  // the caller's, as in Keras
}

TEST(CallArgumentsInGraphs, TensorsAreKept) {
  const Tensor x = Input({3, 4}), mask = Input({3, 3}, {.dtype = boolean});
  MultiHeadAttention attention(2, 3);
  const Model model({x, mask}, {attention({x, x}, {.attention_mask = mask})});
  const Tensor values = random_normal({2, 3, 4});
  const Tensor first_only = broadcast_to(tensor({{1, 0, 0}}).to(boolean), {2, 3, 3}).contiguous();
  const Tensor y = Model(model).apply({values, first_only})[0];
  EXPECT_EQ(y[0][0].to_vector(), y[0][2].to_vector()) << "all steps see the first one";
  EXPECT_EQ(remade(model)->apply({values, first_only})[0].to_vector(), y.to_vector());
}

TEST(CallArgumentsInGraphs, UnknownOnesAreRefused) {
  const Tensor x = Input({4});
  expect_error(
      [&] {
        Dense(2, {.name = "d"}).apply({x}, {.values = {{"reverse", true}}, .tensors = {}});
      },
      "[Dense \"d\"] does not support the call argument \"reverse\"");
}

}  // namespace
}  // namespace linnet::testing
