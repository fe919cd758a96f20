// What a training run measured, as numbers for programs.
#pragma once

#include <optional>
#include <string>

#include "cli/least_squares.h"
#include "cli/network.h"
#include "linnet/models/history.h"

namespace linnet::cli {

/// What came out of a run.
struct Results {
  Logs test;                        // loss and metrics on the test samples
  std::optional<Fit> network = {};  // of a regression
  std::optional<Fit> linear = {};   // the same for linear least squares
  double seconds = 0;               // of training, without the validation
  bool interrupted = false;
};

struct RunSettings {
  std::string data;
  NetworkOptions network;
  std::uint64_t seed = 0;
};

/// The sum of the seconds that a RunRecorder counted.
/// {"dataset": …, "epochs": [{"loss": …, "accuracy": …, "val_loss": …, "val_accuracy": …, "seconds": …}, …],
/// "train_seconds": …, "test_loss": …, "test_accuracy": …, "parameters": …, …}
Config training_report(const RunSettings& settings, const TrainingData& data, const Model& model,
                       const History& history, const Results& results);

/// Throws now, with the option's name, when a file could not be written after the work is done.
void check_writable(const std::string& option, const std::string& path);
/// To a file, or to standard output when `path` is "-"; nowhere when it is empty.
void write_json(const std::string& path, const Config& numbers);

}  // namespace linnet::cli
