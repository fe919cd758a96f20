// RunRecorder: what a report needs to know of a training, epoch by epoch.
#pragma once

#include <memory>

#include "linnet/models/callback.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Keeps the history of a training with two more names: "learning_rate", at the first step of the epoch, and "seconds",
/// spent on training without the validation. Unlike what fit() returns, its history is there when fit() throws.
///   Sequential model({Dense(1)});
///   model.compile({.loss = "mse"});
///   auto recorder = std::make_shared<RunRecorder>();
///   model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 3, .verbose = 0, .callbacks = {recorder}});
///   write_run("runs/first", model, {.history = recorder->history()});
class RunRecorder final : public Callback {
 public:
  RunRecorder();
  ~RunRecorder() override;
  RunRecorder(const RunRecorder&) = delete;
  RunRecorder& operator=(const RunRecorder&) = delete;

  void on_train_begin() override;
  void on_epoch_begin(int epoch) override;
  void on_train_batch_begin(std::int64_t batch) override;
  void on_test_begin() override;
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  bool needs_batch_logs() const override { return false; }
  /// A resumed training has the history of the whole; "seconds" are those spent before and after the interruption.
  CallbackState state() const override;
  void set_state(const CallbackState& state) override;

  /// Of all fits since it was made. An epoch without validation has NaN there.
  const History& history() const;
  /// Spent on training without the validation, in an epoch that was not finished as well.
  double seconds() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace linnet
#pragma GCC visibility pop
