// MaxPooling, AveragePooling, GlobalMaxPooling, GlobalAveragePooling, adaptive pooling, UpSampling, ZeroPadding,
// Cropping.
#include <algorithm>
#include <vector>

#include "layer_checks.h"
#include "linnet/layers/layers.h"

namespace linnet::testing {
namespace {

using Formula = std::function<Array(const Arrays&, const Arrays&)>;

double largest(const std::vector<double>& cells) { return *std::max_element(cells.begin(), cells.end()); }
double mean_of(const std::vector<double>& cells) {
  double sum = 0;
  for (double cell : cells) sum += cell;
  return sum / static_cast<double>(cells.size());
}

/// Of windows that begin at y * stride - before on the axes from `first` on, to an output of `shape`.
Formula pooled(const Shape& shape, const Shape& window, std::int64_t stride, std::int64_t before,
               double (*reduce)(const std::vector<double>&), int first = 1) {
  return [=](const Arrays& inputs, const Arrays&) {
    const Array& x = inputs[0];
    return make_array(shape, [&](const Shape& y) {
      std::vector<double> cells;
      static_cast<void>(make_array(window, [&](const Shape& k) {
        Shape source = y;
        for (int a = 0; a < window.rank(); ++a) {
          source[a + first] = y[a + first] * stride + k[a] - before;
          if (source[a + first] < 0 || source[a + first] >= x.shape[a + first]) return 0.0;
        }
        cells.push_back(x.at(source));
        return 0.0;
      }));
      return reduce(cells);
    });
  };
}

/// Of everything: windows as large as the input, without their axes if `keepdims` is false.
Formula pooled_globally(const Shape& window, bool keepdims, double (*reduce)(const std::vector<double>&),
                        int first = 1) {
  return [=](const Arrays& inputs, const Arrays& weights) {
    Shape shape = inputs[0].shape;
    for (int a = 0; a < window.rank(); ++a) shape[a + first] = 1;
    Array y = pooled(shape, window, 1, 0, reduce, first)(inputs, weights);
    if (!keepdims)
      for (int a = 0; a < window.rank(); ++a) y.shape.erase(first);
    return y;
  };
}

/// To an output of `shape`, window i of which is that of the elements j with j + 1 > i * size / n and j < (i + 1) *
/// size / n, on the spatial axes.
Formula adapted(const Shape& shape, double (*reduce)(const std::vector<double>&)) {
  return [=](const Arrays& inputs, const Arrays&) {
    const Array& x = inputs[0];
    return make_array(shape, [&](const Shape& i) {
      std::vector<double> cells;
      static_cast<void>(make_array(x.shape, [&](const Shape& j) {
        bool inside = true;
        for (int axis = 0; axis < i.rank(); ++axis) {
          const std::int64_t size = x.shape[axis], n = shape[axis];
          inside = inside && (j[axis] + 1) * n > i[axis] * size && j[axis] * n < (i[axis] + 1) * size;
        }
        if (inside) cells.push_back(x.at(j));
        return 0.0;
      }));
      return reduce(cells);
    });
  };
}

/// y[i] = x[i + offset], and 0 outside.
Formula moved(const Shape& shape, const Shape& offset) {
  return [=](const Arrays& inputs, const Arrays&) {
    return make_array(shape, [&](const Shape& i) {
      Shape source = i;
      for (int axis = 0; axis < i.rank(); ++axis) {
        source[axis] += offset[axis];
        if (source[axis] < 0 || source[axis] >= inputs[0].shape[axis]) return 0.0;
      }
      return inputs[0].at(source);
    });
  };
}

/// y[i] = x[i / size].
Formula repeated(const Shape& shape, const Shape& sizes) {
  return [=](const Arrays& inputs, const Arrays&) {
    return make_array(shape, [&](const Shape& i) {
      Shape source = i;
      for (int axis = 0; axis < i.rank(); ++axis) source[axis] /= sizes[axis];
      return inputs[0].at(source);
    });
  };
}

/// Twice as high: a quarter of the neighbour and three quarters of the nearest row, which is all there is at the edge.
Array twice_as_high(const Arrays& inputs, const Arrays&) {
  const Array& x = inputs[0];
  const std::int64_t rows = x.shape[1];
  return make_array({x.shape[0], 2 * rows, x.shape[2], x.shape[3]}, [&](const Shape& i) {
    Shape nearest = i, neighbour = i;
    nearest[1] = i[1] / 2;
    neighbour[1] = std::clamp<std::int64_t>(i[1] / 2 + (i[1] % 2 == 0 ? -1 : 1), 0, rows - 1);
    return 0.75 * x.at(nearest) + 0.25 * x.at(neighbour);
  });
}

/// The same by Keys's cubic at distances of 1.75, 0.75, 0.25 and 1.25 rows; what is inside weighs 1 together.
Array twice_as_high_by_cubics(const Arrays& inputs, const Arrays&) {
  constexpr double weights[] = {-0.0234375, 0.2265625, 0.8671875, -0.0703125};
  const Array& x = inputs[0];
  const std::int64_t rows = x.shape[1];
  return make_array({x.shape[0], 2 * rows, x.shape[2], x.shape[3]}, [&](const Shape& i) {
    const std::int64_t side = i[1] % 2 == 0 ? -1 : 1;
    double sum = 0, total = 0;
    for (int k = 0; k < 4; ++k) {
      Shape place = i;
      place[1] = i[1] / 2 + side * (2 - k);
      if (place[1] < 0 || place[1] >= rows) continue;
      sum += weights[k] * x.at(place);
      total += weights[k];
    }
    return sum / total;
  });
}

}  // namespace

std::vector<LayerCheck> pooling_checks() {
  return {
      {.name = "MaxPooling1D",
       .make = [] { return MaxPooling1D(); },
       .inputs = {{2, 7, 3}},
       .formula = pooled({2, 3, 3}, {2}, 2, 0, largest)},
      {.name = "MaxPooling2D",
       .make =
           [] {
             return MaxPooling2D({3, 2}, {.strides = 2, .padding = "same"});
           },
       .inputs = {{2, 6, 4, 3}},
       .formula = pooled({2, 3, 2, 3}, {3, 2}, 2, 0, largest)},
      {.name = "MaxPooling2D_channels_first",
       .make = [] { return MaxPooling2D(2, {.data_format = "channels_first"}); },
       .inputs = {{2, 3, 4, 5}},
       .formula = pooled({2, 3, 2, 2}, {2, 2}, 2, 0, largest, 2)},
      {.name = "MaxPooling3D",
       .make = [] { return MaxPooling3D(2, {.strides = 1}); },
       .inputs = {{2, 2, 3, 3, 2}},
       .formula = pooled({2, 1, 2, 2, 2}, {2, 2, 2}, 1, 0, largest)},
      {.name = "AveragePooling1D",
       .make = [] { return AveragePooling1D(3, {.strides = 1, .padding = "same"}); },
       .inputs = {{2, 5, 3}},
       .formula = pooled({2, 5, 3}, {3}, 1, 1, mean_of)},
      {.name = "AveragePooling2D",
       .make = [] { return AveragePooling2D(2); },
       .inputs = {{2, 4, 5, 2}},
       .formula = pooled({2, 2, 2, 2}, {2, 2}, 2, 0, mean_of)},
      {.name = "AveragePooling3D",
       .make = [] { return AveragePooling3D(2); },
       .inputs = {{2, 2, 4, 2, 2}},
       .formula = pooled({2, 1, 2, 1, 2}, {2, 2, 2}, 2, 0, mean_of)},
      {.name = "GlobalMaxPooling1D",
       .make = [] { return GlobalMaxPooling1D(); },
       .inputs = {{2, 4, 3}},
       .formula = pooled_globally({4}, false, largest)},
      {.name = "GlobalMaxPooling2D",
       .make = [] { return GlobalMaxPooling2D({.keepdims = true}); },
       .inputs = {{2, 4, 3, 2}},
       .formula = pooled_globally({4, 3}, true, largest)},
      {.name = "GlobalMaxPooling3D",
       .make = [] { return GlobalMaxPooling3D({.data_format = "channels_first"}); },
       .inputs = {{2, 3, 2, 3, 2}},
       .formula = pooled_globally({2, 3, 2}, false, largest, 2)},
      {.name = "GlobalAveragePooling1D",
       .make = [] { return GlobalAveragePooling1D(); },
       .inputs = {{2, 4, 3}},
       .formula = pooled_globally({4}, false, mean_of)},
      {.name = "GlobalAveragePooling2D",
       .make = [] { return GlobalAveragePooling2D({.keepdims = true, .data_format = "channels_first"}); },
       .inputs = {{2, 4, 3, 2}},
       .formula = pooled_globally({3, 2}, true, mean_of, 2)},
      {.name = "GlobalAveragePooling3D",
       .make = [] { return GlobalAveragePooling3D(); },
       .inputs = {{2, 2, 2, 3, 2}},
       .formula = pooled_globally({2, 2, 3}, false, mean_of)},
      {.name = "AdaptiveMaxPooling1D",
       .make = [] { return AdaptiveMaxPooling1D(3); },
       .inputs = {{2, 7, 2}},
       .formula = adapted({2, 3, 2}, largest)},
      {.name = "AdaptiveMaxPooling2D",
       .make =
           [] {
             return AdaptiveMaxPooling2D({2, 3}, {.data_format = "channels_first"});
           },
       .inputs = {{2, 2, 5, 4}},
       .formula = adapted({2, 2, 2, 3}, largest)},
      {.name = "AdaptiveMaxPooling3D",
       .make = [] { return AdaptiveMaxPooling3D(2); },
       .inputs = {{2, 3, 2, 4, 2}},
       .formula = adapted({2, 2, 2, 2, 2}, largest)},
      {.name = "AdaptiveAveragePooling1D",
       .make = [] { return AdaptiveAveragePooling1D(5); },
       .inputs = {{2, 3, 2}},
       .formula = adapted({2, 5, 2}, mean_of)},
      {.name = "AdaptiveAveragePooling2D",
       .make =
           [] {
             return AdaptiveAveragePooling2D({3, 2});
           },
       .inputs = {{2, 5, 4, 2}},
       .formula = adapted({2, 3, 2, 2}, mean_of)},
      {.name = "AdaptiveAveragePooling3D",
       .make = [] { return AdaptiveAveragePooling3D(1); },
       .inputs = {{2, 2, 1, 3, 2}},
       .formula = adapted({2, 1, 1, 1, 2}, mean_of)},
      {.name = "UpSampling1D",
       .make = [] { return UpSampling1D(3); },
       .inputs = {{2, 3, 2}},
       .formula = repeated({2, 9, 2}, {1, 3, 1})},
      {.name = "UpSampling2D",
       .make =
           [] {
             return UpSampling2D({2, 3}, {.data_format = "channels_first"});
           },
       .inputs = {{2, 2, 2, 3}},
       .formula = repeated({2, 2, 4, 9}, {1, 1, 2, 3})},
      {.name = "UpSampling2D_bilinear",
       .make =
           [] {
             return UpSampling2D({2, 1}, {.interpolation = "bilinear"});
           },
       .inputs = {{2, 3, 2, 2}},
       .formula = twice_as_high},
      {.name = "UpSampling2D_bicubic",
       .make =
           [] {
             return UpSampling2D({2, 1}, {.interpolation = "bicubic"});
           },
       .inputs = {{2, 5, 2, 2}},
       .formula = twice_as_high_by_cubics},
      {.name = "UpSampling3D",
       .make = [] { return UpSampling3D(); },
       .inputs = {{2, 1, 2, 2, 2}},
       .formula = repeated({2, 2, 4, 4, 2}, {1, 2, 2, 2, 1})},
      {.name = "ZeroPadding1D",
       .make =
           [] {
             return ZeroPadding1D({1, 2});
           },
       .inputs = {{2, 3, 2}},
       .formula = moved({2, 6, 2}, {0, -1, 0})},
      {.name = "ZeroPadding2D",
       .make =
           [] {
             return ZeroPadding2D({{1, 0}, {2, 1}}, {.data_format = "channels_first"});
           },
       .inputs = {{2, 2, 3, 2}},
       .formula = moved({2, 2, 4, 5}, {0, 0, -1, -2})},
      {.name = "ZeroPadding2D_symmetric",
       .make =
           [] {
             return ZeroPadding2D({1, 2});
           },
       .inputs = {{2, 2, 3, 2}},
       .formula = moved({2, 4, 7, 2}, {0, -1, -2, 0})},
      {.name = "ZeroPadding3D",
       .make = [] { return ZeroPadding3D(); },
       .inputs = {{2, 1, 2, 1, 2}},
       .formula = moved({2, 3, 4, 3, 2}, {0, -1, -1, -1, 0})},
      {.name = "ZeroPadding_of_integers",
       .make = [] { return ZeroPadding1D(); },
       .inputs = {{2, 3, 2}},
       .formula = moved({2, 5, 2}, {0, -1, 0}),
       .low = 0,
       .high = 9,
       .input_dtype = int32},
      {.name = "Cropping1D",
       .make = [] { return Cropping1D(); },
       .inputs = {{2, 4, 2}},
       .formula = moved({2, 2, 2}, {0, 1, 0})},
      {.name = "Cropping2D",
       .make =
           [] {
             return Cropping2D({{1, 0}, {2, 1}}, {.data_format = "channels_first"});
           },
       .inputs = {{2, 2, 3, 5}},
       .formula = moved({2, 2, 2, 2}, {0, 0, 1, 2})},
      {.name = "Cropping3D",
       .make = [] { return Cropping3D(); },
       .inputs = {{2, 3, 4, 3, 2}},
       .formula = moved({2, 1, 2, 1, 2}, {0, 1, 1, 1, 0})},
  };
}

}  // namespace linnet::testing
