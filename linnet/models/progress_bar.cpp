#include "linnet/models/progress_bar.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "linnet/base/check.h"
#include "linnet/base/display_width.h"

namespace linnet {
namespace {

const std::string bold = "\x1b[1m", green = "\x1b[32m", white = "\x1b[37m", plain = "\x1b[0m";

template <class... Numbers>
std::string format(const char* pattern, Numbers... numbers) {
  char text[64];
  std::snprintf(text, sizeof text, pattern, numbers...);
  return text;
}

/// Columns on the screen: those of the text without escape sequences.
std::size_t visible_width(const std::string& text) {
  std::string text_only;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b')
      text_only += text[i];
    else
      while (text[i] != 'm') ++i;
  }
  return detail::display_width(text_only);
}

std::string cells(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "━";
  return text;
}

/// 9s, 1:05, 1:02:03.
std::string remaining_time(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::floor(seconds));
  const long long hours = whole / 3600, minutes = whole % 3600 / 60, rest = whole % 60;
  if (seconds > 3600) return format("%lld:%02lld:%02lld", hours, minutes, rest);
  if (seconds > 60) return format("%lld:%02lld", static_cast<long long>(whole / 60), rest);
  return format("%llds", static_cast<long long>(whole));
}

Console& replaced_console() {
  static Console console;
  return console;
}

}  // namespace

void set_console(Console console) { replaced_console() = std::move(console); }

Console default_console() {
  Console console = replaced_console();
  if (!console.print)
    console.print = [](const std::string& text) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      std::fflush(stdout);
    };
  if (!console.now)
    console.now = [] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
  if (!console.stopped_text)
    console.stopped_text = [](int epoch, std::int64_t batch, std::size_t epochs) {
      return concat("\nStopped by Ctrl-C in epoch ", epoch, " after batch ", batch,
                    "; weights are kept, and the history of ", epochs, " epochs.\n");
    };
  return console;
}

ProgressBar::ProgressBar(ProgressBarOptions options) : options_(std::move(options)) {
  const Console fallback = default_console();
  if (!options_.console.print) options_.console.print = fallback.print;
  if (!options_.console.now) options_.console.now = fallback.now;
  start_ = options_.console.now();
}

bool ProgressBar::due() const {
  return options_.verbose == 1 && options_.console.now() - last_update_ >= options_.interval;
}

void ProgressBar::add(const Values& values, std::int64_t steps, bool finalize) {
  for (const auto& [name, value] : values) {
    auto it = std::find_if(values_.begin(), values_.end(), [&n = name](const Value& other) { return other.name == n; });
    if (it == values_.end()) it = values_.insert(values_.end(), Value{name});
    const bool as_it_is = finalize || !options_.average_values ||
                          std::find(options_.stateful_metrics.begin(), options_.stateful_metrics.end(), name) !=
                              options_.stateful_metrics.end();
    const auto weight = static_cast<double>(steps);
    *it = as_it_is ? Value{name, value, 1} : Value{name, it->sum + value * weight, it->count + weight};
  }
}

// The first step is left out of the mean: it pays for what happens once.
double ProgressBar::seconds_per_step(std::int64_t current, double now) {
  if (current == 0) return 0;
  const double seconds = after_first_step_ && current > 1
                             ? (now - *after_first_step_) / static_cast<double>(current - 1)
                             : (now - start_) / static_cast<double>(current);
  if (current == 1) after_first_step_ = now;
  return seconds;
}

std::string ProgressBar::step_time(double seconds) const {
  if (seconds >= 1 || seconds == 0) return format(" %.0fs/", seconds) + options_.unit_name;
  if (seconds >= 1e-3) return format(" %.0fms/", seconds * 1e3) + options_.unit_name;
  return format(" %.0fus/", seconds * 1e6) + options_.unit_name;
}

std::string ProgressBar::count(std::int64_t current) const {
  const std::string target = std::to_string(*options_.target), done = std::to_string(current);
  return std::string(target.size() - std::min(target.size(), done.size()), ' ') + done + "/" + target;
}

std::string ProgressBar::bar(std::int64_t current) const {
  if (!options_.target) return format("%7lld/Unknown", static_cast<long long>(current));
  const int done =
      static_cast<int>(options_.width * (static_cast<double>(current) / static_cast<double>(*options_.target)));
  return bold + count(current) + plain + " " + (done > 0 ? green + cells(done) + plain : "") + white +
         cells(options_.width - done) + plain;
}

