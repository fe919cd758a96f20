#include <cmath>
#include <functional>

#include "linnet/ops/attention.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"
#include "op_checks.h"

namespace linnet::testing {
namespace {

using Sees = std::function<bool(std::int64_t t, std::int64_t s)>;

/// query [b, t, n, d], key [b, s, k, d], value [b, s, k, e] -> [b, t, n, e] in plain loops.
Reference attention(double scale, const Sees& sees) {
  return [scale, sees](const Arrays& in) {
    const Array &query = in[0], &key = in[1], &value = in[2];
    const std::int64_t group = query.shape[2] / std::max<std::int64_t>(key.shape[2], 1);
    const Shape shape{query.shape[0], query.shape[1], query.shape[2], value.shape[3]};
    return make_array(shape, [&](const Shape& i) {
      double total = 0, sum = 0;
      for (std::int64_t s = 0; s < key.shape[1]; ++s) {
        if (!sees(i[1], s)) continue;
        double score = 0;
        for (std::int64_t d = 0; d < query.shape[3]; ++d)
          score += query.at({i[0], i[1], i[2], d}) * key.at({i[0], s, i[2] / group, d});
        const double weight = std::exp(score * scale);
        total += weight;
        sum += weight * value.at({i[0], s, i[2] / group, i[3]});
      }
      return sum / total;
    });
  };
}

bool everything(std::int64_t, std::int64_t) { return true; }
bool the_past(std::int64_t t, std::int64_t s) { return s <= t; }
bool even_keys(std::int64_t, std::int64_t s) { return s % 2 == 0; }

/// (1, S): hides every other key.
Tensor even_mask(std::int64_t keys) { return equal(mod(arange(0, static_cast<double>(keys), 1, int64), 2), 0.0); }

OpCheck check_of(const std::function<DotProductAttentionOptions(const Tensors&)>& options, const Reference& reference,
                 const std::vector<std::vector<Shape>>& cases) {
  return {.name = "scaled_dot_product_attention",
          .op = [options](const Tensors& x) { return scaled_dot_product_attention(x[0], x[1], x[2], options(x)); },
          .reference = reference,
          .cases = cases,
          .low = -1,
          .high = 1,
          .never_broadcasts = "only its mask does",
          .tolerance = 20};
}

}  // namespace

std::vector<OpCheck> attention_checks() {
  const std::vector<std::vector<Shape>> cases = {{{2, 3, 4, 5}, {2, 6, 2, 5}, {2, 6, 2, 3}},
                                                 {{1, 5, 2, 3}, {1, 4, 2, 3}, {1, 4, 2, 3}},
                                                 {{0, 3, 2, 4}, {0, 3, 2, 4}, {0, 3, 2, 4}},
                                                 {{2, 0, 2, 4}, {2, 3, 2, 4}, {2, 3, 2, 4}}};
  std::vector<OpCheck> checks = {
      check_of([](const Tensors&) { return DotProductAttentionOptions{.scale = 0.7}; }, attention(0.7, everything),
               cases),
      check_of([](const Tensors&) { return DotProductAttentionOptions{.scale = 0.7, .is_causal = true}; },
               attention(0.7, the_past), cases),
      check_of(
          [](const Tensors& x) { return DotProductAttentionOptions{.mask = even_mask(x[1].shape()[1]), .scale = 0.3}; },
          attention(0.3, even_keys), cases),
      check_of([](const Tensors&) { return DotProductAttentionOptions{}; }, attention(0.5, everything),
               {{{1, 70, 1, 4}, {1, 66, 1, 4}, {1, 66, 1, 2}}, {{2, 0, 1, 4}, {2, 3, 1, 4}, {2, 3, 1, 4}}}),
  };
  checks[0].errors = {{[] {
                         scaled_dot_product_attention(ones({2, 3, 4}), ones({2, 3, 4}), ones({2, 3, 4}));
                       },
                       "expected query (batch, T, heads, features)"},
                      {[] {
                         scaled_dot_product_attention(ones({1, 3, 4, 2}), ones({1, 3, 3, 2}), ones({1, 3, 3, 2}));
                       },
                       "expected the query heads to be a multiple of the 3 heads of keys, received 4"},
                      {[] {
                         scaled_dot_product_attention(ones({1, 3, 2, 2}), ones({1, 0, 2, 2}), ones({1, 0, 2, 2}));
                       },
                       "expected at least one key"},
                      {[] {
                         const Tensor x = ones({1, 3, 2, 2}, int32);
                         scaled_dot_product_attention(x, x, x);
                       },
                       "expected floating operands"},
                      {[] {
                         const Tensor x = ones({1, 3, 2, 2});
                         scaled_dot_product_attention(x, x, x, {.mask = ones({3, 3})});
                       },
                       "expected a boolean mask, received dtype float32"}};
  return checks;
}

}  // namespace linnet::testing
