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

/// Ends the training when `monitor` has not improved for `patience` epochs. State starts anew at each fit.
///   EarlyStopping({.monitor = "val_loss", .patience = 3, .restore_best_weights = true})
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

/// Lowers the learning rate when `monitor` has stopped improving. Adds "learning_rate" to the logs.
class ReduceLROnPlateau final : public Callback {
 public:
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});
  void on_train_begin() override;
  void on_epoch_end(int epoch, Logs& logs) override;
  bool needs_batch_logs() const override { return false; }
  CallbackState state() const override;
  void set_state(const CallbackState& state) override;

 private:
  void reset();
  ReduceLROnPlateauOptions options_;
  double best_ = 0;
  int wait_ = 0, cooldown_left_ = 0;
};

/// Sets the learning rate at the start of each epoch: schedule(epoch, rate) -> rate. Adds "learning_rate" to the logs.
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
/// whole after each epoch, the first time after the first one: what is there is never lost half-way.
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

/// Ends the training, instead of an error, when the loss of a batch is NaN or infinite.
class TerminateOnNaN final : public Callback {
 public:
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
};

/// Hooks from functions: LambdaCallback c; c.epoch_end = [](int epoch, Logs& logs) { … };
class LambdaCallback final : public Callback {
 public:
  std::function<void()> train_begin, train_end;
  std::function<void(int epoch)> epoch_begin;
  std::function<void(int epoch, Logs& logs)> epoch_end;
  std::function<void(std::int64_t batch)> train_batch_begin;
  std::function<void(std::int64_t batch, const Logs& logs)> train_batch_end;

  void on_train_begin() override;
  void on_train_end(const Logs&) override;
  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_batch_begin(std::int64_t batch) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  bool needs_batch_logs() const override { return static_cast<bool>(train_batch_end); }
};

}  // namespace linnet
#pragma GCC visibility pop
