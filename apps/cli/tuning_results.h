// What a search found: a line for each trial, a table in the end, the command that trains the best, numbers for
// programs.
#pragma once

#include <string>
#include <vector>

#include "cli/network.h"
#include "linnet/tuning/oracle.h"

namespace linnet::cli {

/// The network of a trial.
NetworkOptions network_of(const Trial& trial, const NetworkOptions& base);
/// A trial in a line, as it ends.
void say_trial(const Trial& trial, const NetworkOptions& base, const Objective& objective);
/// All trials, best first; failed ones last.
void say_trials(const std::vector<Trial>& trials, const NetworkOptions& base, const Objective& objective);
/// Completed ones by the objective, then the others by number.
std::vector<Trial> best_first(std::vector<Trial> trials, const Objective& objective);

/// {"trial": "07", "status": "COMPLETED", "score": 0.98, "best_epoch": 9, "values": {…}, "metrics": {…},
/// "seconds": 2.5}
Config trial_numbers(const Trial& trial);

}  // namespace linnet::cli
