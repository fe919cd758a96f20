// The parts of linnet-bench and what they share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "machine.h"
#include "table.h"

namespace linnet::bench {

struct Options {
  std::vector<int> threads = {1, 2};
  std::vector<std::string> only = {};  // parts; empty: all
  int repeat = 5;
  int epochs = 2;
  std::string dtype = "float32";  // the policy under which layers compute
  std::string json = {};          // a file; empty: none
};

/// "1 thread", "2 threads".
std::string thread_count_text(int threads);

struct Bench {
  explicit Bench(const Options& chosen) : options(chosen), machine(chosen.repeat) {}

  /// An empty table: `labels`, then `figures` for each number of threads, with the round trip beside those of several.
  Table table(const std::string& title, const std::vector<std::string>& labels,
              const std::vector<std::string>& figures) const;
  /// `labels`, then what `measure` finds with each number of threads.
  Row row(const Row& labels, const std::function<std::vector<double>(int threads)>& measure) const;
  /// Prints a table and keeps it for the JSON file.
  void show(Table table);

  Options options;
  Machine machine;
  std::vector<Table> tables = {};
};

void measure_machine(Bench& bench);
void measure_kernels(Bench& bench);
void measure_training(Bench& bench);
void measure_recurrence(Bench& bench);
void measure_transformers(Bench& bench);
void measure_images(Bench& bench);
void measure_dispatch(Bench& bench);

}  // namespace linnet::bench
