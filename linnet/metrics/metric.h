// Metrics: numbers about predictions, added up over batches. Keras: keras.metrics.Metric.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What every metric is: update_state() adds a batch to sums, result() is the value over all of them. State is held by
/// handle: copies of a metric add to the same sums. Keras: keras.metrics.Metric.
///   class Largest final : public Metric {  // the largest error so far
///    public:
///     Largest() : Metric("largest") {}
///     void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor&) override {
///       value_ = std::max(value_, max(abs(y_pred - y_true)).item());
///     }
///     Tensor result() const override { return scalar(value_); }
///     void reset_state() override { value_ = 0; }
///     std::string class_name() const override { return "Largest"; }
///     Config config() const override { return {}; }
///
///    private:
///     double value_ = 0;
///   };
///   Largest metric;
///   metric.update_state(tensor({1, 2}), tensor({1.5, -1}), {});
///   metric.result();  // -> 3
class Metric {
 public:
  explicit Metric(std::string name) : name_(std::move(name)) {}
  virtual ~Metric() = default;

  /// Adds one batch. y_true and y_pred as for losses; sample_weight empty or broadcastable to the values.
  virtual void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) = 0;
  /// The value over everything since the last reset: a scalar, or a vector (one value a threshold or class).
  virtual Tensor result() const = 0;
  virtual void reset_state() = 0;
  /// The numbers that a model shows, by name. Default: result() by the metric's name, of a vector the mean.
  virtual std::vector<std::pair<std::string, double>> named_results() const;
  /// What update_state() has added up, as numbers that set_state() of an equal metric accepts: so a training that was
  /// interrupted within an epoch goes on with it (BackupAndRestore). Default: none, the metric starts anew there.
  virtual std::vector<double> state() const;
  /// Throws InvalidArgument when the numbers are not as many as state() gives.
  virtual void set_state(const std::vector<double>& numbers);

  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  virtual std::string class_name() const = 0;
  virtual Config config() const = 0;

  /// Keras's names ("mse", "mae", "sparse_categorical_accuracy", "AUC", …). Not "accuracy": see resolve_accuracy.
  static std::shared_ptr<Metric> get(std::string_view name);
  static std::shared_ptr<Metric> from_config(const Value& value);

 protected:
  void check_state(const std::vector<double>& numbers, std::size_t expected) const;

 private:
  std::string name_;
};

extern template class Handle<Metric>;
using AnyMetric = Handle<Metric>;

/// What "accuracy"/"acc" means for targets and predictions of these shapes (Keras: trainers/compile_utils.py): last
/// axis of y_pred 1: BinaryAccuracy; y_true of lower rank or last axis 1 against classes: SparseCategoricalAccuracy;
/// else CategoricalAccuracy. Likewise "crossentropy"/"ce". The metric is named as the user wrote it.
std::shared_ptr<Metric> resolve_metric(std::string_view name, const Shape& y_true, const Shape& y_pred);
/// A metric that averages a function (y_true, y_pred) -> values.
AnyMetric metric_from_function(std::string name, std::function<Tensor(const Tensor&, const Tensor&)> function);

}  // namespace linnet
#pragma GCC visibility pop
