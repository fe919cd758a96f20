#include "linnet/models/callbacks.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "linnet/base/atomic_file.h"
#include "linnet/base/fields.h"
#include "linnet/base/whole_file.h"
#include "linnet/models/callback_support.h"
#include "linnet/models/model.h"
#include "linnet/models/progress_bar.h"
#include "linnet/models/training.h"

namespace linnet {

CallbackState::CallbackState() = default;
CallbackState::CallbackState(Config numbers, std::vector<Tensor> arrays)
    : values(std::move(numbers)), tensors(std::move(arrays)) {}
CallbackState::CallbackState(const CallbackState&) = default;
CallbackState& CallbackState::operator=(const CallbackState&) = default;
CallbackState::~CallbackState() = default;

CallbackState Callback::state() const { return {}; }
void Callback::set_state(const CallbackState&) {}

template class Handle<Callback>;

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

CallbackState EarlyStopping::state() const {
  return CallbackState({{"class_name", "EarlyStopping"},
                        {"best", exact_value(best_)},
                        {"wait", wait_},
                        {"best_epoch", best_epoch_},
                        {"stopped_epoch", stopped_epoch_}},
                       best_weights_);
}

void EarlyStopping::set_state(const CallbackState& state) {
  check_class(state, "EarlyStopping");
  best_ = exact_double(state.values.at("best"));
  wait_ = static_cast<int>(state.values.at("wait").as_int());
  best_epoch_ = static_cast<int>(state.values.at("best_epoch").as_int());
  stopped_epoch_ = static_cast<int>(state.values.at("stopped_epoch").as_int());
  best_weights_ = state.tensors;
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

CallbackState ReduceLROnPlateau::state() const {
  return CallbackState({{"class_name", "ReduceLROnPlateau"},
                        {"best", exact_value(best_)},
                        {"wait", wait_},
                        {"cooldown_left", cooldown_left_}});
}

void ReduceLROnPlateau::set_state(const CallbackState& state) {
  check_class(state, "ReduceLROnPlateau");
  best_ = exact_double(state.values.at("best"));
  wait_ = static_cast<int>(state.values.at("wait").as_int());
  cooldown_left_ = static_cast<int>(state.values.at("cooldown_left").as_int());
}

LearningRateScheduler::LearningRateScheduler(std::function<double(int, double)> schedule, int verbose)
    : schedule_(std::move(schedule)), verbose_(verbose) {
  check(static_cast<bool>(schedule_),
        "[LearningRateScheduler] expected a function (epoch, rate) -> rate, received none");
}

void LearningRateScheduler::on_train_begin() { epoch_ = -1; }

void LearningRateScheduler::on_epoch_begin(int epoch) {
  // In an epoch that is resumed the rate is set, and a schedule that goes by the last rate must not be asked again.
  const bool resumed = std::exchange(epoch_, epoch) == epoch;
  const double present = model().optimizer().learning_rate(), rate = resumed ? present : schedule_(epoch, present);
  check(std::isfinite(rate), "[LearningRateScheduler] expected a finite learning rate, received ", rate);
  model().optimizer().set_learning_rate(rate);
  if (verbose_ > 0) say(concat("\nEpoch ", epoch + 1, ": LearningRateScheduler setting learning rate to ", rate, "."));
}

void LearningRateScheduler::on_epoch_end(int, Logs& logs) {
  logs.set("learning_rate", model().optimizer().learning_rate());
}

CallbackState LearningRateScheduler::state() const {
  return CallbackState({{"class_name", "LearningRateScheduler"}, {"epoch", epoch_}});
}

void LearningRateScheduler::set_state(const CallbackState& state) {
  check_class(state, "LearningRateScheduler");
  epoch_ = static_cast<int>(state.values.at("epoch").as_int());
}

namespace {

/// As Python writes it: 1.0, 0.25, 1e-05.
std::string number(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
  char text[64];
  const double size = std::abs(value);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::string written(text, std::to_chars(text, text + sizeof text, value, format).ptr);
  return plain && written.find('.') == written.npos ? written + ".0" : written;
}

/// "[1.0, 0.5]" with its quotes, as Keras writes metrics with several results.
std::string list(const Tensor& results) {
  std::string text;
  for (double value : results.to_vector<double>()) text += (text.empty() ? "" : ", ") + number(value);
  return "\"[" + text + "]\"";
}

}  // namespace

CSVLogger::CSVLogger(std::string path, std::string separator, bool append)
    : path_(std::move(path)), separator_(std::move(separator)), append_(append) {}

void CSVLogger::on_train_begin() {
  keys_.clear();
  text_.clear();
  const bool has_lines = std::filesystem::is_regular_file(path_);  // a pipe has none
  if (append_ && has_lines) text_ = detail::read_whole_file("CSVLogger", path_);
  const detail::AtomicFile can_be_written(path_, "CSVLogger");
}

void CSVLogger::on_epoch_end(int epoch, Logs& logs) {
  if (keys_.empty()) {
    std::map<std::string, double> sorted;
    for (const auto& [key, value] : logs) sorted[key] = value;
    for (const auto& entry : sorted) keys_.push_back(entry.first);
    const bool has_validation =
        std::any_of(keys_.begin(), keys_.end(), [](auto& key) { return key.starts_with("val_"); });
    for (std::size_t i = 0, count = keys_.size(); !has_validation && i < count; ++i) keys_.push_back("val_" + keys_[i]);
    if (text_.empty()) {
      text_ = "epoch";
      for (const std::string& key : keys_) text_ += separator_ + key;
      text_ += "\n";
    }
  }
  text_ += std::to_string(epoch);
  for (const std::string& key : keys_) {
    const double* value = logs.find(key);
    text_ += separator_ + (value == nullptr             ? "NA"
                           : logs.array(key) == nullptr ? number(*value)
                                                        : list(*logs.array(key)));
  }
  text_ += "\n";
  write_file_atomically(path_, text_, "CSVLogger");
  if (!std::filesystem::is_regular_file(path_)) text_.clear();  // a pipe has taken it
}

CallbackState CSVLogger::state() const {
  return CallbackState({{"class_name", "CSVLogger"}, {"keys", to_value(keys_)}, {"text", text_}});
}

void CSVLogger::set_state(const CallbackState& state) {
  check_class(state, "CSVLogger");
  from_value(state.values.at("keys"), keys_);
  text_ = state.values.at("text").as_string();
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
void LambdaCallback::on_test_begin() {
  if (test_begin) test_begin();
}
void LambdaCallback::on_test_end(const Logs& logs) {
  if (test_end) test_end(logs);
}
void LambdaCallback::on_test_batch_begin(std::int64_t batch) {
  if (test_batch_begin) test_batch_begin(batch);
}
void LambdaCallback::on_test_batch_end(std::int64_t batch, const Logs& logs) {
  if (test_batch_end) test_batch_end(batch, logs);
}
void LambdaCallback::on_predict_begin() {
  if (predict_begin) predict_begin();
}
void LambdaCallback::on_predict_end() {
  if (predict_end) predict_end();
}
void LambdaCallback::on_predict_batch_begin(std::int64_t batch) {
  if (predict_batch_begin) predict_batch_begin(batch);
}
void LambdaCallback::on_predict_batch_end(std::int64_t batch, const Tensors& outputs) {
  if (predict_batch_end) predict_batch_end(batch, outputs);
}

}  // namespace linnet
