#include "linnet/ops/convolution.h"

#include <cmath>

#include "linnet/ops/shape.h"
#include "op_checks.h"

namespace linnet::testing {
namespace {

/// y[n, p, o] = f(bias[o] + Σ x[n, p · stride + k · dilation - padding, i] · kernel[k, i, o]) in plain loops, the
/// same stride, dilation and padding along all axes.
struct Plain {
  std::int64_t stride = 1, dilation = 1, before = 0, after = 0;
  double (*f)(double) = [](double x) { return x; };

  Array operator()(const Arrays& in) const {
    const Array &x = in[0], &kernel = in[1];
    const int axes = x.shape.rank() - 2;
    const std::int64_t channels = kernel.shape[-2], group = kernel.shape[-1] / (x.shape[-1] / channels);
    Shape shape{x.shape[0]};
    for (int a = 0; a < axes; ++a)
      shape.push_back((x.shape[a + 1] + before + after - (kernel.shape[a] - 1) * dilation - 1) / stride + 1);
    shape.push_back(kernel.shape[-1]);
    return make_array(shape, [&](const Shape& y) {
      double total = in.size() > 2 ? in[2].at({y.back()}) : 0;
      static_cast<void>(make_array(kernel.shape.slice(0, axes + 1), [&](const Shape& k) {
        Shape source{y[0]}, weight = k;
        for (int a = 0; a < axes; ++a) {
          source.push_back(y[a + 1] * stride + k[a] * dilation - before);
          if (source[a + 1] < 0 || source[a + 1] >= x.shape[a + 1]) return 0.0;
        }
        source.push_back(y.back() / group * channels + k.back());
        weight.push_back(y.back());
        total += x.at(source) * kernel.at(weight);
        return 0.0;
      }));
      return f(total);
    });
  }
};

OpCheck conv_check(const WindowOptions& options, const Plain& plain, std::vector<std::vector<Shape>> cases,
                   FusedActivation activation = FusedActivation::none) {
  return {.name = "conv",
          .op = [=](const Tensors& x) { return conv(x[0], x[1], x.size() > 2 ? x[2] : Tensor(), options, activation); },
          .reference = plain,
          .cases = std::move(cases),
          .optional_input = 2,
          .tolerance = 20};
}

/// y[n, p · stride + k · dilation - before, o] += x[n, p, i] · kernel[k, o, i] in plain loops, into y of these spatial
/// sizes.
struct PlainTranspose {
  Shape sizes;
  std::int64_t stride = 1, dilation = 1, before = 0;

