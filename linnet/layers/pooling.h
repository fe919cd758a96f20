// Pooling: the largest or the mean of windows, or of everything, channel by channel.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/axis_sizes.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct PoolingOptions {
  std::optional<AxisSizes> strides = {};      // how far the window moves; none: pool_size
  std::string padding = "valid";              // or "same": ceil(size / stride) outputs
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What the layers that pool windows share.
///   x [batch, spatial…, channels] -> [batch, spatial…, channels]: (size - pool_size) / strides + 1 along each axis,
///   rounded down, with "valid" padding, and size / strides, rounded up, with "same"
/// Cells that lie outside do not count. Throws when sizes are not above 0, and on inputs smaller than the window with
/// "valid".
class BasePooling : public Layer {
 public:
  using Layer::Layer;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;

 protected:
  /// The rest of the constructor.
  void set_up(int axes, const AxisSizes& pool_size, PoolingOptions options);
  /// Of x with channels last.
  virtual Tensor pool(const Tensor& x, const Shape& pool_size, const Shape& strides) const = 0;
  const PoolingOptions& options() const { return options_; }

 private:
  int axes_ = 0;
  AxisSizes pool_size_ = 1;
  PoolingOptions options_;
};

#define LINNET_POOLING(Name, pool_size_argument)                                               \
  class Name final : public LayerOf<Name, BasePooling> {                                       \
   public:                                                                                     \
    explicit Name(pool_size_argument, const PoolingOptions& options = {});                     \
    static AnyLayer from_config(const Config& config);                                         \
                                                                                               \
   protected:                                                                                  \
    Tensor pool(const Tensor& x, const Shape& pool_size, const Shape& strides) const override; \
  }

/// The largest of each window of steps, channel by channel:
///   x [batch, steps, channels] -> y [batch, new steps, channels]: (steps - pool_size) / strides + 1 with "valid"
///   padding, rounded down, and steps / strides with "same", rounded up
/// Throws as BasePooling. Keras: keras.layers.MaxPooling1D.
///   MaxPooling1D()(reshape(tensor({1, 3, 4, 2}), {1, 4, 1}));  // -> {{{3}, {4}}}
///   MaxPooling1D(3, {.strides = 2})(zeros({1, 9, 8}));         // -> [1, 4, 8]
LINNET_POOLING(MaxPooling1D, const AxisSizes& pool_size = 2);
/// The largest of each window of an image, channel by channel:
///   x [batch, height, width, channels] -> y [batch, new height, new width, channels], the sizes as in MaxPooling1D
/// Throws as BasePooling. Keras: keras.layers.MaxPooling2D.
///   MaxPooling2D()(reshape(arange(0, 16), {1, 4, 4, 1}));            // -> {{{{5}, {7}}, {{13}, {15}}}}
///   MaxPooling2D({2, 3}, {.padding = "same"})(zeros({1, 7, 7, 8}));  // -> [1, 4, 3, 8]
LINNET_POOLING(MaxPooling2D, const AxisSizes& pool_size = 2);
/// The largest of each window of a volume, channel by channel:
///   x [batch, depth, height, width, channels] -> y [batch, new depth, new height, new width, channels]
/// The sizes are as in MaxPooling1D. Throws as BasePooling. Keras: keras.layers.MaxPooling3D.
///   MaxPooling3D()(zeros({1, 4, 4, 4, 8}));  // -> [1, 2, 2, 2, 8]
LINNET_POOLING(MaxPooling3D, const AxisSizes& pool_size = 2);
/// The mean of each window of steps, channel by channel; cells outside do not count:
///   x [batch, steps, channels] -> y [batch, new steps, channels], as many as in MaxPooling1D
/// Throws as BasePooling. Keras: keras.layers.AveragePooling1D.
///   AveragePooling1D(2)(reshape(tensor({1, 3, 4, 2}), {1, 4, 1}));  // -> {{{2}, {3}}}
LINNET_POOLING(AveragePooling1D, const AxisSizes& pool_size);
/// The mean of each window of an image, channel by channel; cells outside do not count:
///   x [batch, height, width, channels] -> y [batch, new height, new width, channels], the sizes as in MaxPooling1D
/// Throws as BasePooling. Keras: keras.layers.AveragePooling2D.
///   AveragePooling2D(2)(reshape(arange(0, 16), {1, 4, 4, 1}));  // -> {{{{2.5}, {4.5}}, {{10.5}, {12.5}}}}
LINNET_POOLING(AveragePooling2D, const AxisSizes& pool_size);
/// The mean of each window of a volume, channel by channel; cells outside do not count:
///   x [batch, depth, height, width, channels] -> y [batch, new depth, new height, new width, channels]
/// The sizes are as in MaxPooling1D. Throws as BasePooling. Keras: keras.layers.AveragePooling3D.
///   AveragePooling3D(2)(reshape(arange(0, 8), {1, 2, 2, 2, 1}));  // -> {{{{{3.5}}}}}
LINNET_POOLING(AveragePooling3D, const AxisSizes& pool_size);
#undef LINNET_POOLING

