// Samples and weights as pictures. Internal.
#pragma once

#include <cstdint>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/tensor/tensor.h"

namespace linnet::detail {

/// Are samples of this shape pictures: (n, height, width) or (n, height, width, channels) with 1, 3 or 4 channels?
bool is_picture_shape(const Shape& shape);

/// Samples as pictures of bytes, if their shape says they are some. Integers are taken as they are, 0 to 255; of other
/// numbers, those from 0 to 1 are stretched, and any others from their least to their greatest.
class Pictures {
 public:
  explicit Pictures(const Tensor& samples);
  bool any() const { return channels_ > 0; }
  /// height · width · channels bytes.
  std::vector<std::uint8_t> pixels(std::int64_t sample) const;
  /// Adds "height", "width" and "channels", if these are pictures.
  void describe(Config& section) const;

 private:
  Tensor samples_;
  std::int64_t height_ = 0, width_ = 0, channels_ = 0;
  double low_ = 0, scale_ = 1;
};

}  // namespace linnet::detail
