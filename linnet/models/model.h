// Model: layers that can be trained. Keras: keras.Model.
#pragma once

#include <concepts>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "linnet/base/read_limits.h"
#include "linnet/data/batch_source.h"
#include "linnet/data/batches.h"
#include "linnet/data/dataset.h"
#include "linnet/layers/graph.h"
#include "linnet/layers/layer.h"
#include "linnet/losses/loss.h"
#include "linnet/metrics/metric.h"
#include "linnet/models/callback.h"
#include "linnet/models/history.h"
#include "linnet/models/summary.h"
#include "linnet/optimizers/optimizer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Something for the outputs of a model: one for all, a list in their order, or by their names. Compiled once, in
/// compile.cpp, for what is used here.
template <class T>
class PerOutput {
 public:
  PerOutput();
  template <std::convertible_to<T> One>
  PerOutput(One one) : PerOutput(std::vector<T>{T(std::move(one))}) {
    for_all_ = true;
  }
  PerOutput(std::vector<T> list);
  PerOutput(std::map<std::string, T> by_name);
  PerOutput(std::initializer_list<std::pair<const std::string, T>> by_name);
  PerOutput(const PerOutput&);
  PerOutput(PerOutput&&) noexcept;
  PerOutput& operator=(const PerOutput&);
  PerOutput& operator=(PerOutput&&) noexcept;
  ~PerOutput();

  bool empty() const { return list_.empty() && by_name_.empty(); }
  const std::vector<T>& list() const { return list_; }
  const std::map<std::string, T>& by_name() const { return by_name_; }
  /// Is it one for all outputs? list() is that one then.
  bool for_all() const { return for_all_; }

 private:
  std::vector<T> list_;
  std::map<std::string, T> by_name_;
  bool for_all_ = false;
};
extern template class PerOutput<AnyLoss>;
extern template class PerOutput<double>;

/// .loss = "mse"     .loss = {{"value", "mse"}, {"kind", "sparse_categorical_crossentropy"}}
using LossPlan = PerOutput<AnyLoss>;
/// .loss_weights = {{"value", 0.5}, {"kind", 2.0}}     .loss_weights = std::vector{0.5, 2.0}
using LossWeights = PerOutput<double>;

/// A metric as users name it: an object, or a name; "accuracy" is resolved when shapes are known. nullptr: none for
/// that output.
class MetricChoice {
 public:
  MetricChoice(std::nullptr_t) {}
  MetricChoice(const char* name) : name_(name) {}
  MetricChoice(std::string name) : name_(std::move(name)) {}
  template <std::derived_from<Metric> T>
  MetricChoice(T metric) : metric_(std::move(metric)) {}
  MetricChoice(AnyMetric metric) : metric_(std::move(metric)) {}

  const std::string& name() const { return name_; }
  const AnyMetric& metric() const { return metric_; }
  bool is_none() const { return name_.empty() && !metric_; }

 private:
  std::string name_;
  AnyMetric metric_;
};

/// The metrics of a model: a list for its only output; one for each of several outputs, or a list for each; or lists by
/// the outputs' names.
///   CompileOptions one{.loss = "mse", .metrics = {"mae", metrics::RootMeanSquaredError()}};
///   CompileOptions two{.metrics = {"mae", "accuracy"}};
///   CompileOptions many{.metrics = std::vector<std::vector<MetricChoice>>{{"mae", "mse"}, {}}};
///   CompileOptions named{.metrics = {{"value", {"mae"}}, {"kind", {"accuracy"}}}};
class MetricPlan {
 public:
  MetricPlan();
  MetricPlan(std::initializer_list<MetricChoice> metrics);
  MetricPlan(std::vector<MetricChoice> metrics);
  MetricPlan(std::vector<std::vector<MetricChoice>> metrics);
  MetricPlan(std::map<std::string, std::vector<MetricChoice>> metrics);
  MetricPlan(std::initializer_list<std::pair<const std::string, std::vector<MetricChoice>>> metrics);
  MetricPlan(const MetricPlan&);
  MetricPlan(MetricPlan&&) noexcept;
  MetricPlan& operator=(const MetricPlan&);
  MetricPlan& operator=(MetricPlan&&) noexcept;
  ~MetricPlan();

