#include "linnet/ops/pooling.h"

#include <algorithm>
#include <vector>

#include "op_checks.h"

namespace linnet::testing {
namespace {

/// What `reduce` makes of the cells of each window that lie inside, in plain loops; the same stride, dilation and
/// padding along all axes.
struct Plain {
  Shape window;
  double (*reduce)(const std::vector<double>&);
  std::int64_t stride, dilation = 1, before = 0, after = 0;

  Array operator()(const Arrays& in) const {
    const Array& x = in[0];
    Shape shape{x.shape[0]};
    for (int a = 0; a < window.rank(); ++a)
      shape.push_back((x.shape[a + 1] + before + after - (window[a] - 1) * dilation - 1) / stride + 1);
    shape.push_back(x.shape.back());
    return make_array(shape, [&](const Shape& y) {
      std::vector<double> cells;
      static_cast<void>(make_array(window, [&](const Shape& k) {
        Shape source = y;
        for (int a = 0; a < window.rank(); ++a) {
          source[a + 1] = y[a + 1] * stride + k[a] * dilation - before;
          if (source[a + 1] < 0 || source[a + 1] >= x.shape[a + 1]) return 0.0;
        }
        cells.push_back(x.at(source));
        return 0.0;
      }));
      return reduce(cells);
    });
  }
};

double largest(const std::vector<double>& cells) { return *std::max_element(cells.begin(), cells.end()); }
double mean_of(const std::vector<double>& cells) {
  double sum = 0;
  for (double cell : cells) sum += cell;
  return sum / static_cast<double>(cells.size());
}

}  // namespace

std::vector<OpCheck> pooling_checks() {
  std::vector<OpCheck> checks;
  struct Op {
    const char* name;
    Tensor (*pool)(const Tensor&, const Shape&, const WindowOptions&);
    double (*reduce)(const std::vector<double>&);
  };
  for (const Op& op : {Op{"max_pool", max_pool, largest}, Op{"average_pool", average_pool, mean_of}}) {
    const auto add = [&](const WindowOptions& options, const Plain& plain, std::vector<std::vector<Shape>> cases) {
      checks.push_back({.name = op.name,
                        .op = [=](const Tensors& x) { return op.pool(x[0], plain.window, options); },
                        .reference = plain,
                        .cases = std::move(cases),
                        .errors = {{[=] {
                                      op.pool(ones({2, 1, 3}), {2}, {});
                                    },
                                    "expected inputs of at least 2 elements along axis 1 for a window of 2"},
                                   {[=] {
                                      op.pool(ones({2, 3}), {}, {});
                                    },
                                    "with 1 to 3 spatial axes"},
                                   {[=] {
                                      op.pool(ones({2, 4, 4, 3}), {2}, {});
                                    },
                                    "expected a window size for each of 2 spatial axes, received (2,)"},
                                   {[=] {
                                      op.pool(ones({2, 4, 3}), {2}, {.padding = Padding::causal});
                                    },
                                    "expected valid or same padding, received causal"}},
                        .tolerance = 4});
    };
    add({}, {{2}, op.reduce, 2}, {{{2, 7, 3}}, {{0, 4, 2}}, {{1, 2, 17}}});
    add({.strides = {1, 1}}, {{3, 2}, op.reduce, 1}, {{{2, 5, 4, 3}}, {{0, 3, 3, 2}}});
    add({.strides = {2, 2}, .padding = Padding::same}, {{3, 3}, op.reduce, 2, 1, 1, 1},
        {{{2, 5, 7, 9}}, {{0, 5, 7, 2}}});
    add({.strides = {1}, .dilation_rate = {2}}, {{3}, op.reduce, 1, 2}, {{{2, 9, 3}}, {{0, 9, 3}}});
    add({}, {{2, 2, 2}, op.reduce, 2}, {{{2, 4, 2, 5, 3}}, {{0, 2, 2, 2, 1}}});
  }
  return checks;
}

}  // namespace linnet::testing
