#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "linnet/ops/reduce.h"
#include "op_checks.h"

namespace linnet::testing {
namespace {

using Reduce = Tensor (*)(const Tensor&, const Axes&, bool);
using Fold = double (*)(const std::vector<double>&);

// The reference: collects the elements that go into each result, then folds them.
Reference folded(std::vector<int> axes, bool keepdims, Fold fold) {
  return [=](const Arrays& in) {
    const Array& x = in[0];
    const auto is_reduced = [&](int i) {
      return axes.empty() ||
             std::any_of(axes.begin(), axes.end(), [&](int a) { return (a + x.shape.rank()) % x.shape.rank() == i; });
    };
    Shape kept, squeezed;
    for (int i = 0; i < x.shape.rank(); ++i) {
      kept.push_back(is_reduced(i) ? 1 : x.shape[i]);
      if (!is_reduced(i)) squeezed.push_back(x.shape[i]);
    }
    Array result = make_array(kept, [&](const Shape& target) {
      std::vector<double> elements;
      make_array(x.shape, [&](const Shape& source) {
        bool belongs = true;
        for (int i = 0; i < source.rank(); ++i) belongs = belongs && (is_reduced(i) || source[i] == target[i]);
        if (belongs) elements.push_back(x.at(source));
        return 0.0;
      });
      return fold(elements);
    });
    if (!keepdims) result.shape = squeezed;
    return result;
  };
}

double fold_sum(const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0); }
double fold_mean(const std::vector<double>& v) { return fold_sum(v) / static_cast<double>(v.size()); }
double fold_product(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 1.0, std::multiplies<>());
}
double fold_max(const std::vector<double>& v) { return *std::max_element(v.begin(), v.end()); }
double fold_min(const std::vector<double>& v) { return *std::min_element(v.begin(), v.end()); }
double fold_any(const std::vector<double>& v) {
  return std::any_of(v.begin(), v.end(), [](double x) { return x != 0; });
}
double fold_all(const std::vector<double>& v) {
  return std::all_of(v.begin(), v.end(), [](double x) { return x != 0; });
}
double fold_variance(const std::vector<double>& v) {
  const double center = fold_mean(v);
  double total = 0;
  for (double x : v) total += (x - center) * (x - center);
  return total / static_cast<double>(v.size());
}
double fold_stddev(const std::vector<double>& v) { return std::sqrt(fold_variance(v)); }
double fold_logsumexp(const std::vector<double>& v) {
  double total = 0;
  for (double x : v) total += std::exp(x);
  return std::log(total);
}
double fold_norm(const std::vector<double>& v) {
  return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
}

// One op over several choices of axes.
std::vector<OpCheck> over_axes(const std::string& name, Reduce op, Fold fold, bool empty_reduction = true) {
  struct Choice {
    std::vector<int> axes;
    bool keepdims;
    std::vector<std::vector<Shape>> cases;
  };
  const std::vector<Choice> choices = {
      {{}, false, {{{}}, {{9}}, {{3, 4}}, {{2, 3, 4}}, {{31, 37}}}},
      {{}, true, {{{3, 4}}, {{2, 3, 4}}}},
      {{-1}, false, {{{5}}, {{3, 4}}, {{2, 3, 4}}, {{0, 3}}, {{5, 200}}}},
      {{0}, true, {{{5}}, {{3, 4}}, {{2, 3, 4}}, {{3, 0}}, {{200, 5}}}},
      {{0, 2}, false, {{{2, 3, 4}}, {{5, 1, 3}}, {{2, 0, 3}}, {{2, 3, 4, 2}}}},
      {{1, -1}, true, {{{2, 3, 4}}, {{0, 1, 3}}}},
  };
  std::vector<OpCheck> checks;
  for (const Choice& choice : choices) {
    const Axes axes(choice.axes);
    OpCheck check{.name = name,
                  .op = [=](const Tensors& x) { return op(x[0], axes, choice.keepdims); },
                  .reference = folded(choice.axes, choice.keepdims, fold),
                  .cases = choice.cases};
    if (choice.axes.empty()) {
      if (empty_reduction)
        check.cases.push_back({{0, 3}});
      else
        check.never_empty = "the extreme of nothing is an error";
    }
    check.errors = {{[=] {
                       op(ones({2, 3}), 2, false);
                     },
                     concat("[", name, "] expected an axis in [-2, 2), received 2")},
                    {[=] {
                       op(ones({2, 3}), {1, -1}, false);
                     },
                     concat("[", name, "] expected each axis once, received axis -1 twice")}};
    if (!empty_reduction)
      check.errors.emplace_back(
          [=] {
            op(ones({0, 3}), 0, false);
          },
          concat("[", name, "] expected at least one element"));
    check.tolerance = 10;
    checks.push_back(std::move(check));
  }
  return checks;
}