std::string ProgressBar::values_text() const {
  std::string text;
  for (const Value& value : values_) {
    const double mean = value.sum / std::max(1.0, value.count);
    const double size =
        options_.verbose == 1 ? std::abs(mean) : mean;  // as Keras: the one-line form tests the sign too
    text += " - " + value.name + ": " + format(size > 1e-3 ? "%.4f" : "%.4e", mean);
  }
  return text;
}

void ProgressBar::update(std::int64_t current, const Values& values, std::optional<bool> finalize_wanted) {
  const bool finalize = finalize_wanted.value_or(options_.target && current >= *options_.target);
  add(values, std::max<std::int64_t>(current - seen_, 1), finalize);
  seen_ = current;
  const double now = options_.console.now();
  const double per_step = seconds_per_step(current, now);

  if (options_.verbose == 1) {
    if (now - last_update_ < options_.interval && !finalize) return;
    const bool running = options_.target && !finalize;
    const std::string time = running ? remaining_time(per_step * static_cast<double>(*options_.target - current))
                                     : format("%.0fs", now - start_);
    const std::string line = bar(current) + " " + bold + time + plain + step_time(per_step) + values_text();
    const std::size_t width = visible_width(line);
    std::string text = std::string(previous_width_, '\b') + "\r" + line;
    if (previous_width_ > width) text += std::string(previous_width_ - width, ' ');
    if (finalize) text += "\n";
    options_.console.print(text);
    previous_width_ = width;
  } else if (options_.verbose == 2 && finalize) {
    const std::string done = options_.target ? count(current) : std::to_string(current) + "/Unknown";
    options_.console.print(done + format(" - %.0fs -", now - start_) + step_time(per_step) + values_text() + "\n");
  }
  last_update_ = now;
}

void ProgressBar::step(std::int64_t current) {
  seen_ = current;
  seconds_per_step(current, current == 1 ? options_.console.now() : 0);
}

ProgressBarLogger::ProgressBarLogger(Console console) : console_(std::move(console)) {
  const Console fallback = default_console();
  if (!console_.print) console_.print = fallback.print;
  if (!console_.now) console_.now = fallback.now;
}

void ProgressBarLogger::start() {
  ProgressBarOptions options{.verbose = parameters().verbose, .average_values = false, .console = console_};
  if (parameters().steps >= 0) known_steps_ = parameters().steps;
  options.target = known_steps_;
  bar_.emplace(std::move(options));
  seen_ = 0;
}

void ProgressBarLogger::finish(const Logs& logs) {
  if (!known_steps_) bar_->set_target(*(known_steps_ = seen_));
  bar_->update(*known_steps_, {logs.begin(), logs.end()}, true);
}

void ProgressBarLogger::on_train_begin() {
  in_fit_ = true;
  known_steps_.reset();
}

void ProgressBarLogger::on_epoch_begin(int epoch) {
  start();
  if (parameters().verbose > 0 && parameters().epochs > 1)
    console_.print("Epoch " + std::to_string(epoch + 1) + "/" + std::to_string(parameters().epochs) + "\n");
}

void ProgressBarLogger::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  seen_ = batch + 1;
  if (logs.empty()) {
    bar_->step(seen_);
  } else {
    bar_->update(seen_, {logs.begin(), logs.end()}, false);
  }
}

void ProgressBarLogger::on_epoch_end(int, Logs& logs) { finish(logs); }

void ProgressBarLogger::on_test_begin() {
  if (!in_fit_) start();
}

void ProgressBarLogger::on_test_batch_end(std::int64_t batch, const Logs& logs) {
  if (!in_fit_) on_train_batch_end(batch, logs);
}

void ProgressBarLogger::on_test_end(const Logs& logs) {
  if (!in_fit_) finish(logs);
}

void ProgressBarLogger::on_predict_begin() { start(); }

void ProgressBarLogger::on_predict_batch_end(std::int64_t batch, const Tensors&) {
  seen_ = batch + 1;
  bar_->update(seen_, {}, false);
}

void ProgressBarLogger::on_predict_end() { finish({}); }

bool ProgressBarLogger::needs_batch_logs() const { return bar_ && bar_->due(); }

}  // namespace linnet
