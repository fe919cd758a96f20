// ModelCheckpoint: the model, or the best so far, as a file after each epoch. Keras: keras.callbacks.ModelCheckpoint.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "linnet/models/callback.h"
#include "linnet/models/save_frequency.h"

#pragma GCC visibility push(default)
namespace linnet {

class Model;

struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  int verbose = 0;                 // 1: says what it does
  bool save_best_only = false;     // only when `monitor` is better than it ever was
  bool save_weights_only = false;  // for load_weights; smaller, and without what training needs to go on
  std::string mode = "auto";  // "min", "max"; auto: max for accuracies and other metrics that are better when larger
  SaveFrequency save_freq = "epoch";
  std::optional<double> initial_value_threshold = {};  // the best value of an earlier training, to be beaten
  std::optional<int> keep_last = {};                   // Linnet's own: of the files it writes, only so many stay
};

/// Saves the model while it is trained. `filepath` ends in ".safetensors" and may hold the epoch (from 1), the batch
/// (from 1, where save_freq is a number) and the names of the logs, as Python formats them. Folders are made. Every
/// file appears complete or not at all; load_latest_checkpoint() finds the last one. Prints Keras's texts.
///
/// Throws InvalidArgument for another file name, an unknown mode, keep_last < 1, and in fit for a name that the logs do
/// not have; FileError when a file cannot be written: earlier ones are untouched.
///   Sequential model({Dense(1)});
///   model.compile({.loss = "mse"});
///   ModelCheckpoint save("runs/{epoch:02d}-{loss:.2f}.safetensors", {.monitor = "loss", .save_best_only = true});
///   model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 3, .verbose = 0, .callbacks = {save}});
///   std::shared_ptr<Model> best = load_latest_checkpoint("runs");
///   best->count_params();  // -> 2
class ModelCheckpoint final : public Callback {
 public:
  explicit ModelCheckpoint(std::string filepath, ModelCheckpointOptions options = {});
  void on_train_begin() override;
  void on_epoch_begin(int epoch) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_epoch_end(int epoch, Logs& logs) override;
  bool needs_batch_logs() const override;
  CallbackState state() const override;
  void set_state(const CallbackState& state) override;
  /// The best value so far, where only the best is saved.
  std::optional<double> best() const { return best_; }

 private:
  std::string path_for(std::optional<std::int64_t> batch, const Logs& logs) const;
  bool should_save(const std::string& path, const Logs& logs);
  void save(std::optional<std::int64_t> batch, const Logs& logs);
  void keep(const std::string& path);

  std::string filepath_;
  ModelCheckpointOptions options_;
  std::optional<double> best_;
  std::int64_t batches_ = 0;  // since the last file
  int epoch_ = 0;
  std::vector<std::string> kept_;  // files that it wrote, oldest first; as many as keep_last
};

/// The newest model among the checkpoints in a folder, or among those whose names match a filepath such as
/// ModelCheckpoint gets: "runs/{epoch:02d}-{val_loss:.4f}.safetensors". Newest by time of writing. When it is damaged,
/// the one before it is loaded, and a warning says so. Files with weights alone are passed over. Throws FileError when
/// there is none that is intact, naming what is wrong with each.
///   Sequential model({Dense(1)});
///   model(zeros({1, 3}));
///   std::filesystem::create_directory("checkpoints");
///   model.save("checkpoints/1.safetensors");
///   load_latest_checkpoint("checkpoints")->count_params();  // -> 4
std::shared_ptr<Model> load_latest_checkpoint(const std::string& folder_or_filepath);

}  // namespace linnet
#pragma GCC visibility pop
