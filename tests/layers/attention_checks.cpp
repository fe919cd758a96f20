// ReversibleEmbedding, Attention, AdditiveAttention, MultiHeadAttention, GroupQueryAttention.
#include <cmath>
#include <functional>

#include "layer_checks.h"
#include "linnet/layers/layers.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet::testing {
namespace {

using Formula = std::function<Array(const Arrays&, const Arrays&)>;

/// softmax over s of score(b, t, s), times value [batch, S, features].
Array weighted(const Array& value, std::int64_t steps,
               const std::function<double(std::int64_t, std::int64_t, std::int64_t)>& score) {
  const std::int64_t batch = value.shape[0], keys = value.shape[1];
  return make_array({batch, steps, value.shape[2]}, [&](const Shape& i) {
    double total = 0, sum = 0;
    for (std::int64_t s = 0; s < keys; ++s) {
      const double weight = std::exp(score(i[0], i[1], s));
      total += weight;
      sum += weight * value.at({i[0], s, i[2]});
    }
    return sum / total;
  });
}

/// Scores that are sums over the features of f(query, key, feature).
Formula attention_by(const std::function<double(double q, double k, const Arrays& weights, std::int64_t feature)>& f,
                     const std::function<double(const Arrays& weights)>& factor) {
  return [f, factor](const Arrays& inputs, const Arrays& weights) {
    const Array &query = inputs[0], &key = inputs.back();
    return weighted(inputs[1], query.shape[1], [&](std::int64_t b, std::int64_t t, std::int64_t s) {
      double sum = 0;
      for (std::int64_t d = 0; d < query.shape[2]; ++d) sum += f(query.at({b, t, d}), key.at({b, s, d}), weights, d);
      return sum * factor(weights);
    });
  };
}

double one(const Arrays&) { return 1; }
double first_weight(const Arrays& weights) { return weights[0].at({}); }

/// x [batch, steps, features] · kernel [features, heads, n] + bias, at (b, t, head, i).
double projected(const Array& x, const Array& kernel, const Array* bias, std::int64_t b, std::int64_t t,
                 std::int64_t head, std::int64_t i) {
  double sum = bias == nullptr ? 0 : bias->at({head, i});
  for (std::int64_t f = 0; f < x.shape[2]; ++f) sum += x.at({b, t, f}) * kernel.at({f, head, i});
  return sum;
}

struct HeadsFormula {
  bool bias = true, gate = false;
  std::int64_t window = 1000;

  Array operator()(const Arrays& inputs, const Arrays& all) const {
    const Array &x = inputs[0], &y = inputs[1], &z = inputs.back();
    std::size_t next = 0;
    struct Part {
      const Array *kernel, *bias;
    };
    const auto part = [&]() -> Part {
      const Array* kernel = &all[next++];
      return {kernel, bias ? &all[next++] : nullptr};
    };
    const Part query = part(), key = part(), gating = gate ? part() : Part{}, value = part(), output = part();
    const std::int64_t heads = query.kernel->shape[1], group = heads / key.kernel->shape[1];
    const std::int64_t key_dim = query.kernel->shape[2], value_dim = value.kernel->shape[2];
    const Array found = make_array({x.shape[0], x.shape[1], heads, value_dim}, [&](const Shape& i) {
      double total = 0, sum = 0;
      for (std::int64_t s = 0; s < y.shape[1]; ++s) {
        if (std::abs(s - i[1]) >= window) continue;
        double score = 0;
        for (std::int64_t d = 0; d < key_dim; ++d)
          score += projected(x, *query.kernel, query.bias, i[0], i[1], i[2], d) *
                   projected(z, *key.kernel, key.bias, i[0], s, i[2] / group, d);
        const double weight = std::exp(score / std::sqrt(static_cast<double>(key_dim)));
        total += weight;
        sum += weight * projected(y, *value.kernel, value.bias, i[0], s, i[2] / group, i[3]);
      }
      const double open =
          gate ? 1 / (1 + std::exp(-projected(x, *gating.kernel, gating.bias, i[0], i[1], i[2], i[3]))) : 1;
      return sum / total * open;
    });
    return make_array({x.shape[0], x.shape[1], output.kernel->shape[2]}, [&](const Shape& i) {
      double sum = bias ? output.bias->at({i[2]}) : 0;
      for (std::int64_t n = 0; n < heads; ++n)
        for (std::int64_t d = 0; d < value_dim; ++d)
          sum += found.at({i[0], i[1], n, d}) * output.kernel->at({n, d, i[2]});
      return sum;
    });
  }
};

/// Attention along axis 1 of [batch, steps, rows, features]: each row is a sequence of its own.
Array attention_in_columns(const Arrays& inputs, const Arrays& weights) {
  const Shape shape = inputs[0].shape;
  const auto column = [&](const Array& x, std::int64_t row) {
    return make_array({shape[0], shape[1], shape[3]}, [&](const Shape& i) { return x.at({i[0], i[1], row, i[2]}); });
  };
  Arrays rows;
  for (std::int64_t row = 0; row < shape[2]; ++row)
    rows.push_back(HeadsFormula()({column(inputs[0], row), column(inputs[1], row)}, weights));
  return make_array(shape, [&](const Shape& i) { return rows[static_cast<std::size_t>(i[2])].at({i[0], i[1], i[3]}); });
}

/// Attention over both middle axes: their steps are one sequence.
Array attention_over_both(const Arrays& inputs, const Arrays& weights) {
  const Shape shape = inputs[0].shape;
  const auto joined = [](const Array& x) { return Array{{x.shape[0], x.shape[1] * x.shape[2], x.shape[3]}, x.values}; };
  return {shape, HeadsFormula()({joined(inputs[0]), joined(inputs[1])}, weights).values};
}

Array looked_up(const Arrays& inputs, const Arrays& weights) {
  Shape shape = inputs[0].shape;
  shape.push_back(weights[0].shape[1]);
  return make_array(shape, [&](const Shape& index) {
    const auto row = static_cast<std::int64_t>(inputs[0].at(index.slice(0, index.rank() - 1)));
    return weights[0].at({row, index.back()});
  });
}

}  // namespace