  bool empty() const { return list_.empty() && by_output_.empty() && by_name_.empty(); }
  const std::vector<MetricChoice>& list() const { return list_; }
  const std::vector<std::vector<MetricChoice>>& by_output() const { return by_output_; }
  const std::map<std::string, std::vector<MetricChoice>>& by_name() const { return by_name_; }

 private:
  std::vector<MetricChoice> list_;
  std::vector<std::vector<MetricChoice>> by_output_;
  std::map<std::string, std::vector<MetricChoice>> by_name_;
};

struct CompileOptions {
  AnyOptimizer optimizer = "rmsprop";
  LossPlan loss = {};
  LossWeights loss_weights = {};
  MetricPlan metrics = {};           // ignore sample weights
  MetricPlan weighted_metrics = {};  // use them
};

/// Every how many epochs to validate: a number >= 1, or the epochs (counted from 1) themselves; none of them: never.
class ValidationFrequency {
 public:
  ValidationFrequency(int every = 1);
  ValidationFrequency(std::vector<int> epochs) : every_(0), epochs_(std::move(epochs)) {}
  /// `epoch` counts from 0.
  bool due(int epoch) const;

 private:
  int every_;  // 0: epochs_ says it
  std::vector<int> epochs_;
};

struct FitOptions {
  int epochs = 1;  // the index of the last epoch, not a number of epochs, where initial_epoch is set
  int initial_epoch = 0;
  std::int64_t batch_size = 32;
  bool shuffle = true;
  Dataset validation_data = {};
  std::shared_ptr<BatchSource> validation_batches = {};  // in place of validation_data
  double validation_split = 0;  // the LAST part of the data, before any shuffling; means nothing beside either of them
  std::map<int, double> class_weight = {};
  Tensor sample_weight = {};  // of every target; Dataset::target_weights has one for each
  std::optional<std::int64_t> steps_per_epoch = {};
  std::optional<std::int64_t> validation_steps = {};
  std::optional<std::int64_t> validation_batch_size = {};
  ValidationFrequency validation_freq = 1;
  int verbose = 1;  // 0 silent, 1 progress bar, 2 one line an epoch
  std::vector<AnyCallback> callbacks = {};
  std::optional<std::uint64_t> seed = {};  // of the shuffling; default: the global seed
};

struct EvaluateOptions {
  std::int64_t batch_size = 32;
  int verbose = 1;
  Tensor sample_weight = {};
  std::optional<std::int64_t> steps = {};
  std::vector<AnyCallback> callbacks = {};
};

struct PredictOptions {
  std::int64_t batch_size = 32;
  int verbose = 1;
  std::optional<std::int64_t> steps = {};
  std::vector<AnyCallback> callbacks = {};
};

/// Layers that can be trained: functional, from symbolic inputs to outputs, or a class of your own that derives from
/// LayerOf<Net, Model> and has call(x, mode). Keras: keras.Model.
///   Tensor x = Input({3}), h = Dense(8, {.activation = relu})(x);
///   Model model(x, Concatenate()({h, x}));
///   model(zeros({2, 3}));  // -> [2, 11]
///   model.count_params();  // -> 32
class Model : public LayerOf<Model> {
 public:
  /// A functional model from symbolic tensors (Input) to symbolic tensors. Throws "graph disconnected" naming the
  /// layers when an output depends on an Input that is not among `inputs`.
  Model(const Tensors& inputs, const Tensors& outputs, const LayerOptions& options = {});
  Model(const Tensor& input, const Tensor& output, const LayerOptions& options = {})
      : Model(Tensors{input}, Tensors{output}, options) {}
  /// Copies share everything. So does what is moved: nothing is left empty.
  Model(const Model&) = default;
  Model& operator=(const Model&) = default;
  /// A Model made from a Sequential, or from a class of one's own, would not have its call(): keep its type
  /// (`Sequential model = …`, `auto`), or take a Model& or an AnyLayer.
  template <std::derived_from<Model> Derived>
  requires(!std::same_as<Derived, Model>) Model(const Derived&)
  = delete;

