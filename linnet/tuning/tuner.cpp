#include "linnet/tuning/tuner.h"

#include <chrono>
#include <cmath>
#include <new>

#include "linnet/base/random.h"
#include "linnet/layers/names.h"
#include "linnet/models/callback_support.h"
#include "linnet/models/interrupt.h"
#include "linnet/models/training.h"
#include "linnet/tuning/display.h"
#include "linnet/tuning/space_tour.h"

namespace linnet {

namespace {

/// A mistake of the search, not of a trial: it would be made by every trial.
class SearchError : public InvalidArgument {
 public:
  using InvalidArgument::InvalidArgument;
};

/// Keeps the weights of the best epoch of all executions, and the logs of the best epoch of this one.
class BestEpoch final : public Callback {
 public:
  BestEpoch(const Objective& objective, std::string path) : objective_(objective), path_(std::move(path)) {}

  void on_train_begin() override { of_this_run_ = {}; }
  void on_epoch_end(int epoch, Logs& logs) override {
    const double* value = logs.find(objective_.name());
    if (value == nullptr) {
      std::string names;
      for (const auto& entry : logs) names += (names.empty() ? "" : ", ") + entry.first;
      fail<SearchError>("[tuner] the objective \"", objective_.name(), "\" is missing in the logs, which have: ", names,
                        "; metrics are named in compile(), and validation_data gives those that begin with val_");
    }
    const bool first = of_this_run_.logs.empty() || std::isnan(of_this_run_.logs[objective_.name()]);
    if (first || objective_.better_than(*value, of_this_run_.logs[objective_.name()])) of_this_run_ = {epoch, logs};
    if (!objective_.better_than(*value, best_)) return;
    best_ = *value;
    best_step_ = epoch;
    model().save_weights(path_);
  }
  bool needs_batch_logs() const override { return false; }

  const Logs& logs() const { return of_this_run_.logs; }
  int best_step() const { return best_step_; }