std::vector<LayerCheck> attention_checks() {
  const std::vector<Shape> three{{2, 3, 4}, {2, 5, 4}, {2, 5, 4}}, two{{2, 3, 4}, {2, 5, 4}};
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.insert(names.end(), {"kernel", "bias"});
  const std::vector<std::string> four(names.begin(), names.begin() + 8), kernels(4, "kernel");
  return {
      {.name = "Attention",
       .make = [] { return Attention(); },
       .inputs = two,
       .formula = attention_by([](double q, double k, const Arrays&, std::int64_t) { return q * k; }, one)},
      {.name = "Attention_scaled_with_a_key",
       .make = [] { return Attention({.use_scale = true, .dropout = 0.5, .seed = 1}); },
       .inputs = three,
       .weights = {"scale"},
       .formula = attention_by([](double q, double k, const Arrays&, std::int64_t) { return q * k; }, first_weight),
       .differs_in_training = true},
      {.name = "Attention_concat",
       .make = [] { return Attention({.use_scale = true, .score_mode = "concat"}); },
       .inputs = two,
       .weights = {"scale", "concat_score_weight"},
       .formula = attention_by(
           [](double q, double k, const Arrays& w, std::int64_t) { return std::tanh(w[0].at({}) * (q + k)); },
           [](const Arrays& w) { return w[1].at({}); })},
      {.name = "AdditiveAttention",
       .make = [] { return AdditiveAttention(); },
       .inputs = two,
       .weights = {"scale"},
       .formula = attention_by(
           [](double q, double k, const Arrays& w, std::int64_t d) { return w[0].at({d}) * std::tanh(q + k); }, one)},
      {.name = "AdditiveAttention_without_scale",
       .make = [] { return AdditiveAttention({.use_scale = false, .dropout = 0.3, .seed = 2}); },
       .inputs = three,
       .formula = attention_by([](double q, double k, const Arrays&, std::int64_t) { return std::tanh(q + k); }, one),
       .differs_in_training = true},
      {.name = "MultiHeadAttention",
       .make = [] { return MultiHeadAttention(2, 3); },
       .inputs = two,
       .weights = four,
       .formula = HeadsFormula()},
      {.name = "MultiHeadAttention_with_a_key",
       .make = [] { return MultiHeadAttention(3, 2, {.value_dim = 4, .use_bias = false, .output_shape = Shape{5}}); },
       .inputs = three,
       .weights = kernels,
       .formula = HeadsFormula{.bias = false}},
      {.name = "MultiHeadAttention_dropout",
       .make = [] { return MultiHeadAttention(2, 3, {.dropout = 0.4, .seed = 5}); },
       .inputs = two,
       .weights = four,
       .formula = HeadsFormula(),
       .differs_in_training = true},
      {.name = "MultiHeadAttention_gate",
       .make = [] { return MultiHeadAttention(2, 3, {.use_gate = true, .kernel_regularizer = L2(0.01)}); },
       .inputs = two,
       .weights = names,
       .formula = HeadsFormula{.gate = true}},
      {.name = "MultiHeadAttention_window",
       .make = [] { return MultiHeadAttention(2, 3, {.sliding_window = 2}); },
       .inputs = {{2, 4, 3}, {2, 4, 3}},
       .weights = four,
       .formula = HeadsFormula{.window = 2}},
      {.name = "MultiHeadAttention_in_columns",
       .make = [] { return MultiHeadAttention(2, 2, {.attention_axes = {{1}}}); },
       .inputs = {{2, 3, 2, 4}, {2, 3, 2, 4}},
       .weights = four,
       .formula = attention_in_columns},
      {.name = "MultiHeadAttention_over_both_axes",
       .make = [] { return MultiHeadAttention(2, 2); },
       .inputs = {{2, 3, 2, 4}, {2, 2, 2, 4}},
       .weights = four,
       .formula = attention_over_both},
      {.name = "GroupQueryAttention",
       .make = [] { return GroupQueryAttention(3, 4, 2); },
       .inputs = two,
       .weights = four,
       .formula = HeadsFormula()},
      {.name = "GroupQueryAttention_of_one",
       .make = [] { return GroupQueryAttention(2, 4, 1, {.dropout = 0.2, .use_bias = false, .seed = 1}); },
       .inputs = three,
       .weights = kernels,
       .formula = HeadsFormula{.bias = false},
       .differs_in_training = true},
      {.name = "ReversibleEmbedding",
       .make = [] { return ReversibleEmbedding(6, 3); },
       .inputs = {{4, 5}},
       .weights = {"embeddings"},
       .formula = looked_up,
       .low = 0,
       .high = 6,
       .input_dtype = int32},
  };
}

}  // namespace linnet::testing
