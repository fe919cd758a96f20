#include "linnet/layers/discretization.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linnet/layers/category_modes.h"
#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, DiscretizationOptions& o) {
  visit("bin_boundaries", o.bin_boundaries);
  visit("num_bins", o.num_bins);
  visit("epsilon", o.epsilon);
  visit("output_mode", o.output_mode);
}

namespace {

/// Some of the sorted numbers, and how many each stands for: in float32, as Keras keeps them.
struct Summary {
  std::vector<float> values, weights;
};

/// Every step-th number, so that there are about 1 / epsilon.
Summary summarize(std::vector<float> numbers, double epsilon) {
  std::sort(numbers.begin(), numbers.end());
  const double increment = static_cast<double>(numbers.size()) * epsilon, step = std::max(increment, 1.0);
  Summary summary;
  for (auto i = static_cast<std::size_t>(increment); i < numbers.size(); i += static_cast<std::size_t>(step)) {
    summary.values.push_back(numbers[i]);
    summary.weights.push_back(static_cast<float>(step));
  }
  return summary;
}

/// Of a curve through (x[i], y[i]) with ascending x; beyond its ends what it has there. NumPy: interp.
double interpolated(double at, const std::vector<double>& x, const std::vector<float>& y) {
  const auto above = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  if (above == 0) return static_cast<double>(y.front());
  if (above == x.size()) return static_cast<double>(y.back());
  const double low = static_cast<double>(y[above - 1]), high = static_cast<double>(y[above]);
  return low + (high - low) / (x[above] - x[above - 1]) * (at - x[above - 1]);
}

/// Both, in ascending order.
Summary merged(const Summary& a, const Summary& b) {
  std::vector<std::pair<float, float>> pairs;
  for (const Summary* each : {&a, &b})
    for (std::size_t i = 0; i < each->values.size(); ++i) pairs.emplace_back(each->values[i], each->weights[i]);
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  Summary all;
  for (const auto& [value, weight] : pairs) {
    all.values.push_back(value);
    all.weights.push_back(weight);
  }
  return all;
}

/// With 1 / epsilon entries that stand for equally many numbers.
Summary compressed(const Summary& summary, double epsilon) {
  if (static_cast<double>(summary.values.size()) * epsilon < 1) return summary;
  std::vector<float> total(summary.weights.size());
  float sum = 0;
  for (std::size_t i = 0; i < total.size(); ++i) total[i] = sum += summary.weights[i];
  std::vector<double> parts;
  for (float t : total) parts.push_back(static_cast<double>(t / sum));
  Summary result;
  double before = 0;
  const auto count = static_cast<std::int64_t>(std::ceil(1 / epsilon));
  for (std::int64_t i = 0; i < count; ++i) {
    const double part = epsilon + static_cast<double>(i) * epsilon, here = interpolated(part, parts, total);
    result.values.push_back(static_cast<float>(interpolated(part, parts, summary.values)));
    result.weights.push_back(static_cast<float>(here - before));
    before = here;
  }
  return result;
}

}  // namespace

Discretization::Discretization(DiscretizationOptions options)
    : LayerOf("Discretization", layer_options(options)),
      options_(std::move(options)),
      boundaries_(std::make_shared<std::optional<std::vector<double>>>(options_.bin_boundaries)) {
  const auto& bins = options_.num_bins;
  check(bins || options_.bin_boundaries, "[Discretization \"", name(),
        "\"] expected bin_boundaries, or num_bins for adapt(), received neither");
  check(!bins || !options_.bin_boundaries, "[Discretization \"", name(),
        "\"] expected bin_boundaries or num_bins, received both");
  check(!bins || *bins > 0, "[Discretization \"", name(), "\"] expected num_bins > 0, received ", bins.value_or(0));
  check(options_.epsilon > 0 && options_.epsilon <= 1, "[Discretization \"", name(),
        "\"] expected 0 < epsilon <= 1, received ", options_.epsilon);
  if (options_.bin_boundaries)
    check(std::is_sorted(options_.bin_boundaries->begin(), options_.bin_boundaries->end()), "[Discretization \"",
          name(), "\"] expected ascending bin_boundaries, received ", to_value(*options_.bin_boundaries));
  check_output_mode(*this, options_.output_mode, {"int", "one_hot", "multi_hot", "count"});
  state().built = true;
}

void Discretization::adapt(const Tensor& data) { adapt(only_batch(data)); }

void Discretization::adapt(const NextBatch<Tensor>& next) {
  check(options_.num_bins.has_value(), "[Discretization \"", name(),
        "\"] has the bin_boundaries it was given: adapt() would have nothing to do");
  Summary all;
  bool any = false;
  while (const std::optional<Tensor> batch = next()) {
    check(batch->defined() && batch->size() > 0, "[Discretization \"", name(),
          "\"] expected numbers to adapt to, received ",
          batch->defined() ? concat("shape ", batch->shape()) : "an empty tensor");
    any = true;
    all = compressed(merged(summarize(batch->to_vector<float>(), options_.epsilon), all), options_.epsilon);
  }
  check(any, "[Discretization \"", name(), "\"] expected at least one batch to adapt to, received none");
  const Summary bins = compressed(all, 1 / static_cast<double>(*options_.num_bins));
  *boundaries_ =
      std::vector<double>(bins.values.begin(), bins.values.empty() ? bins.values.end() : bins.values.end() - 1);
}

const std::vector<double>& Discretization::bin_boundaries() const {
  check(boundaries_->has_value(), "[Discretization \"", name(), "\"] expected adapt() to be called first");
  return **boundaries_;
}

Tensor Discretization::call(const Tensor& x, Mode) {
  const std::vector<double>& boundaries = bin_boundaries();
  const Tensor real = is_floating(x.dtype()) ? x : x.to(float32);
  const Tensor below = less(expand_dims(real, -1), from_vector(boundaries).to(real.dtype()));
  const Tensor bins = sum(logical_not(below), -1);
  return encode_categories(*this, bins, options_.output_mode, static_cast<std::int64_t>(boundaries.size()) + 1,
                           compute_output_dtype(x.dtype()));
}

Shape Discretization::compute_output_shape(const Shape& input) const {
  const std::int64_t depth = options_.output_mode == "int" ? 0 : static_cast<std::int64_t>(bin_boundaries().size()) + 1;
  return encoded_shape(input, options_.output_mode, depth);
}

DType Discretization::compute_output_dtype(DType) const {
  return options_.output_mode == "int" ? int64 : compute_dtype();
}

Config Discretization::config() const {
  Config config = with_fields(base_config(), options_);
  config.set("bin_boundaries", to_value(*boundaries_));
  config.set("sparse", false);                 // as Keras writes it
  if (trainable()) config.erase("trainable");  // which does not write this
  return config;
}

AnyLayer Discretization::from_config(const Config& config) {
  auto options = read_options<DiscretizationOptions>(config, "Discretization");
  if (!options.num_bins) return Discretization(options);
  const auto boundaries = std::exchange(options.bin_boundaries, std::nullopt);
  Discretization layer(options);
  *layer.boundaries_ = boundaries;  // those of an earlier adapt()
  return layer;
}

}  // namespace linnet
