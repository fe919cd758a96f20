#include "linnet/models/callbacks.h"

#include <cmath>
#include <cstdio>
#include <fstream>

#include "linnet/base/warning.h"
#include "linnet/models/model.h"
#include "linnet/models/progress_bar.h"
#include "linnet/models/training.h"

namespace linnet {
namespace {

void say(const std::string& line) { default_console().print(line + "\n"); }

std::string joined_keys(const Logs& logs) {
  std::string text;
  for (const auto& entry : logs) text += (text.empty() ? "" : ", ") + entry.first;
  return text;
}

/// The monitored value; null with a warning when the logs do not have it.
const double* monitored(const Logs& logs, const std::string& monitor, const char* who) {
  const double* value = logs.find(monitor);
  if (value == nullptr)
    warn(concat("[", who, "] expected to monitor \"", monitor, "\", but the logs have only: ", joined_keys(logs)));
  return value;
}

/// Larger is better? Keras decides by the metric; names tell the same.
bool larger_is_better(const std::string& mode, const std::string& monitor, const char* who) {
  check(mode == "auto" || mode == "min" || mode == "max", "[", who, "] expected mode auto, min or max, received \"",
        mode, "\"");
  if (mode != "auto") return mode == "max";
  const std::string words = "_" + monitor + "_";  // whole words: "previous" holds "iou"
  for (const char* word : {"accuracy", "acc", "auc", "precision", "recall", "f1_score", "fbeta_score", "iou", "io_u",
                           "r2_score", "sensitivity", "specificity", "true_positives", "true_negatives",
                           "cosine_similarity", "pearson_correlation", "concordance_correlation"})
    if (words.find(concat("_", word, "_")) != std::string::npos) return true;
  return false;
}

/// Is `value` better than `reference` by more than `min_delta`?
bool improves(double value, double reference, bool larger, double min_delta) {
  return larger ? value - min_delta > reference : value + min_delta < reference;
}

double worst(bool larger) {
  return larger ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

}  // namespace

std::shared_ptr<Callback> Callback::get(std::string_view name) {
  fail("[callback] expected an object such as EarlyStopping({.patience = 3}), received the name \"", name, "\"");
}

EarlyStopping::EarlyStopping(EarlyStoppingOptions options) : options_(std::move(options)) {
  check(options_.patience >= 0, "[EarlyStopping] expected patience >= 0, received ", options_.patience);
  larger_is_better(options_.mode, options_.monitor, "EarlyStopping");
}

void EarlyStopping::on_train_begin() {
  wait_ = stopped_epoch_ = best_epoch_ = 0;
  best_weights_.clear();
  best_ = worst(larger_is_better(options_.mode, options_.monitor, "EarlyStopping"));
}

void EarlyStopping::on_epoch_end(int epoch, Logs& logs) {
  const double* value = monitored(logs, options_.monitor, "EarlyStopping");
  if (value == nullptr || epoch < options_.start_from_epoch) return;
  const bool larger = larger_is_better(options_.mode, options_.monitor, "EarlyStopping");
  const double delta = std::abs(options_.min_delta);
  if (options_.restore_best_weights && best_weights_.empty()) {  // something to restore, even if nothing ever improves
    best_weights_ = model().get_weights();
    best_epoch_ = epoch;
  }
  ++wait_;
  if (improves(*value, best_, larger, delta)) {
    best_ = *value;
    best_epoch_ = epoch;
    if (options_.restore_best_weights) best_weights_ = model().get_weights();
    if (!options_.baseline || improves(*value, *options_.baseline, larger, delta)) wait_ = 0;
    return;
  }
  if (wait_ >= options_.patience && epoch > 0) {
    stopped_epoch_ = epoch;
    model().stop_training();
  }
}

void EarlyStopping::on_train_end(const Logs&) {
  if (stopped_epoch_ > 0 && options_.verbose > 0) say(concat("Epoch ", stopped_epoch_ + 1, ": early stopping"));
  if (options_.restore_best_weights && !best_weights_.empty()) {
    if (options_.verbose > 0)
      say(concat("Restoring model weights from the end of the best epoch: ", best_epoch_ + 1, "."));
    model().set_weights(best_weights_);
  }
}

ReduceLROnPlateau::ReduceLROnPlateau(ReduceLROnPlateauOptions options) : options_(std::move(options)) {
  check(options_.factor < 1, "[ReduceLROnPlateau] expected factor < 1, received ", options_.factor);
  larger_is_better(options_.mode, options_.monitor, "ReduceLROnPlateau");
}

void ReduceLROnPlateau::reset() {
  best_ = worst(larger_is_better(options_.mode, options_.monitor, "ReduceLROnPlateau"));
  wait_ = cooldown_left_ = 0;
}

void ReduceLROnPlateau::on_train_begin() { reset(); }

void ReduceLROnPlateau::on_epoch_end(int epoch, Logs& logs) {
  logs.set("learning_rate", model().optimizer().learning_rate());
  const double* value = monitored(logs, options_.monitor, "ReduceLROnPlateau");
  if (value == nullptr) return;
  const bool larger = larger_is_better(options_.mode, options_.monitor, "ReduceLROnPlateau");
  if (cooldown_left_ > 0) {
    --cooldown_left_;
    wait_ = 0;
  }
  if (improves(*value, best_, larger, options_.min_delta)) {
    best_ = *value;
    wait_ = 0;
  } else if (cooldown_left_ == 0 && ++wait_ >= options_.patience) {
    const double old_rate = model().optimizer().learning_rate();
    if (old_rate <= static_cast<double>(static_cast<float>(options_.min_lr))) return;
    const double rate = std::max(old_rate * options_.factor, options_.min_lr);
    model().optimizer().set_learning_rate(rate);
    if (options_.verbose > 0)
      say(concat("\nEpoch ", epoch + 1, ": ReduceLROnPlateau reducing learning rate to ", rate, "."));
    cooldown_left_ = options_.cooldown;
    wait_ = 0;
  }
}

LearningRateScheduler::LearningRateScheduler(std::function<double(int, double)> schedule, int verbose)
    : schedule_(std::move(schedule)), verbose_(verbose) {
  check(static_cast<bool>(schedule_),
        "[LearningRateScheduler] expected a function (epoch, rate) -> rate, received none");
}

void LearningRateScheduler::on_epoch_begin(int epoch) {
  const double rate = schedule_(epoch, model().optimizer().learning_rate());
  check(std::isfinite(rate), "[LearningRateScheduler] expected a finite learning rate, received ", rate);
  model().optimizer().set_learning_rate(rate);
  if (verbose_ > 0) say(concat("\nEpoch ", epoch + 1, ": LearningRateScheduler setting learning rate to ", rate, "."));
}

void LearningRateScheduler::on_epoch_end(int, Logs& logs) {
  logs.set("learning_rate", model().optimizer().learning_rate());
}

CSVLogger::CSVLogger(std::string path, std::string separator, bool append)
    : path_(std::move(path)), separator_(std::move(separator)), append_(append) {}

void CSVLogger::on_train_begin() {
  keys_.clear();
  std::ofstream file(path_, append_ ? std::ios::app : std::ios::trunc);
  if (!file) fail<FileError>("[CSVLogger] cannot write \"", path_, "\"; check that the folder exists");
}

void CSVLogger::on_epoch_end(int epoch, Logs& logs) {
  std::ofstream file(path_, std::ios::app);
  if (keys_.empty()) {
    std::map<std::string, double> sorted;
    for (const auto& [key, value] : logs) sorted[key] = value;
    for (const auto& entry : sorted) keys_.push_back(entry.first);
    const bool has_validation =
        std::any_of(keys_.begin(), keys_.end(), [](auto& key) { return key.starts_with("val_"); });
    for (std::size_t i = 0, count = keys_.size(); !has_validation && i < count; ++i) keys_.push_back("val_" + keys_[i]);
    if (!append_ || file.tellp() == std::ofstream::pos_type(0)) {
      file << "epoch";
      for (const std::string& key : keys_) file << separator_ << key;
      file << "\n";
    }
  }
  file << epoch;
  for (const std::string& key : keys_) {
    const double* value = logs.find(key);
    file << separator_ << (value ? concat(*value) : "NA");
  }
  file << "\n";
  file.flush();
  if (!file) fail<FileError>("[CSVLogger] cannot write \"", path_, "\"; is the disk full?");
}

void TerminateOnNaN::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  const double* loss = logs.find("loss");
  if (loss == nullptr || std::isfinite(*loss)) return;
  say(concat("Batch ", batch, ": Invalid loss, terminating training"));
  model().stop_training();
}

void LambdaCallback::on_train_begin() {
  if (train_begin) train_begin();
}
void LambdaCallback::on_train_end(const Logs&) {
  if (train_end) train_end();
}
void LambdaCallback::on_epoch_begin(int epoch) {
  if (epoch_begin) epoch_begin(epoch);
}
void LambdaCallback::on_epoch_end(int epoch, Logs& logs) {
  if (epoch_end) epoch_end(epoch, logs);
}
void LambdaCallback::on_train_batch_begin(std::int64_t batch) {
  if (train_batch_begin) train_batch_begin(batch);
}
void LambdaCallback::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  if (train_batch_end) train_batch_end(batch, logs);
}

}  // namespace linnet
