#include "expectation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "linnet/layers/discretization.h"
#include "linnet/layers/rescaling.h"
#include "linnet/ops/elementwise.h"

namespace golden {

void adapt(Layer& layer, const Tensor& data) {
  if (auto* normalization = dynamic_cast<Normalization*>(&layer)) return normalization->adapt(data);
  if (auto* discretization = dynamic_cast<Discretization*>(&layer)) return discretization->adapt(data);
  throw Unsupported("adapt of " + layer.class_name());
}

namespace {

struct Moments {
  double mean = 0, stddev = 0, count = 0;
};

Moments moments(const std::vector<double>& values) {
  Moments m;
  m.count = static_cast<double>(values.size());
  for (double x : values) m.mean += x / m.count;
  for (double x : values) m.stddev += (x - m.mean) * (x - m.mean) / m.count;
  m.stddev = std::sqrt(m.stddev);
  return m;
}

/// The shape of the case's input, with so many samples that averages mean something.
Shape many_samples(const Case& c) {
  Shape shape = c.tensors("inputs").at(0).shape();
  shape[0] = 1;
  shape[0] = 40'000 / shape.size() + 400;
  return shape;
}

/// Axes after the first that share one draw: all but the channels, for SpatialDropout.
void expect_whole_maps(Case& c, const Tensor& y, bool channels_first) {
  const std::int64_t samples = y.shape()[0], channels = y.shape()[channels_first ? 1 : -1];
  const std::int64_t positions = y.size() / (samples * channels);
  const std::vector<double> values = y.to_vector<double>();
  auto at = [&](std::int64_t sample, std::int64_t channel, std::int64_t position) {
    const std::int64_t within = channels_first ? channel * positions + position : position * channels + channel;
    return values[static_cast<std::size_t>(sample * channels * positions + within)];
  };
  bool whole = true;
  for (std::int64_t s = 0; s < samples; ++s)
    for (std::int64_t k = 0; k < channels; ++k)
      for (std::int64_t p = 1; p < positions; ++p) whole = whole && at(s, k, p) == at(s, k, 0);
  c.expect(whole, "in training: a map is dropped in part");
}

/// Dropout and its relatives, on ones: what is not 0 is `kept_factor`.
void compare_dropout(Case& c, Layer& layer, const Fields& expected) {
  const Tensor y = layer(ones(many_samples(c)), Mode::train);
  const double rate = expected.at("zero_fraction").as_double(), kept = expected.at("kept_factor").as_double();
  double independent = static_cast<double>(y.size()), zeros = 0;
  if (expected.has("whole")) {
    const Config& config = c.at("config").as_config();
    const Value* format = config.find("data_format");
    const bool channels_first = format != nullptr && *format == Value("channels_first");
    expect_whole_maps(c, y, channels_first);
    independent = static_cast<double>(y.shape()[0] * y.shape()[channels_first ? 1 : -1]);
  }
  const std::vector<double> values = y.to_vector<double>();
  for (double x : values) {
    zeros += x == 0 ? 1 : 0;
    if (x != 0) c.compare("in training: what is kept", x, kept, {1e-6, 0});
  }
  const double count = static_cast<double>(values.size()), sigma = std::sqrt(rate * (1 - rate) / independent);
  c.compare("in training: fraction of zeros", zeros / count, rate, {0, 5 * sigma});
  c.compare("in training: mean factor", moments(values).mean, expected.at("mean_factor").as_double(),
            {0, 5 * sigma * kept});
}

void compare_mean_and_stddev(Case& c, const std::vector<double>& values, double mean, double stddev) {
  const Moments got = moments(values);
  c.compare("in training: mean", got.mean, mean, {0, 5 * stddev / std::sqrt(got.count)});
  c.compare("in training: stddev", got.stddev, stddev, {0.03, 0});
}

/// AlphaDropout on standard normal numbers: mean and deviation stay, dropped ones all have the same value.
void compare_alpha_dropout(Case& c, Layer& layer, const Fields& expected) {
  if (expected.text("for") != "standard normal input") throw Unsupported("expectation for " + expected.text("for"));
  const Tensor y = layer(random_normal(many_samples(c)), Mode::train);
  const std::vector<double> values = y.to_vector<double>();
  compare_mean_and_stddev(c, values, expected.at("output_mean").as_double(), expected.at("output_stddev").as_double());
  std::map<double, int> counts;
  int most = 0;
  for (double x : values) most = std::max(most, ++counts[x]);
  const double rate = expected.at("dropped_fraction").as_double(), n = static_cast<double>(values.size());
  c.compare("in training: fraction dropped", most / n, rate, {0, 5 * std::sqrt(rate * (1 - rate) / n)});
}

}  // namespace

void compare_expectation(Case& c, Layer& layer) {
  const Fields expected(c.at("training_expectation").as_config(), "\"training_expectation\"");
  if (expected.has("zero_fraction")) {
    compare_dropout(c, layer, expected);
  } else if (expected.has("factor_mean")) {
    const Tensor y = layer(ones(many_samples(c)), Mode::train);
    compare_mean_and_stddev(c, y.to_vector<double>(), expected.at("factor_mean").as_double(),
                            expected.at("factor_stddev").as_double());
  } else if (expected.has("added_mean")) {
    const Tensor x = ones(many_samples(c));
    compare_mean_and_stddev(c, (layer(x, Mode::train) - x).to_vector<double>(), expected.at("added_mean").as_double(),
                            expected.at("added_stddev").as_double());
  } else if (expected.has("output_mean")) {
    compare_alpha_dropout(c, layer, expected);
  }
  expected.done();
}

}  // namespace golden
