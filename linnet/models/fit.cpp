// fit: the training loop, written once. Everything that is not the loop is a callback.
#include <algorithm>
#include <cmath>

#include "linnet/models/callbacks.h"
#include "linnet/models/checks.h"
#include "linnet/models/interrupt.h"
#include "linnet/models/progress_bar.h"
#include "linnet/models/training.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {
namespace {

template <class Hook>
void each(const std::vector<AnyCallback>& callbacks, Hook hook) {
  for (const AnyCallback& callback : callbacks) hook(*callback);
}

bool anybody_needs_logs(const std::vector<AnyCallback>& callbacks) {
  return std::any_of(callbacks.begin(), callbacks.end(), [](const AnyCallback& c) { return c->needs_batch_logs(); });
}

std::int64_t batch_count(std::int64_t samples, std::int64_t batch_size) {
  return (samples + batch_size - 1) / batch_size;
}

void check_options(const FitOptions& options) {
  check(options.epochs >= 1, "[fit] expected epochs >= 1, received ", options.epochs);
  check(options.initial_epoch >= 0, "[fit] expected initial_epoch >= 0, received ", options.initial_epoch);
  check(options.batch_size >= 1, "[fit] expected batch_size >= 1, received ", options.batch_size);
  check(options.validation_split >= 0 && options.validation_split < 1,
        "[fit] expected validation_split in [0, 1), received ", options.validation_split);
  check(options.verbose >= 0 && options.verbose <= 2, "[fit] expected verbose 0, 1 or 2, received ", options.verbose);
  check(!options.steps_per_epoch || *options.steps_per_epoch >= 1, "[fit] expected steps_per_epoch >= 1, received ",
        options.steps_per_epoch.value_or(0));
  check(options.class_weight.empty() || !options.sample_weight.defined(),
        "[fit] expected class_weight or sample_weight, received both; multiply them yourself");
  for (const AnyCallback& callback : options.callbacks)
    check(static_cast<bool>(callback), "[fit] expected callbacks, received an empty one");
}

void check_data(const Dataset& data, const char* what) {
  check(!data.empty() && data.size() > 0, "[fit] expected samples in the ", what, ", received none");
  for (const Tensor& y : data.y)
    check(y.rank() >= 1 && y.shape()[0] == data.size(), "[fit] expected as many targets as samples (", data.size(),
          ") in the ", what, ", received targets of shape ", y.shape());
}

/// Keras: class weights become sample weights; classes that are not named weigh 1.
Tensor weights_of_classes(const Dataset& data, const std::map<int, double>& class_weight) {
  check(data.y.size() == 1, "[fit] class_weight works for models with one output, received ", data.y.size(),
        " targets");
  Tensor y = data.y[0];
  if (y.rank() > 1) y = y.shape().back() == 1 ? squeeze(y, -1) : argmax(y, -1);
  check(y.rank() == 1, "[fit] class_weight expects one label a sample, received targets of shape ", data.y[0].shape());
  std::vector<float> weights;
  for (std::int64_t label : y.to_vector<std::int64_t>()) {
    const auto it = class_weight.find(static_cast<int>(label));
    weights.push_back(it == class_weight.end() ? 1.0F : static_cast<float>(it->second));
  }
  return from_vector(weights);
}

struct Split {
  Dataset train, validation;
};

/// Keras: the LAST part validates, before any shuffling. Sample weights and class weights stay with the training part.
Split split_data(const Model& model, const Dataset& data, const FitOptions& options) {
  Dataset all = match_names(model, data);
  if (options.sample_weight.defined()) {
    check(options.sample_weight.rank() >= 1 && options.sample_weight.shape()[0] == all.size(),
          "[fit] expected one sample weight a sample (", all.size(), "), received shape ",
          options.sample_weight.shape());
    all.sample_weight = options.sample_weight;
  }
  Split split{all, options.validation_data};
  if (options.validation_split > 0) {
    check(options.validation_data.empty(), "[fit] expected validation_split or validation_data, received both");
    const auto first =
        static_cast<std::int64_t>(std::floor(static_cast<double>(all.size()) * (1.0 - options.validation_split)));
    check(first > 0 && first < all.size(), "[fit] validation_split = ", options.validation_split, " of ", all.size(),
          " samples leaves ", first, " to train on");
    split = {all.slice(0, first), all.slice(first, all.size())};
    check_validation_split(split.train, split.validation);
  }
  if (!split.validation.empty()) {
    split.validation = match_names(model, split.validation);
    check_data(split.validation, "validation data");
    check(split.validation.y.size() == split.train.y.size(), "[fit] expected ", split.train.y.size(),
          " targets in the validation data, received ", split.validation.y.size());
  }
  if (!options.class_weight.empty()) split.train.sample_weight = weights_of_classes(split.train, options.class_weight);
  return split;
}

/// Batches of pass after pass over the data, each in an order of its own. With steps_per_epoch an epoch goes on where
/// the last one stopped, and ends early at the end of the data, as in Keras.
class Feed {
 public:
  Feed(const Dataset& data, const FitOptions& options, Model::Training& state)
      : data_(data), batch_size_(options.batch_size), shuffle_(options.shuffle), state_(state) {
    if (options.seed) state_.shuffle_seed = options.seed;
    if (!state_.shuffle_seed) state_.shuffle_seed = random_seed();
  }
  bool next(Batch& batch) {
    if (state_.position == 0) ++state_.passes;
    if (at_end()) return false;
    if (state_.position == 0 || order_.empty())  // none yet in the middle of a pass: it was resumed there
      order_ = epoch_order(data_.size(), shuffle_, *state_.shuffle_seed, state_.passes - 1);
    const std::int64_t last = std::min(state_.position + batch_size_, data_.size());
    gather_batch(data_, order_, state_.position, last, batch);
    state_.position = last;
    return true;
  }
  bool at_end() const { return state_.position >= data_.size(); }
  void restart() { state_.position = 0; }

