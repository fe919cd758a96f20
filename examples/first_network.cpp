// The first network: handwritten digits, 97 % of them right after ten rounds of learning.
#include <linnet/linnet.h>
using namespace linnet;

int main() {
  auto [train, test] = datasets::mnist();  // uint8 images [60000, 28, 28], int labels; bundled
  Sequential model({Rescaling(1.0 / 255), Flatten(), Dense(64, {.activation = relu}), Dense(10)});
  model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  model.fit(train, {.epochs = 10, .batch_size = 64, .validation_data = test});
  auto results = model.evaluate(test);  // results["loss"], results["accuracy"]
  model.save("first_network.safetensors");
}
