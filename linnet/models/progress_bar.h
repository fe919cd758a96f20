// The progress bar: Keras's text, character by character (keras.utils.Progbar).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "linnet/models/callback.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Where it writes and what time it is: replaced in tests.
struct Console {
  std::function<void(const std::string&)> print;  // default: standard output, flushed
  std::function<double()> now;                    // seconds; default: a steady clock
  /// What fit says when Ctrl-C ends it in this epoch, behind this batch, with so many epochs in its history. Default:
  /// in English.
  std::function<std::string(int epoch, std::int64_t batch, std::size_t epochs)> stopped_text = {};
};

struct ProgressBarOptions {
  std::optional<std::int64_t> target = {};         // number of steps; unknown if empty
  int width = 20;                                  // of the bar, in characters
  int verbose = 1;                                 // 0 nothing, 1 a bar, 2 one line at the end
  std::vector<std::string> stateful_metrics = {};  // shown as they are; others are averaged over the steps
  bool average_values = true;                      // false: every value is shown as it is
  double interval = 0.05;                          // seconds between refreshes, at least
  std::string unit_name = "step";                  // what is counted
  Console console = {};
};

/// Keras's progress bar: 938/938 ━━━━━━━━━━━━━━━━━━━━ 1s 1ms/step - loss: 0.3000. Keras: keras.utils.Progbar.
///   ProgressBar bar({.target = 938});
///   bar.update(1, {{"loss", 2.3}});
///   bar.update(938, {{"loss", 0.3}});
class ProgressBar {
 public:
  using Values = std::vector<std::pair<std::string, double>>;

  explicit ProgressBar(ProgressBarOptions options = {});
  /// `current` steps are done. Finishes the line when `finalize`, by default when current reaches the target.
  void update(std::int64_t current, const Values& values = {}, std::optional<bool> finalize = std::nullopt);
  /// The same without printing.
  void step(std::int64_t current);
  /// How many steps are done.
  std::int64_t seen() const { return seen_; }
  /// Would update() print now? (Values need not be computed otherwise.)
  bool due() const;
  void set_target(std::int64_t target) { options_.target = target; }

 private:
  struct Value {
    std::string name;
    double sum = 0, count = 0;
  };
  void add(const Values& values, std::int64_t steps, bool finalize);
  double seconds_per_step(std::int64_t current, double now);
  std::string step_time(double seconds) const;
  std::string bar(std::int64_t current) const;
  std::string count(std::int64_t current) const;
  std::string values_text() const;

  ProgressBarOptions options_;
  std::vector<Value> values_;
  std::int64_t seen_ = 0;
  double start_ = 0, last_update_ = 0;
  std::optional<double> after_first_step_;
  std::size_t previous_width_ = 0;
};

/// The callback that fit, evaluate and predict add for verbose 1 and 2: a ProgressBar for every epoch. Keras:
/// ProgbarLogger.
///   std::string text;
///   set_console({.print = [&](const std::string& part) { text += part; }, .now = {}});
///   Sequential model({Dense(1)});
///   model.compile({.loss = "mse"});
///   model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 2, .verbose = 2});  // adds a ProgressBarLogger
///   set_console(default_console());
///   text.substr(0, 9);  // -> "Epoch 1/2"
class ProgressBarLogger final : public Callback {
 public:
  explicit ProgressBarLogger(Console console = {});
  void on_train_begin() override;
  void on_train_end(const Logs&) override { in_fit_ = false; }
  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_test_begin() override;
  void on_test_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_test_end(const Logs& logs) override;
  void on_predict_begin() override;
  void on_predict_batch_end(std::int64_t batch, const Tensors&) override;
  void on_predict_end() override;
  bool needs_batch_logs() const override;

 private:
  void start();
  void finish(const Logs& logs);
  Console console_;
  std::optional<ProgressBar> bar_;
  std::int64_t seen_ = 0;
  std::optional<std::int64_t> known_steps_;  // the first epoch tells where nobody else does
  bool in_fit_ = false;
};

/// Replaces the console of every progress bar that fit, evaluate and predict start from now on (tests, notebooks).
void set_console(Console console);
Console default_console();

}  // namespace linnet
#pragma GCC visibility pop
