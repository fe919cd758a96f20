#include "linnet/initializers/initializers.h"

#include <cmath>
#include <numbers>

#include "linnet/base/class_table.h"
#include "linnet/base/random.h"
#include "linnet/initializers/fields.h"
#include "linnet/initializers/registry.h"
#include "linnet/kernels/kernels.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/record.h"

namespace linnet {

Tensor Zeros::operator()(const Shape& shape, DType dtype) const { return zeros(shape, dtype); }
Tensor Ones::operator()(const Shape& shape, DType dtype) const { return ones(shape, dtype); }

Constant::Constant(const Tensor& values) {
  check(values.defined(), "[Constant] expected a number or a tensor, received none");
  values_ = values.detach().clone();
}
Tensor Constant::value() const { return values_.defined() ? values_.clone() : scalar(number_); }
Tensor Constant::operator()(const Shape& shape, DType dtype) const {
  if (!values_.defined()) return full(shape, number_, dtype);
  bool fits = values_.rank() <= shape.rank();
  for (int axis = 1; fits && axis <= values_.rank(); ++axis) {
    const std::int64_t size = values_.shape()[values_.rank() - axis];
    fits = size == 1 || size == shape[shape.rank() - axis];
  }
  check(fits, "[Constant] expected numbers that broadcast to a weight of shape ", shape, ", received shape ",
        values_.shape());
  return broadcast_to(values_.to(dtype), shape).clone();
}

namespace {
Value nested_list(const std::vector<double>& numbers, const Shape& shape, std::size_t& next, int axis) {
  if (axis == shape.rank()) return numbers[next++];
  List list;
  for (std::int64_t i = 0; i < shape[axis]; ++i) list.push_back(nested_list(numbers, shape, next, axis + 1));
  return list;
}
void append_numbers(const Value& value, std::vector<double>& numbers) {
  if (!value.is_list()) return numbers.push_back(value.as_double());
  for (const Value& item : value.as_list()) append_numbers(item, numbers);
}
Tensor tensor_of(const Value& value, DType dtype) {
  Shape shape;
  for (const Value* inner = &value; inner->is_list(); inner = &inner->as_list().front()) {
    shape.push_back(static_cast<std::int64_t>(inner->as_list().size()));
    if (inner->as_list().empty()) break;
  }
  std::vector<double> numbers;
  append_numbers(value, numbers);
  check(static_cast<std::int64_t>(numbers.size()) == shape.size(),
        "[Constant] expected lists of one length in \"value\", received lists of different lengths");
  return from_vector(numbers, shape).to(dtype);
}

std::shared_ptr<Initializer> create_constant(const Config& config) {
  check_keys(config, "Constant", {"value"});
  const Value* value = config.find("value");
  if (value == nullptr) return std::make_shared<Constant>();
  if (value->is_list()) return std::make_shared<Constant>(tensor_of(*value, float32));
  if (!value->is_config()) return std::make_shared<Constant>(value->as_double());
  const Config& array = value->as_config().at("config").as_config();
  return std::make_shared<Constant>(tensor_of(array.at("value"), dtype_from_name(array.at("dtype").as_string())));
}
}  // namespace

Config Constant::config() const {
  if (!values_.defined()) return {{"value", number_}};
  std::size_t next = 0;
  const Value list = nested_list(values_.to_vector<double>(), values_.shape(), next, 0);
  return {{"value", object_config("__numpy__", {{"value", list}, {"dtype", linnet::name(values_.dtype())}})}};
}

Tensor IdentityInitializer::operator()(const Shape& shape, DType dtype) const {
  check(shape.rank() == 2, "[Identity] expected a shape of rank 2, received ", shape);
  return gain_ * eye(shape[0], shape[1], dtype);
}

namespace {
SeedGenerator source_of(const std::optional<std::int64_t>& seed) {
  SeedGenerator source(seed ? static_cast<std::uint64_t>(*seed) : random_seed());
  if (!seed) source.stream = next_random_stream();
  return source;
}
}  // namespace

Tensor RandomInitializer::draw_uniform(const Shape& shape, double low, double high, DType dtype) const {
  const SeedGenerator source = source_of(seed_);
  Tensor values(shape, dtype);
  kernels::random_uniform(source.seed, source.stream, low, high, mutable_view(values));
  return values;
}

Tensor RandomInitializer::draw_normal(const Shape& shape, double mean, double stddev, bool truncated,
                                      DType dtype) const {
  const SeedGenerator source = source_of(seed_);
  Tensor values(shape, dtype);
  kernels::random_normal(source.seed, source.stream, mean, stddev, truncated, mutable_view(values));
  return values;
}

Tensor RandomNormal::operator()(const Shape& shape, DType dtype) const {
  return draw_normal(shape, options_.mean, options_.stddev, false, dtype);
}
Config RandomNormal::config() const { return write_config(options_); }

Tensor TruncatedNormal::operator()(const Shape& shape, DType dtype) const {
  return draw_normal(shape, options_.mean, options_.stddev, true, dtype);
}
Config TruncatedNormal::config() const { return write_config(options_); }

Tensor RandomUniform::operator()(const Shape& shape, DType dtype) const {
  return draw_uniform(shape, options_.minval, options_.maxval, dtype);
}
Config RandomUniform::config() const { return write_config(options_); }

namespace {
/// Makes the columns of the row-major [rows, columns] matrix (rows >= columns) orthonormal: modified Gram-Schmidt, each
/// column twice, which is as good as Householder's method in rounding. R's diagonal is positive.
void orthonormalize_columns(std::vector<double>& matrix, std::int64_t rows, std::int64_t columns) {
  auto at = [&](std::int64_t row, std::int64_t column) -> double& {
    return matrix[static_cast<std::size_t>(row * columns + column)];
  };
  auto dot = [&](std::int64_t a, std::int64_t b) {
    double sum = 0;
    for (std::int64_t row = 0; row < rows; ++row) sum += at(row, a) * at(row, b);
    return sum;
  };
  for (std::int64_t column = 0; column < columns; ++column) {
    for (int pass = 0; pass < 2; ++pass)
      for (std::int64_t before = 0; before < column; ++before) {
        const double projection = dot(before, column);
        for (std::int64_t row = 0; row < rows; ++row) at(row, column) -= projection * at(row, before);
      }
    const double length = std::sqrt(dot(column, column));
    for (std::int64_t row = 0; row < rows; ++row) at(row, column) /= length;
  }
}
}  // namespace

Tensor Orthogonal::operator()(const Shape& shape, DType dtype) const {
  check(shape.rank() >= 2, "[Orthogonal] expected a shape of rank 2 or more, received ", shape);
  const std::int64_t columns = shape.back(), rows = shape.slice(0, shape.rank() - 1).size();
  const std::int64_t longer = std::max(rows, columns), shorter = std::min(rows, columns);
  auto values = draw_normal({longer, shorter}, 0, 1, false, float64).to_vector<double>();
  orthonormalize_columns(values, longer, shorter);
  Tensor q = from_vector(values, {longer, shorter});
  if (rows < columns) q = transpose(q);
  return (options_.gain * reshape(q, shape)).to(dtype);
}
Config Orthogonal::config() const { return write_config(options_); }

STFT::STFT(Options options) : options_(std::move(options)) {
  const auto& [side, window, scaling, periodic] = options_;
  check(side == "real" || side == "imag", "[STFT] expected side \"real\" or \"imag\", received \"", side, "\"");
  check(!window || *window == "hann" || *window == "hamming" || *window == "blackman" || *window == "boxcar",
        "[STFT] expected window \"hann\", \"hamming\", \"blackman\", \"boxcar\" or none, received \"",
        window.value_or(""), "\"");
  check(!scaling || *scaling == "density" || *scaling == "spectrum",
        "[STFT] expected scaling \"density\", \"spectrum\" or none, received \"", scaling.value_or(""), "\"");
}

namespace {
/// A sum of cosines over `length` samples; periodic windows leave out the last sample of length + 1.
std::vector<double> window_values(const std::string& name, std::int64_t length, bool periodic) {
  const std::vector<double> cosines = name == "hann"      ? std::vector{0.5, 0.5}
                                      : name == "hamming" ? std::vector{0.54, 0.46}
                                      : name == "boxcar"  ? std::vector{1.0}
                                                          : std::vector{0.42, 0.5, 0.08};
  const double period = static_cast<double>(periodic ? length : length - 1);
  std::vector<double> window;
  for (std::int64_t i = 0; i < length; ++i) {
    double value = length == 1 ? 1 : 0, sign = 1;
    for (std::size_t k = 0; k < cosines.size() && length > 1; ++k, sign = -sign)
      value +=
          sign * cosines[k] * std::cos(2 * std::numbers::pi * static_cast<double>(k) * static_cast<double>(i) / period);
    window.push_back(value);
  }
  return window;
}
}  // namespace

Tensor STFT::operator()(const Shape& shape, DType dtype) const {
  check(shape.rank() == 3 && shape[1] == 1, "[STFT] expected a shape (frame length, 1, bins), received ", shape);
  const std::int64_t frames = shape[0], bins = shape[2];
  std::vector<double> window(static_cast<std::size_t>(frames), 1.0);
  double scale = 1;
  if (options_.window) {
    window = window_values(*options_.window, frames, options_.periodic);
    double sum = 0, squares = 0;
    for (const double w : window) sum += std::fabs(w), squares += w * w;
    if (options_.scaling) scale = *options_.scaling == "density" ? std::sqrt(squares) : sum;
  }
  std::vector<double> kernel;
  for (std::int64_t t = 0; t < frames; ++t)
    for (std::int64_t k = 0; k < bins; ++k) {
      const double angle =
          -2 * std::numbers::pi * static_cast<double>(t) * static_cast<double>(k) / static_cast<double>(2 * (bins - 1));
      const double wave = options_.side == "real" ? std::cos(angle) : std::sin(angle);
      kernel.push_back(wave * window[static_cast<std::size_t>(t)] / scale);
    }
  return from_vector(kernel, shape).to(dtype);
}
Config STFT::config() const { return write_config(options_); }

namespace {
template <class T>
std::shared_ptr<Initializer> create_plain(const Config& config) {
  auto initializer = std::make_shared<T>();
  check_keys(config, initializer->class_name(), {});
  return initializer;
}
std::shared_ptr<Initializer> create_identity(const Config& config) {
  check_keys(config, "Identity", {"gain"});
  const Value* gain = config.find("gain");
  return gain == nullptr ? std::make_shared<IdentityInitializer>()
                         : std::make_shared<IdentityInitializer>(gain->as_double());
}

ClassTable<Initializer>& table() {
  static ClassTable<Initializer> classes(
      "initializer", {
                         {"Zeros", create_plain<Zeros>, {"zero"}},
                         {"Ones", create_plain<Ones>, {"one"}},
                         {"Constant", create_constant},
                         {"Identity", create_identity, {"IdentityInitializer"}},
                         class_entry<Initializer, RandomNormal>("RandomNormal", {"normal"}),
                         class_entry<Initializer, RandomUniform>("RandomUniform", {"uniform"}),
                         class_entry<Initializer, TruncatedNormal>(),
                         class_entry<Initializer, VarianceScaling>(),
                         class_entry<Initializer, GlorotUniform>(),
                         class_entry<Initializer, GlorotNormal>(),
                         class_entry<Initializer, HeUniform>(),
                         class_entry<Initializer, HeNormal>(),
                         class_entry<Initializer, LecunUniform>(),
                         class_entry<Initializer, LecunNormal>(),
                         class_entry<Initializer, Orthogonal>("Orthogonal", {"OrthogonalInitializer"}),
                         class_entry<Initializer, STFT>("STFT", {"STFTInitializer"}),
                     });
  return classes;
}
}  // namespace

void register_initializer(const std::string& class_name, InitializerFactory factory) {
  table().add(class_name, std::move(factory));
}
std::shared_ptr<Initializer> Initializer::get(std::string_view name) { return table().create(name); }
std::shared_ptr<Initializer> Initializer::from_config(const Value& value) { return table().from_config(value); }

Value to_value(const AnyInitializer& initializer) {
  return initializer ? Value(object_config(initializer->class_name(), initializer->config())) : Value();
}
void from_value(const Value& value, AnyInitializer& initializer) {
  initializer = value.is_null() ? AnyInitializer() : AnyInitializer(Initializer::from_config(value));
}

template class Handle<Initializer>;

}  // namespace linnet
