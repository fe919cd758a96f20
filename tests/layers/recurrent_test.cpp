// What recurrent layers do beyond one formula: masks, states, both ways through a sequence, cells of one's own.
#include <gtest/gtest.h>
#include <cmath>

#include <cmath>

#include "linnet/layers/layers.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

/// tanh that a layer does not know by name, so that it goes step by step.
Tensor same_as_tanh(const Tensor& x) { return tanh(x); }

Tensor sequences() {
  SeedGenerator generator(7);
  return random_uniform({3, 5, 2}, -1, 1, float32, &generator);
}

/// Hides the beginning of sample 0, steps inside of sample 1, and all of sample 2.
Tensor mask() { return tensor({{0, 0, 1, 1, 1}, {1, 0, 1, 1, 0}, {0, 0, 0, 0, 0}}).to(boolean); }

void expect_near(const Tensor& actual, const Tensor& expected, double tolerance = 1e-6) {
  ASSERT_EQ(actual.shape(), expected.shape());
  const std::vector<double> a = actual.to_vector<double>(), e = expected.to_vector<double>();
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(a[i], e[i], tolerance * std::max(1.0, std::abs(e[i]))) << "at position " << i;
}

/// The outputs of two layers with the same weights, and the gradients of their sum.
Tensors outputs_and_gradients(Layer& layer, const Layer& weights_of, const Tensors& inputs) {
  layer.build_for({inputs[0].shape()});
  layer.set_weights(weights_of.get_weights());
  const Tensors outputs = layer.apply(inputs);
  Tensor loss = scalar(0);
  for (const Tensor& y : outputs) loss = loss + sum(square(y + 0.3));
  Tensors all = outputs;
  for (const Gradient& gradient : gradients(loss, layer.trainable_weights())) all.push_back(gradient.value);
  return all;
}

void expect_same(Layer& one, Layer& other, const Tensors& inputs) {
  one.build_for({inputs[0].shape()});
  const Tensors a = outputs_and_gradients(one, one, inputs), b = outputs_and_gradients(other, one, inputs);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    SCOPED_TRACE(i);
    expect_near(a[i], b[i], 2e-6);
  }
}

TEST(Recurrent, OneOperationAndStepByStepAgree) {
  for (bool zero : {false, true})
    for (bool backwards : {false, true})
      for (bool all : {false, true})
        for (bool masked : {false, true})
          for (bool given : {false, true}) {
            SCOPED_TRACE(concat(zero, backwards, all, masked, given));
            const Tensor x = masked ? sequences().with_mask(mask()) : sequences();
            const Tensor state = full({3, 4}, 0.25);
            const Tensors one = given ? Tensors{x, state} : Tensors{x},
                          two = given ? Tensors{x, state, full({3, 4}, -0.5)} : Tensors{x};
            SimpleRNNOptions simple{.return_sequences = all, .return_state = true, .go_backwards = backwards};
            simple.zero_output_for_mask = zero;
            SimpleRNN simple_whole(4, simple);
            simple.activation = same_as_tanh;
            SimpleRNN simple_steps(4, simple);
            expect_same(simple_whole, simple_steps, one);

            LSTMOptions lstm{.return_sequences = all, .return_state = true, .go_backwards = backwards};
            lstm.zero_output_for_mask = zero;
            LSTM lstm_whole(4, lstm);
            lstm.activation = same_as_tanh;
            LSTM lstm_steps(4, lstm);
            expect_same(lstm_whole, lstm_steps, two);

            GRUOptions gru{.return_sequences = all, .return_state = true, .go_backwards = backwards};
            gru.zero_output_for_mask = zero;
            GRU gru_whole(4, gru);
            gru.activation = same_as_tanh;
            GRU gru_steps(4, gru);
            expect_same(gru_whole, gru_steps, one);
          }
}

TEST(Recurrent, HiddenStepsRepeatTheOutputBefore) {
  GRU layer(2, {.return_sequences = true});
  const Tensor y = layer(sequences().with_mask(mask()));
  EXPECT_EQ(y[0][1].to_vector(), (std::vector<float>{0, 0}));
  EXPECT_EQ(y[1][1].to_vector(), y[1][0].to_vector());
  EXPECT_NE(y[1][2].to_vector(), y[1][1].to_vector());
  EXPECT_EQ(y[1][4].to_vector(), y[1][3].to_vector());
  EXPECT_EQ(y[2][4].to_vector(), (std::vector<float>{0, 0}));
  EXPECT_FALSE(y.mask().defined()) << "the mask ends here";
}