 private:
  const Dataset& data_;
  std::int64_t batch_size_;
  bool shuffle_;
  Model::Training& state_;
  std::vector<std::int64_t> order_;
};

/// One epoch of training steps, or what is left of it after those that are done. Returns false when Ctrl-C ended it.
bool train_epoch(Model& model, Feed& feed, std::int64_t steps, const std::vector<AnyCallback>& callbacks,
                 const InterruptGuard& guard) {
  Model::Training& state = model.training();
  FitProgress& progress = state.progress;
  if (progress.step == 0) {
    model.reset_metrics();
    if (feed.at_end()) feed.restart();
  }
  Batch batch;
  for (std::int64_t step = progress.step; step < steps && !state.stop && feed.next(batch); ++step) {
    each(callbacks, [&](Callback& c) { c.on_train_batch_begin(step); });
    model.train_step(batch);
    progress.step = step + 1;
    progress.interrupted = guard.interrupted();
    const Logs logs = anybody_needs_logs(callbacks) ? model.metrics_result() : Logs();
    each(callbacks, [&](Callback& c) { c.on_train_batch_end(step, logs); });
    if (progress.interrupted) return false;
  }
  if (steps > 0 && feed.at_end()) feed.restart();
  return true;
}

/// Predictions of the first samples, before anything is trained: what must be wrong shows here.
void check_first_batch(Model& model, const Dataset& data, std::int64_t batch_size) {
  const NoGrad no_grad;
  const Dataset first = data.slice(0, std::min(batch_size, data.size()));
  Tensors y_pred;
  forward(model, first.x, Mode::inference, y_pred);
  check_first_predictions(model, y_pred);
  model.training().resolve(model, first.y, y_pred);  // metrics exist before a resumed fit puts their sums back
}

std::vector<AnyCallback> all_callbacks(Model& model, const std::vector<AnyCallback>& given,
                                       const LoopParameters& parameters) {
  std::vector<AnyCallback> callbacks = given;
  if (parameters.verbose > 0) callbacks.emplace_back(ProgressBarLogger());
  std::stable_partition(callbacks.begin(), callbacks.end(), [](const AnyCallback& c) { return !c->comes_last(); });
  each(callbacks, [&](Callback& c) { c.attach(model, parameters); });
  return callbacks;
}

void validate(Model& model, const Dataset& data, const FitOptions& options, const std::vector<AnyCallback>& callbacks,
              Logs& logs) {
  const TestOptions test{.batch_size = options.validation_batch_size.value_or(options.batch_size),
                         .steps = options.validation_steps};
  for (const auto& [name, value] : run_test(model, data, test, callbacks)) logs.set("val_" + name, value);
}

/// The state of a fit that begins.
void begin(Model& model, const FitOptions& options, std::int64_t samples, const std::vector<AnyCallback>& callbacks) {
  Model::Training& state = model.training();
  state.stop = false;
  state.reports_non_finite = std::none_of(callbacks.begin(), callbacks.end(), [](const AnyCallback& c) {
    return dynamic_cast<const TerminateOnNaN*>(&*c) != nullptr;
  });
  state.trainable_weights = model.trainable_weights();
  set_own_paths(model);  // the optimizer names its slots by them
  state.optimizer->build(state.trainable_weights);
  state.position = 0;
  state.progress = FitProgress();
  state.progress.epoch = options.initial_epoch;
  state.progress.samples = samples;
  state.progress.batch_size = options.batch_size;
  state.progress.callbacks = options.callbacks;
}

}  // namespace

