// What a training run measured, as numbers for programs and for people.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "linnet/linnet.h"

namespace linnet::cli {

/// Seconds spent training in each epoch, without the validation after it.
class EpochTimer final : public Callback {
 public:
  void on_epoch_begin(int) override { start(); }
  void on_test_begin() override { stop(); }
  void on_epoch_end(int, Logs&) override { stop(); }
  bool needs_batch_logs() const override { return false; }

  const std::vector<double>& seconds() const { return seconds_; }
  double total() const;

 private:
  using Clock = std::chrono::steady_clock;
  void start() {
    running_ = true;
    start_ = Clock::now();
  }
  void stop();

  bool running_ = false;
  Clock::time_point start_;
  std::vector<double> seconds_;
};

/// The most memory this process has had, and that of tensors, in MiB.
double peak_rss_mb();
double size_mb(const Tensors& tensors);

/// {"dataset": …, "epochs": [{"loss": …, "accuracy": …, "val_loss": …, "val_accuracy": …, "seconds": …}, …],
/// "train_seconds": …, "test_loss": …, "test_accuracy": …, "parameters": …, …}
Config training_report(const TrainOptions& options, const Model& model, const History& history, const EpochTimer& timer,
                       const Logs& test, double data_mb);

/// Throws now, with the option's name, when a file could not be written after the work is done.
void check_writable(const std::string& option, const std::string& path);

}  // namespace linnet::cli
