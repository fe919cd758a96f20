// linnet-bench: how fast Linnet is on this machine, and how far from what the machine can do.
#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "linnet/base/atomic_file.h"
#include "linnet/base/check.h"
#include "linnet/layers/dtype_policy.h"
#include "parts.h"

namespace linnet::bench {
namespace {

constexpr double quiet_load = 0.5;

const std::vector<std::pair<std::string, void (*)(Bench&)>> parts = {
    {"machine", measure_machine},  {"kernels", measure_kernels},       {"training", measure_training},
    {"images", measure_images},    {"recurrence", measure_recurrence}, {"transformers", measure_transformers},
    {"dispatch", measure_dispatch}};

std::vector<std::string> part_names() {
  std::vector<std::string> names;
  for (const auto& part : parts) names.push_back(part.first);
  return names;
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(std::min(line.find(": "), line.size() - 2) + 2);
  return "unknown";
}

std::string compiler_name() {
#if defined(__clang__)
  return __VERSION__;
#else
  return "g++ " __VERSION__;
#endif
}

double load_average() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

nlohmann::json print_head(const Options& options) {
  const double load = load_average();
  fmt::print(
      "Linnet {}, compiled by {}\nprocessor     {}\nthreads       {}\ndtype policy  {}\nmedians of    {}\nload average "
      " {:.2f}\n",
      LINNET_VERSION, compiler_name(), processor_name(), fmt::join(options.threads, ", "), options.dtype,
      options.repeat, load);
  if (load > quiet_load) fmt::print("WARNING: the machine is busy with something else; these are not quiet numbers.\n");
  std::fflush(stdout);
  return {{"linnet", LINNET_VERSION},   {"compiler", compiler_name()}, {"processor", processor_name()},
          {"threads", options.threads}, {"repeat", options.repeat},    {"epochs", options.epochs},
          {"dtype", options.dtype},     {"load_average", load}};
}

// What can be said before anything is measured.
void check_options(const Options& options) {
  const std::set<int> different(options.threads.begin(), options.threads.end());
  check(different.size() == options.threads.size(), "[linnet-bench --threads] expected different numbers, received ",
        fmt::format("{}", fmt::join(options.threads, ",")));
  const auto folder = std::filesystem::absolute(options.json.empty() ? "." : options.json).parent_path();
  check(options.json.empty() || std::filesystem::is_directory(folder),
        "[linnet-bench --json] expected a file in a folder that exists, received \"", options.json, "\"");
}

void write_json(nlohmann::json report, const Bench& bench) {
  if (bench.options.json.empty()) return;
  for (const Table& table : bench.tables) report["tables"].push_back(table.json());
  write_file_atomically(bench.options.json, report.dump(2) + "\n", "linnet-bench --json");
}

void run(const Options& options) {
  check_options(options);
  const nlohmann::json head = print_head(options);
  set_dtype_policy(options.dtype);
  Bench bench(options);
  for (const auto& [name, measure] : parts)
    if (options.only.empty() || std::count(options.only.begin(), options.only.end(), name) > 0) measure(bench);
  write_json(head, bench);
}

void declare(CLI::App& app, Options& options) {
  app.add_option("--threads", options.threads, "Numbers of threads, the first for comparison")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--only", options.only, "Parts to measure; all where none is given")
      ->delimiter(',')
      ->check(CLI::IsMember(part_names()));
  app.add_option("--repeat", options.repeat, "Measurements of which the median is shown")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--epochs", options.epochs, "Epochs in each measurement of a training")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--dtype", options.dtype, "The dtype policy of the networks")
      ->check(CLI::IsMember({"float32", "mixed_bfloat16"}))
      ->capture_default_str();
  app.add_option("--json", options.json, "Writes all figures into this file, too");
}

}  // namespace
}  // namespace linnet::bench

int main(int argc, char** argv) {
  CLI::App app("Measures the machine, Linnet's kernels, trainings and the cost of an operation.", "linnet-bench");
  linnet::bench::Options options;
  try {
    linnet::bench::declare(app, options);
    app.parse(argc, argv);
    linnet::bench::run(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
