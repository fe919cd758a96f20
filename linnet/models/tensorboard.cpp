#include "linnet/models/tensorboard.h"

#include <chrono>

#include "linnet/models/event_file.h"
#include "linnet/models/model.h"

namespace linnet {

namespace {
/// Of the logs of an epoch, those of the training or of the validation.
void write_epoch(EventFile& file, const Logs& logs, bool validation, int epoch) {
  const std::string prefix = "val_";
  for (const auto& [name, value] : logs)
    if (name.starts_with(prefix) == validation)
      file.scalar("epoch_" + (validation ? name.substr(prefix.size()) : name), value, epoch);
}

/// Seconds of a clock that only goes forward. A double: <chrono> would cost every program that includes the header.
double clock_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double per_second(std::int64_t steps, double seconds) { return seconds > 0 ? static_cast<double>(steps) / seconds : 0; }
}  // namespace

TensorBoard::TensorBoard(TensorBoardOptions options) : options_(std::move(options)) {
  check(!options_.log_dir.empty(), "[TensorBoard] expected a log_dir, received none");
  check(options_.histogram_freq >= 0, "[TensorBoard] expected histogram_freq >= 0, received ", options_.histogram_freq);
}

EventFile& TensorBoard::train() {
  if (!train_) train_ = std::make_shared<EventFile>(options_.log_dir + "/train");
  return *train_;
}

EventFile& TensorBoard::validation() {
  if (!validation_) validation_ = std::make_shared<EventFile>(options_.log_dir + "/validation");
  return *validation_;
}

void TensorBoard::on_train_begin() { train(); }

void TensorBoard::on_train_end(const Logs&) {
  train_.reset();
  validation_.reset();
}

void TensorBoard::on_epoch_begin(int) {
  steps_ = 0;
  epoch_began_ = batch_ended_ = clock_seconds();
}

void TensorBoard::on_train_batch_end(std::int64_t, const Logs& logs) {
  ++steps_;
  if (options_.update_freq.every_epoch()) return;
  const std::int64_t step = model().optimizer().iterations();
  if (options_.write_steps_per_second) {
    const double now = clock_seconds();
    train().scalar("batch_steps_per_second", per_second(1, now - std::exchange(batch_ended_, now)), step);
  }
  if (step % options_.update_freq.batches() != 0) return;
  for (const auto& [name, value] : logs) train().scalar("batch_" + name, value, step);
}

void TensorBoard::on_test_end(const Logs& logs) {
  const std::int64_t step = model().optimizer().iterations();
  for (const auto& [name, value] : logs) validation().scalar("evaluation_" + name + "_vs_iterations", value, step);
  validation().flush();
}

void TensorBoard::on_epoch_end(int epoch, Logs& logs) {
  write_epoch(train(), logs, false, epoch);
  if (logs.find("learning_rate") == nullptr)
    train().scalar("epoch_learning_rate", model().optimizer().learning_rate(), epoch);
  if (options_.write_steps_per_second)
    train().scalar("epoch_steps_per_second", per_second(steps_, clock_seconds() - epoch_began_), epoch);
  if (options_.histogram_freq > 0 && epoch % options_.histogram_freq == 0) write_histograms(epoch);
  train().flush();
  if (!validation_) return;
  write_epoch(*validation_, logs, true, epoch);
  validation_->flush();
}

void TensorBoard::write_histograms(int epoch) {
  for (const Variable& weight : model().weights()) {
    const std::vector<float> values = weight.value().to_vector<float>();
    train().histogram((weight.path().empty() ? weight.name() : weight.path()) + "/histogram", values, epoch);
  }
}

}  // namespace linnet
