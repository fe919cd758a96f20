// Tutorial, step 5: how much the result depends on chance. Trains the same network from five different seeds.
#include <linnet/linnet.h>

#include <algorithm>
#include <cstdio>
using namespace linnet;

int main() {
  auto [train, test] = datasets::mnist();
  std::vector<double> accuracies;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    set_random_seed(seed);
    Sequential model({Rescaling(1.0 / 255), Flatten(), Dense(64, {.activation = relu}), Dense(10)});
    model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                   .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy"}});
    model.fit(train, {.epochs = 10, .batch_size = 64, .verbose = 0});
    accuracies.push_back(100 * model.evaluate(test, {.verbose = 0})["accuracy"]);
    std::printf("seed %d: %.2f %%\n", int(seed), accuracies.back());
  }
  const auto [least, most] = std::minmax_element(accuracies.begin(), accuracies.end());
  std::printf("from %.1f to %.1f %%\n", *least, *most);
}
