// fit: the training loop, written once. Everything that is not the loop is a callback.
#include <algorithm>
#include <cmath>

#include "linnet/base/warning.h"
#include "linnet/models/callbacks.h"
#include "linnet/models/checks.h"
#include "linnet/models/feed.h"
#include "linnet/models/interrupt.h"
#include "linnet/models/loops.h"
#include "linnet/models/progress_bar.h"
#include "linnet/models/training.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {
namespace {

void check_options(const FitOptions& options) {
  check(options.epochs >= 1, "[fit] expected epochs >= 1, received ", options.epochs);
  check(options.initial_epoch >= 0, "[fit] expected initial_epoch >= 0, received ", options.initial_epoch);
  check_loop_options("fit", options.batch_size, options.verbose);
  check_count("fit", "steps_per_epoch", options.steps_per_epoch);
  check_count("fit", "validation_steps", options.validation_steps);
  check_count("fit", "validation_batch_size", options.validation_batch_size);
  check(options.validation_split >= 0 && options.validation_split < 1,
        "[fit] expected validation_split in [0, 1), received ", options.validation_split);
  for (const AnyCallback& callback : options.callbacks)
    check(static_cast<bool>(callback), "[fit] expected callbacks, received an empty one");
}

struct Split {
  Dataset train, validation;
};

/// Keras: the LAST part validates, before any shuffling. Sample weights and class weights stay with the training part.
Split split_data(const Model& model, const Dataset& data, const FitOptions& options) {
  Dataset all = match_names(model, data);
  if (options.sample_weight.defined()) {
    all.sample_weight = options.sample_weight;
    all.target_weights.clear();
  }
  check_weights(all, "fit");
  check(options.class_weight.empty() || !is_weighted(all),
        "[fit] expected class_weight or sample weights, received both; multiply them yourself");
  Split split{all, options.validation_data};
  const bool has_validation = !options.validation_data.empty() || options.validation_batches;
  if (options.validation_split > 0 && !has_validation) {
    const auto first =
        static_cast<std::int64_t>(std::floor(static_cast<double>(all.size()) * (1.0 - options.validation_split)));
    check(first > 0 && first < all.size(), "[fit] validation_split = ", options.validation_split, " of ", all.size(),
          " samples leaves ", first, " to train on");
    split = {all.slice(0, first), all.slice(first, all.size())};
    check_validation_split(split.train, split.validation);
  }
  if (!split.validation.empty()) {
    split.validation = match_names(model, split.validation);
    check_samples(split.validation, "fit", "validation data");
    check(split.validation.y.size() == split.train.y.size(), "[fit] expected ", split.train.y.size(),
          " targets in the validation data, received ", split.validation.y.size());
  }
  if (!options.class_weight.empty()) split.train.sample_weight = weights_of_classes(split.train, options.class_weight);
  return split;
}

/// Keras warns then as well: an epoch that is shorter than was asked for.
void warn_out_of_data(const Feed& feed, int epoch, std::int64_t done, std::int64_t wanted) {
  if (dynamic_cast<const SourceFeed*>(&feed) == nullptr) return;  // the end of data in memory is no surprise
  warn(concat("[fit] the data ended after ", done, " of the ", wanted, " batches of epoch ", epoch + 1,
              "; steps_per_epoch * epochs batches are needed, or data that can be gone through again"));
}

enum class EpochEnd { complete, out_of_data, interrupted };

/// One epoch of training steps, or what is left of it after those that are done.
EpochEnd train_epoch(Model& model, Feed& feed, std::int64_t steps, const std::vector<AnyCallback>& callbacks) {
  Model::Training& state = model.training();
  FitProgress& progress = state.progress;
  if (progress.step == 0) model.reset_metrics();
  Batch batch;
  std::int64_t step = progress.step;
  for (; (steps < 0 || step < steps) && !state.stop && feed.next(batch); ++step) {
    each(callbacks, [&](Callback& c) { c.on_train_batch_begin(step); });
    model.train_step(batch);
    progress.step = step + 1;
    progress.interrupted = InterruptGuard::interrupted();
    const Logs logs = anybody_needs_logs(callbacks) ? model.metrics_result() : Logs();
    each(callbacks, [&](Callback& c) { c.on_train_batch_end(step, logs); });
    if (progress.interrupted) return EpochEnd::interrupted;
  }
  progress.interrupted = InterruptGuard::interrupted();  // while the data had no batch yet
  if (progress.interrupted) return EpochEnd::interrupted;
  feed.end_epoch();
  return step < steps && !state.stop ? EpochEnd::out_of_data : EpochEnd::complete;
}

/// Before anything is trained: the data as such, and predictions of the first samples. What must be wrong shows here.
void check_data(Model& model, const Dataset& data, std::int64_t batch_size) {
  if (!model.steps_call_model()) return;  // it knows best what its data are
  check_before_fit(model, data);
  const NoGrad no_grad;
  const Dataset first = data.slice(0, std::min(batch_size, data.size()));
  Tensors y_pred;
  forward(model, first.x, Mode::inference, y_pred);
  check_first_predictions(model, y_pred);
  model.training().resolve(model, first.y, y_pred);  // metrics exist before a resumed fit puts their sums back
}

/// What a fit validates with, if it does: kept from epoch to epoch, as a source goes on where it stands.
struct Validation {
  std::unique_ptr<Feed> feed;
  std::optional<std::int64_t> steps;
};

void validate(Model& model, const Validation& validation, const std::vector<AnyCallback>& callbacks, Logs& logs) {
  if (!validation.feed->begin_epoch()) {
    warn(
        "[fit] the validation data have no more batches, and this epoch is not validated; give arrays, a list of "
        "batches or a PyDataset, which can be gone through again");
    return;
  }
  logs.add(run_test(model, *validation.feed, validation.steps, callbacks), "val_");
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
  if (!state.trainable_weights.empty())
    state.optimizer->build(state.trainable_weights);
  else if (model.steps_call_model())
    warn(concat("[fit] the model \"", model.name(), "\" has no trainable weights: nothing is learned",
                model.layers().empty() ? "; layers that are members become its own by track()" : ""));
  state.position = 0;
  state.progress = FitProgress();
  state.progress.epoch = options.initial_epoch;
  state.progress.samples = samples;
  state.progress.batch_size = options.batch_size;
  state.progress.callbacks = options.callbacks;
}

}  // namespace