// max and min keep the dtype of integers.
std::vector<OpCheck> extremes_of_integers() {
  std::vector<OpCheck> checks;
  for (OpCheck& check : over_axes("max", max, fold_max, false)) checks.push_back(std::move(check));
  for (OpCheck& check : over_axes("min", min, fold_min, false)) checks.push_back(std::move(check));
  for (OpCheck& check : checks) {
    check.dtypes = {int32, int64, uint8};
    check.low = 0;
    check.high = 9;
    check.differentiable = false;
  }
  return checks;
}

std::vector<OpCheck> of_integers(const std::string& name, Reduce op, Fold fold, DType (*result)(DType)) {
  std::vector<OpCheck> checks = over_axes(name, op, fold);
  for (OpCheck& check : checks) {
    check.dtypes = {int32, int64, uint8, boolean};
    check.low = 0;
    check.high = 3;
    check.result_dtype = result;
    check.differentiable = false;
    check.errors.clear();
  }
  return checks;
}

// Plain references along one axis: the elements of a line, in order.
template <class Line>
Reference along(int axis, Line line) {
  return [=](const Arrays& in) {
    const Array& x = in[0];
    const int a = (axis + x.shape.rank()) % x.shape.rank();
    return make_array(x.shape, [&](const Shape& index) {
      std::vector<double> elements;
      for (std::int64_t i = 0; i < x.shape[a]; ++i) {
        Shape at = index;
        at[a] = i;
        elements.push_back(x.at(at));
      }
      return line(elements, static_cast<std::size_t>(index[a]));
    });
  };
}

std::vector<std::size_t> order_of(const std::vector<double>& v, bool descending) {
  std::vector<std::size_t> order(v.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return descending ? v[i] > v[j] : v[i] < v[j]; });
  return order;
}

std::vector<OpCheck> scans() {
  const std::vector<std::vector<Shape>> cases = {{{5}}, {{3, 4}}, {{2, 3, 4}}, {{0, 3}}, {{3, 0}}, {{9, 11}}};
  std::vector<OpCheck> checks;
  for (int axis : {0, -1})
    for (bool flag : {false, true}) {
      checks.push_back({.name = "cumsum",
                        .op = [=](const Tensors& x) { return cumsum(x[0], axis, flag); },
                        .reference = along(axis,
                                           [flag](const std::vector<double>& v, std::size_t i) {
                                             double total = 0;
                                             for (std::size_t j = 0; j < v.size(); ++j)
                                               if (flag ? j >= i : j <= i) total += v[j];
                                             return total;
                                           }),
                        .cases = cases,
                        .tolerance = 10});
      checks.push_back({.name = "sort",
                        .op = [=](const Tensors& x) { return sort(x[0], axis, flag); },
                        .reference = along(axis, [flag](const std::vector<double>& v,
                                                        std::size_t i) { return v[order_of(v, flag)[i]]; }),
                        .cases = cases});
      OpCheck order{
          .name = "argsort",
          .op = [=](const Tensors& x) { return argsort(x[0], axis, flag); },
          .reference = along(axis, [flag](const std::vector<double>& v,
                                          std::size_t i) { return static_cast<double>(order_of(v, flag)[i]); }),
          .cases = cases,
          .low = 0,
          .high = 4,
          .dtypes = {float32, float64, int32, int64, uint8},
          .result_dtype = always_int64,
          .differentiable = false,
          .errors = {{[] { argsort(ones({2}), 1); }, "[argsort] expected an axis in [-1, 1), received 1"}}};
      checks.push_back(order);
    }
  return checks;
}

