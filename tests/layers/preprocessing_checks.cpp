// Resizing, CenterCrop, CategoryEncoding, Discretization, IntegerLookup, Hashing, HashedCrossing, TernaryDense and the
// spectrograms.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "layer_checks.h"
#include "linnet/layers/hashes.h"
#include "linnet/layers/layers.h"

namespace linnet::testing {
namespace {

/// Each output pixel is the mean of the 2 x 2 pixels that it covers.
double mean_of_four(const Array& x, std::int64_t n, std::int64_t row, std::int64_t column, std::int64_t c) {
  return (x.at({n, row, column, c}) + x.at({n, row + 1, column, c}) + x.at({n, row, column + 1, c}) +
          x.at({n, row + 1, column + 1, c})) /
         4;
}

/// [batch, n] -> [batch, depth]: how often each number occurs.
std::function<Array(const Arrays&, const Arrays&)> counts(std::int64_t depth, bool only_whether = false) {
  return [=](const Arrays& in, const Arrays&) {
    const Array& x = in[0];
    return make_array({x.shape[0], depth}, [&](const Shape& i) {
      double sum = 0;
      for (std::int64_t k = 0; k < x.shape[1]; ++k)
        if (x.at({i[0], k}) == static_cast<double>(i[1])) sum += in.size() > 1 ? in[1].at({i[0], k}) : 1;
      return only_whether ? std::min(sum, 1.0) : sum;
    });
  };
}

double bin_of(double x) { return x < -0.5 ? 0 : x < 0.25 ? 1 : x < 1 ? 2 : 3; }

/// 5 -> 1, 3 -> 2, others 0.
double number_of(double x) { return x == 5 ? 1 : x == 3 ? 2 : 0; }

double hashed(double x) { return static_cast<double>(fingerprint(std::to_string(static_cast<int>(x))) % 7); }

Array ternary(const Arrays& in, const Arrays& weights) {
  const Array &x = in[0], &kernel = weights[0], &bias = weights[1];
  double mean = 0;
  for (double w : kernel.values) mean += std::abs(w) / static_cast<double>(kernel.values.size());
  return make_array({x.shape[0], kernel.shape[1]}, [&](const Shape& i) {
    double sum = 0;
    for (std::int64_t k = 0; k < x.shape[1]; ++k) {
      const double w = kernel.at({k, i[1]});
      if (std::abs(w) > mean / 2) sum += x.at({i[0], k}) * (w > 0 ? 1 : -1);
    }
    return sum * mean + bias.at({i[1]});
  });
}

double hann(std::int64_t n, std::int64_t period) {
  return 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(period));
}

/// |S|² of frames of 8 samples, with the kernels that the weights are.
Array power_of_kernels(const Arrays& in, const Arrays& weights) {
  const Array &x = in[0], &real = weights[0], &imag = weights[1];
  const std::int64_t frames = (x.shape[1] - 8) / 4 + 1;
  return make_array({x.shape[0], frames, 5}, [&](const Shape& i) {
    double a = 0, b = 0;
    for (std::int64_t n = 0; n < 8; ++n) {
      a += x.at({i[0], 4 * i[1] + n, 0}) * real.at({n, 0, i[2]});
      b += x.at({i[0], 4 * i[1] + n, 0}) * imag.at({n, 0, i[2]});
    }
    return std::sqrt(std::max(a * a + b * b, 1e-7));
  });
}

double mel(double hertz) { return 1127 * std::log(1 + hertz / 700); }

/// `length` samples about every fourth one, in three bands from 100 to 400 Hertz of 800.
std::function<Array(const Arrays&, const Arrays&)> mel_power(std::int64_t length) {
  return [length](const Arrays& in, const Arrays&) {
    const Array& x = in[0];
    const std::int64_t samples = x.shape[1];
    auto sample = [&](std::int64_t n, std::int64_t i) {
      const std::int64_t at = i < 0 ? -i : i < samples ? i : 2 * (samples - 1) - i;
      return x.at({n, at});
    };
    const std::int64_t frames = 1 + (samples + length / 2 * 2 - length) / 4;
    return make_array({x.shape[0], 3, frames}, [&](const Shape& i) {
      double sum = 0;
      for (std::int64_t f = 1; f <= length / 2; ++f) {
        double a = 0, b = 0;
        for (std::int64_t k = 0; k < length; ++k) {
          const double angle = 2 * std::numbers::pi * static_cast<double>(k * f) / static_cast<double>(length);
          a += hann(k, length) * sample(i[0], 4 * i[2] - length / 2 + k) * std::cos(angle);
          b += hann(k, length) * sample(i[0], 4 * i[2] - length / 2 + k) * std::sin(angle);
        }
        auto edge = [&](std::int64_t k) { return mel(100) + (mel(400) - mel(100)) * static_cast<double>(k) / 4; };
        const double place = mel(400.0 * static_cast<double>(f) / static_cast<double>(length / 2));
        const double weight = std::min((place - edge(i[1])) / (edge(i[1] + 1) - edge(i[1])),
                                       (edge(i[1] + 2) - place) / (edge(i[1] + 2) - edge(i[1] + 1)));
        sum += std::max(weight, 0.0) * (a * a + b * b);
      }
      return sum;
    });
  };
}

MelSpectrogram small_mel(std::int64_t length) {
  return MelSpectrogram({.fft_length = length,
                         .sequence_stride = 4,
                         .sampling_rate = 800,
                         .num_mel_bins = 3,
                         .min_freq = 100,
                         .power_to_db = false});
}

}  // namespace

