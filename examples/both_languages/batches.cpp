#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

// Two spirals, another 32 points of each in every batch.
struct Spirals : BatchSource {
  std::optional<Dataset> next() override {
    Tensor t = random_uniform({64, 1}, 0.5, 3), side = concatenate({ones({32, 1}), -1.0 * ones({32, 1})}, 0);
    Tensor x = concatenate({side * t * cos(2.0 * t), side * t * sin(2.0 * t)}, 1);
    return Dataset(x, 0.5 * (side + 1.0));
  }
};

int main() {
  set_random_seed(1);
  Spirals spirals;
  Sequential model(
      {Dense(32, {.activation = relu}), Dense(32, {.activation = relu}), Dense(1, {.activation = sigmoid})});
  model.compile({.optimizer = Adam({.learning_rate = 0.01}), .loss = BinaryCrossentropy(), .metrics = {"accuracy"}});
  History history = model.fit(spirals, {.epochs = 5, .steps_per_epoch = 20, .verbose = 0});
  for (double accuracy : history["accuracy"]) std::printf("accuracy %.4f\n", accuracy);
}
