#include "linnet/ops/recurrent.h"

#include <cmath>

#include "op_checks.h"

namespace linnet::testing {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Steps that a mask hides: every third, beginning with step `first` of sample 0.
struct Hidden {
  bool any = false;
  bool operator()(std::int64_t n, std::int64_t t) const { return any && (n + t) % 3 == 1; }
  Tensor mask(const Tensor& x) const {
    if (!any || !x.defined()) return {};
    std::vector<double> steps;
    for (std::int64_t n = 0; n < x.shape()[0]; ++n)
      for (std::int64_t t = 0; t < x.shape()[1]; ++t) steps.push_back((*this)(n, t) ? 0 : 1);
    return from_vector(steps, x.shape().slice(0, 2)).to(boolean);
  }
};

/// The operands of a recurrent operation by name, and its step in plain loops.
struct Operands {
  const Array &x, &kernel, &recurrent_kernel;
  const Array *bias, &h;
  std::int64_t units;

  /// `in` without a bias is one shorter: the optional input is left out.
  Operands(const Arrays& in, std::size_t full)
      : x(in[0]),
        kernel(in[1]),
        recurrent_kernel(in[2]),
        bias(in.size() == full ? &in[3] : nullptr),
        h(in[in.size() == full ? 4 : 3]),
        units(in[2].shape[0]) {}
  double input(std::int64_t n, std::int64_t t, std::int64_t j) const {
    double total = 0;
    for (std::int64_t k = 0; k < kernel.shape[0]; ++k) total += x.at({n, t, k}) * kernel.at({k, j});
    return total;
  }
  double recurrent(const std::vector<double>& state, std::int64_t j) const {
    double total = 0;
    for (std::int64_t k = 0; k < units; ++k) total += state[static_cast<std::size_t>(k)] * recurrent_kernel.at({k, j});
    return total;
  }
};

using States = std::vector<std::vector<double>>;  // of one sample

/// Walks through all steps: `step` gives new states from old ones. The result is state 0 of all steps, or the last
/// state `which` if that is not negative.
template <class Step>
Array walked(const Operands& o, const std::vector<const Array*>& first, const Hidden& hidden, int which, Step step) {
  const std::int64_t batch = o.x.shape[0], time = o.x.shape[1];
  Array all = make_array({batch, time, o.units}, [](const Shape&) { return 0.0; }),
        last = make_array({batch, o.units}, [](const Shape&) { return 0.0; });
  for (std::int64_t n = 0; n < batch; ++n) {
    States states;
    for (const Array* each : first) {
      states.emplace_back();
      for (std::int64_t j = 0; j < o.units; ++j) states.back().push_back(each->at({n, j}));
    }
    for (std::int64_t t = 0; t < time; ++t) {
      if (!hidden(n, t)) states = step(states, n, t);
      for (std::int64_t j = 0; j < o.units; ++j) all.at({n, t, j}) = states[0][static_cast<std::size_t>(j)];
    }
    if (which < 0) continue;
    for (std::int64_t j = 0; j < o.units; ++j)
      last.at({n, j}) = states[static_cast<std::size_t>(which)][static_cast<std::size_t>(j)];
  }
  return which < 0 ? all : last;
}

Reference plain_simple_rnn(Hidden hidden, int which, double (*f)(double)) {
  return [=](const Arrays& in) {
    const Operands o(in, 5);
    return walked(o, {&o.h}, hidden, which, [&](const States& s, std::int64_t n, std::int64_t t) {
      States next(1);
      for (std::int64_t j = 0; j < o.units; ++j)
        next[0].push_back(f(o.input(n, t, j) + (o.bias != nullptr ? o.bias->at({j}) : 0) + o.recurrent(s[0], j)));
      return next;
    });
  };
}

Reference plain_lstm(Hidden hidden, int which) {
  return [=](const Arrays& in) {
    const Operands o(in, 6);
    return walked(o, {&o.h, &in.back()}, hidden, which, [&](const States& s, std::int64_t n, std::int64_t t) {
      States next(2);
      for (std::int64_t j = 0; j < o.units; ++j) {
        auto sum = [&](std::int64_t gate) {
          const std::int64_t column = gate * o.units + j;
          return o.input(n, t, column) + (o.bias != nullptr ? o.bias->at({column}) : 0) + o.recurrent(s[0], column);
        };
        const double c = sigmoid(sum(1)) * s[1][static_cast<std::size_t>(j)] + sigmoid(sum(0)) * std::tanh(sum(2));
        next[0].push_back(sigmoid(sum(3)) * std::tanh(c));
        next[1].push_back(c);
      }
      return next;
    });
  };
}

Reference plain_gru(Hidden hidden, int which) {
  return [=](const Arrays& in) {
    const Operands o(in, 5);
    return walked(o, {&o.h}, hidden, which, [&](const States& s, std::int64_t n, std::int64_t t) {
      States next(1);
      for (std::int64_t j = 0; j < o.units; ++j) {
        auto bias = [&](std::int64_t i, std::int64_t column) {
          return o.bias != nullptr ? o.bias->at({i, column}) : 0;
        };
        auto a = [&](std::int64_t part) { return o.input(n, t, part * o.units + j) + bias(0, part * o.units + j); };
        auto b = [&](std::int64_t part) { return o.recurrent(s[0], part * o.units + j) + bias(1, part * o.units + j); };
        const double z = sigmoid(a(0) + b(0)), r = sigmoid(a(1) + b(1));
        next[0].push_back(z * s[0][static_cast<std::size_t>(j)] + (1 - z) * std::tanh(a(2) + r * b(2)));
      }
      return next;
    });
  };
}

/// With an empty bias where the inputs, of which there are `full` with one, have none.
Tensors with_bias(const Tensors& inputs, std::size_t full) {
  Tensors all = inputs;
  if (all.size() < full) all.insert(all.begin() + 3, Tensor());
  return all;
}

std::vector<Shape> without_bias(std::vector<Shape> shapes) {
  shapes.erase(shapes.begin() + 3);
  return shapes;
}

/// x, kernel, recurrent kernel, bias, then `states` states.
std::vector<Shape> shapes(std::int64_t batch, std::int64_t time, std::int64_t features, std::int64_t units,
                          std::int64_t gates, const Shape& bias, int states) {
  std::vector<Shape> all{{batch, time, features}, {features, gates * units}, {units, gates * units}, bias};
  for (int i = 0; i < states; ++i) all.push_back({batch, units});
  return all;
}

const char* const exact_shapes = "all shapes follow from x and the number of units";

OpCheck simple_rnn_check(bool masked, int which, FusedActivation activation, double (*f)(double)) {
  const Hidden hidden{masked};
  const auto index = static_cast<std::size_t>(which < 0 ? 0 : which + 1);
  return {.name = "simple_rnn",
          .op =
              [=](const Tensors& inputs) {
                const Tensors x = with_bias(inputs, 5);
                return simple_rnn(x[0], x[1], x[2], x[3], x[4], hidden.mask(x[0]), activation)[index];
              },
          .reference = plain_simple_rnn(hidden, which, f),
          .cases = {shapes(2, 4, 3, 5, 1, {5}, 1), shapes(3, 1, 1, 1, 1, {1}, 1), shapes(0, 2, 3, 2, 1, {2}, 1),
                    shapes(5, 3, 4, 17, 1, {17}, 1), without_bias(shapes(2, 3, 2, 4, 1, {4}, 1))},
          .low = -1,
          .high = 1,
          .optional_input = 3,
          .never_broadcasts = exact_shapes,
          .errors = {{[] {
                        simple_rnn(ones({2, 3}), ones({3, 4}), ones({4, 4}), {}, ones({2, 4}));
                      },
                      "[simple_rnn] expected x (batch, time, features)"},
                     {[] {
                        simple_rnn(ones({2, 0, 3}), ones({3, 4}), ones({4, 4}), {}, ones({2, 4}));
                      },
                      "at least one step"},
                     {[] {
                        simple_rnn(ones({2, 1, 3}), ones({2, 4}), ones({4, 4}), {}, ones({2, 4}));
                      },
                      "[simple_rnn] expected a kernel (3, 4)"},
                     {[] {
                        simple_rnn(ones({2, 1, 3}), ones({3, 4}), ones({4, 4}), {}, ones({2, 5}));
                      },
                      "[simple_rnn] expected a state (2, 4)"}},
          .tolerance = 20};
}

OpCheck lstm_check(bool masked, int which) {
  const Hidden hidden{masked};
  const auto index = static_cast<std::size_t>(which < 0 ? 0 : which + 1);
  return {.name = "lstm",
          .op =
              [=](const Tensors& inputs) {
                const Tensors x = with_bias(inputs, 6);
                return lstm(x[0], x[1], x[2], x[3], x[4], x[5], hidden.mask(x[0]))[index];
              },
          .reference = plain_lstm(hidden, which),
          .cases = {shapes(2, 4, 3, 5, 4, {20}, 2), shapes(3, 1, 1, 1, 4, {4}, 2), shapes(0, 2, 3, 2, 4, {8}, 2),
                    shapes(5, 3, 4, 17, 4, {68}, 2), without_bias(shapes(2, 3, 2, 4, 4, {16}, 2))},
          .low = -1,
          .high = 1,
          .optional_input = 3,
          .never_broadcasts = exact_shapes,
          .errors = {{[] {
                        lstm(ones({2, 1, 3}), ones({3, 8}), ones({2, 6}), {}, ones({2, 2}), ones({2, 2}));
                      },
                      "[lstm] expected a recurrent kernel (units, 4 units), received (2, 6)"},
                     {[] {
                        lstm(ones({2, 1, 3}), ones({3, 8}), ones({2, 8}), ones({2}), ones({2, 2}), ones({2, 2}));
                      },
                      "[lstm] expected a bias (8,), received (2,)"},
                     {[] {
                        lstm(ones({2, 1, 3}), ones({3, 8}), ones({2, 8}), {}, ones({2, 2}), ones({2, 2}), ones({2, 2}));
                      },
                      "[lstm] expected a mask (2, 1), received (2, 2)"},
                     {[] {
                        lstm(ones({2, 1, 3}, int32), ones({3, 8}), ones({2, 8}), {}, ones({2, 2}), ones({2, 2}));
                      },
                      "[lstm] expected floating operands"}},
          .tolerance = 20};
}

OpCheck gru_check(bool masked, int which) {
  const Hidden hidden{masked};
  const auto index = static_cast<std::size_t>(which < 0 ? 0 : which + 1);
  return {
      .name = "gru",
      .op =
          [=](const Tensors& inputs) {
            const Tensors x = with_bias(inputs, 5);
            return gru(x[0], x[1], x[2], x[3], x[4], hidden.mask(x[0]))[index];
          },
      .reference = plain_gru(hidden, which),
      .cases = {shapes(2, 4, 3, 5, 3, {2, 15}, 1), shapes(3, 1, 1, 1, 3, {2, 3}, 1), shapes(0, 2, 3, 2, 3, {2, 6}, 1),
                shapes(5, 3, 4, 17, 3, {2, 51}, 1), without_bias(shapes(2, 3, 2, 4, 3, {2, 12}, 1))},
      .low = -1,
      .high = 1,
      .optional_input = 3,
      .never_broadcasts = exact_shapes,
      .errors = {{[] {
                    gru(ones({2, 1, 3}), ones({3, 6}), ones({2, 6}), ones({6}), ones({2, 2}));
                  },
                  "[gru] expected a bias (2, 6), received (6,)"}},
      .tolerance = 20};
}

}  // namespace

std::vector<OpCheck> recurrent_checks() {
  const auto tanh_of = [](double x) { return std::tanh(x); };
  return {simple_rnn_check(false, -1, FusedActivation::tanh, tanh_of),
          simple_rnn_check(true, -1, FusedActivation::tanh, tanh_of),
          simple_rnn_check(true, 0, FusedActivation::sigmoid, sigmoid),
          simple_rnn_check(false, 0, FusedActivation::none, [](double x) { return x; }),
          lstm_check(false, -1),
          lstm_check(true, -1),
          lstm_check(true, 0),
          lstm_check(false, 1),
          gru_check(false, -1),
          gru_check(true, -1),
          gru_check(true, 0)};
}

}  // namespace linnet::testing
