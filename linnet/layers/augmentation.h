// Augmentation: what all layers share that change images at random while a network trains. The layers themselves are in
// random_geometry.h, random_color.h, random_regions.h, histograms.h and random_chains.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "linnet/layers/layer.h"
#include "linnet/layers/range.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Images [batch, height, width, channels], or one without the batch axis, of any dtype -> the same in the layer's
/// dtype, changed in training and as they are in inference. A second input, labels [batch, …], comes out as a second
/// output, unchanged but for MixUp and CutMix. Each image of a batch is changed by draws of its own, unless said
/// otherwise, which are a function of (seed, call, position in the batch): they do not depend on threads, and continue
/// after loading. Keras has the same layers, drawn with other generators; it calls them in training, too, where nothing
/// is said.
class Augmentation : public Layer {
 public:
  using Layer::Layer;
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) final;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }

  /// What happens to images in training. images: floating [batch, height, width, channels]; labels may be empty.
  virtual Tensors transform_with_labels(const Tensor& images, const Tensor& labels);

 protected:
  /// The rest of the constructor.
  void set_up(const std::string& data_format, std::optional<std::int64_t> seed = {});
  /// The images changed, in training.
  virtual Tensor transform(const Tensor& images) = 0;
  /// What becomes of them in inference: nothing.
  virtual Tensor transform_in_inference(const Tensor& images) { return images; }

  /// A number in [range.low(), range.high()) for each image: [batch, 1, 1, 1], of the images' dtype.
  Tensor draw(const Tensor& images, const Range& range);
  /// Is a number in [0, 1) below one in `probability`? For each image: boolean [batch, 1, 1, 1].
  Tensor draw_chance(const Tensor& images, const Range& probability);
  /// 1 or -1 for each image.
  Tensor draw_sign(const Tensor& images);
  /// The layer's random source.
  SeedGenerator& generator() { return *generator_; }

 private:
  std::string data_format_;
  std::shared_ptr<SeedGenerator> generator_;
};

}  // namespace linnet
#pragma GCC visibility pop
