// SimpleRNN, LSTM, GRU, RNN and its cells, Bidirectional, TimeDistributed, ConvLSTM.
#include <cmath>

#include "layer_checks.h"
#include "linnet/constraints/constraints.h"
#include "linnet/layers/layers.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::testing {
namespace {

using Formula = std::function<Array(const Arrays&, const Arrays&)>;
using Numbers = std::vector<double>;
using States = std::vector<Numbers>;
/// The new states of one sample, of which the first is the output, from a step's features and the old ones.
using Step = std::function<States(const Numbers& x, const States& states, const Arrays& weights)>;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softsign(double x) { return x / (1 + std::abs(x)); }
double hard_sigmoid(double x) { return std::min(std::max(x / 6 + 0.5, 0.0), 1.0); }
double tanh_of(double x) { return std::tanh(x); }
using Function = double (*)(double);

/// Column j of x · weights.
double column(const Numbers& x, const Array& weights, std::int64_t j) {
  double total = 0;
  for (std::size_t k = 0; k < x.size(); ++k) total += x[k] * weights.at({static_cast<std::int64_t>(k), j});
  return total;
}

Step simple_step(Function f) {
  return [f](const Numbers& x, const States& states, const Arrays& w) {
    States next(1);
    for (std::int64_t j = 0; j < w[1].shape[0]; ++j)
      next[0].push_back(f(column(x, w[0], j) + column(states[0], w[1], j) + (w.size() > 2 ? w[2].at({j}) : 0)));
    return next;
  };
}

Step lstm_step(Function f, Function gate) {
  return [f, gate](const Numbers& x, const States& states, const Arrays& w) {
    const std::int64_t units = w[1].shape[0];
    States next(2);
    for (std::int64_t j = 0; j < units; ++j) {
      auto sum = [&](std::int64_t part) {
        const std::int64_t at = part * units + j;
        return column(x, w[0], at) + column(states[0], w[1], at) + (w.size() > 2 ? w[2].at({at}) : 0);
      };
      const double c = gate(sum(1)) * states[1][static_cast<std::size_t>(j)] + gate(sum(0)) * f(sum(2));
      next[0].push_back(gate(sum(3)) * f(c));
      next[1].push_back(c);
    }
    return next;
  };
}

Step gru_step(bool reset_after) {
  return [reset_after](const Numbers& x, const States& states, const Arrays& w) {
    const std::int64_t units = w[1].shape[0];
    const Numbers& h = states[0];
    auto bias = [&](std::int64_t row, std::int64_t at) {
      if (w.size() < 3 || (row == 1 && !reset_after)) return 0.0;
      return reset_after ? w[2].at({row, at}) : w[2].at({at});
    };
    auto gate = [&](std::int64_t part, std::int64_t j) {
      const std::int64_t at = part * units + j;
      return sigmoid(column(x, w[0], at) + bias(0, at) + column(h, w[1], at) + bias(1, at));
    };
    Numbers reset = h;  // r · h₋₁
    for (std::int64_t j = 0; j < units; ++j) reset[static_cast<std::size_t>(j)] *= gate(1, j);
    States next(1);
    for (std::int64_t j = 0; j < units; ++j) {
      const std::int64_t at = 2 * units + j;
      const double inner = reset_after ? gate(1, j) * (column(h, w[1], at) + bias(1, at)) : column(reset, w[1], at);
      const double z = gate(0, j), g = std::tanh(column(x, w[0], at) + bias(0, at) + inner);
      next[0].push_back(z * h[static_cast<std::size_t>(j)] + (1 - z) * g);
    }
    return next;
  };
}

struct Walk {
  std::size_t states = 1;
  bool sequences = false, backwards = false;
};

/// A walk through x (batch, time, features), from zeros.
Array walked(const Array& x, const Arrays& weights, const Step& step, const Walk& walk) {
  const std::int64_t batch = x.shape[0], time = x.shape[1], units = weights[1].shape[0];
  Array all = make_array({batch, time, units}, [](const Shape&) { return 0.0; });
  for (std::int64_t n = 0; n < batch; ++n) {
    States states(walk.states, Numbers(static_cast<std::size_t>(units)));
    for (std::int64_t t = 0; t < time; ++t) {
      Numbers features;
      for (std::int64_t k = 0; k < x.shape[2]; ++k) features.push_back(x.at({n, walk.backwards ? time - 1 - t : t, k}));
      states = step(features, states, weights);
      for (std::int64_t j = 0; j < units; ++j) all.at({n, t, j}) = states[0][static_cast<std::size_t>(j)];
    }
  }
  if (walk.sequences) return all;
  return make_array({batch, units}, [&](const Shape& i) { return all.at({i[0], time - 1, i[1]}); });
}

Formula recurrent(const Step& step, const Walk& walk = {}) {
  return [=](const Arrays& inputs, const Arrays& weights) { return walked(inputs[0], weights, step, walk); };
}

/// Two layers, the first of `count` weights, the output of all steps of which is the input of the second.
Array stacked(const Arrays& inputs, const Arrays& weights) {
  const Arrays lower(weights.begin(), weights.begin() + 3), upper(weights.begin() + 3, weights.end());
  const Array between = walked(inputs[0], lower, gru_step(true), {1, true, false});
  return walked(between, upper, lstm_step(tanh_of, sigmoid), {2, true, false});
}

/// Forward and backward, merged: side by side if `merge` is null.
Formula bidirectional(const Step& step, std::size_t states, bool sequences, double (*merge)(double, double)) {
  return [=](const Arrays& inputs, const Arrays& weights) {
    const auto half = static_cast<std::ptrdiff_t>(weights.size() / 2);
    const Array ahead = walked(inputs[0], {weights.begin(), weights.begin() + half}, step, {states, sequences, false});
    Array back = walked(inputs[0], {weights.begin() + half, weights.end()}, step, {states, sequences, true});
    if (sequences)
      back = make_array(back.shape, [&](const Shape& i) { return back.at({i[0], back.shape[1] - 1 - i[1], i[2]}); });
    const std::int64_t units = ahead.shape.back();
    Shape shape = ahead.shape;
    if (merge == nullptr) shape[-1] *= 2;
    return make_array(shape, [&](const Shape& i) {
      if (merge != nullptr) return merge(ahead.at(i), back.at(i));
      Shape source = i;
      source[-1] %= units;
      return i.back() < units ? ahead.at(source) : back.at(source);
    });
  };
}

// ---- convolution

/// x (batch, spatial…, channels) * kernel [window…, channels, filters], `before` elements of zeros in front of each
/// axis.
Array convolved(const Array& x, const Array& kernel, std::int64_t stride, std::int64_t before, const Shape& result) {
  const int axes = x.shape.rank() - 2;
  return make_array(result, [&](const Shape& y) {
    double total = 0;
    static_cast<void>(make_array(kernel.shape.slice(0, axes + 1), [&](const Shape& k) {
      Shape source{y[0]}, weight = k;
      for (int a = 0; a < axes; ++a) {
        source.push_back(y[a + 1] * stride + k[a] - before);
        if (source[a + 1] < 0 || source[a + 1] >= x.shape[a + 1]) return 0.0;
      }
      source.push_back(k.back());
      weight.push_back(y.back());
      total += x.at(source) * kernel.at(weight);
      return 0.0;
    }));
    return total;
  });
}

/// The last h, of shape `state`; the window of the state is 2 or 3 wide.
Formula conv_lstm(const Shape& state, std::int64_t stride, bool same) {
  return [=](const Arrays& inputs, const Arrays& w) {
    const Array& x = inputs[0];
    const std::int64_t filters = state.back(), window = w[0].shape[0];
    Shape of_gates = state, of_step = x.shape;
    of_gates[-1] *= 4;
    of_step.erase(1);
    Array h = make_array(state, [](const Shape&) { return 0.0; }), c = h;
    for (std::int64_t t = 0; t < x.shape[1]; ++t) {
      const Array step = make_array(of_step, [&](const Shape& i) {
        Shape source = i;
        source.insert(1, t);
        return x.at(source);
      });
      const Array a = convolved(step, w[0], stride, same ? (window - 1) / 2 : 0, of_gates);
      const Array b = convolved(h, w[1], 1, (window - 1) / 2, of_gates);
      auto sum = [&](Shape i, std::int64_t gate) {
        i[-1] += gate * filters;
        return a.at(i) + b.at(i) + w[2].at({i.back()});
      };
      const Array next = make_array(state, [&](const Shape& i) {
        return sigmoid(sum(i, 1)) * c.at(i) + sigmoid(sum(i, 0)) * std::tanh(sum(i, 2));
      });
      h = make_array(state, [&](const Shape& i) { return sigmoid(sum(i, 3)) * std::tanh(next.at(i)); });
      c = next;
    }
    return h;
  };
}

/// Dense with 3 units on the last axis.
Array dense(const Arrays& inputs, const Arrays& weights) {
  Shape shape = inputs[0].shape;
  shape[-1] = 3;
  return make_array(shape, [&](const Shape& i) {
    double total = weights[1].at({i.back()});
    Shape source = i;
    for (std::int64_t k = 0; k < inputs[0].shape.back(); ++k) {
      source[-1] = k;
      total += inputs[0].at(source) * weights[0].at({k, i.back()});
    }
    return total;
  });
}

LayerCheck check(std::string name, std::function<AnyLayer()> make, Formula formula, std::size_t layers = 1,
                 bool bias = true) {
  std::vector<std::string> weights;
  for (std::size_t i = 0; i < layers; ++i) {
    weights.insert(weights.end(), {"kernel", "recurrent_kernel"});
    if (bias) weights.emplace_back("bias");
  }
  return {.name = std::move(name),
          .make = std::move(make),
          .inputs = {{3, 4, 2}},
          .weights = weights,
          .formula = std::move(formula),
          .low = -1,
          .high = 1};
}

LayerCheck dropping(LayerCheck check) {
  check.differs_in_training = true;
  return check;
}

std::vector<LayerCheck> layer_checks() {
  return {
      check(
          "SimpleRNN", [] { return SimpleRNN(3); }, recurrent(simple_step(tanh_of))),
      check(
          "SimpleRNN_backwards",
          [] { return SimpleRNN(2, {.activation = "sigmoid", .return_sequences = true, .go_backwards = true}); },
          recurrent(simple_step(sigmoid), {1, true, true})),
      check(
          "SimpleRNN_step_by_step", [] { return SimpleRNN(2, {.activation = "softsign", .use_bias = false}); },
          recurrent(simple_step(softsign)), 1, false),
      dropping(check(
          "SimpleRNN_dropout", [] { return SimpleRNN(2, {.dropout = 0.4, .recurrent_dropout = 0.3, .seed = 1}); },
          recurrent(simple_step(tanh_of)))),
      check(
          "LSTM", [] { return LSTM(3); }, recurrent(lstm_step(tanh_of, sigmoid), {2})),
      check(
          "LSTM_sequences",
          [] {
            return LSTM(2, {.use_bias = false,
                            .kernel_regularizer = L2(0.1),
                            .recurrent_regularizer = L1(0.1),
                            .activity_regularizer = L2(0.2),
                            .kernel_constraint = MaxNorm({.max_value = 3}),
                            .return_sequences = true});
          },
          recurrent(lstm_step(tanh_of, sigmoid), {2, true}), 1, false),
      check(
          "LSTM_step_by_step",
          [] { return LSTM(2, {.activation = "softsign", .recurrent_activation = "hard_sigmoid"}); },
          recurrent(lstm_step(softsign, hard_sigmoid), {2})),
      dropping(check(
          "LSTM_dropout", [] { return LSTM(2, {.dropout = 0.4, .seed = 2}); },
          recurrent(lstm_step(tanh_of, sigmoid), {2}))),
      dropping(check(
          "LSTM_recurrent_dropout",
          [] { return LSTM(2, {.dropout = 0.2, .recurrent_dropout = 0.4, .seed = 2, .go_backwards = true}); },
          recurrent(lstm_step(tanh_of, sigmoid), {2, false, true}))),
      check(
          "GRU", [] { return GRU(3); }, recurrent(gru_step(true))),
      check(
          "GRU_sequences", [] { return GRU(2, {.use_bias = false, .return_sequences = true, .go_backwards = true}); },
          recurrent(gru_step(true), {1, true, true}), 1, false),
      check(
          "GRU_reset_before", [] { return GRU(2, {.reset_after = false}); }, recurrent(gru_step(false))),
      dropping(check(
          "GRU_dropout", [] { return GRU(2, {.dropout = 0.3, .recurrent_dropout = 0.3, .seed = 3}); },
          recurrent(gru_step(true)))),
  };
}

std::vector<LayerCheck> wrapper_checks() {
  return {
      check(
          "RNN", [] { return RNN(SimpleRNNCell(3), {.return_sequences = true}); },
          recurrent(simple_step(tanh_of), {1, true})),
      check(
          "RNN_of_two",
          [] {
            return RNN({GRUCell(3), LSTMCell(2)}, {.return_sequences = true});
          },
          stacked, 2),
      check(
          "Bidirectional", [] { return Bidirectional(LSTM(2)); },
          bidirectional(lstm_step(tanh_of, sigmoid), 2, false, nullptr), 2),
      check(
          "Bidirectional_sequences", [] { return Bidirectional(GRU(2, {.return_sequences = true})); },
          bidirectional(gru_step(true), 1, true, nullptr), 2),
      check(
          "Bidirectional_sum", [] { return Bidirectional(SimpleRNN(2), {.merge_mode = "sum"}); },
          bidirectional(simple_step(tanh_of), 1, false, [](double a, double b) { return a + b; }), 2),
      check(
          "Bidirectional_product",
          [] { return Bidirectional(SimpleRNN(2, {.return_sequences = true}), {.merge_mode = "mul"}); },
          bidirectional(simple_step(tanh_of), 1, true, [](double a, double b) { return a * b; }), 2),
      check(
          "Bidirectional_mean_with_backward_layer",
          [] {
            return Bidirectional(RNN(LSTMCell(2)),
                                 {.merge_mode = "ave", .backward_layer = LSTM(2, {.go_backwards = true})});
          },
          bidirectional(lstm_step(tanh_of, sigmoid), 2, false, [](double a, double b) { return (a + b) / 2; }), 2),
      {.name = "TimeDistributed",
       .make = [] { return TimeDistributed(Dense(3)); },
       .inputs = {{3, 4, 2}},
       .weights = {"kernel", "bias"},
       .formula = dense},
  };
}

std::vector<LayerCheck> convolution_checks_of_states() {
  const std::vector<std::string> weights = {"kernel", "recurrent_kernel", "bias"};
  return {
      {.name = "ConvLSTM1D",
       .make = [] { return ConvLSTM1D(2, 2); },
       .inputs = {{3, 2, 4, 2}},
       .weights = weights,
       .formula = conv_lstm({3, 3, 2}, 1, false),
       .low = -1,
       .high = 1},
      {.name = "ConvLSTM2D",
       .make = [] { return ConvLSTM2D(2, 3, {.padding = "same"}); },
       .inputs = {{2, 2, 3, 4, 1}},
       .weights = weights,
       .formula = conv_lstm({2, 3, 4, 2}, 1, true),
       .low = -1,
       .high = 1},
      {.name = "ConvLSTM2D_dropout",
       .make = [] { return ConvLSTM2D(1, 2, {.strides = 2, .dropout = 0.5, .recurrent_dropout = 0.5, .seed = 4}); },
       .inputs = {{2, 3, 5, 4, 2}},
       .weights = weights,
       .formula = conv_lstm({2, 2, 2, 1}, 2, false),
       .low = -1,
       .high = 1,
       .differs_in_training = true},
      {.name = "ConvLSTM3D",
       .make = [] { return ConvLSTM3D(1, 2); },
       .inputs = {{2, 2, 3, 2, 3, 1}},
       .weights = weights,
       .formula = conv_lstm({2, 2, 1, 2, 1}, 1, false),
       .low = -1,
       .high = 1},
  };
}

}  // namespace

std::vector<LayerCheck> recurrent_checks() {
  std::vector<LayerCheck> all;
  for (auto part : {layer_checks, wrapper_checks, convolution_checks_of_states})
    for (LayerCheck& each : part()) all.push_back(std::move(each));
  return all;
}

}  // namespace linnet::testing
