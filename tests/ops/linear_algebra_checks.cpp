#include <cmath>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/shape.h"
#include "op_checks.h"

namespace linnet::testing {
namespace {

Array product(const Array& a, const Array& b) {
  Shape shape =
      broadcast_shapes(a.shape.slice(0, a.shape.rank() - 2), b.shape.slice(0, b.shape.rank() - 2), "reference");
  const int batch = shape.rank();
  shape.push_back(a.shape[-2]);
  shape.push_back(b.shape[-1]);
  return make_array(shape, [&](const Shape& index) {
    double total = 0;
    for (std::int64_t k = 0; k < a.shape[-1]; ++k) {
      Shape left = index.slice(0, batch), right = left;
      left.push_back(index[-2]);
      left.push_back(k);
      right.push_back(k);
      right.push_back(index[-1]);
      total += a.at(left) * b.at(right);
    }
    return total;
  });
}

Array matmul_reference(const Arrays& in) {
  Array a = in[0], b = in[1];
  if (a.shape.rank() == 1) a.shape.insert(0, 1);
  if (b.shape.rank() == 1) b.shape.push_back(1);
  Array y = product(a, b);
  if (in[1].shape.rank() == 1) y.shape.pop_back();
  if (in[0].shape.rank() == 1) y.shape.erase(y.shape.rank() - (in[1].shape.rank() == 1 ? 1 : 2));
  return y;
}

std::vector<OpCheck> products() {
  return {
      {.name = "matmul",
       .op = [](const Tensors& x) { return matmul(x[0], x[1]); },
       .reference = matmul_reference,
       .cases = {{{3, 4}, {4, 5}},
                 {{4}, {4}},
                 {{4}, {4, 2}},
                 {{3, 4}, {4}},
                 {{2, 3, 4}, {4, 5}},
                 {{3, 4}, {2, 4, 5}},
                 {{2, 3, 4}, {2, 4, 5}},
                 {{2, 1, 3, 4}, {3, 4, 2}},
                 {{2, 3, 4}, {4}},
                 {{4}, {2, 4, 3}},
                 {{0, 4}, {4, 3}},
                 {{3, 0}, {0, 2}},
                 {{2, 0, 3}, {3, 2}},
                 {{33, 70}, {70, 18}},
                 {{1, 1}, {1, 1}}},
       .errors = {{[] {
                     matmul(ones({2, 3}), ones({4, 5}));
                   },
                   "[matmul] expected (..., m, k) and (..., k, n), received (2, 3) and (4, 5); k is 3 and 4"},
                  {[] {
                     matmul(ones({2, 3, 4}), ones({5, 4, 2}));
                   },
                   "[matmul] expected shapes that broadcast together, received (2,) and (5,)"},
                  {[] {
                     matmul(ones({2, 3}, int32), ones({3, 2}, int32));
                   },
                   "[matmul] expected floating operands"},
                  {[] {
                     matmul(scalar(1), ones({3, 2}));
                   },
                   "[matmul] expected at least one axis each"}},
       .tolerance = 10},
      {.name = "matmul",
       .op = [](const Tensors& x) { return matmul(transpose(x[0]), transpose(x[1])); },
       .reference =
           [](const Arrays& in) {
             const auto transposed = [](const Array& x) {
               return make_array({x.shape[1], x.shape[0]}, [&](const Shape& i) { return x.at({i[1], i[0]}); });
             };
             return product(transposed(in[0]), transposed(in[1]));
           },
       .cases = {{{4, 3}, {5, 4}}, {{40, 17}, {9, 40}}, {{0, 3}, {5, 0}}},
       .tolerance = 10},
      {.name = "tensordot",
       .op =
           [](const Tensors& x) {
             return tensordot(x[0], x[1], {1, -1}, {0, 2});
           },
       .reference =
           [](const Arrays& in) {
             const Shape &s = in[0].shape, &t = in[1].shape;
             return make_array({s[0], t[1]}, [&](const Shape& i) {
               double total = 0;
               for (std::int64_t p = 0; p < s[1]; ++p)
                 for (std::int64_t q = 0; q < s[2]; ++q) total += in[0].at({i[0], p, q}) * in[1].at({p, i[1], q});
               return total;
             });
           },
       .cases = {{{2, 3, 4}, {3, 5, 4}}, {{0, 3, 4}, {3, 2, 4}}, {{2, 1, 1}, {1, 3, 1}}},
       .errors = {{[] {
                     tensordot(ones({2, 3}), ones({2, 3}), {1}, {0});
                   },
                   "[tensordot] expected equal sizes along axis 1 of (2, 3) and axis 0 of (2, 3), received 3 and 2"},
                  {[] {
                     tensordot(ones({2, 3}), ones({2, 3}), {1}, {});
                   },
                   "[tensordot] expected as many axes of a as of b"}},
       .tolerance = 10},
      {.name = "tensordot",
       .op = [](const Tensors& x) { return tensordot(x[0], x[1], {}, {}); },
       .reference =
           [](const Arrays& in) {
             return make_array({in[0].shape[0], in[1].shape[0]},
                               [&](const Shape& i) { return in[0].at({i[0]}) * in[1].at({i[1]}); });
           },
       .cases = {{{3}, {4}}, {{0}, {2}}}}};
}

std::vector<OpCheck> layers() {
  std::vector<OpCheck> checks;
  struct Case {
    FusedActivation activation;
    double (*f)(double);
  };
  for (const Case& c : {Case{FusedActivation::none, [](double x) { return x; }},
                        Case{FusedActivation::relu, [](double x) { return std::max(x, 0.0); }},
                        Case{FusedActivation::sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
                        Case{FusedActivation::tanh, std::tanh}})
    for (bool bias : {true, false})
      checks.push_back(
          {.name = "linear",
           .op = [=](const Tensors& x) { return linear(x[0], x[1], bias ? x[2] : Tensor(), c.activation); },
           .reference =
               [=](const Arrays& in) {
                 Array y = in[0].shape.rank() == 1 ? matmul_reference(in) : product(in[0], in[1]);
                 return make_array(y.shape,
                                   [&](const Shape& i) { return c.f(y.at(i) + (bias ? in[2].at({i[-1]}) : 0)); });
               },
           .cases = bias ? std::vector<std::vector<Shape>>{{{3, 4}, {4, 5}, {5}},
                                                           {{4}, {4, 2}, {2}},
                                                           {{2, 3, 4}, {4, 5}, {5}},
                                                           {{0, 4}, {4, 3}, {3}},
                                                           {{2, 0, 3}, {3, 2}, {2}},
                                                           {{64, 78}, {78, 10}, {10}}}
                         : std::vector<std::vector<Shape>>{{{3, 4}, {4, 5}},
                                                           {{4}, {4, 2}},
                                                           {{2, 3, 4}, {4, 5}},
                                                           {{0, 4}, {4, 3}}},
           .optional_input = 2,
           .errors = {{[] {
                         linear(ones({2, 3}), ones({4, 5}));
                       },
                       "[linear] expected x (..., in) and kernel (in, units), received (2, 3) and (4, 5)"},
                      {[] {
                         linear(ones({2, 3}), ones({3, 5}), ones({3}));
                       },
                       "[linear] expected a bias of shape (5,) for a kernel of shape (3, 5), received (3,)"}},
           .tolerance = 20});
  return checks;
}

}  // namespace

std::vector<OpCheck> linear_algebra_checks() {
  std::vector<OpCheck> checks = products();
  for (OpCheck& check : layers()) checks.push_back(std::move(check));
  return checks;
}

}  // namespace linnet::testing