bool ValidationFrequency::due(int epoch) const {
  if (!epochs_.empty()) return std::find(epochs_.begin(), epochs_.end(), epoch + 1) != epochs_.end();
  return (epoch + 1) % every_ == 0;
}

Dataset match_names(const Model& model, Dataset data) {
  auto reorder = [&](Tensors& tensors, std::vector<std::string>& given, const std::vector<std::string>& wanted,
                     const char* what) {
    if (given.empty() || wanted.empty()) return;
    Tensors ordered;
    for (const std::string& name : wanted) {
      const auto it = std::find(given.begin(), given.end(), name);
      check(it != given.end(), "[Model \"", model.name(), "\"] expected ", what, " named \"", name, "\" in the data");
      ordered.push_back(tensors[static_cast<std::size_t>(it - given.begin())]);
    }
    tensors = std::move(ordered);
    given = wanted;
  };
  reorder(data.x, data.x_names, model.input_names(), "an input");
  reorder(data.y, data.y_names, model.output_names(), "a target");
  return data;
}

void build_for_data(Model& model, const Dataset& data) {
  if (model.built()) return;
  Shapes shapes;
  for (const Tensor& x : data.x) {
    Shape shape = x.shape();
    shape[0] = -1;
    shapes.push_back(shape);
  }
  model.build_for(shapes);
}

History Model::fit(const Dataset& data, const FitOptions& options) {
  Training& state = training();
  check_options(options);
  check_data(data, "training data");
  build_for_data(*this, data);
  const Split split = split_data(*this, data, options);
  const Dataset& validation = split.validation;
  check_before_fit(*this, split.train);
  check_first_batch(*this, split.train, options.batch_size);

  const std::int64_t steps = options.steps_per_epoch.value_or(batch_count(split.train.size(), options.batch_size));
  const std::vector<AnyCallback> callbacks =
      all_callbacks(*this, options.callbacks, {.epochs = options.epochs, .steps = steps, .verbose = options.verbose});
  begin(*this, options, split.train.size(), callbacks);

  Logs logs;
  Feed feed(split.train, options, state);
  const InterruptGuard guard;
  each(callbacks, [](Callback& c) { c.on_train_begin(); });  // may put back where an earlier run stood
  FitProgress& progress = state.progress;
  // A backup can have been made between the batch at which training was to end and the end of its epoch.
  for (; progress.epoch < options.epochs && !(state.stop && progress.step == 0); ++progress.epoch, progress.step = 0) {
    const int epoch = progress.epoch;
    each(callbacks, [&](Callback& c) { c.on_epoch_begin(epoch); });
    if (!train_epoch(*this, feed, steps, callbacks, guard)) {
      default_console().print(concat("\nStopped by Ctrl-C in epoch ", epoch + 1, " after batch ", progress.step,
                                     "; weights are kept, and the history of ", progress.history.epoch.size(),
                                     " epochs.\n"));
      break;
    }
    logs = metrics_result();
    if (!validation.empty() && options.validation_freq.due(epoch))
      validate(*this, validation, options, callbacks, logs);
    each(callbacks, [&](Callback& c) { c.on_epoch_end(epoch, logs); });
    progress.history.append(epoch, logs);
  }
  state.optimizer->finalize_variable_values(state.trainable_weights);
  each(callbacks, [&](Callback& c) { c.on_train_end(logs); });
  state.trainable_weights.clear();
  return std::exchange(state.progress, {}).history;
}

