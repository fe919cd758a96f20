// Which units, activation and learning rate? A search tries some and keeps them on disk: run again, it goes on.
#include <linnet/linnet.h>
using namespace linnet;

Sequential build(HyperParameters& hp) {
  const std::int64_t units = hp.Int("units", 32, 512, {.step = 32});
  const std::string activation = hp.Choice("activation", {"relu", "tanh"});
  const double rate = hp.Float("learning_rate", 1e-4, 1e-2, {.sampling = "log"});
  Sequential model({Rescaling(1.0 / 255), Flatten(), Dense(units, {.activation = activation}), Dense(10)});
  model.compile({.optimizer = Adam({.learning_rate = rate}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  return model;
}

int main() {
  auto [train, test] = datasets::mnist();
  RandomSearch tuner(
      HyperModel(build),
      {.objective = "val_accuracy", .max_trials = 5, .seed = 1, .directory = "runs", .project_name = "digits"});
  tuner.search(train.slice(0, 5000), {.epochs = 3, .validation_split = 0.2});
  tuner.results_summary();
  std::shared_ptr<Model> best = tuner.get_best_models()[0];
  best->evaluate(test);
}
