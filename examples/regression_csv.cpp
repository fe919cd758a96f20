// Regression on a table: a network against linear least squares, on rows that neither has seen.
//   regression_csv [TABLE.csv TARGET]
#include <linnet/linnet.h>

#include <cmath>
#include <cstdio>
using namespace linnet;

/// A model that first brings every column to mean 0 and standard deviation 1, as measured on the training rows.
Sequential standardized(const Dataset& train, std::vector<AnyLayer> layers) {
  Normalization normalization;
  normalization.adapt(train.x[0]);
  layers.insert(layers.begin(), normalization);
  return Sequential(layers);
}

int main(int count, char** arguments) {
  const std::string path = count > 2 ? arguments[1] : datasets::table_path("diabetes");
  const TabularData table =
      tabular_dataset(read_csv(path), count > 2 ? arguments[2] : "target", {.task = "regression"});
  const std::size_t features = table.feature_names.size();
  std::printf("%d rows, %d features. Root of the mean squared error on the quarter of the rows held out:\n\n",
              int(table.data.size()), int(features));
  std::printf("split   always the mean   least squares   network\n");

  double totals[3] = {};
  for (std::uint64_t split = 1; split <= 5; ++split) {
    set_random_seed(split);
    auto [train, test] = split_dataset(table.data, {.right_size = 0.25, .shuffle = true, .seed = split});
    const double average = mean(train.y[0]).item(), spread = stddev(train.y[0]).item();
    for (Dataset* part : {&train, &test}) part->y[0] = (part->y[0] - average) / spread;

    // Least squares is one layer without activation that sees all rows at every step, until nothing moves any more.
    Sequential line = standardized(train, {Dense(1)});
    line.compile({.optimizer = SGD({.learning_rate = 1.0 / double(features), .momentum = 0.9}), .loss = "mse"});
    line.fit(train, {.epochs = 3000, .batch_size = train.size(), .verbose = 0});

    Sequential network = standardized(train, {Dense(32, {.activation = relu}), Dropout(0.3), Dense(1)});
    network.compile({.optimizer = Adam({.learning_rate = 2e-3}), .loss = "mse"});
    network.fit(train, {.epochs = 60, .batch_size = 16, .verbose = 0});

    const double squares[] = {mean(square(test.y[0])).item(), line.evaluate(test, {.verbose = 0})["loss"],
                              network.evaluate(test, {.verbose = 0})["loss"]};
    std::printf("%5d", int(split));
    for (int i = 0; i < 3; ++i) {
      std::printf("%*.2f", i == 0 ? 18 : i == 1 ? 16 : 10, spread * std::sqrt(squares[i]));
      totals[i] += spread * std::sqrt(squares[i]) / 5;
    }
    std::printf("\n");
  }
  std::printf(" mean%18.2f%16.2f%10.2f\n\n", totals[0], totals[1], totals[2]);
  std::puts(totals[2] < totals[1] ? "The network comes closer than least squares."
                                  : "Least squares comes as close as the network, or closer: take the line.");
}