 private:
  struct Epoch {
    int epoch = 0;
    Logs logs = {};
  };
  const Objective& objective_;
  std::string path_;
  Epoch of_this_run_;
  double best_ = objective_.worst();
  int best_step_ = 0;
};

Shapes shapes_of(const Dataset& data) {
  Shapes shapes;
  for (const Tensor& x : data.x) {
    shapes.push_back(x.shape());
    shapes.back()[0] = -1;
  }
  return shapes;
}

/// Hyperband says how far to train.
void set_epochs(const HyperParameters& hp, FitOptions& options) {
  if (!hp.contains("tuner/epochs")) return;
  options.epochs = static_cast<int>(hp.get("tuner/epochs").as_int());
  options.initial_epoch = static_cast<int>(hp.get("tuner/initial_epoch").as_int());
}

TunerOptions with_ten_trials(TunerOptions options) {
  if (!options.max_trials) options.max_trials = 10;
  return options;
}

}  // namespace

std::shared_ptr<Model> HyperModel::build(HyperParameters& hp) const {
  std::shared_ptr<Model> model = build_(hp);
  check(model != nullptr, "[HyperModel] expected a model from the build function, received none");
  check(model->compiled(),
        "[HyperModel] expected a compiled model from the build function; call model.compile() in it");
  return model;
}

Tuner::Tuner(HyperModel hypermodel, std::shared_ptr<const SearchAlgorithm> algorithm, TunerOptions options)
    : hypermodel_(std::move(hypermodel)), oracle_(std::move(algorithm), std::move(options)) {
  check(oracle_.options().executions_per_trial > 0, "[tuner] expected executions_per_trial > 0, received ",
        oracle_.options().executions_per_trial);
  explore_space();
}

void Tuner::explore_space() {
  HyperParameters hp = oracle_.get_space();
  detail::SpaceTour tour(hp);
  do {
    clear_session();
    FitOptions options;
    hypermodel_.build(hp);
    hypermodel_.adjust(hp, options);
  } while (tour.next());
  oracle_.update_space(hp);
}

void Tuner::search(const Dataset& data, const FitOptions& options, const SearchHooks& hooks) {
  interrupted_ = false;
  const InterruptGuard guard;  // fit's own ends with fit
  detail::SearchDisplay display(oracle_, options.verbose);
  for (; !interrupted_; interrupted_ = InterruptGuard::interrupted()) {
    Trial trial = oracle_.create_trial();
    if (trial.status == TrialStatus::STOPPED) break;
    if (trial.status == TrialStatus::IDLE) {
      detail::wait_for_others();
      continue;
    }
    display.trial_begins(trial);
    if (hooks.trial_begin) hooks.trial_begin(trial);
    trial = run(std::move(trial), data, options);
    if (interrupted_) break;
    display.trial_ended(trial);
    if (hooks.trial_end) hooks.trial_end(trial);
  }
  if (interrupted_) display.interrupted();
}

Trial Tuner::run(Trial trial, const Dataset& data, const FitOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto failed = [&](const std::string& why) {
    trial.status = TrialStatus::INVALID;
    trial.message = why;
  };
  try {
    train(trial, data, options);
  } catch (const SearchError&) {
    oracle_.release(trial);
    throw;
  } catch (const FileError&) {  // the disk is full: every trial would fail
    oracle_.release(trial);
    throw;
  } catch (const std::bad_alloc&) {
    failed("[tuner] there is not enough memory for this model");
  } catch (const std::exception& error) {
    failed(error.what());
  }
  if (interrupted_) {
    oracle_.release(trial);
    return trial;
  }
  trial.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return oracle_.end_trial(std::move(trial));
}

void Tuner::train(Trial& trial, const Dataset& data, const FitOptions& options) {
  HyperParameters& hp = trial.hyperparameters;
  auto best = std::make_shared<BestEpoch>(oracle_.objective(), oracle_.checkpoint(trial));
  const int executions = oracle_.options().executions_per_trial;
  trial.metrics.clear();
  trial.message.clear();
  trial.input_shapes = shapes_of(data);
  for (int execution = 0; execution < executions; ++execution) {
    clear_session();  // the names of layers, and so of weights, are those of a new program
    set_random_seed(oracle_.training_seed(trial, execution));
    const std::shared_ptr<Model> model = hypermodel_.build(hp);
    FitOptions fit = options;
    hypermodel_.adjust(hp, fit);
    set_epochs(hp, fit);
    if (hp.contains("tuner/trial_id")) {
      build_for_data(*model, data);
      model->load_weights(oracle_.checkpoint(oracle_.get_trial(hp.get("tuner/trial_id").as_string())));
    }
    fit.callbacks.emplace_back(best);
    model->fit(data, fit);
    interrupted_ = InterruptGuard::interrupted();
    if (interrupted_) return;
    for (const auto& [name, value] : best->logs()) trial.metrics[name] += value / executions;
  }
  trial.best_step = best->best_step();
  trial.status = TrialStatus::COMPLETED;
}

std::vector<std::shared_ptr<Model>> Tuner::get_best_models(int num_models) {
  std::vector<std::shared_ptr<Model>> models;
  for (Trial& trial : oracle_.get_best_trials(num_models)) {
    clear_session();
    std::shared_ptr<Model> model = hypermodel_.build(trial.hyperparameters);
    if (!model->built()) model->build_for(trial.input_shapes);
    model->load_weights(oracle_.checkpoint(trial));
    models.push_back(std::move(model));
  }
  return models;
}

std::vector<HyperParameters> Tuner::get_best_hyperparameters(int num_trials) {
  std::vector<HyperParameters> best;
  for (const Trial& trial : oracle_.get_best_trials(num_trials)) best.push_back(trial.hyperparameters);
  return best;
}

std::string Tuner::results_summary_text(int num_trials) { return detail::results_summary_text(oracle_, num_trials); }
std::string Tuner::search_space_summary_text() { return detail::search_space_summary_text(oracle_.get_space()); }
void Tuner::results_summary(int num_trials) { detail::say_text(results_summary_text(num_trials)); }
void Tuner::search_space_summary() { detail::say_text(search_space_summary_text()); }

RandomSearch::RandomSearch(HyperModel hypermodel, TunerOptions options)
    : Tuner(std::move(hypermodel), random_search(), with_ten_trials(std::move(options))) {}

GridSearch::GridSearch(HyperModel hypermodel, TunerOptions options)
    : Tuner(std::move(hypermodel), grid_search(), std::move(options)) {}

Hyperband::Hyperband(HyperModel hypermodel, TunerOptions options, const HyperbandOptions& search)
    : Tuner(std::move(hypermodel), hyperband(search), std::move(options)) {}

BayesianOptimization::BayesianOptimization(HyperModel hypermodel, TunerOptions options,
                                           const BayesianOptimizationOptions& search)
    : Tuner(std::move(hypermodel), bayesian_optimization(search), with_ten_trials(std::move(options))) {}

}  // namespace linnet
