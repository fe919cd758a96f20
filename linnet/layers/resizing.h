// Resizing and CenterCrop: images of one size.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct ResizingOptions {
  std::string interpolation = "bilinear";     // or "nearest", "bicubic", "lanczos3", "lanczos5", "area": see resize()
  bool crop_to_aspect_ratio = false;          // keep proportions: the largest centered part of the image that fits
  bool pad_to_aspect_ratio = false;           // keep proportions: the whole image, with fill_value around it
  std::string fill_mode = "constant";         // the only one
  double fill_value = 0;                      // of what is padded
  bool antialias = false;                     // a smaller image averages over all pixels that it leaves out
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Images in another size: x [batch, rows, columns, channels] -> y [batch, height, width, channels], or both without
/// the batch axis; integers stay integers, rounded. Keras: keras.layers.Resizing (and "area").
///   Resizing(224, 224)(zeros({1, 100, 80, 3}));                                     // -> [1, 224, 224, 3]
///   Resizing(1, 2, {.interpolation = "area"})(reshape(arange(0, 8), {2, 4, 1}));    // -> {{{2.5}, {4.5}}}
class Resizing final : public LayerOf<Resizing> {
 public:
  Resizing(std::int64_t height, std::int64_t width, ResizingOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::passes_on; }
  DType compute_output_dtype(DType input) const override { return is_floating(input) ? compute_dtype() : input; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t height_, width_;
  ResizingOptions options_;
};

struct CenterCropOptions {
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// The middle of images: x [batch, rows, columns, channels] -> y [batch, height, width, channels], or both without the
/// batch axis. Where a row or column cannot be divided, one more is left out at the end. An image that is smaller
/// somewhere is resized, bilinear, after cropping it to the new proportions. Keras: keras.layers.CenterCrop.
///   CenterCrop(2, 2)(reshape(arange(0, 16), {4, 4, 1}));  // -> {{{5}, {6}}, {{9}, {10}}}
class CenterCrop final : public LayerOf<CenterCrop> {
 public:
  CenterCrop(std::int64_t height, std::int64_t width, CenterCropOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t height_, width_;
  CenterCropOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