std::vector<LayerCheck> preprocessing_checks() {
  return {
      {.name = "Resizing",
       .make = [] { return Resizing(2, 3); },
       .inputs = {{2, 4, 6, 2}},
       .formula = by_index(
           {2, 2, 3, 2},
           [](const Arrays& x, const Shape& i) { return mean_of_four(x[0], i[0], 2 * i[1], 2 * i[2], i[3]); })},
      {.name = "Resizing_one_image",
       .make = [] { return Resizing(2, 1, {.interpolation = "area", .data_format = "channels_first"}); },
       .inputs = {{3, 4, 2}},
       .formula = by_index({3, 2, 1},
                           [](const Arrays& x, const Shape& i) {
                             return (x[0].at({i[0], 2 * i[1], 0}) + x[0].at({i[0], 2 * i[1] + 1, 0}) +
                                     x[0].at({i[0], 2 * i[1], 1}) + x[0].at({i[0], 2 * i[1] + 1, 1})) /
                                    4;
                           })},
      {.name = "Resizing_cropped",
       .make = [] { return Resizing(2, 2, {.interpolation = "nearest", .crop_to_aspect_ratio = true}); },
       .inputs = {{2, 2, 5, 1}},
       .formula = by_index({2, 2, 2, 1},
                           [](const Arrays& x, const Shape& i) {
                             return x[0].at({i[0], i[1], i[2] + 1, 0});
                           })},
      {.name = "Resizing_padded",
       .make =
           [] { return Resizing(4, 4, {.interpolation = "nearest", .pad_to_aspect_ratio = true, .fill_value = 3}); },
       .inputs = {{2, 2, 4, 1}},
       .formula = by_index({2, 4, 4, 1},
                           [](const Arrays& x, const Shape& i) {
                             return i[1] < 1 || i[1] > 2 ? 3.0 : x[0].at({i[0], i[1] - 1, i[2], 0});
                           })},
      {.name = "Resizing_integers",
       .make = [] { return Resizing(4, 2, {.interpolation = "nearest"}); },
       .inputs = {{2, 2, 2, 3}},
       .formula = by_index({2, 4, 2, 3},
                           [](const Arrays& x, const Shape& i) {
                             return x[0].at({i[0], i[1] / 2, i[2], i[3]});
                           }),
       .low = 0,
       .high = 200,
       .input_dtype = uint8},
      {.name = "CenterCrop",
       .make = [] { return CenterCrop(2, 3); },
       .inputs = {{2, 5, 5, 2}},
       .formula = by_index({2, 2, 3, 2},
                           [](const Arrays& x, const Shape& i) {
                             return x[0].at({i[0], i[1] + 1, i[2] + 1, i[3]});
                           })},
      {.name = "CenterCrop_of_smaller",
       .make = [] { return CenterCrop(4, 4, {.data_format = "channels_first"}); },
       .inputs = {{2, 1, 8, 3}},
       .formula =
           by_index({2, 1, 4, 4},
                    [](const Arrays& x, const Shape& i) {  // 3 x 3 in the middle, made larger
                      auto at = [&](double place) { return std::clamp((place + 0.5) * 0.75 - 0.5, 0.0, 2.0); };
                      const double v = at(static_cast<double>(i[2])), u = at(static_cast<double>(i[3]));
                      const auto row = static_cast<std::int64_t>(v), column = static_cast<std::int64_t>(u);
                      auto pixel = [&](std::int64_t r, std::int64_t c) {
                        return x[0].at({i[0], 0, std::min(r, std::int64_t{2}) + 2, std::min(c, std::int64_t{2})});
                      };
                      const double down = v - static_cast<double>(row), right = u - static_cast<double>(column);
                      return (1 - down) * ((1 - right) * pixel(row, column) + right * pixel(row, column + 1)) +
                             down * ((1 - right) * pixel(row + 1, column) + right * pixel(row + 1, column + 1));
                    })},
      {.name = "CategoryEncoding",
       .make = [] { return CategoryEncoding(5); },
       .inputs = {{3, 4}},
       .formula = counts(5, true),
       .low = 0,
       .high = 5,
       .input_dtype = int32},
      {.name = "CategoryEncoding_counts",
       .make = [] { return CategoryEncoding(4, {.output_mode = "count"}); },
       .inputs = {{3, 6}},
       .formula = counts(4),
       .low = 0,
       .high = 4,
       .whole_numbers = true},
      {.name = "CategoryEncoding_weights",
       .make = [] { return CategoryEncoding(4, {.output_mode = "count"}); },
       .inputs = {{3, 6}, {3, 6}},
       .formula = counts(4),
       .low = 0,
       .high = 4,
       .whole_numbers = true},
      {.name = "CategoryEncoding_one_hot",
       .make = [] { return CategoryEncoding(4, {.output_mode = "one_hot"}); },
       .inputs = {{3, 2}},
       .formula = by_index({3, 2, 4},
                           [](const Arrays& x, const Shape& i) {
                             return x[0].at({i[0], i[1]}) == static_cast<double>(i[2]) ? 1.0 : 0.0;
                           }),
       .low = 0,
       .high = 4,
       .input_dtype = int64},
      {.name = "Discretization",
       .make =
           [] {
             return Discretization({.bin_boundaries = {{-0.5, 0.25, 1}}});
           },
       .inputs = {{3, 4}},
       .formula = each_element(bin_of),
       .whole_numbers = true},
      {.name = "Discretization_one_hot",
       .make =
           [] {
             return Discretization({.bin_boundaries = {{-0.5, 0.25, 1}}, .output_mode = "one_hot"});
           },
       .inputs = {{3, 1}},
       .formula = by_index({3, 4},
                           [](const Arrays& x, const Shape& i) {
                             return bin_of(x[0].at({i[0], 0})) == static_cast<double>(i[1]) ? 1.0 : 0.0;
                           }),
       .whole_numbers = true},
      {.name = "IntegerLookup",
       .make =
           [] {
             return IntegerLookup({.vocabulary = {{5, 3}}});
           },
       .inputs = {{3, 8}},
       .formula = each_element(number_of),
       .low = 0,
       .high = 7,
       .input_dtype = int64},
      {.name = "IntegerLookup_idf",
       .make =
           [] {
             return IntegerLookup({.vocabulary = {{5, 3}}, .idf_weights = {{0.5, 1.5}}, .output_mode = "tf_idf"});
           },
       .inputs = {{3, 8}},
       .formula =
           [](const Arrays& in, const Arrays&) {
             return make_array({3, 3}, [&](const Shape& i) {
               double sum = 0;
               for (std::int64_t k = 0; k < 8; ++k) sum += number_of(in[0].at({i[0], k})) == static_cast<double>(i[1]);
               return sum * (i[1] == 0 ? 1 : i[1] == 1 ? 0.5 : 1.5);
             });
           },
       .low = 0,
       .high = 7,
       .input_dtype = int32},
      {.name = "Hashing",
       .make = [] { return Hashing(7); },
       .inputs = {{3, 4}},
       .formula = each_element(hashed),
       .low = -50,
       .high = 50,
       .input_dtype = int32},
      {.name = "HashedCrossing",
       .make = [] { return HashedCrossing(9); },
       .inputs = {{3, 1}, {3, 1}},
       .formula = by_index({3, 1},
                           [](const Arrays& x, const Shape& i) {
                             std::uint64_t hash = 0xDECAFCAFFE;
                             for (const Array& feature : x)
                               hash = fingerprint_of_both(hash, static_cast<std::uint64_t>(feature.at(i)));
                             return static_cast<double>(hash % 9);
                           }),
       .low = 0,
       .high = 50,
       .input_dtype = int64},
      {.name = "TernaryDense",
       .make = [] { return TernaryDense(4); },
       .inputs = {{5, 3}},
       .weights = {"kernel", "bias"},
       .formula = ternary,
       .straight_through = true},
      {.name = "STFTSpectrogram",
       .make = [] { return STFTSpectrogram({.mode = "magnitude", .frame_length = 8}); },
       .inputs = {{2, 20, 1}},
       .weights = {"real_kernel", "imag_kernel"},
       .formula = power_of_kernels},
      {.name = "MelSpectrogram", .make = [] { return small_mel(16); }, .inputs = {{2, 30}}, .formula = mel_power(16)},
      {.name = "MelSpectrogram_odd",
       .make = [] { return small_mel(15); },
       .inputs = {{2, 32}},
       .formula = mel_power(15)},
  };
}

}  // namespace linnet::testing
