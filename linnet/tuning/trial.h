// Trial: one point of the search space and what came of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "linnet/base/shape.h"
#include "linnet/tuning/hyper_parameters.h"
#include "linnet/tuning/objective.h"

#pragma GCC visibility push(default)
namespace linnet {

/// KerasTuner's words: a trial is RUNNING, INVALID (it failed, and is to be tried again), COMPLETED or FAILED. A search
/// is IDLE while it waits for trials of others, and STOPPED when there is nothing left to do.
enum class TrialStatus : std::uint8_t { RUNNING, IDLE, INVALID, STOPPED, COMPLETED, FAILED };
/// Its name: "COMPLETED".
const char* to_string(TrialStatus status);
/// The other way round. Throws for a name that none of them has.
TrialStatus trial_status(const std::string& name);

/// What is in trial.json. Keras: keras_tuner.engine.trial.Trial.
struct Trial {
  int number = 0;                              // from 0
  std::string trial_id;                        // the number, with zeros in front: "07"
  HyperParameters hyperparameters;             // the space, and the values that are tried
  TrialStatus status = TrialStatus::RUNNING;   // how far it is
  std::map<std::string, double> metrics = {};  // of the best epoch, averaged over the executions
  std::optional<double> score = {};            // the objective among them
  int best_step = 0;                           // the best epoch, from 0
  int run_times = 0;                           // how often it ran to an end, good or bad
  std::string message = {};                    // why it failed
  double seconds = 0;                          // what it took, in the process that ran it
  std::vector<Shape> input_shapes = {};        // what its model was built for, batch unknown

  /// Is there nothing left to do about it?
  bool finished() const { return status == TrialStatus::COMPLETED || status == TrialStatus::FAILED; }
  Config config() const;
  /// Throws FileError or InvalidArgument for what is no trial.
  static Trial from_config(const Config& config);
  /// KerasTuner's text: "Trial 07 summary", the values, the score.
  std::string summary_text() const;
};

/// A value as Python prints it: None, True, 'relu', 0.001, [1, 2].
std::string python_text(const Value& value);
/// The same without quotes around a text: Python's str().
std::string python_str(const Value& value);

}  // namespace linnet
#pragma GCC visibility pop
