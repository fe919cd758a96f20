// What `linnet tune` decides before it searches, and the tuners that do what was decided.
#pragma once

#include <filesystem>

#include "cli/commands/tune_options.h"
#include "cli/network.h"
#include "linnet/tuning/tuner.h"

namespace linnet::cli {

struct TunePlan {
  TuneOptions options;  // as they were given, and what was chosen where they were not
  TrainingData data;
  NetworkOptions base;  // what `linnet train` trains: the baseline, and what all networks share that is not searched
  Objective objective = "val_loss";
  std::filesystem::path folder;
};

/// Reads the data. Throws UsageError for options that do not go together.
TunePlan planned(TuneOptions options);
/// What must stay the same for a search to go on, and what tune.json begins with.
Config settings_of(const TunePlan& plan);
/// Makes the folder of the search, or goes on with the search in it. Throws FileError when there can be no such folder,
/// and when it holds another search.
void claim_folder(const TunePlan& plan);

/// The search over dense networks. The plan must live longer.
Tuner network_tuner(const TunePlan& plan, bool overwrite);
/// A search of one trial, the network of `plan.base`: kept on disk, and trained with a seed of its own, as all others.
Tuner baseline_tuner(const TunePlan& plan, bool overwrite);
/// Runs the trials that are left, and says a line for each.
void search(Tuner& tuner, const TunePlan& plan, const SearchHooks& hooks);

}  // namespace linnet::cli
