// Oracle: proposes what to try next, and keeps the trials of a search on disk, where other processes see them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/tuning/trial.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What all searches can be told, with KerasTuner's names and defaults.
struct TunerOptions {
  Objective objective = "val_loss";        // what to make small, or large
  std::optional<int> max_trials = {};      // default: 10; grid and Hyperband: until there is nothing left to try
  int executions_per_trial = 1;            // trainings, each from other first weights, that a score is the mean of
  int max_retries_per_trial = 0;           // how often one that failed is tried again
  int max_consecutive_failed_trials = 3;   // as many in a row end the search
  std::optional<std::uint64_t> seed = {};  // of proposals and trainings; default: drawn once, and kept on disk
  HyperParameters hyperparameters = {};    // known in advance, or other ranges than the model's; may be empty
  bool tune_new_entries = true;            // those not among them are searched; false: they keep their defaults
  bool allow_new_entries = true;           // false: a model must not ask for others
  bool overwrite = false;                  // begin anew instead of going on with what is on disk
  std::string directory = ".";             // the trials are kept in directory/project_name
  std::string project_name = "untitled_project";  // a folder in it
};

/// What an oracle may know for a proposal: the same for the same seed, number and trials, whoever asks.
struct ProposalContext {
  std::uint64_t seed = 0;            // of the search
  int number = 0;                    // of the trial that is asked for
  const HyperParameters& space;      // all hyper-parameters that were seen
  const std::vector<Trial>& trials;  // those before, by number
  const Objective& objective;        // what scores are
};

/// What an algorithm answers.
struct Proposal {
  TrialStatus status = TrialStatus::STOPPED;  // RUNNING with values, IDLE: ask again when a trial has ended
  Config values = {};                         // of active hyper-parameters
};

/// Which point to try next.
class SearchAlgorithm {
 public:
  virtual ~SearchAlgorithm() = default;
  /// A pure function of its context.
  virtual Proposal propose(const ProposalContext& context) const = 0;
  /// KerasTuner's name: "RandomSearch". A search is resumed by the algorithm that began it.
  virtual std::string class_name() const = 0;
  /// Its own options.
  virtual Config config() const { return {}; }
};

/// The state of a search. Several oracles, in one process or in many, may work on one folder: each trial is run by one
/// of them, and one whose process was killed is run again by the next that asks.
class Oracle {
 public:
  /// Throws InvalidArgument when the folder holds a search of another kind, seed or objective; FileError.
  Oracle(std::shared_ptr<const SearchAlgorithm> algorithm, TunerOptions options);
  ~Oracle();
  Oracle(Oracle&&) noexcept;
  Oracle& operator=(Oracle&&) noexcept;

  /// The next trial to run, held until end_trial() or release(): status RUNNING. IDLE: others are at work, ask again;
  /// STOPPED: there is nothing left. Throws when too many trials in a row have failed.
  Trial create_trial();
  /// Ends a trial with what it measured. COMPLETED needs the objective among the metrics; NaN or infinity make it
  /// INVALID. INVALID is tried again, or FAILED when max_retries_per_trial is used up. Returns it as it is kept.
  Trial end_trial(Trial trial);
  /// Gives a trial back unfinished: the next who asks runs it from its beginning.
  void release(const Trial& trial);

  /// Adds the hyper-parameters that a model has asked for.
  void update_space(const HyperParameters& hyperparameters);
  /// All that were seen, with their defaults as values.
  HyperParameters get_space();
  /// All trials, of this process and of others, by number.
  std::vector<Trial> trials();
  /// Throws for one that there is not.
  Trial get_trial(const std::string& trial_id);
  /// Completed ones, best first; equal ones by number.
  std::vector<Trial> get_best_trials(int num_trials = 1);
  /// Nothing when max_trials is not set.
  std::optional<int> remaining_trials();
  /// The seed for the training of a trial: a whole number below 2^31, which `linnet train --seed` takes too.
  std::uint64_t training_seed(const Trial& trial, int execution = 0) const;

  /// What the search makes small, or large.
  const Objective& objective() const { return options_.objective; }
  const TunerOptions& options() const { return options_; }
  /// directory/project_name.
  const std::string& project_dir() const;
  /// The file of the weights of a trial's best epoch.
  std::string checkpoint(const Trial& trial) const;

 private:
  struct State;
  void begin();
  HyperParameters space_of(const std::vector<Trial>& trials) const;
  std::optional<Trial> abandoned(const std::vector<Trial>& trials);
  void check_failures(const std::vector<Trial>& trials) const;

  std::shared_ptr<const SearchAlgorithm> algorithm_;
  TunerOptions options_;
  std::unique_ptr<State> state_;
};

/// Random values for all hyper-parameters that are active, such that no trial has had them: a pure function of seed and
/// number, but for values that were had already. Nothing after 20 attempts: the space is exhausted.
std::optional<Config> random_values(const ProposalContext& context);
/// Has one of the trials these values? "tuner/…", Hyperband's own, do not count.
bool were_tried(const Config& values, const std::vector<Trial>& trials);

}  // namespace linnet
#pragma GCC visibility pop
