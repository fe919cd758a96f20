#include "linnet/ops/normalize.h"

#include <cmath>

#include "op_checks.h"

namespace linnet::testing {
namespace {

/// (x - mean) / sqrt(variance + epsilon) with the moments over the axes where `over` is true; which: values, or one of
/// the moments.
enum class Part { values, mean, variance };
Reference standardized(const std::function<bool(int axis, int rank)>& over, double epsilon, Part part) {
  return [=](const Arrays& in) {
    const Array& x = in[0];
    Shape kept = x.shape, window = x.shape;
    for (int axis = 0; axis < x.shape.rank(); ++axis) (over(axis, x.shape.rank()) ? kept[axis] : window[axis]) = 1;
    const auto moment = [&](const Shape& at, double center, int power) {
      double total = 0, count = 0;
      static_cast<void>(make_array(window, [&](const Shape& j) {
        Shape source = at;
        for (int axis = 0; axis < j.rank(); ++axis)
          if (window[axis] > 1) source[axis] = j[axis];
        total += std::pow(x.at(source) - center, power);
        count += 1;
        return 0.0;
      }));
      return total / count;
    };
    return make_array(part == Part::values ? x.shape : kept, [&](const Shape& i) {
      const double mean = moment(i, 0, 1);
      if (part == Part::mean) return mean;
      const double variance = moment(i, mean, 2);
      return part == Part::variance ? variance : (x.at(i) - mean) / std::sqrt(variance + epsilon);
    });
  };
}

}  // namespace

std::vector<OpCheck> normalize_checks() {
  const auto last = [](int axis, int rank) { return axis == rank - 1; };
  const auto all_but_last = [](int axis, int rank) { return axis != rank - 1; };
  const std::vector<DType> exact = {float32, float64};
  return {
      {.name = "standardize",
       .op = [](const Tensors& x) { return standardize(x[0], -1, 1e-3).values; },
       .reference = standardized(last, 1e-3, Part::values),
       .cases = {{{5}}, {{3, 4}}, {{2, 3, 5}}, {{0, 3}}, {{7, 130}}},
       .errors = {{[] { standardize(ones({2}), -1, -1); }, "[standardize] expected epsilon >= 0, received -1"},
                  {[] { standardize(ones({2}), 1, 0); }, "[standardize] expected an axis in [-1, 1), received 1"}},
       .tolerance = 10},
      {.name = "standardize",
       .op =
           [](const Tensors& x) {
             return standardize(x[0], {0, 1}, 0.1).values;
           },
       .reference = standardized(all_but_last, 0.1, Part::values),
       .cases = {{{3, 4, 2}}, {{2, 9, 17}}, {{3, 4, 0}}},
       .tolerance = 10},
      {.name = "standardize",
       .op = [](const Tensors& x) { return standardize(x[0], 0, 0).mean; },
       .reference = standardized(all_but_last, 0, Part::mean),
       .cases = {{{4, 3}}, {{3, 0}}},
       .dtypes = exact,
       .differentiable = false},
      {.name = "standardize",
       .op = [](const Tensors& x) { return standardize(x[0], 0, 0).variance; },
       .reference = standardized(all_but_last, 0, Part::variance),
       .cases = {{{4, 3}}, {{3, 0}}},
       .dtypes = exact,
       .differentiable = false,
       .tolerance = 10},
  };
}

}  // namespace linnet::testing
