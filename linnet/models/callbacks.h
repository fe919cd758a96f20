// The callbacks of Keras (keras.callbacks) that write no models; model_checkpoint.h and backup_and_restore.h have those
// that do.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "linnet/models/callback.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0;  // smaller changes are no improvement
  int patience = 0;      // epochs without improvement that are borne
  int verbose = 0;
  std::string mode = "auto";  // "min", "max"; auto: max for accuracies and other metrics that are better when larger
  std::optional<double> baseline = {};
  bool restore_best_weights = false;  // at the end of training, even if it was not stopped
  int start_from_epoch = 0;
};

/// Ends the training when `monitor` has not improved for `patience` epochs. State starts anew at each fit. Keras:
/// keras.callbacks.EarlyStopping.
///   Sequential model({Dense(1)});
///   model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = "mse"});
///   EarlyStopping stop({.monitor = "loss", .patience = 3, .restore_best_weights = true});
///   History history = model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 100, .verbose = 0, .callbacks = {stop}});
///   history.epoch.size();  // -> 4
class EarlyStopping final : public Callback {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options = {});
  void on_train_begin() override;
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  bool needs_batch_logs() const override { return false; }
  CallbackState state() const override;
  void set_state(const CallbackState& state) override;
  /// The epoch (from 0) at which training stopped; 0 if it ran to its end.
  int stopped_epoch() const { return stopped_epoch_; }
  /// The best value so far, the epoch (from 0) that had it, and how many epochs have gone by since.
  double best() const { return best_; }
  int best_epoch() const { return best_epoch_; }
  int wait() const { return wait_; }
  /// The weights of that epoch; none without restore_best_weights.
  const std::vector<Tensor>& best_weights() const { return best_weights_; }

 private:
  EarlyStoppingOptions options_;
  double best_ = 0;
  int wait_ = 0, best_epoch_ = 0, stopped_epoch_ = 0;
  std::vector<Tensor> best_weights_;
};

struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;  // new rate = rate * factor; below 1
  int patience = 10;
  int verbose = 0;
  std::string mode = "auto";
  double min_delta = 1e-4;
  int cooldown = 0;  // epochs to wait after a reduction
  double min_lr = 0;
};

/// Lowers the learning rate to rate * factor when `monitor` has not improved for `patience` epochs. Adds
/// "learning_rate" to the logs. Keras: keras.callbacks.ReduceLROnPlateau.
///   Sequential model({Dense(1)});
///   model.compile({.optimizer = "sgd", .loss = "mse"});
///   ReduceLROnPlateau lower({.monitor = "loss", .factor = 0.5, .patience = 1, .min_delta = 100});  // of nothing less
///   model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 3, .verbose = 0, .callbacks = {lower}});
///   model.optimizer().learning_rate();  // -> 0.0025
class ReduceLROnPlateau final : public Callback {
 public:
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});
  void on_train_begin() override;
  void on_epoch_end(int epoch, Logs& logs) override;
  bool needs_batch_logs() const override { return false; }
  CallbackState state() const override;
  void set_state(const CallbackState& state) override;
  /// The best value so far, how many epochs have gone by since, and for how many more it will not lower the rate.
  double best() const { return best_; }
  int wait() const { return wait_; }
  int cooldown_left() const { return cooldown_left_; }

 private:
  void reset();
  ReduceLROnPlateauOptions options_;
  double best_ = 0;
  int wait_ = 0, cooldown_left_ = 0;
};

/// Sets the learning rate at the start of each epoch: schedule(epoch, rate) -> rate. Adds "learning_rate" to the logs.
/// Keras: keras.callbacks.LearningRateScheduler.
///   Sequential model({Dense(1)});
///   model.compile({.optimizer = "sgd", .loss = "mse"});
///   LearningRateScheduler halve([](int epoch, double rate) { return epoch < 1 ? rate : rate / 2; });
///   History history = model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 3, .verbose = 0, .callbacks = {halve}});
///   history["learning_rate"];  // -> {0.01, 0.005, 0.0025}
class LearningRateScheduler final : public Callback {
 public:
  explicit LearningRateScheduler(std::function<double(int epoch, double rate)> schedule, int verbose = 0);
  void on_train_begin() override;
  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, Logs& logs) override;
  bool needs_batch_logs() const override { return false; }
  CallbackState state() const override;
  void set_state(const CallbackState& state) override;

 private:
  std::function<double(int, double)> schedule_;
  int verbose_;
  int epoch_ = -1;  // whose rate is set
};