  Array operator()(const Arrays& in) const {
    const Array &x = in[0], &kernel = in[1];
    Shape shape = sizes;
    shape.insert(0, x.shape[0]);
    shape.push_back(kernel.shape[-2]);
    Array y = make_array(shape, [&](const Shape& i) { return in.size() > 2 ? in[2].at({i.back()}) : 0; });
    static_cast<void>(make_array(x.shape, [&](const Shape& p) {
      static_cast<void>(make_array(kernel.shape.slice(0, kernel.shape.rank() - 1), [&](const Shape& k) {
        Shape target = p, weight = k;
        weight.push_back(p.back());
        target[-1] = k.back();
        for (int a = 0; a < sizes.rank(); ++a) {
          target[a + 1] = p[a + 1] * stride + k[a] * dilation - before;
          if (target[a + 1] < 0 || target[a + 1] >= sizes[a]) return 0.0;
        }
        y.at(target) += x.at(p) * kernel.at(weight);
        return 0.0;
      }));
      return 0.0;
    }));
    return y;
  }
};

OpCheck transpose_check(const ConvTransposeOptions& options, const PlainTranspose& plain,
                        std::vector<std::vector<Shape>> cases) {
  return {.name = "conv_transpose",
          .op = [=](const Tensors& x) { return conv_transpose(x[0], x[1], x.size() > 2 ? x[2] : Tensor(), options); },
          .reference = plain,
          .cases = std::move(cases),
          .optional_input = 2,
          .tolerance = 20};
}

/// A group for each channel: the kernel [window…, channels, multiplier] read as [window…, 1, channels · multiplier].
OpCheck depthwise_check() {
  return {.name = "depthwise_conv",
          .op =
              [](const Tensors& x) {
                return depthwise_conv(x[0], x[1], x[2], {.strides = {2, 2}}, FusedActivation::tanh);
              },
          .reference =
              [](const Arrays& in) {
                Arrays grouped = in;
                Shape& shape = grouped[1].shape;
                shape = {shape[0], shape[1], 1, shape[2] * shape[3]};
                return Plain{.stride = 2, .f = std::tanh}(grouped);
              },
          .cases = {{{2, 5, 4, 3}, {3, 2, 3, 2}, {6}}, {{0, 3, 3, 2}, {2, 2, 2, 1}, {2}}},
          .optional_input = 2,
          .errors = {{[] {
                        depthwise_conv(ones({2, 5, 4}), ones({3, 3, 1}));
                      },
                      "[depthwise_conv] expected x (batch, spatial…, channels) and kernel (window…, channels, "
                      "multiplier), received (2, 5, 4) and (3, 3, 1)"}},
          .tolerance = 20};
}

std::vector<OpCheck> transpose_checks() {
  std::vector<OpCheck> checks = {
      transpose_check({}, {.sizes = {7}}, {{{2, 5, 3}, {3, 4, 3}, {4}}, {{0, 5, 3}, {3, 2, 3}, {2}}}),
      transpose_check({.strides = {2, 2}, .padding = Padding::same}, {.sizes = {6, 4}, .stride = 2},
                      {{{2, 3, 2, 3}, {3, 3, 2, 3}, {2}}, {{0, 3, 2, 1}, {3, 3, 2, 1}, {2}}}),
      transpose_check({.strides = {3}}, {.sizes = {9}, .stride = 3}, {{{2, 3, 2}, {2, 3, 2}}, {{0, 3, 2}, {2, 3, 2}}}),
      transpose_check({.dilation_rate = {2}, .padding = Padding::same, .output_padding = {0}},
                      {.sizes = {5}, .dilation = 2, .before = 2}, {{{2, 5, 2}, {3, 3, 2}}, {{0, 5, 2}, {3, 3, 2}}}),
      transpose_check({.strides = {2, 2, 2}, .output_padding = {1, 1, 1}}, {.sizes = {5, 5, 7}, .stride = 2},
                      {{{2, 2, 2, 3, 2}, {2, 2, 2, 3, 2}, {3}}, {{0, 2, 2, 3, 2}, {2, 2, 2, 3, 2}, {3}}})};
  checks[0].errors = {
      {[] {
         conv_transpose(ones({2, 5, 3}), ones({3, 3, 4}));
       },
       "[conv_transpose] expected x (batch, spatial…, channels) and kernel (window…, filters, channels) with as many "
       "axes, received (2, 5, 3) and (3, 3, 4)"},
      {[] {
         conv_transpose(ones({2, 5, 3}), ones({3, 4, 3}), {}, {.padding = Padding::causal});
       },
       "expected valid or same padding, received causal"},
      {[] {
         conv_transpose(ones({2, 5, 3}), ones({3, 4, 3}), {}, {.output_padding = {-1}});
       },
       "expected output padding of 0 or more, received"},
      {[] {
         conv_transpose(ones({2, 1, 3}), ones({2, 4, 3}), {}, {.padding = Padding::same, .output_padding = {0}});
       },
       "[conv_transpose] expected inputs that give an output, received shape (2, 1, 3) and kernel (2, 4, 3)"},
      {[] {
         conv_transpose(ones({2, 5, 3}), ones({3, 4, 3}), ones({3}));
       },
       "[conv_transpose] expected a bias of shape (4,), received (3,)"}};
  return checks;
}

}  // namespace

std::vector<OpCheck> convolution_checks() {
  std::vector<OpCheck> checks = {
      conv_check({}, {}, {{{2, 7, 3}, {3, 3, 4}, {4}}, {{0, 7, 3}, {3, 3, 4}, {4}}, {{1, 1, 1}, {1, 1, 1}, {1}}}),
      conv_check({}, {.f = [](double x) { return std::max(x, 0.0); }},
                 {{{2, 5, 6, 3}, {3, 2, 3, 4}, {4}}, {{0, 5, 5, 2}, {3, 3, 2, 2}, {2}}}, FusedActivation::relu),
      conv_check({}, {.f = [](double x) { return 1 / (1 + std::exp(-x)); }},
                 {{{2, 5, 6, 3}, {3, 2, 3, 4}, {4}}, {{0, 5, 5, 2}, {3, 3, 2, 2}, {2}}}, FusedActivation::sigmoid),
      conv_check({}, {.f = std::tanh}, {{{2, 5, 6, 3}, {3, 2, 3, 4}, {4}}, {{0, 5, 5, 2}, {3, 3, 2, 2}, {2}}},
                 FusedActivation::tanh),
      conv_check({.strides = {2, 2}, .padding = Padding::same}, {.stride = 2, .before = 0, .after = 1},
                 {{{2, 6, 4, 3}, {3, 3, 3, 4}}, {{0, 6, 4, 3}, {3, 3, 3, 2}}}),
      conv_check({.dilation_rate = {2, 2}, .padding = Padding::same}, {.dilation = 2, .before = 2, .after = 2},
                 {{{2, 5, 4, 4}, {3, 3, 2, 6}}, {{0, 5, 4, 2}, {3, 3, 1, 2}}}),
      conv_check({.dilation_rate = {2}, .padding = Padding::causal}, {.dilation = 2, .before = 4, .after = 0},
                 {{{2, 9, 3}, {3, 3, 2}, {2}}, {{0, 9, 3}, {3, 3, 2}, {2}}}),
      conv_check({.strides = {2, 2, 2}}, {.stride = 2},
                 {{{2, 4, 5, 4, 2}, {2, 2, 2, 1, 4}, {4}}, {{0, 4, 5, 4, 2}, {2, 2, 2, 2, 3}, {3}}})};
  checks[0].errors = {
      {[] {
         conv(ones({2, 5, 3}), ones({3, 3, 3, 4}));
       },
       "[conv] expected x (batch, spatial…, channels) and kernel (window…, channels, filters) with as many axes, "
       "received (2, 5, 3) and (3, 3, 3, 4)"},
      {[] {
         conv(ones({2, 5, 3}), ones({3, 2, 4}));
       },
       "[conv] expected channels and filters that the groups divide, received x (2, 5, 3) and kernel (3, 2, 4)"},
      {[] {
         conv(ones({2, 5, 4}), ones({3, 2, 3}));
       },
       "[conv] expected channels and filters that the groups divide"},
      {[] {
         conv(ones({2, 2, 3}), ones({3, 3, 4}));
       },
       "[conv] expected inputs of at least 3 elements along axis 1 for a window of 3, received shape (2, 2, 3); "
       "padding "
       "\"same\" takes smaller ones"},
      {[] {
         conv(ones({2, 5, 3}), ones({3, 3, 4}), ones({3}));
       },
       "[conv] expected a bias of shape (4,), received (3,)"},
      {[] {
         conv(ones({2, 5, 3}), ones({3, 3, 4}), {}, {.strides = {1, 1}});
       },
       "[conv] expected strides for each of 1 spatial axes, received (1, 1)"},
      {[] {
         conv(ones({2, 5, 3}), ones({3, 3, 4}), {}, {.dilation_rate = {0}});
       },
       "[conv] expected dilation rates above 0, received (0,)"},
      {[] {
         conv(ones({2, 5, 5, 3}), ones({3, 3, 3, 4}), {}, {.padding = Padding::causal});
       },
       "[conv] expected one spatial axis with causal padding"},
      {[] {
         conv(ones({2, 5, 3}, int32), ones({3, 3, 4}, int32));
       },
       "[conv] expected floating operands, received dtypes int32 and int32"}};
  checks.push_back(depthwise_check());
  for (OpCheck& check : transpose_checks()) checks.push_back(std::move(check));
  return checks;
}

}  // namespace linnet::testing
