// TensorBoard: what training measures, as event files. Keras: keras.callbacks.TensorBoard.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "linnet/models/callback.h"
#include "linnet/models/save_frequency.h"

#pragma GCC visibility push(default)
namespace linnet {

class EventFile;

struct TensorBoardOptions {
  std::string log_dir = "logs";
  int histogram_freq = 0;  // every how many epochs the weights' histograms are written; 0: never
  bool write_steps_per_second = false;
  SaveFrequency update_freq = "epoch";  // or every how many batches their logs are written as well; "batch": 1
};

/// Writes event files for TensorBoard (tensorboard --logdir logs): in log_dir/train "epoch_loss", "epoch_learning_rate"
/// and the other logs of an epoch at its number, from 0; in log_dir/validation those of the validation, and
/// "evaluation_loss_vs_iterations"; with an update_freq also "batch_loss" at the optimizer's step; histograms as
/// "dense/kernel/histogram". The network's graph, pictures and profiles are not written. Throws FileError when a file
/// cannot be made.
///   Sequential model({Dense(1)});
///   model.compile({.loss = "mse"});
///   TensorBoard board({.log_dir = "logs/first", .histogram_freq = 1});
///   model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 3, .verbose = 0, .callbacks = {board}});
class TensorBoard final : public Callback {
 public:
  explicit TensorBoard(TensorBoardOptions options = {});
  void on_train_begin() override;
  void on_train_end(const Logs& logs) override;
  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_test_end(const Logs& logs) override;
  bool needs_batch_logs() const override { return !options_.update_freq.every_epoch(); }

 private:
  EventFile& train();
  EventFile& validation();
  void write_histograms(int epoch);

  TensorBoardOptions options_;
  std::shared_ptr<EventFile> train_, validation_;
  std::int64_t steps_ = 0;                    // of this epoch
  double epoch_began_ = 0, batch_ended_ = 0;  // in seconds
};

}  // namespace linnet
#pragma GCC visibility pop
