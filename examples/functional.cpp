// A graph that branches: two paths through the network, one joined answer.
#include <linnet/linnet.h>
using namespace linnet;

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::mnist();

  Tensor image = Input({28, 28});
  Tensor pixels = Flatten()(Rescaling(1.0 / 255)(image));
  Tensor wide = Dense(64, {.activation = relu})(pixels);  // many features, once
  Tensor deep = Dense(32, {.activation = tanh})(pixels);  // few features, refined
  deep = Dense(32, {.activation = tanh})(deep);
  Tensor joined = Concatenate()({wide, deep});
  Model model(image, Dense(10)(joined));

  model.summary();
  model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  model.fit(train, {.epochs = 3, .batch_size = 64, .validation_data = test, .verbose = 2});
}
