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

/// For options: a number for which `valid` is true; `expected` says which ones that is ("a whole number above 0").
inline CLI::Validator number_that(std::function<bool(double)> valid, const std::string& expected) {
  return {[valid = std::move(valid), expected](std::string& text) {
            double number = 0;
            const bool right = CLI::detail::lexical_cast(text, number) && valid(number);
            return right ? std::string() : "expected " + expected + ", received " + text;
          },
          ""};
}
inline CLI::Validator above_zero(const std::string& expected = "a whole number above 0") {
  return number_that([](double x) { return x > 0; }, expected);
}
inline CLI::Validator part_of_one() {
  return number_that([](double x) { return x >= 0 && x < 1; }, "a number from 0 to below 1");
}

}  // namespace linnet::cli
