// evaluate and predict: passes over data that change nothing but metrics.
#include "linnet/models/loops.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {

Logs run_test(Model& model, Feed& feed, std::optional<std::int64_t> steps, const std::vector<AnyCallback>& callbacks) {
  model.reset_metrics();
  each(callbacks, [](Callback& c) { c.on_test_begin(); });
  Batch batch;
  std::int64_t step = 0;
  for (; (!steps || step < *steps) && feed.next(batch); ++step) {
    each(callbacks, [&](Callback& c) { c.on_test_batch_begin(step); });
    model.test_step(batch);
    const Logs logs = anybody_needs_logs(callbacks) ? model.metrics_result() : Logs();
    each(callbacks, [&](Callback& c) { c.on_test_batch_end(step, logs); });
  }
  feed.end_epoch();
  Logs logs = model.metrics_result();
  each(callbacks, [&](Callback& c) { c.on_test_end(logs); });
  return logs;
}

namespace {

Logs evaluate_feed(Model& model, Feed& feed, const EvaluateOptions& options) {
  const auto callbacks =
      all_callbacks(model, options.callbacks, {.steps = steps_of(feed, options.steps), .verbose = options.verbose});
  feed.begin_epoch();
  return run_test(model, feed, options.steps, callbacks);
}

Tensors predict_feed(Model& model, Feed& feed, const PredictOptions& options) {
  const NoGrad no_grad;
  const std::int64_t steps = steps_of(feed, options.steps);
  const auto callbacks = all_callbacks(model, options.callbacks, {.steps = steps, .verbose = options.verbose});
  std::vector<Tensors> pieces;  // by output, then by batch
  feed.begin_epoch();
  each(callbacks, [](Callback& c) { c.on_predict_begin(); });
  Batch batch;
  for (std::int64_t step = 0; (steps < 0 || step < steps) && feed.next(batch); ++step) {
    each(callbacks, [&](Callback& c) { c.on_predict_batch_begin(step); });
    const Tensors outputs = model.predict_step(batch);
    pieces.resize(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) pieces[i].push_back(outputs[i]);
    each(callbacks, [&](Callback& c) { c.on_predict_batch_end(step, outputs); });
  }
  feed.end_epoch();
  each(callbacks, [](Callback& c) { c.on_predict_end(); });
  Tensors result;
  for (const Tensors& batches_of_output : pieces) result.push_back(concatenate(batches_of_output, 0));
  return result;
}

template <class Options>
void check_options(const char* who, const Options& options) {
  check_loop_options(who, options.batch_size, options.verbose);
  check_count(who, "steps", options.steps);
}

/// Targets and weights do not matter to predict().
Dataset inputs_of(const Dataset& data) {
  Dataset inputs = data;
  inputs.y.clear();
  inputs.y_names.clear();
  inputs.sample_weight = Tensor();
  inputs.target_weights.clear();
  return inputs;
}

/// The same for what comes out of a source.
class InputsOf final : public BatchSource {
 public:
  explicit InputsOf(BatchSource& source) : source_(source) {}
  std::optional<Dataset> next() override {
    const std::optional<Dataset> data = source_.next();
    return data ? inputs_of(*data) : data;
  }
  std::optional<std::int64_t> size() const override { return source_.size(); }
  void on_epoch_begin() override { source_.on_epoch_begin(); }
  void on_epoch_end() override { source_.on_epoch_end(); }

 private:
  BatchSource& source_;
};

}  // namespace

Logs Model::evaluate(const Dataset& data, const EvaluateOptions& options) {
  training();
  check_options("evaluate", options);
  Dataset weighted = data;
  if (options.sample_weight.defined()) {
    weighted.sample_weight = options.sample_weight;
    weighted.target_weights.clear();
  }
  check_samples(weighted, "evaluate", "data");
  build_for_data(*this, weighted);
  Dataset matched = match_names(*this, std::move(weighted));
  OrderedFeed feed(std::move(matched), options.batch_size);
  return evaluate_feed(*this, feed, options);
}

Logs Model::evaluate(BatchSource& source, const EvaluateOptions& options) {
  training();
  check_options("evaluate", options);
  check(!options.sample_weight.defined(),
        "[evaluate] expected the weights inside the batches (x, y, sample_weight), "
        "received sample_weight");
  SourceFeed feed(*this, source);
  build_for_data(*this, first_batch(feed, "evaluate"));
  return evaluate_feed(*this, feed, options);
}

Tensors Model::predict(const Dataset& data, const PredictOptions& options) {
  check_options("predict", options);
  check(data.size() > 0, "[predict] expected samples, received none");
  build_for_data(*this, data);
  OrderedFeed feed(match_names(*this, inputs_of(data)), options.batch_size);
  return predict_feed(*this, feed, options);
}

Tensors Model::predict(BatchSource& source, const PredictOptions& options) {
  check_options("predict", options);
  InputsOf inputs(source);
  SourceFeed feed(*this, inputs);
  build_for_data(*this, first_batch(feed, "predict"));
  return predict_feed(*this, feed, options);
}

Tensor Model::predict(const Tensor& x, const PredictOptions& options) {
  const Tensors outputs = predict(Dataset(x), options);
  check(outputs.size() == 1, "[predict] the model has ", outputs.size(),
        " outputs: expected predict(Dataset), which returns them all");
  return outputs[0];
}

}  // namespace linnet
