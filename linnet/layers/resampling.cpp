#include "linnet/layers/resampling.h"

#include <algorithm>
#include <array>

#include "linnet/layers/fields.h"
#include "linnet/layers/images.h"
#include "linnet/ops/images.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, UpSamplingOptions& o) {
  visit("data_format", o.data_format);
  visit("interpolation", o.interpolation);
}
template <class Visitor>
void fields(Visitor& visit, EdgeOptions& o) {
  visit("data_format", o.data_format);
}

// ---- UpSampling

void BaseUpSampling::set_up(int axes, const AxisSizes& size, UpSamplingOptions options) {
  axes_ = axes;
  options_ = std::move(options);
  size_ = size.for_axes(axes, *this, "size");
  check_data_format(*this, options_.data_format);
  check(axes > 1 || options_.data_format == "channels_last", "[", class_name(), " \"", name(),
        "\"] expected data_format \"channels_last\", received \"", options_.data_format, "\"");
  constexpr std::array between{"bilinear", "bicubic", "lanczos3", "lanczos5"};
  check(options_.interpolation == "nearest" ||
            (axes == 2 && std::find(between.begin(), between.end(), options_.interpolation) != between.end()),
        "[", class_name(), " \"", name(), "\"] expected interpolation \"nearest\"",
        axes == 2 ? ", \"bilinear\", \"bicubic\", \"lanczos3\" or \"lanczos5\"" : "", ", received \"",
        options_.interpolation, "\"");
  state().built = true;
}

Tensor BaseUpSampling::call(const Tensor& x, Mode) {
  check_image(*this, x.shape(), axes_, options_.data_format);
  Tensor y = channels_last(x.to(compute_dtype()), options_.data_format);
  const std::vector<std::int64_t>& size = size_.list();
  if (options_.interpolation != "nearest")
    y = resize(y, y.shape()[1] * size[0], y.shape()[2] * size[1], options_.interpolation);
  else
    for (int a = 0; a < axes_; ++a)
      if (const std::int64_t times = size[static_cast<std::size_t>(a)]; times != 1) y = repeat(y, times, a + 1);
  return from_channels_last(y, options_.data_format);
}

Shape BaseUpSampling::compute_output_shape(const Shape& input) const {
  check_image(*this, input, axes_, options_.data_format);
  Shape shape = channels_last(input, options_.data_format);
  for (int a = 0; a < axes_; ++a)
    if (shape[a + 1] > 0) shape[a + 1] *= size_.list()[static_cast<std::size_t>(a)];
  return from_channels_last(shape, options_.data_format);
}

Config BaseUpSampling::config() const {
  Config config = with_fields(base_config(), options_);
  config.set("size", axes_ == 1 ? Value(size_.list()[0]) : to_value(size_));
  if (axes_ == 1) config.erase("data_format");
  if (axes_ != 2) config.erase("interpolation");
  return config;
}

