// Tutorial, step 2: the network. Prints its layers, counts its parameters, and asks it before it has learned anything.
#include <linnet/linnet.h>

#include <cmath>
#include <cstdio>
using namespace linnet;

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::mnist();

  Sequential model({Rescaling(1.0 / 255), Flatten(), Dense(64, {.activation = relu}), Dense(10)});
  Tensor logits = model(slice(test.x[0], 0, 0, 1));
  model.summary({.columns = 84});

  std::printf("\nhidden layer: 784 * 64 + 64 = %d\n", 784 * 64 + 64);
  std::printf("output layer:  64 * 10 + 10 = %d\n", 64 * 10 + 10);

  std::printf("\nThe first test image is a %d. What the untrained network makes of it:\n", test.y[0][0].item<int>());
  std::printf("digit      ");
  for (int digit = 0; digit < 10; ++digit) std::printf("%7d", digit);
  std::printf("\nlogit      ");
  for (float z : logits.to_vector()) std::printf("%7.2f", double(z));
  std::printf("\nprobability");
  for (float p : softmax(logits).to_vector()) std::printf("%7.2f", double(p));

  model.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  Logs untrained = model.evaluate(test, {.batch_size = 500, .verbose = 0});
  std::printf("\n\nloss on the test images: %.2f; of pure guessing: ln 10 = %.4f\n", untrained["loss"], std::log(10));
  std::printf("accuracy: %.2f; of pure guessing: 0.10\n", untrained["accuracy"]);
}