struct GlobalPoolingOptions {
  bool keepdims = false;                      // keep the spatial axes, with size 1
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What the layers that pool everything share: x [batch, spatial…, channels] -> [batch, channels], or with keepdims
/// [batch, 1…, channels].
class BaseGlobalPooling : public Layer {
 public:
  using Layer::Layer;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;

 protected:
  /// The rest of the constructor.
  void set_up(int axes, GlobalPoolingOptions options);
  /// Over `axes`. mask: of x's steps, or an empty tensor.
  virtual Tensor pool(const Tensor& x, const Tensor& mask, const std::vector<int>& axes, bool keepdims) const = 0;

 private:
  std::vector<int> spatial_axes() const;

  int axes_ = 0;
  GlobalPoolingOptions options_;
};

#define LINNET_GLOBAL_POOLING(Name)                                                                               \
  class Name final : public LayerOf<Name, BaseGlobalPooling> {                                                    \
   public:                                                                                                        \
    explicit Name(const GlobalPoolingOptions& options = {});                                                      \
    static AnyLayer from_config(const Config& config);                                                            \
                                                                                                                  \
   protected:                                                                                                     \
    Tensor pool(const Tensor& x, const Tensor& mask, const std::vector<int>& axes, bool keepdims) const override; \
  }

/// The largest of all steps:
///   x [batch, steps, channels] -> y [batch, channels], or [batch, 1, channels] with keepdims
/// Keras: keras.layers.GlobalMaxPooling1D.
///   GlobalMaxPooling1D()(tensor({{{1, 20}, {3, 10}}}));  // -> {{3, 20}}
LINNET_GLOBAL_POOLING(GlobalMaxPooling1D);
/// The largest of the whole image:
///   x [batch, height, width, channels] -> y [batch, channels], or [batch, 1, 1, channels] with keepdims
/// Keras: keras.layers.GlobalMaxPooling2D.
///   Tensor image = reshape(arange(0, 16), {1, 4, 2, 2});
///   GlobalMaxPooling2D()(image);  // -> {{14, 15}}
LINNET_GLOBAL_POOLING(GlobalMaxPooling2D);
/// The largest of the whole volume:
///   x [batch, depth, height, width, channels] -> y [batch, channels], or [batch, 1, 1, 1, channels] with keepdims
/// Keras: keras.layers.GlobalMaxPooling3D.
///   Tensor volume = reshape(arange(0, 16), {1, 2, 2, 2, 2});
///   GlobalMaxPooling3D()(volume);  // -> {{14, 15}}
LINNET_GLOBAL_POOLING(GlobalMaxPooling3D);
/// The mean of all steps, or of those that x's mask shows (NaN where it shows none, as in Keras):
///   x [batch, steps, channels] -> y [batch, channels], or [batch, 1, channels] with keepdims
/// Keras: keras.layers.GlobalAveragePooling1D.
///   Tensor x = tensor({{{1, 20}, {3, 10}, {0, 0}}});
///   GlobalAveragePooling1D()(x);             // -> {{1.3333, 10}}
///   GlobalAveragePooling1D()(Masking()(x));  // -> {{2, 15}}
LINNET_GLOBAL_POOLING(GlobalAveragePooling1D);
/// The mean of the whole image:
///   x [batch, height, width, channels] -> y [batch, channels], or [batch, 1, 1, channels] with keepdims
/// Keras: keras.layers.GlobalAveragePooling2D.
///   Tensor image = reshape(arange(0, 16), {1, 4, 2, 2});
///   GlobalAveragePooling2D()(image);  // -> {{7, 8}}
LINNET_GLOBAL_POOLING(GlobalAveragePooling2D);
/// The mean of the whole volume:
///   x [batch, depth, height, width, channels] -> y [batch, channels], or [batch, 1, 1, 1, channels] with keepdims
/// Keras: keras.layers.GlobalAveragePooling3D.
///   Tensor volume = reshape(arange(0, 16), {1, 2, 2, 2, 2});
///   GlobalAveragePooling3D()(volume);  // -> {{7, 8}}
LINNET_GLOBAL_POOLING(GlobalAveragePooling3D);
#undef LINNET_GLOBAL_POOLING

struct AdaptivePoolingOptions {
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What the layers that pool to a given size share: output i of n sees the elements ⌊i · size / n⌋ to ⌈(i + 1) · size /
/// n⌉ of the `size` along an axis; windows may overlap.
///   x [batch, spatial…, channels] -> [batch, output_size…, channels]
class BaseAdaptivePooling : public Layer {
 public:
  using Layer::Layer;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;

