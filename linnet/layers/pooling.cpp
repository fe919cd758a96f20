#include "linnet/layers/pooling.h"

#include "linnet/layers/fields.h"
#include "linnet/layers/images.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/pooling.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, PoolingOptions& o) {
  visit("strides", o.strides);
  visit("padding", o.padding);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, GlobalPoolingOptions& o) {
  visit("keepdims", o.keepdims);
  visit("data_format", o.data_format);
}

template <class Visitor>
void fields(Visitor& visit, AdaptivePoolingOptions& o) {
  visit("data_format", o.data_format);
}

// ---- windows

void BasePooling::set_up(int axes, const AxisSizes& pool_size, PoolingOptions options) {
  axes_ = axes;
  options_ = std::move(options);
  pool_size_ = pool_size.for_axes(axes, *this, "pool_size");
  options_.strides = options_.strides.value_or(pool_size).for_axes(axes, *this, "strides");
  check_data_format(*this, options_.data_format);
  padding_by_name(*this, options_.padding);
  state().built = true;
}

Tensor BasePooling::call(const Tensor& x, Mode) {
  check_image(*this, x.shape(), axes_, options_.data_format);
  const Tensor last = channels_last(x.to(compute_dtype()), options_.data_format);
  return from_channels_last(pool(last, pool_size_.shape(), options_.strides->shape()), options_.data_format);
}

Shape BasePooling::compute_output_shape(const Shape& input) const {
  check_image(*this, input, axes_, options_.data_format);
  Shape shape = channels_last(input, options_.data_format);
  for (int a = 0; a < axes_; ++a) {
    const auto i = static_cast<std::size_t>(a);
    shape[a + 1] = count_windows(shape[a + 1], pool_size_.list()[i], options_.strides->list()[i], 1,
                                 padding_by_name(*this, options_.padding));
    check(shape[a + 1] != 0, "[", class_name(), " \"", name(), "\"] expected inputs at least as large as the window, ",
          to_value(pool_size_), ", received shape ", input, "; padding = \"same\" takes smaller ones");
  }
  return from_channels_last(shape, options_.data_format);
}

Config BasePooling::config() const {
  Config config = base_config();
  config.set("pool_size", to_value(pool_size_));
  return with_fields(std::move(config), options_);
}

namespace {

template <class Pooling>
AnyLayer pooling_from_config(const Config& config, const char* who) {
  Config rest = config;
  rest.erase("pool_size");
  AxisSizes pool_size = 2;
  if (const Value* given = config.find("pool_size")) from_value(*given, pool_size);
  return Pooling(pool_size, read_options<PoolingOptions>(rest, who));
}

}  // namespace