TEST(Recurrent, TheLastOutputIsThatOfTheStates) {
  LSTM layer(3, {.return_state = true});
  const Tensors y = layer.apply({sequences()});
  ASSERT_EQ(y.size(), 3U);
  EXPECT_EQ(y[0].to_vector(), y[1].to_vector());
  EXPECT_EQ(layer.compute_output_shapes({{-1, -1, 2}}), (Shapes{{-1, 3}, {-1, 3}, {-1, 3}}));
}

TEST(Recurrent, ASequenceInTwoPartsIsOneSequence) {
  const Tensor x = sequences();
  LSTM layer(3, {.return_state = true});
  const Tensors whole = layer.apply({x}), first = layer.apply({slice(x, 1, 0, 2)});
  const Tensors second = layer.apply({slice(x, 1, 2, 5), first[1], first[2]});
  for (std::size_t i = 0; i < whole.size(); ++i) expect_near(second[i], whole[i]);
}

TEST(Recurrent, AStatefulLayerGoesOn) {
  const Tensor x = sequences();
  GRU layer(3, {.stateful = true});
  EXPECT_TRUE(layer.states().empty());
  const Tensor whole = layer(x);
  layer.reset_state();
  layer(slice(x, 1, 0, 2));
  expect_near(layer(slice(x, 1, 2, 5)), whole);
  expect_error([&] { layer(ones({2, 5, 2})); }, "expected a batch of 3 samples as before, for it is stateful");
  GRU copy = layer;
  copy.reset_state();
  EXPECT_TRUE(layer.states().empty()) << "copies share the state";
  layer(ones({2, 5, 2}));
  TimeDistributed outer(Dense(1));
  reset_states(outer);  // nothing to reset
  Bidirectional both(GRU(2, {.stateful = true}));
  both(x);
  reset_states(both);
  EXPECT_TRUE(dynamic_cast<const BaseRNN&>(*both.forward_layer()).states().empty());
}

TEST(Recurrent, DropoutIsTheSameInAllSteps) {
  // Each step's output is the sum of what is left of its ones: 0, 2 or 4 of them.
  SimpleRNN layer(1, {.activation = "linear",
                      .kernel_initializer = "ones",
                      .recurrent_initializer = "zeros",
                      .dropout = 0.5,
                      .seed = 1,
                      .return_sequences = true});
  const Tensor x = ones({50, 6, 2}), y = layer(x, Mode::train), again = layer(x, Mode::train);
  EXPECT_EQ(max(y, 1).to_vector(), min(y, 1).to_vector());
  EXPECT_EQ(max(y).item(), 4);
  EXPECT_EQ(min(y).item(), 0);
  EXPECT_NE(y.to_vector(), again.to_vector());
  EXPECT_EQ(layer(x).to_vector(), (ones({50, 6, 1}) * 2.0).to_vector());
}

TEST(Recurrent, TheForgetGateStartsFromOne) {
  LSTM layer(2), plain(2, {.bias_initializer = "ones", .unit_forget_bias = false});
  layer.build_for({{-1, 3, 1}});
  plain.build_for({{-1, 3, 1}});
  EXPECT_EQ(layer.get_weights()[2].to_vector(), (std::vector<float>{0, 0, 1, 1, 0, 0, 0, 0}));
  EXPECT_EQ(plain.get_weights()[2].to_vector(), std::vector<float>(8, 1));
}

/// h = x · kernel + h₋₁, as the header shows it.
class Minimal final : public LayerOf<Minimal, RNNCell> {
 public:
  explicit Minimal(std::int64_t units, const LayerOptions& options = {}) : LayerOf("Minimal", options), units_(units) {}
  std::vector<Shape> state_shapes() const override { return {{units_}}; }
  void build(const Shape& x) override { add_weight(kernel_, "kernel", {x.back(), units_}, "uniform"); }
  Tensors step(const Tensor& x, const Tensors& states, Mode) override {
    const Tensor h = matmul(x, kernel_) + states[0];
    return {h, h};
  }

 private:
  std::int64_t units_;
  Variable kernel_;
};