  // ---- as a layer
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  IntegerInput integer_input() const override;
  bool autocasts() const override { return false; }  // each of its layers does
  Config config() const override;
  static AnyLayer from_config(const Config& config);  // of a functional model

  // ---- training
  /// Chooses how to train. Throws on contradictions; changes nothing then.
  void compile(const CompileOptions& options);
  bool compiled() const;
  /// Trains for `epochs` and returns what was measured. Ctrl-C ends cleanly after the batch.
  ///   Sequential model({Dense(1)});
  ///   model.compile({.loss = "mse"});
  ///   Dataset train(ones({64, 2}), ones({64, 1})), test(ones({8, 2}), ones({8, 1}));
  ///   History history = model.fit(train, {.epochs = 2, .batch_size = 16, .validation_data = test, .verbose = 0});
  ///   history["val_loss"].size();  // -> 2
  History fit(const Dataset& data, const FitOptions& options = {});
  History fit(const Tensor& x, const Tensor& y, const FitOptions& options = {}) { return fit(Dataset(x, y), options); }
  /// The same with batches that come as they are needed. Where an epoch ends, steps_per_epoch says, or source.size(),
  /// or the end of a pass. batch_size and shuffle mean nothing here; validation_split and sample_weight throw.
  History fit(BatchSource& source, const FitOptions& options = {});
  /// Loss and metrics over a data set, in inference mode: results["loss"], results["accuracy"].
  Logs evaluate(const Dataset& data, const EvaluateOptions& options = {});
  Logs evaluate(const Tensor& x, const Tensor& y, const EvaluateOptions& options = {}) {
    return evaluate(Dataset(x, y), options);
  }
  Logs evaluate(BatchSource& source, const EvaluateOptions& options = {});
  /// Outputs for all samples, in inference mode.
  Tensor predict(const Tensor& x, const PredictOptions& options = {});
  Tensors predict(const Dataset& data, const PredictOptions& options = {});
  Tensors predict(BatchSource& source, const PredictOptions& options = {});

