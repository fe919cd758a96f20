// The text of model.summary(), and a model with a call of its own in training.
#include "linnet/models/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "linnet/base/display_width.h"
#include "linnet/layers/layers.h"
#include "support/check_op.h"
#include "tests/models/small_models.h"

namespace linnet::testing {
namespace {

using ::testing::HasSubstr;

TEST(Summary, OfAStack) {
  clear_session();
  Sequential model({Flatten(), Dense(4), Dropout(0.5)});
  model.build_for({{-1, 2, 3}});
  EXPECT_EQ(model.summary_text({.line_length = 60}), R"(Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━┓
┃ Layer (type)             ┃ Output Shape      ┃   Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━┩
│ flatten (Flatten)        │ (None, 6)         │         0 │
├──────────────────────────┼───────────────────┼───────────┤
│ dense (Dense)            │ (None, 4)         │        28 │
├──────────────────────────┼───────────────────┼───────────┤
│ dropout (Dropout)        │ (None, 4)         │         0 │
└──────────────────────────┴───────────────────┴───────────┘
 Total params: 28 (112.00 B)
 Trainable params: 28 (112.00 B)
 Non-trainable params: 0 (0.00 B)
)");
}

TEST(Summary, KeepsItsColumnsUnderWideCharacters) {
  Sequential model({Dense(2, {.name = "全连接层"}), Dense(1, {.name = "输出"})}, {.name = "模型"});
  model.build_for({{-1, 3}});
  std::istringstream text(model.summary_text({.line_length = 60}));
  std::string line;
  while (std::getline(text, line)) {
    if (!line.starts_with("│") && !line.starts_with("┃")) continue;
    EXPECT_EQ(detail::display_width(line), 60u) << line;
  }
}

TEST(Summary, OfAGraphSaysWhatIsConnected) {
  clear_session();
  const Tensor left = Input({3}, {.name = "left"}), right = Input({3}, {.name = "right"});
  Dense shared(2, {.name = "shared"});
  const Model model({left, right}, {Add()({shared(left), shared(right)})});
  EXPECT_EQ(model.summary_text({.line_length = 80}), R"(Model: "functional"
┏━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)          ┃ Output Shape      ┃     Param # ┃ Connected to       ┃
┡━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━┩
│ left (InputLayer)     │ (None, 3)         │           0 │ -                  │
├───────────────────────┼───────────────────┼─────────────┼────────────────────┤
│ right (InputLayer)    │ (None, 3)         │           0 │ -                  │
├───────────────────────┼───────────────────┼─────────────┼────────────────────┤
│ shared (Dense)        │ (None, 2)         │           8 │ left[0][0],        │
│                       │                   │             │ right[0][0]        │
├───────────────────────┼───────────────────┼─────────────┼────────────────────┤
│ add (Add)             │ (None, 2)         │           0 │ shared[0][0],      │
│                       │                   │             │ shared[1][0]       │
└───────────────────────┴───────────────────┴─────────────┴────────────────────┘
 Total params: 8 (32.00 B)
 Trainable params: 8 (32.00 B)
 Non-trainable params: 0 (0.00 B)
)");
}

TEST(Summary, SaysWhatIsNotBuiltNestedAndFrozen) {
  clear_session();
  Sequential inner({Dense(2), Dense(1)}, {.name = "inner"});
  Sequential model({Dense(4), inner});
  EXPECT_THAT(model.summary_text({.line_length = 100}), HasSubstr("0 (unbuilt)"));
  model.build_for({{-1, 3}});
  model.layer("inner").set_trainable(false);
  EXPECT_EQ(model.summary_text({.line_length = 70, .expand_nested = true, .show_trainable = true}),
            R"(Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━┓
┃ Layer (type)              ┃ Output Shape        ┃   Param # ┃ Tra… ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━┩
│ dense_2 (Dense)           │ (None, 4)           │        16 │  Y   │
├───────────────────────────┼─────────────────────┼───────────┼──────┤
│ inner (Sequential)        │ (None, 1)           │        13 │  N   │
├───────────────────────────┼─────────────────────┼───────────┼──────┤
│    └ dense (Dense)        │ (None, 2)           │        10 │  N   │
├───────────────────────────┼─────────────────────┼───────────┼──────┤
│    └ dense_1 (Dense)      │ (None, 1)           │         3 │  N   │
└───────────────────────────┴─────────────────────┴───────────┴──────┘
 Total params: 29 (116.00 B)
 Trainable params: 16 (64.00 B)
 Non-trainable params: 13 (52.00 B)
)");
}

TEST(Summary, CountsTheOptimizerAfterTraining) {
  Sequential model = classifier();  // 3 * 8 + 8 + 8 * 3 + 3 weights
  EXPECT_THAT(model.summary_text(), ::testing::Not(HasSubstr("Optimizer params")));
  model.fit(class_data(32), {.verbose = 0});
  EXPECT_THAT(model.summary_text(), HasSubstr(" Trainable params: 59 (236.00 B)"));
  EXPECT_THAT(model.summary_text(), HasSubstr(" Optimizer params: 120 (480.00 B)")) << "two moments, rate, steps";
}

TEST(Summary, NeedsRoom) {
  Sequential model({Dense(2)});
  expect_error([&] { model.summary_text({.line_length = 8}); }, "[summary] expected a wider terminal");
}

/// Two layers and a shortcut, penalties and dropout: call() is C++.
class Residual final : public LayerOf<Residual, Model> {
 public:
  explicit Residual(LayerOptions options = {}) : LayerOf("Residual", options) {}
  Tensor call(const Tensor& x, Mode mode) override { return head_(x + hidden_(drop_(x, mode), mode), mode); }

 private:
  Dropout drop_ = track(Dropout(0.1, {.seed = 1}));
  Dense hidden_ = track(Dense(3, {.activation = "tanh"}));
  Dense head_ = track(Dense(1));
};

TEST(SubclassedModel, Trains) {
  clear_session();
  set_random_seed(11);
  Residual model;
  model.compile({.optimizer = Adam({.learning_rate = 0.03}), .loss = "mse", .metrics = {"mae"}});
  const Dataset data = linear_data(256);
  const History history = model.fit(data, {.epochs = 30, .verbose = 0});
  EXPECT_LT(history["loss"].back(), 0.2 * history["loss"].front());
  const Logs results = model.evaluate(data, {.verbose = 0});
  EXPECT_LT(results["loss"], history["loss"].front());
  EXPECT_EQ(model.predict(data.x[0], {.verbose = 0}).to_vector(), model(data.x[0]).to_vector());
  EXPECT_EQ(model.count_params(), 3 * 3 + 3 + 3 + 1);
  EXPECT_EQ(model.layers().size(), 3U);
}

}  // namespace
}  // namespace linnet::testing
