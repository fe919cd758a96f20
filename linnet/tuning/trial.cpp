#include "linnet/tuning/trial.h"

#include <charconv>
#include <cmath>
#include <iterator>

#include "linnet/base/fields.h"

namespace linnet {

namespace {

constexpr TrialStatus all_statuses[] = {TrialStatus::RUNNING, TrialStatus::IDLE,      TrialStatus::INVALID,
                                        TrialStatus::STOPPED, TrialStatus::COMPLETED, TrialStatus::FAILED};

/// The shortest text that reads back as the same number, with an exponent where Python has one: 0.0001, 1e-05, 1e+16.
std::string python_float(double number) {
  if (!std::isfinite(number)) return std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
  char text[64];
  const auto written = [&](std::chars_format format) {
    char* const end = std::to_chars(text, std::end(text), number, format).ptr;
    return std::string(text, static_cast<std::size_t>(end - text));
  };
  const std::string scientific = written(std::chars_format::scientific);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  if (exponent < -4 || exponent >= 16) return scientific;
  const std::string fixed = written(std::chars_format::fixed);
  return fixed.find('.') == std::string::npos ? fixed + ".0" : fixed;
}

}  // namespace

const char* to_string(TrialStatus status) {
  switch (status) {
    case TrialStatus::RUNNING: return "RUNNING";
    case TrialStatus::IDLE: return "IDLE";
    case TrialStatus::INVALID: return "INVALID";
    case TrialStatus::STOPPED: return "STOPPED";
    case TrialStatus::COMPLETED: return "COMPLETED";
    default: return "FAILED";
  }
}

TrialStatus trial_status(const std::string& name) {
  for (TrialStatus each : all_statuses)
    if (name == to_string(each)) return each;
  fail("[Trial] unknown status \"", name, "\"");
}

Config Trial::config() const {
  Config measured;
  for (const auto& [name, value] : metrics) measured.set(name, value);
  return {{"trial_id", trial_id},
          {"number", number},
          {"hyperparameters", hyperparameters.config()},
          {"metrics", measured},
          {"score", score ? Value(*score) : Value()},
          {"best_step", best_step},
          {"status", to_string(status)},
          {"message", message},
          {"run_times", run_times},
          {"seconds", seconds},
          {"input_shapes", to_value(input_shapes)}};
}

Trial Trial::from_config(const Config& config) {
  Trial trial;
  trial.trial_id = config.at("trial_id").as_string();
  trial.number = static_cast<int>(config.at("number").as_int());
  trial.hyperparameters = HyperParameters::from_config(config.at("hyperparameters").as_config());
  for (const auto& [name, value] : config.at("metrics").as_config().entries())
    if (value.is_number()) trial.metrics[name] = value.as_double();
  if (config.at("score").is_number()) trial.score = config.at("score").as_double();
  trial.best_step = static_cast<int>(config.at("best_step").as_int());
  trial.status = trial_status(config.at("status").as_string());
  check(trial.score.has_value() == (trial.status == TrialStatus::COMPLETED),
        "[Trial] expected a score of a trial that is COMPLETED, and of no other");
  trial.message = config.at("message").as_string();
  trial.run_times = static_cast<int>(config.at("run_times").as_int());
  trial.seconds = config.at("seconds").as_double();
  from_value(config.at("input_shapes"), trial.input_shapes);
  return trial;
}

std::string Trial::summary_text() const {
  std::string text = concat("Trial ", trial_id, " summary\nHyperparameters:\n");
  if (hyperparameters.values().empty()) text += "default configuration\n";
  for (const auto& [name, value] : hyperparameters.values().entries())
    text += concat(name, ": ", python_str(value), "\n");
  if (score) text += concat("Score: ", python_text(*score), "\n");
  return message.empty() ? text : text + message + "\n";
}

std::string python_str(const Value& value) { return value.is_string() ? value.as_string() : python_text(value); }

std::string python_text(const Value& value) {
  if (value.is_null()) return "None";
  if (value.is_bool()) return value.as_bool() ? "True" : "False";
  if (value.is_string()) return "'" + value.as_string() + "'";
  std::string text;
  if (value.is_list()) {
    for (const Value& each : value.as_list()) text += (text.empty() ? "" : ", ") + python_text(each);
    return "[" + text + "]";
  }
  if (value.is_config()) {
    for (const auto& [name, each] : value.as_config().entries())
      text += concat(text.empty() ? "" : ", ", "'", name, "': ", python_text(each));
    return "{" + text + "}";
  }
  return value.is_int() ? to_string(value) : python_float(value.as_double());
}

}  // namespace linnet
