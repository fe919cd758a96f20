#include "linnet/layers/noise.h"

#include <cmath>
#include <utility>

#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, NoiseOptions& o) {
  visit("seed", o.seed);
}

GaussianNoise::GaussianNoise(double stddev, NoiseOptions options)
    : LayerOf("GaussianNoise", layer_options(options)), stddev_(stddev), options_(std::move(options)) {
  check(stddev >= 0, "[GaussianNoise \"", name(), "\"] expected stddev >= 0, received ", stddev);
  generator_ = add_seed_generator(options_.seed);
  state().built = true;
}

Tensor GaussianNoise::call(const Tensor& x, Mode mode) {
  if (mode != Mode::train || stddev_ == 0) return x;
  return x + random_normal(x.shape(), 0, stddev_, compute_dtype(), generator_.get());
}

Config GaussianNoise::config() const {
  Config config = base_config();
  config.set("stddev", stddev_);
  return with_fields(std::move(config), options_);
}

AnyLayer GaussianNoise::from_config(const Config& config) {
  Config rest = config;
  rest.erase("stddev");
  return GaussianNoise(config.at("stddev").as_double(), read_options<NoiseOptions>(rest, "GaussianNoise"));
}

GaussianDropout::GaussianDropout(double rate, NoiseOptions options)
    : LayerOf("GaussianDropout", layer_options(options)), rate_(rate), options_(std::move(options)) {
  check(rate >= 0 && rate < 1, "[GaussianDropout \"", name(), "\"] expected 0 <= rate < 1, received ", rate);
  generator_ = add_seed_generator(options_.seed);
  state().built = true;
}

Tensor GaussianDropout::call(const Tensor& x, Mode mode) {
  if (mode != Mode::train || rate_ == 0) return x;
  return x * random_normal(x.shape(), 1, std::sqrt(rate_ / (1 - rate_)), compute_dtype(), generator_.get());
}

Config GaussianDropout::config() const {
  Config config = base_config();
  config.set("rate", rate_);
  return with_fields(std::move(config), options_);
}

AnyLayer GaussianDropout::from_config(const Config& config) {
  Config rest = config;
  rest.erase("rate");
  return GaussianDropout(config.at("rate").as_double(), read_options<NoiseOptions>(rest, "GaussianDropout"));
}

}  // namespace linnet