std::vector<OpCheck> positions() {
  std::vector<OpCheck> checks;
  for (int axis : {0, -1})
    for (bool keepdims : {false, true})
      for (bool largest : {true, false}) {
        const std::string name = largest ? "argmax" : "argmin";
        const Fold fold =
            largest ? +[](const std::vector<double>&
                              v) { return static_cast<double>(std::max_element(v.begin(), v.end()) - v.begin()); }
                    : +[](const std::vector<double>& v) {
                        return static_cast<double>(std::min_element(v.begin(), v.end()) - v.begin());
                      };
        checks.push_back({.name = name,
                          .op =
                              [=](const Tensors& x) {
                                return largest ? argmax(x[0], axis, keepdims) : argmin(x[0], axis, keepdims);
                              },
                          .reference = folded({axis}, keepdims, fold),
                          .cases = {{{7}}, {{3, 4}}, {{2, 3, 4}}, {axis == 0 ? Shape{3, 0} : Shape{0, 3}}, {{21, 33}}},
                          .low = 0,
                          .high = 5,
                          .dtypes = {float32, float64, bfloat16, int32, int64, uint8},
                          .result_dtype = always_int64,
                          .differentiable = false,
                          .errors = {{[=] {
                                        largest ? argmax(ones({0, 2}), 0) : argmin(ones({0, 2}), 0);
                                      },
                                      concat("[", name, "] expected at least one element along axis 0")}}});
      }
  return checks;
}

std::vector<OpCheck> largest() {
  const std::vector<std::vector<Shape>> cases = {{{5}}, {{3, 4}}, {{2, 3, 4}}, {{0, 3}}};
  const auto cut = [](Array whole) {
    Shape shape = whole.shape;
    shape[-1] = 2;
    return make_array(shape, [&](const Shape& i) { return whole.at(i); });
  };
  const Reference values =
      along(-1, [](const std::vector<double>& v, std::size_t i) { return v[order_of(v, true)[i]]; });
  const Reference order =
      along(-1, [](const std::vector<double>& v, std::size_t i) { return static_cast<double>(order_of(v, true)[i]); });
  return {{.name = "top_k",
           .op = [](const Tensors& x) { return top_k(x[0], 2).first; },
           .reference = [=](const Arrays& x) { return cut(values(x)); },
           .cases = cases,
           .errors = {{[] {
                         top_k(ones({2, 3}), 4);
                       },
                       "[top_k] expected k in [0, 3] for shape (2, 3), received 4"}}},
          {.name = "top_k",
           .op = [](const Tensors& x) { return top_k(x[0], 2).second; },
           .reference = [=](const Arrays& x) { return cut(order(x)); },
           .cases = cases,
           .low = 0,
           .high = 3,
           .dtypes = {float32, int32},
           .result_dtype = always_int64,
           .differentiable = false}};
}

}  // namespace

std::vector<OpCheck> reduce_checks() {
  std::vector<OpCheck> checks;
  const auto append = [&](std::vector<OpCheck> more) {
    for (OpCheck& check : more) checks.push_back(std::move(check));
  };
  DType (*floats_only)(DType) = [](DType) { return float32; };
  append(over_axes("sum", sum, fold_sum));
  append(over_axes("mean", mean, fold_mean));
  append(over_axes("prod", prod, fold_product));
  append(over_axes("max", max, fold_max, false));
  append(over_axes("min", min, fold_min, false));
  append(over_axes("variance", variance, fold_variance));
  append(over_axes("logsumexp", logsumexp, fold_logsumexp, false));
  append(over_axes("norm", norm, fold_norm));
  std::vector<OpCheck> deviations = over_axes("stddev", stddev, fold_stddev);
  std::erase(deviations[0].cases, std::vector<Shape>{{}});  // of one number it is 0, and has no derivative there
  append(std::move(deviations));
  append(of_integers("sum", sum, fold_sum, always_int64));
  append(of_integers("prod", prod, fold_product, always_int64));
  append(of_integers("mean", mean, fold_mean, floats_only));
  append(of_integers("any", any, fold_any, always_bool));
  append(of_integers("all", all, fold_all, always_bool));
  append(extremes_of_integers());
  append(scans());
  append(positions());
  append(largest());
  return checks;
}

}  // namespace linnet::testing
