// linnet-bench: how fast Linnet is on this machine, and how far from what the machine can do.
#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>

#include "parts.h"

namespace linnet::bench {
namespace {

constexpr double quiet_load = 0.5;

const std::vector<std::pair<std::string, void (*)(Bench&)>> parts = {{"machine", measure_machine},
                                                                     {"kernels", measure_kernels},
                                                                     {"training", measure_training},
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
  fmt::print("Linnet {}, compiled by {}\nprocessor     {}\nthreads       {}\nmedians of    {}\nload average  {:.2f}\n",
             LINNET_VERSION, compiler_name(), processor_name(), fmt::join(options.threads, ", "), options.repeat, load);
  if (load > quiet_load) fmt::print("WARNING: the machine is busy with something else; these are not quiet numbers.\n");
  std::fflush(stdout);
  return {{"linnet", LINNET_VERSION},   {"compiler", compiler_name()}, {"processor", processor_name()},
          {"threads", options.threads}, {"repeat", options.repeat},    {"epochs", options.epochs},
          {"load_average", load}};
}

// Opened before anything is measured: a name that cannot be written is said at once.
std::ofstream open_json(const std::string& path) {
  std::ofstream file;
  if (path.empty()) return file;
  file.open(path);
  if (!file) throw std::runtime_error("cannot write " + path);
  return file;
}

void write_json(std::ofstream& file, nlohmann::json report, const Bench& bench) {
  if (!file.is_open()) return;
  for (const Table& table : bench.tables) report["tables"].push_back(table.json());
  file << report.dump(2) << '\n' << std::flush;
  if (!file) throw std::runtime_error("cannot write all of " + bench.options.json);
}

void run(const Options& options) {
  std::ofstream json = open_json(options.json);
  const nlohmann::json head = print_head(options);
  Bench bench(options);
  for (const auto& [name, measure] : parts)
    if (options.only.empty() || std::count(options.only.begin(), options.only.end(), name) > 0) measure(bench);
  write_json(json, head, bench);
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
    fmt::print(stderr, "linnet-bench: {}\n", error.what());
    return 1;
  }
}
