// How to search: at random, over a grid, by Hyperband, by Bayesian optimization.
#pragma once

#include <memory>
#include <optional>

#include "linnet/tuning/oracle.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Every trial at random: each hyper-parameter by its own distribution. A surprisingly good start (Bergstra and Bengio,
/// "Random search for hyper-parameter optimization", 2012). Keras: keras_tuner.RandomSearch.
std::shared_ptr<const SearchAlgorithm> random_search();

/// All combinations, the last hyper-parameter changing fastest, each beginning with its default. Ranges without a step
/// have ten values. New hyper-parameters that a trial shows are gone through as well. Keras: keras_tuner.GridSearch.
std::shared_ptr<const SearchAlgorithm> grid_search();

struct HyperbandOptions {
  int max_epochs = 100;          // of the trainings that get farthest
  int factor = 3;                // of a round's trials one in so many goes on, for as many times the epochs
  int hyperband_iterations = 1;  // how often all of it is done, with other values
};

/// Many short trainings, of which the best go on: bracket s, from the largest to 0, begins with
/// n(s) = ceil(ceil(1 + log_factor(max_epochs)) / (s + 1) factor^s) random trials of ceil(max_epochs / factor^s) epochs
/// and halves them, as it were, s times: each round keeps one in `factor`, from the weights of their best epochs.
/// Source: Li et al., "Hyperband: a novel bandit-based approach to hyperparameter optimization", 2018, in KerasTuner's
/// variant. Values have "tuner/epochs", "tuner/initial_epoch", "tuner/bracket", "tuner/round", and "tuner/trial_id" of
/// the trial to go on from. Throws for max_epochs < 1, factor < 2, hyperband_iterations < 1. Keras:
/// keras_tuner.Hyperband.
std::shared_ptr<const SearchAlgorithm> hyperband(const HyperbandOptions& options = {});

struct BayesianOptimizationOptions {
  std::optional<int> num_initial_points = {};  // random trials at the beginning; 3 for each hyper-parameter
  double alpha = 1e-4;                         // the variance of the noise of a score, as part of that of all scores
  double beta = 2.6;                           // how much more what is uncertain is worth: larger explores more
};

/// A Gaussian process learns from the trials so far what to expect where; the next trial is where mean - beta
/// deviation, of an objective to be made small, is lowest (the confidence bound of Srinivas et al., "Gaussian process
/// optimization in the bandit setting", 2010). The kernel is Matérn's with ν = 5/2 on the hyper-parameters'
/// probabilities. Trials that run elsewhere count with a pessimistic guess. Throws for num_initial_points < 1, alpha <=
/// 0, beta < 0. Keras: keras_tuner.BayesianOptimization.
std::shared_ptr<const SearchAlgorithm> bayesian_optimization(const BayesianOptimizationOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
