// Layers that make images and sequences larger or smaller without weights: UpSampling, ZeroPadding, Cropping.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/layers/axis_sizes.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct UpSamplingOptions {
  std::string data_format = "channels_last";  // or "channels_first"; UpSampling1D has the former only
  std::string interpolation = "nearest";      // UpSampling2D also "bilinear", "bicubic", "lanczos3", "lanczos5"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What the layers that repeat elements share: x [batch, spatial…, channels] -> [batch, spatial · size…, channels].
/// Throws when a size is not above 0.
class BaseUpSampling : public Layer {
 public:
  using Layer::Layer;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;

 protected:
  /// The rest of the constructor.
  void set_up(int axes, const AxisSizes& size, UpSamplingOptions options);

 private:
  int axes_ = 0;
  AxisSizes size_ = 1;
  UpSamplingOptions options_;
};

#define LINNET_UP_SAMPLING(Name)                                                     \
  class Name final : public LayerOf<Name, BaseUpSampling> {                          \
   public:                                                                           \
    explicit Name(const AxisSizes& size = 2, const UpSamplingOptions& options = {}); \
    static AnyLayer from_config(const Config& config);                               \
  }

/// Each step `size` times:
///   x [batch, steps, channels] -> y [batch, size · steps, channels]
/// Keras: keras.layers.UpSampling1D.
///   UpSampling1D()(tensor({{{1, 10}, {2, 20}}}));  // -> {{{1, 10}, {1, 10}, {2, 20}, {2, 20}}}
LINNET_UP_SAMPLING(UpSampling1D);
/// Each pixel size[0] times down and size[1] times across, or what lies between their centers, as resize() has it:
/// x [batch, height, width, channels] -> y [batch, size[0] · height, size[1] · width, channels]. Keras:
/// keras.layers.UpSampling2D.
///   UpSampling2D()(reshape(tensor({1, 2}), {1, 1, 2, 1}));  // -> {{{{1}, {1}, {2}, {2}}, {{1}, {1}, {2}, {2}}}}
///   UpSampling2D({2, 3}, {.interpolation = "bilinear"})(zeros({1, 4, 4, 3}));  // -> [1, 8, 12, 3]
LINNET_UP_SAMPLING(UpSampling2D);
/// Each element of a volume repeated along all axes: x [batch, depth, height, width, channels] -> y
/// [batch, size[0] · depth, size[1] · height, size[2] · width, channels]. Keras: keras.layers.UpSampling3D.
///   UpSampling3D()(zeros({1, 2, 3, 4, 8}));  // -> [1, 4, 6, 8, 8]
LINNET_UP_SAMPLING(UpSampling3D);
#undef LINNET_UP_SAMPLING

/// How much at both ends of each spatial axis: 1 everywhere; {1, 2} the same at both ends of each axis, or, where there
/// is only one axis, at its two ends; {{1, 0}, {2, 1}} two numbers for each axis.
class EdgeSizes {
 public:
  /// What is put before and behind an axis, or cut off there.
  using Pair = std::pair<std::int64_t, std::int64_t>;
  EdgeSizes(std::int64_t size) : pairs_{{size, size}}, kind_(Kind::all) {}
  EdgeSizes(std::initializer_list<std::int64_t> sizes);
  EdgeSizes(std::initializer_list<Pair> pairs) : pairs_(pairs) {}
  explicit EdgeSizes(std::vector<Pair> pairs) : pairs_(std::move(pairs)) {}

  /// A pair for each of `axes` axes. Throws `[Cropping2D "crop"] expected cropping …` unless there is one for each and
  /// none is negative; `option` is their name.
  std::vector<Pair> for_axes(int axes, const Layer& layer, std::string_view option) const;

  /// In a config: what Keras takes, and always pairs in what is written for `axes` axes.
  friend void from_value(const Value& value, EdgeSizes& sizes);

 private:
  enum class Kind : std::uint8_t { all, symmetric, pairs };
  std::vector<Pair> pairs_;
  Kind kind_ = Kind::pairs;
};

