// Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate, Dot.
#include <algorithm>
#include <cmath>
#include <functional>

#include "layer_checks.h"
#include "linnet/layers/layers.h"

namespace linnet::testing {
namespace {

double dot_rows(const Arrays& x, const Shape& i) {
  double sum = 0;
  for (std::int64_t k = 0; k < 4; ++k) sum += x[0].at({i[0], k}) * x[1].at({i[0], k});
  return sum;
}

double cosine_of_rows(const Arrays& x, const Shape& i) {
  double left = 0, right = 0;
  for (std::int64_t k = 0; k < 4; ++k) {
    left += x[0].at({i[0], k}) * x[0].at({i[0], k});
    right += x[1].at({i[0], k}) * x[1].at({i[0], k});
  }
  return dot_rows(x, i) / std::sqrt(left * right);
}

double product_of_matrices(const Arrays& x, const Shape& i) {
  double sum = 0;
  for (std::int64_t k = 0; k < 4; ++k) sum += x[0].at({i[0], i[1], k}) * x[1].at({i[0], k, i[2]});
  return sum;
}

double along_last(const Arrays& x, const Shape& i) { return i[2] < 2 ? x[0].at(i) : x[1].at({i[0], i[1], i[2] - 2}); }
double along_first(const Arrays& x, const Shape& i) { return i[1] < 2 ? x[0].at(i) : x[1].at({i[0], i[1] - 2, i[2]}); }

/// Inputs (2, 5, 3), (2, 1, 3) and (2, 3): the last one gets an axis behind the batch axis.
template <class Combine>
Array combined_with_axes_put_in(const Arrays& x, Combine combine) {
  return make_array({2, 5, 3}, [&](const Shape& i) {
    return combine(combine(x[0].at(i), x[1].at({i[0], 0, i[2]})), x[2].at({i[0], i[2]}));
  });
}

}  // namespace

std::vector<LayerCheck> merge_checks() {
  const std::vector<Shape> three{{2, 3}, {2, 3}, {2, 3}}, two{{2, 3}, {2, 3}};
  const Shape shape{2, 3};
  return {
      {.name = "Add",
       .make = [] { return Add(); },
       .inputs = three,
       .formula =
           by_index(shape, [](const Arrays& x, const Shape& i) { return x[0].at(i) + x[1].at(i) + x[2].at(i); })},
      {.name = "Add_of_several_shapes",
       .make = [] { return Add(); },
       .inputs = {{2, 5, 3}, {2, 1, 3}, {2, 3}},
       .formula = [](const Arrays& x, const Arrays&) { return combined_with_axes_put_in(x, std::plus<>()); }},
      {.name = "Multiply_of_several_shapes",
       .make = [] { return Multiply(); },
       .inputs = {{2, 5, 3}, {2, 1, 3}, {2, 3}},
       .formula = [](const Arrays& x, const Arrays&) { return combined_with_axes_put_in(x, std::multiplies<>()); }},
      {.name = "Subtract",
       .make = [] { return Subtract(); },
       .inputs = two,
       .formula = by_index(shape, [](const Arrays& x, const Shape& i) { return x[0].at(i) - x[1].at(i); })},
      {.name = "Multiply",
       .make = [] { return Multiply(); },
       .inputs = three,
       .formula =
           by_index(shape, [](const Arrays& x, const Shape& i) { return x[0].at(i) * x[1].at(i) * x[2].at(i); })},
      {.name = "Average",
       .make = [] { return Average(); },
       .inputs = three,
       .formula =
           by_index(shape, [](const Arrays& x, const Shape& i) { return (x[0].at(i) + x[1].at(i) + x[2].at(i)) / 3; })},
      {.name = "Maximum",
       .make = [] { return Maximum(); },
       .inputs = three,
       .formula = by_index(shape,
                           [](const Arrays& x, const Shape& i) {
                             return std::max({x[0].at(i), x[1].at(i), x[2].at(i)});
                           })},
      {.name = "Minimum",
       .make = [] { return Minimum(); },
       .inputs = three,
       .formula = by_index(shape,
                           [](const Arrays& x, const Shape& i) {
                             return std::min({x[0].at(i), x[1].at(i), x[2].at(i)});
                           })},
      {.name = "Concatenate",
       .make = [] { return Concatenate(); },
       .inputs = {{2, 3, 2}, {2, 3, 1}},
       .formula = by_index({2, 3, 3}, along_last)},
      {.name = "Concatenate_along_time",
       .make = [] { return Concatenate({.axis = 1}); },
       .inputs = {{2, 2, 3}, {2, 3, 3}},
       .formula = by_index({2, 5, 3}, along_first)},
      {.name = "Dot", .make = [] { return Dot(1); }, .inputs = {{3, 4}, {3, 4}}, .formula = by_index({3, 1}, dot_rows)},
      {.name = "Dot_cosine",
       .make = [] { return Dot(-1, {.normalize = true}); },
       .inputs = {{3, 4}, {3, 4}},
       .formula = by_index({3, 1}, cosine_of_rows)},
      {.name = "Dot_matrices",
       .make =
           [] {
             return Dot({2, 1});
           },
       .inputs = {{2, 3, 4}, {2, 4, 5}},
       .formula = by_index({2, 3, 5}, product_of_matrices)},
  };
}

}  // namespace linnet::testing