Logs run_test(Model& model, const Dataset& data, const TestOptions& options,
              const std::vector<AnyCallback>& callbacks) {
  model.reset_metrics();
  each(callbacks, [](Callback& c) { c.on_test_begin(); });
  const std::vector<std::int64_t> order = epoch_order(data.size(), false, 0, 0);
  const std::int64_t all = batch_count(data.size(), options.batch_size),
                     steps = std::min(all, options.steps.value_or(all));
  Batch batch;
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::int64_t first = step * options.batch_size;
    each(callbacks, [&](Callback& c) { c.on_test_batch_begin(step); });
    gather_batch(data, order, first, std::min(first + options.batch_size, data.size()), batch);
    model.test_step(batch);
    const Logs logs = anybody_needs_logs(callbacks) ? model.metrics_result() : Logs();
    each(callbacks, [&](Callback& c) { c.on_test_batch_end(step, logs); });
  }
  Logs logs = model.metrics_result();
  each(callbacks, [&](Callback& c) { c.on_test_end(logs); });
  return logs;
}

Logs Model::evaluate(const Dataset& data, const EvaluateOptions& options) {
  training();
  check(options.batch_size >= 1, "[evaluate] expected batch_size >= 1, received ", options.batch_size);
  check_data(data, "data to evaluate");
  build_for_data(*this, data);
  Dataset matched = match_names(*this, data);
  if (options.sample_weight.defined()) matched.sample_weight = options.sample_weight;
  const std::int64_t steps = options.steps.value_or(batch_count(matched.size(), options.batch_size));
  const auto callbacks = all_callbacks(*this, options.callbacks, {.steps = steps, .verbose = options.verbose});
  return run_test(*this, matched, {.batch_size = options.batch_size, .steps = options.steps}, callbacks);
}

Tensors Model::predict(const Dataset& data, const PredictOptions& options) {
  check(options.batch_size >= 1, "[predict] expected batch_size >= 1, received ", options.batch_size);
  check(data.size() > 0, "[predict] expected samples, received none");
  build_for_data(*this, data);
  Dataset inputs = data;  // targets do not matter
  inputs.y.clear();
  inputs.y_names.clear();
  inputs.sample_weight = Tensor();
  const Dataset matched = match_names(*this, std::move(inputs));
  const NoGrad no_grad;
  const std::int64_t all = batch_count(matched.size(), options.batch_size);
  const std::int64_t steps = std::min(all, options.steps.value_or(all));
  const auto callbacks = all_callbacks(*this, options.callbacks, {.steps = steps, .verbose = options.verbose});
  const std::vector<std::int64_t> order = epoch_order(matched.size(), false, 0, 0);
  std::vector<Tensors> pieces;  // by output, then by batch
  each(callbacks, [](Callback& c) { c.on_predict_begin(); });
  for (std::int64_t step = 0; step < steps; ++step) {
    each(callbacks, [&](Callback& c) { c.on_predict_batch_begin(step); });
    const std::int64_t first = step * options.batch_size, last = std::min(first + options.batch_size, matched.size());
    Tensors outputs;
    forward(*this, gather_batch(matched, order, first, last).x, Mode::inference, outputs);
    pieces.resize(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) pieces[i].push_back(outputs[i]);
    each(callbacks, [&](Callback& c) { c.on_predict_batch_end(step); });
  }
  each(callbacks, [](Callback& c) { c.on_predict_end(); });
  Tensors result;
  for (const Tensors& batches_of_output : pieces) result.push_back(concatenate(batches_of_output, 0));
  return result;
}

Tensor Model::predict(const Tensor& x, const PredictOptions& options) {
  const Tensors outputs = predict(Dataset(x), options);
  check(outputs.size() == 1, "[predict] the model has ", outputs.size(),
        " outputs: expected predict(Dataset), which returns them all");
  return outputs[0];
}

}  // namespace linnet
