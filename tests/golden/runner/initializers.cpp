#include "linnet/initializers/initializer.h"

#include <algorithm>
#include <cmath>

#include "kinds.h"
#include "linnet/base/fields.h"

namespace golden {

namespace {

constexpr std::int64_t draws_wanted = 100'000;

/// Draw number `draw`: an initializer that has a seed always gives the same numbers, so the seed counts on.
Tensor draw_weights(const std::string& class_name, Config config, const Shape& shape, std::int64_t draw) {
  if (const Value* seed = config.find("seed"); seed != nullptr && seed->is_int())
    config.set("seed", seed->as_int() + draw);
  return (*Initializer::from_config(object_config(class_name, config)))(shape);
}

void compare_moments(Case& c, const std::vector<double>& values, const Fields& expected, const Fields& tolerance) {
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (double x : values) sum += x;
  const double mean = sum / n;
  for (double x : values) squares += (x - mean) * (x - mean);
  const double stddev = expected.at("stddev").as_double();
  c.compare("mean", mean, expected.at("mean").as_double(),
            {0, tolerance.at("mean_sigmas").as_double() * stddev / std::sqrt(n)});
  c.compare("stddev", std::sqrt(squares / n), stddev, {tolerance.at("stddev_rtol").as_double(), 0});
  const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
  const double slack = 1e-6 * stddev;  // the bound itself, rounded to float32
  if (expected.has("min"))
    c.expect(*smallest >= expected.at("min").as_double() - slack, concat("min ", *smallest, " is out of bounds"));
  if (expected.has("max"))
    c.expect(*largest <= expected.at("max").as_double() + slack, concat("max ", *largest, " is out of bounds"));
}

/// The shorter side of the matrix (prod(shape[:-1]), shape[-1]) consists of orthogonal vectors of norm `gain`.
void compare_orthogonality(Case& c, const Tensor& weights, double gain) {
  const std::int64_t columns = weights.shape().back(), rows = weights.size() / columns;
  const std::vector<double> w = weights.to_vector<double>();
  const bool by_column = rows >= columns;
  const std::int64_t vectors = by_column ? columns : rows, length = by_column ? rows : columns;
  auto element = [&](std::int64_t vector, std::int64_t i) {
    return w[static_cast<std::size_t>(by_column ? i * columns + vector : vector * columns + i)];
  };
  for (std::int64_t a = 0; a < vectors; ++a)
    for (std::int64_t b = 0; b <= a; ++b) {
      double product = 0;
      for (std::int64_t i = 0; i < length; ++i) product += element(a, i) * element(b, i);
      c.compare(concat("product of vectors ", a, " and ", b), product, a == b ? gain * gain : 0, {1e-5, 1e-5});
    }
}

}  // namespace

void run_initializer(Case& c) {
  c.ignore({"inputs", "weights", "training", "measured"});  // measured: what Keras's own generator drew
  const std::string class_name = c.text("class");
  const Config& config = c.at("config").as_config();
  Shape shape;
  from_value(c.at("shape"), shape);
  if (c.flag("exact")) {
    c.compare("value", Tensors{draw_weights(class_name, config, shape, 0)}, c.tensors("outputs"));
    return;
  }
  c.ignore({"outputs"});
  const Fields expected(c.at("expected").as_config(), "\"expected\"");
  const Fields tolerance(c.at("tolerance").as_config(), "\"tolerance\"");
  const Tensor first = draw_weights(class_name, config, shape, 0);
  c.expect(first.shape() == shape, concat("shape ", first.shape(), ", expected ", shape));
  if (expected.has("property")) {
    compare_orthogonality(c, first, expected.at("gain").as_double());
    tolerance.ignore({"stddev_rtol", "mean_sigmas"});
  } else {
    std::vector<double> values = first.to_vector<double>();
    for (std::int64_t draw = 1; static_cast<std::int64_t>(values.size()) < draws_wanted; ++draw) {
      const std::vector<double> more = draw_weights(class_name, config, shape, draw).to_vector<double>();
      values.insert(values.end(), more.begin(), more.end());
    }
    compare_moments(c, values, expected, tolerance);
    expected.ignore({"fan_in", "fan_out"});  // how the stddev came about
  }
  expected.done();
  tolerance.done();
}

}  // namespace golden
