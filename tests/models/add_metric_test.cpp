// What layers add to the loss and to the metrics while they compute.
#include <gtest/gtest.h>

#include "linnet/initializers/initializers.h"
#include "linnet/layers/step_metrics.h"
#include "linnet/ops/elementwise.h"
#include "tests/models/small_models.h"

namespace linnet {
namespace {

/// y = x, with the mean of |x| as a metric, and a share of it as a loss.
class Watched final : public LayerOf<Watched> {
 public:
  explicit Watched(double penalty = 0) : LayerOf("Watched", {}), penalty_(penalty) {}
  Tensor call(const Tensor& x, Mode) override {
    const Tensor size = mean(abs(x));
    add_metric("size", size);
    if (penalty_ > 0) add_loss(penalty_ * size);
    return x;
  }
  Shape compute_output_shape(const Shape& input) const override { return input; }

 private:
  double penalty_;
};

Sequential watched_model(double penalty) {
  clear_session();
  set_random_seed(3);
  Sequential model({Watched(penalty), Dense(1, {.kernel_initializer = Zeros()})});
  model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = "mse"});
  return model;
}

TEST(AddMetric, IsTheMeanOverSamplesOfAnEpoch) {
  Sequential model = watched_model(0);
  const Tensor x = tensor({{1}, {2}, {3}}), y = zeros({3, 1});
  const History history = model.fit(x, y, {.batch_size = 2, .shuffle = false, .validation_split = 0, .verbose = 0});
  EXPECT_NEAR(history.history.at("size")[0], (1.5 * 2 + 3) / 3, 1e-6);
  EXPECT_NEAR(model.evaluate(x, y, {.verbose = 0})["size"], 2, 1e-6);
  EXPECT_EQ(Watched()(x).shape(), x.shape());  // outside of a step nothing happens
}

TEST(AddLoss, IsPartOfTheLoss) {
  Sequential model = watched_model(0.5);
  const Logs logs = model.evaluate(tensor({{1}, {3}}), zeros({2, 1}), {.verbose = 0});
  EXPECT_NEAR(logs["loss"], 0.5 * 2, 1e-6);
}

}  // namespace
}  // namespace linnet