TEST(Recurrent, ACellOfOnesOwn) {
  const Tensor x = sequences();
  RNN layer(Minimal(3), {.return_sequences = true});
  const Tensor y = layer(x);
  expect_near(y, cumsum(matmul(x, layer.weights()[0].value()), 1));
  EXPECT_EQ(layer.weights()[0].path(), layer.name() + "/" + layer.cell()->name() + "/kernel");
  RNN two({Minimal(3), Minimal(4)}, {.return_state = true});
  const Tensors outputs = two.apply({x});
  ASSERT_EQ(outputs.size(), 3U);
  EXPECT_EQ(outputs[1].shape(), Shape({3, 3}));
  EXPECT_EQ(outputs[2].shape(), Shape({3, 4}));
}

TEST(Recurrent, ACellIsALayerToo) {
  LSTMCell cell(3);
  const Tensors outputs = cell.apply({ones({2, 4}), zeros({2, 3}), zeros({2, 3})});
  ASSERT_EQ(outputs.size(), 3U);
  EXPECT_EQ(outputs[0].to_vector(), outputs[1].to_vector());
  expect_error([&] { cell.apply({ones({2, 4})}); }, "expected an input and 2 states, received 1 tensors");
  expect_error([&] { cell.apply({ones({2, 4}), zeros({2, 3}), zeros({2, 2})}); }, "expected state 1 of shape (2, 3)");
}

TEST(Bidirectional, WithoutAMergeHasTwoOutputs) {
  Bidirectional layer(GRU(2, {.return_sequences = true, .return_state = true}), {.merge_mode = std::nullopt});
  const Tensor x = sequences();
  const Tensors y = layer.apply({x});
  ASSERT_EQ(y.size(), 4U);
  EXPECT_EQ(layer.compute_output_shapes({x.shape()}), (Shapes{{3, 5, 2}, {3, 5, 2}, {3, 2}, {3, 2}}));
  expect_near(y[0][0][4], y[2][0]);
  expect_near(y[1][0][0], y[3][0]);
}

TEST(Bidirectional, HalvesOfTheInitialStateGoToEachDirection) {
  Bidirectional layer(SimpleRNN(2, {.return_state = true}));
  const Tensor x = sequences(), ahead = full({3, 2}, 0.5), back = full({3, 2}, -0.5);
  const Tensors y = layer.apply({x, ahead, back});
  const AnyLayer &forward = layer.forward_layer(), &backward = layer.backward_layer();
  expect_near(y[1], forward->apply({x, ahead})[1]);
  expect_near(y[2], backward->apply({x, back})[1]);
  expect_error([&] { layer.apply({x, ahead}); }, "expected as many initial states for the backward layer");
}

TEST(Bidirectional, NamesItsLayersAndGivesThemWeightsOfTheirOwn) {
  LSTM layer(2, {.name = "words"});
  Bidirectional both(layer);
  both.build_for({{-1, 5, 2}});
  EXPECT_FALSE(layer.built());
  EXPECT_EQ(both.forward_layer()->name(), "forward_words");
  EXPECT_EQ(both.backward_layer()->name(), "backward_words");
  EXPECT_EQ(both.weights()[3].path(), both.name() + "/backward_words/lstm_cell/kernel");
}

TEST(TimeDistributed, SeesOneStepAfterTheOtherWhereTrainingChangesWeights) {
  const Tensor x = sequences();
  BatchNormalization inner({.momentum = 0.5});
  TimeDistributed layer(inner);
  const Tensor y = layer(x, Mode::train);
  expect_near(mean(y, 0), zeros({5, 2}), 1e-5);  // each step by itself
  Tensor moving = zeros({2});
  for (const Tensor& step : unstack(x, 1)) moving = moving * 0.5 + mean(step, 0) * 0.5;
  expect_near(inner.weights()[2].value(), moving);
}

TEST(TimeDistributed, ShowsItsLayerTheMaskOfEachStep) {
  const Tensor x = random_normal({2, 3, 4, 2});
  const Tensor mask = tensor({1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0}, boolean);
  const Tensor of_frames = reshape(mask, {2, 3, 4});
  GRU inner(3);
  const Tensor y = TimeDistributed(inner)(x.with_mask(of_frames));
  const Tensors steps = unstack(x, 1), masks = unstack(of_frames, 1), outputs = unstack(y, 1);
  for (std::size_t t = 0; t < steps.size(); ++t) expect_near(outputs[t], inner(steps[t].with_mask(masks[t])));
  EXPECT_EQ(y.mask().shape(), Shape({2, 3, 4}));
}

