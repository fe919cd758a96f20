#include "linnet/reports/run_recorder.h"

#include <chrono>
#include <limits>

#include "linnet/models/model.h"

namespace linnet {

using Clock = std::chrono::steady_clock;

struct RunRecorder::State {
  History history;
  Clock::time_point start;
  double seconds = 0;  // of this epoch, once training is over
  double learning_rate = 0;
};

RunRecorder::RunRecorder() : state_(std::make_unique<State>()) {}
RunRecorder::~RunRecorder() = default;

const History& RunRecorder::history() const { return state_->history; }

void RunRecorder::on_train_begin() { state_->seconds = 0; }

void RunRecorder::on_epoch_begin(int) {
  state_->start = Clock::now();
  state_->seconds = 0;
}

void RunRecorder::on_train_batch_begin(std::int64_t batch) {
  if (batch == 0) state_->learning_rate = model().optimizer().learning_rate();
}

void RunRecorder::on_test_begin() {
  state_->seconds = std::chrono::duration<double>(Clock::now() - state_->start).count();
}

void RunRecorder::on_epoch_end(int epoch, Logs& logs) {
  if (state_->seconds == 0) on_test_begin();  // there was no validation
  Logs all = logs;
  all.set("learning_rate", state_->learning_rate);
  all.set("seconds", state_->seconds);
  History& history = state_->history;
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (const auto& entry : all) history.history[entry.first].resize(history.epoch.size(), none);
  history.append(epoch, all);
  for (auto& entry : history.history) entry.second.resize(history.epoch.size(), none);
}

}  // namespace linnet