/// A line an epoch in a CSV file: epoch, then the names of the logs in alphabetical order. Names that come later (val_
/// of a later first validation) have their column from the start; missing values are "NA". The file is replaced as a
/// whole after each epoch, the first time after the first one: what is there is never lost half-way. Keras:
/// keras.callbacks.CSVLogger.
///   Sequential model({Dense(1, {.kernel_initializer = "zeros"})});
///   model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = "mse"});
///   model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 2, .verbose = 0, .callbacks = {CSVLogger("history.csv")}});
///   // history.csv: epoch,loss / 0,1.0 / 1,1.0
class CSVLogger final : public Callback {
 public:
  /// Throws FileError when the file cannot be written.
  explicit CSVLogger(std::string path, std::string separator = ",", bool append = false);
  void on_train_begin() override;
  void on_epoch_end(int epoch, Logs& logs) override;
  bool needs_batch_logs() const override { return false; }
  CallbackState state() const override;
  void set_state(const CallbackState& state) override;

 private:
  std::string path_, separator_, text_;
  bool append_;
  std::vector<std::string> keys_;
};

/// Ends the training, instead of an error, when the loss of a batch is NaN or infinite. Keras:
/// keras.callbacks.TerminateOnNaN.
///   Sequential model({Dense(1)});
///   model.compile({.optimizer = SGD({.learning_rate = 1e30}), .loss = "mse"});
///   TerminateOnNaN stop;
///   History history = model.fit(ones({4, 1}), zeros({4, 1}), {.epochs = 10, .verbose = 0, .callbacks = {stop}});
///   history.epoch.size() < 10;  // -> true
class TerminateOnNaN final : public Callback {
 public:
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
};

/// Hooks from functions, each of which may be empty. Keras: keras.callbacks.LambdaCallback.
///   int epochs = 0;
///   LambdaCallback count;
///   count.epoch_end = [&](int, Logs&) { ++epochs; };
///   Sequential model({Dense(1)});
///   model.compile({.loss = "mse"});
///   model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 3, .verbose = 0, .callbacks = {count}});
///   epochs;  // -> 3
class LambdaCallback final : public Callback {
 public:
  std::function<void()> train_begin, train_end;
  std::function<void(int epoch)> epoch_begin;
  std::function<void(int epoch, Logs& logs)> epoch_end;
  std::function<void(std::int64_t batch)> train_batch_begin;
  std::function<void(std::int64_t batch, const Logs& logs)> train_batch_end;
  std::function<void()> test_begin, predict_begin, predict_end;
  std::function<void(const Logs& logs)> test_end;
  std::function<void(std::int64_t batch)> test_batch_begin, predict_batch_begin;
  std::function<void(std::int64_t batch, const Tensors& outputs)> predict_batch_end;
  std::function<void(std::int64_t batch, const Logs& logs)> test_batch_end;

  void on_train_begin() override;
  void on_train_end(const Logs&) override;
  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_batch_begin(std::int64_t batch) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_test_begin() override;
  void on_test_end(const Logs& logs) override;
  void on_test_batch_begin(std::int64_t batch) override;
  void on_test_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_predict_begin() override;
  void on_predict_end() override;
  void on_predict_batch_begin(std::int64_t batch) override;
  void on_predict_batch_end(std::int64_t batch, const Tensors& outputs) override;
  bool needs_batch_logs() const override { return train_batch_end || test_batch_end; }
};

}  // namespace linnet
#pragma GCC visibility pop