ValidationFrequency::ValidationFrequency(int every) : every_(every) {
  check(every >= 1, "[fit] expected validation_freq >= 1 or a list of epochs, received ", every);
}

bool ValidationFrequency::due(int epoch) const {
  if (every_ == 0) return std::find(epochs_.begin(), epochs_.end(), epoch + 1) != epochs_.end();
  return (epoch + 1) % every_ == 0;
}

namespace {

/// What fit() does once it has its batches: epochs of steps and what is around them.
History run_epochs(Model& model, Feed& feed, const Validation& validation, const FitOptions& options,
                   std::int64_t samples) {
  Model::Training& state = model.training();
  const std::int64_t steps = steps_of(feed, options.steps_per_epoch);
  const std::vector<AnyCallback> callbacks =
      all_callbacks(model, options.callbacks, {.epochs = options.epochs, .steps = steps, .verbose = options.verbose});
  begin(model, options, samples, callbacks);

  Logs logs;
  const InterruptGuard guard;
  each(callbacks, [](Callback& c) { c.on_train_begin(); });  // may put back where an earlier run stood
  FitProgress& progress = state.progress;
  feed.skip(progress.step);
  // A backup can have been made between the batch at which training was to end and the end of its epoch.
  for (; progress.epoch < options.epochs && !(state.stop && progress.step == 0); ++progress.epoch, progress.step = 0) {
    const int epoch = progress.epoch;
    if (progress.step == 0 && !feed.begin_epoch()) {
      warn(concat("[fit] the data have no more batches, and training ends after epoch ", epoch, " of ", options.epochs,
                  "; a generator is gone through once: let it go on for ever and set steps_per_epoch, or give a list "
                  "of batches or a PyDataset"));
      break;
    }
    each(callbacks, [&](Callback& c) { c.on_epoch_begin(epoch); });
    const EpochEnd end = train_epoch(model, feed, steps, callbacks);
    if (end == EpochEnd::interrupted) {
      const Console console = default_console();
      console.print(console.stopped_text(epoch + 1, progress.step, progress.history.epoch.size()));
      break;
    }
    if (end == EpochEnd::out_of_data) warn_out_of_data(feed, epoch, progress.step, steps);
    logs = model.metrics_result();
    if (validation.feed && options.validation_freq.due(epoch)) validate(model, validation, callbacks, logs);
    each(callbacks, [&](Callback& c) { c.on_epoch_end(epoch, logs); });
    progress.history.append(epoch, logs);
  }
  state.optimizer->finalize_variable_values(state.trainable_weights);
  each(callbacks, [&](Callback& c) { c.on_train_end(logs); });
  state.trainable_weights.clear();
  return std::exchange(state.progress, {}).history;
}

/// What is to be validated with, in memory or from a source.
Validation validation_of(const Model& model, const Dataset& data, const FitOptions& options) {
  Validation validation{.feed = {}, .steps = options.validation_steps};
  if (options.validation_batches)
    validation.feed = std::make_unique<SourceFeed>(model, *options.validation_batches);
  else if (!data.empty())
    validation.feed = std::make_unique<OrderedFeed>(data, options.validation_batch_size.value_or(options.batch_size));
  return validation;
}

void check_source_options(const FitOptions& options) {
  check(options.validation_split == 0,
        "[fit] validation_split takes the end of data in memory, which batches from a "
        "source have not: give validation_data");
  check(!options.sample_weight.defined(),
        "[fit] expected the weights inside the batches (x, y, sample_weight), "
        "received sample_weight");
}

}  // namespace

History Model::fit(const Dataset& data, const FitOptions& options) {
  training();  // throws before compile()
  check_options(options);
  check_samples(data, "fit", "training data");
  build_for_data(*this, data);
  const Split split = split_data(*this, data, options);
  check_data(*this, split.train, options.batch_size);
  ShuffledFeed feed(split.train, options, training());
  return run_epochs(*this, feed, validation_of(*this, split.validation, options), options, split.train.size());
}

History Model::fit(BatchSource& source, const FitOptions& options) {
  training();
  check_options(options);
  check_source_options(options);
  SourceFeed feed(*this, source, options.class_weight);
  Dataset first = first_batch(feed, "fit");
  build_for_data(*this, first);
  first = match_names(*this, std::move(first));
  check_data(*this, first, first.size());
  const Dataset validation = options.validation_data.empty() ? Dataset() : match_names(*this, options.validation_data);
  if (!validation.empty()) check_samples(validation, "fit", "validation data");
  return run_epochs(*this, feed, validation_of(*this, validation, options), options, 0);
}

}  // namespace linnet