#define LINNET_POOLING(Name, axes, op)                                                                             \
  Name::Name(const AxisSizes& pool_size, const PoolingOptions& options) : LayerOf(#Name, layer_options(options)) { \
    set_up(axes, pool_size, options);                                                                              \
  }                                                                                                                \
  Tensor Name::pool(const Tensor& x, const Shape& pool_size, const Shape& strides) const {                         \
    return op(x, pool_size, {.strides = strides, .padding = padding_by_name(*this, options().padding)});           \
  }                                                                                                                \
  AnyLayer Name::from_config(const Config& config) { return pooling_from_config<Name>(config, #Name); }

LINNET_POOLING(MaxPooling1D, 1, max_pool)
LINNET_POOLING(MaxPooling2D, 2, max_pool)
LINNET_POOLING(MaxPooling3D, 3, max_pool)
LINNET_POOLING(AveragePooling1D, 1, average_pool)
LINNET_POOLING(AveragePooling2D, 2, average_pool)
LINNET_POOLING(AveragePooling3D, 3, average_pool)
#undef LINNET_POOLING

// ---- everything

void BaseGlobalPooling::set_up(int axes, GlobalPoolingOptions options) {
  axes_ = axes;
  options_ = std::move(options);
  check_data_format(*this, options_.data_format);
  state().built = true;
}

std::vector<int> BaseGlobalPooling::spatial_axes() const {
  std::vector<int> axes;
  for (int a = 0; a < axes_; ++a) axes.push_back(a + (options_.data_format == "channels_first" ? 2 : 1));
  return axes;
}

Tensor BaseGlobalPooling::call(const Tensor& x, Mode) {
  check_image(*this, x.shape(), axes_, options_.data_format);
  return pool(x.to(compute_dtype()), x.mask(), spatial_axes(), options_.keepdims);
}

Shape BaseGlobalPooling::compute_output_shape(const Shape& input) const {
  check_image(*this, input, axes_, options_.data_format);
  Shape shape{input[0]};
  if (!options_.keepdims) {
    shape.push_back(channels_last(input, options_.data_format).back());
    return shape;
  }
  shape = input;
  for (int axis : spatial_axes()) shape[axis] = 1;
  return shape;
}

Config BaseGlobalPooling::config() const { return with_fields(base_config(), options_); }

namespace {

Tensor largest(const Tensor& x, const Tensor&, const std::vector<int>& axes, bool keepdims) {
  return max(x, Axes(axes), keepdims);
}
Tensor average(const Tensor& x, const Tensor&, const std::vector<int>& axes, bool keepdims) {
  return mean(x, Axes(axes), keepdims);
}
/// Of the steps, axes[0], that the mask shows.
Tensor average_of_shown(const Tensor& x, const Tensor& mask, const std::vector<int>& axes, bool keepdims) {
  if (!mask.defined()) return average(x, mask, axes, keepdims);
  const Tensor shown = expand_dims(mask.to(x.dtype()), axes[0] == 1 ? 2 : 1);
  return sum(x * shown, Axes(axes), keepdims) / sum(shown, Axes(axes), keepdims);
}

}  // namespace

#define LINNET_GLOBAL_POOLING(Name, axes_count, op)                                                           \
  Name::Name(const GlobalPoolingOptions& options) : LayerOf(#Name, layer_options(options)) {                  \
    set_up(axes_count, options);                                                                              \
  }                                                                                                           \
  Tensor Name::pool(const Tensor& x, const Tensor& mask, const std::vector<int>& axes, bool keepdims) const { \
    return op(x, mask, axes, keepdims);                                                                       \
  }                                                                                                           \
  AnyLayer Name::from_config(const Config& config) { return Name(read_options<GlobalPoolingOptions>(config, #Name)); }

LINNET_GLOBAL_POOLING(GlobalMaxPooling1D, 1, largest)
LINNET_GLOBAL_POOLING(GlobalMaxPooling2D, 2, largest)
LINNET_GLOBAL_POOLING(GlobalMaxPooling3D, 3, largest)
LINNET_GLOBAL_POOLING(GlobalAveragePooling1D, 1, average_of_shown)
LINNET_GLOBAL_POOLING(GlobalAveragePooling2D, 2, average)
LINNET_GLOBAL_POOLING(GlobalAveragePooling3D, 3, average)
#undef LINNET_GLOBAL_POOLING

// ---- to a given size

void BaseAdaptivePooling::set_up(int axes, const AxisSizes& output_size, AdaptivePoolingOptions options) {
  axes_ = axes;
  options_ = std::move(options);
  output_size_ = output_size.for_axes(axes, *this, "output_size");
  check_data_format(*this, options_.data_format);
  state().built = true;
}

/// One axis after the other: the largest of the largest, the mean of means of equal weight.
Tensor BaseAdaptivePooling::call(const Tensor& x, Mode) {
  check_image(*this, x.shape(), axes_, options_.data_format);
  Tensor y = channels_last(x.to(compute_dtype()), options_.data_format);
  for (int axis = 1; axis <= axes_; ++axis) {
    const std::int64_t size = y.shape()[axis], count = output_size_.shape()[axis - 1];
    check(size > 0, "[", class_name(), " \"", name(), "\"] expected inputs with elements, received shape ", x.shape());
    Tensors parts;
    for (std::int64_t i = 0; i < count; ++i)
      parts.push_back(reduce(slice(y, axis, i * size / count, ((i + 1) * size + count - 1) / count), axis));
    y = concatenate(parts, axis);
  }
  return from_channels_last(y, options_.data_format);
}

Shape BaseAdaptivePooling::compute_output_shape(const Shape& input) const {
  check_image(*this, input, axes_, options_.data_format);
  Shape shape = channels_last(input, options_.data_format);
  for (int a = 0; a < axes_; ++a) shape[a + 1] = output_size_.shape()[a];
  return from_channels_last(shape, options_.data_format);
}

Config BaseAdaptivePooling::config() const {
  Config config = base_config();
  config.set("output_size", to_value(output_size_));
  return with_fields(std::move(config), options_);
}

#define LINNET_ADAPTIVE_POOLING(Name, axes, op)                                      \
  Name::Name(const AxisSizes& output_size, const AdaptivePoolingOptions& options)    \
      : LayerOf(#Name, layer_options(options)) {                                     \
    set_up(axes, output_size, options);                                              \
  }                                                                                  \
  Tensor Name::reduce(const Tensor& x, int axis) const { return op(x, axis, true); } \
  AnyLayer Name::from_config(const Config& config) {                                 \
    Config rest = config;                                                            \
    rest.erase("output_size");                                                       \
    AxisSizes output_size;                                                           \
    from_value(config.at("output_size"), output_size);                               \
    return Name(output_size, read_options<AdaptivePoolingOptions>(rest, #Name));     \
  }

LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling1D, 1, max)
LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling2D, 2, max)
LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling3D, 3, max)
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling1D, 1, mean)
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling2D, 2, mean)
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling3D, 3, mean)
#undef LINNET_ADAPTIVE_POOLING

}  // namespace linnet
