#include "linnet/ops/gather.h"

#include "op_checks.h"

namespace linnet::testing {

std::vector<OpCheck> gather_checks() {
  std::vector<OpCheck> checks;
  for (int axis : {0, 1, -1})
    checks.push_back({.name = "take",
                      .op = [=](const Tensors& x) { return take(x[0], x[1], axis); },
                      .reference =
                          [=](const Arrays& in) {
                            const Shape& s = in[0].shape;
                            const int a = (axis + s.rank()) % s.rank(), added = in[1].shape.rank();
                            Shape shape = s.slice(0, a);
                            for (auto n : in[1].shape) shape.push_back(n);
                            for (int i = a + 1; i < s.rank(); ++i) shape.push_back(s[i]);
                            return make_array(shape, [&](const Shape& index) {
                              const double position = in[1].at(index.slice(a, a + added));
                              Shape source = index.slice(0, a);
                              source.push_back(static_cast<std::int64_t>(
                                  position < 0 ? position + static_cast<double>(s[a]) : position));
                              for (int i = a + added; i < index.rank(); ++i) source.push_back(index[i]);
                              return in[0].at(source);
                            });
                          },
                      .cases = {{{3, 4}, {5}}, {{3, 3}, {}}, {{4, 3, 3}, {2, 2}}, {{3, 5}, {0}}, {{3, 3, 2}, {7}}},
                      .dtypes = every_dtype,
                      .integer_inputs = {1},
                      .never_broadcasts = "the shapes are independent",
                      .errors = {{[] {
                                    take(ones({3, 2}), tensor({0, 3}, int32));
                                  },
                                  "[take] expected indices in [-3, 3), received 3 at position 1"},
                                 {[] {
                                    take(ones({3, 2}), ones({2}));
                                  },
                                  "[take] expected integer indices, received dtype float32"}}});
  for (int axis : {0, -1})
    checks.push_back(
        {.name = "take_along_axis",
         .op = [=](const Tensors& x) { return take_along_axis(x[0], x[1], axis); },
         .reference =
             [=](const Arrays& in) {
               const int a = axis < 0 ? in[0].shape.rank() - 1 : 0;
               Shape s = in[0].shape, t = in[1].shape;
               const std::int64_t n = s[a], count = t[a];
               s[a] = t[a] = 1;
               Shape shape = broadcast_shapes(s, t, "reference");
               shape[a] = count;
               return make_array(shape, [&](const Shape& index) {
                 const auto position = static_cast<std::int64_t>(in[1].at(index));
                 Shape source = index;
                 source[a] = position < 0 ? position + n : position;
                 return in[0].at(source);
               });
             },
         .cases = {{{4}, {6}},
                   {{3, 4}, {3, 4}},
                   {{3, 4}, axis == 0 ? Shape{5, 1} : Shape{1, 5}},
                   {{3, 2, 4}, {3, 2, 4}},
                   {{2, 3}, {0, 0}}},
         .dtypes = every_dtype,
         .integer_inputs = {1},
         .errors = {{[] {
                       take_along_axis(ones({3, 2}), tensor({0}, int32));
                     },
                     "[take_along_axis] expected indices of rank 2 as x of shape (3, 2), received shape (1,)"}}});
  checks[checks.size() - 2].cases.back() = {{2, 3}, {0, 3}};
  checks.back().cases.back() = {{2, 3}, {2, 0}};
  checks.push_back(
      {.name = "one_hot",
       .op = [](const Tensors& x) { return one_hot(x[0], 3); },
       .reference =
           [](const Arrays& in) {
             return make_array(with_axis(in[0].shape, in[0].shape.rank(), 3), [&](const Shape& i) {
               return in[0].at(i.slice(0, i.rank() - 1)) == static_cast<double>(i[-1]) ? 1.0 : 0.0;
             });
           },
       .cases = {{{}}, {{5}}, {{2, 3}}, {{0}}},
       .low = -2,
       .high = 5,
       .dtypes = {int32, int64},
       .result_dtype = [](DType) { return float32; },
       .integer_inputs = {},
       .differentiable = false,
       .errors = {{[] { one_hot(ones({2}), 3); }, "[one_hot] expected integer indices, received dtype float32"}}});
  checks.push_back(
      {.name = "bincount",
       .op = [](const Tensors& x) { return bincount(x[1], 3, x[0], x[0].dtype()); },
       .reference =
           [](const Arrays& in) {
             Shape shape = in[0].shape;
             const std::int64_t n = shape.back();
             shape.pop_back();
             shape.push_back(3);
             return make_array(shape, [&](const Shape& i) {
               double sum = 0;
               for (std::int64_t k = 0; k < n; ++k) {
                 Shape at = i;
                 at[-1] = k;
                 if (in[1].at(at) == static_cast<double>(i[-1])) sum += in[0].at(at);
               }
               return sum;
             });
           },
       .cases = {{{5}, {5}}, {{2, 4}, {2, 4}}, {{2, 3, 9}, {2, 3, 9}}, {{2, 0}, {2, 0}}},
       .low = 0,
       .high = 3,
       .integer_inputs = {1},
       .never_broadcasts = "each weight stands beside its position",
       .errors = {{[] {
                     bincount(tensor({0, 3}, int32), 3);
                   },
                   "[bincount] expected indices in [0, 3), received 3"},
                  {[] {
                     bincount(tensor({0, -1}, int32), 3);
                   },
                   "received -1 at position 1"},
                  {[] { bincount(scalar(1, int32), 3); }, "received a scalar"},
                  {[] {
                     bincount(tensor({0, 1}, int32), 3, ones({3}));
                   },
                   "received shape (3,)"},
                  {[] { bincount(ones({2}), 3); }, "[bincount] expected integer indices, received dtype float32"}}});
  return checks;
}

}  // namespace linnet::testing
