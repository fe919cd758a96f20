#include "linnet/layers/augmentation.h"

#include "linnet/layers/image_sizes.h"
#include "linnet/layers/images.h"
#include "linnet/ops/elementwise.h"

namespace linnet {

void Augmentation::set_up(const std::string& data_format, std::optional<std::int64_t> seed) {
  data_format_ = data_format;
  check_data_format(*this, data_format);
  generator_ = add_seed_generator(seed);
  state().built = true;
}

void Augmentation::build_many(const Shapes&) {}

Shapes Augmentation::compute_output_shapes(const Shapes& inputs) const {
  check(inputs.size() == 1 || inputs.size() == 2, "[", class_name(), " \"", name(),
        "\"] expected images, or images and labels, received ", inputs.size(), " inputs");
  if (inputs.size() == 1) return {compute_output_shape(inputs[0])};
  return {compute_output_shape(inputs[0]), inputs[1]};
}

Tensors Augmentation::transform_with_labels(const Tensor& images, const Tensor& labels) {
  return {transform(images), labels};
}

Tensors Augmentation::call_many(const Tensors& xs, Mode mode) {
  check(xs.size() == 1 || xs.size() == 2, "[", class_name(), " \"", name(),
        "\"] expected images, or images and labels, received ", xs.size(), " inputs");
  Tensor labels = xs.size() == 2 ? xs[1] : Tensor();
  if (labels.defined())
    check(xs[0].rank() == 4 && labels.rank() > 0 && labels.shape()[0] == xs[0].shape()[0], "[", class_name(), " \"",
          name(), "\"] expected as many labels as images, received shapes ", xs[0].shape(), " and ", labels.shape());
  const Tensor input = xs[0].to(compute_dtype()).with_mask({});  // a mask of steps says nothing of images
  const Tensor images = with_image_batch(*this, input, data_format_, [&](const Tensor& x) {
    if (mode != Mode::train) return transform_in_inference(x).to(compute_dtype());
    const Tensors both = transform_with_labels(x, labels);
    labels = both[1];
    return both[0].to(compute_dtype());
  });
  return labels.defined() ? Tensors{images, labels} : Tensors{images};
}

Tensor Augmentation::draw(const Tensor& images, const Range& range) {
  return random_uniform({images.shape()[0], 1, 1, 1}, range.low(), range.high(), float32, generator_.get())
      .to(images.dtype());
}

Tensor Augmentation::draw_chance(const Tensor& images, const Range& probability) {
  const Tensor bound = draw(images, probability);
  return less(draw(images, {0, 1}), bound);
}

Tensor Augmentation::draw_sign(const Tensor& images) {
  return where(draw_chance(images, {0.5, 0.5}), ones({1}, images.dtype()), -1.0);
}

}  // namespace linnet
