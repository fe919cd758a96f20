#include "linnet/ops/nn.h"

#include <cmath>
#include <numbers>

#include "linnet/base/random.h"
#include "op_checks.h"

namespace linnet::testing {
namespace {

OpCheck unary(std::string name, const std::function<Tensor(const Tensor&)>& op, double (*f)(double), double low = -4,
              double high = 4) {
  return {.name = std::move(name),
          .op = [op](const Tensors& x) { return op(x[0]); },
          .reference = elementwise(f),
          .cases = unary_cases(),
          .low = low,
          .high = high};
}

double normal_cdf(double x) { return 0.5 * (1 + std::erf(x / std::numbers::sqrt2)); }
double elu_of(double x, double alpha) { return x > 0 ? x : alpha * std::expm1(x); }

// softmax or log_softmax along `axis`
Reference normalized(int axis, bool logarithm) {
  return [=](const Arrays& in) {
    const Array& x = in[0];
    const int a = (axis + x.shape.rank()) % x.shape.rank();
    return make_array(x.shape, [&](const Shape& index) {
      double total = 0;
      for (std::int64_t i = 0; i < x.shape[a]; ++i) {
        Shape at = index;
        at[a] = i;
        total += std::exp(x.at(at));
      }
      return logarithm ? x.at(index) - std::log(total) : std::exp(x.at(index)) / total;
    });
  };
}

std::vector<OpCheck> softmaxes() {
  std::vector<OpCheck> checks;
  for (int axis : {0, -1})
    for (bool logarithm : {false, true})
      checks.push_back(
          {.name = logarithm ? "log_softmax" : "softmax",
           .op = [=](const Tensors& x) { return logarithm ? log_softmax(x[0], axis) : softmax(x[0], axis); },
           .reference = normalized(axis, logarithm),
           .cases = {{{5}}, {{3, 4}}, {{2, 3, 5}}, {{1, 1}}, {{0, 3}}, {{3, 0}}, {{17, 130}}},
           .low = -6,
           .high = 6,
           .errors = {{[=] { logarithm ? log_softmax(scalar(1)) : softmax(scalar(1)); },
                       "expected a tensor with at least one axis"},
                      {[=] { logarithm ? log_softmax(ones({2}), 1) : softmax(ones({2}), 1); },
                       "expected an axis in [-1, 1), received 1"}},
           .tolerance = 4});
  return checks;
}

OpCheck cross_entropy() {
  return {.name = "sparse_softmax_cross_entropy",
          .op = [](const Tensors& x) { return sparse_softmax_cross_entropy(x[0], x[1]); },
          .reference =
              [](const Arrays& in) {
                const Array y = normalized(-1, true)({in[1]});
                return make_array(in[0].shape, [&](const Shape& i) {
                  return -y.at(with_axis(i, i.rank(), static_cast<std::int64_t>(in[0].at(i))));
                });
              },
          .cases = {{{5}, {5, 3}}, {{1}, {1, 10}}, {{2, 3}, {2, 3, 4}}, {{}, {3}}, {{0}, {0, 3}}, {{64}, {64, 10}}},
          .low = 0,
          .high = 2.99,
          .integer_inputs = {0},
          .errors = {{[] {
                        sparse_softmax_cross_entropy(tensor({1, 2, 3, 12}, int32), ones({4, 10}));
                      },
                      "[sparse_softmax_cross_entropy] expected labels in [0, 10), received 12 at position 3"},
                     {[] {
                        sparse_softmax_cross_entropy(tensor({1, -1}, int64), ones({2, 10}));
                      },
                      "received -1 at position 1"},
                     {[] {
                        sparse_softmax_cross_entropy(tensor({1, 2}, int32), ones({3, 10}));
                      },
                      "[sparse_softmax_cross_entropy] expected labels (...) and logits (..., classes), received (2,) "
                      "and (3, 10)"},
                     {[] {
                        sparse_softmax_cross_entropy(ones({2}), ones({2, 10}));
                      },
                      "expected integer labels, received dtype float32"}},
          .tolerance = 4};
}

// The mask is a pure function of (seed, stream, position): the reference reads it off a tensor of ones.
std::vector<OpCheck> dropouts() {
  std::vector<OpCheck> checks;
  for (const Shape& noise : {Shape{}, Shape{4, 1}}) {
    const auto mask = [=](const Shape& shape) {
      SeedGenerator generator(7);
      return to_array(dropout(ones(shape, float64), 0.4, generator, noise));
    };
    checks.push_back({.name = "dropout",
                      .op =
                          [=](const Tensors& x) {
                            SeedGenerator generator(7);
                            return dropout(x[0], 0.4, generator, noise);
                          },
                      .reference =
                          [=](const Arrays& in) {
                            const Array factors = mask(in[0].shape);
                            return make_array(in[0].shape, [&](const Shape& i) { return in[0].at(i) * factors.at(i); });
                          },
                      .cases = {{{4, 6}}, {{3, 4, 9}}, {{4, 0}}},
                      .errors = {{[] {
                                    SeedGenerator generator(1);
                                    dropout(ones({2}), 1.5, generator);
                                  },
                                  "[dropout] expected a rate in [0, 1], received 1.5"},
                                 {[] {
                                    SeedGenerator generator(1);
                                    dropout(ones({2}), 0.5, generator, {3});
                                  },
                                  "[dropout] expected"}}});
  }
  return checks;
}

}  // namespace

std::vector<OpCheck> nn_checks() {
  std::vector<OpCheck> checks = {
      unary(
          "relu", [](const Tensor& x) { return relu(x); }, [](double x) { return std::max(x, 0.0); }),
      unary(
          "sigmoid", [](const Tensor& x) { return sigmoid(x); }, [](double x) { return 1 / (1 + std::exp(-x)); }),
      unary(
          "softplus", [](const Tensor& x) { return softplus(x); }, [](double x) { return std::log1p(std::exp(x)); }),
      unary(
          "silu", [](const Tensor& x) { return silu(x); }, [](double x) { return x / (1 + std::exp(-x)); }),
      unary(
          "gelu", [](const Tensor& x) { return gelu(x); }, [](double x) { return x * normal_cdf(x); }),
      unary(
          "gelu", [](const Tensor& x) { return gelu(x, true); },
          [](double x) {
            return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
          }),
      unary(
          "leaky_relu", [](const Tensor& x) { return leaky_relu(x); }, [](double x) { return x > 0 ? x : 0.2 * x; }),
      unary(
          "elu", [](const Tensor& x) { return elu(x, 1.5); }, [](double x) { return elu_of(x, 1.5); }),
      unary(
          "selu", [](const Tensor& x) { return selu(x); },
          [](double x) { return 1.0507009873554805 * elu_of(x, 1.6732632423543772); }),
      unary(
          "relu6", [](const Tensor& x) { return relu6(x); }, [](double x) { return std::min(std::max(x, 0.0), 6.0); },
          -3, 9),
  };
  for (OpCheck& check : softmaxes()) checks.push_back(std::move(check));
  checks.push_back(cross_entropy());
  for (OpCheck& check : dropouts()) checks.push_back(std::move(check));
  return checks;
}

}  // namespace linnet::testing
