#include "linnet/tuning/display.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>

#include "linnet/base/display_width.h"
#include "linnet/models/progress_bar.h"

namespace linnet::detail {

namespace {

constexpr std::size_t column = 18;

std::string cell(const Value& value) {
  char text[32];
  if (value.is_number() && !value.is_bool()) {
    std::snprintf(text, sizeof text, "%.5g", value.as_double());
    return text;
  }
  const std::string whole = python_str(value);
  return display_width(whole) > column ? std::string(first_columns(whole, column - 3)) + "..." : whole;
}

std::string row(const std::string& a, const std::string& b, const std::string& c) {
  const auto filled = [](const std::string& text) {
    return text + std::string(column - std::min(column, display_width(text)), ' ');
  };
  return filled(a) + "|" + filled(b) + "|" + c + "\n";
}

std::string duration(SearchDisplay::Clock::duration time) {
  const long seconds = std::lround(std::chrono::duration<double>(time).count());
  const long days = seconds / 86400;
  char text[64];
  std::snprintf(text, sizeof text, "%02ldh %02ldm %02lds", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  return days > 0 ? concat(days, "d ", text) : text;
}

}  // namespace

void SearchDisplay::trial_begins(const Trial& trial) {
  trial_start_ = Clock::now();
  if (verbose_ < 1) return;
  std::string text = concat("\nSearch: Running Trial #", trial.number + 1, "\n\n");
  const std::vector<Trial> best = oracle_.get_best_trials();
  const auto& values = trial.hyperparameters.values().entries();
  if (values.empty()) text += "default configuration\n";
  if (!values.empty()) text += row("Value", "Best Value So Far", "Hyperparameter");
  for (const auto& [name, value] : values) {
    const Value* best_value = best.empty() ? nullptr : best[0].hyperparameters.values().find(name);
    text += row(cell(value), best.empty() ? "?" : best_value == nullptr ? "None" : cell(*best_value), name);
  }
  say_text(text + "\n");
}

void SearchDisplay::trial_ended(const Trial& trial) {
  if (verbose_ < 1) return;
  const std::string& objective = oracle_.objective().name();
  const std::vector<Trial> best = oracle_.get_best_trials();
  const auto now = Clock::now();
  std::string text = concat("\nTrial ", trial.number + 1, " Complete [", duration(now - trial_start_), "]\n");
  if (trial.score) text += concat(objective, ": ", python_text(*trial.score), "\n");
  if (!trial.score) text += trial.message + "\n";
  text += concat("\nBest ", objective, " So Far: ", best.empty() ? "None" : python_text(*best[0].score), "\n");
  say_text(text + concat("Total elapsed time: ", duration(now - search_start_), "\n"));
}

void SearchDisplay::interrupted() const {
  if (verbose_ < 1) return;
  say_text(concat("\nSearch stopped by Ctrl-C. Its trials are kept in ", oracle_.project_dir(),
                  "; the same program goes on from there.\n"));
}

std::string results_summary_text(Oracle& oracle, int num_trials) {
  const Objective& objective = oracle.objective();
  std::string text =
      concat("Results summary\nResults in ", oracle.project_dir(), "\nShowing ", num_trials,
             " best trials\nObjective(name=\"", objective.name(), "\", direction=\"", objective.direction(), "\")\n");
  for (const Trial& trial : oracle.get_best_trials(num_trials)) text += "\n" + trial.summary_text();
  return text;
}

std::string search_space_summary_text(const HyperParameters& space) {
  std::string text = concat("Search space summary\nDefault search space size: ", space.space().size(), "\n");
  for (const HyperParameter& hp : space.space()) {
    Config config = hp.config();
    config.erase("name");
    text += concat(hp.name, " (", to_string(hp.kind), ")\n", python_text(config), "\n");
  }
  return text;
}

void say_text(const std::string& text) { default_console().print(text); }

void wait_for_others() { std::this_thread::sleep_for(std::chrono::milliseconds(200)); }

}  // namespace linnet::detail