#define LINNET_UP_SAMPLING(Name, axes)                                                                           \
  Name::Name(const AxisSizes& size, const UpSamplingOptions& options) : LayerOf(#Name, layer_options(options)) { \
    set_up(axes, size, options);                                                                                 \
  }                                                                                                              \
  AnyLayer Name::from_config(const Config& config) {                                                             \
    Config rest = config;                                                                                        \
    rest.erase("size");                                                                                          \
    AxisSizes size = 2;                                                                                          \
    if (const Value* given = config.find("size")) from_value(*given, size);                                      \
    return Name(size, read_options<UpSamplingOptions>(rest, #Name));                                             \
  }

LINNET_UP_SAMPLING(UpSampling1D, 1)
LINNET_UP_SAMPLING(UpSampling2D, 2)
LINNET_UP_SAMPLING(UpSampling3D, 3)
#undef LINNET_UP_SAMPLING

// ---- edges

EdgeSizes::EdgeSizes(std::initializer_list<std::int64_t> sizes) : kind_(Kind::symmetric) {
  for (std::int64_t size : sizes) pairs_.emplace_back(size, size);
}

std::vector<EdgeSizes::Pair> EdgeSizes::for_axes(int axes, const Layer& layer, std::string_view option) const {
  constexpr std::int64_t most = std::int64_t{1} << 31;
  const auto count = static_cast<std::size_t>(axes);
  std::vector<Pair> pairs = pairs_;
  if (kind_ == Kind::all) pairs.resize(count, pairs_[0]);
  if (kind_ == Kind::symmetric && axes == 1 && pairs_.size() == 2) pairs = {{pairs_[0].first, pairs_[1].first}};
  const bool in_range = std::all_of(pairs.begin(), pairs.end(), [](const Pair& pair) {
    return std::min(pair.first, pair.second) >= 0 && std::max(pair.first, pair.second) < most;
  });
  check(in_range && pairs.size() == count, "[", layer.class_name(), " \"", layer.name(), "\"] expected ", option,
        " of 0 or more: a number, or two for the ends of each of ", axes, " spatial axes, received ", pairs_.size(),
        pairs_.size() == 1 ? " number or pair" : " numbers or pairs", in_range ? "" : ", one of them out of range");
  return pairs;
}

// A friend that is declared in its class only is not visible by the header.
[[gnu::visibility("default")]] void from_value(const Value& value, EdgeSizes& sizes) {
  if (!value.is_list()) {
    sizes = EdgeSizes(value.as_int());
    return;
  }
  sizes = EdgeSizes(std::vector<EdgeSizes::Pair>());
  sizes.kind_ = EdgeSizes::Kind::symmetric;
  for (const Value& item : value.as_list()) {
    if (item.is_list()) {
      check(item.as_list().size() == 2, "[config] expected two numbers for each axis, received ", value);
      sizes.kind_ = EdgeSizes::Kind::pairs;
      sizes.pairs_.emplace_back(item.as_list()[0].as_int(), item.as_list()[1].as_int());
    } else {
      sizes.pairs_.emplace_back(item.as_int(), item.as_int());
    }
  }
}

void BaseEdges::set_up(int axes, const EdgeSizes& sizes, EdgeOptions options, const char* option, int sign) {
  axes_ = axes;
  sign_ = sign;
  option_ = option;
  options_ = std::move(options);
  sizes_ = sizes.for_axes(axes, *this, option);
  check_data_format(*this, options_.data_format);
  check(class_name() != "Cropping1D" || options_.data_format == "channels_last", "[", class_name(), " \"", name(),
        "\"] expected data_format \"channels_last\", received \"", options_.data_format, "\"");
  state().built = true;
}

std::vector<EdgeSizes::Pair> BaseEdges::widths(const Shape& input) const {
  check_image(*this, input, axes_, options_.data_format);
  std::vector<EdgeSizes::Pair> widths(static_cast<std::size_t>(input.rank()));
  const std::size_t first = options_.data_format == "channels_first" ? 2 : 1;
  std::copy(sizes_.begin(), sizes_.end(), widths.begin() + static_cast<std::ptrdiff_t>(first));
  return widths;
}

Shape BaseEdges::compute_output_shape(const Shape& input) const {
  const std::vector<EdgeSizes::Pair> edges = widths(input);
  Shape shape = input;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] < 0) continue;
    const auto [before, after] = edges[static_cast<std::size_t>(axis)];
    shape[axis] += sign_ * (before + after);
    check(sign_ > 0 || before + after == 0 || shape[axis] > 0, "[", class_name(), " \"", name(),
          "\"] expected inputs of more than ", before + after, " elements along axis ", axis, ", received shape ",
          input);
  }
  return shape;
}

Config BaseEdges::config() const {
  Config config = with_fields(base_config(), options_);
  if (class_name() == "Cropping1D") config.erase("data_format");
  List pairs;
  for (const auto& [before, after] : sizes_) pairs.push_back(List{before, after});
  config.set(option_, axes_ == 1 ? pairs[0] : Value(pairs));
  return config;
}

namespace {

Tensor with_zeros(const Tensor& x, const std::vector<EdgeSizes::Pair>& widths) { return pad(x, widths); }

Tensor without_edges(const Tensor& x, const std::vector<EdgeSizes::Pair>& widths) {
  Tensor y = x;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const auto [before, after] = widths[static_cast<std::size_t>(axis)];
    if (before + after > 0) y = slice(y, axis, before, x.shape()[axis] - after);
  }
  return y;
}

template <class Edges>
AnyLayer edges_from_config(const Config& config, const char* who, const char* option, EdgeSizes sizes) {
  Config rest = config;
  rest.erase(option);
  if (const Value* given = config.find(option)) from_value(*given, sizes);
  return Edges(sizes, read_options<EdgeOptions>(rest, who));
}

}  // namespace

#define LINNET_EDGES(Name, axes, option, default_size, sign, op)                                            \
  Name::Name(const EdgeSizes& sizes, const EdgeOptions& options) : LayerOf(#Name, layer_options(options)) { \
    set_up(axes, sizes, options, option, sign);                                                             \
  }                                                                                                         \
  Tensor Name::call(const Tensor& x, Mode) {                                                                \
    compute_output_shape(x.shape()); /* throws where nothing is left */                                     \
    return op(x, widths(x.shape()));                                                                        \
  }                                                                                                         \
  AnyLayer Name::from_config(const Config& config) {                                                        \
    return edges_from_config<Name>(config, #Name, option, default_size);                                    \
  }

LINNET_EDGES(ZeroPadding1D, 1, "padding", 1, 1, with_zeros)
LINNET_EDGES(ZeroPadding2D, 2, "padding", 1, 1, with_zeros)
LINNET_EDGES(ZeroPadding3D, 3, "padding", 1, 1, with_zeros)
LINNET_EDGES(Cropping1D, 1, "cropping", 1, -1, without_edges)
LINNET_EDGES(Cropping2D, 2, "cropping", 0, -1, without_edges)
LINNET_EDGES(Cropping3D, 3, "cropping", 1, -1, without_edges)
#undef LINNET_EDGES

}  // namespace linnet
