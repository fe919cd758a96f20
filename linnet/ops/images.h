// Images: other sizes, and other places to look at them. Layout is channels last, [batch, height, width, channels].
#pragma once

#include <cstdint>
#include <string>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// A picture (height, width, channels) or a batch (n, height, width, channels) in another size, in its dtype; integers
/// are rounded, halves to the even one, and kept in their range. Along both axes
///   y[i] = Σ w((j + 0.5 - c) / s) · x[j] / Σ w,   c = (i + 0.5) · from / to,   over the j inside,
/// where w is "bilinear" max(0, 1 - |t|), "bicubic" Keys's cubic with a = -0.5, "lanczos3" or "lanczos5"
/// sinc(t) · sinc(t / radius); "nearest" takes x[⌊c⌋]. s is 1, or with `antialias` max(1, from / to), so that a smaller
/// picture averages over all pixels that it leaves out. "area" always averages. Throws for other names, sizes below 1
/// and pictures without pixels. Keys, "Cubic convolution interpolation for digital image processing", 1981. Keras:
/// keras.ops.image.resize.
///   resize(zeros({2, 100, 80, 3}), 224, 224);                   // -> [2, 224, 224, 3]
///   resize(reshape(arange(0, 8), {2, 4, 1}), 1, 2, "area");     // -> {{{2.5}, {4.5}}}
Tensor resize(const Tensor& image, std::int64_t height, std::int64_t width,
              const std::string& interpolation = "bilinear", bool antialias = false);

/// What the images show at other places: y[n, i, j, c] is images[n, :, :, c] at the row coordinates[n, i, j, 0] and the
/// column coordinates[n, i, j, 1], counted in pixels from the center of the first. Between pixels: "bilinear" or
/// "nearest". Outside, by `fill_mode`: "constant" `fill_value`, "nearest" the pixel at the edge, "wrap" the opposite
/// side, "mirror" (c b | a b c | b a) or "reflect" (b a | a b c | c b) the image itself in reverse. Integer images
/// become float32; no gradient flows to the coordinates. Throws where batches differ, and for other names. Keras:
/// keras.ops.image.map_coordinates, for a batch of images.
///   images [n, h, w, c], coordinates [n, i, j, 2] -> [n, i, j, c]
///
///   Tensor image = reshape(tensor({1, 2, 3, 4}), {1, 2, 2, 1});
///   map_coordinates(image, reshape(tensor({0.5, 0.5}), {1, 1, 1, 2}));  // -> {{{{2.5}}}}
Tensor map_coordinates(const Tensor& images, const Tensor& coordinates, const std::string& interpolation = "bilinear",
                       const std::string& fill_mode = "constant", double fill_value = 0);

}  // namespace linnet
#pragma GCC visibility pop