  /// One step, and the loss and metrics of this batch alone.
  Logs train_on_batch(const Batch& batch);
  Logs train_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight = {}) {
    return train_on_batch({{x}, {y}, sample_weight});
  }
  Logs test_on_batch(const Batch& batch);
  Logs test_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight = {}) {
    return test_on_batch({{x}, {y}, sample_weight});
  }
  Tensor predict_on_batch(const Tensor& x);

  /// One step of training on a batch: forward, loss, backward, optimizer, metrics. Override it to train in another way;
  /// fit does the rest.
  virtual void train_step(const Batch& batch);
  virtual void test_step(const Batch& batch);
  virtual Tensors predict_step(const Batch& batch);
  /// What train_step minimizes: the sum over the outputs of loss_weight * loss, plus the layers' penalties. Adds to the
  /// outputs' loss trackers.
  virtual Tensor compute_loss(const Batch& batch, const Tensors& y_pred);
  /// Adds a batch to the metrics.
  virtual void compute_metrics(const Batch& batch, const Tensors& y_pred);
  /// Do the steps above call the model on the batch? One whose steps do something else (two networks against each
  /// other) says no, and fit() does not try the first batch before it begins.
  virtual bool steps_call_model() const { return true; }
  /// Ends the training after the current batch (callbacks set it); false: it goes on after all.
  void stop_training(bool stop = true);
  bool is_stopping() const;

  Optimizer& optimizer() const;  // throws before compile
  /// Loss and metrics as they stand, sorted by name.
  virtual Logs metrics_result() const;
  virtual void reset_metrics();

  // ---- looking at it
  const std::vector<AnyLayer>& layers() const { return sublayers(); }
  /// Throws `[Model] expected one of the layers …` for an unknown name.
  Layer& layer(std::string_view name) const;
  /// Prints Keras's summary to standard output.
  void summary(const SummaryOptions& options = {}) const;
  std::string summary_text(const SummaryOptions& options = {}) const;
  /// Symbolic inputs and outputs of a functional model (a built Sequential has them too).
  const Tensors& inputs() const;
  const Tensors& outputs() const;
  /// Those of their layers, unless name_inputs() or name_outputs() has given others; none where neither is known.
  std::vector<std::string> input_names() const;
  std::vector<std::string> output_names() const;
  /// By which names data, losses and metrics refer to the inputs and outputs from now on; saved with a functional
  /// model. Keras: inputs and outputs that are dicts.
  ///   Tensor x = Input({3}), y = Dense(1)(x);
  ///   Model model({x}, {y, Dense(2)(x)});
  ///   model.name_outputs({"price", "kind"});
  ///   model.compile({.loss = {{"price", "mse"}, {"kind", "categorical_crossentropy"}}});
  void name_inputs(std::vector<std::string> names);
  void name_outputs(std::vector<std::string> names);
  /// The names so given, or none.
  const std::vector<std::string>& given_input_names() const;
  const std::vector<std::string>& given_output_names() const;
  /// The nodes to compute, in order (functional models).
  const std::vector<std::shared_ptr<GraphNode>>& nodes() const;

  /// One .safetensors file: architecture and compile state as metadata, weights and optimizer state as tensors. Written
  /// to a temporary and renamed. load_model continues training as if it had never stopped.
  ///
  /// A path that ends in .keras, .h5 or .hdf5 is one of Keras 3's formats, for Keras to go on with: the same, but for
  /// the random state and the order of the samples. Sequential and functional models of Keras's layers, and of layers
  /// that the program which loads them has too. Throws InvalidArgument for other models, before anything is written.
  ///   Sequential model({Dense(1)});
  ///   model.build_for({{-1, 2}});
  ///   model.save("model.keras");
  ///   load_model("model.keras")->count_params();  // -> 3
  void save(const std::string& path) const;
  /// The weights alone, for load_weights: a .safetensors file, or Keras's .weights.h5.
  void save_weights(const std::string& path) const;
  /// Copies the weights out of a file: by their paths, or, where the layers have other names (automatic ones count on),
  /// by their places, if the names of the weights themselves and all shapes agree; of a file of Keras (`.weights.h5`,
  /// `.h5`, `.keras`) by the classes and the order of the layers, and the state of the optimizer with them if the model
  /// is compiled. Throws FileError, changing nothing, unless all fit.
  void load_weights(const std::string& path);

 protected:
  Model(std::string class_name, const LayerOptions& options);
  /// For a Sequential: sets the graph once the input shape is known.
  void set_graph(const Tensors& inputs, const Tensors& outputs);
  /// The only input as the graph expects it: its shape checked, its dtype converted.
  Tensor prepared_input(const Tensor& x) const;

 public:
  struct Training;  // what compile() makes (models/training.h)
  Training& training() const;

 private:
  struct Graph;
  std::shared_ptr<Graph> graph_;
  std::shared_ptr<Training> training_;
};

struct LoadOptions {
  bool compile = true;  // as it was compiled, with the state of its optimizer; false: to predict, or to compile anew
  /// The architecture and other metadata may take limits.extra_bytes of memory.
  ReadLimits limits = {};
};

/// The model in a file: one that save() wrote, or one of Keras 3, a `.keras` archive or an `.h5` file of the older
/// kind, which are known by how they begin. A Sequential, functional or registered class; it goes on with its training
/// where it stopped. Throws FileError, for a damaged file with the name of the newest intact model beside it, if there
/// is one (load_latest_checkpoint takes that by itself), or `[load] unknown layer class "Foo" …`. A loss or metric that
/// Linnet does not know is a warning, and the model is then not compiled.
///   Sequential model({Dense(1)});
///   model.compile({.loss = "mse"});
///   model.build_for({{-1, 2}});
///   model.save("trained.safetensors");
///   load_model("trained.safetensors")->compiled();                      // -> true
///   load_model("trained.safetensors", {.compile = false})->compiled();  // -> false
std::shared_ptr<Model> load_model(const std::string& path, const LoadOptions& options = {});
/// From Keras's to_json() layout, without weights.
std::shared_ptr<Model> model_from_config(const Config& object);

}  // namespace linnet
#pragma GCC visibility pop
