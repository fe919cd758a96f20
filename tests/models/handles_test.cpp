// Models are handles: what copying and moving them means, and what may not be made from what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "linnet/base/warning.h"
#include "linnet/layers/dense.h"
#include "linnet/layers/input.h"
#include "linnet/models/callbacks.h"
#include "linnet/models/sequential.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(ModelHandles, AreNotEmptyWhenTheyWereMovedFrom) {
  Sequential model({Dense(1)});
  model.compile({.loss = "mse"});
  Sequential moved = std::move(model);
  EXPECT_NO_THROW(model.fit(ones({4, 2}), ones({4, 1}), {.verbose = 0}));  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(moved.count_params(), 3) << "they share everything, as copies do";
  Sequential assigned;
  assigned = std::move(moved);
  EXPECT_EQ(moved.count_params(), 3);  // NOLINT(bugprone-use-after-move)
}

TEST(ModelHandles, KeepTheirClass) {
  static_assert(!std::is_constructible_v<Model, const Sequential&>);
  static_assert(!std::is_constructible_v<Model, Sequential>);
  static_assert(std::is_copy_constructible_v<Sequential> && std::is_move_constructible_v<Sequential>);
  const Tensor x = Input({3});
  const Model model(x, Dense(2)(x)), copy = model;
  EXPECT_EQ(copy.count_params(), 8);
}

TEST(ModelHandles, ASequentialDoesNotHoldItself) {
  Sequential model({Dense(1)}, {.name = "mine"}), outer;
  outer.add(model);
  EXPECT_THAT(
      [&] { model.add(model); },
      ThrowsMessage<InvalidArgument>(HasSubstr("[Sequential \"mine\"] expected another layer, received itself")));
  EXPECT_THAT([&] { model.add(outer); }, ThrowsMessage<InvalidArgument>(HasSubstr("received one that holds it")));
  EXPECT_EQ(model(ones({2, 3})).shape(), (Shape{2, 1}));
}

/// Its layer is a member, but not tracked.
class Forgetful final : public LayerOf<Forgetful, Model> {
 public:
  Forgetful() : LayerOf("Forgetful", {}) {}
  Tensor call(const Tensor& x, Mode mode) override { return hidden_(x, mode); }

 private:
  Dense hidden_ = Dense(1);
};

TEST(ModelHandles, AModelThatForgotItsLayersIsNotTrainedOrSavedInSilence) {
  std::string said;
  set_warning_handler([&](const std::string& text) { said += text + "\n"; });
  Forgetful model;
  model.compile({.loss = "mse"});
  model.fit(ones({4, 2}), ones({4, 1}), {.verbose = 0});
  EXPECT_THAT(said, HasSubstr("has no trainable weights: nothing is learned; layers that are members"));
  said.clear();
  const TemporaryFolder folder;
  model(ones({4, 2}));
  model.save_weights(folder.path() + "/nothing.safetensors");
  set_warning_handler({});
  EXPECT_THAT(said, HasSubstr("has no layers and no weights"));
}

TEST(ModelHandles, LambdaCallbacksHearOfTestsAndPredictions) {
  std::string heard;
  LambdaCallback callback;
  callback.test_begin = [&] { heard += "T"; };
  callback.test_batch_begin = [&](std::int64_t) { heard += "b"; };
  callback.test_batch_end = [&](std::int64_t, const Logs& logs) { heard += logs.find("loss") ? "e" : "?"; };
  callback.test_end = [&](const Logs&) { heard += "t"; };
  callback.predict_begin = [&] { heard += "P"; };
  callback.predict_batch_begin = [&](std::int64_t) { heard += "b"; };
  callback.predict_batch_end = [&](std::int64_t, const Tensors&) { heard += "e"; };
  callback.predict_end = [&] { heard += "p"; };
  Sequential model({Dense(1)});
  model.compile({.loss = "mse"});
  model.evaluate(ones({4, 2}), ones({4, 1}), {.batch_size = 2, .verbose = 0, .callbacks = {callback}});
  model.predict(ones({2, 2}), {.verbose = 0, .callbacks = {callback}});
  EXPECT_EQ(heard, "TbebetPbep");
}

}  // namespace
}  // namespace linnet
