#include "linnet/reports/run_recorder.h"

#include <chrono>
#include <limits>

#include "linnet/models/callback_support.h"
#include "linnet/models/model.h"

namespace linnet {

using Clock = std::chrono::steady_clock;

struct RunRecorder::State {
  History history;
  Clock::time_point start;
  double earlier_seconds = 0;  // of this epoch, before the training was interrupted
  double seconds = 0;          // of this epoch, once training is over
  double learning_rate = 0;
  bool in_epoch = false;

  double elapsed() const { return earlier_seconds + std::chrono::duration<double>(Clock::now() - start).count(); }
};

RunRecorder::RunRecorder() : state_(std::make_unique<State>()) {}
RunRecorder::~RunRecorder() = default;

const History& RunRecorder::history() const { return state_->history; }

void RunRecorder::on_train_begin() {
  state_->seconds = state_->earlier_seconds = 0;
  state_->in_epoch = false;
}

void RunRecorder::on_epoch_begin(int) {
  state_->start = Clock::now();
  state_->seconds = 0;
  state_->in_epoch = true;
}

void RunRecorder::on_train_batch_begin(std::int64_t batch) {
  if (batch == 0) state_->learning_rate = model().optimizer().learning_rate();
}

void RunRecorder::on_test_begin() { state_->seconds = state_->elapsed(); }

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
  state_->earlier_seconds = 0;
  state_->in_epoch = false;
}

void RunRecorder::on_train_end(const Logs&) {
  if (state_->in_epoch && state_->seconds == 0) on_test_begin();  // it was not finished
}

double RunRecorder::seconds() const {
  double sum = state_->in_epoch ? state_->seconds : 0;
  if (const auto found = state_->history.history.find("seconds"); found != state_->history.history.end())
    for (double seconds : found->second) sum += seconds;
  return sum;
}

CallbackState RunRecorder::state() const {
  return CallbackState({{"class_name", "RunRecorder"},
                        {"history", history_to_config(state_->history)},
                        {"seconds", exact_value(state_->in_epoch ? state_->elapsed() : 0)},
                        {"learning_rate", exact_value(state_->learning_rate)}});
}

void RunRecorder::set_state(const CallbackState& state) {
  check_class(state, "RunRecorder");
  state_->history = history_from_config(state.values.at("history").as_config());
  state_->earlier_seconds = exact_double(state.values.at("seconds"));
  state_->learning_rate = exact_double(state.values.at("learning_rate"));
}

}  // namespace linnet
