// Tuner: builds and trains a model for each trial of a search, and keeps the best.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "linnet/tuning/hyper_model.h"
#include "linnet/tuning/oracle.h"
#include "linnet/tuning/searches.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Called around each trial of search().
struct SearchHooks {
  std::function<void(const Trial&)> trial_begin = {};  // before it is built
  std::function<void(const Trial&)> trial_end = {};    // also of one that failed
};

/// A search over what a HyperModel asks for. Everything is kept in directory/project_name: a search that was cut short,
/// even by `kill -9`, goes on when the same tuner is made again, and several processes that make it share the trials.
/// A trial that was cut short is run again from its beginning; with the same seed, training data and number of trials,
/// its result is the same to the bit. Keras: keras_tuner.Tuner.
class Tuner {
 public:
  /// Builds the model a few times, to see the search space: once, and once for each conditional scope that was not
  /// entered. Throws InvalidArgument for options that make no sense and a folder that holds another search; FileError.
  Tuner(HyperModel hypermodel, std::shared_ptr<const SearchAlgorithm> algorithm, TunerOptions options);

  /// Runs trials until there is nothing left to try. `options` go to fit: epochs, validation_data, callbacks, …; each
  /// trial sets the global seed to one of its own. A model that cannot be built or trained is a failed trial. Ctrl-C
  /// ends the search after the batch; the trial, which has no result, is run again when the search goes on. Throws
  /// `[tuner] … consecutive failures …`, and at once for an objective that the logs do not have.
  ///   tuner.search(train, {.epochs = 5, .validation_data = validation});
  void search(const Dataset& data, const FitOptions& options = {}, const SearchHooks& hooks = {});
  /// Was search() ended by Ctrl-C?
  bool interrupted() const { return interrupted_; }

  /// The models of the best trials, best first, with the weights of their best epochs.
  std::vector<std::shared_ptr<Model>> get_best_models(int num_models = 1);
  /// The values of the best trials, best first.
  std::vector<HyperParameters> get_best_hyperparameters(int num_trials = 1);
  /// The state of the search: its trials.
  Oracle& oracle() { return oracle_; }
  /// The state of the search, to look at.
  const Oracle& oracle() const { return oracle_; }
  /// directory/project_name.
  const std::string& project_dir() const { return oracle_.project_dir(); }

  /// Prints the best trials, in KerasTuner's words.
  void results_summary(int num_trials = 10);
  /// Prints the hyper-parameters with their ranges, in KerasTuner's words.
  void search_space_summary();
  /// What results_summary() prints.
  std::string results_summary_text(int num_trials = 10);
  /// What search_space_summary() prints.
  std::string search_space_summary_text();

 private:
  void explore_space();
  Trial run(Trial trial, const Dataset& data, const FitOptions& options);
  void train(Trial& trial, const Dataset& data, const FitOptions& options);

  HyperModel hypermodel_;
  Oracle oracle_;
  bool interrupted_ = false;
};

/// max_trials: 10.
///   RandomSearch tuner(build, {.objective = "val_accuracy", .max_trials = 20, .seed = 1});
class RandomSearch : public Tuner {
 public:
  explicit RandomSearch(HyperModel hypermodel, TunerOptions options = {});
};

/// All combinations, or the first max_trials of them.
class GridSearch : public Tuner {
 public:
  explicit GridSearch(HyperModel hypermodel, TunerOptions options = {});
};

///   Hyperband tuner(build, {.objective = "val_accuracy"}, {.max_epochs = 27});
class Hyperband : public Tuner {
 public:
  explicit Hyperband(HyperModel hypermodel, TunerOptions options = {}, const HyperbandOptions& search = {});
};

/// max_trials: 10.
class BayesianOptimization : public Tuner {
 public:
  explicit BayesianOptimization(HyperModel hypermodel, TunerOptions options = {},
                                const BayesianOptimizationOptions& search = {});
};

}  // namespace linnet
#pragma GCC visibility pop