 protected:
  /// The rest of the constructor.
  void set_up(int axes, const AxisSizes& output_size, AdaptivePoolingOptions options);
  /// Along `axis`, which keeps size 1.
  virtual Tensor reduce(const Tensor& x, int axis) const = 0;

 private:
  int axes_ = 0;
  AxisSizes output_size_;
  AdaptivePoolingOptions options_;
};

#define LINNET_ADAPTIVE_POOLING(Name)                                                        \
  class Name final : public LayerOf<Name, BaseAdaptivePooling> {                             \
   public:                                                                                   \
    explicit Name(const AxisSizes& output_size, const AdaptivePoolingOptions& options = {}); \
    static AnyLayer from_config(const Config& config);                                       \
                                                                                             \
   protected:                                                                                \
    Tensor reduce(const Tensor& x, int axis) const override;                                 \
  }

/// The largest of each of n = output_size parts of the steps, the i-th from ⌊i · steps / n⌋ to ⌈(i + 1) · steps / n⌉:
///   x [batch, steps, channels] -> y [batch, output_size, channels]
/// Keras: keras.layers.AdaptiveMaxPooling1D.
///   AdaptiveMaxPooling1D(2)(reshape(arange(1, 6), {1, 5, 1}));  // -> {{{3}, {5}}}
LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling1D);
/// The largest of each part of an image, the parts of each axis as in AdaptiveMaxPooling1D:
///   x [batch, height, width, channels] -> y [batch, output_size[0], output_size[1], channels]
/// Keras: keras.layers.AdaptiveMaxPooling2D.
///   AdaptiveMaxPooling2D(2)(reshape(arange(0, 16), {1, 4, 4, 1}));  // -> {{{{5}, {7}}, {{13}, {15}}}}
///   AdaptiveMaxPooling2D({7, 5})(zeros({1, 30, 20, 3}));            // -> [1, 7, 5, 3]
LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling2D);
/// The largest of each part of a volume, the parts of each axis as in AdaptiveMaxPooling1D:
///   x [batch, depth, height, width, channels] -> y [batch, output_size…, channels]
/// Keras: keras.layers.AdaptiveMaxPooling3D.
///   AdaptiveMaxPooling3D(4)(zeros({1, 9, 8, 7, 3}));  // -> [1, 4, 4, 4, 3]
LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling3D);
/// The mean of each of n = output_size parts of the steps, the i-th from ⌊i · steps / n⌋ to ⌈(i + 1) · steps / n⌉:
///   x [batch, steps, channels] -> y [batch, output_size, channels]
/// Keras: keras.layers.AdaptiveAveragePooling1D.
///   AdaptiveAveragePooling1D(2)(reshape(arange(1, 6), {1, 5, 1}));  // -> {{{2}, {4}}}
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling1D);
/// The mean of each part of an image, the parts of each axis as in AdaptiveAveragePooling1D:
///   x [batch, height, width, channels] -> y [batch, output_size[0], output_size[1], channels]
/// Keras: keras.layers.AdaptiveAveragePooling2D.
///   AdaptiveAveragePooling2D(2)(reshape(arange(0, 16), {1, 4, 4, 1}));  // -> {{{{2.5}, {4.5}}, {{10.5}, {12.5}}}}
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling2D);
/// The mean of each part of a volume, the parts of each axis as in AdaptiveAveragePooling1D:
///   x [batch, depth, height, width, channels] -> y [batch, output_size…, channels]
/// Keras: keras.layers.AdaptiveAveragePooling3D.
///   AdaptiveAveragePooling3D(4)(zeros({1, 9, 8, 7, 3}));  // -> [1, 4, 4, 4, 3]
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling3D);
#undef LINNET_ADAPTIVE_POOLING

}  // namespace linnet
#pragma GCC visibility pop
