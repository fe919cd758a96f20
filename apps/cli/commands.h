// The commands of the linnet program. Each adds itself to the command line and returns what runs it.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace linnet::cli {

struct TrainOptions {
  std::string dataset = "mnist";
  std::string data_folder;
  std::vector<std::int64_t> hidden = {64};
  int epochs = 10;
  std::int64_t batch_size = 64;
  std::string optimizer = "adam";
  std::optional<double> learning_rate;
  double dropout = 0;
  double l2 = 0;
  std::uint64_t seed = 0;
  int threads = 0;  // 0: all processors
  double validation_split = 0;
  int verbose = 1;
  int show = 0;
  std::string json, out;
};
void add_train(CLI::App& app);

struct EvaluateOptions {
  std::string model;
  std::string dataset = "mnist";
  std::string data_folder;
  std::int64_t batch_size = 64;
  int threads = 0;
  int show = 0;
  std::string json;
};
void add_evaluate(CLI::App& app);

void add_summary(CLI::App& app);

}  // namespace linnet::cli
