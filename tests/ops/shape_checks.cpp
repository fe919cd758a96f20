#include "linnet/ops/shape.h"

#include <algorithm>

#include "op_checks.h"

namespace linnet::testing {
namespace {

// The reference of an op that only moves elements: where does the result's element come from?
Reference moved(const std::function<Shape(const Shape& input)>& result,
                const std::function<Shape(const Shape& index, const Shape& input)>& source) {
  return [=](const Arrays& in) {
    return make_array(result(in[0].shape), [&](const Shape& i) { return in[0].at(source(i, in[0].shape)); });
  };
}
Reference relabelled(const std::function<Shape(const Shape& input)>& result) {  // same elements in the same order
  return [=](const Arrays& in) { return Array{result(in[0].shape), in[0].values}; };
}

OpCheck moving(std::string name, const std::function<Tensor(const Tensor&)>& op, Reference reference,
               std::vector<std::vector<Shape>> cases) {
  return {.name = std::move(name),
          .op = [op](const Tensors& x) { return op(x[0]); },
          .reference = std::move(reference),
          .cases = std::move(cases),
          .dtypes = every_dtype};
}

std::vector<OpCheck> views() {
  std::vector<OpCheck> checks = {
      moving("reshape",
             [](const Tensor& x) {
               return reshape(x, {4, -1});
             },
             relabelled([](const Shape& s) {
               return Shape{4, s.size() / 4};
             }),
             {{{2, 6}}, {{3, 4, 2}}, {{8}}, {{0, 3}}}),
      moving("reshape",
             [](const Tensor& x) {
               return reshape(x, {2, 1, 3, 2, 1});
             },
             relabelled([](const Shape&) {
               return Shape{2, 1, 3, 2, 1};
             }),
             {{{12}}, {{6, 2}}, {{2, 3, 2}}, {{1, 4, 1, 3}}}),
      moving("flatten", [](const Tensor& x) { return flatten(x, 1); }, relabelled([](const Shape& s) {
               return Shape{s[0], s.slice(1, s.rank()).size()};
             }),
             {{{2, 3, 4}}, {{5, 2}}, {{0, 2, 2}}}),
      moving("permute",
             [](const Tensor& x) {
               return permute(x, {2, 0, -2});
             },
             moved(
                 [](const Shape& s) {
                   return Shape{s[2], s[0], s[1]};
                 },
                 [](const Shape& i, const Shape&) {
                   return Shape{i[1], i[2], i[0]};
                 }),
             {{{2, 3, 4}}, {{1, 5, 2}}, {{2, 0, 3}}}),
      moving("transpose", [](const Tensor& x) { return transpose(x); },
             moved(
                 [](const Shape& s) {
                   Shape r = s;
                   std::swap(r[-1], r[-2]);
                   return r;
                 },
                 [](const Shape& i, const Shape&) {
                   Shape r = i;
                   std::swap(r[-1], r[-2]);
                   return r;
                 }),
             {{{3, 4}}, {{2, 3, 4}}, {{0, 2}}}),
      moving("swapaxes", [](const Tensor& x) { return swapaxes(x, 0, -1); },
             moved(
                 [](const Shape& s) {
                   return Shape{s[2], s[1], s[0]};
                 },
                 [](const Shape& i, const Shape&) {
                   return Shape{i[2], i[1], i[0]};
                 }),
             {{{2, 3, 4}}, {{0, 2, 1}}}),
      moving("expand_dims", [](const Tensor& x) { return expand_dims(x, -2); },
             relabelled([](const Shape& s) { return with_axis(s, s.rank() - 1, 1); }), {{{3}}, {{2, 3}}, {{0, 2}}}),
      moving("squeeze", [](const Tensor& x) { return squeeze(x, 1); }, relabelled([](const Shape& s) {
               Shape r = s;
               r.erase(1);
               return r;
             }),
             {{{3, 1}}, {{1, 1, 2}}, {{0, 1}}}),
      moving("squeeze", [](const Tensor& x) { return squeeze(x); }, relabelled([](const Shape& s) {
               Shape r;
               for (auto n : s)
                 if (n != 1) r.push_back(n);
               return r;
             }),
             {{{3, 1}}, {{1, 1, 2}}, {{1}}, {{1, 0}}}),
      moving("broadcast_to",
             [](const Tensor& x) {
               return broadcast_to(x, {2, 3, 4});
             },
             moved(
                 [](const Shape&) {
                   return Shape{2, 3, 4};
                 },
                 [](const Shape& i, const Shape&) { return i; }),
             {{{4}}, {{}}, {{3, 1}}, {{2, 1, 4}}, {{2, 3, 4}}}),
      moving("broadcast_to",
             [](const Tensor& x) {
               return broadcast_to(x, {2, 0});
             },
             moved(
                 [](const Shape&) {
                   return Shape{2, 0};
                 },
                 [](const Shape& i, const Shape&) { return i; }),
             {{{2, 1}}, {{2, 0}}}),
  };
  checks[0].errors = {{[] {
                         reshape(ones({2, 3}), {4, -1});
                       },
                       "[reshape] expected a shape with 6 elements, as (2, 3) has, received (4, None)"},
                      {[] {
                         reshape(ones({2, 3}), {-1, -1});
                       },
                       "[reshape] expected at most one -1"}};
  checks[1].never_empty = checks[9].never_empty = "the shape is fixed";
  checks[3].errors = {{[] {
                         permute(ones({2, 3}), {0});
                       },
                       "[permute] expected 2 axes for shape (2, 3), received 1"},
                      {[] {
                         permute(ones({2, 3}), {0, 0});
                       },
                       "[permute] expected each axis once"}};
  checks[4].errors = {{[] { transpose(ones({3})); }, "[transpose] expected at least two axes, received shape (3,)"}};
  checks[7].errors = {{[] {
                         squeeze(ones({2, 3}), 1);
                       },
                       "[squeeze] expected size 1 along axis 1, received shape (2, 3)"}};
  checks[9].errors = {{[] {
                         broadcast_to(ones({3}), {3, 1});
                       },
                       "[broadcast_to] expected a shape that broadcasts to (3, 1), received (3,)"}};
  return checks;
}

std::vector<OpCheck> slices() {
  struct Range {
    std::int64_t first, last, step;
    std::vector<std::int64_t> picked;  // of 5
  };
  std::vector<OpCheck> checks;
  for (const Range& range :
       {Range{1, 3, 1, {1, 2}}, Range{-2, 100, 1, {3, 4}}, Range{0, 5, 2, {0, 2, 4}}, Range{3, 3, 1, {}},
        Range{-1, -6, -1, {4, 3, 2, 1, 0}}, Range{3, 0, -2, {3, 1}}, Range{4, 2, 1, {}}}) {
    const auto count = static_cast<std::int64_t>(range.picked.size());
    checks.push_back(moving("slice", [=](const Tensor& x) { return slice(x, 1, range.first, range.last, range.step); },
                            moved(
                                [=](const Shape& s) {
                                  Shape r = s;
                                  r[1] = count;
                                  return r;
                                },
                                [=](const Shape& i, const Shape&) {
                                  Shape r = i;
                                  r[1] = range.picked[static_cast<std::size_t>(i[1])];
                                  return r;
                                }),
                            {{{3, 5}}, {{2, 5, 3}}, {{0, 5}}}));
  }
  checks[0].errors = {{[] { slice(ones({3}), 0, 0, 1, 0); }, "[slice] expected a step other than 0"}};
  checks.push_back(moving("flip", [](const Tensor& x) { return flip(x, -1); },
                          moved([](const Shape& s) { return s; },
                                [](const Shape& i, const Shape& s) {
                                  Shape r = i;
                                  r[-1] = s[-1] - 1 - i[-1];
                                  return r;
                                }),
                          {{{4}}, {{2, 3}}, {{2, 0}}}));
  checks.push_back(moving("repeat", [](const Tensor& x) { return repeat(x, 3, 0); },
                          moved(
                              [](const Shape& s) {
                                Shape r = s;
                                r[0] *= 3;
                                return r;
                              },
                              [](const Shape& i, const Shape&) {
                                Shape r = i;
                                r[0] /= 3;
                                return r;
                              }),
                          {{{4}}, {{2, 3}}, {{0, 2}}}));
  checks.push_back(moving("tile",
                          [](const Tensor& x) {
                            return tile(x, {2, 1, 3});
                          },
                          moved(
                              [](const Shape& s) {
                                return Shape{2, s[0], s[1] * 3};
                              },
                              [](const Shape& i, const Shape& s) {
                                return Shape{i[1], i[2] % std::max<std::int64_t>(s[1], 1)};
                              }),
                          {{{2, 3}}, {{1, 4}}, {{2, 0}}}));
  OpCheck padded = moving(
      "pad",
      [](const Tensor& x) {
        return pad(x, {{1, 0}, {2, 3}}, 1);
      },
      [](const Arrays& in) {
        const Shape s = in[0].shape;
        return make_array({s[0] + 1, s[1] + 5}, [&](const Shape& i) {
          const Shape from{i[0] - 1, i[1] - 2};
          const bool inside = from[0] >= 0 && from[1] >= 0 && from[1] < s[1];
          return inside ? in[0].at(from) : 1;
        });
      },
      {{{2, 3}}, {{1, 1}}, {{0, 2}}});
  padded.errors = {{[] {
                      pad(ones({2, 3}), {{1, 1}});
                    },
                    "[pad] expected a pair of widths for each of 2 axes of shape (2, 3), received 1"}};
  checks.push_back(padded);
  return checks;
}

std::vector<OpCheck> joins() {
  const auto joined = [](int axis) {
    return [axis](const Arrays& in) {
      Shape shape = in[0].shape;
      const int a = (axis + shape.rank()) % shape.rank();
      for (std::size_t i = 1; i < in.size(); ++i) shape[a] += in[i].shape[a];
      return make_array(shape, [&](Shape index) {
        std::size_t part = 0;
        while (index[a] >= in[part].shape[a]) index[a] -= in[part++].shape[a];
        return in[part].at(index);
      });
    };
  };
  std::vector<OpCheck> checks;
  for (int axis : {0, -1})
    checks.push_back(
        {.name = "concatenate",
         .op = [=](const Tensors& x) { return concatenate(x, axis); },
         .reference = joined(axis),
         .cases = {{{2, 2}, {2, 2}, {2, 2}},
                   {{0, 0}, {0, 0}, {0, 0}},
                   axis == 0 ? std::vector<Shape>{{1, 3}, {0, 3}, {4, 3}} : std::vector<Shape>{{3, 1}, {3, 4}, {3, 2}}},
         .dtypes = every_dtype,
         .errors = {{[] {
                       concatenate({ones({2, 3}), ones({3, 2})}, 0);
                     },
                     "[concatenate] expected shapes that differ along axis 0 only, received (2, 3) and (3, 2)"},
                    {[] { concatenate({}); }, "[concatenate] expected at least one tensor"}}});
  for (int axis : {0, -1})
    checks.push_back({.name = "stack",
                      .op = [=](const Tensors& x) { return stack(x, axis); },
                      .reference =
                          [=](const Arrays& in) {
                            const int a = axis < 0 ? in[0].shape.rank() : 0;
                            return make_array(with_axis(in[0].shape, a, 2), [&](Shape index) {
                              const auto part = static_cast<std::size_t>(index[a]);
                              index.erase(a);
                              return in[part].at(index);
                            });
                          },
                      .cases = {{{3}, {3}}, {{2, 3}, {2, 3}}, {{0}, {0}}, {{}, {}}},
                      .dtypes = every_dtype,
                      .never_broadcasts = "shapes must be equal",
                      .errors = {{[] {
                                    stack({ones({2}), ones({3})});
                                  },
                                  "[stack] expected equal shapes, received (2,) and (3,)"}}});
  const auto part = [](std::int64_t first, std::int64_t count, bool drop) {  // of the last axis
    return moved(
        [=](const Shape& s) {
          Shape r = s;
          r[-1] = count;
          if (drop) r.pop_back();
          return r;
        },
        [=](const Shape& i, const Shape&) {
          Shape r = i;
          if (drop) r.push_back(0);
          r[-1] += first;
          return r;
        });
  };
  checks.push_back(
      moving("split", [](const Tensor& x) { return split(x, 3)[1]; }, part(2, 2, false), {{{6}}, {{2, 6}}, {{0, 6}}}));
  checks.back().errors = {{[] {
                             split(ones({2, 3}), 2);
                           },
                           "[split] expected a number of parts that divides 3 (axis -1 of shape (2, 3)), received 2"}};
  checks.push_back(moving("split",
                          [](const Tensor& x) {
                            return split(x, std::vector<std::int64_t>{1, 3, 2})[1];
                          },
                          part(1, 3, false), {{{6}}, {{2, 6}}, {{0, 6}}}));
  checks.back().errors = {
      {[] {
         split(ones({4}), std::vector<std::int64_t>{1, 2});
       },
       "[split] expected sizes that add up to 4 along axis 0 of shape (4,), received a total of 3"}};
  checks.push_back(moving("unstack", [](const Tensor& x) { return unstack(x, -1)[2]; }, part(2, 1, true),
                          {{{3}}, {{2, 3}}, {{0, 4}}}));
  return checks;
}

}  // namespace

std::vector<OpCheck> shape_checks() {
  std::vector<OpCheck> checks;
  for (auto family : {views, slices, joins})
    for (OpCheck& check : family()) checks.push_back(std::move(check));
  return checks;
}

}  // namespace linnet::testing
