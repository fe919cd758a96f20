#include "linnet/reports/pictures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "linnet/layers/dense.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/reports/sections.h"

namespace linnet::detail {

bool is_picture_shape(const Shape& shape) {
  if (shape.rank() == 4 && shape[3] != 1 && shape[3] != 3 && shape[3] != 4) return false;
  return (shape.rank() == 3 || shape.rank() == 4) && shape[1] >= 4 && shape[2] >= 4;
}

Pictures::Pictures(const Tensor& samples) : samples_(samples) {
  const Shape& shape = samples.shape();
  if (!is_picture_shape(shape) || samples.size() == 0) return;
  height_ = shape[1];
  width_ = shape[2];
  channels_ = shape.rank() == 4 ? shape[3] : 1;
  if (!is_floating(samples.dtype())) return;
  const double low = min(samples).item(), high = max(samples).item();
  const bool from_0_to_1 = low >= 0 && high <= 1;
  low_ = from_0_to_1 ? 0 : low;
  scale_ = from_0_to_1 ? 255 : high > low ? 255 / (high - low) : 1;
}

std::vector<std::uint8_t> Pictures::pixels(std::int64_t sample) const {
  std::vector<std::uint8_t> bytes;
  for (float value : samples_[sample].to_vector<float>())
    bytes.push_back(static_cast<std::uint8_t>(std::clamp(std::lround((value - low_) * scale_), 0L, 255L)));
  return bytes;
}

void Pictures::describe(Config& section) const {
  if (!any()) return;
  section.set("height", height_);
  section.set("width", width_);
  section.set("channels", channels_);
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
  constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;  // bytes, those after the end as 0
    for (std::size_t k = 0; k < 3; ++k) three = three << 8 | (i + k < bytes.size() ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : digits[three >> (18 - 6 * k) & 63U];
  }
  return text;
}

namespace {

constexpr std::size_t most_units = 64, most_features = 40;

/// A kernel (inputs, units) and, where the next layer gives the answers, what each unit says to them.
struct FirstLayer {
  std::string name;
  std::int64_t inputs = 0, units = 0;
  std::vector<float> kernel;
  std::vector<float> answers;  // (units, classes); empty where more layers follow
};

/// The first layer with weights that are trained, if it is a Dense one that sees each input as one number.
FirstLayer first_layer(const Model& model) {
  std::vector<const Dense*> dense;
  for (const AnyLayer& layer : model.layers()) {
    const auto* found = dynamic_cast<const Dense*>(&*layer);
    if (found != nullptr) dense.push_back(found);
    const bool moves_inputs = layer->class_name() == "Permute" || layer->class_name() == "RepeatVector";
    if (dense.empty() && (moves_inputs || !layer->trainable_weights().empty())) return {};
  }
  if (dense.empty() || !dense[0]->built()) return {};
  const Tensor& kernel = dense[0]->kernel();
  FirstLayer first{dense[0]->name(), kernel.shape()[0], kernel.shape()[1], kernel.to_vector<float>(), {}};
  const bool answers_next = dense.size() == 2 && model.class_name() == "Sequential" && dense[1]->built();
  if (answers_next) first.answers = dense[1]->kernel().value().to_vector<float>();
  return first;
}

/// Σ w² of a unit.
double strength(const FirstLayer& layer, std::int64_t unit) {
  double sum = 0;
  for (std::int64_t i = 0; i < layer.inputs; ++i) {
    const double weight = layer.kernel[static_cast<std::size_t>(i * layer.units + unit)];
    sum += weight * weight;
  }
  return sum;
}

/// The units to show, in their order: all, or the strongest.
std::vector<std::int64_t> shown_units(const FirstLayer& layer) {
  std::vector<std::int64_t> units(static_cast<std::size_t>(layer.units));
  std::iota(units.begin(), units.end(), 0);
  if (units.size() <= most_units) return units;
  std::vector<double> strengths;
  for (std::int64_t unit : units) strengths.push_back(strength(layer, unit));
  std::stable_sort(units.begin(), units.end(), [&](std::int64_t a, std::int64_t b) {
    return strengths[static_cast<std::size_t>(a)] > strengths[static_cast<std::size_t>(b)];
  });
  units.resize(most_units);
  std::sort(units.begin(), units.end());
  return units;
}

/// The size that all but one weight in 500 stay below: colours should not depend on a few.
double color_scale(const FirstLayer& layer) {
  std::vector<float> sizes;
  for (float weight : layer.kernel) sizes.push_back(std::abs(weight));
  const auto at = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() * 499 / 500);
  std::nth_element(sizes.begin(), at, sizes.end());
  return *at > 0 ? *at : 1;
}

/// Weights as bytes: 128 is 0, 1 and 255 are -scale and scale.
std::vector<std::uint8_t> unit_pixels(const FirstLayer& layer, std::int64_t unit, double scale) {
  std::vector<std::uint8_t> bytes;
  for (std::int64_t i = 0; i < layer.inputs; ++i) {
    const double weight = layer.kernel[static_cast<std::size_t>(i * layer.units + unit)];
    bytes.push_back(static_cast<std::uint8_t>(128 + std::clamp(std::lround(127 * weight / scale), -127L, 127L)));
  }
  return bytes;
}

/// The class a unit speaks for most, and the one it speaks against most.
void add_answers(const FirstLayer& layer, std::int64_t unit, Config& item) {
  if (layer.answers.empty()) return;
  const auto classes = static_cast<std::ptrdiff_t>(layer.answers.size()) / layer.units;
  const auto first = layer.answers.begin() + unit * classes;
  if (classes < 2) return;
  item.set("for", std::max_element(first, first + classes) - first);
  item.set("against", std::min_element(first, first + classes) - first);
}

Config unit_pictures(const FirstLayer& layer, const Dataset& data) {
  const double scale = color_scale(layer);
  List items;
  for (std::int64_t unit : shown_units(layer)) {
    Config item{{"unit", unit}, {"pixels", base64(unit_pixels(layer, unit, scale))}};
    add_answers(layer, unit, item);
    items.emplace_back(std::move(item));
  }
  Config section{{"layer", layer.name}, {"units", layer.units}, {"scale", scale}, {"items", std::move(items)}};
  Pictures(data.x[0].shape()[0] > 1 ? slice(data.x[0], 0, 0, 1) : data.x[0]).describe(section);
  return section;
}

/// For each feature its weight, or with several units the root of the mean of its squared weights.
Config feature_bars(const FirstLayer& layer, const std::vector<std::string>& names) {
  std::vector<std::pair<double, std::string>> bars;
  for (std::int64_t i = 0; i < layer.inputs; ++i) {
    double squares = 0;
    for (std::int64_t unit = 0; unit < layer.units; ++unit) {
      const double weight = layer.kernel[static_cast<std::size_t>(i * layer.units + unit)];
      squares += weight * weight / static_cast<double>(layer.units);
    }
    const auto at = static_cast<std::size_t>(i);
    bars.emplace_back(layer.units == 1 ? double(layer.kernel[at]) : std::sqrt(squares),
                      at < names.size() ? names[at] : concat("x", i + 1));
  }
  std::stable_sort(bars.begin(), bars.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.first) > std::abs(b.first); });
  bars.resize(std::min(bars.size(), most_features));
  List features;
  for (const auto& [weight, name] : bars) features.emplace_back(List{name, weight});
  return {{"layer", layer.name}, {"units", layer.units}, {"features", std::move(features)}};
}

}  // namespace

Value weights_section(const Model& model, const Dataset& data, const std::vector<std::string>& feature_names) {
  const FirstLayer layer = first_layer(model);
  if (layer.inputs == 0) return {};
  if (data.x.size() == 1 && data.x[0].rank() == 2 && data.x[0].shape()[1] == layer.inputs)
    return feature_bars(layer, feature_names);
  const bool pictures = data.x.size() == 1 && is_picture_shape(data.x[0].shape()) && data.size() > 0 &&
                        data.x[0].size() / data.size() == layer.inputs;
  return pictures ? Value(unit_pictures(layer, data)) : Value();
}

}  // namespace linnet::detail
