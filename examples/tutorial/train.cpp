// Tutorial, steps 3 to 5: compile, train, evaluate. Saves the network, and draws its curves, weights and mistakes.
#include <linnet/linnet.h>

#include <cstdio>

#include "pictures.h"
using namespace linnet;

/// Weights [784, units] as pictures: white is negative, grey is nothing, black is positive.
Tensor weight_pictures(const Tensor& kernel) {
  Tensor images = reshape(transpose(kernel), {kernel.shape()[1], 28, 28});
  return clip(127.5 + 700.0 * images, 0, 255);
}

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::mnist();
  Dense hidden(64, {.activation = relu});
  Sequential model({Rescaling(1.0 / 255), Flatten(), hidden, Dense(10)});
  model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});

  LambdaCallback print;
  print.epoch_end = [](int epoch, Logs& logs) {
    std::printf("epoch %2d   loss %.4f   accuracy %.4f   val_loss %.4f   val_accuracy %.4f\n", epoch + 1, logs["loss"],
                logs["accuracy"], logs["val_loss"], logs["val_accuracy"]);
  };
  History history =
      model.fit(train, {.epochs = 10, .batch_size = 64, .validation_data = test, .verbose = 0, .callbacks = {print}});

  Logs results = model.evaluate(test, {.verbose = 0});
  std::printf("\ntest loss %.4f, test accuracy %.4f = %.2f %%\n", results["loss"], results["accuracy"],
              100 * results["accuracy"]);

  Tensor guesses = argmax(model.predict(test.x[0], {.batch_size = 500, .verbose = 0}));
  std::vector<std::int64_t> wrong;
  std::vector<int> confused(100, 0);
  for (std::int64_t i = 0; i < test.size(); ++i) {
    const int guess = guesses[i].item<int>(), digit = test.y[0][i].item<int>();
    if (guess == digit) continue;
    wrong.push_back(i);
    ++confused[10 * std::size_t(digit) + std::size_t(guess)];
  }
  const auto most = std::max_element(confused.begin(), confused.end()) - confused.begin();
  std::printf("%d of 10000 test images wrong; most often a %d is taken for a %d: %d times\n", int(wrong.size()),
              int(most / 10), int(most % 10), confused[std::size_t(most)]);

  model.save("first_network.safetensors");
  write_curves("curves.html", {{"784-64-10", history}}, {.title = "Your first neural network"});
  write_curves("curves.zh.html", {{"784-64-10", history}}, {.title = "你的第一个神经网络", .lang = "zh"});
  write_png("weights.png", grid(weight_pictures(hidden.kernel()), 16, 2));
  wrong.resize(40);
  write_png("mistakes.png", grid(take(test.x[0], from_vector(wrong)), 10, 2));
}
