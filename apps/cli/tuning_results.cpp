#include "cli/tuning_results.h"

#include <algorithm>

#include "cli/dense_space.h"
#include "cli/terminal.h"

namespace linnet::cli {

namespace {

std::string score_text(const Trial& trial) { return trial.score ? fmt::format("{:.4f}", *trial.score) : "–"; }

std::string network_text(const NetworkOptions& network) {
  return words({"hidden {} {}, dropout {:.2g}, {} {:.3g}, batch {}", "隐藏层 {} {}，dropout {:.2g}，{} {:.3g}，批 {}"},
               hidden_text(network), network.activation, *network.dropout, network.optimizer, *network.learning_rate,
               *network.batch_size);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

NetworkOptions network_of(const Trial& trial, const NetworkOptions& base) {
  HyperParameters hp = trial.hyperparameters;
  return network_of(hp, base);
}

void say_trial(const Trial& trial, const NetworkOptions& base, const Objective& objective) {
  const std::string network = network_text(network_of(trial, base));
  if (trial.score)
    say({"Trial {}: {} {} after epoch {} ({:.1f} s): {}\n", "试验 {}：{} {}，第 {} 轮（{:.1f} 秒）：{}\n"},
        trial.trial_id, objective.name(), score_text(trial), trial.best_step + 1, trial.seconds, network);
  else
    say({"Trial {} failed: {}: {}\n", "试验 {} 失败：{}：{}\n"}, trial.trial_id, network, first_line(trial.message));
  flush_output();
}

std::vector<Trial> best_first(std::vector<Trial> trials, const Objective& objective) {
  std::stable_sort(trials.begin(), trials.end(), [&](const Trial& a, const Trial& b) {
    if (!a.score || !b.score) return a.score.has_value() > b.score.has_value();
    return objective.better_than(*a.score, *b.score);
  });
  return trials;
}

void say_trials(const std::vector<Trial>& trials, const NetworkOptions& base, const Objective& objective) {
  const auto line = [](const std::vector<std::string>& cells) {
    constexpr std::size_t widths[] = {6, 14, 6, 14, 10, 8, 9, 9, 5};
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i)
      text += fitted(cells[i], widths[i]) + (i + 1 < cells.size() ? " " : "\n");
    print(text);
  };
  const auto title = [](const Text& text) { return std::string(pick(text)); };
  line({title({"trial", "试验"}), objective.name(), title({"epoch", "轮次"}), title({"hidden", "隐藏层"}),
        title({"activation", "激活函数"}), "dropout", title({"optimizer", "优化器"}), title({"rate", "学习率"}),
        title({"batch", "批"})});
  for (const Trial& trial : trials) {
    const NetworkOptions network = network_of(trial, base);
    line({trial.trial_id, score_text(trial), trial.score ? std::to_string(trial.best_step + 1) : "–",
          hidden_text(network), network.activation, fmt::format("{:.2g}", *network.dropout), network.optimizer,
          fmt::format("{:.3g}", *network.learning_rate), std::to_string(*network.batch_size)});
  }
}

Config trial_numbers(const Trial& trial) {
  Config metrics;
  for (const auto& [name, value] : trial.metrics) metrics.set(name, value);
  Config numbers{{"trial", trial.trial_id},
                 {"status", to_string(trial.status)},
                 {"score", trial.score ? Value(*trial.score) : Value()},
                 {"best_epoch", trial.best_step + 1},
                 {"values", trial.hyperparameters.values()},
                 {"metrics", metrics},
                 {"seconds", trial.seconds}};
  if (!trial.message.empty()) numbers.set("message", trial.message);
  return numbers;
}

}  // namespace linnet::cli
