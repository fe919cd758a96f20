// BackupAndRestore: a training that was killed goes on as if nothing had happened. Keras:
// keras.callbacks.BackupAndRestore.
#pragma once

#include <string>

#include "linnet/models/callback.h"
#include "linnet/models/save_frequency.h"

#pragma GCC visibility push(default)
namespace linnet {

struct BackupAndRestoreOptions {
  SaveFrequency save_freq = "epoch";
  bool delete_checkpoint = true;  // when the training has ended by itself
};

/// Saves the whole state of fit() in a folder, and begins the next fit() that is given the same folder with it: run the
/// same program again. What is saved is more than Keras saves, and enough for weights, history and printed numbers to
/// equal those of an unbroken run to the bit, from the batch on: weights, optimizer, the order of the samples and the
/// position in it, random states, the sums of the metrics within the epoch, the history, and the states of the other
/// callbacks (EarlyStopping, ReduceLROnPlateau, LearningRateScheduler, CSVLogger, ModelCheckpoint, and one's own, by
/// Callback::state). History is that of the whole training; Keras's has the resumed epochs only.
///
/// The last two backups are kept. When the newer one is damaged, the one before it is used and a warning says so. After
/// Ctrl-C the folder stays as well, with a backup of the last batch. The files are models too: load_model reads them.
///
/// Throws InvalidArgument in fit when the backup is of another model, optimizer, number of callbacks or (in the middle
/// of an epoch) data set or batch size; FileError when backups are there, but none is intact, or none can be written.
///   Sequential model({Dense(1)});
///   model.compile({.loss = "mse"});
///   BackupAndRestore backup("runs/backup", {.save_freq = 100});  // every 100 batches
///   model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 3, .verbose = 0, .callbacks = {backup}});
class BackupAndRestore final : public Callback {
 public:
  explicit BackupAndRestore(std::string backup_dir, BackupAndRestoreOptions options = {});
  void on_train_begin() override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  bool needs_batch_logs() const override { return false; }
  bool comes_last() const override { return true; }
  /// Did the last fit begin with a backup? (Ask the object itself: pass fit a std::shared_ptr to it.)
  bool resumed() const { return resumed_; }

 private:
  void save(int epoch, std::int64_t step, const History& history);

  std::string folder_;
  BackupAndRestoreOptions options_;
  std::string latest_;  // the file that was written or read last
  std::int64_t batches_ = 0;
  bool resumed_ = false;
};

}  // namespace linnet
#pragma GCC visibility pop
