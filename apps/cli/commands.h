// The commands of the linnet program, and what each can be asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace linnet::cli {

struct TrainOptions {
  std::string dataset = "mnist";
  std::string data_folder;  // empty: looked for
  std::vector<std::int64_t> hidden = {64};
  int epochs = 10;
  std::int64_t batch_size = 64;
  std::string optimizer = "adam";
  std::optional<double> learning_rate;
  double dropout = 0;
  double l2 = 0;
  std::uint64_t seed = 0;
  int threads = 0;              // 0: all processors
  double validation_split = 0;  // 0: validate on the test images
  int verbose = 1;
  int show = 0;
  std::string json, out;
};
/// Trains a network on a data set and reports.
void train(const TrainOptions& options);

struct EvaluateOptions {
  std::string model;
  std::string dataset = "mnist";
  std::string data_folder;
  std::int64_t batch_size = 64;
  int threads = 0;
  int show = 0;
  std::string json;
};
/// Measures a saved model on the test images of a data set.
void evaluate(const EvaluateOptions& options);

}  // namespace linnet::cli