struct EdgeOptions {
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What the layers that add or take away at the edges share. Integers stay what they are.
class BaseEdges : public Layer {
 public:
  using Layer::Layer;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::passes_on; }
  DType compute_output_dtype(DType input) const override { return is_floating(input) ? compute_dtype() : input; }
  Config config() const override;

 protected:
  /// The rest of the constructor. `option`: Keras's name for the sizes; sign: 1 adds them, -1 takes them away.
  void set_up(int axes, const EdgeSizes& sizes, EdgeOptions options, const char* option, int sign);
  /// A pair of widths for each axis of the input, zeros but for the spatial ones.
  std::vector<EdgeSizes::Pair> widths(const Shape& input) const;

 private:
  int axes_ = 0, sign_ = 1;
  const char* option_ = "";
  std::vector<EdgeSizes::Pair> sizes_;
  EdgeOptions options_;
};

#define LINNET_EDGES(Name, argument)                          \
  class Name final : public LayerOf<Name, BaseEdges> {        \
   public:                                                    \
    explicit Name(argument, const EdgeOptions& options = {}); \
    Tensor call(const Tensor& x, Mode mode) override;         \
    static AnyLayer from_config(const Config& config);        \
  }

/// Zeros before the first and after the last step:
///   x [batch, steps, channels] -> y [batch, first + steps + last, channels]
/// Keras: keras.layers.ZeroPadding1D.
///   ZeroPadding1D({2, 0})(tensor({{{1, 10}, {2, 20}}}));  // -> {{{0, 0}, {0, 0}, {1, 10}, {2, 20}}}
LINNET_EDGES(ZeroPadding1D, const EdgeSizes& padding = 1);
/// Zeros around images:
///   x [batch, height, width, channels] -> y [batch, top + height + bottom, left + width + right, channels]
/// Keras: keras.layers.ZeroPadding2D.
///   ZeroPadding2D()(zeros({1, 28, 28, 3}));                // -> [1, 30, 30, 3]
///   ZeroPadding2D({{1, 0}, {2, 1}})(zeros({1, 4, 4, 3}));  // -> [1, 5, 7, 3]
LINNET_EDGES(ZeroPadding2D, const EdgeSizes& padding = 1);
/// Zeros around volumes, as many as are said at both ends of depth, height and width:
///   x [batch, depth, height, width, channels] -> y [batch, new depth, new height, new width, channels]
/// Keras: keras.layers.ZeroPadding3D.
///   ZeroPadding3D(1)(zeros({1, 2, 3, 4, 8}));  // -> [1, 4, 5, 6, 8]
LINNET_EDGES(ZeroPadding3D, const EdgeSizes& padding = 1);
/// Without the first and last steps:
///   x [batch, steps, channels] -> y [batch, steps - first - last, channels]
/// Throws where nothing would be left, as the others do. Keras: keras.layers.Cropping1D.
///   Cropping1D({1, 2})(reshape(arange(0, 6), {1, 6, 1}));  // -> {{{1}, {2}, {3}}}
LINNET_EDGES(Cropping1D, const EdgeSizes& cropping = 1);
/// Without the edges of images:
///   x [batch, height, width, channels] -> y [batch, height - top - bottom, width - left - right, channels]
/// Keras: keras.layers.Cropping2D.
///   Cropping2D({{2, 2}, {4, 4}})(zeros({1, 28, 28, 3}));  // -> [1, 24, 20, 3]
LINNET_EDGES(Cropping2D, const EdgeSizes& cropping = 0);
/// Without the edges of volumes, as much as is said at both ends of depth, height and width:
///   x [batch, depth, height, width, channels] -> y [batch, new depth, new height, new width, channels]
/// Keras: keras.layers.Cropping3D.
///   Cropping3D(1)(zeros({1, 4, 5, 6, 8}));  // -> [1, 2, 3, 4, 8]
LINNET_EDGES(Cropping3D, const EdgeSizes& cropping = 1);
#undef LINNET_EDGES

}  // namespace linnet
#pragma GCC visibility pop