TEST(TimeDistributed, ShowsTheMaskInTrainingToo) {
  const Tensor x = random_normal({4, 2, 3});
  const Tensor mask = reshape(tensor({1, 1, 0, 1, 1, 0, 1, 1}, boolean), {4, 2});
  BatchNormalization inner({.momentum = 0.5}), alone({.momentum = 0.5});
  TimeDistributed layer(inner);
  layer(x.with_mask(mask), Mode::train);
  const Tensors steps = unstack(x, 1), masks = unstack(mask, 1);
  for (std::size_t t = 0; t < steps.size(); ++t) alone(steps[t].with_mask(masks[t]), Mode::train);
  for (std::size_t i = 2; i < 4; ++i) expect_near(inner.weights()[i].value(), alone.weights()[i].value());
}

// ---- errors

TEST(RecurrentErrors, SayWhatIsExpected) {
  expect_error([] { LSTM(0); }, "expected units > 0, received 0");
  expect_error([] { GRU(2, {.dropout = std::nan("")}); }, "expected dropout from 0 to 1, received nan");
  expect_error(
      [] {
        LSTM(2, {.name = "l"})(ones({2, 3}));
      },
      "[LSTM \"l\"] expected inputs of shape (batch, steps, features), received (2, 3)");
  expect_error([] { GRU(2, {.name = "g"})(ones({2, 0, 3})); }, "[GRU \"g\"] expected at least one step");
  expect_error(
      [] {
        LSTM(2, {.name = "l"}).apply({ones({2, 3, 4}), ones({2, 2})});
      },
      "[LSTM \"l\"] expected no initial state or 2 tensors of it, received 1");
  expect_error(
      [] {
        GRU(2, {.name = "g"}).apply({ones({2, 3, 4}), ones({3, 2})});
      },
      "[GRU \"g\"] expected initial state 0 of shape (2, 2), received (3, 2)");
  expect_error(
      [] {
        GRU(2, {.name = "g"})(ones({2, 3, 4}).with_mask(ones({2, 2}).to(boolean)));
      },
      "[GRU \"g\"] expected a mask of shape (2, 3), received (2, 2)");
  expect_error([] { RNN(Dense(2), {.name = "r"}); }, "[RNN \"r\"] expected a cell, such as LSTMCell(32)");
  expect_error([] { RNN(std::vector<AnyLayer>{}); }, "expected at least one cell, received none");
  expect_error([] { LSTM(2).build_for({{-1, 3, -1}}); }, "with a known number of features");
  LSTM built(2, {.name = "l"});
  built(ones({2, 3, 4}));
  expect_error([&] { built(ones({2, 3, 5})); }, "in the layer LSTM \"l\"");
}

TEST(RecurrentErrors, OfWrappers) {
  expect_error([] { Bidirectional(Dense(2), {.name = "b"}); }, "[Bidirectional \"b\"] expected a recurrent layer");
  expect_error(
      [] { Bidirectional(GRU(2), {.merge_mode = "max", .name = "b"}); },
      "[Bidirectional \"b\"] expected merge_mode \"concat\", \"sum\", \"mul\", \"ave\" or none, received \"max\"");
  expect_error([] { Bidirectional(GRU(2), {.backward_layer = GRU(2), .name = "b"}); },
               "expected layers of opposite directions, received two with go_backwards = false");
  expect_error(
      [] { Bidirectional(GRU(2), {.backward_layer = GRU(2, {.return_sequences = true, .go_backwards = true})}); },
      "expected the same return_sequences of both layers, received false and true");
  expect_error(
      [] {
        TimeDistributed(Dense(2), {.name = "t"})(ones({2, 3}));
      },
      "[TimeDistributed \"t\"] expected inputs of shape (batch, time, …), received (2, 3)");
  expect_error(
      [] {
        TimeDistributed(Dense(2), {.name = "t"})(ones({2, 3, 4}).with_mask(ones({2, 2}, boolean)));
      },
      "[TimeDistributed \"t\"] expected a mask of shape (2, 3, …), received (2, 2)");
  expect_error([] { ConvLSTM2D(0, 3); }, "expected filters > 0, received 0");
  expect_error([] { ConvLSTM2D(2, 3, {.strides = 2, .dilation_rate = 2}); }, "not both");
  expect_error([] { ConvLSTM1D(2, 3).build_for({{-1, 5, -1, 2}}); }, "spatial sizes and channels are known");
  expect_error([] { ConvLSTM1D(2, 3)(ones({1, 2, 2, 1})); }, "at least as large as the window");
}

}  // namespace
}  // namespace linnet::testing
