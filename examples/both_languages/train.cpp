#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::mnist();

  Sequential model({Rescaling(1.0 / 255), Flatten(), Dense(64, {.activation = relu}), Dense(10)});
  model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  History history = model.fit(train, {.epochs = 2, .batch_size = 64, .validation_data = test, .verbose = 0});
  for (std::size_t i = 0; i < 2; ++i)
    std::printf("epoch %zu: loss %.6f, accuracy %.4f\n", i + 1, history["loss"][i], history["val_accuracy"][i]);

  model.save("digits.safetensors");
}
