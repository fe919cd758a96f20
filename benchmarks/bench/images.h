// The convolutional networks of the benchmarks, built from public layers as a user builds them.
#pragma once

#include <linnet/linnet.h>

#include <cstdint>
#include <utility>

namespace linnet::bench {

/// Two convolutions, each with pooling, and one dense layer: 34,826 weights for images of 28 x 28 in 10 classes.
inline Sequential mnist_cnn() {
  return Sequential({Conv2D(32, 3, {.activation = relu}), MaxPooling2D(2), Conv2D(64, 3, {.activation = relu}),
                     MaxPooling2D(2), Flatten(), Dropout(0.5), Dense(10)});
}

/// AlexNet (Krizhevsky, 2014: "One weird trick") as torchvision and others have it: 61,100,840 weights for images of
/// 224 x 224 x 3 in 1000 classes.
inline Sequential alexnet() {
  const auto conv = [](std::int64_t filters, std::int64_t size) {
    return Conv2D(filters, size, {.padding = "same", .activation = relu});
  };
  const auto pool = [] { return MaxPooling2D(3, {.strides = 2}); };
  const auto dense = [](std::int64_t units) { return Dense(units, {.activation = relu}); };
  return Sequential({ZeroPadding2D(2), Conv2D(64, 11, {.strides = 4, .activation = relu}), pool(), conv(192, 5), pool(),
                     conv(384, 3), conv(256, 3), conv(256, 3), pool(), Flatten(), Dropout(0.5), dense(4096),
                     Dropout(0.5), dense(4096), Dense(1000)});
}

/// Multiplications and additions of the products of a training step: of the layers with a kernel, forward and the
/// gradients of both sides, but no gradient of the images.
inline double training_operations(const Model& model, Shape shape) {
  double sum = 0;
  for (const AnyLayer& layer : model.layers()) {
    shape = layer->compute_output_shape(shape);
    if (layer->weights().empty()) continue;
    const std::int64_t places = shape.size() / shape.back();  // where the kernel is applied
    sum += 2.0 * static_cast<double>(places * layer->weights()[0].shape().size()) * (sum == 0 ? 2 : 3);
  }
  return sum;
}

/// One step of training after the other on the same random images: each call is one, and gives the loss.
class ImageTraining {
 public:
  ImageTraining(Sequential model, const Shape& images, std::int64_t classes, double learning_rate)
      : model_(std::move(model)),
        x_(random_uniform(images)),
        y_(random_uniform({images[0]}, 0, static_cast<double>(classes)).to(int32)) {
    model_.compile({.optimizer = Adam({.learning_rate = learning_rate}),
                    .loss = SparseCategoricalCrossentropy({.from_logits = true})});
  }
  double operator()() { return model_.train_on_batch(x_, y_).at("loss"); }
  double operations() const { return training_operations(model_, x_.shape()); }
  std::int64_t parameters() const { return model_.count_params(); }

 private:
  Sequential model_;
  Tensor x_, y_;
};

/// The two measurements.
struct CnnTraining : ImageTraining {
  CnnTraining() : ImageTraining((set_random_seed(1), mnist_cnn()), {128, 28, 28, 1}, 10, 1e-3) {}
};
struct AlexNetTraining : ImageTraining {
  AlexNetTraining() : ImageTraining((set_random_seed(1), alexnet()), {32, 224, 224, 3}, 1000, 1e-4) {}
};

}  // namespace linnet::bench
