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

/// The largest of each window of steps: x [batch, steps, channels]. Keras: keras.layers.MaxPooling1D.
///   MaxPooling1D()   MaxPooling1D(3, {.strides = 2})
LINNET_POOLING(MaxPooling1D, const AxisSizes& pool_size = 2);
/// The largest of each window of an image: x [batch, height, width, channels]. Keras: keras.layers.MaxPooling2D.
///   MaxPooling2D()   MaxPooling2D({2, 3}, {.padding = "same"})
LINNET_POOLING(MaxPooling2D, const AxisSizes& pool_size = 2);
/// The largest of each window of a volume: x [batch, depth, height, width, channels]. Keras: keras.layers.MaxPooling3D.
///   MaxPooling3D()
LINNET_POOLING(MaxPooling3D, const AxisSizes& pool_size = 2);
/// The mean of each window of steps: x [batch, steps, channels]. Keras: keras.layers.AveragePooling1D.
///   AveragePooling1D(2)
LINNET_POOLING(AveragePooling1D, const AxisSizes& pool_size);
/// The mean of each window of an image: x [batch, height, width, channels]. Keras: keras.layers.AveragePooling2D.
///   AveragePooling2D(2)
LINNET_POOLING(AveragePooling2D, const AxisSizes& pool_size);
/// The mean of each window of a volume: x [batch, depth, height, width, channels]. Keras:
/// keras.layers.AveragePooling3D.
///   AveragePooling3D(2)
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

/// The largest of all steps. Keras: keras.layers.GlobalMaxPooling1D.   GlobalMaxPooling1D()
LINNET_GLOBAL_POOLING(GlobalMaxPooling1D);
/// The largest of the whole image. Keras: keras.layers.GlobalMaxPooling2D.   GlobalMaxPooling2D()
LINNET_GLOBAL_POOLING(GlobalMaxPooling2D);
/// The largest of the whole volume. Keras: keras.layers.GlobalMaxPooling3D.   GlobalMaxPooling3D()
LINNET_GLOBAL_POOLING(GlobalMaxPooling3D);
/// The mean of all steps, or of those that x's mask shows (NaN where it shows none, as in Keras). Keras:
/// keras.layers.GlobalAveragePooling1D.   GlobalAveragePooling1D()
LINNET_GLOBAL_POOLING(GlobalAveragePooling1D);
/// The mean of the whole image. Keras: keras.layers.GlobalAveragePooling2D.   GlobalAveragePooling2D()
LINNET_GLOBAL_POOLING(GlobalAveragePooling2D);
/// The mean of the whole volume. Keras: keras.layers.GlobalAveragePooling3D.   GlobalAveragePooling3D()
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

/// The largest of steps. Keras: keras.layers.AdaptiveMaxPooling1D.   AdaptiveMaxPooling1D(4)
LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling1D);
/// The largest of parts of images. Keras: keras.layers.AdaptiveMaxPooling2D.   AdaptiveMaxPooling2D({7, 7})
LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling2D);
/// The largest of parts of volumes. Keras: keras.layers.AdaptiveMaxPooling3D.   AdaptiveMaxPooling3D(4)
LINNET_ADAPTIVE_POOLING(AdaptiveMaxPooling3D);
/// The mean of steps. Keras: keras.layers.AdaptiveAveragePooling1D.   AdaptiveAveragePooling1D(4)
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling1D);
/// The mean of parts of images. Keras: keras.layers.AdaptiveAveragePooling2D.   AdaptiveAveragePooling2D({7, 7})
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling2D);
/// The mean of parts of volumes. Keras: keras.layers.AdaptiveAveragePooling3D.   AdaptiveAveragePooling3D(4)
LINNET_ADAPTIVE_POOLING(AdaptiveAveragePooling3D);
#undef LINNET_ADAPTIVE_POOLING

}  // namespace linnet
#pragma GCC visibility pop
