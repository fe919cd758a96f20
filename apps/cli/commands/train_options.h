// What `linnet train` can be asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/network.h"
#include "cli/run_folder.h"
#include "cli/training_data.h"

namespace linnet::cli {

struct TrainOptions {
  DataOptions data;
  NetworkOptions network;
  RunFolderOptions run;
  std::uint64_t seed = 0;
  std::optional<int> verbose, threads;
  int show = 0;
  std::string checkpoint, json;
};

/// Adds the options, with their meaning, examples and notes for --help; parsing writes them into `options`.
void declare_train_options(Arguments& arguments, TrainOptions& options);

}  // namespace linnet::cli
