// Folders and searches for the tests of tuning.
#pragma once

#include <functional>
#include <string>

#include "linnet/tuning/oracle.h"
#include "linnet/tuning/searches.h"
#include "tests/support/temporary_folder.h"

namespace linnet::testing {

/// x and y in [0, 1].
inline HyperParameters square() {
  HyperParameters hp;
  hp.Float("x", 0, 1);
  hp.Float("y", 0, 1);
  return hp;
}

/// Runs trials of `f` until the oracle stops, at most `most`; returns how many.
inline int run_trials(Oracle& oracle, const std::function<double(HyperParameters&)>& f, int most = 1000) {
  for (int count = 0; count < most; ++count) {
    Trial trial = oracle.create_trial();
    if (trial.status != TrialStatus::RUNNING) return count;
    trial.metrics[oracle.objective().name()] = f(trial.hyperparameters);
    trial.status = TrialStatus::COMPLETED;
    oracle.end_trial(std::move(trial));
  }
  return most;
}

/// The same without a disk: for searches of hundreds of trials. NaN is a failure.
inline std::vector<Trial> run_in_memory(const SearchAlgorithm& algorithm, const HyperParameters& space, int most,
                                        const std::function<double(HyperParameters&)>& f, std::uint64_t seed = 3) {
  std::vector<Trial> trials;
  const Objective objective = "loss";
  while (static_cast<int>(trials.size()) < most) {
    const int number = static_cast<int>(trials.size());
    const Proposal proposal = algorithm.propose({seed, number, space, trials, objective});
    if (proposal.status != TrialStatus::RUNNING) break;
    Trial trial{.number = number, .trial_id = std::to_string(number), .hyperparameters = space};
    trial.hyperparameters.set_values(proposal.values);
    const double score = f(trial.hyperparameters);
    trial.status = score == score ? TrialStatus::COMPLETED : TrialStatus::FAILED;
    if (score == score) trial.score = score;
    trials.push_back(trial);
  }
  return trials;
}

}  // namespace linnet::testing
