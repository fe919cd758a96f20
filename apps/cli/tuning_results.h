// What a search found: a line for each network, a table in the end, the command that trains the best, numbers for
// programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/network.h"
#include "linnet/tuning/trial.h"

namespace linnet::cli {

/// A network that was tried, and what came of it. Failed ones have no score.
struct TriedNetwork {
  std::string name;        // "07"; "baseline"
  Trial trial;             // its score, its best epoch
  Config values;           // as hyper-parameters
  NetworkOptions network;  // as options of `linnet train`
  std::uint64_t seed = 0;  // of its first training
};

/// All of a search.
struct TuneResults {
  std::vector<TriedNetwork> trials;      // best first; failed ones last
  std::optional<TriedNetwork> baseline;  // what `linnet train` trains, measured as they are

  /// Null when all have failed.
  const TriedNetwork* best() const { return trials.empty() || !trials.front().trial.score ? nullptr : &trials.front(); }
  /// Also where the baseline has no score.
  bool beats_baseline(const Objective& objective) const {
    return !baseline || !baseline->trial.score || objective.better_than(*best()->trial.score, *baseline->trial.score);
  }
};

TriedNetwork tried(const Trial& trial, const NetworkOptions& base, std::uint64_t seed);
TriedNetwork baseline(const Trial& trial, const NetworkOptions& base, std::uint64_t seed);
/// Completed ones by the objective, then the others by number.
void sort_best_first(std::vector<TriedNetwork>& trials, const Objective& objective);

/// A network in a line, as its trial ends.
void say_network(const TriedNetwork& tried, const Objective& objective);
/// All of them, the baseline last.
void say_table(const TuneResults& results, const Objective& objective);
/// "+0.72 points": how much better the best is than the baseline; empty where one of them is missing.
std::string gain_text(const TuneResults& results, const Objective& objective);

/// {"trial": "07", "status": "COMPLETED", "score": 0.98, "best_epoch": 9, "values": {…}, "metrics": {…},
/// "seconds": 2.5}
Config numbers_of(const TriedNetwork& tried);

}  // namespace linnet::cli
