// One's own training loop: what fit() does, written out.
#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::mnist();
  Sequential model({Rescaling(1.0 / 255), Flatten(), Dense(64, {.activation = relu}), Dense(10)});
  Adam optimizer({.learning_rate = 1e-3});
  SparseCategoricalCrossentropy loss_fn({.from_logits = true});

  for (int epoch = 0; epoch < 3; ++epoch) {
    metrics::SparseCategoricalAccuracy accuracy;
    double total = 0;
    auto epoch_batches = batches(train, {.batch_size = 64, .shuffle = true, .seed = 1, .epoch = std::uint64_t(epoch)});
    for (auto [x, y] : epoch_batches) {
      Tensor prediction = model(x, Mode::train);
      Tensor loss = loss_fn(y, prediction);
      optimizer.apply(gradients(loss, model.trainable_weights()));
      accuracy.update_state(y, prediction);
      total += loss.item();
    }
    std::printf("epoch %d: loss %.4f, accuracy %.4f\n", epoch + 1, total / double(epoch_batches.size()),
                accuracy.result().item());
  }

  NoGrad no_gradients_needed;
  metrics::SparseCategoricalAccuracy accuracy;
  for (auto [x, y] : batches(test, {.batch_size = 500})) accuracy.update_state(y, model(x));
  std::printf("test accuracy: %.4f\n", accuracy.result().item());
}
