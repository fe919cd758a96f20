// What `linnet tune` can be asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/training_data.h"

namespace linnet::cli {

struct TuneOptions {
  DataOptions data;
  std::string tuner = "random";  // "grid", "hyperband", "bayesian"
  std::string objective;         // empty: validation accuracy, of regressions validation loss
  std::optional<int> trials;     // 20; hyperband: all of its schedule
  std::optional<int> epochs, threads;
  int executions = 1, processes = 1;
  std::uint64_t seed = 0;
  std::string out, json;
  bool overwrite = false;
};

/// Adds the options, with their meaning, examples and notes for --help; parsing writes them into `options`.
void declare_tune_options(Arguments& arguments, TuneOptions& options);

}  // namespace linnet::cli
